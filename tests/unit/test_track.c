/* SPDX-License-Identifier: Apache-2.0 */
/* One line that was followed as two: which pieces belong together, and what becomes of them. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#include "base/build_up.h"
#include "base/memory.h"
#include "detect/life/life.h"
#include "detect/ocr/hull.h"
#include "detect/track/study.h"
#include "detect/track/track.h"
#include "grey.h"

enum { NOW = 60 };

static struct uncap_track line(float x0, float y0, float x1, float y1, int64_t first, int64_t gone)
{
    return (struct uncap_track){
        .hull = {{{x0, y0}, {x1, y0}, {x1, y1}, {x0, y1}}}, .first = first, .gone = gone, .is_steady = true};
}

static void a_piece_is_told_by_its_place_and_time(void **state)
{
    (void)state;
    const struct uncap_track whole = line(100, 200, 300, 230, 10, 50);
    const struct {
        const char *name;
        struct uncap_track part;
        bool is_held;
    } cases[] = {
        {"a word of it", line(105, 202, 180, 228, 10, 50), true},
        {"seen in its fade", line(120, 200, 298, 231, 18, -1), true},
        {"as long as itself", line(100, 200, 300, 230, 12, 50), true},
        {"longer than it", line(90, 200, 340, 230, 10, 50), false},
        {"beside it", line(290, 200, 400, 230, 10, 50), false},
        {"below it", line(100, 234, 300, 264, 10, 50), false},
        {"small print in it", line(120, 210, 180, 220, 10, 50), false},
        {"the inside of a letter", line(150, 208, 162, 222, 11, 50), true},
        {"a mark that stood before", line(150, 208, 162, 222, 4, 50), false},
        {"after it", line(105, 200, 295, 230, 48, -1), false},
        {"before it", line(105, 200, 295, 230, 0, 12), false},
    };
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
        if (uncap_track_holds(&whole, &cases[i].part, NOW) != cases[i].is_held)
            fail_msg("%s", cases[i].name);
    assert_false(uncap_track_holds(&whole, &whole, NOW));
    struct uncap_track moving = cases[0].part;
    moving.is_steady = false;
    assert_false(uncap_track_holds(&whole, &moving, NOW));
}

static void lines_side_by_side_that_began_together_are_one(void **state)
{
    (void)state;
    const struct uncap_track line_ = line(100, 200, 300, 230, 10, -1);
    const struct {
        const char *name;
        struct uncap_track part;
        bool continues;
    } cases[] = {
        {"right beside it", line(320, 204, 380, 228, 10, -1), true},
        {"a frame later", line(40, 200, 80, 230, 11, -1), true},
        {"half of it and more", line(200, 200, 400, 230, 10, -1), true},
        {"two frames later", line(320, 204, 380, 228, 12, -1), false},
        {"farther than it is high", line(340, 204, 400, 228, 10, -1), false},
        {"gone", line(320, 204, 380, 228, 10, 40), false},
        {"in the next row", line(320, 232, 380, 256, 10, -1), false},
    };
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
        if (uncap_track_continues(&line_, &cases[i].part, NOW) != cases[i].continues)
            fail_msg("%s", cases[i].name);
    assert_false(uncap_track_continues(&line_, &line_, NOW));
    assert_false(uncap_track_continues(&line_, &cases[0].part, 12)); /* too early to tell */
    /* What is there from the first frame on may be of the scene, unless it is seen again. */
    struct uncap_track first = line(100, 200, 300, 230, 0, -1), part = line(320, 204, 380, 228, 0, -1);
    first.n_observations = 2;
    part.n_observations = 1;
    assert_false(uncap_track_continues(&first, &part, NOW));
    part.n_observations = 2;
    assert_true(uncap_track_continues(&first, &part, NOW));
}

/* How far a line reaches is told by the frames right before it begins: what has left by then does not
 * disturb. */
static void what_stands_beside_it_then_misleads(void **state)
{
    (void)state;
    const struct uncap_track short_line = line(150, 200, 250, 230, 40, -1);
    const struct {
        const char *name;
        struct uncap_track other;
        bool misleads;
    } cases[] = {
        {"a longer line until right before it", line(100, 200, 300, 230, 0, 39), true},
        {"one that left four frames earlier", line(100, 200, 300, 230, 0, 36), false},
        {"one that stands on", line(100, 200, 300, 230, 0, -1), true},
        {"one that comes soon after", line(100, 200, 300, 230, 48, -1), true},
        {"one that comes later", line(100, 200, 300, 230, 53, -1), false},
        {"one in its own columns", line(160, 200, 240, 230, 0, 39), false},
        {"one in another row", line(100, 240, 300, 270, 0, 39), false},
    };
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
        if (uncap_track_misleads(&cases[i].other, &short_line) != cases[i].misleads)
            fail_msg("%s", cases[i].name);
    assert_false(uncap_track_misleads(&short_line, &short_line));
    struct uncap_presence left[40] = {{0}};
    struct uncap_track fading = line(100, 200, 300, 230, 0, 34);
    fading.series = (struct uncap_series){.items = left, .n = 40};
    assert_false(uncap_track_misleads(&fading, &short_line));
    left[36].gain = 0.3f;
    assert_true(uncap_track_misleads(&fading, &short_line));
}

static void see(struct uncap_track *t, int64_t frame, float score)
{
    assert_true(
        uncap_grow((void **)&t->observations, &t->capacity, t->n_observations + 1, sizeof(*t->observations)));
    t->observations[t->n_observations++] = (struct uncap_observation){.frame = frame, .score = score};
    t->score_sum += (double)score;
}

static void what_was_seen_is_kept_once(void **state)
{
    (void)state;
    struct uncap_track whole = line(100, 200, 300, 230, 10, -1), part = line(105, 200, 180, 230, 8, -1);
    struct uncap_error err = {0};
    see(&whole, 12, 1);
    see(&whole, 20, 1);
    see(&part, 12, 0.5f);
    see(&part, 16, 0.5f);
    assert_int_equal(uncap_track_join(&whole, &part, &err), UNCAP_OK);
    assert_int_equal(whole.n_observations, 3);
    for (int i = 0; i < 3; i++)
        assert_int_equal(whole.observations[i].frame, 12 + 4 * i);
    assert_true(whole.score_sum == 2.5);
    assert_int_equal(whole.first, 10); /* two frames are the piece's own error */
    assert_null(part.observations);

    part = line(105, 200, 180, 230, 4, -1);
    see(&part, 5, 1);
    assert_int_equal(uncap_track_join(&whole, &part, &err), UNCAP_OK);
    assert_int_equal(whole.first, 4); /* a word that came before the rest */
    assert_int_equal(whole.observations[0].frame, 5);

    part = line(150, 208, 162, 222, 4, -1);
    see(&part, 6, 1);
    assert_int_equal(uncap_track_join(&whole, &part, &err), UNCAP_OK);
    assert_int_equal(whole.n_observations, 4); /* the inside of a letter tells nothing of the line */
    assert_null(part.observations);
    uncap_track_clear(&whole);
}

/* A line of widely spaced letters comes as several boxes of one look. */
static void a_look_is_one_observation(void **state)
{
    (void)state;
    const struct {
        int64_t frame;
        float x0, x1, score;
    } pieces[] = {{12, 100, 180, 0.6f},
                  {20, 100, 160, 0.7f},
                  {20, 220, 300, 0.9f},
                  {16, 100, 300, 0.5f},
                  {20, 160, 180, 0.8f}};
    struct uncap_track t = line(100, 200, 300, 230, 10, -1);
    struct uncap_error err = {0};
    for (size_t i = 0; i < sizeof(pieces) / sizeof(pieces[0]); i++) {
        const float x0 = pieces[i].x0, x1 = pieces[i].x1;
        const struct uncap_box box = {.quad = {{{x0, 200}, {x1, 200}, {x1, 230}, {x0, 230}}},
                                      .score = pieces[i].score};
        assert_int_equal(uncap_track_see(&t, &box, pieces[i].frame, NULL, 640, 360, &err), UNCAP_OK);
    }
    assert_int_equal(t.n_observations, 3);
    for (int i = 0; i < 3; i++)
        assert_int_equal(t.observations[i].frame, 12 + 4 * i);
    const struct uncap_rect seen = uncap_quad_bounds(&t.observations[2].quad);
    assert_int_equal(seen.x0, 100);
    assert_int_equal(seen.x1, 301);
    assert_true(fabsf(t.observations[2].score - 0.9f) < 1e-6f);
    assert_true(fabs(t.score_sum - 2.0) < 1e-6);
    uncap_track_clear(&t);
}

/* Later boxes widen a line that has been seen often only by what may be a letter, not by their jitter. */
static void a_letter_that_is_added_late_belongs_to_it(void **state)
{
    (void)state;
    static const int right[] = {300, 301, 300, 299, 300, 300, 301, 300, 300, 300, 306, 300, 315};
    struct uncap_track t = line(100, 200, 300, 230, 10, -1);
    struct uncap_error err = {0};
    for (size_t i = 0; i < sizeof(right) / sizeof(right[0]); i++) {
        const float x1 = (float)right[i];
        const struct uncap_box box = {.quad = {{{100, 200}, {x1, 200}, {x1, 230}, {100, 230}}},
                                      .score = 0.9f};
        assert_int_equal(uncap_track_see(&t, &box, 12 + 4 * (int64_t)i, NULL, 640, 360, &err), UNCAP_OK);
        assert_in_range(uncap_quad_bounds(&t.hull).x1, right[i] == 315 ? 316 : 301,
                        right[i] == 315 ? 316 : 302);
    }
    uncap_track_clear(&t);
}

enum { W = 160, H = 64, N = 24, APPEARS = 5, MET = 7 };

static const struct uncap_format grey = {.n_planes = 1, .depth = 8};

/* The detector's box of the word that is drawn. */
static const struct uncap_box word = {.quad = {{{48, 18}, {111, 18}, {111, 45}, {48, 45}}}, .score = 0.9f};

/* A word of bars in frames [APPEARS, end), smaller in the first of them if it grows. */
static void draw(uint8_t *px, int frame, bool is_growing, int end)
{
    const int inset = is_growing && frame == APPEARS ? 8 : 0;
    for (int y = 0; y < H; y++)
        for (int x = 0; x < W; x++) {
            const bool is_inside = x >= 50 + inset && x < 110 - inset && y >= 20 + inset && y < 44 - inset;
            const bool is_stroke = (x - inset) % 10 < 4 || (y == 32 && x % 20 < 10);
            px[y * W + x] = frame >= APPEARS && frame < end && is_inside && is_stroke
                                ? 235
                                : (uint8_t)(70 + (x * y + x) % 13);
        }
}

static void film(struct uncap_ring *ring, uint8_t *frames, int from, int to, bool is_growing, int end)
{
    for (int f = from; f < to; f++) {
        uint8_t *px = frames + (size_t)f * W * H;
        const struct uncap_picture picture = grey_picture(px, W, H);
        draw(px, f, is_growing, end);
        assert_int_equal(uncap_ring_push(ring, &picture, px, NULL), 0);
        uncap_ring_reduce(ring, f);
    }
}

/* Film frames [0, end) and start a track with what is seen at one of them. frames: [N * W * H] of the
 * ring. */
static void meet(struct uncap_ring *ring, uint8_t *frames, int end, bool grows, int gone,
                 const struct uncap_box *seen, int at, struct uncap_track *t)
{
    assert_int_equal(uncap_ring_open(ring, W, H, grey, N, N, grey_keeper(), NULL), 0);
    film(ring, frames, 0, end, grows, gone);
    assert_int_equal(uncap_track_start(t, seen, at, ring, W, H, NULL), 0);
}

/* In the ring's last frame, one frame after it has grown: that it stands shows later. */
static void what_is_met_while_it_grows_stands_later(void **state)
{
    (void)state;
    static uint8_t frames[N * W * H];
    struct uncap_ring ring;
    struct uncap_track t;
    meet(&ring, frames, MET + 1, true, N, &word, MET, &t);
    assert_false(t.is_steady);
    film(&ring, frames, MET + 1, N, true, N);
    assert_int_equal(uncap_track_follow(&t, &ring, NULL), 0);
    assert_true(t.is_steady);
    assert_in_range(t.first, APPEARS, APPEARS + 1);
    uncap_track_clear(&t);
    uncap_ring_close(&ring);
}

/* Its crops are taken when it has ended, if they were not before. */
static void a_short_life_has_all_its_crops(void **state)
{
    (void)state;
    enum { GONE = 13 };
    static uint8_t frames[N * W * H];
    const struct uncap_surroundings around = {.w = W, .h = H, .format = grey, .n_frames = N};
    struct uncap_ring ring;
    struct uncap_track t;
    struct uncap_caption caption;
    struct uncap_features features;
    meet(&ring, frames, MET + 1, false, GONE, &word, MET, &t);
    assert_true(t.is_steady);
    film(&ring, frames, MET + 1, N, false, GONE);
    assert_int_equal(uncap_track_follow(&t, &ring, NULL), 0);
    assert_int_equal(uncap_life_close(&t, &ring, &around, &caption, &features, NULL), 0);
    assert_int_equal(caption.first, APPEARS);
    assert_int_equal(caption.end, GONE);
    assert_int_equal(t.evidence.n_life, GONE - APPEARS);
    for (int i = 0; i < t.evidence.n_life; i++)
        assert_int_equal(t.evidence.life[i].frame, APPEARS + i);
    uncap_caption_clear(&caption);
    uncap_track_clear(&t);
    uncap_ring_close(&ring);
}

/* Rows of a word's caption that other words stand right before and after, in these rows. */
static struct uncap_rect rows_between(int y0, int y1, int next_y0, int next_y1)
{
    enum { GONE = 13 };
    static uint8_t frames[N * W * H];
    const struct uncap_life lives[] = {
        {.id = 1, .first = 1, .end = APPEARS, .rect = {50, y0, 100, y1}},
        {.id = 2, .first = GONE, .end = INT64_MAX, .rect = {40, next_y0, 120, next_y1}},
        {.id = 3, .first = GONE, .end = INT64_MAX, .rect = {112, 0, 150, 60}},
    };
    const struct uncap_surroundings around = {
        .w = W, .h = H, .format = grey, .n_frames = N, .lives = lives, .n_lives = 3};
    struct uncap_ring ring;
    struct uncap_track t;
    struct uncap_caption caption;
    struct uncap_features features;
    meet(&ring, frames, N, false, GONE, &word, MET, &t);
    assert_int_equal(uncap_life_close(&t, &ring, &around, &caption, &features, NULL), 0);
    const struct uncap_rect rect = uncap_quad_bounds(&caption.quad);
    uncap_caption_clear(&caption);
    uncap_track_clear(&t);
    uncap_ring_close(&ring);
    return rect;
}

/* Its box is of the lower of two letters alone. */
static void a_word_is_as_high_as_those_before_and_after(void **state)
{
    (void)state;
    struct uncap_rect r = rows_between(10, 52, 8, 54);
    assert_int_equal(r.y0, 10);
    assert_int_equal(r.y1, 52);
    r = rows_between(10, 52, 19, 45); /* it is no lower than the next one */
    assert_int_equal(r.y0, 18);
    assert_int_equal(r.y1, 46);
}

enum { WHOLE = 14 };

/* A line of which a part alone is seen before frame WHOLE, and stands there alone unless it is overlooked;
 * its crops are of frames before WHOLE. */
static void close_in_parts(bool is_overlooked, struct uncap_track *t, struct uncap_caption *caption)
{
    static uint8_t frames[N * W * H];
    const struct uncap_box part = {.quad = {{{48, 18}, {80, 18}, {80, 45}, {48, 45}}}, .score = 0.9f};
    const struct uncap_surroundings around = {.w = W, .h = H, .format = grey, .n_frames = N};
    struct uncap_ring ring;
    struct uncap_features features;
    meet(&ring, frames, N, false, N, &word, WHOLE, t);
    uncap_evidence_clear(&t->evidence);
    for (int frame = APPEARS; frame < WHOLE; frame++) {
        const struct uncap_picture picture = grey_picture(frames + (size_t)frame * W * H, W, H);
        for (int y = 0; y < H && !is_overlooked; y++)
            memset(picture.data[0] + (ptrdiff_t)y * W + 80, 70, W - 80);
        assert_int_equal(uncap_evidence_add_life(&t->evidence, frame, &picture, NULL), 0);
        assert_int_equal(uncap_track_observe(t, &part, frame, NULL), 0);
    }
    assert_int_equal(uncap_life_close(t, &ring, &around, caption, &features, NULL), 0);
    uncap_ring_close(&ring);
}

/* The ring has those that show all of it. */
static void a_line_that_is_built_up_has_crops_of_all_of_it(void **state)
{
    (void)state;
    struct uncap_track t;
    struct uncap_caption caption;
    close_in_parts(false, &t, &caption);
    assert_int_equal(uncap_build_up_end(&caption), WHOLE);
    int n_whole = 0;
    for (int i = 0; i < t.evidence.n_life; i++)
        n_whole += t.evidence.life[i].frame >= WHOLE;
    assert_int_equal(n_whole, N - WHOLE);
    assert_int_equal(t.evidence.life[0].frame, APPEARS);
    uncap_caption_clear(&caption);
    uncap_track_clear(&t);
}

/* None of its crops shows what it is when all of it is seen: the ring does. */
static void a_line_whose_words_were_overlooked_is_not_built_up(void **state)
{
    (void)state;
    struct uncap_track t;
    struct uncap_caption caption;
    close_in_parts(true, &t, &caption);
    assert_int_equal(uncap_build_up_end(&caption), APPEARS);
    uncap_caption_clear(&caption);
    uncap_track_clear(&t);
}

/* Met at one end in the ring's last frame: what came with it shows later. */
static void a_line_reaches_as_far_as_what_came_with_it(void **state)
{
    (void)state;
    static uint8_t frames[N * W * H];
    const struct uncap_box box = {.quad = {{{48, 18}, {81, 18}, {81, 45}, {48, 45}}}, .score = 0.9f};
    struct uncap_ring ring;
    struct uncap_track t;
    meet(&ring, frames, MET + 1, false, N, &box, MET, &t);
    assert_int_equal(uncap_track_widen(&t, &ring, W, H, NULL), 0);
    assert_in_range(uncap_quad_bounds(&t.hull).x1, 81, 83);
    film(&ring, frames, MET + 1, N, false, N);
    assert_int_equal(uncap_track_follow(&t, &ring, NULL), 0);
    assert_in_range(uncap_quad_bounds(&t.hull).x1, 100, 120);
    assert_true(uncap_quad_bounds(&t.hull).x0 > 35);
    assert_false(t.is_partial);
    uncap_track_clear(&t);
    uncap_ring_close(&ring);
}

/* Thick bars from APPEARS on, `off` pixels aside in half of the frames. */
static void film_bars(struct uncap_ring *ring, uint8_t *frames, int off)
{
    for (int f = 0; f < N; f++) {
        uint8_t *px = frames + (size_t)f * W * H;
        const struct uncap_picture picture = grey_picture(px, W, H);
        const int dx = f > MET + 6 ? off : 0;
        for (int y = 0; y < H; y++)
            for (int x = 0; x < W; x++) {
                const bool is_bar =
                    f >= APPEARS && x >= 50 + dx && x < 110 + dx && y >= 20 && y < 44 && (x - dx) % 24 < 12;
                px[y * W + x] = is_bar ? 220 : 90;
            }
        assert_int_equal(uncap_ring_push(ring, &picture, px, NULL), 0);
        uncap_ring_reduce(ring, f);
    }
}

static bool wanders(int off)
{
    static uint8_t frames[N * W * H];
    struct uncap_ring ring;
    struct uncap_track t;
    bool is_wandering = false;
    assert_int_equal(uncap_ring_open(&ring, W, H, grey, N, N, grey_keeper(), NULL), 0);
    film_bars(&ring, frames, off);
    assert_int_equal(uncap_track_start(&t, &word, MET, &ring, W, H, NULL), 0);
    assert_true(t.is_steady);
    assert_int_equal(uncap_track_follow(&t, &ring, NULL), 0);
    assert_true(uncap_track_stands(&t, N - 1));
    assert_int_equal(uncap_study_wander(&t, &ring, APPEARS, N, &is_wandering, NULL), 0);
    uncap_track_clear(&t);
    uncap_ring_close(&ring);
    return is_wandering;
}

/* Eyes and signs do, words on a screen do not. */
static void what_is_filmed_wanders(void **state)
{
    (void)state;
    assert_false(wanders(0));
    assert_true(wanders(1));
}

/* Thin letters from APPEARS on, before beams that go by and are seen more clearly than they are. */
static void film_beams(struct uncap_ring *ring, uint8_t *frames, int from, int to)
{
    for (int f = from; f < to; f++) {
        uint8_t *px = frames + (size_t)f * W * H;
        const struct uncap_picture picture = grey_picture(px, W, H);
        for (int y = 0; y < H; y++)
            for (int x = 0; x < W; x++) {
                const bool is_letter = f >= APPEARS && x >= 50 && x < 110 && y >= 20 && y < 44 &&
                                       ((x * 7 / 10 + y / 8 * 3) % 7 < 1 || (y == 32 && x % 20 < 10));
                px[y * W + x] = is_letter ? 220 : (x + y + 7 * f) % 23 < 11 ? 30 : 170;
            }
        assert_int_equal(uncap_ring_push(ring, &picture, px, NULL), 0);
        uncap_ring_reduce(ring, f);
    }
}

static void thin_letters_stand_before_beams_that_pass(void **state)
{
    (void)state;
    static uint8_t frames[N * W * H];
    struct uncap_ring ring;
    struct uncap_track t;
    assert_int_equal(uncap_ring_open(&ring, W, H, grey, N, N, grey_keeper(), NULL), 0);
    film_beams(&ring, frames, 0, N);
    assert_int_equal(uncap_track_start(&t, &word, MET, &ring, W, H, NULL), 0);
    assert_true(t.is_steady);
    assert_int_equal(t.first, APPEARS);
    uncap_track_clear(&t);
    uncap_ring_close(&ring);
}

/* A look at the newest frame sees more of it: what comes after is not known yet. */
static void what_was_seen_to_stand_stands(void **state)
{
    (void)state;
    enum { NEWEST = MET + 10 };
    static uint8_t frames[N * W * H];
    static const struct uncap_box larger = {.quad = {{{20, 18}, {140, 18}, {140, 45}, {20, 45}}},
                                            .score = 0.9f};
    struct uncap_ring ring;
    struct uncap_track t;
    assert_int_equal(uncap_ring_open(&ring, W, H, grey, N, N, grey_keeper(), NULL), 0);
    film_beams(&ring, frames, 0, NEWEST + 1);
    assert_int_equal(uncap_track_start(&t, &word, MET, &ring, W, H, NULL), 0);
    assert_true(t.is_steady);
    assert_int_equal(uncap_track_see(&t, &larger, NEWEST, &ring, W, H, NULL), 0);
    assert_true(t.is_steady);
    uncap_track_clear(&t);
    uncap_ring_close(&ring);
}

/* A word of bars, then nothing for some frames, then a word of which the bars from column `other` on stand
 * between those of the first. */
static void film_two(struct uncap_ring *ring, uint8_t *frames, int other)
{
    enum { GONE = 14, NEXT = 18 };
    for (int f = 0; f < N; f++) {
        uint8_t *px = frames + (size_t)f * W * H;
        const struct uncap_picture picture = grey_picture(px, W, H);
        draw(px, f < GONE || f >= NEXT ? f : 0, false, N);
        for (int i = W * H - 1; f >= NEXT && i >= 0; i--)
            px[i] = i % W >= other && i % W < 110 ? px[i - 5] : px[i];
        assert_int_equal(uncap_ring_push(ring, &picture, px, NULL), 0);
        uncap_ring_reduce(ring, f);
    }
}

/* Two tracks of it, as one look after the other sees them. */
static void meet_two(struct uncap_ring *ring, int other, struct uncap_track *first, struct uncap_track *next)
{
    static uint8_t frames[N * W * H];
    assert_int_equal(uncap_ring_open(ring, W, H, grey, N, N, grey_keeper(), NULL), 0);
    film_two(ring, frames, other);
    assert_int_equal(uncap_track_start(first, &word, MET, ring, W, H, NULL), 0);
    assert_int_equal(uncap_track_start(next, &word, 20, ring, W, H, NULL), 0);
}

/* Other text may have most of its letters in the same places. */
static void what_is_much_alike_is_not_the_same(void **state)
{
    (void)state;
    struct uncap_ring ring;
    struct uncap_track first, next;
    meet_two(&ring, 92, &first, &next);
    assert_false(uncap_track_is_same(&first, &next));
    uncap_track_clear(&first);
    uncap_track_clear(&next);
    uncap_ring_close(&ring);
}

/* While one word gives way to the next both may seem to stand. */
static void another_word_in_its_place_is_no_part_of_it(void **state)
{
    (void)state;
    const int others[] = {52, W};
    for (int i = 0; i < 2; i++) {
        struct uncap_ring ring;
        struct uncap_track first, next;
        meet_two(&ring, others[i], &first, &next);
        first.gone = 20;
        next.first = 15;
        assert_int_equal(uncap_track_holds(&next, &first, N), others[i] == W);
        /* Gone before the next was met, whose first sight alone says that it stood then. */
        first.gone = 19;
        next.first = 8;
        assert_int_equal(uncap_track_holds(&next, &first, N), others[i] == W);
        next.is_refined = true;
        assert_true(uncap_track_holds(&next, &first, N));
        uncap_track_clear(&first);
        uncap_track_clear(&next);
        uncap_ring_close(&ring);
    }
}

/* A word that is not drawn in some frames, in which the whole picture is brighter by `light`. */
static void film_gap(struct uncap_ring *ring, uint8_t *frames, int first, int end, int light)
{
    assert_int_equal(uncap_ring_open(ring, W, H, grey, N, N, grey_keeper(), NULL), 0);
    for (int f = 0; f < N; f++) {
        uint8_t *px = frames + (size_t)f * W * H;
        const struct uncap_picture picture = grey_picture(px, W, H);
        const bool is_gap = f >= first && f < end;
        draw(px, is_gap ? 0 : f, false, N);
        for (int i = 0; is_gap && i < W * H; i++)
            px[i] = (uint8_t)(px[i] + light);
        assert_int_equal(uncap_ring_push(ring, &picture, px, NULL), 0);
        uncap_ring_reduce(ring, f);
    }
}

/* What is not there for a frame or two, while the scene stays, has gone; what a flash hides has not. */
static void what_goes_for_a_moment_has_gone(void **state)
{
    (void)state;
    enum { GAP = 13 };
    static uint8_t frames[N * W * H];
    static const struct {
        int length, light;
        bool has_gone;
    } cases[] = {{1, 0, true}, {2, 0, true}, {1, 150, false}, {2, 150, false}};
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        struct uncap_ring ring;
        struct uncap_track before, after;
        film_gap(&ring, frames, GAP, GAP + cases[i].length, cases[i].light);
        assert_int_equal(uncap_track_start(&before, &word, MET, &ring, W, H, NULL), 0);
        assert_int_equal(uncap_track_start(&after, &word, GAP + 4, &ring, W, H, NULL), 0);
        assert_int_equal(before.gone, cases[i].has_gone ? GAP : -1);
        assert_int_equal(after.first, cases[i].has_gone ? GAP + cases[i].length : APPEARS);
        uncap_track_clear(&before);
        uncap_track_clear(&after);
        uncap_ring_close(&ring);
    }
}

static void what_comes_back_is_the_same_from_its_first_frame_on(void **state)
{
    (void)state;
    const struct uncap_surroundings around = {.w = W, .h = H, .format = grey, .n_frames = N};
    struct uncap_ring ring;
    struct uncap_track first, next;
    struct uncap_caption caption;
    struct uncap_features features;
    meet_two(&ring, W, &first, &next);
    assert_true(uncap_track_is_same(&first, &next));
    assert_int_equal(uncap_track_absorb(&first, &next, &ring, NULL), 0);
    assert_int_equal(uncap_life_close(&first, &ring, &around, &caption, &features, NULL), 0);
    assert_int_equal(caption.first, APPEARS);
    assert_int_equal(caption.end, N);
    uncap_caption_clear(&caption);
    uncap_track_clear(&first);
    uncap_ring_close(&ring);
}

/* A thing with the looks of a word comes, stands for a while and drifts away: it seems to fade where it
 * stood. */
static void what_drifts_away_does_not_fade(void **state)
{
    (void)state;
    enum { DRIFTS = 13 };
    static uint8_t frames[N * W * H];
    const struct uncap_life other = {.id = 1, .first = 0, .end = INT64_MAX, .rect = {40, 10, 120, 50}};
    const struct uncap_surroundings around = {
        .w = W, .h = H, .format = grey, .n_frames = N, .lives = &other, .n_lives = 1};
    struct uncap_ring ring;
    struct uncap_track t;
    struct uncap_caption caption;
    struct uncap_features features;
    assert_int_equal(uncap_ring_open(&ring, W, H, grey, N, N, grey_keeper(), NULL), 0);
    for (int f = 0; f < N; f++) {
        uint8_t *px = frames + (size_t)f * W * H;
        const struct uncap_picture picture = grey_picture(px, W, H);
        const int by = f > DRIFTS + 5 ? 5 : f > DRIFTS ? f - DRIFTS : 0;
        draw(px, f, false, N);
        memmove(px + by, px, (size_t)(W * H - by));
        assert_int_equal(uncap_ring_push(&ring, &picture, px, NULL), 0);
        uncap_ring_reduce(&ring, f);
    }
    assert_int_equal(uncap_track_start(&t, &word, MET, &ring, W, H, NULL), 0);
    assert_int_equal(uncap_life_close(&t, &ring, &around, &caption, &features, NULL), 0);
    assert_int_equal(features.begin, UNCAP_BORDER_CLEAN);
    assert_int_equal(features.finish, UNCAP_BORDER_SOFT);
    uncap_caption_clear(&caption);
    uncap_track_clear(&t);
    uncap_ring_close(&ring);
}

/* A line above or below may be as far away as it is high, and a box may stand behind both. */
static void evidence_has_room_for_another_line(void **state)
{
    (void)state;
    enum { TALL = 5 * H, BOX_H = 27, ROOM = BOX_H * 3 / 5 };
    static uint8_t frames[N][TALL * W];
    const struct uncap_box middle = {
        .quad = uncap_quad_of_rect(uncap_rect_move(uncap_quad_bounds(&word.quad), 0, 2 * H)), .score = 0.9f};
    struct uncap_ring ring;
    struct uncap_track t;
    assert_int_equal(uncap_ring_open(&ring, W, TALL, grey, N, N, grey_keeper(), NULL), 0);
    for (int f = 0; f < N; f++) {
        const struct uncap_picture picture = grey_picture(frames[f], W, TALL);
        draw(frames[f] + (size_t)2 * H * W, f, false, N);
        assert_int_equal(uncap_ring_push(&ring, &picture, frames[f], NULL), 0);
        uncap_ring_reduce(&ring, f);
    }
    assert_int_equal(uncap_track_start(&t, &middle, MET, &ring, W, TALL, NULL), 0);
    assert_in_range(t.evidence.rect.y0, 0, 2 * H + 18 - 2 * BOX_H - ROOM);
    assert_in_range(t.evidence.rect.y1, 2 * H + 45 + 2 * BOX_H + ROOM, TALL);
    uncap_track_clear(&t);
    uncap_ring_close(&ring);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_piece_is_told_by_its_place_and_time),
        cmocka_unit_test(lines_side_by_side_that_began_together_are_one),
        cmocka_unit_test(what_stands_beside_it_then_misleads),
        cmocka_unit_test(what_was_seen_is_kept_once),
        cmocka_unit_test(a_look_is_one_observation),
        cmocka_unit_test(a_letter_that_is_added_late_belongs_to_it),
        cmocka_unit_test(what_is_met_while_it_grows_stands_later),
        cmocka_unit_test(thin_letters_stand_before_beams_that_pass),
        cmocka_unit_test(what_was_seen_to_stand_stands),
        cmocka_unit_test(a_short_life_has_all_its_crops),
        cmocka_unit_test(a_word_is_as_high_as_those_before_and_after),
        cmocka_unit_test(a_line_that_is_built_up_has_crops_of_all_of_it),
        cmocka_unit_test(a_line_whose_words_were_overlooked_is_not_built_up),
        cmocka_unit_test(a_line_reaches_as_far_as_what_came_with_it),
        cmocka_unit_test(what_is_much_alike_is_not_the_same),
        cmocka_unit_test(another_word_in_its_place_is_no_part_of_it),
        cmocka_unit_test(what_goes_for_a_moment_has_gone),
        cmocka_unit_test(what_comes_back_is_the_same_from_its_first_frame_on),
        cmocka_unit_test(what_drifts_away_does_not_fade),
        cmocka_unit_test(evidence_has_room_for_another_line),
        cmocka_unit_test(what_is_filmed_wanders),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
