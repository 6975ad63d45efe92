/* SPDX-License-Identifier: Apache-2.0 */
#include "inpaint/flow/motion_error.h"

#include <math.h>
#include <string.h>

enum { RADIUS = 4 }; /* of the window residuals are pooled over, half-resolution samples */

#define MIN_KNOWN 2.0f       /* known samples a window needs for its residual to say anything */
#define UNKNOWN_PENALTY 1.0f /* error where it has fewer, pixels */

static float clip(float v, float top)
{
    return v < 0 ? 0 : v > top ? top : v;
}

/* Sum of the window around x, as far as the row reaches. */
static float cut_sum(const float *from, int x, int w)
{
    const int first = x < RADIUS ? 0 : x - RADIUS;
    const int last = x + RADIUS < w ? x + RADIUS : w - 1;
    float sum = 0;
    for (int k = first; k <= last; k++)
        sum += from[k];
    return sum;
}

static void sum_row(const float *from, float *to, int w)
{
    int x = 0;
    for (; x < w && x < RADIUS; x++)
        to[x] = cut_sum(from, x, w);
    for (; x + RADIUS < w; x++)
        to[x] = from[x - 4] + from[x - 3] + from[x - 2] + from[x - 1] + from[x] + from[x + 1] + from[x + 2] +
                from[x + 3] + from[x + RADIUS];
    for (; x < w; x++)
        to[x] = cut_sum(from, x, w);
}

/* Horizontal sums of `in`, then vertical ones: out = sum over the window. All [h][w] at pitch w. */
static void box_sum(float *out, const float *in, float *rows, int w, int h)
{
    for (int y = 0; y < h; y++)
        sum_row(in + (ptrdiff_t)y * w, rows + (ptrdiff_t)y * w, w);
    for (int y = 0; y < h; y++) {
        float *to = out + (ptrdiff_t)y * w;
        memset(to, 0, (size_t)w * sizeof(*to));
        const int first = y < RADIUS ? 0 : y - RADIUS;
        const int last = y + RADIUS < h ? y + RADIUS : h - 1;
        for (int k = first; k <= last; k++)
            for (int x = 0; x < w; x++)
                to[x] += rows[(ptrdiff_t)k * w + x];
    }
}

/* Pooled residual rms of the flow into rms [rows][w]; negative where too little is known. */
static void pooled_rms(const struct uncap_kernels *kernels, const struct uncap_flow_level *l,
                       struct flow_rows rows, float *rms, float *known, float *tmp, float *sums)
{
    const int h = rows.end - rows.first;
    for (int y = 0; y < h; y++)
        kernels->residual(l, rows.first + y, rms + (ptrdiff_t)y * l->w, known + (ptrdiff_t)y * l->w);
    box_sum(tmp, rms, sums, l->w, h);
    memcpy(rms, tmp, (size_t)l->w * (size_t)h * sizeof(*rms));
    box_sum(tmp, known, sums, l->w, h);
    const ptrdiff_t n = (ptrdiff_t)l->w * h;
    for (ptrdiff_t i = 0; i < n; i++)
        rms[i] = tmp[i] < MIN_KNOWN ? -1 : sqrtf(rms[i] / tmp[i]);
}

static uint8_t coded(float error)
{
    return (uint8_t)(clip(error, 255.0f / FLOW_ERROR_UNITS) * FLOW_ERROR_UNITS + 0.5f);
}

/* Mean of what is not negative. */
static float mean_of(const float *rms, ptrdiff_t n)
{
    double sum = 0;
    double count = 0;
    for (ptrdiff_t i = 0; i < n; i++)
        if (rms[i] >= 0) {
            sum += (double)rms[i];
            count++;
        }
    return count > 0 ? (float)(sum / count) : 0;
}

float flow_motion_errors(const struct uncap_kernels *kernels, const struct uncap_flow_level *l,
                         const float *gu, const float *gv, float px, struct flow_rows rows, uint8_t *error)
{
    const size_t plane = (size_t)l->w * (size_t)l->h;
    float *rms = l->scratch + l->pitch; /* its first row is the kernels' */
    float *known = rms + plane;
    float *tmp = rms + 2 * plane;
    float *sums = rms + 3 * plane;
    pooled_rms(kernels, l, rows, rms, known, tmp, sums);
    memset(error, UINT8_MAX, plane);
    for (int y = rows.first; y < rows.end; y++) {
        const float *pooled = rms + (ptrdiff_t)(y - rows.first) * l->w;
        uint8_t *to = error + (ptrdiff_t)y * l->w;
        kernels->round_trip(l, gu, gv, y, px, sums);
        for (int x = 0; x < l->w; x++) {
            const float r = pooled[x];
            to[x] = coded(sums[x] + (r < 0 ? UNKNOWN_PENALTY : clip((r - 8) / 8, 3)));
        }
    }
    return mean_of(rms, (ptrdiff_t)(rows.end - rows.first) * l->w);
}
