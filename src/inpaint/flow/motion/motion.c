/* SPDX-License-Identifier: Apache-2.0 */
#include "inpaint/flow/motion/motion.h"

#include <limits.h>
#include <math.h>
#include <string.h>

#include "base/memory.h"
#include "inpaint/flow/motion/affine.h"
#include "inpaint/flow/motion/motion_error.h"
#include "inpaint/flow/motion/steady.h"

enum {
    PAD = UNCAP_FLOW_PAD,
    ALL_PASSES = 2,
    AFFINE_LEVEL = 1, /* finest level for the affine map alone: a quarter of the resolution */
};

#define PX 2.0f /* pixels of the picture that a sample of the finest level is wide */

bool flow_motion_open(struct flow_motion *m, int w, int h)
{
    *m = (struct flow_motion){.w = (w + 1) / 2, .h = (h + 1) / 2};
    const size_t n = (size_t)m->w * (size_t)m->h;
    m->uv = uncap_alloc(2 * n, sizeof(*m->uv));
    m->error = uncap_alloc(n, 1);
    if (m->uv && m->error)
        return true;
    flow_motion_close(m);
    return false;
}

void flow_motion_close(struct flow_motion *m)
{
    uncap_free(m->uv);
    uncap_free(m->error);
    *m = (struct flow_motion){0};
}

size_t flow_motion_bytes(int w, int h)
{
    return (size_t)((w + 1) / 2) * (size_t)((h + 1) / 2) * (2 * sizeof(int16_t) + 1) +
           (size_t)2 * UNCAP_ALIGN;
}

static int finest_pitch(int w)
{
    return ((w + 1) / 2 + 2 * PAD + 15) / 16 * 16;
}

static size_t finest_plane(int w, int h)
{
    return (size_t)finest_pitch(w) * (size_t)((h + 1) / 2 + 2 * PAD);
}

size_t flow_pair_bytes(int w, int h)
{
    const size_t kernel = uncap_flow_scratch_floats(finest_pitch(w), (h + 1) / 2);
    return (6 * finest_plane(w, h) + kernel) * sizeof(float) + UNCAP_ALIGN;
}

bool flow_pair_open(struct flow_pair *p, int w, int h)
{
    *p = (struct flow_pair){0};
    const size_t plane = finest_plane(w, h);
    p->block =
        uncap_alloc(6 * plane + uncap_flow_scratch_floats(finest_pitch(w), (h + 1) / 2), sizeof(float));
    if (!p->block)
        return false;
    const ptrdiff_t origin = (ptrdiff_t)PAD * finest_pitch(w) + PAD;
    for (int d = 0; d < 2; d++) {
        p->u[d] = p->block + (size_t)(2 * d) * plane + origin;
        p->v[d] = p->block + (size_t)(2 * d + 1) * plane + origin;
    }
    p->coarse_u = p->block + 4 * plane;
    p->coarse_v = p->block + 5 * plane;
    p->kernel = p->block + 6 * plane;
    return true;
}

void flow_pair_close(struct flow_pair *p)
{
    uncap_free(p->block);
    *p = (struct flow_pair){0};
}

/* Twice the coarser flow, bilinear between the cells c and `beside` of its rows. */
static inline float twice(const float *near, const float *next, int c, int beside)
{
    return 1.5f * (0.75f * near[c] + 0.25f * near[beside]) + 0.5f * (0.75f * next[c] + 0.25f * next[beside]);
}

/* The samples of the cells 1 .. n - 1, which have neighbours on both sides. */
static void twice_cells(float *restrict out, const float *restrict near, const float *restrict next, int n)
{
    for (int c = 1; c < n; c++) {
        out[2 * c] = twice(near, next, c, c - 1);
        out[2 * c + 1] = twice(near, next, c, c + 1);
    }
}

/* Start of a level: twice the coarser flow. */
static void upsample(const struct flow_level *fine, float *out, const struct flow_level *coarse,
                     const float *in)
{
    const int last = coarse->w - 1;
    for (int y = 0; y < fine->h; y++) {
        const int cy = y >> 1;
        int ny = cy + ((y & 1) ? 1 : -1);
        ny = ny < 0 ? 0 : ny >= coarse->h ? coarse->h - 1 : ny;
        const float *near = in + (ptrdiff_t)cy * coarse->pitch;
        const float *next = in + (ptrdiff_t)ny * coarse->pitch;
        float *row = out + (ptrdiff_t)y * fine->pitch;
        twice_cells(row, near, next, last);
        row[0] = twice(near, next, 0, 0);
        if (fine->w > 1)
            row[1] = twice(near, next, 0, last ? 1 : 0);
        if (last) {
            row[2 * last] = twice(near, next, last, last - 1);
            if (fine->w > 2 * last + 1)
                row[2 * last + 1] = twice(near, next, last, last);
        }
    }
}

/* Copy a level's flow, packed at the level's own pitch, into the coarse planes. */
static void keep_coarse(const struct flow_level *l, float *plane, const float *flow)
{
    float *to = plane + (ptrdiff_t)PAD * l->pitch + PAD;
    for (int y = 0; y < l->h; y++)
        memcpy(to + (ptrdiff_t)y * l->pitch, flow + (ptrdiff_t)y * l->pitch, (size_t)l->w * sizeof(float));
}

static struct uncap_flow_level level_between(const struct flow_level *a, const struct flow_level *b, float *u,
                                             float *v, const struct flow_pair *s)
{
    return (struct uncap_flow_level){
        flow_level_image(a), flow_level_image(b), a->w, a->h, a->pitch, u, v, s->kernel};
}

/* Finest samples around a hole: a patch's size, and twice what residuals are pooled over. */
enum { AROUND = 8 };

struct flow_rows flow_rows_around(const struct flow_mask *a, const struct flow_mask *b)
{
    struct flow_rows rows = {INT_MAX, 0};
    for (int i = 0; i < 2; i++) {
        const struct flow_mask *m = i ? b : a;
        int first = 0;
        int end = 0;
        if (m)
            flow_mask_rows(m, &first, &end);
        if (first >= end)
            continue;
        const int last = (m->h + 1) / 2;
        first = first / 2 - AROUND;
        end = (end + 1) / 2 + AROUND;
        rows.first = first > rows.first ? rows.first : first < 0 ? 0 : first;
        rows.end = end < rows.end ? rows.end : end > last ? last : end;
    }
    return rows.end ? rows : (struct flow_rows){0, 0};
}

/* The level's rows as a level of their own: what lies around them is there to be read, as pad is. */
static struct uncap_flow_level rows_of(struct uncap_flow_level l, struct flow_rows rows)
{
    const ptrdiff_t by = (ptrdiff_t)rows.first * l.pitch;
    const struct uncap_flow_image a = {l.a.image + by, l.a.mask + by, l.a.gx + by, l.a.gy + by};
    const struct uncap_flow_image b = {l.b.image + by, l.b.mask + by, l.b.gx + by, l.b.gy + by};
    return (struct uncap_flow_level){a,       b,        l.w,      rows.end - rows.first,
                                     l.pitch, l.u + by, l.v + by, l.scratch};
}

/* Coarse to fine, of the last level the rows alone; the result lies in s->u[d], s->v[d] at the
 * pitch of the finest level that was run, their sample (0, 0) one pad of that pitch into the plane. */
static void estimate(const struct uncap_kernels *kernels, const struct flow_pyramid *a,
                     const struct flow_pyramid *b, const struct flow_effort *effort, struct flow_pair *s,
                     int d, int finest_level, struct flow_rows rows)
{
    for (int i = a->n_levels - 1; i >= finest_level; i--) {
        const struct flow_level *la = &a->level[i];
        const struct flow_level *lb = &b->level[i];
        const ptrdiff_t origin = (ptrdiff_t)PAD * la->pitch + PAD;
        const ptrdiff_t finest = (ptrdiff_t)PAD * a->level[0].pitch + PAD;
        float *u = s->u[d] - finest + origin;
        float *v = s->v[d] - finest + origin;
        if (i == a->n_levels - 1) {
            memset(u - origin, 0, (size_t)la->pitch * (size_t)(la->h + 2 * PAD) * sizeof(float));
            memset(v - origin, 0, (size_t)la->pitch * (size_t)(la->h + 2 * PAD) * sizeof(float));
        } else {
            const struct flow_level *coarse = &a->level[i + 1];
            const ptrdiff_t from = (ptrdiff_t)PAD * coarse->pitch + PAD;
            upsample(la, u, coarse, s->coarse_u + from);
            upsample(la, v, coarse, s->coarse_v + from);
        }
        struct uncap_flow_level level = level_between(la, lb, u, v, s);
        if (i == finest_level)
            level = rows_of(level, rows);
        kernels->dis(&level, effort->iterations, i > finest_level ? ALL_PASSES : effort->last_passes,
                     effort->apart);
        if (effort->outer)
            kernels->refine(&level, effort->outer, effort->inner);
        if (i > finest_level) {
            keep_coarse(la, s->coarse_u, u);
            keep_coarse(la, s->coarse_v, v);
        }
    }
}

static int16_t stored(float pixels)
{
    const float v = pixels * FLOW_UNITS;
    return (int16_t)(v < -32767 ? -32767 : v > 32767 ? 32767 : lrintf(v));
}

static void store(struct flow_motion *m, const float *u, const float *v, int pitch)
{
    for (int y = 0; y < m->h; y++)
        for (int x = 0; x < m->w; x++) {
            const ptrdiff_t o = (ptrdiff_t)y * pitch + x;
            int16_t *to = m->uv + 2 * ((ptrdiff_t)y * m->w + x);
            to[0] = stored(2 * u[o]);
            to[1] = stored(2 * v[o]);
        }
}

void flow_motion_estimate(const struct uncap_kernels *kernels, const struct flow_pyramid *a,
                          const struct flow_pyramid *b, const struct flow_effort *effort,
                          struct flow_rows rows, struct flow_pair *s, struct flow_motion *ab,
                          struct flow_motion *ba)
{
    const struct flow_level *la = &a->level[0];
    const struct flow_level *lb = &b->level[0];
    estimate(kernels, a, b, effort, s, 0, 0, rows);
    estimate(kernels, b, a, effort, s, 1, 0, rows);
    const struct uncap_flow_level forth = level_between(la, lb, s->u[0], s->v[0], s);
    const struct uncap_flow_level back = level_between(lb, la, s->u[1], s->v[1], s);
    flow_steady(kernels, &forth, rows);
    flow_steady(kernels, &back, rows);
    flow_affine_fit(kernels, la, s->u[0], s->v[0], PX, s->kernel, ab->affine);
    flow_affine_fit(kernels, lb, s->u[1], s->v[1], PX, s->kernel, ba->affine);
    const float rms_ab = flow_motion_errors(kernels, &forth, s->u[1], s->v[1], PX, rows, ab->error);
    const float rms_ba = flow_motion_errors(kernels, &back, s->u[0], s->v[0], PX, rows, ba->error);
    store(ab, s->u[0], s->v[0], a->level[0].pitch);
    store(ba, s->u[1], s->v[1], b->level[0].pitch);
    ab->is_known = ba->is_known = true;
    ab->broken = ba->broken = rms_ab > FLOW_BROKEN_RMS && rms_ba > FLOW_BROKEN_RMS;
}

void flow_motion_estimate_affine(const struct uncap_kernels *kernels, const struct flow_pyramid *a,
                                 const struct flow_pyramid *b, const struct flow_effort *effort,
                                 struct flow_pair *s, struct flow_motion *ab, struct flow_motion *ba)
{
    const int level = a->n_levels > AFFINE_LEVEL ? AFFINE_LEVEL : a->n_levels - 1;
    const struct flow_rows all = {0, a->level[level].h};
    estimate(kernels, a, b, effort, s, 0, level, all);
    estimate(kernels, b, a, effort, s, 1, level, all);
    const struct flow_level *la = &a->level[level];
    const struct flow_level *lb = &b->level[level];
    const ptrdiff_t shift = (ptrdiff_t)PAD * (la->pitch - a->level[0].pitch);
    flow_affine_fit(kernels, la, s->u[0] + shift, s->v[0] + shift, (float)(2 << level), s->kernel,
                    ab->affine);
    flow_affine_fit(kernels, lb, s->u[1] + shift, s->v[1] + shift, (float)(2 << level), s->kernel,
                    ba->affine);
    ab->is_known = ba->is_known = true;
    ab->broken = ba->broken = false;
}
