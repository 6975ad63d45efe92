/* SPDX-License-Identifier: Apache-2.0 */
/* The networks of ProPainter's generator, layer by layer. All sizes are open; "rows" are tokens. */
#ifndef UNCAP_PROPAINTER_GENERATOR_GRAPHS_H
#define UNCAP_PROPAINTER_GENERATOR_GRAPHS_H

#include "nn/layers.h"

enum { UNCAP_GENERATOR_BLOCKS = 8, UNCAP_GENERATOR_HEADS = 4 };

/* encode   x [N,5,H,W] (frame, mask_in, mask_upd) -> out [N,128,h,w].
 * first    x [1,128,h,w], masks [1,2,h,w] -> out: a propagation pass's first step.
 * step     p (previous result), x, warped [1,128,h,w], flow [1,2,h,w], valid [1,1,h,w], masks -> out.
 * align    x, cond [1,261,h,w], flow -> raw, offset, out: the alignment by itself.
 * fuse     back, forth, masks, x -> out.
 * split    x [1,128,h,w] -> tokens [1,fh,fw,512].
 * qkv      x, with_pooled [rows,512] -> q of x; k, v of with_pooled.
 * attend   q [B,T,512], k, v [B,S,512] -> out [B,T,512].
 * project  x [rows,512] -> out.           (attention.proj)
 * widen    x [rows,512] -> out [rows,1960]. (mlp.fc1)
 * narrow   x [rows,1960] -> out [rows,512]. (GELU, mlp.fc2)
 * spread   x [rows,512] -> out [rows,6272]. (sc.embedding)
 * compose  folded, x [1,128,h,w] -> comp, out = x + comp.
 * decode   x [N,128,h,w] -> out [N,3,4h,4w].
 */
struct uncap_generator_graph {
    bool is_forward; /* first, step, align */
    int block;       /* qkv, project, widen, narrow */
};

void uncap_generator_build_encode(struct uncap_graph *g, const void *opaque);
void uncap_generator_build_first(struct uncap_graph *g, const void *opaque);
void uncap_generator_build_step(struct uncap_graph *g, const void *opaque);
void uncap_generator_build_align(struct uncap_graph *g, const void *opaque);
void uncap_generator_build_fuse(struct uncap_graph *g, const void *opaque);
void uncap_generator_build_split(struct uncap_graph *g, const void *opaque);
void uncap_generator_build_qkv(struct uncap_graph *g, const void *opaque);
void uncap_generator_build_attend(struct uncap_graph *g, const void *opaque);
void uncap_generator_build_project(struct uncap_graph *g, const void *opaque);
void uncap_generator_build_widen(struct uncap_graph *g, const void *opaque);
void uncap_generator_build_narrow(struct uncap_graph *g, const void *opaque);
void uncap_generator_build_spread(struct uncap_graph *g, const void *opaque);
void uncap_generator_build_compose(struct uncap_graph *g, const void *opaque);
void uncap_generator_build_decode(struct uncap_graph *g, const void *opaque);

#endif
