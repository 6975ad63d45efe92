/* SPDX-License-Identifier: Apache-2.0 */
/* What moves with the scene, what stands before it, and where nothing moves. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "detect/matte_moving.h"

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

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(the_letter_is_told_from_the_scene),
                                       cmocka_unit_test(corners_are_judged_too)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
