/* SPDX-License-Identifier: Apache-2.0 */
/* Nearest marked pixel against looking at all of them. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/rng.h"
#include "kernels/distance.h"

enum { W = 41, H = 29 };

static int plain(const uint8_t *mark, int x, int y)
{
    int best = INT32_MAX;
    for (int yy = 0; yy < H; yy++)
        for (int xx = 0; xx < W; xx++) {
            const int d2 = (x - xx) * (x - xx) + (y - yy) * (y - yy);
            if (mark[yy * W + xx] && d2 < best)
                best = d2;
        }
    return best;
}

static void finds_the_nearest(void **state)
{
    (void)state;
    for (int density = 1; density < 2000; density *= 3) {
        uint8_t mark[W * H];
        struct uncap_nearest out[W * H];
        for (int i = 0; i < W * H; i++)
            mark[i] = uncap_rng_u64(3, (uint64_t)density, (uint64_t)i) % 2000 < (uint64_t)density;
        mark[W * H / 2] = 1;
        assert_true(uncap_distance_nearest(mark, out, W, H));
        for (int y = 0; y < H; y++)
            for (int x = 0; x < W; x++) {
                const struct uncap_nearest n = out[y * W + x];
                assert_int_equal(uncap_nearest_d2(n), plain(mark, x, y));
                assert_true(mark[(y - n.dy) * W + x - n.dx]); /* and that is where it is */
            }
    }
}

static void says_so_when_nothing_is_marked(void **state)
{
    (void)state;
    const uint8_t mark[W * H] = {0};
    struct uncap_nearest out[W * H];
    assert_true(uncap_distance_nearest(mark, out, W, H));
    for (int i = 0; i < W * H; i++)
        assert_int_equal(out[i].dx, UNCAP_NEAREST_NONE);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(finds_the_nearest),
        cmocka_unit_test(says_so_when_nothing_is_marked),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
