/* SPDX-License-Identifier: Apache-2.0 */
/* Interpolation over a part of the plane gives what interpolation over all of it gives. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include "base/rng.h"
#include "inpaint/flow/pushpull.h"

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
            flow_pushpull_solve(&part);
        }
        flow_pushpull_start(&all, w, h, (struct uncap_rect){0, 0, w, h});
        add_noise(&all, r);
        flow_pushpull_solve(&all);
        for (int y = r.y0; y < r.y1; y++)
            for (int x = r.x0; x < r.x1; x++) {
                assert_true(flow_pushpull_at(&all, x, y) == flow_pushpull_at(&part, x, y));
                assert_true(flow_pushpull_cell(&all, x, y) == flow_pushpull_cell(&part, x, y));
            }
        flow_pushpull_close(&all);
        flow_pushpull_close(&part);
    }
}

static void one_value_fills_the_plane(void **state)
{
    (void)state;
    struct flow_pushpull p;
    assert_true(flow_pushpull_open(&p, 90, 40));
    flow_pushpull_start(&p, 90, 40, (struct uncap_rect){0, 0, 90, 40});
    flow_pushpull_add(&p, 3, 5, 7, 1);
    flow_pushpull_solve(&p);
    for (int y = 0; y < 40; y++)
        for (int x = 0; x < 90; x++)
            assert_true(flow_pushpull_at(&p, x, y) == 7);
    flow_pushpull_close(&p);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(bounds_do_not_change_the_result),
        cmocka_unit_test(one_value_fills_the_plane),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
