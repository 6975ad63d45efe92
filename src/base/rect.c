/* SPDX-License-Identifier: Apache-2.0 */
#include "base/rect.h"

static int min(int a, int b)
{
    return a < b ? a : b;
}

static int max(int a, int b)
{
    return a > b ? a : b;
}

struct uncap_rect uncap_rect_intersect(struct uncap_rect a, struct uncap_rect b)
{
    const struct uncap_rect r = {max(a.x0, b.x0), max(a.y0, b.y0), min(a.x1, b.x1), min(a.y1, b.y1)};
    return uncap_rect_empty(r) ? (struct uncap_rect){0, 0, 0, 0} : r;
}

struct uncap_rect uncap_rect_union(struct uncap_rect a, struct uncap_rect b)
{
    if (uncap_rect_empty(a))
        return b;
    if (uncap_rect_empty(b))
        return a;
    return (struct uncap_rect){min(a.x0, b.x0), min(a.y0, b.y0), max(a.x1, b.x1), max(a.y1, b.y1)};
}

struct uncap_rect uncap_rect_move(struct uncap_rect r, int dx, int dy)
{
    return (struct uncap_rect){r.x0 + dx, r.y0 + dy, r.x1 + dx, r.y1 + dy};
}

struct uncap_rect uncap_rect_grow(struct uncap_rect r, int dx, int dy)
{
    return (struct uncap_rect){r.x0 - dx, r.y0 - dy, r.x1 + dx, r.y1 + dy};
}

struct uncap_rect uncap_rect_align(struct uncap_rect r, int ax, int ay)
{
    return (struct uncap_rect){r.x0 & ~(ax - 1), r.y0 & ~(ay - 1), (r.x1 + ax - 1) & ~(ax - 1),
                               (r.y1 + ay - 1) & ~(ay - 1)};
}
