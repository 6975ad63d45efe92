/* SPDX-License-Identifier: Apache-2.0 */
/* What the operations of ProPainter's vectors share: runtime, synthetic weights, networks opened when first
 * used. */
#ifndef UNCAP_GOLDEN_PROPAINTER_H
#define UNCAP_GOLDEN_PROPAINTER_H

#include "base/slices.h"
#include "golden.h"
#include "inpaint/propainter/flow_completion.h"
#include "inpaint/propainter/generator.h"
#include "inpaint/propainter/propainter.h"
#include "inpaint/propainter/raft.h"
#include "nn/probe.h"
#include "nn/runtime.h"
#include "nn/weights.h"

enum { PP_RAFT, PP_FLOW_COMPLETION, PP_GENERATOR, PP_NETWORKS, PP_PENDING = 16 };

/* A result that comes in parts. name: a literal of the network's. */
struct pp_pending {
    const char *name;
    struct uncap_tensor tensor;
    int64_t seen;
};

struct pp {
    char *suffix;
    struct uncap_runtime *runtime;
    struct uncap_slices *slices;
    struct uncap_weights *weights[PP_NETWORKS];
    struct uncap_raft *raft;
    struct uncap_flow_completion *completion;
    struct uncap_generator *generator;
    struct uncap_propainter *whole;
    struct uncap_probe probe;
    struct golden_case *current; /* the case that the probe serves */
    const char *const
        *channel_first;      /* names of results [n][c]... that the vectors hold as [c][n]...; NULL-ended */
    const char *also_wanted; /* a name of the network's own that the probe answers yes to */
    struct pp_pending pending[PP_PENDING];
};

/* Serve this case from now on. */
void pp_begin(struct pp *pp, struct golden_case *c);

/* Synthetic weights of one network. */
int pp_weights(struct pp *pp, int which, const struct uncap_weights **out, struct uncap_error *err);

/* An input that must be there, of this type and rank. */
int pp_input(const struct golden_case *c, const char *role, enum uncap_dtype dtype, int rank,
             const struct uncap_tensor **out, struct uncap_error *err);

/* [n][h][w][3] u8 -> [n][3][h][w] float, -1..1. */
int pp_frames(const struct golden_case *c, const char *role, struct uncap_tensor *out,
              struct uncap_error *err);

/* [n][h][w] u8 -> float, non-zero is 1. */
int pp_masks(const struct golden_case *c, const char *role, struct uncap_tensor *out,
             struct uncap_error *err);

extern const struct golden_op pp_ops_files[];
extern const struct golden_op pp_ops_flow[];
extern const struct golden_op pp_ops_generator[];
extern const struct golden_op pp_ops_program[];
extern const struct golden_op pp_ops_raft[];

#endif
