/* SPDX-License-Identifier: Apache-2.0 */
/* RAFT's correlation pyramid: pooled levels, and the 9 x 9 windows that the update step reads. */
#ifndef UNCAP_PROPAINTER_CORRELATION_H
#define UNCAP_PROPAINTER_CORRELATION_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/error.h"
#include "base/slices.h"

enum { UNCAP_CORRELATION_LEVELS = 4, UNCAP_CORRELATION_CHANNELS = 324 };

/* level[l]  [h*w][h >> l][w >> l] f32: rows are positions of the first frame, the rest is the second's plane.
 */
struct uncap_correlation {
    int h, w;
    float *level[UNCAP_CORRELATION_LEVELS];
};

/* Allocate; level 0 is to be filled by the caller, then uncap_correlation_pool makes the others (means of 2 x
 * 2, odd rows and columns at the end left out). Errors: NOMEM. */
int uncap_correlation_open(struct uncap_correlation *c, int h, int w, struct uncap_error *err);
void uncap_correlation_pool(const struct uncap_correlation *c, struct uncap_slices *slices);
void uncap_correlation_close(struct uncap_correlation *c);

/* Read the windows around matched points.
 *
 * coords  [2][h][w] (x, y) of the matched point, in level-0 pixels.
 * out     [324][h][w]: channel 81 l + 9 i + j is level l bilinearly at (x / 2^l + i - 4, y / 2^l + j - 4),
 * zeros outside. The slow index i moves x. Source  RAFT, CorrBlock.__call__. Differs from it: plain pixel
 * coordinates, so small levels give no NaN.
 */
void uncap_correlation_lookup(const struct uncap_correlation *c, const float *coords, float *out,
                              struct uncap_slices *slices);

#endif
