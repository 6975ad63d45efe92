/* SPDX-License-Identifier: Apache-2.0 */
#include "detect/track/bar_life.h"

#include "detect/track/bar_search.h"
#include "detect/track/bar_veil.h"

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

/* Where a line ends, or begins: in frame `outermost` it is seen last, towards `step`; in `full` surely. */
struct line_end {
    const struct uncap_ring *ring;
    int64_t full, outermost;
    int step;
    struct uncap_rect line;
    struct uncap_bar opaque; /* that may be behind it, if has_opaque */
    bool has_opaque;
};

/* Look for a bar that frame `with` has and `limit` has not, and which stands in the line's outermost frame,
 * too; see how far it goes on beyond: *out is the first frame that has nothing of it. */
static bool find_between(const struct line_end *e, int64_t with, int64_t limit, struct uncap_bar *bar,
                         int64_t *out)
{
    const struct uncap_picture *outer = uncap_ring_picture(e->ring, e->outermost);
    const struct uncap_picture *has = uncap_ring_picture(e->ring, with);
    const int64_t next = e->outermost + e->step;
    const struct uncap_picture *without = uncap_ring_picture(e->ring, limit);
    struct uncap_bar found = {.through = 0};
    bool is_found = has && uncap_bar_veil_colour(has, without, e->line, &found) &&
                    uncap_bar_find(has, without, e->line, &found);
    if (!is_found && with == e->full) {
        found = e->opaque;
        is_found = has && e->has_opaque && uncap_bar_find(has, without, e->line, &found);
    }
    if (!is_found)
        return false;
    const int64_t beyond = border(e->ring, &found, next, limit);
    if (limit != next && (beyond == next || !outer || !uncap_bar_stands(&found, outer)))
        return false;
    *bar = found;
    *out = beyond;
    return true;
}

/* The same in all frames beyond. What is seen through a bar moves: neighbours tell most of a see-through one.
 */
static bool find(struct line_end *e, struct uncap_bar *bar, int64_t *out)
{
    const struct uncap_picture *full = uncap_ring_picture(e->ring, e->full);
    int64_t limit = e->outermost + e->step;
    e->has_opaque = full && uncap_bar_colour(full, e->line, &e->opaque);
    for (int k = 0; uncap_ring_picture(e->ring, limit); k++, limit += e->step)
        if ((k % STRIDE == 0 && find_between(e, e->full, limit, bar, out)) ||
            (limit - e->step != e->full && find_between(e, limit - e->step, limit, bar, out)))
            return true;
    return false;
}

bool uncap_bar_life_before(const struct uncap_ring *ring, int64_t found, int64_t first,
                           struct uncap_rect line, struct uncap_bar *bar)
{
    int64_t before;
    struct line_end e = {.ring = ring, .full = found, .outermost = first, .step = -1, .line = line};
    if (!find(&e, bar, &before))
        return false;
    bar->first = before + 1;
    bar->end = first;
    return true;
}

bool uncap_bar_life_after(const struct uncap_ring *ring, int64_t last, int64_t end, struct uncap_rect line,
                          struct uncap_bar *bar)
{
    struct line_end e = {.ring = ring, .full = last, .outermost = end - 1, .step = 1, .line = line};
    if (!find(&e, bar, &bar->end))
        return false;
    bar->first = last;
    return true;
}

int64_t uncap_bar_life_end(const struct uncap_ring *ring, const struct uncap_bar *bar, int64_t from)
{
    return border(ring, bar, from, ring->end - 1);
}
