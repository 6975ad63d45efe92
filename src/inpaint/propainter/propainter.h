/* SPDX-License-Identifier: Apache-2.0 */
/* The whole of ProPainter over the frames of one clip. */
#ifndef UNCAP_PROPAINTER_PROPAINTER_H
#define UNCAP_PROPAINTER_PROPAINTER_H

#include <stdbool.h>
#include <stddef.h>

#include "base/cancel.h"
#include "base/slices.h"
#include "inpaint/propainter/schedule.h"
#include "nn/probe.h"
#include "nn/runtime.h"
#include "nn/weights.h"

struct uncap_propainter;

/* The three checkpoints; they must stay until close. */
struct uncap_propainter_weights {
    const struct uncap_weights *raft, *flow_completion, *generator;
};

int uncap_propainter_open(struct uncap_propainter **out, struct uncap_runtime *runtime,
                          const struct uncap_propainter_weights *weights, struct uncap_slices *slices,
                          struct uncap_error *err);
void uncap_propainter_close(struct uncap_propainter **pp);

/* raft_iterations  updates of the optical flow, >= 1.
 * is_diffueraser   the variant that DiffuEraser starts from: warped features cut to -1..1, and on long clips
 * a first propagation between distant frames. probe_window     centre of the window that a probe sees as
 * "gen"; -1: none. */
struct uncap_propainter_rule {
    struct uncap_window_rule window;
    int raft_iterations;
    bool is_diffueraser;
    int probe_window;
};

/* 20 iterations, neighbours 10, references every 10, sub-videos of 80. */
struct uncap_propainter_rule uncap_propainter_default_rule(void);

/* frames  [n][3][h][w] f32 RGB, -1..1; h and w multiples of 8, at least 128; n >= 2.
 * masks   [n][h][w] f32, 0 or 1 (to be filled), already grown.
 * put     receives each prediction [3][h][w] -1..1 of frame t, in the order of windows; a frame gets up to
 * three, is_first tells the first. Called on the caller's thread.
 */
struct uncap_propainter_clip {
    int n, h, w;
    const float *frames, *masks;
    void *opaque;
    void (*put)(void *opaque, int t, const float *prediction, bool is_first);
    const struct uncap_probe *probe; /* may be NULL */
};

/* Fill a clip.
 *
 * Memory  uncap_propainter_bytes beside frames and masks.
 * Errors  ARG (size), BACKEND, NOMEM, CANCELLED within one network run.
 * Source  ProPainter, inference_propainter; DiffuEraser's copy of it.
 * Differs from it: none in result. Features are computed once a frame.
 */
int uncap_propainter_run(struct uncap_propainter *pp, const struct uncap_propainter_clip *clip,
                         const struct uncap_propainter_rule *rule, struct uncap_cancel *cancel,
                         struct uncap_error *err);

size_t uncap_propainter_bytes(const struct uncap_propainter_rule *rule, int n, int h, int w);

#endif
