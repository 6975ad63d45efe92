/* SPDX-License-Identifier: Apache-2.0 */
#include "detect/matte_colour.h"

#include <math.h>

#include "base/memory.h"

enum {
    BINS = 16,   /* a channel of the histogram */
    RADIUS = 36, /* of the mean shift, levels */
    STEPS = 5,
};

static size_t bin_of(const struct uncap_matte_look *look, int n_channels, size_t i)
{
    size_t bin = 0;
    for (int c = 0; c < UNCAP_MAX_PLANES; c++)
        bin = bin * BINS + (c < n_channels ? look->med[c][i] >> 4 : 0);
    return bin;
}

/* Sum over a bin and its 26 neighbours. */
static float smoothed(const float *hist, int a, int b, int c)
{
    float sum = 0.0F;
    for (int k = 0; k < 27; k++) {
        const int i = a + k / 9 - 1;
        const int j = b + k / 3 % 3 - 1;
        const int l = c + k % 3 - 1;
        if (i >= 0 && i < BINS && j >= 0 && j < BINS && l >= 0 && l < BINS)
            sum += hist[(i * BINS + j) * BINS + l];
    }
    return sum;
}

static void find_peak(const float *hist, float value[UNCAP_MAX_PLANES])
{
    float best = -1.0F;
    for (int k = 0; k < BINS * BINS * BINS; k++) {
        const int bin[3] = {k / (BINS * BINS), k / BINS % BINS, k % BINS};
        const float sum = smoothed(hist, bin[0], bin[1], bin[2]);
        if (sum <= best)
            continue;
        best = sum;
        for (int c = 0; c < UNCAP_MAX_PLANES; c++)
            value[c] = (float)(bin[c] * 16 + 8);
    }
}

int uncap_matte_colour_distance(const struct uncap_matte_look *look, int n_channels, size_t i,
                                const struct uncap_matte_colour *colour)
{
    float d = 0.0F;
    for (int c = 0; c < n_channels; c++) {
        const float e = fabsf((float)look->med[c][i] - colour->value[c]);
        d = e > d ? e : d;
    }
    return (int)d;
}

/* Mean of the pixels within radius of the colour; returns their weight. */
static double mean_near(const struct uncap_matte_look *look, int n_channels, const uint8_t *weight, size_t n,
                        int radius, struct uncap_matte_colour *colour)
{
    double sum[UNCAP_MAX_PLANES] = {0.0};
    double total = 0.0;
    for (size_t i = 0; i < n; i++) {
        if (!weight[i] || uncap_matte_colour_distance(look, n_channels, i, colour) > radius)
            continue;
        total += weight[i];
        for (int c = 0; c < n_channels; c++)
            sum[c] += (double)weight[i] * look->med[c][i];
    }
    for (int c = 0; c < n_channels && total > 0.0; c++)
        colour->value[c] = (float)(sum[c] / total);
    return total;
}

int uncap_matte_colour_find(const struct uncap_matte_look *look, int n_channels, const uint8_t *weight,
                            size_t n, struct uncap_matte_colour *colour, struct uncap_error *err)
{
    float *hist = uncap_alloc((size_t)BINS * BINS * BINS, sizeof(*hist));
    if (!hist)
        return uncap_fail_nomem(err, "a colour histogram");
    double all = 0.0;
    for (size_t i = 0; i < n; i++)
        if (weight[i]) {
            hist[bin_of(look, n_channels, i)] += (float)weight[i];
            all += weight[i];
        }
    *colour = (struct uncap_matte_colour){.share = 0.0F};
    find_peak(hist, colour->value);
    uncap_free(hist);
    for (int k = 0; k < STEPS; k++)
        mean_near(look, n_channels, weight, n, RADIUS, colour);
    struct uncap_matte_colour at = *colour;
    colour->share = (float)(mean_near(look, n_channels, weight, n, UNCAP_MATTE_COLOUR_NEAR, &at) / all);
    return UNCAP_OK;
}
