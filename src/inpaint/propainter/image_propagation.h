/* SPDX-License-Identifier: Apache-2.0 */
/* Carrying known pixels into the holes of other frames along completed flow. No network. */
#ifndef UNCAP_PROPAINTER_IMAGE_PROPAGATION_H
#define UNCAP_PROPAINTER_IMAGE_PROPAGATION_H

#include "base/cancel.h"
#include "base/slices.h"
#include "nn/probe.h"

/* Fill what frames see of each other, backward in time and then forward.
 *
 * frames  [n][3][h][w] f32 -1..1, zero inside the holes; in place.
 * masks   [n][h][w] f32, 0 or 1 (hole); in place: what is still missing.
 * flow_f  [n-1][2][h][w] t -> t+1; flow_b: t+1 -> t. Completed.
 * Memory  5 planes of h*w floats.
 * Source  ProPainter, BidirectionalPropagation without learning; frames nearest, masks bilinear and > 0.1.
 */
int uncap_propagate_images(float *frames, float *masks, const float *flow_f, const float *flow_b, int n,
                           int h, int w, struct uncap_slices *slices, const struct uncap_probe *probe,
                           struct uncap_cancel *cancel, struct uncap_error *err);

#endif
