/* SPDX-License-Identifier: Apache-2.0 */
/* Sub-videos, windows and references, against lists written down by hand from the specification. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "inpaint/propainter/schedule.h"

static void test_stretches_keep_each_frame_once(void **state)
{
    (void)state;
    for (int n = 1; n < 60; n++)
        for (int sub = 1; sub < 30; sub++)
            for (int overlap = 0; overlap < 12; overlap += 5) {
                struct uncap_stretch s;
                int next = 0;
                for (int i = 0; uncap_stretch_at(n, sub, overlap, i, &s); i++) {
                    assert_int_equal(s.keep_first, next);
                    assert_true(s.keep_end > s.keep_first && s.keep_end - s.keep_first <= sub);
                    assert_true(s.first >= 0 && s.first <= s.keep_first && s.keep_first - s.first <= overlap);
                    assert_true(s.end <= n && s.end >= s.keep_end && s.end - s.keep_end <= overlap);
                    next = s.keep_end;
                }
                assert_int_equal(next, n);
            }
}

static void test_local_frames(void **state)
{
    (void)state;
    const struct uncap_window_rule rule = {10, 10, 80};
    static const int cases[][3] = {{0, 0, 6}, {5, 0, 11}, {10, 5, 14}};
    assert_int_equal(uncap_window_step(&rule), 5);
    for (size_t i = 0; i < 3; i++) {
        int first;
        int end;
        uncap_window_local(&rule, 14, cases[i][0], &first, &end);
        assert_int_equal(first, cases[i][1]);
        assert_int_equal(end, cases[i][2]);
    }
}

static void test_references(void **state)
{
    (void)state;
    static const struct {
        struct uncap_window_rule rule;
        int n, f, count, refs[8];
    } cases[] = {
        {{10, 10, 80}, 14, 0, 1, {10}},
        {{10, 10, 80}, 14, 5, 0, {0}},
        {{10, 10, 80}, 14, 10, 1, {0}},
        /* long clip: from f - 2*(5/2) = 2 to 10 in steps of 2, local 3..8; at most 5 + 1 */
        {{6, 2, 10}, 14, 6, 1, {2}},
        {{6, 2, 10}, 14, 0, 0, {0}},
        {{2, 1, 4}, 40, 20, 1, {18}},
    };
    for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
        int refs[40];
        assert_int_equal(uncap_window_references(&cases[i].rule, cases[i].n, cases[i].f, NULL),
                         cases[i].count);
        uncap_window_references(&cases[i].rule, cases[i].n, cases[i].f, refs);
        if (cases[i].count)
            assert_int_equal(refs[0], cases[i].refs[0]);
    }
}

static void test_most_bounds_all(void **state)
{
    (void)state;
    const struct uncap_window_rule rule = {10, 10, 80};
    assert_int_equal(uncap_window_most(&rule, 14), 11);
    assert_int_equal(uncap_window_most(&rule, 2), 2);
    assert_true(uncap_window_most(&rule, 80) >= 11 + 6);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_stretches_keep_each_frame_once),
        cmocka_unit_test(test_local_frames),
        cmocka_unit_test(test_references),
        cmocka_unit_test(test_most_bounds_all),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
