/* SPDX-License-Identifier: Apache-2.0 */
/* Layers over nn/graph.h, one call a line of a network's table. Weights are named by key below the graph's
 * prefix: "conv1" stands for "<prefix>conv1.weight" and, where the checkpoint has it, "<prefix>conv1.bias".
 *
 * A layer computes in the type of its first operand, to which the others are cast. In a float16 graph, norms,
 * softmax and the sampling of deformable convolutions widen it to float32 for themselves.
 *
 * Layouts follow PyTorch: images [N,C,H,W], tokens [B,T,D]. "open" dimensions are those that may be -1. */
#ifndef UNCAP_NN_LAYERS_H
#define UNCAP_NN_LAYERS_H

#include "nn/graph.h"

/* Zero-initialise for a convolution that keeps the size: stride, dilation and groups 1, padding (kernel-1)/2
 * times dilation. The kernel's size is the weight's.
 *
 * pads  top, left, bottom, right; used when has_pads. */
struct uncap_conv {
    int stride, dilation, groups;
    int dilation_y, dilation_x; /* instead of dilation where they differ */
    bool has_pads;
    int pads[4];
};

/* 2-D convolution. A rank-5 weight [O,I,1,k,k] or [O,I,k,1,1] is taken as [O,I,k,k] or [O,I,k,1].
 * x [N,C,H,W], all but C open. */
struct uncap_value uncap_conv(struct uncap_graph *g, struct uncap_value x, const char *key,
                              struct uncap_conv o);

/* The same with weight and bias (id 0: none) as values, [O,I/groups,kh,kw] and [O]. */
struct uncap_value uncap_conv_with(struct uncap_graph *g, struct uncap_value x, struct uncap_value weight,
                                   struct uncap_value bias, struct uncap_conv o);

/* Modulated deformable convolution, stride 1, size kept: offset [N,2*G*kh*kw,H,W] as (dy, dx), mask
 * [N,G*kh*kw,H,W]; G groups of offsets. A mask of id 0 means ones. */
struct uncap_value uncap_deform_conv(struct uncap_graph *g, struct uncap_value x, struct uncap_value offset,
                                     struct uncap_value mask, struct uncap_value weight,
                                     struct uncap_value bias, int offset_groups);

/* y = x W^T + b over the last axis; W [O,D] stays as stored. x of any rank, one dimension may be open. */
struct uncap_value uncap_linear(struct uncap_graph *g, struct uncap_value x, const char *key);
struct uncap_value uncap_linear_with(struct uncap_graph *g, struct uncap_value x, struct uncap_value weight,
                                     struct uncap_value bias);

/* Norms. All of them by InstanceNormalization, which is 2 to 7 times faster here than the operators of those
 * names. instance: [N,C,H,W] over H, W, no weights. group: [N,C,...], C and N known. layer: last axis, all
 * dimensions known. batch: inference form, [N,C,H,W], all but C open. */
struct uncap_value uncap_instance_norm(struct uncap_graph *g, struct uncap_value x, float eps);
struct uncap_value uncap_group_norm(struct uncap_graph *g, struct uncap_value x, const char *key, int groups,
                                    float eps);
struct uncap_value uncap_layer_norm(struct uncap_graph *g, struct uncap_value x, const char *key, float eps);
struct uncap_value uncap_batch_norm(struct uncap_graph *g, struct uncap_value x, const char *key, float eps);

/* Activations; any shape. gelu is the exact one (erf). */
struct uncap_value uncap_relu(struct uncap_graph *g, struct uncap_value x);
struct uncap_value uncap_leaky(struct uncap_graph *g, struct uncap_value x, float slope);
struct uncap_value uncap_sigmoid(struct uncap_graph *g, struct uncap_value x);
struct uncap_value uncap_tanh(struct uncap_graph *g, struct uncap_value x);
struct uncap_value uncap_gelu(struct uncap_graph *g, struct uncap_value x);
struct uncap_value uncap_quick_gelu(struct uncap_graph *g, struct uncap_value x);
struct uncap_value uncap_silu(struct uncap_graph *g, struct uncap_value x);
struct uncap_value uncap_softmax(struct uncap_graph *g, struct uncap_value x, int axis);

/* Arithmetic with broadcasting as in ONNX. */
struct uncap_value uncap_add_values(struct uncap_graph *g, struct uncap_value a, struct uncap_value b);
struct uncap_value uncap_sub_values(struct uncap_graph *g, struct uncap_value a, struct uncap_value b);
struct uncap_value uncap_mul_values(struct uncap_graph *g, struct uncap_value a, struct uncap_value b);
struct uncap_value uncap_scale(struct uncap_graph *g, struct uncap_value x, float factor);
/* [...,M,K] x [...,K,N]. */
struct uncap_value uncap_matmul(struct uncap_graph *g, struct uncap_value a, struct uncap_value b);

/* Join n values along axis (negative: from the end); all known or the same open dimensions. */
enum { UNCAP_CONCAT_MAX = 32 };
struct uncap_value uncap_concat(struct uncap_graph *g, const struct uncap_value *x, int n, int axis);
/* x[first, end) along axis. */
struct uncap_value uncap_slice(struct uncap_graph *g, struct uncap_value x, int axis, int64_t first,
                               int64_t end);
/* One dimension may be -1: worked out from the rest, or left open if x has an open one. */
struct uncap_value uncap_reshape(struct uncap_graph *g, struct uncap_value x, struct uncap_shape shape);
/* perm: one entry an axis. */
struct uncap_value uncap_transpose(struct uncap_graph *g, struct uncap_value x, const int *perm);

/* Resize images. up2: bilinear with aligned corners, twice the size. nearest: source index floor(i * in /
 * out). */
struct uncap_value uncap_up2(struct uncap_graph *g, struct uncap_value x);
struct uncap_value uncap_resize_nearest(struct uncap_graph *g, struct uncap_value x, int64_t h, int64_t w);
/* Repeat the border's samples; pads: top, left, bottom, right. */
struct uncap_value uncap_pad_edge(struct uncap_graph *g, struct uncap_value x, const int *pads);
/* The same with zeros. */
struct uncap_value uncap_pad_zero(struct uncap_graph *g, struct uncap_value x, const int *pads);

/* softmax(q k^T * scale) v per head: q [B,T,H*D], k and v [B,S,H*D] -> [B,T,H*D]; B, T, S open.
 * scale 0: 1/sqrt(D). bias (id 0: none) [1 or B, 1 or H, T, S] is added to the scores. */
struct uncap_value uncap_attention(struct uncap_graph *g, struct uncap_value q, struct uncap_value k,
                                   struct uncap_value v, int heads, float scale, struct uncap_value bias);

#endif
