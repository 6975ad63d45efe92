/* SPDX-License-Identifier: Apache-2.0 */
#include "inpaint/propainter/flow_graphs.h"

#include "inpaint/propainter/alignment.h"

static const struct uncap_conv SAME = {.stride = 1};

static void tap(struct uncap_graph *g, const void *opaque, const char *name, struct uncap_value v)
{
    const struct uncap_flow_graph *o = opaque;
    if (o->has_taps)
        uncap_graph_output(g, name, v);
}

static struct uncap_value conv_leaky(struct uncap_graph *g, struct uncap_value x, const char *key,
                                     struct uncap_conv o)
{
    return uncap_leaky(g, uncap_conv(g, x, key, o), 0.2f);
}

/* x moved by two frames (the batch axis), zeros moving in; is_later: out[t] = x[t - 2], else x[t + 2]. */
static struct uncap_value shifted(struct uncap_graph *g, struct uncap_value x, bool is_later)
{
    const int64_t pads[8] = {is_later ? 2 : 0, 0, 0, 0, is_later ? 0 : 2, 0, 0, 0};
    const int64_t first = is_later ? 0 : 2;
    const int64_t end = is_later ? -2 : INT64_MAX;
    const int64_t axis = 0;
    const struct uncap_value to_pad[] = {x, uncap_graph_ints(g, pads, 8)};
    const struct uncap_value padded = uncap_graph_node(g, "Pad", to_pad, 2, NULL, 0, UNCAP_F32, x.shape);
    const struct uncap_value to_cut[] = {padded, uncap_graph_ints(g, &first, 1), uncap_graph_ints(g, &end, 1),
                                         uncap_graph_ints(g, &axis, 1)};
    return uncap_graph_node(g, "Slice", to_cut, 4, NULL, 0, UNCAP_F32, x.shape);
}

/* Convolution over time, kernel 3, dilation 2, zeros outside: one 1 x 1 convolution a tap, then frames t-2,
 * t, t+2 are added. Needs half the memory of joining them as channels first. */
static struct uncap_value temporal(struct uncap_graph *g, struct uncap_value x, const char *key)
{
    const int64_t c = x.shape.dims[1];
    const struct uncap_value none = {.id = 0};
    struct uncap_value tap_of[3];
    uncap_graph_enter(g, "%s", key);
    const struct uncap_value w = uncap_graph_weight_as(g, "weight", UNCAP_SHAPE(c, c, 3));
    for (int k = 0; k < 3; k++) {
        const struct uncap_value kernel =
            uncap_reshape(g, uncap_slice(g, w, 2, k, k + 1), UNCAP_SHAPE(c, c, 1, 1));
        tap_of[k] = uncap_conv_with(g, x, kernel, k == 1 ? uncap_graph_weight(g, "bias") : none, SAME);
    }
    uncap_graph_leave(g);
    const struct uncap_value sum = uncap_add_values(g, tap_of[1], shifted(g, tap_of[0], true));
    return uncap_add_values(g, sum, shifted(g, tap_of[2], false));
}

static struct uncap_value p3d(struct uncap_graph *g, struct uncap_value x, const char *key, int stride)
{
    uncap_graph_enter(g, "%s", key);
    x = conv_leaky(g, x, "conv1.0", (struct uncap_conv){.stride = stride});
    x = uncap_leaky(g, temporal(g, x, "conv2.0"), 0.2f);
    uncap_graph_leave(g);
    return x;
}

void uncap_flow_build_encode(struct uncap_graph *g, const void *opaque)
{
    struct uncap_value x = uncap_graph_input(g, "x", UNCAP_F32, UNCAP_SHAPE(-1, 3, -1, -1));
    x = uncap_pad_edge(g, x, (const int[]){2, 2, 2, 2});
    x = conv_leaky(g, x, "downsample.0", (struct uncap_conv){.stride = 2, .has_pads = true});
    tap(g, opaque, "down", x);
    x = p3d(g, x, "encoder1.0", 1);
    x = p3d(g, x, "encoder1.2", 2);
    uncap_graph_output(g, "enc1", x);
    x = p3d(g, x, "encoder2.0", 1);
    x = p3d(g, x, "encoder2.2", 2);
    tap(g, opaque, "enc2", x);
    x = conv_leaky(g, x, "mid_dilation.0", (struct uncap_conv){.dilation = 3});
    x = conv_leaky(g, x, "mid_dilation.2", (struct uncap_conv){.dilation = 2});
    x = conv_leaky(g, x, "mid_dilation.4", SAME);
    uncap_graph_output(g, "mid", x);
}

static struct uncap_value features(struct uncap_graph *g, const char *name, int64_t channels)
{
    return uncap_graph_input(g, name, UNCAP_F32, UNCAP_SHAPE(-1, channels, -1, -1));
}

static const char *direction(const void *opaque)
{
    return ((const struct uncap_flow_graph *)opaque)->is_forward ? "forward_" : "backward_";
}

void uncap_flow_build_first(struct uncap_graph *g, const void *opaque)
{
    const bool is_forward = ((const struct uncap_flow_graph *)opaque)->is_forward;
    struct uncap_value x[2] = {features(g, "x", 128)};
    if (is_forward)
        x[1] = features(g, "back", 128);
    const int n = is_forward ? 2 : 1;
    uncap_graph_enter(g, "feat_prop_module.backbone.%s", direction(opaque));
    /* The aligned feature, last of the inputs, is zero: its weights are left out. */
    const struct uncap_value w = uncap_slice(g, uncap_graph_weight(g, "0.weight"), 1, 0, 128 * n);
    const struct uncap_value y = uncap_leaky(
        g, uncap_conv_with(g, uncap_concat(g, x, n, 1), w, uncap_graph_weight(g, "0.bias"), SAME), 0.1f);
    uncap_graph_output(g, "out", uncap_conv(g, y, "2", SAME));
    uncap_graph_leave(g);
}

void uncap_flow_build_step(struct uncap_graph *g, const void *opaque)
{
    const bool is_forward = ((const struct uncap_flow_graph *)opaque)->is_forward;
    const struct uncap_value none = {.id = 0};
    const struct uncap_value p1 = features(g, "p1", 128);
    const struct uncap_value x = features(g, "x", 128);
    const struct uncap_value p2 = features(g, "p2", 128);
    const struct uncap_value back = is_forward ? features(g, "back", 128) : none;
    uncap_graph_enter(g, "feat_prop_module.deform_align.%s", direction(opaque));
    const struct uncap_value cond = uncap_concat(g, (const struct uncap_value[]){p1, x, p2}, 3, 1);
    const struct uncap_value past = uncap_concat(g, (const struct uncap_value[]){p1, p2}, 2, 1);
    const struct uncap_value p = uncap_align(g, past, cond, 5, none, NULL, NULL);
    uncap_graph_leave(g);
    uncap_graph_enter(g, "feat_prop_module.backbone.%s", direction(opaque));
    const struct uncap_value parts[] = {x, is_forward ? back : p, p};
    const struct uncap_value y =
        uncap_leaky(g, uncap_conv(g, uncap_concat(g, parts, is_forward ? 3 : 2, 1), "0", SAME), 0.1f);
    uncap_graph_output(g, "out", uncap_add_values(g, p, uncap_conv(g, y, "2", SAME)));
}

void uncap_flow_build_align(struct uncap_graph *g, const void *opaque)
{
    const struct uncap_value none = {.id = 0};
    const struct uncap_value x = features(g, "x", 256);
    const struct uncap_value cond = features(g, "cond", 384);
    struct uncap_value raw;
    uncap_graph_enter(g, "feat_prop_module.deform_align.%s", direction(opaque));
    uncap_graph_output(g, "out", uncap_align(g, x, cond, 5, none, &raw, NULL));
    uncap_graph_output(g, "raw", raw);
}

void uncap_flow_build_decode(struct uncap_graph *g, const void *opaque)
{
    const struct uncap_value both[] = {features(g, "back", 128), features(g, "forth", 128)};
    const struct uncap_value skip = features(g, "x", 128);
    const struct uncap_value enc1 = features(g, "enc1", 64);
    struct uncap_value x = uncap_conv(g, uncap_concat(g, both, 2, 1), "feat_prop_module.fusion", SAME);
    x = uncap_add_values(g, x, skip);
    tap(g, opaque, "prop", x);
    x = conv_leaky(g, x, "decoder2.0", SAME);
    x = conv_leaky(g, uncap_up2(g, x), "decoder2.2.conv", SAME);
    tap(g, opaque, "dec2", x);
    x = conv_leaky(g, uncap_add_values(g, x, enc1), "decoder1.0", SAME);
    x = conv_leaky(g, uncap_up2(g, x), "decoder1.2.conv", SAME);
    tap(g, opaque, "dec1", x);
    x = conv_leaky(g, x, "upsample.0", SAME);
    uncap_graph_output(g, "pred", uncap_conv(g, uncap_up2(g, x), "upsample.2.conv", SAME));
}
