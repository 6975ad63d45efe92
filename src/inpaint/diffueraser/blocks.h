/* SPDX-License-Identifier: Apache-2.0 */
/* Building blocks of the diffusion networks, as layers of a graph; keys are below the graph's prefix.
 *
 * Images are [N,C,h,w], tokens [N,T,C], all dimensions known.
 *
 * Source  DiffuEraser specification, section 3. */
#ifndef UNCAP_INPAINT_DIFFUERASER_BLOCKS_H
#define UNCAP_INPAINT_DIFFUERASER_BLOCKS_H

#include "nn/layers.h"

#define UNCAP_BLOCK_EPS 1e-5f      /* ResBlocks and the head of UNet and BrushNet, every layer norm */
#define UNCAP_BLOCK_EPS_FINE 1e-6f /* group norms of transformers, motion modules and the whole VAE */

/* Group norm, silu, 3x3 convolution. */
struct uncap_value uncap_block_norm_conv(struct uncap_graph *g, struct uncap_value x, const char *norm,
                                         const char *conv, float eps);

/* ResBlock. emb [1 or N, E]: the time embedding before its silu; id 0: none (VAE). */
struct uncap_value uncap_block_resnet(struct uncap_graph *g, struct uncap_value x, struct uncap_value emb,
                                      float eps);

/* [.., C0] -> [.., 4 C0]: linear, silu, linear. */
struct uncap_value uncap_block_time(struct uncap_graph *g, struct uncap_value sinusoid);

/* Spatial transformer: self attention over a frame's pixels, then cross attention to text [1,77,D]. */
struct uncap_value uncap_block_spatial(struct uncap_graph *g, struct uncap_value x, struct uncap_value text);

/* Motion module between its norm and its residual, which span all frames and are not part of the graph.
 *
 * x         [P,F,C]: the normalised activations of P pixels, one sequence of F frames each.
 * position  [F,C]: added to the normalised activations of both attentions, never to the residual stream.
 */
struct uncap_value uncap_block_motion(struct uncap_graph *g, struct uncap_value x,
                                      struct uncap_value position);

/* 3x3 convolution to ceil(size / 2). */
struct uncap_value uncap_block_down(struct uncap_graph *g, struct uncap_value x);

/* Nearest neighbour to h x w, which is 2n or 2n - 1, then a 3x3 convolution. */
struct uncap_value uncap_block_up(struct uncap_graph *g, struct uncap_value x, int64_t h, int64_t w);

/* [N,C,h,w] <-> [N,h*w,C]. */
struct uncap_value uncap_block_tokens(struct uncap_graph *g, struct uncap_value x);
struct uncap_value uncap_block_image(struct uncap_graph *g, struct uncap_value tokens, int64_t h, int64_t w);

#endif
