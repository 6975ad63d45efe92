/* SPDX-License-Identifier: Apache-2.0 */
#include "inpaint/propainter/correlation.h"

#include <math.h>
#include <string.h>

#include "base/memory.h"

enum { RADIUS = 4, SIDE = 9, PATCH = 10, BLOCK = 16 };

static size_t level_count(int h, int w, int l)
{
    return (size_t)h * (size_t)w * (size_t)(h >> l) * (size_t)(w >> l);
}

int uncap_correlation_open(struct uncap_correlation *c, int h, int w, struct uncap_error *err)
{
    *c = (struct uncap_correlation){.h = h, .w = w};
    for (int l = 0; l < UNCAP_CORRELATION_LEVELS; l++) {
        c->level[l] = uncap_alloc(level_count(h, w, l), sizeof(float));
        if (!c->level[l]) {
            uncap_correlation_close(c);
            return uncap_fail_nomem(err, "optical flow's correlation volume");
        }
    }
    return UNCAP_OK;
}

void uncap_correlation_close(struct uncap_correlation *c)
{
    for (int l = 0; l < UNCAP_CORRELATION_LEVELS; l++) {
        uncap_free(c->level[l]);
        c->level[l] = NULL;
    }
}

/* All levels of one row of positions. */
static void pool_row(void *opaque, int row)
{
    const struct uncap_correlation *c = opaque;
    for (int l = 1; l < UNCAP_CORRELATION_LEVELS; l++) {
        const int iw = c->w >> (l - 1);
        const int ow = c->w >> l;
        const int oh = c->h >> l;
        const size_t in_plane = (size_t)(c->h >> (l - 1)) * (size_t)iw;
        for (int x = 0; x < c->w; x++) {
            const size_t p = (size_t)row * (size_t)c->w + (size_t)x;
            const float *in = c->level[l - 1] + p * in_plane;
            float *out = c->level[l] + p * (size_t)oh * (size_t)ow;
            for (int y = 0; y < oh; y++)
                for (int i = 0; i < ow; i++) {
                    const float *q = in + 2 * y * iw + 2 * i;
                    out[y * ow + i] = 0.25f * (q[0] + q[1] + q[iw] + q[iw + 1]);
                }
        }
    }
}

void uncap_correlation_pool(const struct uncap_correlation *c, struct uncap_slices *slices)
{
    uncap_slices_run(slices, c->h, pool_row, (void *)(uintptr_t)c);
}

struct lookup {
    const struct uncap_correlation *c;
    const float *coords;
    float *out;
};

/* The 81 points share one fraction, so one 10 x 10 patch serves them all. window: [81], step BLOCK apart. */
static void read_window(const float *plane, int h, int w, float cx, float cy, float *window)
{
    float patch[PATCH][PATCH];
    /* Far outside all is zero; the clamp keeps the conversion to int defined, also for NaN. */
    cx = fminf(fmaxf(cx, -64.0f), (float)w + 64.0f);
    cy = fminf(fmaxf(cy, -64.0f), (float)h + 64.0f);
    const float bx = floorf(cx);
    const float by = floorf(cy);
    const float fx = cx - bx;
    const float fy = cy - by;
    const int x0 = (int)bx - RADIUS;
    const int y0 = (int)by - RADIUS;
    if (x0 >= 0 && y0 >= 0 && x0 + PATCH <= w && y0 + PATCH <= h) {
        for (int y = 0; y < PATCH; y++)
            memcpy(patch[y], plane + (ptrdiff_t)(y0 + y) * w + x0, sizeof(patch[y]));
    } else {
        for (int y = 0; y < PATCH; y++)
            for (int x = 0; x < PATCH; x++) {
                const bool is_inside = y0 + y >= 0 && y0 + y < h && x0 + x >= 0 && x0 + x < w;
                patch[y][x] = is_inside ? plane[(ptrdiff_t)(y0 + y) * w + x0 + x] : 0.0f;
            }
    }
    for (int i = 0; i < SIDE; i++)
        for (int j = 0; j < SIDE; j++) {
            const float top = (1 - fx) * patch[j][i] + fx * patch[j][i + 1];
            const float low = (1 - fx) * patch[j + 1][i] + fx * patch[j + 1][i + 1];
            window[(i * SIDE + j) * BLOCK] = (1 - fy) * top + fy * low;
        }
}

/* One row of positions, in blocks so that the 324 channel planes are written a cache line at a time. */
static void lookup_row(void *opaque, int row)
{
    const struct lookup *k = opaque;
    const struct uncap_correlation *c = k->c;
    const size_t plane = (size_t)c->h * (size_t)c->w;
    float block[SIDE * SIDE][BLOCK];
    for (int l = 0; l < UNCAP_CORRELATION_LEVELS; l++) {
        const int lh = c->h >> l;
        const int lw = c->w >> l;
        const float scale = 1.0f / (float)(1 << l);
        for (int x0 = 0; x0 < c->w; x0 += BLOCK) {
            const int n = c->w - x0 < BLOCK ? c->w - x0 : BLOCK;
            const size_t p = (size_t)row * (size_t)c->w + (size_t)x0;
            for (int i = 0; i < n; i++)
                read_window(c->level[l] + (p + (size_t)i) * (size_t)lh * (size_t)lw, lh, lw,
                            k->coords[p + (size_t)i] * scale, k->coords[plane + p + (size_t)i] * scale,
                            &block[0][i]);
            for (int channel = 0; channel < SIDE * SIDE; channel++)
                memcpy(k->out + (size_t)(l * SIDE * SIDE + channel) * plane + p, block[channel],
                       (size_t)n * sizeof(float));
        }
    }
}

void uncap_correlation_lookup(const struct uncap_correlation *c, const float *coords, float *out,
                              struct uncap_slices *slices)
{
    struct lookup k = {c, coords, out};
    uncap_slices_run(slices, c->h, lookup_row, &k);
}
