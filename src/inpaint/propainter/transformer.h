/* SPDX-License-Identifier: Apache-2.0 */
/* The generator's eight transformer blocks. */
#ifndef UNCAP_PROPAINTER_TRANSFORMER_H
#define UNCAP_PROPAINTER_TRANSFORMER_H

#include <stddef.h>

#include "base/cancel.h"
#include "base/slices.h"
#include "nn/probe.h"
#include "nn/runtime.h"
#include "nn/weights.h"

struct uncap_transformer;

/* Tokens of one window.
 *
 * tokens  [n][fh][fw][512] f32, in place.
 * masks   [n_local][fh][fw] f32, 0 or 1, of the first n_local frames.
 * n_wanted  frames [0, n_wanted) whose tokens are read after the run: the last block leaves the others.
 * h, w    size of the feature maps that the tokens were split from; fh = (h - 1) / 3 + 1.
 */
struct uncap_token_map {
    float *tokens;
    const float *masks;
    int n, n_local, n_wanted, h, w;
};

int uncap_transformer_open(struct uncap_transformer **out, struct uncap_runtime *runtime,
                           const struct uncap_weights *weights, struct uncap_slices *slices,
                           const struct uncap_probe *probe, struct uncap_error *err);
void uncap_transformer_close(struct uncap_transformer **transformer);

/* Run blocks first .. end-1. Errors: BACKEND, NOMEM, CANCELLED within one network run.
 * Source  ProPainter, TemporalSparseTransformerBlock. Differs from it: none. */
int uncap_transformer_run(struct uncap_transformer *transformer, const struct uncap_token_map *map, int first,
                          int end, struct uncap_cancel *cancel, struct uncap_error *err);

/* Peak memory of a run beside the tokens, for n frames of h x w features. */
size_t uncap_transformer_bytes(int n, int h, int w);

/* Parts of a block by themselves, for tests: attention(norm1(tokens)) and mlp(norm2(tokens)), out
 * [n][fh][fw][512]. */
int uncap_transformer_attention(struct uncap_transformer *transformer, const struct uncap_token_map *map,
                                int block, float *out, struct uncap_cancel *cancel, struct uncap_error *err);
int uncap_transformer_feed_forward(struct uncap_transformer *transformer, const struct uncap_token_map *map,
                                   int block, float *out, struct uncap_cancel *cancel,
                                   struct uncap_error *err);

#endif
