/* SPDX-License-Identifier: Apache-2.0 */
/* The pixels that one caption covers in one frame. */
#ifndef UNCAP_BASE_COVERAGE_H
#define UNCAP_BASE_COVERAGE_H

#include <stdbool.h>
#include <stdint.h>

#include "base/caption.h"

/* dst = max(dst, coverage of the caption at frame); nothing outside its life.
 *
 * dst     [h][w] u8 of the rectangle `where` in picture coordinates, row stride in bytes.
 * With a matte: the matte, displaced by the caption's motion; while the caption grows the matte in its pose,
 * or, where that is not known, all of its quad too, as without a matte. Without: the observed quads, grown by
 * UNCAP_QUAD_GROWTH of the line's height; between two observations the quad moves on a straight line. The
 * panels that stand at frame are covered either way.
 */
void uncap_coverage_paint(const struct uncap_caption *caption, int64_t frame, uint8_t *dst, int stride,
                          struct uncap_rect where);

/* Where the text stands in a frame: its observation there, the straight line between two, or the nearest.
 * kind tells whether the detector ran on just this frame. */
struct uncap_quad uncap_coverage_quad(const struct uncap_caption *caption, int64_t frame,
                                      enum uncap_observation_kind *kind);

/* Rectangle that holds the coverage of every frame in [first, end); not clipped to the picture. */
struct uncap_rect uncap_coverage_bounds(const struct uncap_caption *caption, int64_t first, int64_t end);

/* The quad without a matte's precision: edges moved outward by this share of its short side, plus 2
 * pixels. */
#define UNCAP_QUAD_GROWTH 0.15f

/* Fill a convex quad (either orientation) with value where it exceeds what is there. */
void uncap_quad_paint(const struct uncap_quad *quad, uint8_t value, uint8_t *dst, int stride,
                      struct uncap_rect where);

#endif
