/* SPDX-License-Identifier: Apache-2.0 */
#include "inpaint/flow/spatial.h"

#include <math.h>

#include "inpaint/flow/pointers.h"
#include "inpaint/flow/sample.h"

#define RELAXATION 1.7f

/* Mean square error, fitted like the candidates' in fuse.c: base + scale * error^1.5 * (1 + slope * distance to the
 * nearest known sample). */
#define VARIANCE_BASE 0.5f
#define VARIANCE_SCALE 3.8f
#define VARIANCE_SLOPE 0.34f

/* Load a plane on the engine's scale. */
static void load(const struct uncap_picture *p, int plane, int w, int h, float *out)
{
    const float scale = flow_sample_scale(p->format);
    for (int y = 0; y < h; y++)
        for (int x = 0; x < w; x++)
            out[(ptrdiff_t)y * w + x] = scale * flow_sample_get(p, plane, x, y);
}

/* Members of the hole as packed places, even ones (x + y) first; returns how many those are. */
static int list_places(const struct flow_mask *hole, uint32_t *places)
{
    int n_even = 0;
    int n_odd = 0;
    for (int y = 0; y < hole->h; y++)
        for (int x = flow_mask_next(hole, 0, y); x < hole->w; x = flow_mask_next(hole, x + 1, y)) {
            const uint32_t place = (uint32_t)x | (uint32_t)y << 16;
            if ((x + y) & 1)
                places[hole->n - 1 - n_odd++] = place;
            else
                places[n_even++] = place;
        }
    return n_even;
}

static void relax(float *p, int w, int h, const uint32_t *places, int n)
{
    for (int i = 0; i < n; i++) {
        const int x = (int)(places[i] & 0xffff);
        const int y = (int)(places[i] >> 16);
        float *at = p + (ptrdiff_t)y * w + x;
        const float left = at[x > 0 ? -1 : 0];
        const float right = at[x + 1 < w ? 1 : 0];
        const float up = at[y > 0 ? -(ptrdiff_t)w : 0];
        const float down = at[y + 1 < h ? (ptrdiff_t)w : 0];
        *at += RELAXATION * (0.25f * (left + right + up + down) - *at);
    }
}

/* Laplace's equation over the hole, from a push-pull start off the samples of `around`. */
static void fill_hole(float *p, const struct flow_mask *hole, const struct flow_mask *around, int steps,
                      struct flow_scratch *s)
{
    flow_pushpull_start(&s->smooth, hole->w, hole->h);
    for (int y = 0; y < hole->h; y++)
        for (int x = flow_mask_next(around, 0, y); x < hole->w; x = flow_mask_next(around, x + 1, y))
            if (!flow_mask_has(hole, x, y))
                flow_pushpull_add(&s->smooth, x, y, p[(ptrdiff_t)y * hole->w + x], 1);
    flow_pushpull_solve(&s->smooth);
    for (int y = 0; y < hole->h; y++)
        for (int x = flow_mask_next(hole, 0, y); x < hole->w; x = flow_mask_next(hole, x + 1, y))
            p[(ptrdiff_t)y * hole->w + x] = flow_pushpull_at(&s->smooth, x, y);
    const int n_even = list_places(hole, s->places);
    for (int i = 0; i < steps; i++) {
        relax(p, hole->w, hole->h, s->places, n_even);
        relax(p, hole->w, hole->h, s->places + n_even, hole->n - n_even);
    }
}

/* Leave in s->error how wrong the same fill is on the ring, with the ring part of the hole. */
static void measure(const struct flow_work *work, const struct flow_frame *f, struct flow_scratch *s, float *p)
{
    const float scale = flow_sample_scale(f->picture.format);
    flow_mask_grow(&s->outer, &s->need, 2);
    fill_hole(p, &s->need, &s->outer, work->settings->relaxations, s);
    flow_pushpull_start(&s->error, work->w, work->h);
    for (int y = 0; y < work->h; y++)
        for (int x = flow_mask_next(&s->need, 0, y); x < work->w; x = flow_mask_next(&s->need, x + 1, y))
            if (!flow_mask_has(&f->hole, x, y)) {
                const float truth = scale * flow_sample_get(&f->picture, 0, x, y);
                flow_pushpull_add(&s->error, x, y, fabsf(p[(ptrdiff_t)y * work->w + x] - truth), 1);
            }
    flow_pushpull_solve(&s->error);
}

static float nearer(float a, float b)
{
    return a < b ? a : b;
}

/* Chamfer distance (3-4, in thirds) of every sample to the nearest one outside the hole. */
static void distances(const struct flow_mask *hole, float *d)
{
    const int w = hole->w;
    const float one = 1;
    const float diagonal = 4.0f / 3;
    for (int y = 0; y < hole->h; y++)
        for (int x = 0; x < w; x++) {
            float *at = d + (ptrdiff_t)y * w + x;
            float v = 0;
            if (flow_mask_has(hole, x, y)) {
                v = 1e6f;
                v = x > 0 ? nearer(v, at[-1] + one) : v;
                v = y > 0 ? nearer(v, at[-w] + one) : v;
                v = x > 0 && y > 0 ? nearer(v, at[-w - 1] + diagonal) : v;
                v = x + 1 < w && y > 0 ? nearer(v, at[-w + 1] + diagonal) : v;
            }
            *at = v;
        }
    for (int y = hole->h - 1; y >= 0; y--)
        for (int x = w - 1; x >= 0; x--) {
            float *at = d + (ptrdiff_t)y * w + x;
            const bool below = y + 1 < hole->h;
            float v = *at;
            v = x + 1 < w ? nearer(v, at[1] + one) : v;
            v = below ? nearer(v, at[w] + one) : v;
            v = below && x + 1 < w ? nearer(v, at[w + 1] + diagonal) : v;
            v = below && x > 0 ? nearer(v, at[w - 1] + diagonal) : v;
            *at = v;
        }
}

static void fill_luma(const struct flow_work *work, struct flow_frame *f, struct flow_scratch *s)
{
    float *p = s->plane[0];
    float *d = s->plane[1];
    load(&f->picture, 0, work->w, work->h, p);
    measure(work, f, s, p);
    fill_hole(p, &f->hole, &s->need, work->settings->relaxations, s);
    distances(&f->hole, d);
    int i = 0;
    for (int y = 0; y < work->h; y++)
        for (int x = flow_mask_next(&f->hole, 0, y); x < work->w; x = flow_mask_next(&f->hole, x + 1, y)) {
            const ptrdiff_t o = (ptrdiff_t)y * work->w + x;
            const float error = flow_pushpull_at(&s->error, x, y);
            const float v = VARIANCE_BASE + VARIANCE_SCALE * error * sqrtf(error) * (1 + VARIANCE_SLOPE * d[o]);
            f->variance[i++] = flow_variance_store(v);
            flow_sample_put(&f->picture, 0, x, y, p[o]);
        }
}

static void fill_chroma(const struct flow_work *work, struct flow_frame *f, int plane, struct flow_scratch *s)
{
    float *p = s->plane[0];
    load(&f->picture, plane, work->cw, work->ch, p);
    flow_mask_grow(&s->outer_c, &f->hole_c, 2);
    fill_hole(p, &f->hole_c, &s->outer_c, work->settings->relaxations, s);
    for (int y = 0; y < work->ch; y++)
        for (int x = flow_mask_next(&f->hole_c, 0, y); x < work->cw; x = flow_mask_next(&f->hole_c, x + 1, y))
            flow_sample_put(&f->picture, plane, x, y, p[(ptrdiff_t)y * work->cw + x]);
}

/* A chroma sample is as uncertain as the first covered luma sample below it. */
static void chroma_variance(const struct flow_work *work, struct flow_frame *f)
{
    int i = 0;
    for (int y = 0; y < work->ch; y++)
        for (int x = flow_mask_next(&f->hole_c, 0, y); x < work->cw; x = flow_mask_next(&f->hole_c, x + 1, y)) {
            int lx;
            int ly;
            flow_work_luma_of(work, &f->hole, x, y, &lx, &ly);
            f->variance_c[i++] = f->variance[flow_mask_rank(&f->hole, lx, ly)];
        }
}

void flow_spatial_fill(const struct flow_work *work, int t, struct flow_scratch *s)
{
    struct flow_frame *f = &work->frames[t];
    flow_mask_grow(&s->need, &f->hole, FLOW_RING);
    fill_luma(work, f, s);
    if (!work->cw)
        return;
    fill_chroma(work, f, 1, s);
    fill_chroma(work, f, 2, s);
    chroma_variance(work, f);
}
