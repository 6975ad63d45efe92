/* SPDX-License-Identifier: Apache-2.0 */
/* The text lines of one caption, from its boxes over time, and the maps of where it can and cannot be. */
#ifndef UNCAP_DETECT_MATTE_LINES_H
#define UNCAP_DETECT_MATTE_LINES_H

#include "detect/matte/estimate.h"

/* box     hull over the life, coordinates of the area.
 * text_h  height of the text without the detector's margin. */
struct uncap_matte_line {
    struct uncap_rect box;
    float text_h;
};

struct uncap_matte_lines {
    struct uncap_matte_line *items;
    int n;
};

/* Boxes of a detector stand off the text: box height / text height. */
#define UNCAP_MATTE_UNCLIP 1.4F

enum uncap_matte_zone {
    UNCAP_MATTE_ZONE_FAR,    /* too far from the text to be of it: shows the scene */
    UNCAP_MATTE_ZONE_NEAR,   /* outline, shadow, plate may reach here */
    UNCAP_MATTE_ZONE_TEXT,   /* strokes may be here */
    UNCAP_MATTE_ZONE_OTHER,  /* another text stands here: no evidence about the scene */
    UNCAP_MATTE_ZONE_BESIDE, /* another text is so near that its shadow or box may reach here */
};

/* Group the life samples' boxes into lines: boxes that share more than half of their rows are one line.
 * Free items with uncap_free. Errors: ARG (no box in the area), NOMEM. */
int uncap_matte_lines_find(const struct uncap_matte_evidence *evidence, struct uncap_matte_lines *lines,
                           struct uncap_error *err);

/* Split lines that hold several rows of text, as a detector may box them together.
 *
 * core   [h][w] u8: strokes found so far.
 * Returns whether anything changed. Errors: NOMEM through err, then *changed is not set.
 */
int uncap_matte_lines_split(struct uncap_matte_lines *lines, const uint8_t *core, int w, int h, bool *changed,
                            struct uncap_error *err);

/* Height of the text: the largest over lines. */
float uncap_matte_lines_height(const struct uncap_matte_lines *lines);

/* zone [h][w] u8 of enum uncap_matte_zone. */
void uncap_matte_lines_zones(const struct uncap_matte_evidence *evidence,
                             const struct uncap_matte_lines *lines, uint8_t *zone);

#endif
