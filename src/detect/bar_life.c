/* SPDX-License-Identifier: Apache-2.0 */
#include "detect/bar_life.h"

enum { STRIDE = 4 }; /* frames between pictures that may lack the bar */

/* Of its rectangle, what a bar that comes or goes has of its colour more than the scene has. */
#define LEAST_OF_PART 0.1F

/* From a frame on in which the bar stands, towards `limit`, in which it does not: the first that has nothing
 * of it; `limit` if all have. */
static int64_t border(const struct uncap_ring *ring, const struct uncap_bar *bar, int64_t from, int64_t limit)
{
    const int step = limit < from ? -1 : 1;
    const struct uncap_picture *without = uncap_ring_picture(ring, limit);
    const float least = (without ? uncap_bar_share(bar, without) : 1.0F) + LEAST_OF_PART;
    int64_t i = from;
    while (i != limit) {
        const struct uncap_picture *p = uncap_ring_picture(ring, i);
        if (!p || (!uncap_bar_stands(bar, p) && uncap_bar_share(bar, p) < least))
            break;
        i += step;
    }
    return i;
}

/* Look for a bar that stands in frame `with`, as in the line's outermost frame, and see how far it goes on
 * beyond: *out is the first frame that has nothing of it. */
static bool find(const struct uncap_ring *ring, int64_t with, int64_t outermost, int step,
                 struct uncap_rect line, struct uncap_bar *bar, int64_t *out)
{
    const struct uncap_picture *full = uncap_ring_picture(ring, with);
    const struct uncap_picture *outer = uncap_ring_picture(ring, outermost);
    const int64_t next = outermost + step;
    int colour[UNCAP_MAX_PLANES];
    if (!full || !uncap_bar_colour(full, line, colour))
        return false;
    for (int64_t limit = next; uncap_ring_picture(ring, limit); limit += STRIDE * step) {
        struct uncap_bar found;
        if (!uncap_bar_find(full, uncap_ring_picture(ring, limit), line, colour, &found))
            continue;
        const int64_t beyond = border(ring, &found, next, limit);
        if (limit != next && (beyond == next || !outer || !uncap_bar_stands(&found, outer)))
            return false;
        *bar = found;
        *out = beyond;
        return true;
    }
    return false;
}

bool uncap_bar_life_before(const struct uncap_ring *ring, int64_t found, int64_t first,
                           struct uncap_rect line, struct uncap_bar *bar)
{
    int64_t before;
    if (!find(ring, found, first, -1, line, bar, &before))
        return false;
    bar->first = before + 1;
    bar->end = first;
    return true;
}

bool uncap_bar_life_after(const struct uncap_ring *ring, int64_t last, int64_t end, struct uncap_rect line,
                          struct uncap_bar *bar)
{
    if (!find(ring, last, end - 1, 1, line, bar, &bar->end))
        return false;
    bar->first = last;
    return true;
}

int64_t uncap_bar_life_end(const struct uncap_ring *ring, const struct uncap_bar *bar, int64_t from)
{
    return border(ring, bar, from, ring->end - 1);
}
