/* SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "inpaint/flow/unblend/opacity.h"

/* A frame in which n samples of a caption that changes them by `change` levels are seen at an opacity,
 * against a fill of such a variance. */
static struct flow_evidence seen(double n, double change, double opacity, double variance)
{
    return (struct flow_evidence){n, n * opacity * change * change / variance,
                                  n * change * change / variance};
}

static void a_fill_that_errs_refutes_no_bar(void **state)
{
    (void)state;
    const struct flow_evidence bar = seen(33000, 30, 0.91, 40); /* off by 2.7 levels everywhere */
    assert_float_equal(flow_opacity_settle(&bar, 1, true), 1, 1e-6);
    const struct flow_evidence larger = seen(330000, 30, 0.91, 40);
    assert_float_equal(flow_opacity_settle(&larger, 1, true), 1, 1e-6);
}

static void fades_are_measured(void **state)
{
    (void)state;
    const struct flow_evidence letters = seen(6000, 110, 0.91, 9);
    assert_float_equal(flow_opacity_settle(&letters, 1, true), 0.91, 1e-6);
    const struct flow_evidence bar = seen(33000, 30, 0.5, 40);
    assert_float_equal(flow_opacity_settle(&bar, 1, true), 0.5, 1e-6);
    const struct flow_evidence late = seen(33000, 30, 0.91, 40); /* known to fade */
    assert_float_equal(flow_opacity_settle(&late, 0.8f, false), 0.91, 1e-6);
    const struct flow_evidence gone = seen(33000, 30, 0.02, 40);
    assert_float_equal(flow_opacity_settle(&gone, 1, true), 0, 1e-6);
}

static void too_little_leaves_what_was_known(void **state)
{
    (void)state;
    const struct flow_evidence few = seen(10, 30, 0.3, 40);
    assert_float_equal(flow_opacity_settle(&few, 0.7f, true), 0.7, 1e-6);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_fill_that_errs_refutes_no_bar),
        cmocka_unit_test(fades_are_measured),
        cmocka_unit_test(too_little_leaves_what_was_known),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
