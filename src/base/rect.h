/* SPDX-License-Identifier: Apache-2.0 */
/* Axis-aligned rectangle of pixels, half-open: x0 <= x < x1. Empty when x0 >= x1 or y0 >= y1. */
#ifndef UNCAP_BASE_RECT_H
#define UNCAP_BASE_RECT_H

#include <stdbool.h>

struct uncap_rect {
    int x0, y0, x1, y1;
};

static inline int uncap_rect_w(struct uncap_rect r)
{
    return r.x1 > r.x0 ? r.x1 - r.x0 : 0;
}

static inline int uncap_rect_h(struct uncap_rect r)
{
    return r.y1 > r.y0 ? r.y1 - r.y0 : 0;
}

static inline bool uncap_rect_empty(struct uncap_rect r)
{
    return r.x0 >= r.x1 || r.y0 >= r.y1;
}

/* Does b lie in a? */
static inline bool uncap_rect_holds(struct uncap_rect a, struct uncap_rect b)
{
    return b.x0 >= a.x0 && b.y0 >= a.y0 && b.x1 <= a.x1 && b.y1 <= a.y1;
}

/* Does pixel (x, y) lie in r? */
static inline bool uncap_rect_has(struct uncap_rect r, int x, int y)
{
    return x >= r.x0 && x < r.x1 && y >= r.y0 && y < r.y1;
}

/* Common part; empty (all zero) when there is none. */
struct uncap_rect uncap_rect_intersect(struct uncap_rect a, struct uncap_rect b);
/* Smallest rectangle that holds both; an empty one counts as nothing. */
struct uncap_rect uncap_rect_union(struct uncap_rect a, struct uncap_rect b);
/* Moved by (dx, dy). */
struct uncap_rect uncap_rect_move(struct uncap_rect r, int dx, int dy);
/* Grown by dx on the left and right, dy above and below. */
struct uncap_rect uncap_rect_grow(struct uncap_rect r, int dx, int dy);
/* Smallest rectangle with edges on multiples of ax and ay (powers of two) that holds r. r not negative. */
struct uncap_rect uncap_rect_align(struct uncap_rect r, int ax, int ay);

#endif
