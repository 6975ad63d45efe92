/* SPDX-License-Identifier: Apache-2.0 */
#include "inpaint/diffueraser/blocks.h"

#include "inpaint/diffueraser/inventory.h"

static const struct uncap_value NONE = {.id = 0};
static const struct uncap_conv SAME = {.stride = 1};

struct uncap_value uncap_block_norm_conv(struct uncap_graph *g, struct uncap_value x, const char *norm,
                                         const char *conv, float eps)
{
    x = uncap_silu(g, uncap_group_norm(g, x, norm, UNCAP_DIFFUSER_GROUPS, eps));
    return uncap_conv(g, x, conv, SAME);
}

struct uncap_value uncap_block_resnet(struct uncap_graph *g, struct uncap_value x, struct uncap_value emb,
                                      float eps)
{
    struct uncap_value y = uncap_block_norm_conv(g, x, "norm1", "conv1", eps);
    if (emb.id) {
        const struct uncap_value shift = uncap_linear(g, uncap_silu(g, emb), "time_emb_proj");
        y = uncap_add_values(
            g, y, uncap_reshape(g, shift, UNCAP_SHAPE(shift.shape.dims[0], y.shape.dims[1], 1, 1)));
    }
    y = uncap_block_norm_conv(g, y, "norm2", "conv2", eps);
    if (uncap_graph_has(g, "conv_shortcut.weight"))
        x = uncap_conv(g, x, "conv_shortcut", SAME);
    return uncap_add_values(g, y, x);
}

struct uncap_value uncap_block_time(struct uncap_graph *g, struct uncap_value sinusoid)
{
    return uncap_linear(g, uncap_silu(g, uncap_linear(g, sinusoid, "linear_1")), "linear_2");
}

struct uncap_value uncap_block_tokens(struct uncap_graph *g, struct uncap_value x)
{
    const int64_t *d = x.shape.dims;
    const int perm[] = {0, 2, 1};
    return uncap_transpose(g, uncap_reshape(g, x, UNCAP_SHAPE(d[0], d[1], d[2] * d[3])), perm);
}

struct uncap_value uncap_block_image(struct uncap_graph *g, struct uncap_value tokens, int64_t h, int64_t w)
{
    const int perm[] = {0, 2, 1};
    const int64_t *d = tokens.shape.dims;
    return uncap_reshape(g, uncap_transpose(g, tokens, perm), UNCAP_SHAPE(d[0], d[2], h, w));
}

/* Attention over x itself (source id 0) or to source [1,S,D], shared by all of x. */
static struct uncap_value attend(struct uncap_graph *g, struct uncap_value x, struct uncap_value source,
                                 const char *name)
{
    const struct uncap_shape shape = x.shape;
    uncap_graph_enter(g, "%s", name);
    /* The queries of all images are independent: with one source they are one long sequence. */
    if (source.id)
        x = uncap_reshape(g, x, UNCAP_SHAPE(1, shape.dims[0] * shape.dims[1], shape.dims[2]));
    else
        source = x;
    const struct uncap_value q = uncap_linear(g, x, "to_q");
    const struct uncap_value k = uncap_linear(g, source, "to_k");
    const struct uncap_value v = uncap_linear(g, source, "to_v");
    struct uncap_value y = uncap_attention(g, q, k, v, UNCAP_DIFFUSER_HEADS, 0.0f, NONE);
    y = uncap_linear(g, y, "to_out.0");
    uncap_graph_leave(g);
    return uncap_reshape(g, y, shape);
}

/* Linear to 8C, the first half times the exact gelu of the second, linear to C. */
static struct uncap_value feed_forward(struct uncap_graph *g, struct uncap_value x)
{
    const int64_t half = 4 * x.shape.dims[2];
    const struct uncap_value both = uncap_linear(g, x, "ff.net.0.proj");
    const struct uncap_value value = uncap_slice(g, both, 2, 0, half);
    const struct uncap_value gate = uncap_gelu(g, uncap_slice(g, both, 2, half, 2 * half));
    return uncap_linear(g, uncap_mul_values(g, value, gate), "ff.net.2");
}

/* text id 0: temporal block, with position added to what both attentions see. */
static struct uncap_value transformer(struct uncap_graph *g, struct uncap_value x, struct uncap_value text,
                                      struct uncap_value position)
{
    uncap_graph_enter(g, "transformer_blocks");
    uncap_graph_enter(g, "0");
    struct uncap_value y = uncap_layer_norm(g, x, "norm1", UNCAP_BLOCK_EPS);
    x = uncap_add_values(g, x, attend(g, position.id ? uncap_add_values(g, y, position) : y, NONE, "attn1"));
    y = uncap_layer_norm(g, x, "norm2", UNCAP_BLOCK_EPS);
    x = uncap_add_values(g, x, attend(g, position.id ? uncap_add_values(g, y, position) : y, text, "attn2"));
    x = uncap_add_values(g, x, feed_forward(g, uncap_layer_norm(g, x, "norm3", UNCAP_BLOCK_EPS)));
    uncap_graph_leave(g);
    uncap_graph_leave(g);
    return x;
}

struct uncap_value uncap_block_spatial(struct uncap_graph *g, struct uncap_value x, struct uncap_value text)
{
    struct uncap_value y = uncap_group_norm(g, x, "norm", UNCAP_DIFFUSER_GROUPS, UNCAP_BLOCK_EPS_FINE);
    y = uncap_block_tokens(g, uncap_conv(g, y, "proj_in", SAME));
    y = transformer(g, y, text, NONE);
    y = uncap_block_image(g, y, x.shape.dims[2], x.shape.dims[3]);
    return uncap_add_values(g, uncap_conv(g, y, "proj_out", SAME), x);
}

struct uncap_value uncap_block_motion(struct uncap_graph *g, struct uncap_value x,
                                      struct uncap_value position)
{
    x = uncap_linear(g, x, "proj_in");
    return uncap_linear(g, transformer(g, x, NONE, position), "proj_out");
}

struct uncap_value uncap_block_down(struct uncap_graph *g, struct uncap_value x)
{
    const struct uncap_conv halving = {.stride = 2, .has_pads = true, .pads = {1, 1, 1, 1}};
    return uncap_conv(g, x, "conv", halving);
}

struct uncap_value uncap_block_up(struct uncap_graph *g, struct uncap_value x, int64_t h, int64_t w)
{
    return uncap_conv(g, uncap_resize_nearest(g, x, h, w), "conv", SAME);
}
