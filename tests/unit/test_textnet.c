/* SPDX-License-Identifier: Apache-2.0 */
/* Which part of a picture a text detector sees, at what size. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "detect/ocr/textnet.h"

static void some_columns_keep_the_scale(void **state)
{
    (void)state;
    const struct uncap_textnet_plan rows = {
        {0, 500, 1280, 720}, 640, 96}; /* half as large: steps of 64 columns */
    const struct uncap_textnet_plan part = uncap_textnet_columns(&rows, 400, 900);
    assert_int_equal(part.w, 256);
    assert_int_equal(part.h, 96);
    assert_int_equal(uncap_rect_w(part.region), 512);
    assert_int_equal(part.region.x0, 394);
    assert_int_equal(part.region.y0, 500);
    assert_int_equal(part.region.y1, 720);
}

static void some_columns_stay_in_the_region(void **state)
{
    (void)state;
    const struct uncap_textnet_plan rows = {{100, 0, 740, 96}, 640, 96};
    const struct uncap_textnet_plan left = uncap_textnet_columns(&rows, 100, 120);
    const struct uncap_textnet_plan right = uncap_textnet_columns(&rows, 730, 740);
    assert_int_equal(left.region.x0, 100);
    assert_int_equal(left.region.x1, 132);
    assert_int_equal(left.w, 32);
    assert_int_equal(right.region.x0, 708);
    assert_int_equal(right.region.x1, 740);
}

static void nearly_all_columns_are_all(void **state)
{
    (void)state;
    const struct uncap_textnet_plan rows = {{0, 0, 640, 96}, 640, 96};
    const struct uncap_textnet_plan all = uncap_textnet_columns(&rows, 5, 620);
    assert_int_equal(all.region.x0, 0);
    assert_int_equal(all.region.x1, 640);
    assert_int_equal(all.w, 640);
}

static void some_rows_keep_the_scale(void **state)
{
    (void)state;
    const struct uncap_textnet_plan all = {{0, 0, 1280, 720}, 672, 384};
    const struct uncap_textnet_plan part = uncap_textnet_rows(&all, 580, 690);
    assert_int_equal(uncap_textnet_step(&all), 60);
    assert_int_equal(part.w, 672);
    assert_int_equal(part.h, 64);
    assert_int_equal(part.region.y0, 575);
    assert_int_equal(part.region.y1, 695);
    assert_int_equal(uncap_rect_w(part.region), 1280);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(some_columns_keep_the_scale),
        cmocka_unit_test(some_columns_stay_in_the_region),
        cmocka_unit_test(some_rows_keep_the_scale),
        cmocka_unit_test(nearly_all_columns_are_all),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
