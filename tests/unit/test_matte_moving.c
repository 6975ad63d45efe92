/* SPDX-License-Identifier: Apache-2.0 */
/* What moves with the scene, what stands before it, and where nothing moves. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "detect/matte/lines.h"
#include "detect/matte/moving.h"

enum { W = 60, H = 40, RADIUS = 5, X = 30, Y = 20 };

/* Spread of the scene left of x = `edge` and of what is right of it, and of a letter of 3 x 9 pixels at
 * (X, Y). */
struct scene {
    const char *name;
    int edge, left, right, letter;
    enum uncap_matte_motion expected; /* of the letter's middle */
};

static const struct scene cases[] = {
    {"solid letter before a moving scene", W, 60, 0, 2, UNCAP_MATTE_STANDS},
    {"see-through letter", W, 60, 0, 24, UNCAP_MATTE_STANDS},
    {"no letter", W, 60, 0, 60, UNCAP_MATTE_MOVES},
    {"still scene", W, 3, 0, 2, UNCAP_MATTE_QUIET},
    {"noise of coding alone", W, 9, 0, 9, UNCAP_MATTE_QUIET},
    {"something that moves in a still scene", W, 2, 0, 50, UNCAP_MATTE_MOVES},
    {"motion that reaches half of the way", X, 60, 2, 2, UNCAP_MATTE_STANDS},
    {"motion far away", 5, 60, 2, 2, UNCAP_MATTE_QUIET},
};

static void the_letter_is_told_from_the_scene(void **state)
{
    (void)state;
    for (size_t k = 0; k < sizeof(cases) / sizeof(cases[0]); k++) {
        const struct scene *s = &cases[k];
        uint8_t dev[H][W];
        uint8_t motion[H][W];
        for (int y = 0; y < H; y++)
            memset(dev[y], s->right, W), memset(dev[y], s->left, (size_t)s->edge);
        for (int y = Y - 4; y <= Y + 4; y++)
            memset(&dev[y][X - 1], s->letter, 3);
        assert_int_equal(uncap_matte_moving_find(&dev[0][0], W, H, RADIUS, &motion[0][0], NULL), UNCAP_OK);
        if (motion[Y][X] != s->expected)
            fail_msg("%s: %d", s->name, motion[Y][X]);
    }
}

/* The square around a pixel is cut by the picture's edge. */
static void corners_are_judged_too(void **state)
{
    (void)state;
    uint8_t dev[H][W];
    uint8_t motion[H][W];
    memset(dev, 40, sizeof(dev));
    dev[0][0] = dev[H - 1][W - 1] = 0;
    assert_int_equal(uncap_matte_moving_find(&dev[0][0], W, H, 200, &motion[0][0], NULL), UNCAP_OK);
    assert_int_equal(motion[0][0], UNCAP_MATTE_STANDS);
    assert_int_equal(motion[H - 1][W - 1], UNCAP_MATTE_STANDS);
    assert_int_equal(motion[0][W - 1], UNCAP_MATTE_MOVES);
}

static void fill(uint8_t map[H][W], int x0, int y0, int x1, int y1, int value)
{
    for (int y = y0; y < y1; y++)
        memset(&map[y][x0], value, (size_t)(x1 - x0));
}

/* A leg that passes behind the text and ends in it, and a sung word. */
static void what_reaches_out_of_the_text_is_scene(void **state)
{
    (void)state;
    uint8_t zone[H][W];
    uint8_t motion[H][W];
    uint8_t scene[H][W];
    memset(zone, UNCAP_MATTE_ZONE_FAR, sizeof(zone));
    memset(motion, UNCAP_MATTE_QUIET, sizeof(motion));
    fill(zone, 5, Y - 6, W - 5, Y + 6, UNCAP_MATTE_ZONE_TEXT);
    fill(motion, 10, 0, 18, Y + 4, UNCAP_MATTE_MOVES);
    fill(motion, X, Y - 4, X + 20, Y + 4, UNCAP_MATTE_MOVES);
    assert_int_equal(uncap_matte_moving_scene(&motion[0][0], &zone[0][0], W, H, &scene[0][0], NULL),
                     UNCAP_OK);
    for (int y = 0; y < H; y++)
        for (int x = 0; x < W; x++)
            assert_int_equal(scene[y][x], x >= 10 && x < 18 && y < Y + 4);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(the_letter_is_told_from_the_scene),
                                       cmocka_unit_test(corners_are_judged_too),
                                       cmocka_unit_test(what_reaches_out_of_the_text_is_scene)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
