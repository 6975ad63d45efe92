/* SPDX-License-Identifier: Apache-2.0 */
#include "inpaint/flow/motion/motion_error.h"

#include <math.h>
#include <string.h>

#include "inpaint/flow/motion/pool.h"

#define MIN_KNOWN 2.0f       /* known samples a window needs for its residual to say anything */
#define UNKNOWN_PENALTY 1.0f /* error where it has fewer, pixels */

static float clip(float v, float top)
{
    return v < 0 ? 0 : v > top ? top : v;
}

/* Pooled residual rms of the flow into rms [rows][w]; negative where too little is known. */
static void pooled_rms(const struct uncap_kernels *kernels, const struct uncap_flow_level *l,
                       struct flow_rows rows, float *rms, float *known, float *tmp, float *sums)
{
    const int h = rows.end - rows.first;
    const ptrdiff_t n = (ptrdiff_t)l->w * h;
    for (int y = 0; y < h; y++)
        kernels->residual(l, rows.first + y, rms + (ptrdiff_t)y * l->w, known + (ptrdiff_t)y * l->w);
    for (ptrdiff_t i = 0; i < n; i++)
        rms[i] = known[i] * rms[i] * rms[i];
    flow_pool(rms, tmp, sums, l->w, h);
    flow_pool(known, tmp, sums, l->w, h);
    for (ptrdiff_t i = 0; i < n; i++)
        rms[i] = known[i] < MIN_KNOWN ? -1 : sqrtf(rms[i] / known[i]);
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
