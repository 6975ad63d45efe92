/* SPDX-License-Identifier: Apache-2.0 */
/* The debug view: what was found, drawn over the picture. Pure. */
#ifndef UNCAP_DETECT_OVERLAY_H
#define UNCAP_DETECT_OVERLAY_H

#include <stdint.h>

#include "base/caption.h"
#include "base/picture.h"

/* Draw captions and frame number into a picture: masks tinted, boxes and ids green where the detector ran on
 * this frame, yellow where the frame was interpolated, grey where the caption is kept.
 *
 * coverage  [h][w] u8, row stride w: the captions that are to be removed, by uncap_coverage_paint.
 */
void uncap_overlay_draw(const struct uncap_picture *p, struct uncap_colour colour,
                        const struct uncap_captions *captions, int64_t frame, const uint8_t *coverage);

#endif
