/* SPDX-License-Identifier: Apache-2.0 */
/* The networks of RAFT ("things", large), written down layer by layer. All sizes are open. */
#ifndef UNCAP_PROPAINTER_RAFT_GRAPHS_H
#define UNCAP_PROPAINTER_RAFT_GRAPHS_H

#include "nn/layers.h"

/* Weights: keys with the prefix "module." as in raft-things.pth.
 *
 * fnet     frame [1,3,H,W] -> out [1,256,H/8,W/8]; with taps also stem, layer1, layer2, layer3.
 * cnet     frame [1,3,H,W] -> hidden [1,128,h,w] (tanh), context [1,128,h,w] (ReLU); with taps also the
 * above. context  context -> zr1, zr2 [1,256,h,w], q1, q2 [1,128,h,w]: its share of the GRU's gates, with
 * their biases. Exact: a convolution of joined channels is the sum of the parts'. match    a, b [256,P],
 * [256,Q] -> volume [P,Q] = a^T b / 16. update   hidden, zr1, q1, zr2, q2, corr [1,324,h,w], flow [1,2,h,w]
 * -> new, delta [1,2,h,w]; with taps motion. logits   hidden -> logits [1,576,h,w], already times 0.25.
 */
struct uncap_raft_graph {
    bool has_taps;
};

void uncap_raft_build_fnet(struct uncap_graph *g, const void *opaque);
void uncap_raft_build_cnet(struct uncap_graph *g, const void *opaque);
void uncap_raft_build_context(struct uncap_graph *g, const void *opaque);
void uncap_raft_build_match(struct uncap_graph *g, const void *opaque);
void uncap_raft_build_update(struct uncap_graph *g, const void *opaque);
void uncap_raft_build_logits(struct uncap_graph *g, const void *opaque);

#endif
