/* SPDX-License-Identifier: Apache-2.0 */
#include "detect/track/growth.h"

#include <string.h>

#include "base/memory.h"

enum {
    SIZES = 4,  /* steps to either side of the size in the frame after */
    PLACES = 4, /* the same of its place */
};

static const float like_itself = 0.9f; /* likeness from which it stands as it does at rest */
static const float alike = 0.7f;       /* likeness of the right shape, before whatever scene */
static const float coarse = 0.04f, fine = 0.01f;

/* The pattern as large as `size` says, its middle displaced by (dx, dy), luma pixels. */
struct place {
    float size, likeness;
    int dx, dy;
};

/* One frame, and the best place so far. */
struct search {
    struct uncap_track *track;
    const struct uncap_luma *luma;
    struct place best;
};

/* Try one size at displacements -n * step .. n * step around the place `at`. */
static int try_size(struct search *s, float size, const struct place *at, int n, int step,
                    struct uncap_error *err)
{
    struct uncap_match around[(2 * PLACES + 1) * (2 * PLACES + 1)];
    struct uncap_template sized = {.pattern = NULL};
    int status = uncap_template_resize(&sized, &s->track->pattern, size, err);
    if (!status) {
        sized.rect = uncap_rect_move(sized.rect, at->dx, at->dy);
        status =
            uncap_template_match_around(&sized, s->luma, n * step, step, &s->track->scratch, around, err);
    }
    const int side = 2 * n + 1;
    for (int i = 0; i < side * side && !status; i++)
        if (around[i].likeness > s->best.likeness)
            s->best = (struct place){size, around[i].likeness, at->dx + (i % side - n) * step,
                                     at->dy + (i / side - n) * step};
    uncap_template_clear(&sized);
    return status;
}

/* From the place in the frame after: sizes and places around it, then ever finer around the best of them. */
static int search(struct search *s, const struct place *after, struct uncap_error *err)
{
    const int h = uncap_rect_h(s->track->pattern.rect);
    int step = h / (8 * PLACES) > 1 ? h / (8 * PLACES) : 1;
    int status = UNCAP_OK;
    s->best = (struct place){.likeness = 0};
    for (int k = -SIZES; k <= SIZES && !status; k++)
        status = try_size(s, after->size + coarse * (float)k, after, PLACES, step, err);
    for (float by = coarse / 2; by >= fine && s->best.likeness > 0 && !status; by /= 2) {
        const struct place middle = s->best;
        step = step > 1 ? step / 2 : 1;
        for (int k = -1; k <= 1 && !status; k++)
            status = try_size(s, middle.size + by * (float)k, &middle, 1, step, err);
    }
    return status;
}

/* The same in the picture, of which the luma is reduced by `factor`. */
static struct uncap_pose pose_of(const struct place *p, struct uncap_rect rect, int factor)
{
    const struct uncap_rect at = uncap_rect_move(uncap_template_resized_rect(rect, p->size), p->dx, p->dy);
    const float middle_x = 0.5f * (float)(rect.x0 + rect.x1 - 1), to_x = 0.5f * (float)(at.x0 + at.x1 - 1);
    const float middle_y = 0.5f * (float)(rect.y0 + rect.y1 - 1), to_y = 0.5f * (float)(at.y0 + at.y1 - 1);
    const float f = (float)factor;
    const float corner = 0.5f * (f - 1) * (1 - p->size); /* of the middle of a reduced pixel */
    return (struct uncap_pose){p->size, f * (to_x - p->size * middle_x) + corner,
                               f * (to_y - p->size * middle_y) + corner};
}

/* Frames from the first on after which it stays itself; it may grow beyond its size and come back. */
static int growing_frames(const struct uncap_track *t, int64_t first)
{
    int n = 0;
    for (int i = 0; i <= UNCAP_GROWTH_FRAMES; i++)
        if (uncap_track_presence(t, first + i).likeness < like_itself)
            n = i + 1;
    return n <= UNCAP_GROWTH_FRAMES ? n : 0;
}

int uncap_growth_find(struct uncap_track *t, int64_t first, const struct uncap_ring *ring,
                      struct uncap_error *err)
{
    const int n = t->is_steady && t->n_pop > 0 ? growing_frames(t, first) : 0;
    const bool is_known = t->growth.is_slide && t->growth.first == first;
    if (is_known || first < uncap_ring_first_luma(ring))
        return UNCAP_OK;
    t->growth = (struct uncap_growth){.first = first};
    struct search s = {.track = t, .best = {.size = 1, .likeness = 1}};
    int status = UNCAP_OK;
    for (int i = n - 1; i >= 0 && s.best.likeness >= alike && !status; i--) {
        const struct place after = s.best;
        s.luma = uncap_ring_luma(ring, first + i);
        status = search(&s, &after, err);
        t->growth.poses[i] = pose_of(&s.best, t->pattern.rect, ring->factor);
    }
    t->growth.n = !status && s.best.likeness >= alike ? n : 0;
    return status;
}

int uncap_growth_give(const struct uncap_track *t, struct uncap_caption *c, struct uncap_error *err)
{
    const struct uncap_growth *g = &t->growth;
    if (!g->n || g->first != c->first || c->first + g->n >= c->end)
        return UNCAP_OK;
    c->poses = uncap_alloc((size_t)g->n, sizeof(*c->poses));
    if (!c->poses)
        return uncap_fail_nomem(err, "how a caption grows");
    memcpy(c->poses, g->poses, (size_t)g->n * sizeof(*c->poses));
    c->n_growing = g->n;
    return UNCAP_OK;
}
