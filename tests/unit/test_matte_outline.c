/* SPDX-License-Identifier: Apache-2.0 */
/* Fill and outline of letters, and what of their tones is scene. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "detect/matte/outline.h"
#include "detect/matte/strokes.h"

enum { W = 200, H = 60, AREA = W * H, FILL = UNCAP_MATTE_BRIGHT, OUTLINE = UNCAP_MATTE_DARK };

struct picture {
    uint8_t core[AREA], luma[AREA], zone[AREA], sure[AREA], fair[AREA], came[AREA];
};

static void paint(struct picture *p, struct uncap_rect r, uint8_t core, uint8_t luma)
{
    for (int y = r.y0; y < r.y1; y++)
        for (int x = r.x0; x < r.x1; x++) {
            p->core[y * W + x] = core;
            p->luma[y * W + x] = luma;
        }
}

/* White bars of 5 x 20 pixels with a dark outline of `width` around each, before a scene of mid grey. */
static void letters(struct picture *p, int width)
{
    memset(p->core, 0, AREA);
    memset(p->sure, 0, AREA);
    memset(p->fair, 0, AREA);
    memset(p->luma, 128, AREA);
    memset(p->zone, UNCAP_MATTE_ZONE_TEXT, AREA);
    for (int x = 20; x < 180; x += 16) {
        paint(p, (struct uncap_rect){x - width, 20 - width, x + 5 + width, 40 + width}, OUTLINE, 10);
        paint(p, (struct uncap_rect){x, 20, x + 5, 40}, FILL, 235);
    }
}

static struct uncap_matte_outline trim(struct picture *p)
{
    const struct uncap_matte_gain gain = {.sure = p->sure, .fair = p->fair, .px = p->came, .scene = 1};
    const struct uncap_matte_scene scene = {
        .w = W, .h = H, .n_channels = 1, .text_h = 24.0F, .zone = p->zone, .gain = &gain};
    const struct uncap_matte_look look = {.med = {p->luma}};
    struct uncap_matte_outline outline = {.is_around = false};
    assert_int_equal(uncap_matte_outline_trim(&scene, &look, p->core, &outline, NULL), UNCAP_OK);
    return outline;
}

static void the_fill_is_within(void **state)
{
    (void)state;
    static struct picture p;
    uint8_t tmp[AREA];
    uint8_t spare[AREA];
    const struct uncap_matte_scene scene = {.w = W, .h = H};
    letters(&p, 3);
    assert_int_equal(uncap_matte_outline_fill(&scene, p.core, tmp, spare), FILL);
    letters(&p, 0);
    assert_int_equal(uncap_matte_outline_fill(&scene, p.core, tmp, spare), 0);
}

/* The outlines of large letters touch; of what they cover together little is rim. */
static void the_fill_of_large_letters_is_within(void **state)
{
    (void)state;
    static struct picture p;
    uint8_t tmp[AREA];
    uint8_t spare[AREA];
    const struct uncap_matte_scene scene = {.w = W, .h = H, .text_h = 75.0F};
    memset(p.core, 0, AREA);
    paint(&p, (struct uncap_rect){10, 5, 180, 55}, OUTLINE, 10);
    for (int x = 20; x < 170; x += 34)
        paint(&p, (struct uncap_rect){x, 15, x + 14, 45}, FILL, 235);
    assert_int_equal(uncap_matte_outline_fill(&scene, p.core, tmp, spare), FILL);
}

static void letters_with_an_outline_stay_whole(void **state)
{
    (void)state;
    for (int width = 1; width <= 3; width++) {
        static struct picture p;
        letters(&p, width);
        uint8_t before[AREA];
        memcpy(before, p.core, AREA);
        const struct uncap_matte_outline outline = trim(&p);
        assert_true(outline.is_around);
        assert_true(outline.px[0] >= width && outline.px[0] <= width + 1);
        assert_memory_equal(p.core, before, AREA);
    }
}

static void letters_without_one_are_left_alone(void **state)
{
    (void)state;
    static struct picture p;
    letters(&p, 0);
    paint(&p, (struct uncap_rect){60, 44, 80, 56}, OUTLINE, 10); /* a dark thing below */
    uint8_t before[AREA];
    memcpy(before, p.core, AREA);
    assert_false(trim(&p).is_around);
    assert_memory_equal(p.core, before, AREA);
}

static void scene_of_the_outlines_tone_goes(void **state)
{
    (void)state;
    static struct picture p;
    letters(&p, 3);
    paint(&p, (struct uncap_rect){84, 0, 92, 17}, OUTLINE, 10); /* a leg that touches a letter from above */
    assert_true(trim(&p).is_around);
    assert_int_equal(p.core[5 * W + 88], 0);
    assert_int_equal(p.core[18 * W + 86], OUTLINE); /* above the letter at 84 */
    assert_int_equal(p.core[30 * W + 86], FILL);
}

static void scene_of_the_fills_tone_goes(void **state)
{
    (void)state;
    static struct picture p;
    letters(&p, 3);
    paint(&p, (struct uncap_rect){1, 46, 60, 58}, FILL, 235);
    assert_true(trim(&p).is_around);
    assert_int_equal(p.core[56 * W + 5], 0);
    assert_int_equal(p.core[30 * W + 22], FILL);
}

/* White letters before a white scene: nothing came with their fill, so it is no stroke, but their outline is,
 * and stays. */
static void outlines_of_fill_that_cannot_be_seen_stay(void **state)
{
    (void)state;
    static struct picture p;
    letters(&p, 3);
    uint8_t before[AREA];
    for (int y = 0; y < H; y++)
        for (int x = 100; x < 150; x++) {
            uint8_t *core = &p.core[y * W + x];
            p.luma[y * W + x] = *core == OUTLINE ? 10 : 235;
            *core = *core == OUTLINE ? OUTLINE : 0;
        }
    memcpy(before, p.core, AREA);
    assert_true(trim(&p).is_around);
    assert_memory_equal(p.core, before, AREA);
}

/* The text's zone alone, and beside it the rest. */
static void zone_rows(struct picture *p, int y0, int y1)
{
    memset(p->zone, UNCAP_MATTE_ZONE_FAR, AREA);
    memset(p->zone + y0 * W, UNCAP_MATTE_ZONE_TEXT, (size_t)(y1 - y0) * W);
}

/* A white shoe that stands right beside a letter, as near as letters are thick. */
static void what_is_reached_from_beside_is_scene(void **state)
{
    (void)state;
    static struct picture p;
    letters(&p, 3);
    zone_rows(&p, 10, 54);
    paint(&p, (struct uncap_rect){13, 24, 17, 36}, FILL, 235);
    assert_true(trim(&p).is_around);
    for (int y = 24; y < 36; y++)
        for (int x = 13; x < 17; x++)
            assert_int_equal(p.core[y * W + x], 0);
    assert_int_equal(p.core[30 * W + 22], FILL);
    assert_int_equal(p.core[30 * W + 18], OUTLINE);
}

/* Four letters, and on both sides of them scene of the fill's tone that is two pixels wide. */
static void a_short_word_has_scene_beside_it(void **state)
{
    (void)state;
    static struct picture p;
    static const int xs[] = {27, 39, 51, 64};
    letters(&p, 0);
    memset(p.core, 0, AREA);
    memset(p.luma, 128, AREA);
    zone_rows(&p, 10, 54);
    for (int i = 0; i < 4; i++) {
        paint(&p, (struct uncap_rect){xs[i] - 3, 17, xs[i] + 8, 43}, OUTLINE, 10);
        paint(&p, (struct uncap_rect){xs[i], 20, xs[i] + 5, 40}, FILL, 235);
    }
    paint(&p, (struct uncap_rect){22, 24, 24, 36}, FILL, 235);
    paint(&p, (struct uncap_rect){72, 24, 74, 36}, FILL, 235);
    assert_true(trim(&p).is_around);
    assert_int_equal(p.core[30 * W + 22], 0);
    assert_int_equal(p.core[30 * W + 73], 0);
    assert_int_equal(p.core[30 * W + 29], FILL);
}

/* A mark of the fill's colour without an outline that came and went with the letters. */
static void what_came_with_the_letters_stays(void **state)
{
    (void)state;
    static struct picture p;
    letters(&p, 3);
    zone_rows(&p, 10, 54);
    paint(&p, (struct uncap_rect){13, 24, 17, 36}, FILL, 235);
    for (int i = 0; i < AREA; i++)
        p.sure[i] = p.core[i] != 0;
    assert_true(trim(&p).is_around);
    assert_int_equal(p.core[30 * W + 15], FILL);
}

/* White letters before a white wall: what is between and beside their outlines has contrast with those, and
 * may be fill as well. */
static void a_wall_of_the_fills_tone_goes(void **state)
{
    (void)state;
    static struct picture p;
    letters(&p, 3);
    zone_rows(&p, 10, 54);
    for (int i = 0; i < AREA; i++)
        if (!p.core[i]) {
            p.luma[i] = 235;
            p.core[i] = p.zone[i] == UNCAP_MATTE_ZONE_TEXT ? FILL : 0;
        }
    assert_true(trim(&p).is_around);
    assert_int_equal(p.core[12 * W + 100], 0);
    assert_int_equal(p.core[50 * W + 100], 0);
    assert_int_equal(p.core[30 * W + 10], 0);
    assert_int_equal(p.core[30 * W + 22], FILL);
    assert_int_equal(p.core[30 * W + 18], OUTLINE);
}

/* Before a scene as dark as their outline, which is not seen: the dark gaps between white letters, of which
 * one alone has white all around, are no letters with a white outline. */
static void gaps_between_letters_are_no_letters(void **state)
{
    (void)state;
    static struct picture p;
    letters(&p, 0);
    memset(p.luma, 12, AREA);
    zone_rows(&p, 10, 54);
    for (int x = 20; x < 180; x += 16) {
        paint(&p, (struct uncap_rect){x + 6, 20, x + 15, 40}, OUTLINE, 10);
        paint(&p, (struct uncap_rect){x, 20, x + 5, 40}, FILL, 235);
    }
    paint(&p, (struct uncap_rect){84, 18, 105, 42}, FILL, 235);
    paint(&p, (struct uncap_rect){89, 23, 100, 37}, OUTLINE, 10);
    uint8_t before[AREA];
    memcpy(before, p.core, AREA);
    assert_false(trim(&p).is_around);
    assert_memory_equal(p.core, before, AREA);
}

/* Black letters before a scene as bright as their outline, which is not seen: nor are the hollows of letters
 * letters with a black outline, though all have one. */
static void hollows_of_letters_are_no_letters(void **state)
{
    (void)state;
    static struct picture p;
    letters(&p, 0);
    memset(p.luma, 233, AREA);
    zone_rows(&p, 10, 54);
    for (int x = 20; x < 180; x += 16) {
        paint(&p, (struct uncap_rect){x + 10, 20, x + 15, 40}, UNCAP_MATTE_BRIGHT, 235);
        paint(&p, (struct uncap_rect){x, 20, x + 9, 40}, UNCAP_MATTE_DARK, 10);
        paint(&p, (struct uncap_rect){x + 2, 26, x + 7, 34}, UNCAP_MATTE_BRIGHT, 235);
    }
    uint8_t before[AREA];
    memcpy(before, p.core, AREA);
    assert_false(trim(&p).is_around);
    assert_memory_equal(p.core, before, AREA);
}

/* A letter whose colour changes while it stands looks as if it moved: its fill is no stroke. Its outline came
 * with the others, before a scene that hardly moved. */
static void the_outline_of_a_letter_that_changes_its_colour_stays(void **state)
{
    (void)state;
    static struct picture p;
    for (int came = 0; came < 2; came++) {
        letters(&p, 3);
        zone_rows(&p, 10, 54);
        memset(p.came, 0, AREA);
        for (int i = 0; came && i < AREA; i++) {
            p.fair[i] = 1;
            p.came[i] = p.core[i] ? 110 : 2;
        }
        paint(&p, (struct uncap_rect){100, 20, 105, 40}, 0, 180);
        assert_true(trim(&p).is_around);
        assert_int_equal(p.core[30 * W + 98], came ? OUTLINE : 0);
    }
}

/* Five rows of an outline are missing at one side. */
static void letters_with_a_gap_in_their_outline_stay(void **state)
{
    (void)state;
    static struct picture p;
    letters(&p, 3);
    zone_rows(&p, 10, 54);
    paint(&p, (struct uncap_rect){20 - 3, 26, 20, 31}, 0, 128);
    uint8_t before[AREA];
    memcpy(before, p.core, AREA);
    assert_true(trim(&p).is_around);
    assert_memory_equal(p.core, before, AREA);
}

/* What lies between dark strokes, and between lines of them, is bright: far wider upwards than sideways. */
static void what_is_wider_along_one_axis_is_no_outline(void **state)
{
    (void)state;
    static struct picture p;
    letters(&p, 0);
    for (int x = 20; x < 180; x += 16) {
        paint(&p, (struct uncap_rect){x - 3, 20 - 11, x + 5 + 3, 40 + 11}, UNCAP_MATTE_BRIGHT, 235);
        paint(&p, (struct uncap_rect){x, 20, x + 5, 40}, UNCAP_MATTE_DARK, 10);
    }
    uint8_t before[AREA];
    memcpy(before, p.core, AREA);
    assert_false(trim(&p).is_around);
    assert_memory_equal(p.core, before, AREA);
}

/* It is of the outline's tone, and wide on its own side only. */
static void an_outline_with_a_shadow_is_one(void **state)
{
    (void)state;
    static struct picture p;
    letters(&p, 0);
    for (int x = 20; x < 180; x += 16)
        paint(&p, (struct uncap_rect){x - 2, 20 - 2, x + 5 + 2, 40 + 10}, OUTLINE, 10);
    for (int x = 20; x < 180; x += 16)
        paint(&p, (struct uncap_rect){x, 20, x + 5, 40}, FILL, 235);
    const struct uncap_matte_outline outline = trim(&p);
    assert_true(outline.is_around);
    assert_int_equal(outline.px[2], 10);
    assert_int_equal(outline.px[6], 2);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_fill_is_within),
        cmocka_unit_test(the_fill_of_large_letters_is_within),
        cmocka_unit_test(letters_with_an_outline_stay_whole),
        cmocka_unit_test(letters_without_one_are_left_alone),
        cmocka_unit_test(scene_of_the_outlines_tone_goes),
        cmocka_unit_test(scene_of_the_fills_tone_goes),
        cmocka_unit_test(what_is_reached_from_beside_is_scene),
        cmocka_unit_test(a_short_word_has_scene_beside_it),
        cmocka_unit_test(what_came_with_the_letters_stays),
        cmocka_unit_test(a_wall_of_the_fills_tone_goes),
        cmocka_unit_test(gaps_between_letters_are_no_letters),
        cmocka_unit_test(hollows_of_letters_are_no_letters),
        cmocka_unit_test(the_outline_of_a_letter_that_changes_its_colour_stays),
        cmocka_unit_test(letters_with_a_gap_in_their_outline_stay),
        cmocka_unit_test(outlines_of_fill_that_cannot_be_seen_stay),
        cmocka_unit_test(what_is_wider_along_one_axis_is_no_outline),
        cmocka_unit_test(an_outline_with_a_shadow_is_one),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
