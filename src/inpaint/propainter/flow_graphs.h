/* SPDX-License-Identifier: Apache-2.0 */
/* The networks of recurrent flow completion, layer by layer. All sizes are open. */
#ifndef UNCAP_PROPAINTER_FLOW_GRAPHS_H
#define UNCAP_PROPAINTER_FLOW_GRAPHS_H

#include "nn/layers.h"

/* encode   x [T,3,H,W] (masked flow, mask) -> enc1 [T,64,H/4,W/4], mid [T,128,H/8,W/8]; with taps also down,
 * enc2. Frames outside [0, T) count as zero in the convolutions over time, which reach 8 frames each way.
 * first    x (, back) -> out: a pass's first step, nothing to align.
 * step     p1, x, p2 (, back) -> out; p1 the previous result of the pass, p2 the one before. [N,128,h,w] all.
 * align    x [N,256,h,w], cond [N,384,h,w] -> raw, out: the alignment by itself.
 * decode   back, forth, x [T,128,h,w], enc1 -> pred [T,2,H,W]; with taps also prop, dec2, dec1.
 */
struct uncap_flow_graph {
    bool is_forward; /* first, step, align */
    bool has_taps;
};

void uncap_flow_build_encode(struct uncap_graph *g, const void *opaque);
void uncap_flow_build_first(struct uncap_graph *g, const void *opaque);
void uncap_flow_build_step(struct uncap_graph *g, const void *opaque);
void uncap_flow_build_align(struct uncap_graph *g, const void *opaque);
void uncap_flow_build_decode(struct uncap_graph *g, const void *opaque);

#endif
