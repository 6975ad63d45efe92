/* SPDX-License-Identifier: Apache-2.0 */
/* What shines through around letters: bars with a border that hides a part of a patterned scene. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "detect/matte/rings.h"

enum { W = 160, H = 60, AREA = W * H, BAR = 4, PITCH = 40, BORDER = 3, N = 12 };

struct picture {
    uint8_t with[AREA], without[AREA], stroke[AREA], zone[AREA], dev[AREA];
};

static int distance_to_bar(int x)
{
    const int from = x % PITCH - PITCH / 2; /* bars begin in the middle of each pitch */
    return from < 0 ? -from : from < BAR ? 0 : from - BAR + 1;
}

/* hides: how much the border does, of 255; drift: the scene moves so many levels over time. */
static void draw(struct picture *p, int hides, int drift)
{
    memset(p, 0, sizeof(*p));
    for (int i = 0; i < AREA; i++) {
        const int x = i % W, y = i / W, d = distance_to_bar(x);
        p->without[i] = (uint8_t)(60 + (x / 3 + y / 3) % 2 * 60 + (x * 7 + y * 13) % 11);
        p->stroke[i] = d == 0;
        const int opacity = d == 0 ? 255 : d <= BORDER ? hides : 0, value = d == 0 ? 235 : 16;
        p->with[i] = (uint8_t)((value * opacity + p->without[i] * (255 - opacity)) / 255);
        p->dev[i] = (uint8_t)(drift * (255 - opacity) / 255);
    }
}

/* Opens the rings of a picture, with the pair or without it. */
static void measure(struct picture *p, bool has_pair, struct uncap_matte_rings *rings)
{
    const struct uncap_matte_scene scene = {.w = W, .h = H, .n_channels = 1, .text_h = 20, .zone = p->zone};
    const struct uncap_matte_look look = {.med = {p->with}, .dev = p->dev};
    const struct uncap_matte_pair pair = {p->with, p->without};
    const struct uncap_rect none = {0, 0, 0, 0};
    assert_int_equal(uncap_matte_rings_open(rings, &scene, &look, &pair, has_pair, p->stroke, none, N, NULL),
                     0);
}

static void pairs_tell_opacity_and_colour(void **state)
{
    (void)state;
    static const int hides[] = {255, 204, 128};
    static struct picture p;
    for (size_t i = 0; i < sizeof(hides) / sizeof(hides[0]); i++) {
        struct uncap_matte_rings rings;
        draw(&p, hides[i], 0);
        measure(&p, true, &rings);
        assert_int_equal(rings.through, UNCAP_MATTE_THROUGH_PAIRS);
        for (int side = UNCAP_MATTE_SIDE_FIRST; side <= UNCAP_MATTE_SIDE_LAST; side++) {
            float value[UNCAP_MAX_PLANES];
            const struct uncap_matte_ring *border = uncap_matte_rings_at(&rings, side, 2);
            const float opacity = uncap_matte_ring_opacity(&rings, border);
            assert_true(fabsf(opacity - (float)hides[i] / 255) < 0.02f);
            uncap_matte_ring_colour(&rings, border, opacity, value);
            assert_true(fabsf(value[0] - 16) < 3);
            assert_true(uncap_matte_ring_opacity(&rings, uncap_matte_rings_at(&rings, side, BORDER + 2)) <
                        0.02f);
        }
        assert_true(uncap_matte_ring_opacity(&rings, &rings.inside) > 0.98f);
        uncap_matte_rings_close(&rings);
    }
}

static void motion_tells_where_nothing_else_does(void **state)
{
    (void)state;
    static struct picture p;
    struct uncap_matte_rings rings;
    draw(&p, 128, 40);
    measure(&p, false, &rings);
    assert_int_equal(rings.through, UNCAP_MATTE_THROUGH_DEV);
    const float opacity =
        uncap_matte_ring_opacity(&rings, uncap_matte_rings_at(&rings, UNCAP_MATTE_SIDE_LAST, 2));
    assert_true(fabsf(opacity - 0.5f) < 0.05f);
    uncap_matte_rings_close(&rings);
}

static void a_still_scene_tells_contrast_alone(void **state)
{
    (void)state;
    static struct picture p;
    struct uncap_matte_rings rings;
    draw(&p, 255, 0);
    measure(&p, false, &rings);
    assert_int_equal(rings.through, UNCAP_MATTE_THROUGH_CONTRAST);
    const struct uncap_matte_ring *border = uncap_matte_rings_at(&rings, UNCAP_MATTE_SIDE_FIRST, 2),
                                  *scene = uncap_matte_rings_at(&rings, UNCAP_MATTE_SIDE_FIRST, 7);
    assert_true(uncap_matte_ring_contrast(&rings, border) > 60);
    assert_true(uncap_matte_ring_contrast(&rings, scene) < 20);
    uncap_matte_rings_close(&rings);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(pairs_tell_opacity_and_colour),
        cmocka_unit_test(motion_tells_where_nothing_else_does),
        cmocka_unit_test(a_still_scene_tells_contrast_alone),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
