/* SPDX-License-Identifier: Apache-2.0 */
/* When the detector looks: by the clock, by strokes that appear, less often after false alarms. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "detect/look/adaptive.h"

static const struct uncap_adaptive_bars quiet = {0, 0, 0};

static void the_clock_asks_once_a_second(void **state)
{
    (void)state;
    struct uncap_adaptive a;
    int reasons, n = 0;
    uncap_adaptive_start(&a, 20);
    for (int64_t i = 0; i < 200; i++) {
        n += uncap_adaptive_push(&a, i, quiet, false, &reasons);
        assert_int_equal(reasons, 0);
    }
    assert_int_equal(n, 10);
}

struct case_ {
    const char *name;
    struct uncap_adaptive_bars news;
    int reasons;
};

static const struct case_ cases[] = {
    {"nothing", {3, 0, 20}, 0},
    {"anywhere", {5, 0, 0}, UNCAP_ASKED_ANYWHERE},
    {"home alone", {3, 5, 0}, UNCAP_ASKED_HOME},
    {"what stands", {3, 0, 30}, UNCAP_ASKED_UNSEEN},
    {"both", {5, 5, 0}, UNCAP_ASKED_ANYWHERE | UNCAP_ASKED_HOME},
};

static void news_ask_at_once(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        struct uncap_adaptive a;
        int reasons;
        uncap_adaptive_start(&a, 20);
        assert_true(uncap_adaptive_push(&a, 2, quiet, false, &reasons));
        const bool is_look = uncap_adaptive_push(&a, 10, cases[i].news, false, &reasons);
        if (is_look != (cases[i].reasons != 0) || reasons != cases[i].reasons)
            fail_msg("%s: look %d for reasons %d", cases[i].name, is_look, reasons);
    }
}

static void news_right_after_a_look_wait(void **state)
{
    (void)state;
    struct uncap_adaptive a;
    int reasons;
    uncap_adaptive_start(&a, 20);
    assert_true(uncap_adaptive_push(&a, 2, quiet, false, &reasons));
    assert_false(uncap_adaptive_push(&a, 3, (struct uncap_adaptive_bars){30, 0, 0}, false, &reasons));
    assert_false(uncap_adaptive_push(&a, 4, quiet, false, &reasons));
    assert_true(uncap_adaptive_push(&a, 6, quiet, false, &reasons));
    assert_int_equal(reasons, UNCAP_ASKED_ANYWHERE);
}

/* What stands unseen is looked at where it stands; the rest of the picture has its turn all the same. */
static void what_stands_puts_off_no_clock(void **state)
{
    (void)state;
    struct uncap_adaptive a;
    int reasons;
    uncap_adaptive_start(&a, 20);
    assert_true(uncap_adaptive_push(&a, 2, quiet, false, &reasons));
    assert_true(uncap_adaptive_push(&a, 12, (struct uncap_adaptive_bars){0, 0, 30}, false, &reasons));
    assert_false(uncap_adaptive_push(&a, 21, quiet, false, &reasons));
    assert_true(uncap_adaptive_push(&a, 22, quiet, false, &reasons));
}

static void false_alarms_raise_their_own_bar(void **state)
{
    (void)state;
    struct uncap_adaptive a;
    uncap_adaptive_start(&a, 20);
    const float least = a.bars.anywhere;
    uncap_adaptive_result(&a, UNCAP_ASKED_ANYWHERE, false);
    assert_true(a.bars.anywhere > least);
    assert_true(a.bars.home <= least);
    uncap_adaptive_result(&a, UNCAP_ASKED_HOME, false);
    assert_true(a.bars.home > least);
    const float standing = a.bars.unseen;
    uncap_adaptive_result(&a, UNCAP_ASKED_UNSEEN, false);
    assert_true(a.bars.unseen > standing);
    /* Text at home says nothing about alarms elsewhere. */
    const float raised = a.bars.anywhere;
    uncap_adaptive_result(&a, UNCAP_ASKED_HOME | UNCAP_ASKED_ANYWHERE, true);
    assert_true(a.bars.home <= least);
    assert_true(a.bars.anywhere >= raised);
    int reasons;
    for (int64_t i = 0; i < 200; i++)
        uncap_adaptive_push(&a, i, quiet, false, &reasons);
    assert_true(a.bars.anywhere < 1.1f * least);
}

static void triggers_that_find_nothing_become_rare(void **state)
{
    (void)state;
    struct uncap_adaptive a;
    int reasons, n = 0;
    uncap_adaptive_start(&a, 25);
    for (int64_t i = 0; i < 250; i++)
        if (uncap_adaptive_push(&a, i, (struct uncap_adaptive_bars){6, 0, 0}, false, &reasons)) {
            uncap_adaptive_result(&a, reasons ? reasons : UNCAP_ASKED_ANYWHERE, false);
            n++;
        }
    assert_in_range(n, 10, 26);
    uncap_adaptive_start(&a, 25);
    /* Strong news are looked at at once. */
    assert_true(uncap_adaptive_push(&a, 0, (struct uncap_adaptive_bars){6, 0, 0}, false, &reasons));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_clock_asks_once_a_second),
        cmocka_unit_test(news_ask_at_once),
        cmocka_unit_test(news_right_after_a_look_wait),
        cmocka_unit_test(what_stands_puts_off_no_clock),
        cmocka_unit_test(false_alarms_raise_their_own_bar),
        cmocka_unit_test(triggers_that_find_nothing_become_rare),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
