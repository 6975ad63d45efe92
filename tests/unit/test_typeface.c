/* SPDX-License-Identifier: Apache-2.0 */
/* The room a text takes in an ordinary typeface. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>

#include <cmocka.h>

#include "detect/captions/typeface.h"

/* Thousandths of the font's size. */
static int thousandths(float v)
{
    return (int)(v * 1000 + 0.5f);
}

static void letters_rise_and_descend(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        int rise, depth;
    } cases[] = {
        {"HELLO", 640, 0},
        {"no one is in", 467, 0},
        {"at once", 580, 0},
        {"happy", 640, 183},
        {"a, b", 640, 0},
        {"...", 467, 0},
        {"", 640, 0},
        {"  ", 640, 0},
        {"\xc3\x89t\xc3\xa9", 640, 0},
        {"\xe4\xbd\xa0\xe5\xa5\xbd", 560, 80},
        {"\xff\xe4", 640, 0},
    };
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        const struct uncap_typeface_room room = uncap_typeface_measure(cases[i].text, false);
        assert_int_equal(thousandths(room.rise), cases[i].rise);
        assert_int_equal(thousandths(room.depth), cases[i].depth);
    }
}

static void widths_of_both_ends(void **state)
{
    (void)state;
    /* Helvetica: 722 + 222 + 222 of 1000, an em being 1 / 1.117 of the size. */
    const struct uncap_typeface_room room = uncap_typeface_measure("Hll", false);
    assert_int_equal(thousandths(room.narrow), 1044);
    assert_int_equal(thousandths(room.wide), 1180);
    const struct uncap_typeface_room bold = uncap_typeface_measure("Hll", true);
    assert_true(bold.narrow > room.narrow && bold.wide > room.wide);
    const struct uncap_typeface_room square = uncap_typeface_measure("\xe4\xbd\xa0\xe5\xa5\xbd", true);
    assert_int_equal(thousandths(square.narrow), 1429);
    assert_int_equal(thousandths(square.wide), 1429);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(letters_rise_and_descend),
        cmocka_unit_test(widths_of_both_ends),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
