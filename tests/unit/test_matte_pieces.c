/* SPDX-License-Identifier: Apache-2.0 */
/* Pieces of fill with and without an outline, drawn by hand. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/rect.h"
#include "detect/matte/pieces.h"

enum { W = 64, H = 40, FILL = 1, TONE = 2 };

static void paint(uint8_t *core, struct uncap_rect r, int value)
{
    for (int y = r.y0; y < r.y1; y++)
        for (int x = r.x0; x < r.x1; x++)
            core[y * W + x] |= (uint8_t)value;
}

/* A letter with an outline of 2 px that leaves off below `shown` rows. */
static void dress(uint8_t *core, struct uncap_rect r, int shown)
{
    struct uncap_rect rim = uncap_rect_grow(r, 2, 2);
    rim.y1 = rim.y1 < r.y0 + shown ? rim.y1 : r.y0 + shown;
    paint(core, rim, TONE);
    for (int y = r.y0; y < r.y1; y++)
        for (int x = r.x0; x < r.x1; x++)
            core[y * W + x] = FILL;
}

static int count(const uint8_t *core, struct uncap_rect r)
{
    int n = 0;
    for (int y = r.y0; y < r.y1; y++)
        for (int x = r.x0; x < r.x1; x++)
            n += (core[y * W + x] & FILL) != 0;
    return n;
}

static const struct uncap_rect letters[] = {{6, 16, 12, 32}, {20, 16, 26, 32}, {34, 16, 40, 32}};
static const struct uncap_rect above = {44, 2, 54, 10};
static const struct uncap_rect beside = {50, 18, 56, 30};

static void what_is_bare_above_all_letters_goes(void **state)
{
    (void)state;
    uint8_t core[W * H] = {0};
    for (int k = 0; k < 3; k++)
        dress(core, letters[k], H);
    paint(core, above, FILL);
    assert_true(uncap_matte_pieces_drop_bare(core, FILL, TONE, W, H));
    assert_int_equal(count(core, above), 0);
    for (int k = 0; k < 3; k++)
        assert_int_equal(count(core, letters[k]), 6 * 16);
}

/* The scene may hide the outline of a letter, or of half of one; what has an outline may stand anywhere. */
static void what_is_in_the_row_or_dressed_stays(void **state)
{
    (void)state;
    uint8_t core[W * H] = {0};
    dress(core, letters[0], H);
    dress(core, letters[1], H);
    dress(core, letters[2], 9);
    dress(core, above, H);
    paint(core, beside, FILL);
    assert_true(uncap_matte_pieces_drop_bare(core, FILL, TONE, W, H));
    assert_int_equal(count(core, above), 10 * 8);
    assert_int_equal(count(core, beside), 6 * 12);
    for (int k = 0; k < 3; k++)
        assert_int_equal(count(core, letters[k]), 6 * 16);
}

static void nothing_is_nothing(void **state)
{
    (void)state;
    uint8_t core[W * H] = {0};
    const uint8_t empty[W * H] = {0};
    assert_true(uncap_matte_pieces_drop_bare(core, FILL, TONE, W, H));
    assert_memory_equal(core, empty, sizeof(core));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_is_bare_above_all_letters_goes),
        cmocka_unit_test(what_is_in_the_row_or_dressed_stays),
        cmocka_unit_test(nothing_is_nothing),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
