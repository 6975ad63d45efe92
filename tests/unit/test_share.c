/* SPDX-License-Identifier: Apache-2.0 */
/* What captions tell each other: that they are captions, how far they reach. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#include "base/memory.h"
#include "detect/life/share.h"

enum { W = 12, MOST = 4 };

/* Captions of one row each, whose pixel x lies x pixels beyond the letters and is covered up to the breadth. */
struct video {
    struct uncap_caption captions[MOST];
    struct uncap_features features[MOST];
    size_t n;
};

static void add(struct video *v, float line_px, struct uncap_matte_breadth breadth)
{
    struct uncap_matte *m = uncap_matte_open((struct uncap_rect){0, 0, W, 1});
    m->beyond = uncap_alloc(W, 1);
    for (int x = 0; x < W; x++) {
        m->beyond[x] = (uint8_t)x;
        m->coverage[x] = x <= breadth.px ? 255 : 0;
    }
    v->captions[v->n].matte = m;
    v->features[v->n++] = (struct uncap_features){.line_px = line_px, .breadth = breadth};
}

/* Shares, and checks how far the first caption is covered then. */
static void check_first(struct video *v, int px)
{
    assert_int_equal(uncap_share_breadth(v->captions, v->features, v->n, NULL), UNCAP_OK);
    assert_true(uncap_matte_trim(&v->captions[0].matte));
    assert_int_equal(uncap_rect_w(v->captions[0].matte->area) - 1, px);
    for (size_t i = 0; i < v->n; i++) {
        assert_null(v->captions[i].matte->beyond);
        uncap_matte_close(&v->captions[i].matte);
    }
}

/* The first caption among n others alike, all as high. */
static void check_among(struct uncap_matte_breadth first, struct uncap_matte_breadth other, int n, int px)
{
    struct video v = {.n = 0};
    add(&v, 30, first);
    for (int i = 0; i < n; i++)
        add(&v, 30, other);
    check_first(&v, px);
}

static const struct uncap_matte_breadth guess = {.px = 6, .tones = 3, .has_outline = true},
                                        exact = {.px = 2, .tones = 3, .is_exact = true},
                                        wider = {.px = 3, .tones = 3, .is_exact = true},
                                        halo = {.px = 9, .tones = 3, .has_outline = true, .has_halo = true};

static void a_guess_is_as_wide_as_the_widest_that_is_exact(void **state)
{
    (void)state;
    struct video v = {.n = 0};
    add(&v, 30, guess);
    add(&v, 36, exact);
    add(&v, 25, wider);
    check_first(&v, wider.px);
}

static void letters_without_an_outline_keep_three_pixels_more(void **state)
{
    (void)state;
    struct uncap_matte_breadth bare = guess;
    bare.has_outline = false;
    check_among(bare, exact, 1, exact.px + 3);
}

static void what_is_exact_stays(void **state)
{
    (void)state;
    check_among(wider, exact, 1, wider.px);
}

static void other_styles_and_scenes_tell_nothing(void **state)
{
    (void)state;
    struct video v = {.n = 0};
    struct uncap_matte_breadth bright = exact;
    bright.tones = 1;
    add(&v, 30, guess);
    add(&v, 41, exact);
    add(&v, 30, bright);
    add(&v, 30, exact);
    v.captions[3].keep = true;
    check_first(&v, guess.px);
}

static void a_halo_goes_if_more_have_none(void **state)
{
    (void)state;
    check_among(halo, exact, 2, exact.px);
}

static void a_halo_stays_if_as_many_have_one(void **state)
{
    (void)state;
    check_among(halo, exact, 1, halo.px);
}

static void lines_in_one_box_are_overlays_together(void **state)
{
    (void)state;
    struct uncap_features line[4] = {
        {.first = 5, .end = 40, .rect = {30, 20, 90, 40}, .plate = {20, 10, 100, 70}, .is_overlay = true},
        {.first = 5, .end = 41, .rect = {40, 42, 80, 62}},
        {.first = 8, .end = 40, .rect = {40, 42, 80, 62}},
        {.first = 5, .end = 40, .rect = {40, 62, 80, 82}}};
    uncap_share_overlay(line, 4);
    assert_true(line[1].is_overlay);
    assert_false(line[2].is_overlay);
    assert_false(line[3].is_overlay);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(lines_in_one_box_are_overlays_together),
        cmocka_unit_test(a_guess_is_as_wide_as_the_widest_that_is_exact),
        cmocka_unit_test(letters_without_an_outline_keep_three_pixels_more),
        cmocka_unit_test(what_is_exact_stays),
        cmocka_unit_test(other_styles_and_scenes_tell_nothing),
        cmocka_unit_test(a_halo_goes_if_more_have_none),
        cmocka_unit_test(a_halo_stays_if_as_many_have_one),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
