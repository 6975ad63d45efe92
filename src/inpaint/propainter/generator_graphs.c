/* SPDX-License-Identifier: Apache-2.0 */
#include "inpaint/propainter/generator_graphs.h"

#include "inpaint/propainter/alignment.h"

static const struct uncap_conv SAME = {.stride = 1};

static struct uncap_value images(struct uncap_graph *g, const char *name, int64_t n, int64_t channels)
{
    return uncap_graph_input(g, name, UNCAP_F32, UNCAP_SHAPE(n, channels, -1, -1));
}

/* Flow shifts what is read by pixels: not for float16. */
static struct uncap_value flow_of(struct uncap_graph *g)
{
    return uncap_graph_input_exact(g, "flow", UNCAP_F32, UNCAP_SHAPE(1, 2, -1, -1));
}

static struct uncap_value rows(struct uncap_graph *g, const char *name, int64_t width)
{
    return uncap_graph_input(g, name, UNCAP_F32, UNCAP_SHAPE(-1, width));
}

static struct uncap_value conv_leaky(struct uncap_graph *g, struct uncap_value x, const char *key,
                                     struct uncap_conv o)
{
    return uncap_leaky(g, uncap_conv(g, x, key, o), 0.2f);
}

/* Slices of a and b in turn, so that each group of the next convolution sees a part of both. */
static struct uncap_value mix(struct uncap_graph *g, struct uncap_value a, struct uncap_value b, int groups)
{
    struct uncap_value parts[16];
    const int64_t ca = a.shape.dims[1] / groups;
    const int64_t cb = b.shape.dims[1] / groups;
    if (groups == 1)
        return uncap_concat(g, (const struct uncap_value[]){a, b}, 2, 1);
    for (int i = 0; i < groups; i++) {
        parts[2 * i] = uncap_slice(g, a, 1, i * ca, (i + 1) * ca);
        parts[2 * i + 1] = uncap_slice(g, b, 1, i * cb, (i + 1) * cb);
    }
    return uncap_concat(g, parts, 2 * groups, 1);
}

void uncap_generator_build_encode(struct uncap_graph *g, const void *opaque)
{
    static const struct {
        const char *key;
        int groups;
    } mixed[] = {{"10", 2}, {"12", 4}, {"14", 8}, {"16", 1}};
    (void)opaque;
    struct uncap_value x = images(g, "x", -1, 5);
    uncap_graph_enter(g, "%s", "encoder.layers");
    x = conv_leaky(g, x, "0", (struct uncap_conv){.stride = 2});
    x = conv_leaky(g, x, "2", SAME);
    x = conv_leaky(g, x, "4", (struct uncap_conv){.stride = 2});
    const struct uncap_value x0 = conv_leaky(g, x, "6", SAME);
    x = conv_leaky(g, x0, "8", SAME);
    for (int i = 0; i < 4; i++)
        x = conv_leaky(g, mix(g, x0, x, mixed[i].groups), mixed[i].key,
                       (struct uncap_conv){.groups = mixed[i].groups});
    uncap_graph_output(g, "out", x);
}

/* x + two convolutions over the joined parts; keys .0 and .2 below the prefix. */
static struct uncap_value backbone(struct uncap_graph *g, const struct uncap_value *parts, int n,
                                   struct uncap_value x)
{
    const struct uncap_value y = conv_leaky(g, uncap_concat(g, parts, n, 1), "0", SAME);
    return uncap_add_values(g, x, uncap_conv(g, y, "2", SAME));
}

static const char *direction(const void *opaque)
{
    return ((const struct uncap_generator_graph *)opaque)->is_forward ? "forward_1" : "backward_1";
}

void uncap_generator_build_first(struct uncap_graph *g, const void *opaque)
{
    const struct uncap_value x = images(g, "x", 1, 128);
    const struct uncap_value masks = images(g, "masks", 1, 2);
    uncap_graph_enter(g, "feat_prop_module.backbone.%s", direction(opaque));
    uncap_graph_output(g, "out", backbone(g, (const struct uncap_value[]){x, x, masks}, 3, x));
}

void uncap_generator_build_step(struct uncap_graph *g, const void *opaque)
{
    const struct uncap_value p = images(g, "p", 1, 128);
    const struct uncap_value x = images(g, "x", 1, 128);
    const struct uncap_value warped = images(g, "warped", 1, 128);
    const struct uncap_value flow = flow_of(g);
    const struct uncap_value valid = images(g, "valid", 1, 1);
    const struct uncap_value masks = images(g, "masks", 1, 2);
    const struct uncap_value cond =
        uncap_concat(g, (const struct uncap_value[]){x, warped, flow, valid, masks}, 5, 1);
    uncap_graph_enter(g, "feat_prop_module.deform_align.%s", direction(opaque));
    const struct uncap_value aligned = uncap_align(g, p, cond, 3, flow, NULL, NULL);
    uncap_graph_leave(g);
    uncap_graph_enter(g, "feat_prop_module.backbone.%s", direction(opaque));
    uncap_graph_output(g, "out", backbone(g, (const struct uncap_value[]){x, aligned, masks}, 3, aligned));
}

void uncap_generator_build_align(struct uncap_graph *g, const void *opaque)
{
    const struct uncap_value x = images(g, "x", 1, 128);
    const struct uncap_value cond = images(g, "cond", 1, 261);
    const struct uncap_value flow = flow_of(g);
    struct uncap_value raw;
    struct uncap_value offset;
    uncap_graph_enter(g, "feat_prop_module.deform_align.%s", direction(opaque));
    uncap_graph_output(g, "out", uncap_align(g, x, cond, 3, flow, &raw, &offset));
    uncap_graph_output(g, "raw", raw);
    uncap_graph_output(g, "offset", offset);
}

void uncap_generator_build_fuse(struct uncap_graph *g, const void *opaque)
{
    (void)opaque;
    const struct uncap_value back = images(g, "back", 1, 128);
    const struct uncap_value forth = images(g, "forth", 1, 128);
    const struct uncap_value masks = images(g, "masks", 1, 2);
    const struct uncap_value x = images(g, "x", 1, 128);
    uncap_graph_enter(g, "%s", "feat_prop_module.fuse");
    uncap_graph_output(g, "out", backbone(g, (const struct uncap_value[]){back, forth, masks}, 3, x));
}

void uncap_generator_build_split(struct uncap_graph *g, const void *opaque)
{
    (void)opaque;
    const struct uncap_value x = images(g, "x", 1, 128);
    const struct uncap_value w = uncap_graph_weight_as(g, "ss.embedding.weight", UNCAP_SHAPE(512, 128, 7, 7));
    const struct uncap_value y = uncap_conv_with(g, x, w, uncap_graph_weight(g, "ss.embedding.bias"),
                                                 (struct uncap_conv){.stride = 3});
    uncap_graph_output(g, "tokens", uncap_transpose(g, y, (const int[]){0, 2, 3, 1}));
}

static void enter_block(struct uncap_graph *g, const void *opaque)
{
    uncap_graph_enter(g, "transformers.transformer.%d",
                      ((const struct uncap_generator_graph *)opaque)->block);
}

void uncap_generator_build_qkv(struct uncap_graph *g, const void *opaque)
{
    const struct uncap_value x = rows(g, "x", 512);
    const struct uncap_value with_pooled = rows(g, "with_pooled", 512);
    enter_block(g, opaque);
    uncap_graph_output(g, "q", uncap_linear(g, x, "attention.query"));
    uncap_graph_output(g, "k", uncap_linear(g, with_pooled, "attention.key"));
    uncap_graph_output(g, "v", uncap_linear(g, with_pooled, "attention.value"));
}

void uncap_generator_build_attend(struct uncap_graph *g, const void *opaque)
{
    (void)opaque;
    const struct uncap_value none = {.id = 0};
    const struct uncap_value q = uncap_graph_input(g, "q", UNCAP_F32, UNCAP_SHAPE(-1, -1, 512));
    const struct uncap_value k = uncap_graph_input(g, "k", UNCAP_F32, UNCAP_SHAPE(-1, -1, 512));
    const struct uncap_value v = uncap_graph_input(g, "v", UNCAP_F32, UNCAP_SHAPE(-1, -1, 512));
    uncap_graph_output(g, "out", uncap_attention(g, q, k, v, UNCAP_GENERATOR_HEADS, 0, none));
}

void uncap_generator_build_project(struct uncap_graph *g, const void *opaque)
{
    const struct uncap_value x = rows(g, "x", 512);
    enter_block(g, opaque);
    uncap_graph_output(g, "out", uncap_linear(g, x, "attention.proj"));
}

void uncap_generator_build_widen(struct uncap_graph *g, const void *opaque)
{
    const struct uncap_value x = rows(g, "x", 512);
    enter_block(g, opaque);
    uncap_graph_output(g, "out", uncap_linear(g, x, "mlp.fc1.0"));
}

void uncap_generator_build_narrow(struct uncap_graph *g, const void *opaque)
{
    const struct uncap_value x = rows(g, "x", 1960);
    enter_block(g, opaque);
    uncap_graph_output(g, "out", uncap_linear(g, uncap_gelu(g, x), "mlp.fc2.1"));
}

void uncap_generator_build_spread(struct uncap_graph *g, const void *opaque)
{
    (void)opaque;
    uncap_graph_output(g, "out", uncap_linear(g, rows(g, "x", 512), "sc.embedding"));
}

void uncap_generator_build_compose(struct uncap_graph *g, const void *opaque)
{
    (void)opaque;
    const struct uncap_value folded = images(g, "folded", 1, 128);
    const struct uncap_value x = images(g, "x", 1, 128);
    const struct uncap_value comp = uncap_conv(g, folded, "sc.bias_conv", SAME);
    uncap_graph_output(g, "comp", comp);
    uncap_graph_output(g, "out", uncap_add_values(g, x, comp));
}

void uncap_generator_build_decode(struct uncap_graph *g, const void *opaque)
{
    (void)opaque;
    struct uncap_value x = images(g, "x", -1, 128);
    uncap_graph_enter(g, "%s", "decoder");
    x = conv_leaky(g, uncap_up2(g, x), "0.conv", SAME);
    x = conv_leaky(g, x, "2", SAME);
    x = conv_leaky(g, uncap_up2(g, x), "4.conv", SAME);
    uncap_graph_output(g, "out", uncap_tanh(g, uncap_conv(g, x, "6", SAME)));
}
