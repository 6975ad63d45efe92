/* SPDX-License-Identifier: Apache-2.0 */
/* How far a caption reaches around its strokes, told by what came with it: cases drawn by hand. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "detect/matte/cover.h"
#include "detect/matte/reach.h"
#include "detect/matte/strokes.h"
#include "kernels/distance.h"

enum { W = 128, H = 64, FILL = 60, LINE = -100 };

/* Upright strokes 4 px wide, 32 px high; all that is known of them. */
struct plan {
    uint8_t core[W * H], zone[W * H], motion[W * H], px[W * H], fair[W * H], sure[W * H], light[W * H],
        dev[W * H];
    struct uncap_nearest nearest[W * H];
};

static void put_light(struct plan *p, int i, int levels)
{
    p->px[i] = (uint8_t)abs(levels);
    p->light[i] = (uint8_t)(UNCAP_MATTE_NO_LIGHT + levels);
    p->sure[i] = p->px[i] > 6;
}

static int distance_of(const struct plan *p, int i)
{
    int d = 0;
    while (d * d < (int)uncap_nearest_d2(p->nearest[i]))
        d++;
    return d;
}

/* Strokes with an outline of 3 px, and beside it, up to 10 px away, what `beside` says of a pixel. */
static struct plan *draw(int (*beside)(int i, int distance))
{
    struct plan *p = calloc(1, sizeof(*p));
    assert_non_null(p);
    memset(p->zone, UNCAP_MATTE_ZONE_TEXT, sizeof(p->zone));
    memset(p->motion, UNCAP_MATTE_QUIET, sizeof(p->motion));
    memset(p->fair, 1, sizeof(p->fair));
    for (int y = 16; y < 48; y++)
        for (int x = 0; x < W; x++)
            p->core[y * W + x] = x % 32 >= 14 && x % 32 < 18;
    assert_true(uncap_distance_nearest(p->core, p->nearest, W, H));
    for (int i = 0; i < W * H; i++) {
        const int d = distance_of(p, i);
        put_light(p, i, d == 0 ? FILL : d <= 3 ? LINE : d <= 10 ? beside(i, d) : 0);
    }
    return p;
}

/* gain: out, what came with the strokes. */
static struct uncap_matte_scene scene_of(struct plan *p, struct uncap_matte_gain *gain)
{
    *gain = (struct uncap_matte_gain){
        .px = p->px, .most = p->px, .known = p->fair, .sure = p->sure, .fair = p->fair, .light = {p->light}};
    return (struct uncap_matte_scene){
        .w = W, .h = H, .n_channels = 1, .text_h = 32, .zone = p->zone, .motion = p->motion, .gain = gain};
}

static struct uncap_matte_reach reach_of_height(struct plan *p, const int *outline_px, float text_h)
{
    struct uncap_matte_gain gain;
    struct uncap_matte_scene scene = scene_of(p, &gain);
    scene.text_h = text_h;
    scene.outline_px = outline_px;
    const struct uncap_matte_look look = {.med = {p->light}, .dev = p->dev};
    struct uncap_matte_reach reach;
    struct uncap_error err;
    assert_int_equal(uncap_matte_reach_find(&scene, &look, p->nearest, false, &reach, &err), 0);
    return reach;
}

static struct uncap_matte_reach reach_of_part(struct plan *p, bool in_part)
{
    struct uncap_matte_gain gain;
    const struct uncap_matte_scene scene = scene_of(p, &gain);
    const struct uncap_matte_look look = {.med = {p->light}, .dev = p->dev};
    struct uncap_matte_reach reach;
    struct uncap_error err;
    assert_int_equal(uncap_matte_reach_find(&scene, &look, p->nearest, in_part, &reach, &err), 0);
    return reach;
}

static struct uncap_matte_reach reach_of(struct plan *p, const int *outline_px)
{
    return reach_of_height(p, outline_px, 32);
}

static void expect_reach(const struct uncap_matte_reach *reach, int least, int most)
{
    for (int k = 0; k < UNCAP_MATTE_OCTANTS; k++)
        assert_in_range((int)reach->octant[k], least, most);
}

/* The scene varies by so many levels where the caption is not: a little less all over is no caption. */
static void put_motion(struct plan *p, int reach, int levels)
{
    for (int i = 0; i < W * H; i++)
        p->dev[i] = (uint8_t)(distance_of(p, i) <= reach       ? 1
                              : distance_of(p, i) == reach + 1 ? levels / 2
                                                               : levels);
}

static int nothing(int i, int distance)
{
    (void)i;
    (void)distance;
    return 0;
}

/* As often bright as dark, and weaker the farther away. */
static int ringing(int i, int distance)
{
    return (i % 3 - 1) * (distance <= 7 ? 6 : 3);
}

/* A shadow of 5 % before the same. */
static int shadow(int i, int distance)
{
    return ringing(i, distance) - (distance <= 6 ? 5 : 0);
}

/* Something dark beyond a gap, farther than the outline is wide. */
static int apart(int i, int distance)
{
    (void)i;
    return distance >= 9 ? -12 : 0;
}

static void outline_ends_where_its_light_does(void **state)
{
    (void)state;
    struct plan *p = draw(nothing);
    const struct uncap_matte_reach reach = reach_of(p, NULL);
    assert_int_equal(reach.cue, UNCAP_MATTE_CUE_GAIN);
    expect_reach(&reach, 3, 3);
    free(p);
}

static void what_is_beyond_a_gap_is_no_reach(void **state)
{
    (void)state;
    struct plan *p = draw(apart);
    const struct uncap_matte_reach reach = reach_of(p, NULL);
    assert_int_equal(reach.cue, UNCAP_MATTE_CUE_GAIN);
    expect_reach(&reach, 3, 3);
    free(p);
}

static void ringing_is_no_reach(void **state)
{
    (void)state;
    struct plan *p = draw(ringing);
    const struct uncap_matte_reach reach = reach_of(p, NULL);
    expect_reach(&reach, 3, 3);
    free(p);
}

static void faint_shadow_is_reach(void **state)
{
    (void)state;
    struct plan *p = draw(shadow);
    const struct uncap_matte_reach reach = reach_of(p, NULL);
    expect_reach(&reach, 5, 6); /* between two pixels on the diagonals */
    free(p);
}

/* An outline hardly darker than a scene that is noisy: no pixel of it is sure, and a few are as they were. */
static void faint_outline_is_reach(void **state)
{
    (void)state;
    struct plan *p = draw(nothing);
    for (int i = 0; i < W * H; i++) {
        const int d = distance_of(p, i);
        if (d > 0 && d <= 3)
            put_light(p, i, i % 5 ? -20 : 0);
        p->sure[i] = d == 0;
    }
    struct uncap_matte_reach reach = reach_of_part(p, true);
    assert_int_equal(reach.cue, UNCAP_MATTE_CUE_GAIN);
    expect_reach(&reach, 3, 3);
    /* Of letters without an outline it is what coding leaves. */
    reach = reach_of_part(p, false);
    expect_reach(&reach, 1, 1);
    free(p);
}

/* Beside another caption only what changed is known: 40 levels here and there, none of which is this
 * caption's. */
static int other_text(int i, int distance)
{
    return distance > 7 && i % 11 == 0 ? 40 : 0;
}

static void what_is_known_by_its_change_alone_is_no_sample(void **state)
{
    (void)state;
    struct plan *p = draw(other_text);
    for (int i = 0; i < W * H; i++)
        p->fair[i] = distance_of(p, i) <= 7 || distance_of(p, i) > 10;
    const struct uncap_matte_reach reach = reach_of(p, NULL);
    expect_reach(&reach, 3, 3);
    free(p);
}

/* A shoe that came meanwhile, of which a fifth stands by chance. What moves around it is no caption, so the
 * fifth is no sample of what is there. */
static int shoe(int i, int distance)
{
    (void)i;
    (void)distance;
    return 70;
}

static void what_moves_with_the_scene_has_no_light(void **state)
{
    (void)state;
    struct plan *p = draw(shoe);
    for (int i = 0; i < W * H; i++) {
        p->zone[i] = distance_of(p, i) > 10 ? UNCAP_MATTE_ZONE_FAR : UNCAP_MATTE_ZONE_TEXT;
        if (distance_of(p, i) > 3 && i % 5)
            p->motion[i] = UNCAP_MATTE_MOVES;
    }
    const struct uncap_matte_reach reach = reach_of(p, NULL);
    assert_int_equal(reach.cue, UNCAP_MATTE_CUE_GAIN);
    expect_reach(&reach, 3, 3);
    free(p);
}

/* The outlines of two strokes change colour as they are sung. */
static void what_changes_within_the_text_is_no_scene(void **state)
{
    (void)state;
    struct plan *p = draw(nothing);
    for (int i = 0; i < W * H; i++) {
        p->zone[i] = distance_of(p, i) > 10 ? UNCAP_MATTE_ZONE_FAR : UNCAP_MATTE_ZONE_TEXT;
        if (distance_of(p, i) > 0 && distance_of(p, i) <= 3 && i % W >= W / 4)
            p->motion[i] = UNCAP_MATTE_MOVES;
    }
    const struct uncap_matte_reach reach = reach_of(p, NULL);
    assert_int_equal(reach.cue, UNCAP_MATTE_CUE_GAIN);
    expect_reach(&reach, 3, 3);
    free(p);
}

/* An outline as dark as what it comes over: nothing came with it, but it keeps still when the scene behind
 * is another. */
static void what_keeps_still_is_reach(void **state)
{
    (void)state;
    struct plan *p = draw(nothing);
    for (int i = 0; i < W * H; i++)
        if (!p->core[i])
            put_light(p, i, 0);
    struct uncap_matte_reach reach = reach_of(p, NULL);
    assert_int_equal(reach.cue, UNCAP_MATTE_CUE_GAIN);
    expect_reach(&reach, 1, 1);
    put_motion(p, 3, 9); /* a scene that hardly moves does not tell the caption from its soft edge */
    reach = reach_of(p, NULL);
    assert_int_equal(reach.cue, UNCAP_MATTE_CUE_GAIN);
    put_motion(p, 3, 14);
    reach = reach_of(p, NULL);
    assert_int_equal(reach.cue, UNCAP_MATTE_CUE_DEV);
    expect_reach(&reach, 3, 5);
    free(p);
}

/* What varies at each distance, farther out as at the last; nobody saw the caption come. */
static struct uncap_matte_reach reach_of_spread(const uint8_t *dev, int n)
{
    struct plan *p = draw(nothing);
    memset(p->fair, 0, sizeof(p->fair));
    for (int i = 0; i < W * H; i++)
        p->dev[i] = dev[distance_of(p, i) < n ? distance_of(p, i) : n - 1];
    const struct uncap_matte_reach reach = reach_of(p, NULL);
    free(p);
    return reach;
}

static void a_soft_shadow_has_no_edge(void **state)
{
    (void)state;
    static const uint8_t shadow_dev[] = {10, 16, 22, 26, 29, 31, 33, 35, 37, 39, 40, 41, 42, 43, 44},
                         blurred[] = {10, 31, 40, 44};
    struct uncap_matte_reach reach = reach_of_spread(shadow_dev, 15);
    assert_int_equal(reach.cue, UNCAP_MATTE_CUE_DEV);
    expect_reach(&reach, 6, 7);
    reach = reach_of_spread(blurred, 4);
    assert_int_equal(reach.cue, UNCAP_MATTE_CUE_DEV);
    expect_reach(&reach, 1, 2);
}

/* A shadow of a quarter at most: the scene moves beneath it as much as beside it. */
static void a_shadow_that_lets_the_scene_through_is_reach(void **state)
{
    (void)state;
    static const int levels[] = {0, 0, 0, 0, -30, -26, -21, -16, -11, -7, -4, -2};
    struct plan *p = draw(nothing);
    for (int i = 0; i < W * H; i++) {
        const int d = distance_of(p, i);
        if (d >= 4 && d < 12)
            put_light(p, i, levels[d]);
        if (d > 3)
            p->motion[i] = UNCAP_MATTE_MOVES;
        p->zone[i] = d > 10 ? UNCAP_MATTE_ZONE_FAR : UNCAP_MATTE_ZONE_TEXT;
    }
    const struct uncap_matte_reach reach = reach_of_height(p, NULL, 16);
    assert_int_equal(reach.cue, UNCAP_MATTE_CUE_GAIN);
    assert_true(reach.has_halo);
    expect_reach(&reach, 9, 10);
    free(p);
}

/* What came and went tells more than what varies, which coding blurs over a pixel or two. */
static void what_came_is_believed_first(void **state)
{
    (void)state;
    struct plan *p = draw(nothing);
    put_motion(p, 3, 14);
    const struct uncap_matte_reach reach = reach_of(p, NULL);
    assert_int_equal(reach.cue, UNCAP_MATTE_CUE_GAIN);
    expect_reach(&reach, 3, 3);
    free(p);
}

/* All strokes, outline and all: beside them there is nothing. */
static void outlined_strokes_reach_no_farther(void **state)
{
    (void)state;
    static const int px[UNCAP_MATTE_OCTANTS] = {3, 3, 3, 3, 3, 3, 3, 3};
    struct plan *p = draw(nothing);
    for (int i = 0; i < W * H; i++)
        p->core[i] = p->px[i] != 0;
    assert_true(uncap_distance_nearest(p->core, p->nearest, W, H));
    struct uncap_matte_reach reach = reach_of(p, px);
    expect_reach(&reach, 0, 0);
    reach = reach_of(p, NULL);
    expect_reach(&reach, 1, 1);
    free(p);
}

/* The scene moves behind the left half of the strokes: of their outline alone it is not sure that it came. In
 * the right half it is among the strokes, and beside it there is nothing. */
static void an_outline_that_is_half_of_the_strokes_is_one_of_all(void **state)
{
    (void)state;
    struct plan *p = draw(nothing);
    struct uncap_matte_gain gain;
    const struct uncap_matte_scene scene = scene_of(p, &gain);
    const struct uncap_matte_look look = {.med = {p->light}, .dev = p->dev};
    uint8_t coverage[W * H], beyond[W * H];
    struct uncap_matte_breadth breadth;
    for (int i = 0; i < W * H; i++) {
        const bool is_left = i % W < W / 2, is_outline = p->light[i] < UNCAP_MATTE_NO_LIGHT;
        p->core[i] = p->core[i] ? UNCAP_MATTE_BRIGHT : 0;
        p->core[i] |= is_outline && !is_left ? UNCAP_MATTE_FAINT : 0;
        p->sure[i] = p->sure[i] && !(is_outline && is_left);
    }
    assert_int_equal(uncap_matte_cover_strokes(&scene, &look, p->core, coverage, beyond, &breadth, NULL),
                     UNCAP_OK);
    for (int i = 0; i < W * H; i++)
        assert_true(p->light[i] == UNCAP_MATTE_NO_LIGHT || coverage[i] >= 128);
    free(p);
}

/* Sung letters: of the fill it is not known when it came, so only the outline tells its width; and that is no
 * stroke before the left half of the scene, which is as dark. */
static void an_outline_goes_all_around_the_fill(void **state)
{
    (void)state;
    static const int px[UNCAP_MATTE_OCTANTS] = {3, 3, 3, 3, 3, 3, 3, 3};
    struct plan *p = draw(nothing);
    struct uncap_matte_gain gain;
    struct uncap_matte_scene scene = scene_of(p, &gain);
    scene.outline_px = px;
    const struct uncap_matte_look look = {.med = {p->light}, .dev = p->dev};
    uint8_t coverage[W * H], beyond[W * H];
    struct uncap_matte_breadth breadth;
    for (int i = 0; i < W * H; i++) {
        const bool is_left = i % W < W / 2, is_outline = p->light[i] < UNCAP_MATTE_NO_LIGHT;
        p->fair[i] = !p->core[i];
        p->core[i] = p->core[i] ? UNCAP_MATTE_BRIGHT : is_outline && !is_left ? UNCAP_MATTE_DARK : 0;
        if (is_outline && is_left)
            put_light(p, i, 0);
    }
    assert_int_equal(uncap_matte_cover_strokes(&scene, &look, p->core, coverage, beyond, &breadth, NULL),
                     UNCAP_OK);
    for (int i = 0; i < W * H; i++)
        assert_true(uncap_nearest_d2(p->nearest[i]) > 9 || coverage[i] == UNCAP_MATTE_FULL);
    free(p);
}

/* Thick letters of which only the outline is known, as their fill lights up: a ring of 2 px around 20 x 20. A
 * corner of the scene steps as they do. */
static void what_is_sung_within_an_outline_is_covered(void **state)
{
    (void)state;
    struct plan *p = draw(nothing);
    uint8_t coverage[W * H], beyond[W * H], sung[W * H] = {0};
    struct uncap_matte_breadth breadth;
    for (int i = 0; i < W * H; i++) {
        const int x = abs(i % W - W / 2), y = abs(i / W - H / 2), far = x > y ? x : y;
        p->core[i] = far > 10 && far <= 12 ? UNCAP_MATTE_DARK : 0;
        sung[i] = far <= 10 || (i % W < 8 && i / W < 8);
        put_light(p, i, p->core[i] ? LINE : 0);
    }
    struct uncap_matte_gain gain;
    struct uncap_matte_scene scene = scene_of(p, &gain);
    const struct uncap_matte_look look = {.med = {p->light}, .dev = p->dev};
    struct uncap_error err;
    assert_int_equal(uncap_matte_cover_strokes(&scene, &look, p->core, coverage, beyond, &breadth, &err), 0);
    assert_int_equal(coverage[H / 2 * W + W / 2], 0);
    scene.sung = sung;
    assert_int_equal(uncap_matte_cover_strokes(&scene, &look, p->core, coverage, beyond, &breadth, &err), 0);
    for (int i = 0; i < W * H; i++)
        if (sung[i] || p->core[i])
            assert_int_equal(coverage[i], i % W < 8 ? 0 : UNCAP_MATTE_FULL);
    free(p);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_is_sung_within_an_outline_is_covered),
        cmocka_unit_test(outline_ends_where_its_light_does),
        cmocka_unit_test(what_is_beyond_a_gap_is_no_reach),
        cmocka_unit_test(ringing_is_no_reach),
        cmocka_unit_test(faint_shadow_is_reach),
        cmocka_unit_test(faint_outline_is_reach),
        cmocka_unit_test(what_is_known_by_its_change_alone_is_no_sample),
        cmocka_unit_test(what_moves_with_the_scene_has_no_light),
        cmocka_unit_test(what_changes_within_the_text_is_no_scene),
        cmocka_unit_test(what_keeps_still_is_reach),
        cmocka_unit_test(a_soft_shadow_has_no_edge),
        cmocka_unit_test(a_shadow_that_lets_the_scene_through_is_reach),
        cmocka_unit_test(what_came_is_believed_first),
        cmocka_unit_test(outlined_strokes_reach_no_farther),
        cmocka_unit_test(an_outline_that_is_half_of_the_strokes_is_one_of_all),
        cmocka_unit_test(an_outline_goes_all_around_the_fill),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
