/* SPDX-License-Identifier: Apache-2.0 */
/* The debug view: what was found, drawn over the picture; and the matte alone. Pure. */
#ifndef UNCAP_DETECT_OVERLAY_H
#define UNCAP_DETECT_OVERLAY_H

#include <stdint.h>

#include "base/caption.h"
#include "base/picture.h"

/* Union of the mattes of the captions that are to be removed, as they stand in one frame.
 *
 * coverage  [h][w] u8, row stride w, overwritten. A caption without a matte covers its quad, grown by a fifth
 * of its height.
 */
void uncap_overlay_coverage(const struct uncap_captions *captions, int64_t frame, int w, int h,
                            uint8_t *coverage);

/* Where a caption's text stands in a frame: its observation there, the straight line between two, or the
 * nearest. kind tells whether the detector ran on just this frame. */
struct uncap_quad uncap_overlay_quad(const struct uncap_caption *c, int64_t frame,
                                     enum uncap_observation_kind *kind);

/* Draw captions and frame number into a picture: masks tinted, boxes and ids green where the detector ran on
 * this frame, yellow where the frame was interpolated, grey where the caption is kept.
 *
 * coverage  [h][w] of uncap_overlay_coverage.
 */
void uncap_overlay_draw(const struct uncap_picture *p, struct uncap_colour colour,
                        const struct uncap_captions *captions, int64_t frame, const uint8_t *coverage);

#endif
