/* SPDX-License-Identifier: Apache-2.0 */
#include "inpaint/flow/spatial.h"

#include <math.h>

#include "inpaint/flow/pointers.h"
#include "inpaint/flow/sample.h"

#define RELAXATION 1.7f

/* Mean square error, fitted like the candidates' in fuse.c: base + scale * error^1.5 * (1 + slope * distance
 * to the nearest known sample). */
#define VARIANCE_BASE 0.5f
#define VARIANCE_SCALE 3.8f
#define VARIANCE_SLOPE 0.34f

/* Members of a hole in the order of relaxation: those of one colour of the chessboard, then the others. */
struct order {
    const uint32_t *at[2], *edge[2]; /* offsets into the plane; places of samples at the plane's edge */
    int n[2], n_edge[2];
};

static bool is_at_edge(const struct flow_site_list *l, uint32_t i, int w, int h)
{
    const int x = flow_place_x(l->place[i]);
    const int y = flow_place_y(l->place[i]);
    return x == 0 || y == 0 || x + 1 == w || y + 1 == h;
}

static int colour_of(uint32_t place)
{
    return (flow_place_x(place) + flow_place_y(place)) & 1;
}

/* Sort the hole of l into `room`. */
static struct order order_of(const struct flow_site_list *l, int w, int h, uint32_t *room)
{
    int n_even = 0;
    for (int k = 0; k < l->n_inner; k++)
        n_even += !colour_of(l->place[l->inner[k]]);
    struct order o = {.at = {room, room + n_even}};
    uint32_t *const at[2] = {room, room + n_even};
    uint32_t *const end[2] = {room + n_even, room + l->n_inner};
    for (int k = 0; k < l->n_inner; k++) {
        const uint32_t place = l->place[l->inner[k]];
        const int c = colour_of(place);
        if (is_at_edge(l, l->inner[k], w, h))
            *(end[c] - ++o.n_edge[c]) = place;
        else
            at[c][o.n[c]++] = (uint32_t)(flow_place_y(place) * w + flow_place_x(place));
    }
    for (int c = 0; c < 2; c++)
        o.edge[c] = end[c] - o.n_edge[c];
    return o;
}

static void relax(float *p, int w, int h, const struct order *o, int c)
{
    for (int i = 0; i < o->n[c]; i++) {
        float *at = p + o->at[c][i];
        *at += RELAXATION * (0.25f * (at[-1] + at[1] + at[-(ptrdiff_t)w] + at[w]) - *at);
    }
    for (int i = 0; i < o->n_edge[c]; i++) {
        const int x = flow_place_x(o->edge[c][i]);
        const int y = flow_place_y(o->edge[c][i]);
        float *at = p + (ptrdiff_t)y * w + x;
        const float left = at[x > 0 ? -1 : 0];
        const float right = at[x + 1 < w ? 1 : 0];
        const float up = at[y > 0 ? -(ptrdiff_t)w : 0];
        const float down = at[y + 1 < h ? (ptrdiff_t)w : 0];
        *at += RELAXATION * (0.25f * (left + right + up + down) - *at);
    }
}

/* One plane and the hole to fill in it, with the known samples around. p: [h][w], where the fill is left. */
struct hole_plane {
    const struct uncap_picture *picture;
    const struct flow_site_list *sites;
    int plane, w, h;
    float *p;
};

static ptrdiff_t offset_of(const struct hole_plane *f, uint32_t i)
{
    const uint32_t place = f->sites->place[i];
    return (ptrdiff_t)flow_place_y(place) * f->w + flow_place_x(place);
}

/* Known sample on the engine's scale. */
static float known(const struct hole_plane *f, uint32_t i)
{
    const uint32_t place = f->sites->place[i];
    return flow_sample_scale(f->picture->format) *
           flow_sample_get(f->picture, f->plane, flow_place_x(place), flow_place_y(place));
}

/* Laplace's equation over the hole, from a push-pull start off the samples around it. */
static void fill_hole(const struct hole_plane *f, const struct order *order, int steps,
                      struct flow_scratch *s)
{
    const struct flow_site_list *l = f->sites;
    flow_pushpull_start(&s->smooth, f->w, f->h, flow_site_list_bounds(l));
    for (int k = 0; k < l->n - l->n_inner; k++) {
        const uint32_t i = l->ring[k];
        const float v = known(f, i);
        f->p[offset_of(f, i)] = v;
        flow_pushpull_add(&s->smooth, flow_place_x(l->place[i]), flow_place_y(l->place[i]), v, 1);
    }
    flow_pushpull_solve(&s->smooth);
    for (int k = 0; k < l->n_inner; k++) {
        const uint32_t place = l->place[l->inner[k]];
        f->p[offset_of(f, l->inner[k])] =
            flow_pushpull_at(&s->smooth, flow_place_x(place), flow_place_y(place));
    }
    for (int i = 0; i < steps; i++)
        for (int c = 0; c < 2; c++)
            relax(f->p, f->w, f->h, order, c);
}

static struct hole_plane luma_plane(const struct flow_work *work, const struct flow_frame *f,
                                    struct flow_scratch *s)
{
    return (struct hole_plane){&f->picture, &s->sites.luma, 0, work->w, work->h, s->value[0]};
}

/* Leave in s->error how wrong the same fill is on the ring, with the ring part of the hole. */
static void measure(const struct flow_work *work, const struct flow_frame *f, struct flow_scratch *s)
{
    struct flow_site_list *l = &s->sites.luma;
    const struct hole_plane plane = luma_plane(work, f, s);
    flow_mask_grow(&s->outer, &s->need, 2);
    flow_site_list_fill(l, &s->need, &s->outer);
    const struct order order = order_of(l, work->w, work->h, s->order);
    fill_hole(&plane, &order, work->settings->relaxations, s);
    flow_site_list_fill(l, &f->hole, &s->need);
    flow_pushpull_start(&s->error, work->w, work->h, flow_site_list_bounds(l));
    for (int k = 0; k < l->n - l->n_inner; k++) {
        const uint32_t i = l->ring[k];
        const float error = fabsf(plane.p[offset_of(&plane, i)] - known(&plane, i));
        flow_pushpull_add(&s->error, flow_place_x(l->place[i]), flow_place_y(l->place[i]), error, 1);
    }
    flow_pushpull_solve(&s->error);
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
    for (int k = 0; k < l->n - l->n_inner; k++)
        d[(ptrdiff_t)flow_place_y(l->place[l->ring[k]]) * w + flow_place_x(l->place[l->ring[k]])] = 0;
    for (int k = 0; k < l->n_inner; k++) {
        const int x = flow_place_x(l->place[l->inner[k]]);
        const int y = flow_place_y(l->place[l->inner[k]]);
        float *at = d + (ptrdiff_t)y * w + x;
        float v = 1e6f;
        v = x > 0 ? nearer(v, at[-1] + one) : v;
        v = y > 0 ? nearer(v, at[-w] + one) : v;
        v = x > 0 && y > 0 ? nearer(v, at[-w - 1] + diagonal) : v;
        v = x + 1 < w && y > 0 ? nearer(v, at[-w + 1] + diagonal) : v;
        *at = v;
    }
    for (int k = l->n_inner - 1; k >= 0; k--) {
        const int x = flow_place_x(l->place[l->inner[k]]);
        const int y = flow_place_y(l->place[l->inner[k]]);
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

static void fill_luma(const struct flow_work *work, struct flow_frame *f, struct flow_scratch *s)
{
    const struct flow_site_list *l = &s->sites.luma;
    const struct hole_plane plane = luma_plane(work, f, s);
    float *d = s->trust;
    measure(work, f, s);
    const struct order order = order_of(l, work->w, work->h, s->order);
    fill_hole(&plane, &order, work->settings->relaxations, s);
    distances(l, work->w, work->h, d);
    for (int k = 0; k < l->n_inner; k++) {
        const ptrdiff_t o = offset_of(&plane, l->inner[k]);
        const int x = flow_place_x(l->place[l->inner[k]]);
        const int y = flow_place_y(l->place[l->inner[k]]);
        const float error = flow_pushpull_at(&s->error, x, y);
        const float v = VARIANCE_BASE + VARIANCE_SCALE * error * sqrtf(error) * (1 + VARIANCE_SLOPE * d[o]);
        f->variance[k] = flow_variance_store(v);
        flow_sample_put(&f->picture, 0, x, y, plane.p[o]);
    }
}

static void fill_chroma(const struct flow_work *work, struct flow_frame *f, struct flow_scratch *s)
{
    struct flow_site_list *l = &s->sites.chroma;
    flow_mask_grow(&s->outer_c, &f->hole_c, 2);
    flow_site_list_fill(l, &f->hole_c, &s->outer_c);
    const struct order order = order_of(l, work->cw, work->ch, s->order);
    for (int i = 1; i < 3; i++) {
        const struct hole_plane plane = {&f->picture, l, i, work->cw, work->ch, s->value[i]};
        fill_hole(&plane, &order, work->settings->relaxations, s);
        for (int k = 0; k < l->n_inner; k++) {
            const uint32_t place = l->place[l->inner[k]];
            flow_sample_put(&f->picture, i, flow_place_x(place), flow_place_y(place),
                            plane.p[offset_of(&plane, l->inner[k])]);
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

void flow_spatial_fill(const struct flow_work *work, int t, struct flow_scratch *s)
{
    struct flow_frame *f = &work->frames[t];
    flow_mask_grow(&s->need, &f->hole, FLOW_RING);
    fill_luma(work, f, s);
    if (!work->cw)
        return;
    fill_chroma(work, f, s);
    chroma_variance(work, f);
}
