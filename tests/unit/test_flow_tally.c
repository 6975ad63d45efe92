/* SPDX-License-Identifier: Apache-2.0 */
/* What was counted of a caption is found again by id and area, and only if all frames before the core are
 * counted. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "inpaint/flow/unblend/tally.h"

static const struct uncap_rect AREA = {10, 20, 14, 22};

static void give(struct flow_tallies *all, int id, struct uncap_rect area, int64_t end)
{
    struct flow_tally t;
    assert_true(flow_tally_open(&t, id, area, 8, 4));
    t.end = end;
    t.luma[7].n = (float)id;
    assert_true(flow_tallies_give(all, &t));
    assert_null(t.luma);
}

static void a_tally_is_found_once(void **state)
{
    (void)state;
    struct flow_tallies all = {.n = 0};
    give(&all, 1, AREA, 30);
    give(&all, 2, AREA, 30);
    struct flow_tally t;
    assert_true(flow_tallies_take(&all, 2, AREA, 20, &t));
    assert_int_equal((int)t.luma[7].n, 2);
    flow_tally_close(&t);
    assert_false(flow_tallies_take(&all, 2, AREA, 20, &t));
    assert_null(t.luma);
    assert_true(flow_tallies_take(&all, 1, AREA, 29, &t));
    flow_tally_close(&t);
    assert_int_equal(all.n, 0);
    flow_tallies_clear(&all);
}

static void another_area_or_a_gap_has_none(void **state)
{
    (void)state;
    struct flow_tallies all = {.n = 0};
    struct flow_tally t;
    give(&all, 1, AREA, 30);
    assert_false(flow_tallies_take(&all, 1, (struct uncap_rect){10, 20, 14, 23}, 20, &t));
    assert_false(flow_tallies_take(&all, 1, AREA, 31, &t));
    assert_true(flow_tallies_take(&all, 1, AREA, 30, &t));
    flow_tally_close(&t);
    flow_tallies_clear(&all);
    assert_int_equal(all.n, 0);
}

static void what_no_window_can_use_is_forgotten(void **state)
{
    (void)state;
    struct flow_tallies all = {.n = 0};
    give(&all, 1, AREA, 30);
    give(&all, 2, AREA, 50);
    flow_tallies_forget(&all, 30);
    assert_int_equal(all.n, 2);
    flow_tallies_forget(&all, 31);
    assert_int_equal(all.n, 1);
    assert_int_equal(all.items[0].id, 2);
    flow_tallies_clear(&all);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_tally_is_found_once),
        cmocka_unit_test(another_area_or_a_gap_has_none),
        cmocka_unit_test(what_no_window_can_use_is_forgotten),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
