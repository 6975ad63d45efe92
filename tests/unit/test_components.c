/* SPDX-License-Identifier: Apache-2.0 */
/* Components of small drawings. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/memory.h"
#include "kernels/components.h"

struct drawing {
    const char *rows[6];
    int n, sizes[4];
    const char *labels[6];
};

static const struct drawing drawings[] = {
    {{"......", "......"}, 0, {0}, {"......", "......"}},
    {{"#..#", ".##.", "...."}, 1, {4}, {"1..1", ".11.", "...."}}, /* over corners */
    {{"#.#", "#.#", "###"}, 1, {7}, {"1.1", "1.1", "111"}},       /* joined late */
    {{"##.#", "...#", "#..."}, 3, {2, 2, 1}, {"11.2", "...2", "3..."}},
    {{"#.#.#", "#.#.#", "###.#", "....#"}, 2, {7, 4}, {"1.1.2", "1.1.2", "111.2", "....2"}},
};

static void labels_match(void **state)
{
    (void)state;
    for (size_t k = 0; k < sizeof(drawings) / sizeof(drawings[0]); k++) {
        const struct drawing *d = &drawings[k];
        const int w = (int)strlen(d->rows[0]);
        int h = 0;
        uint8_t mark[64] = {0};
        int32_t label[64];
        for (; h < 6 && d->rows[h]; h++)
            for (int x = 0; x < w; x++)
                mark[h * w + x] = d->rows[h][x] == '#';
        struct uncap_component *parts;
        int n;
        assert_true(uncap_components_label(mark, label, w, h, &parts, &n));
        assert_int_equal(n, d->n);
        for (int i = 0; i < n; i++)
            assert_int_equal(parts[i + 1].n_pixels, d->sizes[i]);
        for (int i = 0; i < w * h; i++) {
            const char want = d->labels[i / w][i % w];
            assert_int_equal(label[i], want == '.' ? 0 : want - '0');
        }
        uncap_free(parts);
    }
}

static void boxes_hold_their_pixels(void **state)
{
    (void)state;
    const uint8_t mark[5 * 4] = {0, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1, 1, 1, 0, 0, 0, 0, 0, 0};
    int32_t label[5 * 4];
    struct uncap_component *parts;
    int n;
    assert_true(uncap_components_label(mark, label, 5, 4, &parts, &n));
    assert_int_equal(n, 1);
    assert_int_equal(parts[1].box.x0, 1);
    assert_int_equal(parts[1].box.y0, 1);
    assert_int_equal(parts[1].box.x1, 4);
    assert_int_equal(parts[1].box.y1, 3);
    uncap_free(parts);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(labels_match),
        cmocka_unit_test(boxes_hold_their_pixels),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
