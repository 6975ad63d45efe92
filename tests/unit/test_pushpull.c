/* SPDX-License-Identifier: Apache-2.0 */
/* Smooth interpolation of scattered values. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/rng.h"
#include "inpaint/flow/fill/pushpull.h"

static const int sizes[][2] = {{1, 1}, {2, 1}, {1, 7}, {3, 3}, {16, 16}, {33, 18}, {200, 5}};
enum { N_SIZES = sizeof(sizes) / sizeof(sizes[0]) };

static float at(const struct flow_pushpull *p, int x, int y)
{
    float v;
    flow_pushpull_row(p, uncap_kernels_best(), x, x + 1, y, &v);
    return v;
}

static void one_value_is_everywhere(void **state)
{
    (void)state;
    for (int i = 0; i < N_SIZES; i++) {
        const int w = sizes[i][0], h = sizes[i][1];
        struct flow_pushpull p;
        assert_true(flow_pushpull_open(&p, w, h));
        flow_pushpull_start(&p, w, h, (struct uncap_rect){0, 0, w, h});
        flow_pushpull_add(&p, w / 2, h - 1, 42.5f, 3);
        flow_pushpull_solve(&p, uncap_kernels_best());
        for (int y = 0; y < h; y++)
            for (int x = 0; x < w; x++) {
                assert_true(fabsf(at(&p, x, y) - 42.5f) < 1e-4f);
                assert_true(fabsf(flow_pushpull_cell(&p, x, y) - 42.5f) < 1e-4f);
            }
        flow_pushpull_close(&p);
    }
}

static void nothing_gives_zero(void **state)
{
    (void)state;
    struct flow_pushpull p;
    assert_true(flow_pushpull_open(&p, 40, 24));
    flow_pushpull_start(&p, 40, 24, (struct uncap_rect){0, 0, 40, 24});
    flow_pushpull_add(&p, 3, 3, 7, 1);
    flow_pushpull_solve(&p, uncap_kernels_best());
    flow_pushpull_start(&p, 40, 24, (struct uncap_rect){0, 0, 40, 24}); /* forgets */
    flow_pushpull_solve(&p, uncap_kernels_best());
    for (int x = 0; x < 40; x++)
        assert_true(at(&p, x, 10) == 0);
    flow_pushpull_close(&p);
}

/* Known all around a hole, values rise linearly: the hole follows. */
static void a_hole_continues_what_is_around_it(void **state)
{
    (void)state;
    enum { W = 64, H = 48 };
    struct flow_pushpull p;
    assert_true(flow_pushpull_open(&p, W, H));
    flow_pushpull_start(&p, W, H, (struct uncap_rect){0, 0, W, H});
    for (int y = 0; y < H; y++)
        for (int x = 0; x < W; x++)
            if (x < 24 || x >= 40 || y < 16 || y >= 32)
                flow_pushpull_add(&p, x, y, (float)(2 * x + y), 1);
    flow_pushpull_solve(&p, uncap_kernels_best());
    for (int y = 16; y < 32; y++)
        for (int x = 24; x < 40; x++)
            assert_true(fabsf(at(&p, x, y) - (float)(2 * x + y)) < 16); /* of 144 across */
    /* What is known is kept: the mean of its cell, half a sample from either of them. */
    assert_true(fabsf(flow_pushpull_cell(&p, 8, 8) - 25.5f) < 1e-3f);
    flow_pushpull_close(&p);
}

static void no_value_beyond_those_that_are_known(void **state)
{
    (void)state;
    enum { W = 37, H = 21 };
    struct flow_pushpull p;
    assert_true(flow_pushpull_open(&p, W, H));
    flow_pushpull_start(&p, W, H, (struct uncap_rect){0, 0, W, H});
    for (int i = 0; i < 9; i++)
        flow_pushpull_add(&p, i * 17 % W, i * 11 % H, (float)(i * i % 7) - 3, 0.1f + (float)(i % 3));
    flow_pushpull_solve(&p, uncap_kernels_best());
    for (int y = 0; y < H; y++)
        for (int x = 0; x < W; x++)
            assert_true(fabsf(at(&p, x, y)) <= 3.0001f);
    flow_pushpull_close(&p);
}

static void a_heavier_value_counts_more(void **state)
{
    (void)state;
    struct flow_pushpull p;
    assert_true(flow_pushpull_open(&p, 2, 2));
    flow_pushpull_start(&p, 2, 2, (struct uncap_rect){0, 0, 2, 2});
    flow_pushpull_add(&p, 0, 0, 0, 1);
    flow_pushpull_add(&p, 1, 1, 10, 3);
    flow_pushpull_solve(&p, uncap_kernels_best());
    assert_true(fabsf(flow_pushpull_cell(&p, 0, 0) - 7.5f) < 1e-5f);
    flow_pushpull_close(&p);
}

static void add_noise(struct flow_pushpull *p, struct uncap_rect r)
{
    for (int y = r.y0; y < r.y1; y++)
        for (int x = r.x0; x < r.x1; x++)
            if (uncap_rng_uniform(1, (uint64_t)y, (uint64_t)x) < 0.1)
                flow_pushpull_add(p, x, y, (float)(x + y),
                                  (float)uncap_rng_uniform(2, (uint64_t)y, (uint64_t)x));
}

static void bounds_do_not_change_the_result(void **state)
{
    (void)state;
    static const struct {
        int w, h;
        struct uncap_rect bounds;
    } CASES[] = {
        {100, 60, {0, 0, 100, 60}},  {100, 60, {40, 20, 60, 31}}, {333, 71, {1, 1, 50, 70}},
        {333, 71, {290, 0, 333, 9}}, {64, 64, {31, 31, 33, 33}},  {1, 1, {0, 0, 1, 1}},
    };
    for (size_t i = 0; i < sizeof(CASES) / sizeof(*CASES); i++) {
        const int w = CASES[i].w;
        const int h = CASES[i].h;
        const struct uncap_rect r = CASES[i].bounds;
        struct flow_pushpull all;
        struct flow_pushpull part;
        assert_true(flow_pushpull_open(&all, w, h));
        assert_true(flow_pushpull_open(&part, w, h));
        for (int again = 0; again < 2; again++) { /* what the run before left must not matter */
            flow_pushpull_start(&part, w, h, again ? r : (struct uncap_rect){0, 0, w, h});
            add_noise(&part, r);
            flow_pushpull_solve(&part, uncap_kernels_best());
        }
        flow_pushpull_start(&all, w, h, (struct uncap_rect){0, 0, w, h});
        add_noise(&all, r);
        flow_pushpull_solve(&all, uncap_kernels_best());
        for (int y = r.y0; y < r.y1; y++)
            for (int x = r.x0; x < r.x1; x++) {
                assert_true(at(&all, x, y) == at(&part, x, y));
                assert_true(flow_pushpull_cell(&all, x, y) == flow_pushpull_cell(&part, x, y));
            }
        flow_pushpull_close(&all);
        flow_pushpull_close(&part);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(one_value_is_everywhere),
        cmocka_unit_test(nothing_gives_zero),
        cmocka_unit_test(a_hole_continues_what_is_around_it),
        cmocka_unit_test(no_value_beyond_those_that_are_known),
        cmocka_unit_test(a_heavier_value_counts_more),
        cmocka_unit_test(bounds_do_not_change_the_result),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
