/* SPDX-License-Identifier: Apache-2.0 */
/* Smooth interpolation of scattered values over a plane (push-pull), at half the plane's resolution.
 *
 * Source  Gortler et al., The Lumigraph, SIGGRAPH 1996, section 3.4. */
#ifndef UNCAP_INPAINT_FLOW_PUSHPULL_H
#define UNCAP_INPAINT_FLOW_PUSHPULL_H

#include <stdbool.h>
#include <stddef.h>

#include "base/rect.h"
#include "kernels/kernels.h"

enum { FLOW_PUSHPULL_LEVELS = 14 };

/* level 0 has a cell for each 2 x 2 samples. value: weighted sums while adding, means after solving. area:
 * cells of each level that are kept up to date. */
struct flow_pushpull {
    int n_levels;
    int w[FLOW_PUSHPULL_LEVELS], h[FLOW_PUSHPULL_LEVELS];
    struct uncap_rect area[FLOW_PUSHPULL_LEVELS];
    float *value[FLOW_PUSHPULL_LEVELS], *weight[FLOW_PUSHPULL_LEVELS];
    float *block;
    size_t floats;
};

/* For planes of up to w x h samples. False if short of memory. */
bool flow_pushpull_open(struct flow_pushpull *p, int w, int h);
void flow_pushpull_close(struct flow_pushpull *p);
size_t flow_pushpull_bytes(int w, int h);

/* Forget everything and take a plane of w x h samples, no larger than at open. Samples are added inside
 * `bounds` alone, and the result is good at its cells and up to FLOW_PUSHPULL_REACH cells around them: the
 * same values as with larger bounds. */
enum { FLOW_PUSHPULL_REACH = 3 };
void flow_pushpull_start(struct flow_pushpull *p, int w, int h, struct uncap_rect bounds);
/* Interpolate. Where nothing was added at all: 0. */
void flow_pushpull_solve(struct flow_pushpull *p, const struct uncap_kernels *kernels);
/* Bilinear values of the samples first .. end - 1 of row y, after solve. out: [end - first]. */
void flow_pushpull_row(const struct flow_pushpull *p, const struct uncap_kernels *kernels, int first, int end,
                       int y, float *out);

static inline void flow_pushpull_add(struct flow_pushpull *p, int x, int y, float value, float weight)
{
    const ptrdiff_t o = (ptrdiff_t)(y >> 1) * p->w[0] + (x >> 1);
    p->value[0][o] += weight * value;
    p->weight[0][o] += weight;
}

/* Value of the cell, after solve. */
static inline float flow_pushpull_cell(const struct flow_pushpull *p, int x, int y)
{
    return p->value[0][(ptrdiff_t)(y >> 1) * p->w[0] + (x >> 1)];
}

#endif
