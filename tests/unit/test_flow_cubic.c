/* SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include "base/rng.h"
#include "inpaint/flow/motion/cubic.h"

enum { W = 14, H = 12 };

/* A parabola in both directions, times `unit`. */
static int bowl(int x, int y, int unit)
{
    return unit * ((x - 6) * (x - 6) + 2 * (y - 5) * (y - 5) + (x - 6) * (y - 5) + 20);
}

static void parabolas_are_met_exactly(void **state)
{
    (void)state;
    for (int depth = 8; depth <= 10; depth += 2) {
        const int unit = 1 << (depth - 8);
        struct uncap_picture p;
        assert_true(uncap_picture_alloc(&p, (struct uncap_format){1, depth, 0, 0}, W, H));
        const struct flow_samples samples = flow_samples_of(&p, 0);
        for (int y = 0; y < H; y++)
            for (int x = 0; x < W; x++)
                flow_sample_put(samples, x, y, (float)bowl(x, y, 1));
        for (float y = 1; y < H - 2; y += 0.375f)
            for (float x = 1; x < W - 2; x += 0.3125f) {
                const float dx = x - 6;
                const float dy = y - 5;
                const float truth = (float)unit * (dx * dx + 2 * dy * dy + dx * dy + 20);
                assert_float_equal(flow_cubic_at(&p, x, y, depth > 8), truth, 2e-4f * (float)unit);
            }
        uncap_picture_free(&p);
    }
}

static void all_of_the_footprint_lies_inside(void **state)
{
    (void)state;
    assert_true(flow_cubic_fits(1, 1.5f, W, H));
    assert_true(flow_cubic_fits(W - 2.5f, H - 2.5f, W, H));
    assert_false(flow_cubic_fits(0.9f, 1.5f, W, H));
    assert_false(flow_cubic_fits(1.5f, 0.9f, W, H));
    assert_false(flow_cubic_fits(W - 1.9f, 3, W, H));
    assert_false(flow_cubic_fits(3, H - 1.9f, W, H));
    assert_false(flow_cubic_fits(3, 4, W, H)); /* a sample is what it is */
}

static void covered_footprints_are_told(void **state)
{
    (void)state;
    struct flow_mask m;
    assert_true(flow_mask_open(&m, 140, 9)); /* footprints reach over the borders of words of 64 */
    for (int y = 0; y < m.h; y++)
        for (int x = 0; x < m.w; x++)
            if (uncap_rng_uniform(5, (uint64_t)y, (uint64_t)x) < 0.05)
                flow_mask_add(&m, x, y);
    for (int y = 1; y + 2 < m.h; y++)
        for (int x = 1; x + 2 < m.w; x++) {
            bool is_clear = true;
            for (int k = 0; k < 16; k++)
                is_clear = is_clear && !flow_mask_has(&m, x - 1 + k % 4, y - 1 + k / 4);
            assert_int_equal(flow_cubic_clear(&m, (float)x + 0.5f, (float)y + 0.25f), is_clear);
        }
    flow_mask_close(&m);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(parabolas_are_met_exactly),
        cmocka_unit_test(all_of_the_footprint_lies_inside),
        cmocka_unit_test(covered_footprints_are_told),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
