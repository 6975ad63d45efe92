/* SPDX-License-Identifier: Apache-2.0 */
#include "inpaint/propainter/raft_graphs.h"

#include <string.h>

static const struct uncap_conv SAME = {.stride = 1};

static void tap(struct uncap_graph *g, const void *opaque, const char *name, struct uncap_value v)
{
    const struct uncap_raft_graph *o = opaque;
    if (o->has_taps)
        uncap_graph_output(g, name, v);
}

/* fnet: instance norm without weights; cnet: batch norm. */
static struct uncap_value norm(struct uncap_graph *g, struct uncap_value x, const char *key, bool is_batch)
{
    return is_batch ? uncap_batch_norm(g, x, key, 1e-5f) : uncap_instance_norm(g, x, 1e-5f);
}

static struct uncap_value residual(struct uncap_graph *g, struct uncap_value x, bool is_batch, int stride)
{
    const struct uncap_conv strided = {.stride = stride};
    struct uncap_value y = uncap_relu(g, norm(g, uncap_conv(g, x, "conv1", strided), "norm1", is_batch));
    y = uncap_relu(g, norm(g, uncap_conv(g, y, "conv2", SAME), "norm2", is_batch));
    if (stride > 1)
        x = norm(g, uncap_conv(g, x, "downsample.0", strided), "downsample.1", is_batch);
    return uncap_relu(g, uncap_add_values(g, x, y));
}

static struct uncap_value encoder(struct uncap_graph *g, const void *opaque, const char *net)
{
    static const char *const layers[] = {"layer1", "layer2", "layer3"};
    const bool is_batch = !strcmp(net, "cnet");
    struct uncap_value x = uncap_graph_input(g, "frame", UNCAP_F32, UNCAP_SHAPE(1, 3, -1, -1));
    uncap_graph_enter(g, "%s", "module");
    uncap_graph_enter(g, "%s", net);
    x = uncap_conv(g, x, "conv1", (struct uncap_conv){.stride = 2});
    x = uncap_relu(g, norm(g, x, "norm1", is_batch));
    tap(g, opaque, "stem", x);
    for (int i = 0; i < 3; i++) {
        for (int k = 0; k < 2; k++) {
            uncap_graph_enter(g, "layer%d", i + 1);
            uncap_graph_enter(g, "%d", k);
            x = residual(g, x, is_batch, i && !k ? 2 : 1);
            uncap_graph_leave(g);
            uncap_graph_leave(g);
        }
        tap(g, opaque, layers[i], x);
    }
    x = uncap_conv(g, x, "conv2", SAME);
    uncap_graph_leave(g);
    uncap_graph_leave(g);
    return x;
}

void uncap_raft_build_fnet(struct uncap_graph *g, const void *opaque)
{
    uncap_graph_output(g, "out", encoder(g, opaque, "fnet"));
}

void uncap_raft_build_cnet(struct uncap_graph *g, const void *opaque)
{
    const struct uncap_value x = encoder(g, opaque, "cnet");
    tap(g, opaque, "out", x);
    uncap_graph_output(g, "hidden", uncap_tanh(g, uncap_slice(g, x, 1, 0, 128)));
    uncap_graph_output(g, "context", uncap_relu(g, uncap_slice(g, x, 1, 128, 256)));
}

void uncap_raft_build_match(struct uncap_graph *g, const void *opaque)
{
    (void)opaque;
    const struct uncap_value a = uncap_graph_input(g, "a", UNCAP_F32, UNCAP_SHAPE(256, -1));
    const struct uncap_value b = uncap_graph_input(g, "b", UNCAP_F32, UNCAP_SHAPE(256, -1));
    const struct uncap_value rows = uncap_scale(g, uncap_transpose(g, a, (const int[]){1, 0}), 1.0f / 16);
    uncap_graph_output(g, "volume", uncap_matmul(g, rows, b));
}

/* The GRU's gates read [hidden 128, context 128, motion 128]; these take the weights of a part. */
static struct uncap_value context_weight(struct uncap_graph *g, const char *key)
{
    return uncap_slice(g, uncap_graph_weight(g, key), 1, 128, 256);
}

static struct uncap_value moving_weight(struct uncap_graph *g, const char *key)
{
    const struct uncap_value w = uncap_graph_weight(g, key);
    const struct uncap_value parts[] = {uncap_slice(g, w, 1, 0, 128), uncap_slice(g, w, 1, 256, 384)};
    return uncap_concat(g, parts, 2, 1);
}

void uncap_raft_build_context(struct uncap_graph *g, const void *opaque)
{
    (void)opaque;
    static const struct {
        const char *z, *r, *q, *bz, *br, *bq, *zr_name, *q_name;
    } passes[] = {
        {"convz1.weight", "convr1.weight", "convq1.weight", "convz1.bias", "convr1.bias", "convq1.bias",
         "zr1", "q1"},
        {"convz2.weight", "convr2.weight", "convq2.weight", "convz2.bias", "convr2.bias", "convq2.bias",
         "zr2", "q2"},
    };
    const struct uncap_value x = uncap_graph_input(g, "context", UNCAP_F32, UNCAP_SHAPE(1, 128, -1, -1));
    uncap_graph_enter(g, "%s", "module.update_block.gru");
    for (int i = 0; i < 2; i++) {
        const struct uncap_value zr[] = {context_weight(g, passes[i].z), context_weight(g, passes[i].r)};
        const struct uncap_value bias[] = {uncap_graph_weight(g, passes[i].bz),
                                           uncap_graph_weight(g, passes[i].br)};
        uncap_graph_output(
            g, passes[i].zr_name,
            uncap_conv_with(g, x, uncap_concat(g, zr, 2, 0), uncap_concat(g, bias, 2, 0), SAME));
        uncap_graph_output(
            g, passes[i].q_name,
            uncap_conv_with(g, x, context_weight(g, passes[i].q), uncap_graph_weight(g, passes[i].bq), SAME));
    }
    uncap_graph_leave(g);
}

static struct uncap_value conv_relu(struct uncap_graph *g, struct uncap_value x, const char *key)
{
    return uncap_relu(g, uncap_conv(g, x, key, SAME));
}

static struct uncap_value motion_encoder(struct uncap_graph *g, struct uncap_value corr,
                                         struct uncap_value flow)
{
    uncap_graph_enter(g, "%s", "encoder");
    const struct uncap_value a = conv_relu(g, conv_relu(g, corr, "convc1"), "convc2");
    const struct uncap_value b = conv_relu(g, conv_relu(g, flow, "convf1"), "convf2");
    const struct uncap_value m =
        conv_relu(g, uncap_concat(g, (const struct uncap_value[]){a, b}, 2, 1), "conv");
    uncap_graph_leave(g);
    return uncap_concat(g, (const struct uncap_value[]){m, flow}, 2, 1);
}

/* One pass of the separable GRU; keys of its three gates, and the context's share of them. */
static struct uncap_value gru(struct uncap_graph *g, struct uncap_value h, struct uncap_value motion,
                              struct uncap_value zr_context, struct uncap_value q_context,
                              const char *const *keys)
{
    const struct uncap_value none = {.id = 0};
    const struct uncap_value w[] = {moving_weight(g, keys[0]), moving_weight(g, keys[1])};
    const struct uncap_value hx = uncap_concat(g, (const struct uncap_value[]){h, motion}, 2, 1);
    const struct uncap_value zr = uncap_sigmoid(
        g, uncap_add_values(g, uncap_conv_with(g, hx, uncap_concat(g, w, 2, 0), none, SAME), zr_context));
    const struct uncap_value z = uncap_slice(g, zr, 1, 0, 128);
    const struct uncap_value rh = uncap_mul_values(g, uncap_slice(g, zr, 1, 128, 256), h);
    const struct uncap_value rhx = uncap_concat(g, (const struct uncap_value[]){rh, motion}, 2, 1);
    const struct uncap_value q = uncap_tanh(
        g, uncap_add_values(g, uncap_conv_with(g, rhx, moving_weight(g, keys[2]), none, SAME), q_context));
    /* (1 - z) h + z q */
    return uncap_add_values(g, h, uncap_mul_values(g, z, uncap_sub_values(g, q, h)));
}

void uncap_raft_build_update(struct uncap_graph *g, const void *opaque)
{
    static const char *const first[] = {"gru.convz1.weight", "gru.convr1.weight", "gru.convq1.weight"};
    static const char *const second[] = {"gru.convz2.weight", "gru.convr2.weight", "gru.convq2.weight"};
    struct uncap_value h = uncap_graph_input(g, "hidden", UNCAP_F32, UNCAP_SHAPE(1, 128, -1, -1));
    const struct uncap_value zr1 = uncap_graph_input(g, "zr1", UNCAP_F32, UNCAP_SHAPE(1, 256, -1, -1));
    const struct uncap_value q1 = uncap_graph_input(g, "q1", UNCAP_F32, UNCAP_SHAPE(1, 128, -1, -1));
    const struct uncap_value zr2 = uncap_graph_input(g, "zr2", UNCAP_F32, UNCAP_SHAPE(1, 256, -1, -1));
    const struct uncap_value q2 = uncap_graph_input(g, "q2", UNCAP_F32, UNCAP_SHAPE(1, 128, -1, -1));
    const struct uncap_value corr = uncap_graph_input(g, "corr", UNCAP_F32, UNCAP_SHAPE(1, 324, -1, -1));
    const struct uncap_value flow = uncap_graph_input(g, "flow", UNCAP_F32, UNCAP_SHAPE(1, 2, -1, -1));
    uncap_graph_enter(g, "%s", "module.update_block");
    const struct uncap_value motion = motion_encoder(g, corr, flow);
    tap(g, opaque, "motion", motion);
    h = gru(g, h, motion, zr1, q1, first);
    h = gru(g, h, motion, zr2, q2, second);
    uncap_graph_output(g, "new", h);
    uncap_graph_output(g, "delta",
                       uncap_conv(g, conv_relu(g, h, "flow_head.conv1"), "flow_head.conv2", SAME));
    uncap_graph_leave(g);
}

void uncap_raft_build_logits(struct uncap_graph *g, const void *opaque)
{
    (void)opaque;
    const struct uncap_value h = uncap_graph_input(g, "hidden", UNCAP_F32, UNCAP_SHAPE(1, 128, -1, -1));
    uncap_graph_enter(g, "%s", "module.update_block.mask");
    uncap_graph_output(g, "logits", uncap_scale(g, uncap_conv(g, conv_relu(g, h, "0"), "2", SAME), 0.25f));
    uncap_graph_leave(g);
}
