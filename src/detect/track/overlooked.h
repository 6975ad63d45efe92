/* SPDX-License-Identifier: Apache-2.0 */
/* Words of a line that stood before the detector saw them. Pure. */
#ifndef UNCAP_DETECT_TRACK_OVERLOOKED_H
#define UNCAP_DETECT_TRACK_OVERLOOKED_H

#include "base/caption.h"
#include "detect/matte/evidence.h"

/* Widen the observations of a line whose boxes grow by words that its evidence shows in their frames, too: a
 * line of which a word is overlooked at first is not built up word by word. The strokes tell, as they are
 * once all words are seen; without crops of frames before or after that nothing changes.
 *
 * c  stands still; its life is known.
 * e  its evidence, trimmed to its life.
 * Errors: NOMEM.
 */
int uncap_overlooked_add(struct uncap_caption *c, const struct uncap_evidence *e, struct uncap_error *err);

#endif
