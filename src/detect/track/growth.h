/* SPDX-License-Identifier: Apache-2.0 */
/* In which size and where a line that grows in stands in its first frames. */
#ifndef UNCAP_DETECT_TRACK_GROWTH_H
#define UNCAP_DETECT_TRACK_GROWTH_H

#include "base/caption.h"
#include "detect/look/ring.h"
#include "detect/track/track.h"

/* Follow the strokes of a steady track that begins in frame `first` back from where they stand at rest to
 * that frame, size by size.
 *
 * t       gets growth, of no frame where one of them shows nothing like the line or the frames after it have
 *         not come yet. Left as it is where the ring has not got them any more.
 * Errors  NOMEM.
 */
int uncap_growth_find(struct uncap_track *t, int64_t first, const struct uncap_ring *ring,
                      struct uncap_error *err);

/* Give the caption the track's growth, if it is of its first frames: poses, n_growing. Errors: NOMEM. */
int uncap_growth_give(const struct uncap_track *t, struct uncap_caption *c, struct uncap_error *err);

#endif
