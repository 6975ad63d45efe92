/* SPDX-License-Identifier: Apache-2.0 */
/* Thin letters on a bar right below the picture: the bar is no outline of theirs. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "detect/matte/ground.h"
#include "detect/matte/strokes.h"

enum { W = 220, H = 60, AREA = W * H, BAR = 22, LETTER = 150, FAINT = 60, BLACK = 16, PICTURE = 200 };

struct drawing {
    uint8_t luma[AREA], chroma[AREA], dev[AREA], zone[AREA], motion[AREA], letters[AREA], none[AREA],
        core[AREA];
};

static bool is_letter(int x, int y)
{
    return x >= 40 && x < 180 && (x - 40) % 7 == 0 && y >= 25 && y < 38;
}

/* Stems of one pixel on a bar of one colour, with faint feet of two rows. */
static void draw(struct drawing *d)
{
    memset(d, 0, sizeof(*d));
    memset(d->motion, UNCAP_MATTE_QUIET, AREA);
    for (int y = 0; y < H; y++)
        for (int x = 0; x < W; x++) {
            const int i = y * W + x;
            d->letters[i] = is_letter(x, y);
            d->luma[i] = y < BAR ? PICTURE : !d->letters[i] ? BLACK : y < 36 ? LETTER : FAINT;
            d->chroma[i] = 128;
            d->dev[i] = y < BAR ? 30 : 1;
            if (x >= 36 && x < 184 && y >= 20 && y < 42)
                d->zone[i] = UNCAP_MATTE_ZONE_TEXT;
            else
                d->zone[i] = UNCAP_MATTE_ZONE_FAR;
        }
}

static struct uncap_matte_scene scene_of(const struct drawing *d, const struct uncap_matte_gain *gain)
{
    return (struct uncap_matte_scene){.w = W,
                                      .h = H,
                                      .n_channels = 1,
                                      .text_h = 16,
                                      .zone = d->zone,
                                      .motion = d->motion,
                                      .gain = gain,
                                      .far_dev = 30};
}

/* Nothing is known of what came and went. */
static struct uncap_matte_gain gain_of(struct drawing *d)
{
    return (struct uncap_matte_gain){
        .px = d->none, .most = d->none, .known = d->none, .sure = d->none, .fair = d->none, .scene = 255};
}

static void is_no_outline(void **state)
{
    (void)state;
    static struct drawing d;
    draw(&d);
    const struct uncap_matte_gain gain = gain_of(&d);
    const struct uncap_matte_scene scene = scene_of(&d, &gain);
    const struct uncap_matte_look look = {.med = {d.luma}, .dev = d.dev};
    struct uncap_matte_ink ink;
    assert_int_equal(uncap_matte_strokes_find(&scene, &look, d.motion, d.core, &ink, NULL), UNCAP_OK);
    for (int i = 0; i < AREA; i++)
        assert_int_equal(d.core[i], !d.letters[i]        ? 0
                                    : d.luma[i] == FAINT ? UNCAP_MATTE_FAINT
                                                         : UNCAP_MATTE_BRIGHT);
}

static int count(const uint8_t *map)
{
    int n = 0;
    for (int i = 0; i < AREA; i++)
        n += map[i];
    return n;
}

static void ends_where_an_outline_does(void **state)
{
    (void)state;
    static struct drawing d;
    static uint8_t ground[AREA];
    const struct uncap_matte_colour black = {.value = {BLACK}};
    draw(&d);
    const struct uncap_matte_gain gain = gain_of(&d);
    const struct uncap_matte_scene scene = scene_of(&d, &gain);
    const struct uncap_matte_look look = {.med = {d.luma}, .dev = d.dev};
    assert_int_equal(uncap_matte_ground_find(&scene, &look, d.letters, &black, ground, NULL), UNCAP_OK);
    assert_int_equal(count(ground), W * (H - BAR) - count(d.letters));
    for (int y = 0; y < H; y++) /* an outline of 4 px, before a picture */
        for (int x = 0; x < W; x++)
            if (x < 36 || x >= 178 || y < 21 || y >= 42)
                d.luma[y * W + x] = PICTURE;
    assert_int_equal(uncap_matte_ground_find(&scene, &look, d.letters, &black, ground, NULL), UNCAP_OK);
    assert_int_equal(count(ground), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(is_no_outline),
        cmocka_unit_test(ends_where_an_outline_does),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
