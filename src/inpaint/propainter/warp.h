/* SPDX-License-Identifier: Apache-2.0 */
/* Pulling pictures along optical flow. */
#ifndef UNCAP_PROPAINTER_WARP_H
#define UNCAP_PROPAINTER_WARP_H

#include "base/slices.h"

/* out(y, x) = in at (x + flow_x, y + flow_y), zeros outside (each neighbour by itself).
 *
 * in, out  [channels][h][w] f32, distinct. flow [2][h][w]: (dx, dy) in pixels.
 * nearest  rounds halves to even.
 */
void uncap_warp_bilinear(const float *in, int channels, int h, int w, const float *flow, float *out,
                         struct uncap_slices *slices);
void uncap_warp_nearest(const float *in, int channels, int h, int w, const float *flow, float *out,
                        struct uncap_slices *slices);

/* Where flow a (there) and flow b (back) agree: |a + b'|^2 < 0.01 (|a|^2 + |b'|^2) + 0.5 with b' = b pulled
 * along a. a, b [2][h][w], valid [h][w] out: 0 or 1. */
void uncap_flow_validity(const float *a, const float *b, int h, int w, float *valid,
                         struct uncap_slices *slices);

#endif
