/* SPDX-License-Identifier: Apache-2.0 */
/* Borders of captions from presence values. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "detect/track/presence.h"

#define COUNT(a) ((int)(sizeof(a) / sizeof((a)[0])))

struct border {
    const char *name;
    float gain[24];
    int n, at, first;
};

static const struct border borders[] = {
    {"hard", {0, 0, 0, 1, 1, 1}, 6, 5, 3},
    {"hard, clutter before", {0.1f, -0.1f, 0.2f, 1, 1, 1}, 6, 5, 3},
    {"hard after another caption in the same place", {0.35f, 0.33f, 0.36f, 0.95f, 1, 1}, 6, 5, 3},
    {"stands from the start", {1, 1, 1, 1}, 4, 3, 0},
    {"fade of eight frames",
     {0, 0, 0.01f, 0.0f, 0.12f, 0.25f, 0.37f, 0.5f, 0.62f, 0.75f, 0.87f, 1, 1, 1},
     14,
     13,
     4},
    {"fade from the first frame of the video", {0.1f, 0.3f, 0.5f, 0.7f, 0.9f, 1}, 6, 5, 0},
    {"two frames hidden by a flash", {0, 0, 1, 1, 0.1f, 0.1f, 1, 1}, 8, 7, 2},
    {"three hidden frames are an end", {0, 1, 1, 0, 0, 0, 1, 1}, 8, 7, 6},
    {"most of it at once, then weaker before what lies behind",
     {0.04f, 0.06f, 0.08f, 0.12f, 0.79f, 0.82f, 0.84f, 0.9f, 1, 1},
     10,
     9,
     4},
    {"a short fade", {0, 0, 0, 0, 0.25f, 0.5f, 0.75f, 1, 1}, 9, 8, 4},
    {"a fade's first frame, too faint to be seen",
     {0, 0.01f, 0, 0.02f, 0.1f, 0.18f, 0.26f, 0.34f, 0.42f, 0.5f, 0.58f, 0.66f, 0.74f, 0.82f, 0.9f, 1, 1},
     17,
     16,
     3},
    {"a fade that begins before something of its tone",
     {0, 0.01f, 0, 0.22f, 0.2f, 0.3f, 0.4f, 0.5f, 0.6f, 0.7f, 0.8f, 0.9f, 1, 1},
     14,
     13,
     3},
};

/* Likeness and busyness as for strokes alone: high from a tenth of the gain on. */
static void presences(const struct border *b, struct uncap_presence *p)
{
    for (int i = 0; i < b->n; i++)
        p[i] = (struct uncap_presence){b->gain[i], b->gain[i] > 0.4f ? 0.9f : b->gain[i], b->gain[i]};
}

static void beginnings(void **state)
{
    (void)state;
    for (int i = 0; i < COUNT(borders); i++) {
        const struct border *b = &borders[i];
        struct uncap_presence p[24];
        presences(b, p);
        const int first = uncap_presence_foot(p, b->n, b->at, NULL);
        if (first != b->first)
            fail_msg("%s: %d instead of %d", b->name, first, b->first);
    }
}

static void ends_are_beginnings_reversed(void **state)
{
    (void)state;
    for (int i = 0; i < COUNT(borders); i++) {
        const struct border *b = &borders[i];
        struct uncap_presence p[24], reversed[24];
        presences(b, p);
        for (int k = 0; k < b->n; k++)
            reversed[k] = p[b->n - 1 - k];
        assert_int_equal(uncap_presence_last(reversed, b->n, b->n - 1 - b->at, NULL), b->n - 1 - b->first);
    }
}

static void a_fade_has_its_opacities(void **state)
{
    (void)state;
    struct uncap_presence p[24];
    uint8_t opacity[24] = {0};
    presences(&borders[4], p);
    assert_int_equal(uncap_presence_first(p, 14, 13, opacity), 4);
    assert_in_range(opacity[4], 28, 33);
    assert_in_range(opacity[7], 125, 130);
    assert_in_range(opacity[9], 188, 194);
    assert_int_equal(opacity[13], 255);
}

/* A text in the same place before it is a little like it. */
static void a_fade_is_measured_from_its_foot(void **state)
{
    (void)state;
    static const struct border b = {
        "after another", {0.25f, 0.25f, 0.25f, 0.25f, 0.25f, 0.2f, 0.02f, 0.32f, 0.68f, 1, 1}, 11, 10, 7};
    struct uncap_presence p[24];
    uint8_t opacity[24] = {0};
    presences(&b, p);
    assert_int_equal(uncap_presence_foot(p, b.n, b.at, opacity), b.first);
    assert_in_range(opacity[7], 76, 80);
    assert_in_range(opacity[8], 170, 174);
}

/* One word fades in, stands, and then the next one does. */
static void words_that_fade_in_are_opaque_one_by_one(void **state)
{
    (void)state;
    static const struct border b = {
        "two words", {0, 0, 0.15f, 0.3f, 0.45f, 0.6f, 0.61f, 0.61f, 0.61f, 0.62f, 0.75f, 0.9f, 1}, 13, 12, 2};
    struct uncap_presence p[24];
    uint8_t opacity[24] = {0};
    presences(&b, p);
    assert_int_equal(uncap_presence_first(p, b.n, b.at, opacity), b.first);
    assert_in_range(opacity[2], 60, 68);
    assert_in_range(opacity[4], 185, 195);
    for (int i = 5; i < b.n; i++)
        assert_int_equal(opacity[i], 255);
}

/* Doubled frames (24 a second shown at 60) are no words. */
static void a_fade_of_doubled_frames_is_one(void **state)
{
    (void)state;
    static const struct border b = {
        "doubled",
        {0, 0.2f, 0.21f, 0.22f, 0.41f, 0.42f, 0.43f, 0.6f, 0.61f, 0.62f, 0.81f, 0.82f, 1},
        13,
        12,
        1};
    struct uncap_presence p[24];
    uint8_t opacity[24] = {0};
    presences(&b, p);
    for (int i = 0; i < b.n; i++)
        p[i].likeness = b.gain[i] > 0 ? 0.9f : 0;
    assert_int_equal(uncap_presence_first(p, b.n, b.at, opacity), b.first);
    assert_in_range(opacity[8], 150, 160);
}

/* What cannot be measured follows from what can. */
static void a_fade_is_a_straight_line(void **state)
{
    (void)state;
    struct uncap_presence p[24];
    uint8_t opacity[24] = {0};
    presences(&borders[COUNT(borders) - 1], p);
    assert_int_equal(uncap_presence_foot(p, 14, 13, opacity), 3);
    assert_in_range(opacity[3], 15, 36);
    assert_in_range(opacity[4], 40, 60);
}

static void a_hard_cut_is_full_at_once(void **state)
{
    (void)state;
    const struct border b = {"", {0, 0, 0.9f, 1, 0.93f, 1}, 6, 5, 2};
    struct uncap_presence p[24];
    uint8_t opacity[6] = {0};
    presences(&b, p);
    assert_int_equal(uncap_presence_first(p, 6, 5, opacity), 2);
    for (int i = 2; i < 6; i++)
        assert_int_equal(opacity[i], 255);
}

/* Light strokes before something bright: little contrast, but surely their shape. */
static void weak_but_alike_stands(void **state)
{
    (void)state;
    struct uncap_presence p[10];
    for (int i = 0; i < 10; i++)
        p[i] = i < 2 ? (struct uncap_presence){0.02f, 0.05f, 0.3f}
                     : (struct uncap_presence){i < 6 ? 0.3f : 1, 0.75f, i < 6 ? 0.4f : 1};
    assert_int_equal(uncap_presence_first(p, 10, 9, NULL), 2);
    assert_false(uncap_presence_stands((struct uncap_presence){0.9f, 0.3f, 3}));
    assert_false(uncap_presence_stands((struct uncap_presence){2.5f, 0.6f, 3}) &&
                 !uncap_presence_stands((struct uncap_presence){1, 0.6f, 1}));
}

/* White letters in bright clouds, before which darker ones come: weaker at first, but there at once. */
static void what_comes_at_once_does_not_fade(void **state)
{
    (void)state;
    enum { N = 24, FIRST = 3 };
    struct uncap_presence p[N];
    uint8_t opacity[N] = {0};
    for (int i = 0; i < N; i++) {
        const float gain = i < N - 2 ? 0.2f + 0.042f * (float)(i - FIRST) : 1;
        p[i] = i < FIRST ? (struct uncap_presence){0.02f, 0.05f, 0.3f}
                         : (struct uncap_presence){gain, 0.75f, gain};
    }
    assert_int_equal(uncap_presence_first(p, N, N - 1, opacity), FIRST);
    for (int i = FIRST; i < N; i++)
        assert_int_equal(opacity[i], 255);
}

/* A frame in which it is hidden is bridged; one in which as much stands, but other strokes, is not. */
static void what_grows_in_once_more_is_another(void **state)
{
    (void)state;
    struct uncap_presence p[10];
    for (int i = 0; i < 10; i++)
        p[i] = (struct uncap_presence){1, 0.95f, 1};
    p[4] = (struct uncap_presence){0.2f, 0.25f, 0.2f};
    assert_int_equal(uncap_presence_first(p, 10, 9, NULL), 0);
    assert_int_equal(uncap_presence_last(p, 10, 0, NULL), 9);
    p[4].busyness = 0.85f;
    assert_int_equal(uncap_presence_first(p, 10, 9, NULL), 5);
    assert_int_equal(uncap_presence_last(p, 10, 0, NULL), 3);
}

/* Two words of two letters each, of which one is common: the second one's strokes in the first one's
 * frames. */
static void a_word_gives_way_to_another_like_it(void **state)
{
    (void)state;
    enum { N = 18, FIRST = 9 };
    struct uncap_presence p[N], reversed[N];
    for (int i = 0; i < N; i++) {
        p[i] = i < FIRST ? (struct uncap_presence){0.53f, 0.57f, 1} : (struct uncap_presence){1, 1, 1};
        reversed[N - 1 - i] = p[i];
    }
    assert_true(uncap_presence_gives_way(p, N, FIRST, -1));
    assert_false(uncap_presence_gives_way(p, N, FIRST + 1, -1));
    assert_true(uncap_presence_gives_way(reversed, N, N - 1 - FIRST, 1));
}

/* Nor is another background other text, nor a line that grows beyond its size and shrinks again. */
static void what_stands_before_other_things_gives_no_way(void **state)
{
    (void)state;
    enum { N = 12, FIRST = 6 };
    struct uncap_presence p[N];
    for (int i = 0; i < N; i++)
        p[i] = i < FIRST ? (struct uncap_presence){0.9f, 0.52f, 1.75f} : (struct uncap_presence){1, 0.95f, 1};
    for (int i = 0; i < N; i++)
        assert_false(uncap_presence_gives_way(p, N, i, -1));
    static const float growing[N] = {0.02f, 0.02f, 0.02f, 0.2f, 0.45f, 0.75f, 1, 1, 1, 1, 1, 1};
    for (int i = 0; i < N; i++)
        p[i] = (struct uncap_presence){growing[i], growing[i], i < 3 ? 0.3f : 1};
    for (int i = 0; i < N; i++)
        assert_false(uncap_presence_gives_way(p, N, i, -1));
    /* A word that pops up where nothing was: for two frames it stands in another size. */
    for (int i = 0; i < N; i++)
        p[i] = i < FIRST ? (struct uncap_presence){0.05f, 0.06f, i < FIRST - 2 ? 0.17f : 0.9f}
                         : (struct uncap_presence){1, 1, 1};
    assert_false(uncap_presence_gives_way(p, N, FIRST, -1));
}

/* A third of a template is a still scene that was there before; a scene that moves tells no step. */
static void a_caption_before_a_still_scene_steps(void **state)
{
    (void)state;
    enum { N = 12, FIRST = 6 };
    struct uncap_presence p[N];
    for (int i = 0; i < N; i++)
        p[i] = i < FIRST ? (struct uncap_presence){0.32f, 0.61f, 0.56f} : (struct uncap_presence){1, 1, 1};
    assert_int_equal(uncap_presence_first(p, N, N - 1, NULL), 0); /* it seems to stand */
    for (int i = 0; i < N; i++)
        assert_true(uncap_presence_steps(p, N, i, -1) == (i == FIRST));
    assert_true(uncap_presence_steps(p, N, FIRST - 1, 1) == false);
    p[FIRST - 3].gain = 0.5f;
    assert_false(uncap_presence_steps(p, N, FIRST, -1));
    for (int i = 0; i < FIRST; i++) /* darker, and of the same shape */
        p[i] = (struct uncap_presence){0.5f, 0.95f, 0.5f};
    assert_false(uncap_presence_steps(p, N, FIRST, -1));
}

/* Light letters before a dark scene, then, from frame 4 on, for two frames before a light one. */
static void a_cut_to_a_lighter_scene_is_no_fade(void **state)
{
    (void)state;
    enum { N = 9, CUT = 4 };
    static const float gain[N] = {1, 1, 1, 1, 0.62f, 0.61f, 0.06f, 0, 0};
    struct uncap_presence p[N];
    uint8_t opacity[N];
    for (int i = 0; i < N; i++)
        p[i] = (struct uncap_presence){gain[i], i < 6 ? 0.9f : gain[i], gain[i]};
    uncap_presence_last(p, N, 0, opacity);
    assert_true(opacity[CUT] < 255); /* by its strength alone it fades */
    assert_int_equal(uncap_presence_last_of_shot(p, N, CUT), 5);
    /* What fades on loses little from frame to frame. */
    static const float fades[N] = {1, 1, 1, 0.85f, 0.7f, 0.5f, 0.3f, 0.15f, 0};
    for (int i = 0; i < N; i++)
        p[i] = (struct uncap_presence){fades[i], 0.9f, fades[i]};
    assert_int_equal(uncap_presence_last_of_shot(p, N, CUT), -1);
}

static void a_growing_caption_begins_with_its_step(void **state)
{
    (void)state;
    struct uncap_presence p[10];
    uint8_t opacity[10] = {0};
    static const float gain[10] = {0, 0, 0, 0.1f, 0.4f, 1, 1, 1, 1, 1};
    static const float busy[10] = {0.5f, 0.45f, 0.5f, 0.95f, 0.97f, 1, 1, 1, 1, 1};
    for (int i = 0; i < 10; i++)
        p[i] = (struct uncap_presence){gain[i], gain[i], busy[i]};
    const int first = uncap_presence_first(p, 10, 9, opacity);
    assert_int_equal(first, 5);
    assert_int_equal(uncap_presence_pop(p, 10, first, opacity), 3);
    assert_int_equal(opacity[3], 255);
    assert_int_equal(opacity[4], 255);
    /* A scene that is busy all along has no step. */
    for (int i = 0; i < 5; i++)
        p[i].busyness = 0.9f;
    assert_int_equal(uncap_presence_pop(p, 10, first, opacity), first);
}

/* From three fifths of its size on, 150 ms long. */
static void a_small_shape_that_grows_belongs_to_it(void **state)
{
    (void)state;
    static const float busy[10] = {0.12f, 0.13f, 0.67f, 0.8f, 0.91f, 1, 1, 1, 1, 1};
    struct uncap_presence p[10];
    for (int i = 0; i < 10; i++)
        p[i] = (struct uncap_presence){i < 5 ? 0.03f : 1, i < 5 ? 0.05f : 1, busy[i]};
    assert_int_equal(uncap_presence_pop(p, 10, 5, NULL), 2);
    /* What is as busy for some frames, and no busier from frame to frame, is the scene. */
    p[3].busyness = p[4].busyness = 0.6f;
    assert_int_equal(uncap_presence_pop(p, 10, 5, NULL), 5);
}

/* Something dark passes behind before a caption begins with more contrast than it was learned with. */
static void what_passes_behind_is_no_pop(void **state)
{
    (void)state;
    static const float busy[] = {0.6f, 0.7f, 1.1f, 0.9f, 1.9f, 1.3f, 2.5f, 2.5f, 2, 1, 1};
    struct uncap_presence p[COUNT(busy)];
    for (int i = 0; i < COUNT(busy); i++)
        p[i] = (struct uncap_presence){i < 6 ? 0.05f : 1.0f, i < 6 ? 0.1f : 0.9f, busy[i]};
    assert_int_equal(uncap_presence_pop(p, COUNT(busy), 6, NULL), 6);
}

/* A fade that begins before a scene half as busy as the caption. */
static void a_fade_before_a_busy_scene_is_no_pop(void **state)
{
    (void)state;
    static const float gain[] = {0.14f, 0.14f, 0.14f, 0.19f, 0.3f, 0.41f, 0.52f, 0.64f, 0.76f, 0.88f, 1, 1};
    static const float busy[] = {0.55f, 0.55f, 0.55f, 0.55f, 0.53f, 0.56f, 0.61f, 0.69f, 0.78f, 0.89f, 1, 1};
    enum { N = COUNT(gain), FIRST = 3 };
    struct uncap_presence p[N];
    uint8_t opacity[N] = {0};
    for (int i = 0; i < N; i++)
        p[i] = (struct uncap_presence){gain[i], fminf(2 * gain[i], 1), busy[i]};
    const int first = uncap_presence_first(p, N, N - 1, opacity);
    assert_int_equal(first, FIRST);
    assert_int_equal(uncap_presence_pop(p, N, first, opacity), first);
    assert_in_range(opacity[FIRST], 1, 60);
    assert_in_range(opacity[FIRST + 1], 20, 100);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(beginnings),
        cmocka_unit_test(ends_are_beginnings_reversed),
        cmocka_unit_test(a_fade_has_its_opacities),
        cmocka_unit_test(a_fade_is_measured_from_its_foot),
        cmocka_unit_test(words_that_fade_in_are_opaque_one_by_one),
        cmocka_unit_test(a_fade_of_doubled_frames_is_one),
        cmocka_unit_test(a_fade_is_a_straight_line),
        cmocka_unit_test(a_hard_cut_is_full_at_once),
        cmocka_unit_test(weak_but_alike_stands),
        cmocka_unit_test(what_comes_at_once_does_not_fade),
        cmocka_unit_test(what_grows_in_once_more_is_another),
        cmocka_unit_test(a_word_gives_way_to_another_like_it),
        cmocka_unit_test(what_stands_before_other_things_gives_no_way),
        cmocka_unit_test(a_caption_before_a_still_scene_steps),
        cmocka_unit_test(a_cut_to_a_lighter_scene_is_no_fade),
        cmocka_unit_test(a_growing_caption_begins_with_its_step),
        cmocka_unit_test(a_small_shape_that_grows_belongs_to_it),
        cmocka_unit_test(what_passes_behind_is_no_pop),
        cmocka_unit_test(a_fade_before_a_busy_scene_is_no_pop),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
