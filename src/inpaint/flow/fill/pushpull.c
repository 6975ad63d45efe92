/* SPDX-License-Identifier: Apache-2.0 */
#include "inpaint/flow/fill/pushpull.h"

#include <string.h>

#include "base/memory.h"

/* Sizes of all levels; returns the floats they take. */
static size_t layout(struct flow_pushpull *p, int w, int h)
{
    size_t floats = 0;
    p->n_levels = 0;
    do {
        w = (w + 1) / 2;
        h = (h + 1) / 2;
        p->w[p->n_levels] = w;
        p->h[p->n_levels] = h;
        floats += (size_t)2 * (size_t)w * (size_t)h;
        p->n_levels++;
    } while ((w > 1 || h > 1) && p->n_levels < FLOW_PUSHPULL_LEVELS);
    return floats;
}

size_t flow_pushpull_bytes(int w, int h)
{
    struct flow_pushpull p;
    return layout(&p, w, h) * sizeof(float) + UNCAP_ALIGN;
}

bool flow_pushpull_open(struct flow_pushpull *p, int w, int h)
{
    *p = (struct flow_pushpull){0};
    p->floats = layout(p, w, h);
    p->block = uncap_alloc(p->floats, sizeof(float));
    return p->block != NULL;
}

void flow_pushpull_close(struct flow_pushpull *p)
{
    uncap_free(p->block);
    *p = (struct flow_pushpull){0};
}

/* Cells of the plane that lie at most r cells off those of `bounds`, in half its resolution, and the others
 * that share a coarser cell with them. */
static struct uncap_rect halved(struct uncap_rect bounds, int w, int h, int r)
{
    const struct uncap_rect plane = {0, 0, w, h};
    const struct uncap_rect cells = {((bounds.x0 >> 1) - r) & ~1, ((bounds.y0 >> 1) - r) & ~1,
                                     (((bounds.x1 + 1) >> 1) + r + 1) & ~1,
                                     (((bounds.y1 + 1) >> 1) + r + 1) & ~1};
    return uncap_rect_intersect(cells, plane);
}

static void clear(struct flow_pushpull *p, int i, int y, int x0, int x1)
{
    const ptrdiff_t row = (ptrdiff_t)y * p->w[i] + x0;
    if (x1 <= x0)
        return;
    memset(p->value[i] + row, 0, (size_t)(x1 - x0) * sizeof(float));
    memset(p->weight[i] + row, 0, (size_t)(x1 - x0) * sizeof(float));
}

/* Forget the cells of a level that no other one is pushed to. */
static void start_level(struct flow_pushpull *p, int i)
{
    const struct uncap_rect r = p->area[i];
    struct uncap_rect pushed = {r.x1, r.y0, r.x1, r.y0};
    if (i > 0)
        pushed = (struct uncap_rect){p->area[i - 1].x0 / 2, p->area[i - 1].y0 / 2,
                                     (p->area[i - 1].x1 + 1) / 2, (p->area[i - 1].y1 + 1) / 2};
    for (int y = r.y0; y < r.y1; y++) {
        const bool is_pushed = y >= pushed.y0 && y < pushed.y1;
        clear(p, i, y, r.x0, is_pushed ? pushed.x0 : r.x1);
        if (is_pushed)
            clear(p, i, y, pushed.x1, r.x1);
    }
}

void flow_pushpull_start(struct flow_pushpull *p, int w, int h, struct uncap_rect bounds)
{
    layout(p, w, h);
    float *at = p->block;
    for (int i = 0; i < p->n_levels; i++) {
        const size_t n = (size_t)p->w[i] * (size_t)p->h[i];
        p->value[i] = at;
        p->weight[i] = at + n;
        at += 2 * n;
        /* a cell takes what it lacks from its parent and the parent's neighbours */
        p->area[i] = halved(i ? p->area[i - 1] : bounds, p->w[i], p->h[i], i ? 1 : FLOW_PUSHPULL_REACH);
        start_level(p, i);
    }
}

/* Sums to means, weights to at most 1, and both on to the coarser level. */
static void push(struct flow_pushpull *p, const struct uncap_kernels *kernels, int i)
{
    const struct uncap_rect r = p->area[i];
    const bool is_top = i + 1 == p->n_levels;
    for (int y = r.y0; y < r.y1; y += 2) {
        const ptrdiff_t at = (ptrdiff_t)y * p->w[i] + r.x0;
        const ptrdiff_t up = is_top ? 0 : (ptrdiff_t)(y >> 1) * p->w[i + 1] + (r.x0 >> 1);
        kernels->push(p->value[i] + at, p->weight[i] + at, p->w[i], y + 1 < r.y1 ? 2 : 1, uncap_rect_w(r),
                      is_top ? NULL : p->value[i + 1] + up, is_top ? NULL : p->weight[i + 1] + up);
    }
}

/* The row of a level that holds row y of twice its resolution, and the one on that row's other side. */
static void rows_around(const struct flow_pushpull *p, int i, int y, const float **near, const float **next)
{
    const int cy = y >> 1;
    const int ny = cy + ((y & 1) ? 1 : -1);
    *near = p->value[i] + (ptrdiff_t)cy * p->w[i];
    *next = ny < 0 || ny >= p->h[i] ? *near : p->value[i] + (ptrdiff_t)ny * p->w[i];
}

/* What is missing at a level comes from the coarser one. */
static void pull(struct flow_pushpull *p, const struct uncap_kernels *kernels, int i)
{
    const struct uncap_rect r = p->area[i];
    for (int y = r.y0; y < r.y1; y++) {
        const ptrdiff_t row = (ptrdiff_t)y * p->w[i];
        const float *near;
        const float *next;
        rows_around(p, i + 1, y, &near, &next);
        kernels->pull(p->value[i] + row, p->weight[i] + row, near, next, p->w[i + 1], r.x0, r.x1);
    }
}

void flow_pushpull_solve(struct flow_pushpull *p, const struct uncap_kernels *kernels)
{
    for (int i = 0; i < p->n_levels; i++)
        push(p, kernels, i);
    for (int i = p->n_levels - 2; i >= 0; i--)
        pull(p, kernels, i);
}

void flow_pushpull_row(const struct flow_pushpull *p, const struct uncap_kernels *kernels, int first, int end,
                       int y, float *out)
{
    const float *near;
    const float *next;
    rows_around(p, 0, y, &near, &next);
    kernels->interpolate(out, near, next, p->w[0], first, end);
}
