/* SPDX-License-Identifier: Apache-2.0 */
/* Deformable alignment, which both of ProPainter's recurrent networks use. */
#ifndef UNCAP_PROPAINTER_ALIGNMENT_H
#define UNCAP_PROPAINTER_ALIGNMENT_H

#include "nn/layers.h"

/* Four convolutions on cond give 288 offsets (before the caller's scaling, bounded by tanh) and 144 masks;
 * then the deformable convolution over x. Keys below the graph's prefix: conv_offset.0/.2/.4/.6, weight,
 * bias.
 *
 * range  offsets are range * tanh(...).
 * flow   [N,2,h,w] added to every offset, flipped to (dy, dx), or none.
 * raw    out, may be NULL: the last convolution's result [N,432,h,w]; offset likewise [N,288,h,w].
 */
struct uncap_value uncap_align(struct uncap_graph *g, struct uncap_value x, struct uncap_value cond,
                               float range, struct uncap_value flow, struct uncap_value *raw,
                               struct uncap_value *offset);

#endif
