/* SPDX-License-Identifier: Apache-2.0 */
/* Which boxes of a frame are one line, and which known line a new one continues. Pure. */
#ifndef UNCAP_DETECT_TRACK_LINK_H
#define UNCAP_DETECT_TRACK_LINK_H

#include <stdbool.h>

#include "base/caption.h"
#include "detect/ocr/boxes.h"

/* Merge, in place, boxes that are parts of one text line: side by side, of like height and direction, no
 * farther apart than a line's height. Detectors split words off and join them again from frame to frame. */
void uncap_link_join_words(struct uncap_boxes *boxes);

/* Are two boxes such parts of one line, or do they overlap in it? */
bool uncap_link_is_one_line(const struct uncap_quad *a, const struct uncap_quad *b);

/* What of a box lies beyond one end of a line (side -1: where it begins, 1: where it ends), if that is more
 * than a letter: in the line's direction, as high as the box. False, and *out is left, if there is none. */
bool uncap_link_beyond(const struct uncap_quad *line, const struct uncap_quad *box, int side,
                       struct uncap_quad *out);

/* How well two boxes are the same line: 0 not at all, 1 wholly. Overlap of the shorter one's extent along the
 * text, given that their heights and centre lines agree; a line that has grown (or lost) words still
 * scores 1. */
float uncap_link_affinity(const struct uncap_quad *a, const struct uncap_quad *b);

/* Smallest upright-in-its-own-direction rectangle around both; direction of the longer one. */
struct uncap_quad uncap_link_hull(const struct uncap_quad *a, const struct uncap_quad *b);

/* Assign every box to the line it continues best. Several boxes may continue one line: detectors split words.
 *
 * lines   [n_lines] where each is expected in this frame.
 * owner   [boxes->n] out: index of the line, or -1 for a new one.
 */
void uncap_link_assign(const struct uncap_quad *lines, int n_lines, const struct uncap_boxes *boxes,
                       int *owner);

#endif
