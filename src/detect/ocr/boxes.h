/* SPDX-License-Identifier: Apache-2.0 */
/* From a text probability map to quads around the text (the post-processing of PaddleOCR's DB detector).
 * Pure. */
#ifndef UNCAP_DETECT_OCR_BOXES_H
#define UNCAP_DETECT_OCR_BOXES_H

#include <stdint.h>

#include "base/caption.h"
#include "base/error.h"

struct uncap_box {
    struct uncap_quad quad;
    float score; /* mean probability inside the quad before it is grown, 0..1 */
};

/* threshold    probability from which a pixel is text.
 * min_score    boxes with a smaller score are dropped.
 * unclip       growth: the quad's edges move out by area * unclip / perimeter, because DB learns shrunk
 * boxes. min_side_px  smallest side of the quad in the map, before it is grown.
 */
struct uncap_boxes_options {
    float threshold, min_score, unclip, min_side_px;
};

/* PaddleOCR's values: 0.3, 0.6, 1.5, 3. */
struct uncap_boxes_options uncap_boxes_defaults(void);

/* Where the map lies in the picture: x = x0 + (map x + 0.5) * scale_x - 0.5, and the same for y. */
struct uncap_map_place {
    double x0, y0, scale_x, scale_y;
};

struct uncap_boxes {
    struct uncap_box *items; /* top to bottom, then left to right */
    size_t n, capacity;
};

/* Find the boxes of a map.
 *
 * map     [h][w] f32, 0..1. Values that are not a number count as 0.
 * out     zeroed or from an earlier call (its memory is used again); uncap_boxes_clear frees it.
 * Memory  5*w*h bytes, freed before return.
 * Errors  NOMEM.
 */
int uncap_boxes_find(const float *map, int w, int h, struct uncap_map_place place,
                     const struct uncap_boxes_options *options, struct uncap_boxes *out,
                     struct uncap_error *err);

void uncap_boxes_clear(struct uncap_boxes *boxes);

#endif
