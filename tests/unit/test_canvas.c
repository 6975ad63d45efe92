/* SPDX-License-Identifier: Apache-2.0 */
/* Crops to canvases of the networks and back. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "inpaint/diffueraser/canvas.h"

static const struct uncap_colour BT601 = {.matrix = 6};

static void test_sizes(void **state)
{
    static const struct {
        int w, h, limit, out_w, out_h;
        bool is_reduced;
    } cases[] = {
        {304, 104, 960, 304, 104, false}, {305, 101, 960, 312, 104, false},  {16, 8, 960, 64, 64, false},
        {1920, 216, 960, 960, 104, true}, {1000, 1000, 960, 952, 952, true},
    };
    (void)state;
    for (size_t k = 0; k < sizeof(cases) / sizeof(*cases); k++) {
        const struct uncap_canvas c = uncap_canvas_of(cases[k].w, cases[k].h, cases[k].limit, BT601);
        assert_int_equal(c.size.w, cases[k].out_w);
        assert_int_equal(c.size.h, cases[k].out_h);
        assert_int_equal(c.is_reduced, cases[k].is_reduced);
    }
}

static void test_put_touches_covered_samples_only(void **state)
{
    static const struct uncap_format formats[] = {{.n_planes = 3, .depth = 8, .shift_x = 1, .shift_y = 1},
                                                  {.n_planes = 3, .depth = 10}};
    (void)state;
    for (size_t k = 0; k < 2; k++)
        for (int limit = 256; limit <= 1024; limit *= 4) {
            const struct uncap_canvas c = uncap_canvas_of(300, 70, limit, BT601);
            struct uncap_picture p;
            struct uncap_picture before;
            static uint8_t coverage[300 * 70];
            static uint8_t rgb[1024 * 128 * 3];
            assert_true(uncap_picture_alloc(&p, formats[k], 300, 70));
            assert_true(uncap_picture_alloc(&before, formats[k], 300, 70));
            memset(coverage, 0, sizeof(coverage));
            coverage[33 * 300 + 101] = 1;
            memset(rgb, 255, sizeof(rgb));
            assert_int_equal(uncap_canvas_put(&c, rgb, coverage, &p, NULL), UNCAP_OK);
            int changed = 0;
            for (int y = 0; y < 70; y++)
                for (size_t x = 0; x < 300 * uncap_sample_bytes(formats[k]); x++)
                    changed += p.data[0][y * p.stride[0] + (ptrdiff_t)x] !=
                               before.data[0][y * before.stride[0] + (ptrdiff_t)x];
            assert_true(changed >= 1 && changed <= 2); /* the bytes of one sample */
            uncap_picture_free(&p);
            uncap_picture_free(&before);
        }
}

static void test_hole_keeps_thin_strokes(void **state)
{
    static uint8_t coverage[1920 * 216];
    static uint8_t hole[960 * 104];
    const struct uncap_canvas c = uncap_canvas_of(1920, 216, 960, BT601);
    int covered = 0;
    (void)state;
    memset(coverage + 101 * 1920, 1, 1920); /* a line of one pixel */
    uncap_canvas_hole(&c, coverage, hole);
    for (int i = 0; i < 960 * 104; i++)
        covered += hole[i] == 255;
    assert_int_equal(covered, 960);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_sizes),
        cmocka_unit_test(test_put_touches_covered_samples_only),
        cmocka_unit_test(test_hole_keeps_thin_strokes),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
