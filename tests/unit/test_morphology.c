/* SPDX-License-Identifier: Apache-2.0 */
/* Dilation, erosion and top hats against their definition. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/rng.h"
#include "kernels/morphology.h"

enum { MAX = 64 * 48 };

struct size {
    int w, h, rx, ry;
};

static const struct size sizes[] = {{1, 1, 3, 3},   {5, 1, 1, 4},   {3, 7, 5, 2},
                                    {64, 48, 0, 0}, {64, 48, 4, 9}, {33, 20, 2, 2}};

static uint8_t plain(const uint8_t *src, const struct size *s, int x, int y, int largest)
{
    uint8_t best = largest ? 0 : 255;
    for (int yy = y - s->ry; yy <= y + s->ry; yy++)
        for (int xx = x - s->rx; xx <= x + s->rx; xx++)
            if (yy >= 0 && yy < s->h && xx >= 0 && xx < s->w) {
                const uint8_t v = src[yy * s->w + xx];
                best = largest ? (v > best ? v : best) : (v < best ? v : best);
            }
    return best;
}

static void is_largest_and_smallest_within_reach(void **state)
{
    (void)state;
    for (size_t k = 0; k < sizeof(sizes) / sizeof(sizes[0]); k++) {
        const struct size *s = &sizes[k];
        uint8_t src[MAX];
        uint8_t up[MAX];
        uint8_t down[MAX];
        uint8_t tmp[MAX];
        for (int i = 0; i < s->w * s->h; i++)
            src[i] = (uint8_t)uncap_rng_u64(2, k, (uint64_t)i);
        uncap_morph_dilate(src, up, tmp, s->w, s->h, s->rx, s->ry);
        memcpy(down, src, sizeof(down));
        uncap_morph_erode(down, down, tmp, s->w, s->h, s->rx, s->ry); /* in place */
        for (int y = 0; y < s->h; y++)
            for (int x = 0; x < s->w; x++) {
                assert_int_equal(up[y * s->w + x], plain(src, s, x, y, 1));
                assert_int_equal(down[y * s->w + x], plain(src, s, x, y, 0));
            }
    }
}

static void hats_show_thin_strokes_alone(void **state)
{
    (void)state;
    enum { W = 40, H = 20 };
    uint8_t src[W * H];
    uint8_t hat[W * H];
    uint8_t tmp[W * H];
    memset(src, 100, sizeof(src));
    for (int y = 0; y < H; y++) {
        src[y * W + 5] = 180;              /* thin and bright */
        src[y * W + 12] = 30;              /* thin and dark */
        memset(src + y * W + 20, 220, 12); /* wide */
    }
    uncap_morph_hat_bright(src, hat, tmp, W, H, 3);
    for (int x = 0; x < W; x++)
        assert_int_equal(hat[10 * W + x], x == 5 ? 80 : 0);
    uncap_morph_hat_dark(src, hat, tmp, W, H, 3);
    for (int x = 0; x < W; x++)
        assert_int_equal(hat[10 * W + x], x == 12 ? 70 : 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(is_largest_and_smallest_within_reach),
        cmocka_unit_test(hats_show_thin_strokes_alone),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
