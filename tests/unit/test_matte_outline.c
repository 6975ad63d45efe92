/* SPDX-License-Identifier: Apache-2.0 */
/* Fill and outline of letters, and what of their tones is scene. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "detect/matte_outline.h"
#include "detect/matte_strokes.h"

enum { W = 200, H = 60, AREA = W * H, FILL = UNCAP_MATTE_BRIGHT, OUTLINE = UNCAP_MATTE_DARK };

struct picture {
    uint8_t core[AREA], luma[AREA], zone[AREA];
};

static void paint(struct picture *p, struct uncap_rect r, uint8_t core, uint8_t luma)
{
    for (int y = r.y0; y < r.y1; y++)
        for (int x = r.x0; x < r.x1; x++) {
            p->core[y * W + x] = core;
            p->luma[y * W + x] = luma;
        }
}

/* Bars of 5 x 20 pixels, white, before a scene of mid grey, with a dark outline of `width` around each. */
static void letters(struct picture *p, int width)
{
    memset(p->core, 0, AREA);
    memset(p->luma, 128, AREA);
    memset(p->zone, UNCAP_MATTE_ZONE_TEXT, AREA);
    for (int x = 20; x < 180; x += 16) {
        if (width)
            paint(p, (struct uncap_rect){x - width, 20 - width, x + 5 + width, 40 + width}, OUTLINE, 10);
        paint(p, (struct uncap_rect){x, 20, x + 5, 40}, FILL, 235);
    }
}

static bool trim(struct picture *p)
{
    const struct uncap_matte_scene scene = {.w = W, .h = H, .text_h = 24.0F, .zone = p->zone};
    const struct uncap_matte_look look = {.med = {p->luma}};
    bool is_outlined;
    assert_int_equal(uncap_matte_outline_trim(&scene, &look, p->core, &is_outlined, NULL), UNCAP_OK);
    return is_outlined;
}

static void the_fill_is_within(void **state)
{
    (void)state;
    struct picture p;
    uint8_t tmp[AREA];
    uint8_t spare[AREA];
    const struct uncap_matte_scene scene = {.w = W, .h = H};
    letters(&p, 3);
    assert_int_equal(uncap_matte_outline_fill(&scene, p.core, tmp, spare), FILL);
    letters(&p, 0);
    assert_int_equal(uncap_matte_outline_fill(&scene, p.core, tmp, spare), 0);
}

static void letters_with_an_outline_stay_whole(void **state)
{
    (void)state;
    for (int width = 1; width <= 3; width++) {
        struct picture p;
        letters(&p, width);
        uint8_t before[AREA];
        memcpy(before, p.core, AREA);
        assert_true(trim(&p));
        assert_memory_equal(p.core, before, AREA);
    }
}

static void letters_without_one_are_left_alone(void **state)
{
    (void)state;
    struct picture p;
    letters(&p, 0);
    paint(&p, (struct uncap_rect){60, 44, 80, 56}, OUTLINE, 10); /* a dark thing below */
    uint8_t before[AREA];
    memcpy(before, p.core, AREA);
    assert_false(trim(&p));
    assert_memory_equal(p.core, before, AREA);
}

static void scene_of_the_outlines_tone_goes(void **state)
{
    (void)state;
    struct picture p;
    letters(&p, 3);
    paint(&p, (struct uncap_rect){84, 0, 92, 17}, OUTLINE, 10); /* a leg that touches a letter from above */
    assert_true(trim(&p));
    assert_int_equal(p.core[5 * W + 88], 0);
    assert_int_equal(p.core[18 * W + 86], OUTLINE); /* above the letter at 84 */
    assert_int_equal(p.core[30 * W + 86], FILL);
}

static void fill_without_an_outline_goes_unless_it_cannot_be_seen(void **state)
{
    (void)state;
    struct picture p;
    letters(&p, 3);
    paint(&p, (struct uncap_rect){2, 5, 10, 12}, FILL, 235);
    memset(p.luma, 10, W * 16); /* the upper rows of the scene are as dark as the outline */
    paint(&p, (struct uncap_rect){100, 4, 108, 12}, FILL, 235);
    paint(&p, (struct uncap_rect){2, 45, 10, 52}, FILL, 235);
    assert_true(trim(&p));
    assert_int_equal(p.core[8 * W + 104], FILL);
    assert_int_equal(p.core[48 * W + 5], 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_fill_is_within), cmocka_unit_test(letters_with_an_outline_stay_whole),
        cmocka_unit_test(letters_without_one_are_left_alone),
        cmocka_unit_test(scene_of_the_outlines_tone_goes),
        cmocka_unit_test(fill_without_an_outline_goes_unless_it_cannot_be_seen)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
