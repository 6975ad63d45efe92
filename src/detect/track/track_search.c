/* SPDX-License-Identifier: Apache-2.0 */
#include <math.h>

#include "base/memory.h"
#include "detect/track/swap.h"
#include "detect/track/track.h"

enum { REACH = UNCAP_SWAP_REACH };

/* The frames around `frame`, if the line stands in all of them; out: [2 * REACH]. */
static bool stands_around(const struct uncap_track *t, const struct uncap_ring *ring, int64_t frame,
                          const struct uncap_luma **out)
{
    for (int i = 0; i < 2 * REACH; i++) {
        const int64_t at = frame - REACH + i;
        out[i] = uncap_ring_luma(ring, at);
        if (!out[i] || !uncap_presence_stands(uncap_track_presence(t, at)))
            return false;
    }
    return true;
}

/* Where a line that is suddenly less like itself stands better in a frame; it has not moved if nowhere. */
static int find_displacement(struct uncap_track *t, const struct uncap_ring *ring, int64_t frame, int *out,
                             struct uncap_error *err)
{
    enum { FAR = 3 };
    static const float drop = 0.05f;
    float best = uncap_track_presence(t, frame).likeness;
    *out = 0;
    if (uncap_track_presence(t, frame - 1).likeness - best < drop)
        return UNCAP_OK;
    for (int dx = -FAR; dx <= FAR; dx++) {
        struct uncap_match m;
        const int status =
            uncap_template_match(&t->pattern, uncap_ring_luma(ring, frame), dx, 0, &t->scratch, &m, err);
        if (status)
            return status;
        *out = m.likeness > best ? dx : *out;
        best = fmaxf(m.likeness, best);
    }
    return UNCAP_OK;
}

static int search_at(struct uncap_track *t, const struct uncap_ring *ring, int64_t frame,
                     struct uncap_error *err)
{
    const struct uncap_luma *around[2 * REACH];
    struct uncap_rect rect = {0, 0, 0, 0};
    int dx;
    if (!stands_around(t, ring, frame, around))
        return UNCAP_OK;
    int status = find_displacement(t, ring, frame, &dx, err);
    if (!status)
        status = uncap_swap_find(&t->pattern, around, dx, &rect, err);
    if (status || uncap_rect_empty(rect))
        return status;
    if (!uncap_grow((void **)&t->swaps, &t->swaps_capacity, t->n_swaps + 1, sizeof(*t->swaps)))
        return uncap_fail_nomem(err, "caption texts");
    const int f = ring->factor;
    t->swaps[t->n_swaps++] =
        (struct uncap_track_swap){frame, {f * rect.x0, f * rect.y0, f * rect.x1, f * rect.y1}};
    return UNCAP_OK;
}

int uncap_track_search(struct uncap_track *t, const struct uncap_ring *ring, struct uncap_error *err)
{
    const int64_t known = t->searched > t->first ? t->searched : t->first;
    const int64_t oldest = uncap_ring_first_luma(ring), end = ring->end - REACH + 1;
    if (!t->is_steady)
        return UNCAP_OK;
    for (int64_t frame = known > oldest ? known : oldest; frame < end; frame++) {
        const int status = search_at(t, ring, frame, err);
        if (status)
            return status;
    }
    t->searched = end > t->searched ? end : t->searched;
    return UNCAP_OK;
}
