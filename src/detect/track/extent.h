/* SPDX-License-Identifier: Apache-2.0 */
/* How far a line really reaches: all of a caption appears in the same frame, also the words the detector
 * missed. Pure. */
#ifndef UNCAP_DETECT_TRACK_EXTENT_H
#define UNCAP_DETECT_TRACK_EXTENT_H

#include "base/error.h"
#include "detect/look/luma.h"

/* Extend a line to both sides over what changed like it between some frames before and some frames after it
 * appeared (or disappeared).
 *
 * before, after  [n_before], [n_after] frames of one size, each at least 1, of one shot, few frames apart.
 * line           luma pixels, inside the frames. The result has the same rows.
 * Errors  NOMEM.
 */
int uncap_extent_grow(const struct uncap_luma *const *before, int n_before,
                      const struct uncap_luma *const *after, int n_after, struct uncap_rect line,
                      struct uncap_rect *out, struct uncap_error *err);

/* Mean over 2r+1 columns (at the ends over those that are there), so that gaps between letters and words do
 * not count. In place; scratch: [w]. */
void uncap_extent_smooth(float *columns, int w, int r, float *scratch);

#endif
