/* SPDX-License-Identifier: Apache-2.0 */
/* Sparse window attention: which tokens look at which, and the gathering of them. */
#ifndef UNCAP_PROPAINTER_ATTENTION_H
#define UNCAP_PROPAINTER_ATTENTION_H

#include <stdbool.h>

#include "base/cancel.h"
#include "base/slices.h"
#include "nn/session.h"

enum { UNCAP_ATTENTION_ROWS = 5, UNCAP_ATTENTION_COLUMNS = 9, UNCAP_ATTENTION_WINDOW = 45 };

/* Maps padded to whole windows.
 *
 * q       [n_wanted][pad_h][pad_w][512] f32: queries of the first n_wanted frames.
 * k, v    [n][pad_h][pad_w][512], followed by the pooled tokens [n][pad_h/4][pad_w/4][512].
 * masked  [pad_h/5 * pad_w/9]: windows in which any local frame has a masked token.
 * first   frame that the keys of masked windows start from (block number % 2, below n); every second one
 *         follows.
 * out     [n_wanted][h][w][512]: attention of the h x w tokens, before the projection.
 */
struct uncap_attention {
    struct uncap_session *attend; /* q [B,T,512], k, v [B,S,512] -> out */
    const float *q, *k, *v;
    const bool *masked;
    int n, n_wanted, h, w, pad_h, pad_w, first;
    float *out;
};

/* Masked windows: the window's tokens of all frames look at its own tokens, at the 148 around it (wrapping)
 * and at all pooled tokens, of every second frame. Other windows: each frame by itself, its own 45 tokens
 * alone.
 *
 * Memory  about 4 kB times (45 n + (193 + pooled) n/2) tokens, and the same again in the session.
 * Errors  BACKEND, NOMEM, CANCELLED within one window.
 * Source  ProPainter, SparseWindowAttention.
 */
int uncap_attention_run(const struct uncap_attention *a, struct uncap_slices *slices,
                        struct uncap_cancel *cancel, struct uncap_error *err);

#endif
