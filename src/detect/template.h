/* SPDX-License-Identifier: Apache-2.0 */
/* The stroke pattern of one caption line, and how strongly it stands in a frame (a matched filter). Pure. */
#ifndef UNCAP_DETECT_TEMPLATE_H
#define UNCAP_DETECT_TEMPLATE_H

#include "base/error.h"
#include "base/rect.h"
#include "detect/luma.h"

/* rect     of the line in luma pixels, inside the picture.
 * pattern  [h][w] f32: what is seen, the local mean taken off.
 * weight   [h][w] f32: filter whose response to the pattern is 1 and to any smooth picture 0.
 * contrast mean |pattern| over the strokes, grey levels. */
struct uncap_template {
    struct uncap_rect rect;
    float *pattern, *weight;
    float contrast;
};

/* Learn the pattern as the mean over n >= 1 frames of one size.
 *
 * rect    clipped to the frames; not empty then.
 * out     zeroed or from an earlier call; uncap_template_clear frees it.
 * Errors  NOMEM.
 */
int uncap_template_learn(struct uncap_template *out, const struct uncap_luma *const *frames, int n,
                         struct uncap_rect rect, struct uncap_error *err);
void uncap_template_clear(struct uncap_template *t);

/* Opacity with which the pattern stands in a frame, displaced by (dx, dy): 1 as learned, 0 not at all. Noise around 0
 * and small negative values happen. Parts displaced out of the picture count as flat. */
float uncap_template_match(const struct uncap_template *t, const struct uncap_luma *frame, int dx, int dy);

#endif
