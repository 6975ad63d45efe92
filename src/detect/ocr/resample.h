/* SPDX-License-Identifier: Apache-2.0 */
/* Resampling part of a plane to floats of another size: area when it shrinks, bilinear when it grows. Pure.
 */
#ifndef UNCAP_DETECT_OCR_RESAMPLE_H
#define UNCAP_DETECT_OCR_RESAMPLE_H

#include <stddef.h>
#include <stdint.h>

#include "base/error.h"

/* Weights of one axis: output i = sum of weight[i * n_taps + k] * input[first[i] + k]. */
struct uncap_taps {
    int n_out, n_taps;
    int *first;
    float *weight;
};

/* Map n_out samples onto the part [from, to) of an axis of n_in samples (positions at sample edges, may be
 * fractions; beyond the axis the edge sample is repeated).
 *
 * taps    zeroed or from an earlier call; uncap_taps_clear frees it.
 * Errors  NOMEM.
 */
int uncap_taps_set(struct uncap_taps *taps, int n_in, int n_out, double from, double to,
                   struct uncap_error *err);
void uncap_taps_clear(struct uncap_taps *taps);

/* Resample a plane.
 *
 * plane    samples of 1 byte or, when is_wide, 2; stride in bytes.
 * scratch  one input row of floats: the axis length of x.
 * out      [y->n_out][x->n_out] f32, samples times gain.
 */
void uncap_resample(const uint8_t *plane, ptrdiff_t stride, int is_wide, const struct uncap_taps *x,
                    const struct uncap_taps *y, float gain, float *scratch, float *out);

#endif
