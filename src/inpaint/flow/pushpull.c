/* SPDX-License-Identifier: Apache-2.0 */
#include "inpaint/flow/pushpull.h"

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

/* Cells of the plane that lie at most r cells off those of `bounds`, in half its resolution. */
static struct uncap_rect halved(struct uncap_rect bounds, int w, int h, int r)
{
    const struct uncap_rect plane = {0, 0, w, h};
    const struct uncap_rect cells = {bounds.x0 >> 1, bounds.y0 >> 1, (bounds.x1 + 1) >> 1,
                                     (bounds.y1 + 1) >> 1};
    return uncap_rect_intersect(uncap_rect_grow(cells, r, r), plane);
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
        const struct uncap_rect r = p->area[i];
        for (int y = r.y0; y < r.y1; y++) {
            const ptrdiff_t row = (ptrdiff_t)y * p->w[i] + r.x0;
            memset(p->value[i] + row, 0, (size_t)uncap_rect_w(r) * sizeof(float));
            memset(p->weight[i] + row, 0, (size_t)uncap_rect_w(r) * sizeof(float));
        }
    }
}

/* Sums to means, weights to at most 1, and both on to the coarser level. */
static void push(struct flow_pushpull *p, int i)
{
    const struct uncap_rect r = p->area[i];
    const bool is_top = i + 1 == p->n_levels;
    for (int y = r.y0; y < r.y1; y++) {
        float *values = p->value[i] + (ptrdiff_t)y * p->w[i];
        float *weights = p->weight[i] + (ptrdiff_t)y * p->w[i];
        const ptrdiff_t up = is_top ? 0 : (ptrdiff_t)(y >> 1) * p->w[i + 1];
        for (int x = r.x0; x < r.x1; x++) {
            const float w = weights[x];
            if (w <= 0)
                continue;
            const float value = values[x] / w;
            const float weight = w < 1 ? w : 1;
            values[x] = value;
            weights[x] = weight;
            if (is_top)
                continue;
            p->value[i + 1][up + (x >> 1)] += weight * value;
            p->weight[i + 1][up + (x >> 1)] += weight;
        }
    }
}

/* What is missing at a level comes from the coarser one. */
static void pull(struct flow_pushpull *p, int i)
{
    const struct uncap_rect r = p->area[i];
    const int cw = p->w[i + 1];
    const int ch = p->h[i + 1];
    for (int y = r.y0; y < r.y1; y++) {
        const int cy = y >> 1;
        int ny = cy + ((y & 1) ? 1 : -1);
        ny = ny < 0 || ny >= ch ? cy : ny;
        const float *near = p->value[i + 1] + (ptrdiff_t)cy * cw;
        const float *next = p->value[i + 1] + (ptrdiff_t)ny * cw;
        float *values = p->value[i] + (ptrdiff_t)y * p->w[i];
        const float *weights = p->weight[i] + (ptrdiff_t)y * p->w[i];
        for (int x = r.x0; x < r.x1; x++) {
            const float w = weights[x];
            if (w >= 1)
                continue;
            const int cx = x >> 1;
            int nx = cx + ((x & 1) ? 1 : -1);
            nx = nx < 0 || nx >= cw ? cx : nx;
            const float from =
                0.75f * (0.75f * near[cx] + 0.25f * near[nx]) + 0.25f * (0.75f * next[cx] + 0.25f * next[nx]);
            values[x] = w * values[x] + (1 - w) * from;
        }
    }
}

void flow_pushpull_solve(struct flow_pushpull *p)
{
    for (int i = 0; i < p->n_levels; i++)
        push(p, i);
    for (int i = p->n_levels - 2; i >= 0; i--)
        pull(p, i);
}
