/* SPDX-License-Identifier: Apache-2.0 */
/* Stretches of a line where letters may be that look like the scene. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "detect/matte/hidden.h"
#include "detect/matte/profile.h"

enum { W = 120, H = 30, GAP = 50, GAP_END = 80, INK = 220, DARK = 60 };

static const struct uncap_matte_line line = {{10, 5, 110, 25}, 14};
static const struct uncap_matte_ink ink = {{{INK}, 1}, INK - DARK};

struct film {
    uint8_t med[H][W], motion[H][W], core[H][W];
    struct uncap_matte_look look;
    struct uncap_matte_scene scene;
};

/* Strokes every six columns but in the gap, where the scene is that bright. */
static void film(struct film *f, int gap_end, uint8_t bright)
{
    memset(f, 0, sizeof(*f));
    memset(f->med, DARK, sizeof(f->med));
    for (int x = 16; x < 108; x += 6)
        for (int y = 8; y < 22 && (x < GAP || x >= gap_end); y++)
            f->core[y][x] = UNCAP_MATTE_BRIGHT;
    for (int y = 0; y < H; y++)
        memset(&f->med[y][GAP], bright, (size_t)(gap_end - GAP));
    f->look.med[0] = f->med[0];
    f->scene = (struct uncap_matte_scene){.w = W, .h = H, .n_channels = 1, .motion = f->motion[0]};
}

static struct uncap_rect next(const struct film *f, int from)
{
    return uncap_matte_hidden_next(&f->scene, &f->look, f->core[0], &ink, &line, from);
}

static void letters_may_be_where_the_scene_has_their_colour(void **state)
{
    (void)state;
    static struct film f;
    film(&f, GAP_END, INK - 20);
    const struct uncap_rect r = next(&f, 0);
    assert_in_range(r.x0, GAP - 6, GAP);
    assert_in_range(r.x1, GAP_END, GAP_END + 6);
    assert_int_equal(r.y0, line.box.y0);
    assert_int_equal(r.y1, line.box.y1);
    assert_true(uncap_rect_empty(next(&f, r.x1)));
}

static void what_would_show_letters_has_none(void **state)
{
    (void)state;
    static struct film f;
    film(&f, GAP_END, DARK);
    assert_true(uncap_rect_empty(next(&f, 0)));
    film(&f, GAP_END, INK - 20);
    memset(f.motion, UNCAP_MATTE_MOVES, sizeof(f.motion));
    assert_true(uncap_rect_empty(next(&f, 0)));
}

static void letters_with_an_outline_are_seen(void **state)
{
    (void)state;
    static const int outline[UNCAP_MATTE_OCTANTS] = {2, 2, 2, 2, 2, 2, 2, 2};
    static struct film f;
    film(&f, GAP_END, INK - 20);
    f.scene.outline_px = outline;
    assert_true(uncap_rect_empty(next(&f, 0)));
}

static void a_space_is_no_word(void **state)
{
    (void)state;
    static struct film f;
    film(&f, GAP + 4, INK - 20);
    assert_true(uncap_rect_empty(next(&f, 0)));
}

/* A box may be too long. */
static void no_letters_are_missing_beyond_the_last(void **state)
{
    (void)state;
    static struct film f;
    film(&f, W - 1, INK - 20);
    assert_true(uncap_rect_empty(next(&f, 0)));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(letters_may_be_where_the_scene_has_their_colour),
        cmocka_unit_test(what_would_show_letters_has_none),
        cmocka_unit_test(letters_with_an_outline_are_seen),
        cmocka_unit_test(a_space_is_no_word),
        cmocka_unit_test(no_letters_are_missing_beyond_the_last),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
