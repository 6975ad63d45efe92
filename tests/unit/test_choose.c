/* SPDX-License-Identifier: Apache-2.0 */
/* What the detector looks at when something happens: the band of the captions, rows, columns, or all. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#include "base/memory.h"
#include "detect/chunk.h"
#include "detect/ocr/hull.h"
#include "grey.h"

enum { W = 320, H = 180, N = 90, FPS = 25 };

static const struct uncap_rect all = {0, 0, W, H}, caption = {80, 140, 240, 160}, title = {120, 20, 200, 44};

/* looks: of the chunk, which is all of the video. */
struct scene {
    struct uncap_detector d;
    struct uncap_captions captions;
    struct uncap_features features[2];
    struct uncap_chunk c;
    uint8_t data[N][W * H];
};

/* Frames [first, end) show bars of 3 pixels in the rectangle, on flat grey. */
static void paint(struct scene *s, int first, int end, struct uncap_rect r)
{
    for (int i = first; i < end; i++)
        for (int y = r.y0; y < r.y1; y++)
            for (int x = r.x0; x < r.x1; x++)
                s->data[i][y * W + x] = (x - r.x0) / 3 % 2 ? 220 : 90;
}

static int open_scene(void **state)
{
    static struct scene s;
    struct uncap_error err;
    const struct uncap_format grey = {.n_planes = 1, .depth = 8};
    memset(&s, 0, sizeof(s));
    memset(s.data, 90, sizeof(s.data));
    struct uncap_detector *d = &s.d;
    d->video = (struct uncap_detector_video){.w = W, .h = H, .format = grey, .frames_per_second = FPS};
    d->sample = UNCAP_SAMPLE_ADAPTIVE;
    d->is_automatic = true;
    d->n_regions = 1;
    d->regions = uncap_alloc(1, sizeof(*d->regions));
    d->regions[0] = all;
    d->owed = -1;
    /* Two captions are known: there is a band. */
    for (int i = 0; i < 2; i++)
        s.features[i] = (struct uncap_features){.rect = caption,
                                                .line_px = 20,
                                                .contrast = 100,
                                                .likeness = 1,
                                                .n_seen = 2,
                                                .is_steady = true,
                                                .begin = UNCAP_BORDER_CLEAN,
                                                .finish = UNCAP_BORDER_CLEAN};
    s.captions.n = 2;
    d->captions = &s.captions;
    d->features = s.features;
    assert_int_equal(uncap_ring_open(&d->ring, W, H, grey, N, N, grey_keeper(), &err), UNCAP_OK);
    assert_int_equal(uncap_novelty_open(&d->novelty, W, H, &err), UNCAP_OK);
    assert_int_equal(uncap_flash_open(&d->flash, W, H, &err), UNCAP_OK);
    uncap_adaptive_start(&d->adaptive, FPS);
    s.c = (struct uncap_chunk){.d = d, .end = N};
    s.c.looks = uncap_alloc((size_t)2 * N, sizeof(*s.c.looks));
    s.c.reasons = uncap_alloc((size_t)2 * N, sizeof(*s.c.reasons));
    *state = &s;
    return 0;
}

static int close_scene(void **state)
{
    struct scene *s = *state;
    uncap_free(s->c.reasons);
    uncap_free(s->c.looks);
    uncap_flash_close(&s->d.flash);
    uncap_novelty_close(&s->d.novelty);
    uncap_ring_close(&s->d.ring);
    uncap_free(s->d.regions);
    return 0;
}

static void run(struct scene *s)
{
    struct uncap_error err;
    for (int i = 0; i < N; i++) {
        const struct uncap_picture p = {
            .format = s->d.video.format, .w = W, .h = H, .data = {s->data[i]}, .stride = {W}};
        assert_int_equal(uncap_ring_push(&s->d.ring, &p, s, &err), UNCAP_OK);
        uncap_ring_reduce(&s->d.ring, i);
        int64_t frame;
        bool is_cut;
        uncap_shots_push(&s->d.shots, uncap_ring_luma(&s->d.ring, i), &frame, &is_cut);
        assert_int_equal(uncap_chunk_choose(&s->c, i, &err), UNCAP_OK);
    }
}

/* The first look at frame `first` or later. */
static const struct uncap_look *look_after(const struct scene *s, int64_t first)
{
    for (int i = 0; i < s->c.n_looks; i++)
        if (s->c.looks[i].frame >= first)
            return &s->c.looks[i];
    fail_msg("no look");
    return NULL;
}

static bool is_whole(const struct uncap_look *look)
{
    return uncap_rect_holds(look->plan.region, all);
}

static void a_new_shot_is_looked_at_in_the_band_first(void **state)
{
    enum { CUT = 35 };
    struct scene *s = *state;
    paint(s, CUT, N, all);
    run(s);
    const struct uncap_look *band = look_after(s, CUT);
    assert_true(band->frame < CUT + 6);
    assert_false(is_whole(band));
    assert_true(uncap_rect_holds(band->plan.region, caption));
    const struct uncap_look *rest = look_after(s, band->frame + 1);
    while (!is_whole(rest))
        rest = look_after(s, rest->frame + 1);
    assert_true(rest->frame <= band->frame + FPS);
}

static void what_appears_in_two_places_is_looked_at_together(void **state)
{
    enum { FIRST = 35 };
    struct scene *s = *state;
    paint(s, FIRST, N, title);
    paint(s, FIRST, N, caption);
    run(s);
    const struct uncap_rect r = look_after(s, FIRST)->plan.region;
    assert_true(uncap_rect_holds(r, title));
    assert_true(uncap_rect_holds(r, caption));
}

static void strokes_elsewhere_are_looked_at_in_all_of_their_rows(void **state)
{
    enum { FIRST = 35 };
    struct scene *s = *state;
    paint(s, FIRST, N, title);
    run(s);
    const struct uncap_rect r = look_after(s, FIRST)->plan.region;
    assert_true(uncap_rect_holds(r, (struct uncap_rect){0, title.y0, W, title.y1}));
    assert_true(r.y1 < caption.y0);
}

/* Thin letters are not found once they are squeezed. */
static void strokes_elsewhere_are_as_large_as_in_all_of_the_picture(void **state)
{
    enum { FIRST = 35, TALL = 28 };
    struct scene *s = *state;
    for (int h = 12; h <= TALL; h += 4) {
        close_scene(state);
        open_scene(state);
        s->d.n_found[0] = 1;
        s->captions.n = 0;
        paint(s, FIRST, N, (struct uncap_rect){title.x0, title.y0, title.x1, title.y0 + h});
        run(s);
        const struct uncap_textnet_plan *plan = &look_after(s, FIRST)->plan;
        assert_false(is_whole(look_after(s, FIRST)));
        /* 180 rows are stretched to 192. */
        assert_int_equal(plan->h * H, uncap_rect_h(plan->region) * 192);
    }
}

static void what_flashed_is_looked_at_in_its_columns(void **state)
{
    enum { FIRST = 35 };
    struct scene *s = *state;
    paint(s, FIRST, FIRST + 1, title);
    run(s);
    const struct uncap_look *look = look_after(s, FIRST);
    assert_int_equal(look->frame, FIRST);
    assert_true(uncap_rect_holds(look->plan.region, title));
    assert_true(uncap_rect_w(look->plan.region) < W);
    /* What goes on beyond them is looked at once more. */
    assert_int_equal(uncap_rect_w(look->wide.region), W);
}

/* In a scene whose false alarms have raised the bars, strokes that come one by one ask for no look when they
 * are born. */
static void what_comes_slowly_is_looked_at_once_it_stands(void **state)
{
    enum { FIRST = 28, STROKE = 6, FRAMES = 10, END = 50 }; /* the clock asks in frames 27 and 52 */
    struct scene *s = *state;
    for (int x = title.x0, i = 0; x < title.x1; x += STROKE, i++)
        paint(s, FIRST + 7 * i % FRAMES, END, (struct uncap_rect){x, title.y0, x + STROKE, title.y1});
    s->d.adaptive.bars.anywhere = s->d.adaptive.bars.home = 40;
    run(s);
    const struct uncap_look *look = look_after(s, FIRST);
    assert_true(look->frame < END);
    assert_true(uncap_rect_holds(look->plan.region, title));
    /* All of it has appeared by then: its columns do, or once more all of the row. */
    assert_true(uncap_rect_w(look->plan.region) < W);
    assert_int_equal(uncap_rect_w(look->wide.region), W);
}

/* In a small picture, as long as it is not known that its text is found as it is. */
static void rows_of_a_small_picture_are_looked_at_closer(void **state)
{
    enum { FIRST = 35 };
    struct scene *s = *state;
    s->captions.n = 0; /* no band */
    paint(s, FIRST, N, title);
    run(s);
    const struct uncap_look *look = look_after(s, FIRST);
    assert_false(is_whole(look));
    assert_memory_equal(&look->closer.region, &look->plan.region, sizeof(look->plan.region));
    assert_true(look->closer.w >= 2 * look->plan.w - 32 && look->closer.h >= 2 * look->plan.h - 32);
}

/* Is nothing in the rows where something appears in a picture of this size reason to look closer? */
static bool expects_text_in(struct scene *s, int w, int h)
{
    enum { FIRST = 35 };
    s->captions.n = 0;
    s->d.video.w = w;
    s->d.video.h = h;
    s->d.regions[0] = (struct uncap_rect){0, 0, w, h};
    paint(s, FIRST, N, title);
    run(s);
    const struct uncap_look *look = look_after(s, FIRST);
    return look->expects_text && look->closer.w > look->plan.w;
}

/* Of 800 x 360 the network sees nine tenths of the size, and no thin line of 14 pixels. */
static void rows_of_a_middling_picture_are_looked_at_closer(void **state)
{
    assert_true(expects_text_in(*state, 800, 360));
}

static void rows_of_a_large_picture_are_not(void **state)
{
    assert_false(expects_text_in(*state, 1280, 720));
}

/* A line that was found closer is looked for closer: it is not gone because it is overlooked. */
static void a_doubtful_line_in_a_small_picture_is_looked_at_closer(void **state)
{
    struct scene *s = *state;
    s->captions.n = 0;
    s->d.n_found[1] = 1;
    s->d.unsure = title;
    run(s);
    const struct uncap_look *look = look_after(s, 0);
    assert_int_equal(s->c.reasons[0], 0);
    assert_true(uncap_rect_holds(look->plan.region, title) && !is_whole(look));
    assert_true(look->closer.w > look->plan.w && look->closer.h > look->plan.h);
}

static void what_is_found_as_it_is_needs_no_closer_look(void **state)
{
    enum { FIRST = 35 };
    struct scene *s = *state;
    s->captions.n = 0;
    s->d.n_found[0] = 1;
    paint(s, FIRST, N, title);
    run(s);
    assert_false(uncap_look_has_missed(look_after(s, FIRST))); /* before it has run: nothing is found */
}

/* A word of two letters may be overlooked where captions stand, too: unlike elsewhere, once they are
 * found. */
static void rows_of_captions_are_looked_at_closer(void **state)
{
    enum { FIRST = 35 };
    struct scene *s = *state;
    s->d.n_found[0] = 1;
    uncap_novelty_trust(&s->d.novelty, caption);
    paint(s, FIRST, N, caption);
    run(s);
    const struct uncap_look *look = look_after(s, FIRST);
    assert_memory_equal(&look->closer.region, &look->plan.region, sizeof(look->plan.region));
    assert_true(look->closer.w > look->plan.w && look->closer.h > look->plan.h);
}

/* What is found of thin letters at their own size are parts. */
static void half_of_what_appears_in_a_small_picture_is_not_enough(void **state)
{
    enum { FIRST = 35 };
    struct scene *s = *state;
    s->captions.n = 0;
    paint(s, FIRST, N, title);
    run(s);
    struct uncap_look look = *look_after(s, FIRST);
    const struct uncap_rect a = look.appeared;
    assert_true(uncap_rect_w(a) > 0 && uncap_rect_holds(uncap_rect_grow(title, 8, 8), a));
    const float third = (float)(2 * a.x0 + a.x1) / 3, most = (float)(a.x0 + 2 * a.x1) / 3, y0 = (float)a.y0,
                y1 = (float)a.y1, x0 = (float)a.x0;
    struct uncap_box part = {.quad = {{{x0, y0}, {third, y0}, {third, y1}, {x0, y1}}}},
                     rest = {.quad = {{{x0, y0}, {most, y0}, {most, y1}, {x0, y1}}}};
    assert_true(uncap_look_has_missed(&look));
    look.boxes = (struct uncap_boxes){.items = &part, .n = 1};
    assert_true(uncap_look_has_missed(&look));
    look.boxes.items = &rest;
    assert_false(uncap_look_has_missed(&look));
    /* Where nobody says what has appeared, any box will do. */
    look.appeared = (struct uncap_rect){0, 0, 0, 0};
    look.boxes.items = &part;
    assert_false(uncap_look_has_missed(&look));
}

/* Of a small line in a large picture, too; but where letters are high what appeared beside them is no
 * text. */
static void parts_of_a_low_line_are_not_enough(void **state)
{
    (void)state;
    struct uncap_box part = {.quad = {{{100, 500}, {300, 500}, {300, 520}, {100, 520}}}};
    struct uncap_look look = {.plan = {{0, 480, 1280, 600}, 640, 64},
                              .appeared = {100, 500, 900, 520},
                              .thin_px = 16,
                              .boxes = {.items = &part, .n = 1}};
    assert_true(uncap_look_has_missed(&look));
    part.quad = (struct uncap_quad){{{100, 480}, {300, 480}, {300, 520}, {100, 520}}};
    assert_false(uncap_look_has_missed(&look));
    look.boxes.n = 0;
    assert_false(uncap_look_has_missed(&look)); /* there may be nothing */
    look.expects_text = true;
    assert_true(uncap_look_has_missed(&look));
}

/* The network sees as much of it as of others, however frames are chosen. */
static void all_of_a_small_picture_is_grown(void **state)
{
    struct scene *s = *state;
    s->captions.n = 0;
    paint(s, 35, N, all); /* one asked for, the others by the clock */
    run(s);
    assert_true(s->c.n_looks >= 3);
    for (int i = 0; i < s->c.n_looks; i++) {
        assert_true(is_whole(&s->c.looks[i]));
        assert_true(s->c.looks[i].plan.w == 2 * W && s->c.looks[i].plan.h > 3 * H / 2);
    }
    s->d.sample = UNCAP_SAMPLE_EVEN;
    struct uncap_error err;
    const int n = s->c.n_looks;
    assert_int_equal(uncap_chunk_choose(&s->c, N - 2, &err), UNCAP_OK);
    assert_int_equal(s->c.n_looks, n + 1);
    assert_int_equal(s->c.looks[n].plan.w, 2 * W);
}

/* Letters that fade in one by one at its end are no news. */
static void a_line_that_has_grown_is_looked_at_again(void **state)
{
    enum { QUARTER = (FPS + 3) / 4, LAST = 32 };
    struct scene *s = *state;
    const struct uncap_rect longer = {title.x0, title.y0, title.x1 + 30, title.y1};
    for (int is_longer = 0; is_longer < 2; is_longer++) {
        struct uncap_observation seen[] = {
            {.frame = LAST - QUARTER, .quad = uncap_quad_of_rect(title)},
            {.frame = LAST, .quad = uncap_quad_of_rect(is_longer ? longer : title)}};
        struct uncap_track line = {.is_steady = true,
                                   .gone = -1,
                                   .hull = uncap_quad_of_rect(longer),
                                   .observations = seen,
                                   .n_observations = 2};
        struct uncap_track *tracks[] = {&line};
        close_scene(state);
        open_scene(state);
        s->d.tracks = tracks;
        s->d.n_tracks = 1;
        run(s);
        const struct uncap_look *look = look_after(s, LAST);
        assert_int_equal(look->frame == LAST + QUARTER && uncap_rect_holds(look->plan.region, longer),
                         is_longer);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(a_new_shot_is_looked_at_in_the_band_first, open_scene, close_scene),
        cmocka_unit_test_setup_teardown(what_appears_in_two_places_is_looked_at_together, open_scene,
                                        close_scene),
        cmocka_unit_test_setup_teardown(strokes_elsewhere_are_looked_at_in_all_of_their_rows, open_scene,
                                        close_scene),
        cmocka_unit_test_setup_teardown(rows_of_a_small_picture_are_looked_at_closer, open_scene,
                                        close_scene),
        cmocka_unit_test_setup_teardown(all_of_a_small_picture_is_grown, open_scene, close_scene),
        cmocka_unit_test_setup_teardown(half_of_what_appears_in_a_small_picture_is_not_enough, open_scene,
                                        close_scene),
        cmocka_unit_test(parts_of_a_low_line_are_not_enough),
        cmocka_unit_test_setup_teardown(rows_of_captions_are_looked_at_closer, open_scene, close_scene),
        cmocka_unit_test_setup_teardown(rows_of_a_middling_picture_are_looked_at_closer, open_scene,
                                        close_scene),
        cmocka_unit_test_setup_teardown(rows_of_a_large_picture_are_not, open_scene, close_scene),
        cmocka_unit_test_setup_teardown(a_doubtful_line_in_a_small_picture_is_looked_at_closer, open_scene,
                                        close_scene),
        cmocka_unit_test_setup_teardown(what_is_found_as_it_is_needs_no_closer_look, open_scene, close_scene),
        cmocka_unit_test_setup_teardown(what_comes_slowly_is_looked_at_once_it_stands, open_scene,
                                        close_scene),
        cmocka_unit_test_setup_teardown(strokes_elsewhere_are_as_large_as_in_all_of_the_picture, open_scene,
                                        close_scene),
        cmocka_unit_test_setup_teardown(a_line_that_has_grown_is_looked_at_again, open_scene, close_scene),
        cmocka_unit_test_setup_teardown(what_flashed_is_looked_at_in_its_columns, open_scene, close_scene),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
