/* SPDX-License-Identifier: Apache-2.0 */
/* The places of a word that slides in, drawn by hand. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include "base/memory.h"
#include "detect/track/slide.h"

enum { W = 240, H = 96, N = 16, RESTS = 9, FACTOR = 2 };

struct film {
    uint8_t frames[N][W * H];
    struct uncap_ring ring;
    struct uncap_track track;
};

/* Letters: bars of several widths within [60, 180) x [30, 66). */
static bool is_ink(int x, int y)
{
    static const int bars[][2] = {{60, 66},   {74, 78},   {90, 99},  {112, 116},
                                  {121, 127}, {150, 153}, {160, 180}};
    for (size_t i = 0; i < sizeof(bars) / sizeof(bars[0]); i++)
        if (x >= bars[i][0] && x < bars[i][1] && y >= 30 && y < 66)
            return i % 2 || abs(y - 48) > 4;
    return false;
}

static void *retain(void *frame)
{
    return frame;
}

static void release(void *held)
{
    (void)held;
}

/* at  [RESTS] displacements from its place before it stands there: level or upright; W: it is not there. */
static struct film *shoot(const int *at, bool is_level)
{
    static const struct uncap_frame_keeper keeper = {retain, release};
    const struct uncap_format grey = {.n_planes = 1, .depth = 8};
    struct film *f = uncap_alloc(1, sizeof(*f));
    assert_non_null(f);
    assert_int_equal(uncap_ring_open(&f->ring, W, H, grey, N, N, keeper, NULL), 0);
    for (int i = 0; i < N; i++) {
        const int by = i < RESTS ? at[i] : 0, dx = is_level ? by : 0, dy = is_level ? 0 : by;
        const struct uncap_picture p = {
            .format = grey, .w = W, .h = H, .data = {f->frames[i]}, .stride = {W}};
        for (int y = 0; y < H; y++)
            for (int x = 0; x < W; x++)
                f->frames[i][y * W + x] = is_ink(x - dx, y - dy) ? 235 : (uint8_t)(70 + (x * y + x) % 13);
        assert_int_equal(uncap_ring_push(&f->ring, &p, f->frames[i], NULL), 0);
        uncap_ring_reduce(&f->ring, i);
    }
    struct uncap_track *t = &f->track;
    *t = (struct uncap_track){.is_steady = true, .first = RESTS, .found = N - 1};
    const struct uncap_luma *last = uncap_ring_luma(&f->ring, N - 1);
    assert_int_equal(uncap_template_learn(&t->pattern, &last, 1, (struct uncap_rect){54, 24, 186, 72}, NULL),
                     0);
    t->series.items = uncap_alloc(N, sizeof(*t->series.items));
    for (int i = 0; i < N; i++) {
        struct uncap_match m;
        assert_int_equal(
            uncap_template_match(&t->pattern, uncap_ring_luma(&f->ring, i), 0, 0, &t->scratch, &m, NULL), 0);
        t->series.items[t->series.n++] = (struct uncap_presence){m.gain, m.likeness, m.busyness};
    }
    f->ring.factor = FACTOR;
    assert_int_equal(uncap_slide_find(t, &f->ring, NULL), 0);
    return f;
}

static void close(struct film *f)
{
    uncap_track_clear(&f->track);
    uncap_ring_close(&f->ring);
    uncap_free(f);
}

static void expect_way(const int *at, bool is_level, int first)
{
    struct film *f = shoot(at, is_level);
    const struct uncap_growth *g = &f->track.growth;
    assert_int_equal(f->track.first, first);
    assert_int_equal(g->n, RESTS - first);
    assert_int_equal(f->track.n_pop, RESTS - first);
    for (int i = 0; i < g->n; i++) {
        const float by = (float)(FACTOR * at[first + i]);
        assert_true(fabsf(g->poses[i].x - (is_level ? by : 0)) <= FACTOR);
        assert_true(fabsf(g->poses[i].y - (is_level ? 0 : by)) <= FACTOR);
    }
    close(f);
}

/* From beyond the left edge, at a constant speed: its last step may be a part of one. */
static void from_the_left(void **state)
{
    (void)state;
    static const int at[RESTS] = {W, W, W, -174, -140, -106, -72, -38, -4};
    expect_way(at, true, 3);
}

/* From below, ever slower. */
static void from_below(void **state)
{
    (void)state;
    static const int at[RESTS] = {W, W, W, W, 52, 33, 18, 8, 2};
    expect_way(at, false, 4);
}

static void within_the_picture(void **state)
{
    (void)state;
    static const int at[RESTS] = {W, W, W, W, W, 24, 18, 12, 6};
    expect_way(at, true, 5);
}

/* At once, or after standing elsewhere, as a line that makes room for another does. */
static void what_does_not_slide_begins_in_its_place(void **state)
{
    (void)state;
    static const int at_once[RESTS] = {W, W, W, W, W, W, W, W, W},
                     above[RESTS] = {W, W, -20, -20, -20, -20, -20, -20, -20};
    expect_way(at_once, true, RESTS);
    expect_way(above, false, RESTS);
}

/* On its way in the first frame that is known: text of a scene that the camera comes to rest on would be. */
static void what_has_not_been_seen_to_come_begins_in_its_place(void **state)
{
    (void)state;
    static const int at[RESTS] = {54, 48, 42, 36, 30, 24, 18, 12, 6};
    expect_way(at, true, RESTS);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(from_the_left),
        cmocka_unit_test(from_below),
        cmocka_unit_test(within_the_picture),
        cmocka_unit_test(what_does_not_slide_begins_in_its_place),
        cmocka_unit_test(what_has_not_been_seen_to_come_begins_in_its_place),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
