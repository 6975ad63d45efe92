/* SPDX-License-Identifier: Apache-2.0 */
/* Light that fades out around strokes: cases drawn by hand. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "detect/matte/halo.h"
#include "kernels/distance.h"

enum { W = 120, H = 90, N = 12 };

/* What came with a stroke in the middle of the picture, its light by the distance from it. */
struct plan {
    uint8_t stroke[W * H], zone[W * H], fair[W * H], light[W * H];
    struct uncap_nearest nearest[W * H];
    bool has_bar;
};

static struct plan *draw(const int light[N])
{
    struct plan *p = calloc(1, sizeof(*p));
    assert_non_null(p);
    memset(p->fair, 1, sizeof(p->fair));
    for (int y = 40; y < 50; y++)
        memset(p->stroke + y * W + 50, 1, 20);
    assert_true(uncap_distance_nearest(p->stroke, p->nearest, W, H));
    for (int i = 0; i < W * H; i++) {
        const int d = (int)(sqrtf((float)uncap_nearest_d2(p->nearest[i])) + 0.5F);
        p->light[i] = (uint8_t)(UNCAP_MATTE_NO_LIGHT + (d < N ? light[d] : 0));
    }
    return p;
}

static struct uncap_matte_halo halo_of(struct plan *p)
{
    const struct uncap_matte_gain gain = {.fair = p->fair, .light = {p->light}};
    const struct uncap_matte_scene scene = {
        .w = W, .h = H, .n_channels = 1, .text_h = 20, .zone = p->zone, .gain = &gain, .has_bar = p->has_bar};
    struct uncap_matte_halo halo;
    struct uncap_error err;
    assert_int_equal(uncap_matte_halo_find(&scene, p->nearest, &halo, &err), 0);
    return halo;
}

static void expect_reach(const struct uncap_matte_halo *halo, int least, int most)
{
    assert_true(halo->is_seen);
    for (int k = 0; k < UNCAP_MATTE_OCTANTS; k++)
        assert_in_range(halo->octant[k], least, most);
}

static const int shadow[N] = {100, -40, -34, -28, -22, -17, -12, -8, -5, -2};

static void light_that_fades_out_is_a_halo(void **state)
{
    (void)state;
    struct plan *p = draw(shadow);
    const struct uncap_matte_halo halo = halo_of(p);
    expect_reach(&halo, 8, 8);
    free(p);
}

static void motion_leans_to_no_side(void **state)
{
    (void)state;
    struct plan *p = draw(shadow);
    for (int i = 0; i < W * H; i++)
        if (!p->stroke[i])
            p->light[i] = (uint8_t)(p->light[i] + (i * 7 % 11 - 5) * 4);
    const struct uncap_matte_halo halo = halo_of(p);
    expect_reach(&halo, 5, 9);
    free(p);
}

static void it_may_lie_to_one_side(void **state)
{
    (void)state;
    struct plan *p = draw(shadow);
    for (int i = 0; i < W * H; i++)
        if (p->nearest[i].dx + p->nearest[i].dy < 0)
            p->light[i] = UNCAP_MATTE_NO_LIGHT;
    const struct uncap_matte_halo halo = halo_of(p);
    assert_true(halo.is_seen);
    for (int k = 0; k <= 2; k++)
        assert_int_equal(halo.octant[k], 8);
    for (int k = 4; k <= 6; k++)
        assert_int_equal(halo.octant[k], 0);
    free(p);
}

/* All of the scene has become darker by as much: what is left of it near the text may fade as well. */
static void a_scene_that_leans_has_none(void **state)
{
    (void)state;
    struct plan *p = draw(shadow);
    for (int i = 0; i < W * H; i++)
        if (!p->stroke[i])
            p->light[i] = (uint8_t)(p->light[i] - 40);
    const struct uncap_matte_halo halo = halo_of(p);
    assert_false(halo.is_seen);
    free(p);
}

static void what_does_not_fade_out_is_none(void **state)
{
    (void)state;
    static const int none[][N] = {
        {100, -100, -96, -50, -2},                        /* the edge of an outline */
        {100, -40, -34, -28, -22, -17, -30, -25, -12},    /* something else beside it */
        {30, 53, 29, 12, 8, 6, 2},                        /* letters beside these strokes */
        {100, -4, -4, -4, -4, -4, -4, -4, -4, -4, -4, 0}, /* level */
    };
    for (size_t k = 0; k < sizeof(none) / sizeof(none[0]); k++) {
        struct plan *p = draw(none[k]);
        const struct uncap_matte_halo halo = halo_of(p);
        assert_false(halo.is_seen);
        free(p);
    }
}

static void nobody_saw_it_come(void **state)
{
    (void)state;
    struct plan *p = draw(shadow);
    memset(p->fair, 0, sizeof(p->fair));
    const struct uncap_matte_halo halo = halo_of(p);
    assert_false(halo.is_seen);
    free(p);
}

/* What is darker around letters that have a box is the box. */
static void a_caption_with_a_box_has_none(void **state)
{
    (void)state;
    struct plan *p = draw(shadow);
    p->has_bar = true;
    const struct uncap_matte_halo halo = halo_of(p);
    assert_false(halo.is_seen);
    free(p);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(light_that_fades_out_is_a_halo), cmocka_unit_test(motion_leans_to_no_side),
        cmocka_unit_test(it_may_lie_to_one_side),         cmocka_unit_test(a_scene_that_leans_has_none),
        cmocka_unit_test(what_does_not_fade_out_is_none), cmocka_unit_test(nobody_saw_it_come),
        cmocka_unit_test(a_caption_with_a_box_has_none),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
