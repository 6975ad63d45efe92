/* SPDX-License-Identifier: Apache-2.0 */
#include "detect/matte/colour.h"

#include <math.h>

#include "base/memory.h"

enum {
    BINS = 16,   /* a channel of the histogram */
    RADIUS = 36, /* of the mean shift, levels */
    STEPS = 5,
};

/* A pixel that counts. Few do, and they are looked at often. */
struct strong {
    uint8_t weight, value[UNCAP_MAX_PLANES]; /* 0 in channels that are not there */
};

static size_t count(const uint8_t *weight, size_t n)
{
    size_t n_strong = 0;
    for (size_t i = 0; i < n; i++)
        n_strong += weight[i] != 0;
    return n_strong;
}

/* out: zeroed, as many as are counted. */
static void collect(const struct uncap_matte_look *look, int n_channels, const uint8_t *weight, size_t n,
                    struct strong *out)
{
    for (size_t i = 0; i < n; i++) {
        if (!weight[i])
            continue;
        out->weight = weight[i];
        for (int c = 0; c < n_channels; c++)
            out->value[c] = look->med[c][i];
        out++;
    }
}

static size_t bin_of(const struct strong *p)
{
    size_t bin = 0;
    for (int c = 0; c < UNCAP_MAX_PLANES; c++)
        bin = bin * BINS + (p->value[c] >> 4);
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

/* Is there anything in the bins of the first two channels and their neighbours? rows [BINS][BINS]: in which
 * there is. */
static bool is_near_any(const bool *rows, int a, int b)
{
    for (int k = 0; k < 9; k++) {
        const int i = a + k / 3 - 1, j = b + k % 3 - 1;
        if (i >= 0 && i < BINS && j >= 0 && j < BINS && rows[i * BINS + j])
            return true;
    }
    return false;
}

/* Middle of the bin around which there is most; of the first one if there is nothing. */
static void find_peak(const float *hist, float value[UNCAP_MAX_PLANES])
{
    bool rows[BINS * BINS] = {false};
    int peak = 0;
    float best = 0.0F;
    for (int k = 0; k < BINS * BINS * BINS; k++)
        rows[k / BINS] = rows[k / BINS] || hist[k] > 0.0F;
    for (int row = 0; row < BINS * BINS; row++) {
        if (!is_near_any(rows, row / BINS, row % BINS))
            continue;
        for (int c = 0; c < BINS; c++) {
            const float sum = smoothed(hist, row / BINS, row % BINS, c);
            peak = sum > best ? row * BINS + c : peak;
            best = sum > best ? sum : best;
        }
    }
    const int bin[UNCAP_MAX_PLANES] = {peak / (BINS * BINS), peak / BINS % BINS, peak % BINS};
    for (int c = 0; c < UNCAP_MAX_PLANES; c++)
        value[c] = (float)(bin[c] * 16 + 8);
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

static int distance(const struct strong *p, int n_channels, const struct uncap_matte_colour *colour)
{
    float d = 0.0F;
    for (int c = 0; c < n_channels; c++) {
        const float e = fabsf((float)p->value[c] - colour->value[c]);
        d = e > d ? e : d;
    }
    return (int)d;
}

/* Mean of the pixels within radius of the colour; returns their weight. */
static double mean_near(const struct strong *strong, size_t n, int n_channels, int radius,
                        struct uncap_matte_colour *colour)
{
    double sum[UNCAP_MAX_PLANES] = {0.0};
    double total = 0.0;
    for (size_t i = 0; i < n; i++) {
        const struct strong *p = &strong[i];
        if (distance(p, n_channels, colour) > radius)
            continue;
        total += p->weight;
        for (int c = 0; c < n_channels; c++)
            sum[c] += (double)p->weight * p->value[c];
    }
    for (int c = 0; c < n_channels && total > 0.0; c++)
        colour->value[c] = (float)(sum[c] / total);
    return total;
}

int uncap_matte_colour_find(const struct uncap_matte_look *look, int n_channels, const uint8_t *weight,
                            size_t n, struct uncap_matte_colour *colour, struct uncap_error *err)
{
    float *hist = uncap_alloc((size_t)BINS * BINS * BINS, sizeof(*hist));
    const size_t n_strong = count(weight, n);
    struct strong *strong = uncap_alloc(n_strong, sizeof(*strong));
    if (!hist || !strong) {
        uncap_free(strong);
        uncap_free(hist);
        return uncap_fail_nomem(err, "a colour histogram");
    }
    collect(look, n_channels, weight, n, strong);
    double all = 0.0;
    for (size_t i = 0; i < n_strong; i++) {
        hist[bin_of(&strong[i])] += (float)strong[i].weight;
        all += strong[i].weight;
    }
    *colour = (struct uncap_matte_colour){.share = 0.0F};
    find_peak(hist, colour->value);
    for (int k = 0; k < STEPS; k++)
        mean_near(strong, n_strong, n_channels, RADIUS, colour);
    struct uncap_matte_colour at = *colour;
    const double near = mean_near(strong, n_strong, n_channels, UNCAP_MATTE_COLOUR_NEAR, &at);
    colour->share = (float)(near / all);
    uncap_free(strong);
    uncap_free(hist);
    return UNCAP_OK;
}
