/* SPDX-License-Identifier: Apache-2.0 */
#include "base/memory.h"
#include "detect/track/presence.h"
#include "detect/track/study.h"

/* Of its rectangle in the picture, below which its strokes tell nothing. */
static const float least_share = 0.75f;

/* One more step of the path, and how the pattern stands there. */
static int step(struct uncap_path *path, struct uncap_track *t, const struct uncap_ring *ring, int64_t frame,
                struct uncap_presence *out, struct uncap_error *err)
{
    struct uncap_match m;
    float share;
    const int status = uncap_path_step(path, &t->pattern, ring, frame, &t->scratch, &m, &share, err);
    *out = share > 0 && share < least_share ? (struct uncap_presence){1, 1, 1}
                                            : (struct uncap_presence){m.gain, m.likeness, m.busyness};
    return status;
}

/* The path up to and including `found` becomes displacements from there; the rest is forgotten. */
static void measure_from(struct uncap_path *path, int64_t found)
{
    const struct uncap_place origin = uncap_path_at(path, found);
    const int64_t n = found - path->first + 1;
    path->n = n < 0 ? 0 : n < (int64_t)path->n ? (size_t)n : path->n;
    for (size_t i = 0; i < path->n; i++) {
        path->items[i].x -= origin.x;
        path->items[i].y -= origin.y;
    }
}

/* Follow it backwards from `found` through the ring; items: presence of its frames up to `found`. */
static int follow_back(struct uncap_track *t, const struct uncap_ring *ring, struct uncap_path *path,
                       struct uncap_presence *items, struct uncap_error *err)
{
    const int64_t start = uncap_ring_first_luma(ring);
    int n_missed = 0;
    int status = uncap_path_set(path, t->found, (struct uncap_place){0, 0}, err);
    items[t->found - start] = (struct uncap_presence){1, 1, 1};
    for (int64_t frame = t->found - 1; frame >= start && n_missed <= UNCAP_PRESENCE_DIP && !status; frame--) {
        status = step(path, t, ring, frame, &items[frame - start], err);
        n_missed = uncap_presence_stands(items[frame - start]) ? 0 : n_missed + 1;
    }
    return status;
}

int uncap_study_path(struct uncap_track *t, const struct uncap_ring *ring, struct uncap_error *err)
{
    struct uncap_series *s = &t->series;
    struct uncap_path path = {.n = 0};
    const int64_t start = uncap_ring_first_luma(ring);
    const size_t n = (size_t)(t->found - start + 1);
    if (!uncap_grow((void **)&s->items, &s->capacity, n, sizeof(*s->items)))
        return uncap_fail_nomem(err, "caption presence");
    for (size_t i = 0; i < n; i++)
        s->items[i] = (struct uncap_presence){0};
    int status = follow_back(t, ring, &path, s->items, err);
    measure_from(&t->path, t->found);
    for (int64_t frame = path.first - 1; !status && t->path.n && frame >= t->path.first; frame--)
        status = uncap_path_set(&path, frame, uncap_path_at(&t->path, frame), err);
    uncap_path_clear(&t->path);
    t->path = path;
    s->n = n;
    return status;
}

int uncap_study_path_next(struct uncap_track *t, const struct uncap_ring *ring, int64_t frame,
                          struct uncap_presence *out, struct uncap_error *err)
{
    *out = (struct uncap_presence){0};
    return t->gone >= 0 && frame - t->gone > UNCAP_PRESENCE_DIP ? UNCAP_OK
                                                                : step(&t->path, t, ring, frame, out, err);
}

static struct uncap_place straight_place(const struct uncap_track *t, int64_t frame)
{
    const float n = (float)(frame - t->found);
    return (struct uncap_place){t->motion.vx * n, t->motion.vy * n};
}

/* Is the pattern in each of the frames past `last`, the last one in which it stood on its straight way (side
 * 1, or -1: the first one)? */
static int goes_on(struct uncap_track *t, const struct uncap_ring *ring, int64_t last, int side, bool *out,
                   struct uncap_error *err)
{
    struct uncap_path path = {.n = 0};
    int status = uncap_path_set(&path, last - side, straight_place(t, last - side), err);
    if (!status)
        status = uncap_path_set(&path, last, straight_place(t, last), err);
    *out = true;
    for (int k = 1; k <= UNCAP_PRESENCE_DIP + 1 && !status && *out; k++) {
        struct uncap_match m = {0};
        float share = 0;
        if (uncap_ring_luma(ring, last + side * k))
            status = uncap_path_step(&path, &t->pattern, ring, last + side * k, &t->scratch, &m, &share, err);
        *out = share >= least_share &&
               uncap_presence_stands((struct uncap_presence){m.gain, m.likeness, m.busyness});
    }
    uncap_path_clear(&path);
    return status;
}

int uncap_study_turn(struct uncap_track *t, const struct uncap_ring *ring, struct uncap_error *err)
{
    bool has_turned = false;
    if (!t->motion.is_moving || t->motion.is_free || !uncap_ring_luma(ring, t->found))
        return UNCAP_OK;
    int status = goes_on(t, ring, t->first, -1, &has_turned, err);
    if (!status && !has_turned && t->gone >= 0)
        status = goes_on(t, ring, t->gone - 1, 1, &has_turned, err);
    if (status || !has_turned)
        return status;
    t->motion.is_free = true;
    uncap_path_clear(&t->path);
    return uncap_study_moving(t, t->found, ring, err);
}
