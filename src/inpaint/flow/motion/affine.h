/* SPDX-License-Identifier: Apache-2.0 */
/* The one affine map that most of a flow field follows. */
#ifndef UNCAP_INPAINT_FLOW_AFFINE_H
#define UNCAP_INPAINT_FLOW_AFFINE_H

#include <stdbool.h>

#include "inpaint/flow/motion/pyramid.h"

/* Fit dx = a[0] + a[1] x + a[2] y, dy = a[3] + a[4] x + a[5] y in picture pixels and coordinates to a level's
 * flow (in its own samples, `scale` pixels each), robustly, over known samples. Motion that is nearly nothing
 * everywhere becomes exactly nothing, so that still pictures are copied and not resampled. Too few samples:
 * nothing.
 *
 * scratch  uncap_flow_scratch_floats(l->pitch, l->h) floats
 */
void flow_affine_fit(const struct uncap_kernels *kernels, const struct flow_level *l, const float *u,
                     const float *v, float scale, float *scratch, float affine[6]);

static inline void flow_affine_at(const float a[6], float x, float y, float *dx, float *dy)
{
    *dx = a[0] + a[1] * x + a[2] * y;
    *dy = a[3] + a[4] * x + a[5] * y;
}

/* Maps in the same form, of double precision,
 * so that many can follow each other. Compose: first a, then b. */
void flow_affine_compose(const double a[6], const double b[6], double out[6]);
/* False where the map has none, or makes things half or twice as large or more. */
bool flow_affine_invert(const double a[6], double out[6]);
/* Displacement at the corner of a w x h plane where it is greatest, on either axis. */
double flow_affine_farthest(const double a[6], int w, int h);

#endif
