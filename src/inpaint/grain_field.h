/* SPDX-License-Identifier: Apache-2.0 */
/* Noise of unit variance and given grain size, and how strongly a high-pass filter answers to it. */
#ifndef UNCAP_INPAINT_GRAIN_FIELD_H
#define UNCAP_INPAINT_GRAIN_FIELD_H

#include <stdint.h>

#include "base/rect.h"

/* Taps of the Gaussian reach this far. */
enum { UNCAP_GRAIN_RADIUS = 6 };

/* Energy with which the separable filter [1 -2 1] x [1 -2 1], taps `step` samples apart, answers to noise of
 * unit variance: 36 for white noise. step 1 or 2. */
float uncap_grain_response(float size, int step);

/* Grain size for the quotient of the answers at step 1 and step 2; inverse of uncap_grain_response, clipped
 * to 0..UNCAP_GRAIN_MAX_SIZE. */
float uncap_grain_size_of(float quotient);

/* Normal noise of unit variance over `where`, in coordinates of one plane of the picture.
 *
 * out      [h][w] f32 of where
 * scratch  [h + 2 R][w + 2 R] f32, R = UNCAP_GRAIN_RADIUS
 * plane    0..2; with frame and place the key of each sample's random number
 */
void uncap_grain_field(float *out, float *scratch, struct uncap_rect where, int plane, int64_t frame,
                       uint64_t seed, float size);

#endif
