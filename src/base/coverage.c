/* SPDX-License-Identifier: Apache-2.0 */
#include "base/coverage.h"

#include <math.h>
#include <stddef.h>

static float distance(struct uncap_point a, struct uncap_point b)
{
    return hypotf(a.x - b.x, a.y - b.y);
}

/* Unit vector from a to b; zero when they coincide. */
static struct uncap_point direction(struct uncap_point a, struct uncap_point b)
{
    const float d = distance(a, b);
    return d > 0 ? (struct uncap_point){(b.x - a.x) / d, (b.y - a.y) / d} : (struct uncap_point){0, 0};
}

/* Every corner moves away from both of its neighbours. */
static struct uncap_quad grow(const struct uncap_quad *q)
{
    const float across = fminf(distance(q->p[0], q->p[1]), distance(q->p[1], q->p[2]));
    const float by = UNCAP_QUAD_GROWTH * across + 2;
    struct uncap_quad out;
    for (int i = 0; i < 4; i++) {
        const struct uncap_point u = direction(q->p[(i + 1) % 4], q->p[i]);
        const struct uncap_point v = direction(q->p[(i + 3) % 4], q->p[i]);
        out.p[i] = (struct uncap_point){q->p[i].x + by * (u.x + v.x), q->p[i].y + by * (u.y + v.y)};
    }
    return out;
}

/* Where row y (its pixel centres) crosses the quad: [*x0, *x1]; false if it does not. */
static bool cross(const struct uncap_quad *q, float y, float *x0, float *x1)
{
    *x0 = INFINITY;
    *x1 = -INFINITY;
    for (int i = 0; i < 4; i++) {
        const struct uncap_point a = q->p[i];
        const struct uncap_point b = q->p[(i + 1) % 4];
        if ((a.y < y && b.y < y) || (a.y > y && b.y > y))
            continue;
        const float at_a = a.y == b.y ? fminf(a.x, b.x) : a.x + (b.x - a.x) * (y - a.y) / (b.y - a.y);
        const float at_b = a.y == b.y ? fmaxf(a.x, b.x) : at_a;
        *x0 = fminf(*x0, at_a);
        *x1 = fmaxf(*x1, at_b);
    }
    return *x0 <= *x1;
}

static int clamp(float v, int low, int high)
{
    return v <= (float)low ? low : v >= (float)high ? high : (int)v;
}

void uncap_quad_paint(const struct uncap_quad *quad, uint8_t value, uint8_t *dst, int stride,
                      struct uncap_rect where)
{
    const struct uncap_rect r = uncap_rect_intersect(uncap_quad_bounds(quad), where);
    for (int y = r.y0; y < r.y1; y++) {
        float left;
        float right;
        if (!cross(quad, (float)y, &left, &right))
            continue;
        const int x1 = clamp(floorf(right) + 1, r.x0, r.x1);
        uint8_t *row = dst + (ptrdiff_t)(y - where.y0) * stride - where.x0;
        for (int x = clamp(ceilf(left), r.x0, r.x1); x < x1; x++)
            if (row[x] < value)
                row[x] = value;
    }
}

static struct uncap_quad mix(const struct uncap_quad *a, const struct uncap_quad *b, float t)
{
    struct uncap_quad out;
    for (int i = 0; i < 4; i++)
        out.p[i] = (struct uncap_point){a->p[i].x + t * (b->p[i].x - a->p[i].x),
                                        a->p[i].y + t * (b->p[i].y - a->p[i].y)};
    return out;
}

/* Index of the first observation of a frame >= frame; n if there is none. */
static size_t search(const struct uncap_caption *c, int64_t frame)
{
    size_t low = 0;
    size_t high = c->n_observations;
    while (low < high) {
        const size_t mid = low + (high - low) / 2;
        if (c->observations[mid].frame < frame)
            low = mid + 1;
        else
            high = mid;
    }
    return low;
}

static void paint_grown(const struct uncap_quad *q, uint8_t *dst, int stride, struct uncap_rect where)
{
    const struct uncap_quad grown = grow(q);
    uncap_quad_paint(&grown, 255, dst, stride, where);
}

struct uncap_quad uncap_coverage_quad(const struct uncap_caption *c, int64_t frame,
                                      enum uncap_observation_kind *kind)
{
    const size_t i = search(c, frame);
    const struct uncap_observation *o = c->observations;
    *kind = UNCAP_OBSERVATION_INTERPOLATED;
    if (!c->n_observations)
        return c->quad;
    if (i < c->n_observations && o[i].frame == frame) {
        *kind = o[i].kind;
        return o[i].quad;
    }
    if (i == 0 || i == c->n_observations)
        return o[i ? i - 1 : 0].quad;
    const float t = (float)(frame - o[i - 1].frame) / (float)(o[i].frame - o[i - 1].frame);
    return mix(&o[i - 1].quad, &o[i].quad, t);
}

static void paint_observed(const struct uncap_caption *c, int64_t frame, uint8_t *dst, int stride,
                           struct uncap_rect where)
{
    enum uncap_observation_kind kind;
    const struct uncap_quad q = uncap_coverage_quad(c, frame, &kind);
    paint_grown(&q, dst, stride, where);
    /* A frame between two detector runs has one observation of each: their union. */
    for (size_t i = search(c, frame) + 1; i < c->n_observations && c->observations[i].frame == frame; i++)
        paint_grown(&c->observations[i].quad, dst, stride, where);
}

static void paint_panels(const struct uncap_caption *c, int64_t frame, uint8_t *dst, int stride,
                         struct uncap_rect where)
{
    for (size_t i = 0; i < c->n_panels; i++) {
        const struct uncap_panel *p = &c->panels[i];
        if (frame >= p->first && frame < p->end)
            uncap_matte_paint_rect(p->rect, dst, stride, where);
    }
}

void uncap_coverage_paint(const struct uncap_caption *c, int64_t frame, uint8_t *dst, int stride,
                          struct uncap_rect where)
{
    if (frame < c->first || frame >= c->end)
        return;
    paint_panels(c, frame, dst, stride, where);
    if (!c->matte) {
        paint_observed(c, frame, dst, stride, where);
        return;
    }
    const bool is_growing = uncap_caption_is_growing(c, frame);
    if (is_growing && c->poses) {
        const struct uncap_pose *s = &c->poses[frame - c->first];
        uncap_matte_paint_sized(c->matte, s->size, s->x, s->y, dst, stride, where);
        return;
    }
    int dx;
    int dy;
    uncap_caption_motion(c, frame, &dx, &dy);
    uncap_matte_paint(c->matte, dx, dy, dst, stride, where);
    if (is_growing)
        paint_grown(&c->quad, dst, stride, where);
}

/* Of what is covered because the caption grows, in frames [first, end) of its life. */
static struct uncap_rect growing_bounds(const struct uncap_caption *c, int64_t first, int64_t end)
{
    struct uncap_rect r = {0, 0, 0, 0};
    for (int64_t f = first; f < end && uncap_caption_is_growing(c, f); f++) {
        if (!c->poses) {
            const struct uncap_quad grown = grow(&c->quad);
            return uncap_quad_bounds(&grown);
        }
        const struct uncap_pose *s = &c->poses[f - c->first];
        r = uncap_rect_union(r, uncap_matte_sized_area(c->matte, s->size, s->x, s->y));
    }
    return r;
}

struct uncap_rect uncap_coverage_bounds(const struct uncap_caption *c, int64_t first, int64_t end)
{
    struct uncap_rect r = {0, 0, 0, 0};
    for (size_t i = 0; i < c->n_panels; i++)
        if (c->panels[i].first < end && c->panels[i].end > first)
            r = uncap_rect_union(r, c->panels[i].rect);
    if (!c->matte) {
        struct uncap_quad grown = grow(&c->quad);
        r = uncap_rect_union(r, uncap_quad_bounds(&grown));
        for (size_t i = 0; i < c->n_observations; i++) {
            grown = grow(&c->observations[i].quad);
            r = uncap_rect_union(r, uncap_quad_bounds(&grown));
        }
        return r;
    }
    r = uncap_rect_union(r, growing_bounds(c, first > c->first ? first : c->first, end));
    if (!c->motion)
        return uncap_rect_union(r, c->matte->area);
    for (int64_t f = first; f < end; f++) {
        int dx;
        int dy;
        uncap_caption_motion(c, f, &dx, &dy);
        const struct uncap_rect a = c->matte->area;
        r = uncap_rect_union(r, (struct uncap_rect){a.x0 + dx, a.y0 + dy, a.x1 + dx, a.y1 + dy});
    }
    return r;
}
