/* SPDX-License-Identifier: Apache-2.0 */
/* ProPainter's generator: fills a window of frames from what its frames and a few references show. */
#ifndef UNCAP_PROPAINTER_GENERATOR_H
#define UNCAP_PROPAINTER_GENERATOR_H

#include <stdbool.h>
#include <stddef.h>

#include "base/cancel.h"
#include "base/slices.h"
#include "inpaint/propainter/transformer.h"
#include "nn/probe.h"
#include "nn/runtime.h"
#include "nn/weights.h"

struct uncap_generator;

/* weights must stay until close; probe may be NULL. Errors: MODEL, BACKEND, NOMEM. */
int uncap_generator_open(struct uncap_generator **out, struct uncap_runtime *runtime,
                         const struct uncap_weights *weights, struct uncap_slices *slices,
                         const struct uncap_probe *probe, struct uncap_error *err);
void uncap_generator_close(struct uncap_generator **generator);

/* Encode one frame; the result serves every window the frame is in.
 *
 * frame      [3][height][width] f32 -1..1, after image propagation; sides are multiples of 4.
 * mask_in    [height][width] f32: the grown masks; mask_upd: what image propagation left.
 * features   [128][height/4][width/4] out.
 */
int uncap_generator_encode(struct uncap_generator *g, const float *frame, const float *mask_in,
                           const float *mask_upd, int height, int width, float *features,
                           struct uncap_cancel *cancel, struct uncap_error *err);

/* One window: n_local consecutive frames, then references.
 *
 * features  [n] pointers as above; mask_in, mask_upd: [n_local] pointers; flow_f, flow_b
 * [n_local-1][2][H][W]: completed. is_clamped  warped features are cut to -1..1 (the variant in DiffuEraser).
 */
struct uncap_generator_window {
    int n, n_local, height, width;
    const float *const *features;
    const float *const *mask_in, *const *mask_upd;
    const float *flow_f, *flow_b;
    bool is_clamped;
};

/* out     [n_local][3][height][width] f32, -1..1.
 * Memory  uncap_generator_bytes.
 * Errors  BACKEND, NOMEM, CANCELLED within one network run.
 * Source  ProPainter, InpaintGenerator.forward. Differs from it: none; features come once a frame from
 * outside.
 */
int uncap_generator_fill(struct uncap_generator *g, const struct uncap_generator_window *window, float *out,
                         struct uncap_cancel *cancel, struct uncap_error *err);

size_t uncap_generator_bytes(int n, int n_local, int height, int width);

/* Parts by themselves, for tests. */
struct uncap_transformer *uncap_generator_transformer(struct uncap_generator *g);
int uncap_generator_align(struct uncap_generator *g, bool is_forward, const float *x, const float *cond,
                          const float *flow, int h, int w, struct uncap_error *err);
/* features [128][h][w] -> tokens [fh][fw][512]. */
int uncap_generator_split(struct uncap_generator *g, const float *features, int h, int w, float *tokens,
                          struct uncap_cancel *cancel, struct uncap_error *err);
/* tokens [fh][fw][512] of a frame -> comp [128][h][w] (may be NULL), out = features + comp. */
int uncap_generator_compose(struct uncap_generator *g, const float *tokens, const float *features, int h,
                            int w, float *comp, float *out, struct uncap_cancel *cancel,
                            struct uncap_error *err);
/* features [128][h][w] -> out [3][4h][4w]. */
int uncap_generator_decode(struct uncap_generator *g, const float *features, int h, int w, float *out,
                           struct uncap_cancel *cancel, struct uncap_error *err);

#endif
