/* SPDX-License-Identifier: Apache-2.0 */
/* Which frames the detector runs on, and what the frames between hold. Pure. */
#ifndef UNCAP_DETECT_LOOK_SAMPLING_H
#define UNCAP_DETECT_LOOK_SAMPLING_H

#include <stdbool.h>
#include <stdint.h>

#include "uncaption/detect.h"

/* Does `every` or `even` run the detector on this frame? (`even`: 0, 2, 4, ..., as the original pipeline.) */
bool uncap_sampling_takes(enum uncap_sample sample, int64_t frame);

/* Life [first, end) of something seen on sampled frames first_seen..last_seen of a video of n_frames.
 *
 * `even` gives a frame between two sampled ones the union of both, so what was seen on a sampled frame also
 * covers the frames on both sides of it; the last frame of an even-length video has only its left neighbour.
 */
void uncap_sampling_life(enum uncap_sample sample, int64_t first_seen, int64_t last_seen, int64_t n_frames,
                         int64_t *first, int64_t *end);

#endif
