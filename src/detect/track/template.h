/* SPDX-License-Identifier: Apache-2.0 */
/* The stroke pattern of one caption line, and how strongly it stands in a frame (a matched filter). Pure. */
#ifndef UNCAP_DETECT_TRACK_TEMPLATE_H
#define UNCAP_DETECT_TRACK_TEMPLATE_H

#include <stdint.h>

#include "base/error.h"
#include "base/rect.h"
#include "detect/look/luma.h"

/* rect      of the line in luma pixels, inside the picture.
 * pattern   [h][w] f32: the strokes alone, the local mean taken off; 0 beside them.
 * radius    of the square whose mean is local.
 * energy    sum of the squared pattern; box_energy: of all that was seen in the rectangle.
 * contrast  mean |pattern| over the strokes, grey levels.
 */
struct uncap_template {
    struct uncap_rect rect;
    float *pattern;
    int radius;
    double energy, box_energy;
    float contrast;
};

/* How the pattern stands in a frame.
 *
 * gain      opacity: 1 as learned, 0 not at all; noise around 0, small negative values happen.
 * likeness  correlation of strokes and picture on the strokes' pixels, -1..1: whether it is the pattern at
 * all. busyness  contrast of whatever stands in the rectangle, 1: as much as when the pattern was learned.
 */
struct uncap_match {
    float gain, likeness, busyness;
};

/* Learn the pattern as the mean over n >= 1 frames of one size.
 *
 * rect    clipped to the frames; not empty then.
 * out     zeroed or from an earlier call; uncap_template_clear frees it.
 * Errors  NOMEM.
 */
int uncap_template_learn(struct uncap_template *out, const struct uncap_luma *const *frames, int n,
                         struct uncap_rect rect, struct uncap_error *err);

/* The same from what is in all frames alone: where the strokes of one are of another sign in the next, or
 * none, it was the scene that passed. As strong as in the weakest. */
int uncap_template_learn_lasting(struct uncap_template *out, const struct uncap_luma *const *frames, int n,
                                 struct uncap_rect rect, struct uncap_error *err);
void uncap_template_clear(struct uncap_template *t);

/* Where a pattern at `rect` lies once it is `size` times as large, its middle where it was but for half a
 * pixel; 3 x 3 pixels at least. */
struct uncap_rect uncap_template_resized_rect(struct uncap_rect rect, float size);

/* Make the pattern `size` times as large.
 *
 * out     zeroed or from an earlier call; uncap_template_clear frees it.
 * Errors  NOMEM.
 */
int uncap_template_resize(struct uncap_template *out, const struct uncap_template *t, float size,
                          struct uncap_error *err);

/* Take the strokes in columns [first, end), at least one of which is the pattern's, as a pattern of their
 * own.
 *
 * out     zeroed or from an earlier call; uncap_template_clear frees it. Without strokes there are none in
 *         it.
 * Errors  NOMEM.
 */
int uncap_template_part(struct uncap_template *out, const struct uncap_template *t, int first, int end,
                        struct uncap_error *err);

/* The same of the first `columns` columns that have any. */
int uncap_template_head(struct uncap_template *out, const struct uncap_template *t, int columns,
                        struct uncap_error *err);

/* Look for the pattern in a frame, displaced by (dx, dy). Parts displaced out of the picture count as flat.
 *
 * scratch  grown as needed; uncap_template_scratch_clear frees it. Errors: NOMEM.
 */
struct uncap_template_scratch {
    uint8_t *samples;
    float *row;
    uint32_t *sums;
    size_t samples_capacity, row_capacity, sums_capacity;
};
int uncap_template_match(const struct uncap_template *t, const struct uncap_luma *frame, int dx, int dy,
                         struct uncap_template_scratch *scratch, struct uncap_match *out,
                         struct uncap_error *err);

/* The same for displacements -reach, -reach + step .. reach along both axes, row after row, which share what
 * they have in common.
 *
 * out  [n * n], n = 2 * reach / step + 1. */
int uncap_template_match_around(const struct uncap_template *t, const struct uncap_luma *frame, int reach,
                                int step, struct uncap_template_scratch *scratch, struct uncap_match *out,
                                struct uncap_error *err);
void uncap_template_scratch_clear(struct uncap_template_scratch *scratch);

/* Correlation of two patterns where their rectangles overlap, -1..1; 0 if they hardly do. */
float uncap_template_likeness(const struct uncap_template *a, const struct uncap_template *b);

#endif
