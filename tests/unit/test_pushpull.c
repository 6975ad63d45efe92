/* SPDX-License-Identifier: Apache-2.0 */
/* Smooth interpolation of scattered values. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "inpaint/flow/pushpull.h"

static const int sizes[][2] = {{1, 1}, {2, 1}, {1, 7}, {3, 3}, {16, 16}, {33, 18}, {200, 5}};
enum { N_SIZES = sizeof(sizes) / sizeof(sizes[0]) };

static void one_value_is_everywhere(void **state)
{
    (void)state;
    for (int i = 0; i < N_SIZES; i++) {
        const int w = sizes[i][0], h = sizes[i][1];
        struct flow_pushpull p;
        assert_true(flow_pushpull_open(&p, w, h));
        flow_pushpull_start(&p, w, h, (struct uncap_rect){0, 0, w, h});
        flow_pushpull_add(&p, w / 2, h - 1, 42.5f, 3);
        flow_pushpull_solve(&p);
        for (int y = 0; y < h; y++)
            for (int x = 0; x < w; x++) {
                assert_true(fabsf(flow_pushpull_at(&p, x, y) - 42.5f) < 1e-4f);
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
    flow_pushpull_solve(&p);
    flow_pushpull_start(&p, 40, 24, (struct uncap_rect){0, 0, 40, 24}); /* forgets */
    flow_pushpull_solve(&p);
    for (int x = 0; x < 40; x++)
        assert_true(flow_pushpull_at(&p, x, 10) == 0);
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
    flow_pushpull_solve(&p);
    for (int y = 16; y < 32; y++)
        for (int x = 24; x < 40; x++)
            assert_true(fabsf(flow_pushpull_at(&p, x, y) - (float)(2 * x + y)) < 16); /* of 144 across */
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
    flow_pushpull_solve(&p);
    for (int y = 0; y < H; y++)
        for (int x = 0; x < W; x++)
            assert_true(fabsf(flow_pushpull_at(&p, x, y)) <= 3.0001f);
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
    flow_pushpull_solve(&p);
    assert_true(fabsf(flow_pushpull_cell(&p, 0, 0) - 7.5f) < 1e-5f);
    flow_pushpull_close(&p);
}

static void narrow_bounds_give_the_same_values(void **state)
{
    (void)state;
    enum { W = 90, H = 50 };
    const struct uncap_rect inside = {30, 20, 52, 33}, whole = {0, 0, W, H};
    struct flow_pushpull p[2];
    for (int k = 0; k < 2; k++) {
        assert_true(flow_pushpull_open(&p[k], W, H));
        flow_pushpull_start(&p[k], W, H, k ? inside : whole);
        for (int i = 0; i < 40; i++)
            flow_pushpull_add(&p[k], inside.x0 + i * 7 % 22, inside.y0 + i * 5 % 13, (float)(i * i % 11), 1);
        flow_pushpull_solve(&p[k]);
    }
    const int reach = 2 * FLOW_PUSHPULL_REACH;
    for (int y = inside.y0 - reach; y < inside.y1 + reach; y++)
        for (int x = inside.x0 - reach; x < inside.x1 + reach; x++)
            assert_true(flow_pushpull_cell(&p[0], x, y) == flow_pushpull_cell(&p[1], x, y));
    flow_pushpull_close(&p[0]);
    flow_pushpull_close(&p[1]);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(one_value_is_everywhere),
        cmocka_unit_test(nothing_gives_zero),
        cmocka_unit_test(a_hole_continues_what_is_around_it),
        cmocka_unit_test(no_value_beyond_those_that_are_known),
        cmocka_unit_test(a_heavier_value_counts_more),
        cmocka_unit_test(narrow_bounds_give_the_same_values),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
