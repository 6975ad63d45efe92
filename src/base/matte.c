/* SPDX-License-Identifier: Apache-2.0 */
#include "base/matte.h"

#include <math.h>
#include <stddef.h>
#include <string.h>

#include "base/memory.h"

struct uncap_matte *uncap_matte_open(struct uncap_rect area)
{
    struct uncap_matte *m = uncap_alloc(1, sizeof(*m));
    if (!m)
        return NULL;
    m->area = area;
    m->coverage = uncap_alloc((size_t)uncap_rect_w(area) * (size_t)uncap_rect_h(area), 1);
    if (!m->coverage)
        uncap_matte_close(&m);
    return m;
}

void uncap_matte_close(struct uncap_matte **matte)
{
    if (!*matte)
        return;
    uncap_free((*matte)->coverage);
    uncap_free((*matte)->beyond);
    uncap_free(*matte);
    *matte = NULL;
}

void uncap_matte_paint(const struct uncap_matte *matte, int dx, int dy, uint8_t *dst, int stride,
                       struct uncap_rect where)
{
    const struct uncap_rect a = {matte->area.x0 + dx, matte->area.y0 + dy, matte->area.x1 + dx,
                                 matte->area.y1 + dy};
    const struct uncap_rect r = uncap_rect_intersect(a, where);
    const int w = uncap_rect_w(a);
    for (int y = r.y0; y < r.y1; y++) {
        const uint8_t *from = matte->coverage + (ptrdiff_t)(y - a.y0) * w - a.x0;
        uint8_t *to = dst + (ptrdiff_t)(y - where.y0) * stride - where.x0;
        for (int x = r.x0; x < r.x1; x++)
            if (from[x] > to[x])
                to[x] = from[x];
    }
}

struct uncap_rect uncap_matte_sized_area(const struct uncap_matte *matte, float size, float x, float y)
{
    const struct uncap_rect a = matte->area;
    return (struct uncap_rect){
        (int)floorf(x + size * (float)a.x0) - 1, (int)floorf(y + size * (float)a.y0) - 1,
        (int)ceilf(x + size * (float)(a.x1 - 1)) + 2, (int)ceilf(y + size * (float)(a.y1 - 1)) + 2};
}

/* Pixels [first, end) of [low, high) that lie within a pixel of `at` once they are `size` times as large. */
struct span {
    int first, end;
};

static struct span span_at(float at, float size, int low, int high)
{
    const int first = (int)ceilf((at - 1) / size);
    const int end = (int)floorf((at + 1) / size) + 1;
    return (struct span){first > low ? first : low, end < high ? end : high};
}

static uint8_t most_in(const struct uncap_matte *m, struct span column, struct span row)
{
    const int w = uncap_rect_w(m->area);
    uint8_t most = 0;
    for (int y = row.first; y < row.end; y++)
        for (int x = column.first; x < column.end; x++) {
            const uint8_t v = m->coverage[(ptrdiff_t)(y - m->area.y0) * w + x - m->area.x0];
            most = v > most ? v : most;
        }
    return most;
}

void uncap_matte_paint_sized(const struct uncap_matte *matte, float size, float x, float y, uint8_t *dst,
                             int stride, struct uncap_rect where)
{
    const struct uncap_rect a = matte->area;
    const struct uncap_rect r = uncap_rect_intersect(uncap_matte_sized_area(matte, size, x, y), where);
    for (int v = r.y0; v < r.y1; v++) {
        const struct span row = span_at((float)v - y, size, a.y0, a.y1);
        uint8_t *to = dst + (ptrdiff_t)(v - where.y0) * stride - where.x0;
        for (int u = r.x0; u < r.x1; u++) {
            const uint8_t most = most_in(matte, span_at((float)u - x, size, a.x0, a.x1), row);
            to[u] = most > to[u] ? most : to[u];
        }
    }
}

void uncap_matte_paint_rect(struct uncap_rect r, uint8_t *dst, int stride, struct uncap_rect where)
{
    const struct uncap_rect in = uncap_rect_intersect(r, where);
    for (int y = in.y0; y < in.y1; y++)
        memset(dst + (ptrdiff_t)(y - where.y0) * stride + in.x0 - where.x0, 255, (size_t)uncap_rect_w(in));
}

bool uncap_matte_add_rect(struct uncap_matte **matte, struct uncap_rect r)
{
    const struct uncap_rect area = uncap_rect_union((*matte)->area, r);
    struct uncap_matte *larger = uncap_matte_open(area);
    if (!larger)
        return false;
    uncap_matte_paint(*matte, 0, 0, larger->coverage, uncap_rect_w(area), area);
    uncap_matte_paint_rect(r, larger->coverage, uncap_rect_w(area), area);
    uncap_matte_close(matte);
    *matte = larger;
    return true;
}

void uncap_matte_narrow(struct uncap_matte *matte, int most)
{
    const size_t n = (size_t)uncap_rect_w(matte->area) * (size_t)uncap_rect_h(matte->area);
    for (size_t i = 0; i < n && matte->beyond; i++)
        matte->coverage[i] = matte->beyond[i] > most ? 0 : matte->coverage[i];
}

void uncap_matte_forget_beyond(struct uncap_matte *matte)
{
    uncap_free(matte->beyond);
    matte->beyond = NULL;
}

/* The part of what lies beyond that is in `to`'s area. */
static bool copy_beyond(const struct uncap_matte *from, struct uncap_matte *to)
{
    const int w = uncap_rect_w(to->area);
    to->beyond = uncap_alloc((size_t)w * (size_t)uncap_rect_h(to->area), 1);
    if (!to->beyond)
        return false;
    const struct uncap_matte view = {from->area, from->beyond, NULL};
    uncap_matte_paint(&view, 0, 0, to->beyond, w, to->area);
    return true;
}

bool uncap_matte_trim(struct uncap_matte **matte)
{
    const struct uncap_rect a = (*matte)->area;
    struct uncap_rect used = {0, 0, 0, 0};
    for (int y = a.y0; y < a.y1; y++)
        for (int x = a.x0; x < a.x1; x++)
            if ((*matte)->coverage[(ptrdiff_t)(y - a.y0) * uncap_rect_w(a) + x - a.x0])
                used = uncap_rect_union(used, (struct uncap_rect){x, y, x + 1, y + 1});
    struct uncap_matte *smaller = uncap_matte_open(used);
    if (!smaller)
        return false;
    uncap_matte_paint(*matte, 0, 0, smaller->coverage, uncap_rect_w(used), used);
    if ((*matte)->beyond && !copy_beyond(*matte, smaller)) {
        uncap_matte_close(&smaller);
        return false;
    }
    uncap_matte_close(matte);
    *matte = smaller;
    return true;
}

bool uncap_matte_holds(const struct uncap_matte *matte, struct uncap_rect r)
{
    if (!matte || !uncap_rect_holds(matte->area, r))
        return false;
    const struct uncap_rect a = matte->area;
    for (int y = r.y0; y < r.y1; y++)
        for (int x = r.x0; x < r.x1; x++)
            if (!matte->coverage[(ptrdiff_t)(y - a.y0) * uncap_rect_w(a) + x - a.x0])
                return false;
    return true;
}
