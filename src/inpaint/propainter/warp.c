/* SPDX-License-Identifier: Apache-2.0 */
#include "inpaint/propainter/warp.h"

#include <math.h>
#include <stdbool.h>
#include <stddef.h>

struct warp {
    const float *in, *flow;
    float *out;
    int channels, h, w;
    bool is_nearest;
};

/* Up to four neighbours of one position: offsets into a plane, and weights (0 for one outside). */
struct corners {
    ptrdiff_t at[4];
    float weight[4];
};

static struct corners corners_of(float px, float py, int h, int w)
{
    struct corners c = {{0}, {0}};
    /* Beyond a pixel outside everything is zero; also true for NaN, which fails the test. */
    if (!(px > -1 && py > -1 && px < (float)w && py < (float)h))
        return c;
    const float bx = floorf(px);
    const float by = floorf(py);
    const float fx = px - bx;
    const float fy = py - by;
    const int x0 = (int)bx;
    const int y0 = (int)by;
    const float weights[4] = {(1 - fx) * (1 - fy), fx * (1 - fy), (1 - fx) * fy, fx * fy};
    for (int i = 0; i < 4; i++) {
        const int x = x0 + (i & 1);
        const int y = y0 + (i >> 1);
        if (x >= 0 && x < w && y >= 0 && y < h) {
            c.at[i] = (ptrdiff_t)y * w + x;
            c.weight[i] = weights[i];
        }
    }
    return c;
}

static struct corners nearest_of(float px, float py, int h, int w)
{
    struct corners c = {{0}, {0}};
    const float x = rintf(px);
    const float y = rintf(py);
    if (x >= 0 && y >= 0 && x < (float)w && y < (float)h) {
        c.at[0] = (ptrdiff_t)y * w + (ptrdiff_t)x;
        c.weight[0] = 1;
    }
    return c;
}

static float blend(const float *plane, const struct corners *c)
{
    return plane[c->at[0]] * c->weight[0] + plane[c->at[1]] * c->weight[1] + plane[c->at[2]] * c->weight[2] +
           plane[c->at[3]] * c->weight[3];
}

static void warp_row(void *opaque, int y)
{
    const struct warp *k = opaque;
    const ptrdiff_t plane = (ptrdiff_t)k->h * k->w;
    for (int x = 0; x < k->w; x++) {
        const ptrdiff_t at = (ptrdiff_t)y * k->w + x;
        const float px = (float)x + k->flow[at];
        const float py = (float)y + k->flow[plane + at];
        const struct corners c =
            k->is_nearest ? nearest_of(px, py, k->h, k->w) : corners_of(px, py, k->h, k->w);
        for (int i = 0; i < k->channels; i++)
            k->out[i * plane + at] = blend(k->in + i * plane, &c);
    }
}

void uncap_warp_bilinear(const float *in, int channels, int h, int w, const float *flow, float *out,
                         struct uncap_slices *slices)
{
    struct warp k = {in, flow, out, channels, h, w, false};
    uncap_slices_run(slices, h, warp_row, &k);
}

void uncap_warp_nearest(const float *in, int channels, int h, int w, const float *flow, float *out,
                        struct uncap_slices *slices)
{
    struct warp k = {in, flow, out, channels, h, w, true};
    uncap_slices_run(slices, h, warp_row, &k);
}

static void validity_row(void *opaque, int y)
{
    const struct warp *k = opaque; /* in: flow b, flow: a, out: valid */
    const ptrdiff_t plane = (ptrdiff_t)k->h * k->w;
    for (int x = 0; x < k->w; x++) {
        const ptrdiff_t at = (ptrdiff_t)y * k->w + x;
        const float ax = k->flow[at];
        const float ay = k->flow[plane + at];
        const struct corners c = corners_of((float)x + ax, (float)y + ay, k->h, k->w);
        const float bx = blend(k->in, &c);
        const float by = blend(k->in + plane, &c);
        const float miss = (ax + bx) * (ax + bx) + (ay + by) * (ay + by);
        const float total = (ax * ax + ay * ay) + (bx * bx + by * by);
        k->out[at] = miss < 0.01f * total + 0.5f ? 1.0f : 0.0f;
    }
}

void uncap_flow_validity(const float *a, const float *b, int h, int w, float *valid,
                         struct uncap_slices *slices)
{
    struct warp k = {b, a, valid, 1, h, w, false};
    uncap_slices_run(slices, h, validity_row, &k);
}
