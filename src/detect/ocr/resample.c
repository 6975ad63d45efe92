/* SPDX-License-Identifier: Apache-2.0 */
#include "detect/ocr/resample.h"

#include <math.h>
#include <string.h>

#include "base/memory.h"

/* Part of sample i's weight: overlap of a box of the output's width with the sample, or a tent when growing.
 */
static double tap(double centre, double width, int i)
{
    if (width > 1) {
        const double lo = fmax(centre - width / 2, i), hi = fmin(centre + width / 2, i + 1);
        return hi > lo ? hi - lo : 0;
    }
    const double d = fabs(i + 0.5 - centre);
    return d < 1 ? 1 - d : 0;
}

int uncap_taps_set(struct uncap_taps *taps, int n_in, int n_out, double from, double to,
                   struct uncap_error *err)
{
    const double width = (to - from) / n_out;
    const double reach = width > 1 ? width / 2 : 1;
    const int n_taps = (int)ceil(2 * reach) + 1;
    uncap_taps_clear(taps);
    taps->n_out = n_out;
    taps->n_taps = n_taps < n_in ? n_taps : n_in;
    taps->first = uncap_alloc((size_t)n_out, sizeof(*taps->first));
    taps->weight = uncap_alloc((size_t)n_out * (size_t)taps->n_taps, sizeof(*taps->weight));
    if (!taps->first || !taps->weight) {
        uncap_taps_clear(taps);
        return uncap_fail_nomem(err, "picture resampling");
    }
    for (int i = 0; i < n_out; i++) {
        const double centre = fmin(fmax(from + (i + 0.5) * width, 0), n_in);
        int first = (int)floor(centre - reach);
        first = first < 0 ? 0 : first > n_in - taps->n_taps ? n_in - taps->n_taps : first;
        float *weight = taps->weight + (ptrdiff_t)i * taps->n_taps;
        double sum = 0;
        for (int k = 0; k < taps->n_taps; k++)
            sum += tap(centre, width, first + k);
        for (int k = 0; k < taps->n_taps; k++)
            weight[k] = sum > 0 ? (float)(tap(centre, width, first + k) / sum) : k == 0;
        taps->first[i] = first;
    }
    return UNCAP_OK;
}

void uncap_taps_clear(struct uncap_taps *taps)
{
    uncap_free(taps->first);
    uncap_free(taps->weight);
    *taps = (struct uncap_taps){.n_out = 0};
}

static void add_8(const uint8_t *row, float weight, int n, float *sum)
{
    for (int i = 0; i < n; i++)
        sum[i] += weight * (float)row[i];
}

static void add_16(const uint16_t *row, float weight, int n, float *sum)
{
    for (int i = 0; i < n; i++)
        sum[i] += weight * (float)row[i];
}

void uncap_resample(const uint8_t *plane, ptrdiff_t stride, int is_wide, const struct uncap_taps *x,
                    const struct uncap_taps *y, float gain, float *scratch, float *out)
{
    /* Columns first: the wide rows are added up, then each sum is read once. Only the columns in use are. */
    const int x0 = x->first[0], n = x->first[x->n_out - 1] + x->n_taps - x0;
    for (int v = 0; v < y->n_out; v++) {
        memset(scratch, 0, (size_t)n * sizeof(*scratch));
        for (int k = 0; k < y->n_taps; k++) {
            const float weight = y->weight[(ptrdiff_t)v * y->n_taps + k] * gain;
            const uint8_t *row = plane + (y->first[v] + k) * stride;
            if (weight <= 0)
                continue;
            if (is_wide)
                add_16((const uint16_t *)(const void *)row + x0, weight, n, scratch);
            else
                add_8(row + x0, weight, n, scratch);
        }
        float *to = out + (ptrdiff_t)v * x->n_out;
        for (int i = 0; i < x->n_out; i++) {
            const float *weight = x->weight + (ptrdiff_t)i * x->n_taps;
            const float *from = scratch + (x->first[i] - x0);
            float sum = 0;
            for (int k = 0; k < x->n_taps; k++)
                sum += weight[k] * from[k];
            to[i] = sum;
        }
    }
}
