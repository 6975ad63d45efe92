/* SPDX-License-Identifier: Apache-2.0 */
/* A word drawn by hand, frame by frame, and the track that has found it. */
#ifndef UNCAP_TESTS_UNIT_WORD_FILM_H
#define UNCAP_TESTS_UNIT_WORD_FILM_H

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/memory.h"
#include "detect/look/ring.h"
#include "detect/track/track.h"
#include "grey.h"

enum { FILM_W = 240, FILM_H = 96, FILM_MOST = 16 };

/* frames  drawn by the test, then developed. */
struct word_film {
    uint8_t frames[FILM_MOST][FILM_W * FILM_H];
    struct uncap_ring ring;
    struct uncap_track track;
};

/* Letters at rest: bars of several widths within [60, 180) x [30, 66). */
static inline bool word_ink(float x, float y)
{
    static const float bars[][2] = {{60, 66},   {74, 78},   {90, 99},  {112, 116},
                                    {121, 127}, {150, 153}, {160, 180}};
    if (y < 30 || y >= 66)
        return false;
    for (size_t i = 0; i < sizeof(bars) / sizeof(bars[0]); i++)
        if (x >= bars[i][0] && x < bars[i][1])
            return i % 2 || fabsf(y - 48) > 4;
    return false;
}

/* Of a letter, or of the scene. */
static inline uint8_t word_pixel(bool is_ink, int x, int y)
{
    return is_ink ? 235 : (uint8_t)(70 + (x * y + x) % 13);
}

/* The ring of the n frames, and a steady track from `first` on, whose strokes were learned from the last
 * one. */
static inline void word_film_develop(struct word_film *f, int n, int first)
{
    const struct uncap_format grey = {.n_planes = 1, .depth = 8};
    assert_int_equal(uncap_ring_open(&f->ring, FILM_W, FILM_H, grey, n, n, grey_keeper(), NULL), 0);
    for (int i = 0; i < n; i++) {
        const struct uncap_picture p = grey_picture(f->frames[i], FILM_W, FILM_H);
        assert_int_equal(uncap_ring_push(&f->ring, &p, f->frames[i], NULL), 0);
        uncap_ring_reduce(&f->ring, i);
    }
    struct uncap_track *t = &f->track;
    *t = (struct uncap_track){.is_steady = true, .first = first, .found = n - 1};
    const struct uncap_luma *last = uncap_ring_luma(&f->ring, n - 1);
    assert_int_equal(uncap_template_learn(&t->pattern, &last, 1, (struct uncap_rect){54, 24, 186, 72}, NULL),
                     0);
    t->series.items = uncap_alloc((size_t)n, sizeof(*t->series.items));
    assert_non_null(t->series.items);
    for (int i = 0; i < n; i++) {
        struct uncap_match m;
        assert_int_equal(
            uncap_template_match(&t->pattern, uncap_ring_luma(&f->ring, i), 0, 0, &t->scratch, &m, NULL), 0);
        t->series.items[t->series.n++] = (struct uncap_presence){m.gain, m.likeness, m.busyness};
    }
}

static inline void word_film_clear(struct word_film *f)
{
    uncap_track_clear(&f->track);
    uncap_ring_close(&f->ring);
}

#endif
