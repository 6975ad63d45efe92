/* SPDX-License-Identifier: Apache-2.0 */
#include "base/build_up.h"

#include <stddef.h>

enum { N_FIRST = 2 }; /* observations that must agree that a word is not there yet */

/* Index of the first observation that tells that a word is not there: letters that fade in are overlooked. */
static size_t first_telling(const struct uncap_caption *c)
{
    size_t k = 0;
    int64_t full = c->first;
    while (c->opacity && full < c->end && c->opacity[full - c->first] < 255)
        full++;
    while (k < c->n_observations && c->observations[k].frame < full)
        k++;
    return k + N_FIRST;
}

static struct uncap_rect bounds_of(const struct uncap_caption *c, size_t k)
{
    return uncap_quad_bounds(&c->observations[k].quad);
}

/* How much farther b reaches than a, to the side where it is most. */
static int lead(struct uncap_rect a, struct uncap_rect b)
{
    const int left = a.x0 - b.x0, right = b.x1 - a.x1;
    return left > right ? left : right;
}

static int64_t end_from(const struct uncap_caption *c, size_t telling)
{
    struct uncap_rect all = {0, 0, 0, 0}, seen = {0, 0, 0, 0};
    if (c->motion || c->n_observations <= telling)
        return c->first;
    for (size_t k = 0; k < c->n_observations; k++) {
        all = uncap_rect_union(all, bounds_of(c, k));
        seen = k < telling ? all : seen;
    }
    const int height = uncap_rect_h(bounds_of(c, telling));
    if (lead(seen, all) <= height)
        return c->first;
    size_t k = telling;
    for (;; k++) {
        seen = uncap_rect_union(seen, bounds_of(c, k));
        if (lead(seen, all) <= uncap_build_up_room(height))
            return c->observations[k].frame;
    }
}

int uncap_build_up_room(int height)
{
    return height / 4;
}

int64_t uncap_build_up_end(const struct uncap_caption *c)
{
    return end_from(c, first_telling(c));
}

void uncap_build_up_columns(const struct uncap_caption *c, int x0, int w, int64_t *from)
{
    const size_t telling = first_telling(c);
    for (int x = 0; x < w; x++)
        from[x] = INT64_MIN;
    if (end_from(c, telling) == c->first)
        return;
    /* Latest first, so that the earliest that reaches a column has the last word. */
    for (size_t k = c->n_observations; k-- > 0;) {
        const struct uncap_rect r = uncap_quad_bounds(&c->observations[k].quad);
        const int room = uncap_build_up_room(uncap_rect_h(r));
        const int first = r.x0 - room - x0 > 0 ? r.x0 - room - x0 : 0;
        const int end = r.x1 + room - x0 < w ? r.x1 + room - x0 : w;
        for (int x = first; x < end; x++)
            from[x] = k < telling ? INT64_MIN : c->observations[k].frame;
    }
}
