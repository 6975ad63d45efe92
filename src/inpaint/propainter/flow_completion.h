/* SPDX-License-Identifier: Apache-2.0 */
/* Recurrent flow completion: optical flow inside the masks, from the flow around them. */
#ifndef UNCAP_PROPAINTER_FLOW_COMPLETION_H
#define UNCAP_PROPAINTER_FLOW_COMPLETION_H

#include <stddef.h>

#include "base/cancel.h"
#include "nn/probe.h"
#include "nn/runtime.h"
#include "nn/weights.h"

struct uncap_flow_completion;

/* weights must stay until close; probe may be NULL. Errors: MODEL, BACKEND, NOMEM. */
int uncap_flow_completion_open(struct uncap_flow_completion **out, struct uncap_runtime *runtime,
                               const struct uncap_weights *weights, const struct uncap_probe *probe,
                               struct uncap_error *err);
void uncap_flow_completion_close(struct uncap_flow_completion **net);

/* Complete bidirectional flow inside the masks.
 *
 * flow_f  [n-1][2][h][w] f32, in: RAFT flow t -> t+1, out: completed. Pixels, (dx, dy), +y down.
 * flow_b  the same for t+1 -> t. h and w are multiples of 8.
 * masks   [n][h][w] f32, 0 or 1.
 * Memory  uncap_flow_completion_bytes.
 * Errors  BACKEND; CANCELLED within one network run; NOMEM.
 * Source  ProPainter, recurrent flow completion, forward_bidirect_flow and combine_flow.
 * Differs from it: none. Both directions run as one batch; the encoder runs over stretches of frames with the
 * eight frames of context that its convolutions over time reach.
 */
int uncap_flow_completion_run(struct uncap_flow_completion *net, float *flow_f, float *flow_b,
                              const float *masks, int n, int h, int w, struct uncap_cancel *cancel,
                              struct uncap_error *err);

/* Peak memory of a run, beside its arguments. */
size_t uncap_flow_completion_bytes(int n, int h, int w);

/* One alignment by itself, for tests: x [256][h][w], cond [384][h][w]; shows raw and out. */
int uncap_flow_completion_align(struct uncap_flow_completion *net, bool is_forward, const float *x,
                                const float *cond, int h, int w, struct uncap_error *err);

#endif
