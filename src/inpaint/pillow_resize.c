/* SPDX-License-Identifier: Apache-2.0 */
#include "inpaint/pillow_resize.h"

#include <math.h>
#include <stdbool.h>
#include <string.h>

#include "base/memory.h"

enum { PRECISION = 22 };

/* For every output position: first source index, how many, and weights scaled by 2^22 (room for `most` each).
 */
struct taps {
    int most;
    int *first, *count;
    int32_t *weights;
};

static double cubic(double t)
{
    t = fabs(t);
    if (t < 1.0)
        return (1.5 * t - 2.5) * t * t + 1.0; /* a = -0.5 */
    return t < 2.0 ? (((t - 5.0) * t + 8.0) * t - 4.0) * -0.5 : 0.0;
}

static void taps_close(struct taps *taps)
{
    uncap_free(taps->first);
    uncap_free(taps->count);
    uncap_free(taps->weights);
}

static void weigh(struct taps *taps, int x, double centre, double stretch, double *raw)
{
    const int lo = taps->first[x];
    double total = 0.0;
    for (int k = 0; k < taps->count[x]; k++) {
        raw[k] = cubic((lo + k - centre + 0.5) / stretch);
        total += raw[k];
    }
    for (int k = 0; k < taps->count[x]; k++) {
        const double w = raw[k] / total;
        taps->weights[(size_t)x * (size_t)taps->most + (size_t)k] =
            (int32_t)(w * (1 << PRECISION) + (w >= 0.0 ? 0.5 : -0.5));
    }
}

static bool taps_open(struct taps *taps, int n_in, int n_out)
{
    const double scale = (double)n_in / (double)n_out;
    const double stretch = scale > 1.0 ? scale : 1.0;
    const double support = 2.0 * stretch;
    *taps = (struct taps){.most = 2 * (int)ceil(support) + 2};
    taps->first = uncap_alloc((size_t)n_out, sizeof(*taps->first));
    taps->count = uncap_alloc((size_t)n_out, sizeof(*taps->count));
    taps->weights = uncap_alloc((size_t)n_out * (size_t)taps->most, sizeof(*taps->weights));
    double *raw = uncap_alloc((size_t)taps->most, sizeof(*raw));
    const bool ok = taps->first && taps->count && taps->weights && raw;
    for (int x = 0; ok && x < n_out; x++) {
        const double centre = (x + 0.5) * scale;
        const int lo = (int)(centre - support + 0.5);
        const int hi = (int)(centre + support + 0.5);
        taps->first[x] = lo > 0 ? lo : 0;
        taps->count[x] = (hi < n_in ? hi : n_in) - taps->first[x];
        weigh(taps, x, centre, stretch, raw);
    }
    uncap_free(raw);
    return ok;
}

static uint8_t settle(int64_t sum)
{
    const int64_t v = (sum + (1 << (PRECISION - 1))) >> PRECISION;
    return v < 0 ? 0 : v > 255 ? 255 : (uint8_t)v;
}

static void pass_across(const uint8_t *src, int w_in, const struct taps *taps, uint8_t *dst, int w_out, int h,
                        int channels)
{
    for (int y = 0; y < h; y++)
        for (int x = 0; x < w_out; x++) {
            const uint8_t *from =
                src + ((size_t)y * (size_t)w_in + (size_t)taps->first[x]) * (size_t)channels;
            const int32_t *weights = taps->weights + (size_t)x * (size_t)taps->most;
            for (int c = 0; c < channels; c++) {
                int64_t sum = 0;
                for (int k = 0; k < taps->count[x]; k++)
                    sum += (int64_t)weights[k] * from[k * channels + c];
                dst[((size_t)y * (size_t)w_out + (size_t)x) * (size_t)channels + (size_t)c] = settle(sum);
            }
        }
}

/* row: values of a line. */
static void pass_down(const uint8_t *src, const struct taps *taps, uint8_t *dst, size_t row, int h_out,
                      int64_t *sums)
{
    for (int y = 0; y < h_out; y++) {
        memset(sums, 0, row * sizeof(*sums));
        for (int k = 0; k < taps->count[y]; k++) {
            const uint8_t *from = src + (size_t)(taps->first[y] + k) * row;
            const int64_t weight = taps->weights[(size_t)y * (size_t)taps->most + (size_t)k];
            for (size_t i = 0; i < row; i++)
                sums[i] += weight * from[i];
        }
        for (size_t i = 0; i < row; i++)
            dst[(size_t)y * row + i] = settle(sums[i]);
    }
}

int uncap_pillow_bicubic(const uint8_t *src, int w, int h, int channels, uint8_t *dst, int dst_w, int dst_h,
                         struct uncap_error *err)
{
    const size_t row = (size_t)dst_w * (size_t)channels;
    struct taps across = {0};
    struct taps down = {0};
    uint8_t *middle = uncap_alloc(row * (size_t)h, 1);
    int64_t *sums = uncap_alloc(row, sizeof(*sums));
    int rc = UNCAP_OK;
    if (!middle || !sums || !taps_open(&across, w, dst_w) || !taps_open(&down, h, dst_h)) {
        rc = uncap_fail_nomem(err, "resizing a frame");
        goto out;
    }
    /* A pass along an axis that keeps its size is skipped: it would not be the identity at the borders. */
    if (w == dst_w)
        memcpy(middle, src, row * (size_t)h);
    else
        pass_across(src, w, &across, middle, dst_w, h, channels);
    if (h == dst_h)
        memcpy(dst, middle, row * (size_t)h);
    else
        pass_down(middle, &down, dst, row, dst_h, sums);
out:
    taps_close(&across);
    taps_close(&down);
    uncap_free(middle);
    uncap_free(sums);
    return rc;
}

/* Positions by repeated addition, as Pillow does: a product would round differently. */
void uncap_pillow_nearest(const uint8_t *src, int w, int h, uint8_t *dst, int dst_w, int dst_h)
{
    const double step_x = (double)w / (double)dst_w;
    const double step_y = (double)h / (double)dst_h;
    double at_y = step_y / 2.0;
    for (int y = 0; y < dst_h; y++, at_y += step_y) {
        const uint8_t *row = src + (size_t)((int)at_y < h ? (int)at_y : h - 1) * (size_t)w;
        double at_x = step_x / 2.0;
        for (int x = 0; x < dst_w; x++, at_x += step_x)
            *dst++ = row[(int)at_x < w ? (int)at_x : w - 1];
    }
}
