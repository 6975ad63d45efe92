/* SPDX-License-Identifier: Apache-2.0 */
#include "inpaint/exact_resize.h"

#include <limits.h>
#include <math.h>
#include <stdbool.h>
#include <string.h>

#include "base/memory.h"

static double cubic(double v)
{
    const double a = -0.75;
    v = fabs(v);
    if (v < 1)
        return ((a + 2) * v - (a + 3)) * v * v + 1;
    return v < 2 ? (((v - 5) * v + 8) * v - 4) * a : 0.0;
}

static int clampi(int v, int low, int high)
{
    return v < low ? low : v > high ? high : v;
}

static uint8_t clamp8(int64_t v)
{
    return (uint8_t)(v < 0 ? 0 : v > 255 ? 255 : v);
}

static bool same_size(const uint8_t *src, int w, int h, int channels, uint8_t *dst, int dst_w, int dst_h)
{
    if (w != dst_w || h != dst_h)
        return false;
    memcpy(dst, src, (size_t)w * (size_t)h * (size_t)channels);
    return true;
}

/* OpenCV's taps of one axis: n_taps indices and 11-bit weights an output index. */
struct taps {
    int *index, *weight;
    int n;
};

static void free_taps(struct taps *t)
{
    uncap_free(t->index);
    uncap_free(t->weight);
}

static bool alloc_taps(struct taps *t, int out_size, int n)
{
    t->n = n;
    t->index = uncap_alloc((size_t)out_size * (size_t)n, sizeof(int));
    t->weight = uncap_alloc((size_t)out_size * (size_t)n, sizeof(int));
    return t->index && t->weight;
}

static void cv_position(int out, int in_size, int out_size, int *i, float *f)
{
    const float at = (float)((out + 0.5) * ((double)in_size / out_size) - 0.5);
    *i = (int)floorf(at);
    *f = at - (float)*i;
}

/* Columns beyond the edge lose their fraction, rows keep theirs. */
static bool linear_taps(struct taps *t, int in_size, int out_size, bool is_column)
{
    if (!alloc_taps(t, out_size, 2))
        return false;
    for (int out = 0; out < out_size; out++) {
        int i;
        float f;
        cv_position(out, in_size, out_size, &i, &f);
        if (is_column && (i < 0 || i >= in_size - 1)) {
            f = 0;
            i = i < 0 ? 0 : i;
        }
        for (int k = 0; k < 2; k++)
            t->index[2 * out + k] = clampi(i + k, 0, in_size - 1);
        t->weight[2 * out] = (int)lrintf((1.0f - f) * 2048.0f);
        t->weight[2 * out + 1] = (int)lrintf(f * 2048.0f);
    }
    return true;
}

static bool cubic_taps(struct taps *t, int in_size, int out_size)
{
    if (!alloc_taps(t, out_size, 4))
        return false;
    for (int out = 0; out < out_size; out++) {
        int i;
        float f;
        cv_position(out, in_size, out_size, &i, &f);
        for (int k = 0; k < 4; k++) {
            t->index[4 * out + k] = clampi(i + k - 1, 0, in_size - 1);
            t->weight[4 * out + k] = (int)lrintf((float)cubic((double)((float)(k - 1) - f)) * 2048.0f);
        }
    }
    return true;
}

/* Sum of the taps of one row, at one column. */
static int across(const uint8_t *row, const struct taps *t, int x, int channels)
{
    int sum = 0;
    for (int k = 0; k < t->n; k++)
        sum += t->weight[x * t->n + k] * row[t->index[x * t->n + k] * channels];
    return sum;
}

static uint8_t combine(const uint8_t *src, ptrdiff_t row, const struct taps *tx, const struct taps *ty, int x,
                       int y, int channels)
{
    if (ty->n == 2) { /* each product is shifted by itself */
        int64_t sum = 2;
        for (int k = 0; k < 2; k++)
            sum += ((int64_t)ty->weight[2 * y + k] *
                    (across(src + ty->index[2 * y + k] * row, tx, x, channels) >> 4)) >>
                   16;
        return clamp8(sum >> 2);
    }
    int64_t sum = 1 << 21;
    for (int k = 0; k < ty->n; k++)
        sum += (int64_t)ty->weight[y * ty->n + k] *
               across(src + ty->index[y * ty->n + k] * row, tx, x, channels);
    return clamp8(sum >> 22);
}

static void resize_cv(const uint8_t *src, int w, int channels, uint8_t *dst, int dst_w, int dst_h,
                      const struct taps *tx, const struct taps *ty)
{
    for (int y = 0; y < dst_h; y++)
        for (int x = 0; x < dst_w; x++)
            for (int c = 0; c < channels; c++)
                *dst++ = combine(src + c, (ptrdiff_t)w * channels, tx, ty, x, y, channels);
}

int uncap_cv_linear(const uint8_t *src, int w, int h, int channels, uint8_t *dst, int dst_w, int dst_h,
                    struct uncap_error *err)
{
    struct taps tx = {.n = 0};
    struct taps ty = {.n = 0};
    if (same_size(src, w, h, channels, dst, dst_w, dst_h))
        return UNCAP_OK;
    const bool is_ready = linear_taps(&tx, w, dst_w, true) && linear_taps(&ty, h, dst_h, false);
    if (is_ready)
        resize_cv(src, w, channels, dst, dst_w, dst_h, &tx, &ty);
    free_taps(&tx);
    free_taps(&ty);
    return is_ready ? UNCAP_OK : uncap_fail_nomem(err, "resizing");
}

int uncap_cv_cubic(const uint8_t *src, int w, int h, int channels, uint8_t *dst, int dst_w, int dst_h,
                   struct uncap_error *err)
{
    struct taps tx = {.n = 0};
    struct taps ty = {.n = 0};
    if (same_size(src, w, h, channels, dst, dst_w, dst_h))
        return UNCAP_OK;
    const bool is_ready = cubic_taps(&tx, w, dst_w) && cubic_taps(&ty, h, dst_h);
    if (is_ready)
        resize_cv(src, w, channels, dst, dst_w, dst_h, &tx, &ty);
    free_taps(&tx);
    free_taps(&ty);
    return is_ready ? UNCAP_OK : uncap_fail_nomem(err, "resizing");
}

/* City-block distance to the nearest set pixel by two sweeps, capped. */
int uncap_mask_dilate(const uint8_t *mask, int w, int h, int iterations, uint8_t *out,
                      struct uncap_error *err)
{
    int *distance = uncap_alloc((size_t)w * (size_t)h, sizeof(*distance));
    if (!distance)
        return uncap_fail_nomem(err, "growing a mask");
    const int far = INT_MAX / 2;
    for (int i = 0; i < w * h; i++) {
        int d = mask[i] ? 0 : far;
        if (i % w && distance[i - 1] + 1 < d)
            d = distance[i - 1] + 1;
        if (i >= w && distance[i - w] + 1 < d)
            d = distance[i - w] + 1;
        distance[i] = d;
    }
    for (int i = w * h - 1; i >= 0; i--) {
        if (i % w != w - 1 && distance[i + 1] + 1 < distance[i])
            distance[i] = distance[i + 1] + 1;
        if (i < w * (h - 1) && distance[i + w] + 1 < distance[i])
            distance[i] = distance[i + w] + 1;
        out[i] = distance[i] <= iterations;
    }
    uncap_free(distance);
    return UNCAP_OK;
}
