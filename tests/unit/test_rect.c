/* SPDX-License-Identifier: Apache-2.0 */
/* Rectangles: intersection, union, growth and alignment, by hand. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/rect.h"

static void assert_rect(struct uncap_rect got, struct uncap_rect want)
{
    assert_int_equal(got.x0, want.x0);
    assert_int_equal(got.y0, want.y0);
    assert_int_equal(got.x1, want.x1);
    assert_int_equal(got.y1, want.y1);
}

struct pair_case {
    struct uncap_rect a, b, common, hull;
};

static void test_intersect_and_union(void **state)
{
    (void)state;
    static const struct pair_case cases[] = {
        {{0, 0, 10, 10}, {5, 6, 20, 30}, {5, 6, 10, 10}, {0, 0, 20, 30}},
        {{0, 0, 4, 4}, {4, 0, 8, 4}, {0, 0, 0, 0}, {0, 0, 8, 4}},         /* touching edges share no pixel */
        {{-5, -5, 5, 5}, {-1, -2, 1, 2}, {-1, -2, 1, 2}, {-5, -5, 5, 5}}, /* one inside the other */
        {{3, 3, 3, 9}, {1, 1, 2, 2}, {0, 0, 0, 0}, {1, 1, 2, 2}},         /* an empty one counts as nothing */
        {{1, 1, 2, 2}, {9, 9, 3, 3}, {0, 0, 0, 0}, {1, 1, 2, 2}},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        assert_rect(uncap_rect_intersect(cases[i].a, cases[i].b), cases[i].common);
        assert_rect(uncap_rect_intersect(cases[i].b, cases[i].a), cases[i].common);
        assert_rect(uncap_rect_union(cases[i].a, cases[i].b), cases[i].hull);
        assert_rect(uncap_rect_union(cases[i].b, cases[i].a), cases[i].hull);
    }
}

static void test_size(void **state)
{
    (void)state;
    static const struct uncap_rect inverted = {5, 5, 2, 9};
    assert_int_equal(uncap_rect_w(inverted), 0);
    assert_int_equal(uncap_rect_h(inverted), 4);
    assert_true(uncap_rect_empty(inverted));
    assert_false(uncap_rect_empty((struct uncap_rect){-1, -1, 0, 0}));
}

static void test_grow_and_move(void **state)
{
    (void)state;
    assert_rect(uncap_rect_grow((struct uncap_rect){10, 20, 30, 40}, 3, 1),
                (struct uncap_rect){7, 19, 33, 41});
    assert_rect(uncap_rect_grow((struct uncap_rect){0, 0, 8, 8}, -1, -2), (struct uncap_rect){1, 2, 7, 6});
    assert_rect(uncap_rect_move((struct uncap_rect){1, 2, 7, 6}, -3, 4), (struct uncap_rect){-2, 6, 4, 10});
}

static void test_holds(void **state)
{
    (void)state;
    static const struct uncap_rect all = {0, 0, 10, 20};
    assert_true(uncap_rect_holds(all, all));
    assert_true(uncap_rect_holds(all, (struct uncap_rect){3, 4, 10, 20}));
    assert_false(uncap_rect_holds(all, (struct uncap_rect){3, 4, 11, 20}));
    assert_false(uncap_rect_holds(all, (struct uncap_rect){0, -1, 10, 20}));
}

static void test_align(void **state)
{
    (void)state;
    assert_rect(uncap_rect_align((struct uncap_rect){3, 5, 9, 9}, 2, 4), (struct uncap_rect){2, 4, 10, 12});
    assert_rect(uncap_rect_align((struct uncap_rect){4, 8, 8, 16}, 4, 8), (struct uncap_rect){4, 8, 8, 16});
    assert_rect(uncap_rect_align((struct uncap_rect){3, 5, 9, 9}, 1, 1), (struct uncap_rect){3, 5, 9, 9});
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_intersect_and_union),
        cmocka_unit_test(test_size),
        cmocka_unit_test(test_grow_and_move),
        cmocka_unit_test(test_holds),
        cmocka_unit_test(test_align),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
