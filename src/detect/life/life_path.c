/* SPDX-License-Identifier: Apache-2.0 */
#include "base/memory.h"
#include "detect/life/life.h"
#include "detect/ocr/hull.h"

/* Displacements from where it is in the anchor frame, to which the matte belongs. */
static int set_motion(const struct uncap_track *t, const struct uncap_ring *ring, struct uncap_caption *c,
                      struct uncap_error *err)
{
    const size_t n = (size_t)(c->end - c->first);
    c->motion = uncap_alloc(n, 2 * sizeof(*c->motion));
    if (!c->motion)
        return uncap_fail_nomem(err, "caption motion");
    for (size_t i = 0; i < n; i++) {
        const struct uncap_quad quad = uncap_track_quad_at(t, ring, c->first + (int64_t)i);
        const struct uncap_rect line = uncap_quad_bounds(&quad);
        c->motion[2 * i] = (int16_t)(line.x0 - t->anchor_line.x0);
        c->motion[2 * i + 1] = (int16_t)(line.y0 - t->anchor_line.y0);
    }
    return UNCAP_OK;
}

int uncap_life_path(const struct uncap_track *t, const struct uncap_ring *ring,
                    const struct uncap_surroundings *around, struct uncap_caption *c, struct uncap_error *err)
{
    const struct uncap_rect all = {0, 0, around->w, around->h};
    const size_t n = (size_t)(c->end - c->first);
    struct uncap_observation *path = uncap_alloc(n, sizeof(*path));
    struct uncap_rect hull = {0, 0, 0, 0};
    if (!path)
        return uncap_fail_nomem(err, "caption observations");
    for (size_t i = 0, k = 0; i < n; i++) {
        const int64_t frame = c->first + (int64_t)i;
        const struct uncap_quad quad = uncap_track_quad_at(t, ring, frame);
        const struct uncap_rect r = uncap_rect_intersect(uncap_quad_bounds(&quad), all);
        while (k < t->n_observations && t->observations[k].frame < frame)
            k++;
        const bool is_seen = k < t->n_observations && t->observations[k].frame == frame;
        if (uncap_rect_empty(r))
            continue;
        path[c->n_observations++] = (struct uncap_observation){
            .frame = frame,
            .quad = uncap_quad_of_rect(r),
            .score = is_seen ? t->observations[k].score : c->score,
            .kind = is_seen ? UNCAP_OBSERVATION_DETECTED : UNCAP_OBSERVATION_INTERPOLATED};
        hull = uncap_rect_union(hull, r);
    }
    c->observations = path;
    c->quad = uncap_quad_of_rect(hull);
    return t->anchor >= 0 ? set_motion(t, ring, c, err) : UNCAP_OK;
}
