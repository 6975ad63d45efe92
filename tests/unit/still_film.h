/* SPDX-License-Identifier: Apache-2.0 */
/* A window of noise that moves, in which parts stand, and a caption. */
#ifndef UNCAP_TESTS_UNIT_STILL_FILM_H
#define UNCAP_TESTS_UNIT_STILL_FILM_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/rng.h"
#include "inpaint/engine.h"

enum { W = 112, H = 80, FRAMES = 12 };

/* still, rest  what stands
 * text         a caption that changes all the time, covered by the matte
 * ringing      around it, where what stands is coded worse */
struct scene {
    struct uncap_rect still, rest, text, ringing;
};

struct film {
    struct uncap_window win;
    struct uncap_picture frames[FRAMES];
    const uint8_t *covered[FRAMES];
    uint8_t coverage[W * H];
};

static bool is_in(struct uncap_rect r, int x, int y)
{
    return x >= r.x0 && x < r.x1 && y >= r.y0 && y < r.y1;
}

static int sample_of(const struct scene *s, int t, int x, int y)
{
    const uint64_t at = (uint64_t)(y * W + x);
    const bool stands = is_in(s->still, x, y) || is_in(s->rest, x, y);
    const uint64_t when = stands && !is_in(s->text, x, y) ? 0 : (uint64_t)t;
    const double noise = is_in(s->ringing, x, y) ? 14 : 6;
    return (int)(200 * uncap_rng_uniform(3, when, at) + noise * uncap_rng_uniform(5, (uint64_t)t, at));
}

static void shoot(const struct scene *s, struct film *f)
{
    static const struct uncap_format grey = {1, 8, 0, 0};
    *f = (struct film){.win = {.crop = {0, 0, W, H}, .format = grey, .n = FRAMES, .core_end = FRAMES}};
    f->win.frames = f->frames;
    f->win.coverage = f->covered;
    for (int t = 0; t < FRAMES; t++) {
        assert_true(uncap_picture_alloc(&f->frames[t], grey, W, H));
        f->covered[t] = f->coverage;
        for (int y = 0; y < H; y++)
            for (int x = 0; x < W; x++)
                f->frames[t].data[0][y * f->frames[t].stride[0] + x] = (uint8_t)sample_of(s, t, x, y);
    }
    for (int i = 0; i < W * H; i++)
        f->coverage[i] = is_in(s->text, i % W, i / W) ? 255 : 0;
}

static void burn(struct film *f)
{
    for (int t = 0; t < FRAMES; t++)
        uncap_picture_free(&f->frames[t]);
}

static void assert_rect(struct uncap_rect is, struct uncap_rect wanted)
{
    assert_int_equal(is.x0, wanted.x0);
    assert_int_equal(is.y0, wanted.y0);
    assert_int_equal(is.x1, wanted.x1);
    assert_int_equal(is.y1, wanted.y1);
}

#endif
