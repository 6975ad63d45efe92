/* SPDX-License-Identifier: Apache-2.0 */
#include "inpaint/diffueraser/resize.h"

#include <math.h>
#include <stdbool.h>
#include <string.h>

#include "base/memory.h"

enum { PRECISION = 22, CHANNELS = 3 };

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

static void pass_across(const uint8_t *src, int w_in, const struct taps *taps, uint8_t *dst, int w_out, int h)
{
    for (int y = 0; y < h; y++)
        for (int x = 0; x < w_out; x++) {
            const uint8_t *from = src + ((size_t)y * (size_t)w_in + (size_t)taps->first[x]) * CHANNELS;
            const int32_t *weights = taps->weights + (size_t)x * (size_t)taps->most;
            for (int c = 0; c < CHANNELS; c++) {
                int64_t sum = 0;
                for (int k = 0; k < taps->count[x]; k++)
                    sum += (int64_t)weights[k] * from[k * CHANNELS + c];
                dst[((size_t)y * (size_t)w_out + (size_t)x) * CHANNELS + (size_t)c] = settle(sum);
            }
        }
}

static void pass_down(const uint8_t *src, const struct taps *taps, uint8_t *dst, int w, int h_out,
                      int64_t *sums)
{
    const size_t row = (size_t)w * CHANNELS;
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

int uncap_resize_rgb(const uint8_t *src, struct uncap_size from, uint8_t *dst, struct uncap_size to,
                     struct uncap_error *err)
{
    const size_t row = (size_t)to.w * CHANNELS;
    struct taps across = {0};
    struct taps down = {0};
    uint8_t *middle = uncap_alloc(row * (size_t)from.h, 1);
    int64_t *sums = uncap_alloc(row, sizeof(*sums));
    int rc = UNCAP_OK;
    if (!middle || !sums || !taps_open(&across, from.w, to.w) || !taps_open(&down, from.h, to.h)) {
        rc = uncap_fail_nomem(err, "resizing a frame");
        goto out;
    }
    /* A pass along an axis that keeps its size is skipped: it would not be the identity at the borders. */
    if (from.w == to.w)
        memcpy(middle, src, row * (size_t)from.h);
    else
        pass_across(src, from.w, &across, middle, to.w, from.h);
    if (from.h == to.h)
        memcpy(dst, middle, row * (size_t)to.h);
    else
        pass_down(middle, &down, dst, to.w, to.h, sums);
out:
    taps_close(&across);
    taps_close(&down);
    uncap_free(middle);
    uncap_free(sums);
    return rc;
}

/* Accumulated by repeated addition, as the reference does: a product would round differently. */
static void nearest_indices(int n_in, int n_out, int *index)
{
    const double scale = (double)n_in / (double)n_out;
    double at = scale / 2.0;
    for (int k = 0; k < n_out; k++, at += scale)
        index[k] = (int)at < n_in ? (int)at : n_in - 1;
}

int uncap_resize_plane(const uint8_t *src, struct uncap_size from, uint8_t *dst, struct uncap_size to,
                       struct uncap_error *err)
{
    int *columns = uncap_alloc((size_t)to.w, sizeof(*columns));
    int *rows = uncap_alloc((size_t)to.h, sizeof(*rows));
    int rc = UNCAP_OK;
    if (!columns || !rows) {
        rc = uncap_fail_nomem(err, "resizing a mask");
        goto out;
    }
    nearest_indices(from.w, to.w, columns);
    nearest_indices(from.h, to.h, rows);
    for (int y = 0; y < to.h; y++)
        for (int x = 0; x < to.w; x++)
            dst[(size_t)y * (size_t)to.w + (size_t)x] =
                src[(size_t)rows[y] * (size_t)from.w + (size_t)columns[x]];
out:
    uncap_free(columns);
    uncap_free(rows);
    return rc;
}

struct uncap_size uncap_resize_processing(struct uncap_size video, int limit)
{
    const int longer = video.w > video.h ? video.w : video.h;
    if (longer > limit) {
        const double ratio =
            (double)longer / (double)limit; /* not w * limit / longer: the truncation depends on it */
        video.w = (int)(video.w / ratio);
        video.h = (int)(video.h / ratio);
    }
    return (struct uncap_size){video.w - video.w % 8, video.h - video.h % 8};
}

void uncap_resize_prior(struct uncap_size video, struct uncap_size *out, struct uncap_size *net)
{
    const int longer = video.w > video.h ? video.w : video.h;
    const double ratio = longer > 960 ? 0.6 * (960.0 / longer) : 0.6;
    *out = (struct uncap_size){(int)(ratio * video.w), (int)(ratio * video.h)};
    *net = (struct uncap_size){out->w - out->w % 8, out->h - out->h % 8};
}
