/* SPDX-License-Identifier: Apache-2.0 */
/* Where a line that slides into its place along an axis of the screen stands in its first frames. */
#ifndef UNCAP_DETECT_TRACK_SLIDE_H
#define UNCAP_DETECT_TRACK_SLIDE_H

#include "detect/look/ring.h"
#include "detect/track/track.h"

/* Follow the strokes of a steady track back from where they stand at rest, until they are out of the picture
 * or were not there before.
 *
 * t       if it slides, and a frame before that is known, begins in the first of those frames: first, n_pop,
 *         growth.
 * Errors  NOMEM.
 */
int uncap_slide_find(struct uncap_track *t, const struct uncap_ring *ring, struct uncap_error *err);

#endif
