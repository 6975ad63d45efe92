/* SPDX-License-Identifier: Apache-2.0 */
/* In which size and where a line that grows in stands in its first frames. */
#ifndef UNCAP_DETECT_GROWTH_H
#define UNCAP_DETECT_GROWTH_H

#include "base/caption.h"
#include "detect/ring.h"
#include "detect/track.h"

/* Follow the strokes of a steady track back from where they stand at rest to its first frame, size by size.
 *
 * c       has first and end; gets poses, and n_growing where they are known of all the frames in which the
 *         line is not itself. Left as it is where the ring has not got the frames any more, or where one of
 *         them shows nothing like the line.
 * Errors  NOMEM.
 */
int uncap_growth_find(struct uncap_track *t, const struct uncap_ring *ring, struct uncap_caption *c,
                      struct uncap_error *err);

#endif
