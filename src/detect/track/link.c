/* SPDX-License-Identifier: Apache-2.0 */
#include "detect/track/link.h"

#include <math.h>

#include "detect/ocr/hull.h"

/* A quad in the axes of its text: along u the text reads, across it is v. */
struct frame {
    float ux, uy;         /* unit vector of u */
    float u0, u1, v0, v1; /* extent */
};

static struct frame frame_of(const struct uncap_quad *q)
{
    float w, h;
    uncap_quad_sides(q, &w, &h);
    struct frame f = {.ux = 1};
    if (w > 1e-3f) {
        f.ux = (q->p[1].x - q->p[0].x) / w;
        f.uy = (q->p[1].y - q->p[0].y) / w;
    }
    f.u0 = f.v0 = INFINITY;
    f.u1 = f.v1 = -INFINITY;
    return f;
}

static void stretch(struct frame *f, const struct uncap_quad *q)
{
    for (int i = 0; i < 4; i++) {
        const float u = q->p[i].x * f->ux + q->p[i].y * f->uy, v = -q->p[i].x * f->uy + q->p[i].y * f->ux;
        f->u0 = fminf(f->u0, u);
        f->u1 = fmaxf(f->u1, u);
        f->v0 = fminf(f->v0, v);
        f->v1 = fmaxf(f->v1, v);
    }
}

/* b's extent along the axes of a. */
static struct frame seen_from(const struct uncap_quad *a, const struct uncap_quad *b)
{
    struct frame f = frame_of(a);
    stretch(&f, b);
    return f;
}

static struct uncap_quad quad_of(const struct frame *f)
{
    const float us[4] = {f->u0, f->u1, f->u1, f->u0}, vs[4] = {f->v0, f->v0, f->v1, f->v1};
    struct uncap_quad q;
    for (int i = 0; i < 4; i++)
        q.p[i] = (struct uncap_point){us[i] * f->ux - vs[i] * f->uy, us[i] * f->uy + vs[i] * f->ux};
    return q;
}

static bool is_longer(const struct uncap_quad *a, const struct uncap_quad *b)
{
    float aw, bw, h;
    uncap_quad_sides(a, &aw, &h);
    uncap_quad_sides(b, &bw, &h);
    return aw >= bw;
}

struct uncap_quad uncap_link_hull(const struct uncap_quad *a, const struct uncap_quad *b)
{
    struct frame f = frame_of(is_longer(a, b) ? a : b);
    stretch(&f, a);
    stretch(&f, b);
    return quad_of(&f);
}

/* Heights alike and on one centre line. */
static bool is_level(const struct frame *a, const struct frame *b)
{
    const float ah = a->v1 - a->v0, bh = b->v1 - b->v0;
    const float small = fminf(ah, bh), large = fmaxf(ah, bh);
    const float overlap = fminf(a->v1, b->v1) - fmaxf(a->v0, b->v0);
    return small > 0.5f * large && overlap > 0.6f * small;
}

float uncap_link_affinity(const struct uncap_quad *a, const struct uncap_quad *b)
{
    if (!is_longer(a, b)) {
        const struct uncap_quad *t = a;
        a = b;
        b = t;
    }
    const struct frame fa = seen_from(a, a), fb = seen_from(a, b);
    if (!is_level(&fa, &fb))
        return 0;
    const float overlap = fminf(fa.u1, fb.u1) - fmaxf(fa.u0, fb.u0);
    const float shorter = fminf(fa.u1 - fa.u0, fb.u1 - fb.u0);
    return overlap > 0 && shorter > 0 ? fminf(overlap / shorter, 1) : 0;
}

bool uncap_link_is_one_line(const struct uncap_quad *a, const struct uncap_quad *b)
{
    if (!is_longer(a, b))
        return uncap_link_is_one_line(b, a);
    const struct frame fa = seen_from(a, a), fb = seen_from(a, b);
    const float gap = fmaxf(fa.u0, fb.u0) - fminf(fa.u1, fb.u1);
    return is_level(&fa, &fb) && gap < fmaxf(fa.v1 - fa.v0, fb.v1 - fb.v0);
}

bool uncap_link_beyond(const struct uncap_quad *line, const struct uncap_quad *box, int side,
                       struct uncap_quad *out)
{
    static const float letter = 0.67f; /* of the line's height */
    const struct frame own = seen_from(line, line);
    struct frame f = seen_from(line, box);
    const float room = letter * (own.v1 - own.v0);
    if (side < 0 ? f.u0 >= own.u0 - room : f.u1 <= own.u1 + room)
        return false;
    if (side < 0)
        f.u1 = fminf(f.u1, own.u0);
    else
        f.u0 = fmaxf(f.u0, own.u1);
    *out = quad_of(&f);
    return true;
}

void uncap_link_join_words(struct uncap_boxes *boxes)
{
    for (size_t i = 0; i < boxes->n; i++)
        for (size_t k = i + 1; k < boxes->n;) {
            struct uncap_box *a = &boxes->items[i], *b = &boxes->items[k];
            if (!uncap_link_is_one_line(&a->quad, &b->quad)) {
                k++;
                continue;
            }
            float aw, bw, h;
            uncap_quad_sides(&a->quad, &aw, &h);
            uncap_quad_sides(&b->quad, &bw, &h);
            a->score = (a->score * aw + b->score * bw) / fmaxf(aw + bw, 1e-6f);
            a->quad = uncap_link_hull(&a->quad, &b->quad);
            *b = boxes->items[--boxes->n];
            k = i + 1; /* the longer line may now reach boxes that it did not before */
        }
}

void uncap_link_assign(const struct uncap_quad *lines, int n_lines, const struct uncap_boxes *boxes,
                       int *owner)
{
    static const float min_affinity = 0.5f;
    for (size_t i = 0; i < boxes->n; i++) {
        float best = min_affinity, best_length = 0;
        owner[i] = -1;
        for (int k = 0; k < n_lines; k++) {
            const float affinity = uncap_link_affinity(&lines[k], &boxes->items[i].quad);
            float length, h;
            uncap_quad_sides(&lines[k], &length, &h);
            /* Of two lines that hold the box wholly, the longer one: the other is about to be joined to it.
             */
            if (affinity > best || (affinity >= best && length > best_length && owner[i] >= 0)) {
                best = affinity;
                best_length = length;
                owner[i] = k;
            }
        }
    }
}
