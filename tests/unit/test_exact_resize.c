/* SPDX-License-Identifier: Apache-2.0 */
/* Resizing of 8-bit pictures: properties that hold for every size; the bytes themselves are in the recorded
 * vectors. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "inpaint/exact_resize.h"
#include "inpaint/pillow_resize.h"

enum { MOST = 40 * 40 * 3 };

typedef int resizer(const uint8_t *src, int w, int h, int channels, uint8_t *dst, int dst_w, int dst_h,
                    struct uncap_error *err);
static resizer *const resizers[] = {uncap_pillow_bicubic, uncap_cv_linear, uncap_cv_cubic};

static void test_flat_pictures_stay_flat(void **state)
{
    (void)state;
    static const int sizes[][2] = {{1, 1}, {3, 5}, {8, 8}, {17, 9}, {40, 40}};
    uint8_t in[MOST];
    for (size_t r = 0; r < 3; r++)
        for (size_t a = 0; a < 5; a++)
            for (size_t b = 0; b < 5; b++) {
                uint8_t out[MOST + 1];
                struct uncap_error err = {0};
                const size_t n = (size_t)(sizes[b][0] * sizes[b][1] * 3);
                memset(in, 201, sizeof(in));
                memset(out, 7, sizeof(out));
                assert_int_equal(
                    resizers[r](in, sizes[a][0], sizes[a][1], 3, out, sizes[b][0], sizes[b][1], &err), 0);
                for (size_t i = 0; i < n; i++)
                    assert_int_equal(out[i], 201);
                assert_int_equal(out[n], 7);
            }
}

static void test_same_size_is_a_copy(void **state)
{
    (void)state;
    uint8_t in[6 * 4 * 3];
    for (size_t i = 0; i < sizeof(in); i++)
        in[i] = (uint8_t)(i * 37);
    for (size_t r = 0; r < 3; r++) {
        uint8_t out[sizeof(in)];
        struct uncap_error err = {0};
        assert_int_equal(resizers[r](in, 6, 4, 3, out, 6, 4, &err), 0);
        assert_memory_equal(in, out, sizeof(in));
    }
}

static void test_halving_and_doubling_by_nearest(void **state)
{
    (void)state;
    static const uint8_t in[] = {1, 2, 3, 4, 5, 6, 7, 8};
    static const uint8_t half[] = {6, 8}; /* index (int)((i + 0.5) * 2): the second of each pair */
    static const uint8_t wide[] = {1, 1, 2, 2, 3, 3, 4, 4};
    uint8_t out[8];
    uncap_pillow_nearest(in, 4, 2, out, 2, 1);
    assert_memory_equal(out, half, 2);
    uncap_pillow_nearest(in, 4, 1, out, 8, 1);
    assert_memory_equal(out, wide, 8);
}

/* Dilation against its definition, with brute force. */
static void test_dilation_is_city_block_distance(void **state)
{
    (void)state;
    enum { W = 13, H = 9 };
    for (int n = 0; n < 6; n++) {
        uint8_t mask[W * H] = {0};
        uint8_t out[W * H];
        struct uncap_error err = {0};
        mask[2 * W + 3] = 255;
        mask[7 * W + 12] = 1;
        assert_int_equal(uncap_mask_dilate(mask, W, H, n, out, &err), 0);
        for (int i = 0; i < W * H; i++) {
            const int dx = i % W > 3 ? i % W - 3 : 3 - i % W;
            const int dy = i / W > 2 ? i / W - 2 : 2 - i / W;
            const int ex = 12 - i % W;
            const int ey = i / W > 7 ? i / W - 7 : 7 - i / W;
            assert_int_equal(out[i], dx + dy <= n || ex + ey <= n);
        }
        assert_int_equal(uncap_mask_dilate(mask, W, H, n, mask, &err), 0); /* in place */
        assert_memory_equal(mask, out, sizeof(out));
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_flat_pictures_stay_flat),
        cmocka_unit_test(test_same_size_is_a_copy),
        cmocka_unit_test(test_halving_and_doubling_by_nearest),
        cmocka_unit_test(test_dilation_is_city_block_distance),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
