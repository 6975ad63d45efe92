/* SPDX-License-Identifier: Apache-2.0 */
#include "inpaint/flow/motion/pool.h"

#include <stddef.h>
#include <string.h>

enum { RADIUS = FLOW_POOL_RADIUS };

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

void flow_pool(float *plane, float *rows, float *sums, int w, int h)
{
    for (int y = 0; y < h; y++)
        sum_row(plane + (ptrdiff_t)y * w, rows + (ptrdiff_t)y * w, w);
    for (int y = 0; y < h; y++) {
        float *to = sums + (ptrdiff_t)y * w;
        memset(to, 0, (size_t)w * sizeof(*to));
        const int first = y < RADIUS ? 0 : y - RADIUS;
        const int last = y + RADIUS < h ? y + RADIUS : h - 1;
        for (int k = first; k <= last; k++)
            for (int x = 0; x < w; x++)
                to[x] += rows[(ptrdiff_t)k * w + x];
    }
    memcpy(plane, sums, (size_t)w * (size_t)h * sizeof(*plane));
}
