/* SPDX-License-Identifier: Apache-2.0 */
/* Does a standing line come or go from one frame to the next, while the scene beside it stays as it is? Then
 * that is its border, however much of a still scene has become a part of its template. */
#ifndef UNCAP_DETECT_TRACK_STEP_H
#define UNCAP_DETECT_TRACK_STEP_H

#include "detect/track/track.h"

/* Does it between frame `inside` of its life and the one next to it, towards `step` (1 or -1)? What comes
 * word by word, or is uncovered piece by piece, does not. Frames that series or ring lack: no. Errors:
 * NOMEM. */
int uncap_step_measure(struct uncap_track *t, const struct uncap_ring *ring, int64_t inside, int step,
                       bool *is_step, struct uncap_error *err);

/* The last frame before such a step from t->found on, towards `step`, or `last` if there is none before
 * that. Errors: NOMEM. */
int uncap_step_border(struct uncap_track *t, const struct uncap_ring *ring, int step, int64_t last,
                      int64_t *border, struct uncap_error *err);

#endif
