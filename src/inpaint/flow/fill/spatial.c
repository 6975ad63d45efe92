/* SPDX-License-Identifier: Apache-2.0 */
#include "inpaint/flow/fill/spatial.h"

#include <math.h>
#include <string.h>

#include "inpaint/flow/fill/pointers.h"
#include "inpaint/flow/motion/sample.h"

/* Mean square error, fitted like the candidates' in fuse.c: base + scale * error^1.5 * (1 + slope * distance
 * to the nearest known sample). */
#define VARIANCE_BASE 0.5f
#define VARIANCE_SCALE 3.8f
#define VARIANCE_SLOPE 0.34f

/* One plane and the hole to fill in it, with the known samples around. laplace: what lies in bounds, those of
 * the sites. */
struct hole_plane {
    struct flow_samples samples;
    const struct flow_site_list *sites;
    int w, h;
    struct uncap_rect bounds;
    struct uncap_laplace laplace;
};

static ptrdiff_t element_of(const struct hole_plane *f, uint32_t place, int *colour)
{
    const int x = flow_place_x(place) - f->bounds.x0;
    const int y = flow_place_y(place) - f->bounds.y0;
    *colour = (x + y) & 1;
    return (ptrdiff_t)y * f->laplace.half + (x >> 1);
}

/* Where the fill of a sample is left. */
static float *value_of(const struct hole_plane *f, uint32_t place)
{
    int colour;
    const ptrdiff_t at = element_of(f, place, &colour);
    return &f->laplace.value[colour][at];
}

enum { ROUND_DOWN = ~7 }; /* to eights */

/* Where the hole lies, into s->rate and s->span. */
static void mark_hole(const struct hole_plane *f, struct flow_scratch *s)
{
    const struct flow_site_list *l = f->sites;
    const ptrdiff_t second = (ptrdiff_t)(uncap_laplace_floats(f->laplace.w, f->laplace.h) / 2);
    float *const rate[2] = {s->rate + f->laplace.half, s->rate + second + f->laplace.half};
    for (int y = 0; y < f->laplace.h; y++)
        s->span[y][0] = s->span[y][1] = 0;
    for (int k = 0; k < l->n_inner; k++) {
        int colour;
        const ptrdiff_t at = element_of(f, l->place[k], &colour);
        const int32_t element = (flow_place_x(l->place[k]) - f->bounds.x0) >> 1;
        int32_t *span = s->span[flow_place_y(l->place[k]) - f->bounds.y0];
        rate[colour][at] = UNCAP_LAPLACE_RATE;
        span[0] = span[1] ? span[0] : element & ROUND_DOWN; /* places come in raster order */
        span[1] = element + 1;
    }
}

/* A hole of one plane; plane 0: luma. */
static struct hole_plane hole_of(const struct uncap_picture *picture, const struct flow_site_list *sites,
                                 int plane, struct flow_scratch *s)
{
    struct hole_plane f = {.samples = flow_samples_of(picture, plane),
                           .sites = sites,
                           .w = uncap_plane_w(picture->format, plane, picture->w),
                           .h = uncap_plane_h(picture->format, plane, picture->h),
                           .bounds = flow_site_list_bounds(sites)};
    /* The chessboard is the plane's, whatever lies in bounds. */
    f.bounds.x0 &= ~1;
    f.bounds.y0 &= ~1;
    const int w = uncap_rect_w(f.bounds);
    const int h = uncap_rect_h(f.bounds);
    const size_t n = uncap_laplace_floats(w, h);
    const ptrdiff_t half = uncap_laplace_half(w);
    const ptrdiff_t second = (ptrdiff_t)(n / 2);
    memset(s->rate, 0, n * sizeof(*s->rate)); /* what values lie elsewhere does not matter */
    f.laplace = (struct uncap_laplace){.w = w,
                                       .h = h,
                                       .half = (int)half,
                                       .value = {s->relaxed + half, s->relaxed + second + half},
                                       .rate = {s->rate + half, s->rate + second + half},
                                       .span = (const int32_t(*)[2])s->span};
    mark_hole(&f, s);
    return f;
}

static float known(struct flow_samples samples, uint32_t place)
{
    return flow_sample_get(samples, flow_place_x(place), flow_place_y(place));
}

/* Start the hole's samples from the interpolation. */
static void start_inside(const struct flow_work *work, const struct hole_plane *f, struct flow_scratch *s)
{
    const struct flow_site_list *l = f->sites;
    for (int k = 0, row = -1; k < l->n_inner; k++) {
        const uint32_t place = l->place[k];
        if (flow_place_y(place) != row) {
            row = flow_place_y(place);
            flow_pushpull_row(&s->smooth, work->kernels, f->bounds.x0, f->bounds.x1, row, s->row);
        }
        *value_of(f, place) = s->row[flow_place_x(place) - f->bounds.x0];
    }
}

/* Laplace's equation over the hole, from a push-pull start off the samples around it. */
static void fill_hole(const struct flow_work *work, const struct hole_plane *f, struct flow_scratch *s)
{
    const struct flow_site_list *l = f->sites;
    const struct flow_samples samples = f->samples;
    flow_pushpull_start(&s->smooth, f->w, f->h, f->bounds);
    for (int k = l->n_inner; k < l->n; k++) {
        const uint32_t place = l->place[k];
        const float v = known(samples, place);
        *value_of(f, place) = v;
        flow_pushpull_add(&s->smooth, flow_place_x(place), flow_place_y(place), v, 1);
    }
    flow_pushpull_solve(&s->smooth, work->kernels);
    start_inside(work, f, s);
    work->kernels->laplace(&f->laplace, work->settings->relaxations);
}

/* Leave in s->error how wrong the same fill is on the ring, with the ring part of the hole. */
static void measure(const struct flow_work *work, const struct flow_frame *f, struct flow_scratch *s)
{
    struct flow_site_list *l = &s->sites.luma;
    flow_site_list_fill(l, &s->need, &s->outer);
    const struct hole_plane plane = hole_of(&f->picture, l, 0, s);
    fill_hole(work, &plane, s);
    flow_site_list_fill(l, &f->hole, &s->need);
    flow_pushpull_start(&s->error, work->w, work->h, flow_site_list_bounds(l));
    for (int k = l->n_inner; k < l->n; k++) {
        const uint32_t place = l->place[k];
        const float error = fabsf(*value_of(&plane, place) - known(plane.samples, place));
        flow_pushpull_add(&s->error, flow_place_x(place), flow_place_y(place), error, 1);
    }
    flow_pushpull_solve(&s->error, work->kernels);
}

static float nearer(float a, float b)
{
    return a < b ? a : b;
}

/* Chamfer distance (3-4, in thirds) of every sample of the hole to the nearest one outside it; 0 on the ring.
 * Other samples of d are not touched. */
static void distances(const struct flow_site_list *l, int w, int h, float *d)
{
    const float one = 1;
    const float diagonal = 4.0f / 3;
    for (int k = l->n_inner; k < l->n; k++)
        d[(ptrdiff_t)flow_place_y(l->place[k]) * w + flow_place_x(l->place[k])] = 0;
    for (int k = 0; k < l->n_inner; k++) {
        const int x = flow_place_x(l->place[k]);
        const int y = flow_place_y(l->place[k]);
        float *at = d + (ptrdiff_t)y * w + x;
        float v = 1e6f;
        v = x > 0 ? nearer(v, at[-1] + one) : v;
        v = y > 0 ? nearer(v, at[-w] + one) : v;
        v = x > 0 && y > 0 ? nearer(v, at[-w - 1] + diagonal) : v;
        v = x + 1 < w && y > 0 ? nearer(v, at[-w + 1] + diagonal) : v;
        *at = v;
    }
    for (int k = l->n_inner - 1; k >= 0; k--) {
        const int x = flow_place_x(l->place[k]);
        const int y = flow_place_y(l->place[k]);
        float *at = d + (ptrdiff_t)y * w + x;
        const bool has_below = y + 1 < h;
        float v = *at;
        v = x + 1 < w ? nearer(v, at[1] + one) : v;
        v = has_below ? nearer(v, at[w] + one) : v;
        v = has_below && x + 1 < w ? nearer(v, at[w + 1] + diagonal) : v;
        v = has_below && x > 0 ? nearer(v, at[w - 1] + diagonal) : v;
        *at = v;
    }
}

/* is_known: the distances, from the frame before that s filled */
static void fill_luma(const struct flow_work *work, struct flow_frame *f, struct flow_scratch *s,
                      bool is_known)
{
    const struct flow_site_list *l = &s->sites.luma;
    float *d = s->trust;
    measure(work, f, s);
    const struct hole_plane plane = hole_of(&f->picture, l, 0, s);
    fill_hole(work, &plane, s);
    if (!is_known)
        distances(l, work->w, work->h, d);
    for (int k = 0, row = -1; k < l->n_inner; k++) {
        const uint32_t place = l->place[k];
        const int x = flow_place_x(place);
        const int y = flow_place_y(place);
        if (y != row)
            flow_pushpull_row(&s->error, work->kernels, plane.bounds.x0, plane.bounds.x1, row = y, s->row);
        const float error = s->row[x - plane.bounds.x0];
        const float v = VARIANCE_BASE + VARIANCE_SCALE * error * sqrtf(error) *
                                            (1 + VARIANCE_SLOPE * d[(ptrdiff_t)y * work->w + x]);
        f->variance[k] = flow_variance_store(v);
        flow_sample_put(plane.samples, x, y, *value_of(&plane, place));
    }
}

static void fill_chroma(const struct flow_work *work, struct flow_frame *f, struct flow_scratch *s)
{
    struct flow_site_list *l = &s->sites.chroma;
    flow_site_list_fill(l, &f->hole_c, &s->outer_c);
    struct hole_plane plane = hole_of(&f->picture, l, 1, s);
    for (int i = 1; i < 3; i++) {
        plane.samples = flow_samples_of(&f->picture, i);
        fill_hole(work, &plane, s);
        for (int k = 0; k < l->n_inner; k++) {
            const uint32_t place = l->place[k];
            flow_sample_put(plane.samples, flow_place_x(place), flow_place_y(place),
                            *value_of(&plane, place));
        }
    }
}

/* A chroma sample is as uncertain as the first covered luma sample below it. */
static void chroma_variance(const struct flow_work *work, struct flow_frame *f)
{
    int i = 0;
    for (int y = 0; y < work->ch; y++)
        for (int x = flow_mask_next(&f->hole_c, 0, y); x < work->cw;
             x = flow_mask_next(&f->hole_c, x + 1, y)) {
            int lx;
            int ly;
            flow_work_luma_of(work, &f->hole, x, y, &lx, &ly);
            f->variance_c[i++] = f->variance[flow_mask_rank(&f->hole, lx, ly)];
        }
}

/* What lies around the hole. */
static void grow_sets(const struct flow_work *work, const struct flow_frame *f, struct flow_scratch *s)
{
    flow_mask_copy(&s->listed, &f->hole);
    s->listed_for = FLOW_SMOOTH_FILL;
    flow_mask_grow(&s->need, &f->hole, work->settings->ring);
    flow_mask_grow(&s->outer, &s->need, 2);
    if (work->cw)
        flow_mask_grow(&s->outer_c, &f->hole_c, 2);
}

void flow_spatial_fill(const struct flow_work *work, int t, struct flow_scratch *s)
{
    struct flow_frame *f = &work->frames[t];
    const bool is_listed = s->listed_for == FLOW_SMOOTH_FILL && flow_mask_equals(&s->listed, &f->hole);
    if (!is_listed)
        grow_sets(work, f, s);
    fill_luma(work, f, s, is_listed);
    if (!work->cw)
        return;
    fill_chroma(work, f, s);
    chroma_variance(work, f);
}
