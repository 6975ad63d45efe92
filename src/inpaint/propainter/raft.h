/* SPDX-License-Identifier: Apache-2.0 */
/* RAFT: dense optical flow between two frames. */
#ifndef UNCAP_PROPAINTER_RAFT_H
#define UNCAP_PROPAINTER_RAFT_H

#include "base/cancel.h"
#include "base/slices.h"
#include "inpaint/propainter/correlation.h"
#include "nn/probe.h"
#include "nn/runtime.h"
#include "nn/weights.h"

struct uncap_raft;

/* What RAFT needs to know of one frame; made once, used for both directions. Tensors: see raft_graphs.h. */
struct uncap_raft_frame {
    int h, w; /* of the features: an eighth of the frame */
    struct uncap_tensor features, hidden, context, zr1, q1, zr2, q2;
};

/* weights must stay until close; probe may be NULL. Errors: MODEL, BACKEND, NOMEM. */
int uncap_raft_open(struct uncap_raft **out, struct uncap_runtime *runtime,
                    const struct uncap_weights *weights, struct uncap_slices *slices,
                    const struct uncap_probe *probe, struct uncap_error *err);
void uncap_raft_close(struct uncap_raft **raft);

/* Look at one frame.
 *
 * frame   [3][height][width] f32 RGB, -1..1; sides are multiples of 8.
 * Memory  72 bytes a pixel in the result.
 */
int uncap_raft_look(struct uncap_raft *raft, const float *frame, int height, int width,
                    struct uncap_raft_frame *out, struct uncap_cancel *cancel, struct uncap_error *err);
void uncap_raft_frame_close(struct uncap_raft_frame *frame);

/* Flow from one frame to another.
 *
 * flow    [2][8h][8w] f32 out: pixels, (dx, dy), +y down.
 * low     [2][h][w] f32 out in eighths of that, or NULL.
 * Memory  about 1.33 * 4 * (h*w)^2 + 6 kB * h*w while it runs.
 * Errors  ARG if a side is below 128 pixels (the pyramid's last level would be one pixel wide); BACKEND;
 * CANCELLED within one update. Source  RAFT, forward; no warm start. Differs from it: the context's share of
 * the gates is computed once a frame, the upsampling head runs once.
 */
int uncap_raft_flow(struct uncap_raft *raft, const struct uncap_raft_frame *from,
                    const struct uncap_raft_frame *to, int iterations, float *flow, float *low,
                    struct uncap_cancel *cancel, struct uncap_error *err);

/* The steps of uncap_raft_flow by themselves, for tests. */
int uncap_raft_correlate(struct uncap_raft *raft, const struct uncap_raft_frame *from,
                         const struct uncap_raft_frame *to, struct uncap_correlation *out,
                         struct uncap_cancel *cancel, struct uncap_error *err);
/* context -> zr1, q1, zr2, q2 of the frame. */
int uncap_raft_prepare(struct uncap_raft *raft, struct uncap_raft_frame *frame, struct uncap_cancel *cancel,
                       struct uncap_error *err);
/* One update; hidden [1,128,h,w] is replaced, delta [2][h][w] out. */
int uncap_raft_update(struct uncap_raft *raft, const struct uncap_raft_frame *from,
                      struct uncap_tensor *hidden, const float *corr, const float *flow, float *delta,
                      struct uncap_cancel *cancel, struct uncap_error *err);
/* Convex upsampling of low [2][h][w] to [2][8h][8w] by the hidden state. */
int uncap_raft_upsample(struct uncap_raft *raft, const struct uncap_tensor *hidden, const float *low,
                        float *flow, struct uncap_cancel *cancel, struct uncap_error *err);

#endif
