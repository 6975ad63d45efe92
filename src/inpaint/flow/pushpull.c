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

void flow_pushpull_start(struct flow_pushpull *p, int w, int h)
{
    const size_t floats = layout(p, w, h);
    float *at = p->block;
    for (int i = 0; i < p->n_levels; i++) {
        const size_t n = (size_t)p->w[i] * (size_t)p->h[i];
        p->value[i] = at;
        p->weight[i] = at + n;
        at += 2 * n;
    }
    memset(p->block, 0, floats * sizeof(float));
}

/* Sums to means, weights to at most 1, and both on to the coarser level. */
static void push(struct flow_pushpull *p, int i)
{
    for (int y = 0; y < p->h[i]; y++)
        for (int x = 0; x < p->w[i]; x++) {
            const ptrdiff_t o = (ptrdiff_t)y * p->w[i] + x;
            const float w = p->weight[i][o];
            if (w <= 0)
                continue;
            const float value = p->value[i][o] / w;
            const float weight = w < 1 ? w : 1;
            p->value[i][o] = value;
            p->weight[i][o] = weight;
            if (i + 1 == p->n_levels)
                continue;
            const ptrdiff_t up = (ptrdiff_t)(y >> 1) * p->w[i + 1] + (x >> 1);
            p->value[i + 1][up] += weight * value;
            p->weight[i + 1][up] += weight;
        }
}

/* What is missing at a level comes from the coarser one. */
static void pull(struct flow_pushpull *p, int i)
{
    const int cw = p->w[i + 1];
    const int ch = p->h[i + 1];
    for (int y = 0; y < p->h[i]; y++) {
        const int cy = y >> 1;
        int ny = cy + ((y & 1) ? 1 : -1);
        ny = ny < 0 || ny >= ch ? cy : ny;
        const float *near = p->value[i + 1] + (ptrdiff_t)cy * cw;
        const float *next = p->value[i + 1] + (ptrdiff_t)ny * cw;
        for (int x = 0; x < p->w[i]; x++) {
            const ptrdiff_t o = (ptrdiff_t)y * p->w[i] + x;
            const float w = p->weight[i][o];
            if (w >= 1)
                continue;
            const int cx = x >> 1;
            int nx = cx + ((x & 1) ? 1 : -1);
            nx = nx < 0 || nx >= cw ? cx : nx;
            const float from =
                0.75f * (0.75f * near[cx] + 0.25f * near[nx]) + 0.25f * (0.75f * next[cx] + 0.25f * next[nx]);
            p->value[i][o] = w * p->value[i][o] + (1 - w) * from;
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
