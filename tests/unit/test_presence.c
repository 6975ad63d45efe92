/* SPDX-License-Identifier: Apache-2.0 */
/* Borders of captions from presence values. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "detect/presence.h"

#define COUNT(a) ((int)(sizeof(a) / sizeof((a)[0])))

struct border {
    const char *name;
    float a[24];
    int n, at, first;
};

static const struct border borders[] = {
    {"hard", {0, 0, 0, 1, 1, 1}, 6, 5, 3},
    {"hard, clutter before", {0.1f, -0.1f, 0.2f, 1, 1, 1}, 6, 5, 3},
    {"hard after another caption in the same place", {0.35f, 0.33f, 0.36f, 0.95f, 1, 1}, 6, 5, 3},
    {"stands from the start", {1, 1, 1, 1}, 4, 3, 0},
    {"fade of eight frames",
     {0, 0, 0.01f, 0.0f, 0.12f, 0.25f, 0.37f, 0.5f, 0.62f, 0.75f, 0.87f, 1, 1, 1}, 14, 13, 4},
    {"two frames hidden by a flash", {0, 0, 1, 1, 0.1f, 0.1f, 1, 1}, 8, 7, 2},
    {"three hidden frames are an end", {0, 1, 1, 0, 0, 0, 1, 1}, 8, 7, 6},
    {"a dip beside a fade's foot", {0, 0, 0, 0, 0.25f, 0.5f, 0.75f, 1, 1}, 9, 8, 4},
};

static void beginnings(void **state)
{
    (void)state;
    for (int i = 0; i < COUNT(borders); i++) {
        const struct border *b = &borders[i];
        const int first = uncap_presence_first(b->a, b->n, b->at, NULL);
        if (first != b->first)
            fail_msg("%s: %d instead of %d", b->name, first, b->first);
    }
}

static void ends_are_beginnings_reversed(void **state)
{
    (void)state;
    for (int i = 0; i < COUNT(borders); i++) {
        const struct border *b = &borders[i];
        float a[24];
        for (int k = 0; k < b->n; k++)
            a[k] = b->a[b->n - 1 - k];
        assert_int_equal(uncap_presence_last(a, b->n, b->n - 1 - b->at, NULL), b->n - 1 - b->first);
    }
}

static void a_fade_has_its_opacities(void **state)
{
    (void)state;
    const struct border *b = &borders[4];
    uint8_t opacity[24] = {0};
    assert_int_equal(uncap_presence_first(b->a, b->n, b->at, opacity), 4);
    assert_in_range(opacity[4], 28, 33);
    assert_in_range(opacity[7], 125, 130);
    assert_in_range(opacity[10], 219, 224);
    assert_int_equal(opacity[13], 255);
}

static void a_hard_cut_is_full_at_once(void **state)
{
    (void)state;
    const float a[] = {0, 0, 0.9f, 1, 0.93f, 1};
    uint8_t opacity[6] = {0};
    assert_int_equal(uncap_presence_first(a, 6, 5, opacity), 2);
    for (int i = 2; i < 6; i++)
        assert_int_equal(opacity[i], 255);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(beginnings),
        cmocka_unit_test(ends_are_beginnings_reversed),
        cmocka_unit_test(a_fade_has_its_opacities),
        cmocka_unit_test(a_hard_cut_is_full_at_once),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
