/* SPDX-License-Identifier: Apache-2.0 */
/* The high-pass filter by which grain is measured and missed, and how it reads a window. */
#ifndef UNCAP_INPAINT_GRAIN_FILTER_H
#define UNCAP_INPAINT_GRAIN_FILTER_H

#include "inpaint/engine.h"

enum { GRAIN_EDGE = 2 }; /* samples that the filter reads around one, at step 2 */

#define GRAIN_COARSE_SIZE 0.6f         /* grain size from which the filter's taps stand two samples apart */
#define GRAIN_ROUNDING (36.0f / 12.0f) /* filter's answer to rounding to whole native levels */

/* Native value. */
static inline float grain_get(const struct uncap_picture *p, int plane, int x, int y)
{
    const uint8_t *row = p->data[plane] + y * p->stride[plane];
    return p->format.depth > 8 ? (float)((const uint16_t *)(const void *)row)[x] : (float)row[x];
}

/* The filter [1 -2 1] x [1 -2 1] on a plane of floats, taps `step` apart. */
static inline float grain_filter(const float *at, ptrdiff_t stride, int step)
{
    const ptrdiff_t d = step * stride;
    return at[-d - step] + at[-d + step] + at[d - step] + at[d + step] -
           2 * (at[-d] + at[d] + at[-step] + at[step]) + 4 * at[0];
}

/* A sample of a plane is covered if any of its luma samples is. */
static inline bool grain_is_covered(const struct uncap_window *w, int t, int plane, int x, int y)
{
    const int width = uncap_rect_w(w->crop);
    const int height = uncap_rect_h(w->crop);
    const int sx = plane ? w->format.shift_x : 0;
    const int sy = plane ? w->format.shift_y : 0;
    for (int v = y << sy; v < (y + 1) << sy && v < height; v++)
        for (int u = x << sx; u < (x + 1) << sx && u < width; u++)
            if (w->coverage[t][(ptrdiff_t)v * width + u])
                return true;
    return false;
}

/* v, but at least 0 and less than end. */
static inline int grain_clip(int v, int end)
{
    return v < 0 ? 0 : v >= end ? end - 1 : v;
}

/* Distance of the filter's taps that shows grain of a size best. */
static inline int grain_step(float size)
{
    return size < GRAIN_COARSE_SIZE ? 1 : 2;
}

#endif
