/* SPDX-License-Identifier: Apache-2.0 */
/* Convex hulls and the smallest rectangles around them. Pure. */
#ifndef UNCAP_DETECT_OCR_HULL_H
#define UNCAP_DETECT_OCR_HULL_H

#include <stddef.h>

#include "base/caption.h"

/* Convex hull of n points, sorted in place; the hull replaces them, counter-clockwise for +y up (Andrew's
 * chain).
 *
 * scratch  room for n + 1 points.
 * Returns the number of hull points.
 */
size_t uncap_hull(struct uncap_point *points, size_t n, struct uncap_point *scratch);

/* Rectangle of smallest area around a convex hull, one side along a hull edge (rotating calipers by
 * exhaustion). Corners clockwise (+y down), starting at the one that is top left as text reads. n >= 1. */
struct uncap_quad uncap_hull_min_rect(const struct uncap_point *hull, size_t n);

/* Lengths of the top and the left side. */
void uncap_quad_sides(const struct uncap_quad *quad, float *w, float *h);

/* Move every side of a rectangle out by d pixels. */
struct uncap_quad uncap_quad_grow(const struct uncap_quad *quad, float d);

/* Corners of a rectangle: the centres of its outermost pixels. */
struct uncap_quad uncap_quad_of_rect(struct uncap_rect r);

#endif
