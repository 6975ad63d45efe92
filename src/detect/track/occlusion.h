/* SPDX-License-Identifier: Apache-2.0 */
/* Does a standing line come or go piece by piece, as what is behind something that passes does? */
#ifndef UNCAP_DETECT_TRACK_OCCLUSION_H
#define UNCAP_DETECT_TRACK_OCCLUSION_H

#include "detect/look/ring.h"
#include "detect/track/template.h"

/* How much more of one quarter of a line's columns is seen than of another in a frame of [from, to), at most,
 * 0 to 1. Frames that the ring has not got are left out. Errors: NOMEM. */
int uncap_occlusion_measure(const struct uncap_template *line, const struct uncap_ring *ring, int64_t from,
                            int64_t to, struct uncap_template_scratch *scratch, float *out,
                            struct uncap_error *err);

#endif
