/* SPDX-License-Identifier: Apache-2.0 */
#include <stdio.h>

#include "nn/layers.h"

static const struct uncap_value NONE = {.id = 0};

/* Bias of a layer, or none. */
static struct uncap_value bias_of(struct uncap_graph *g, const char *key)
{
    char name[200];
    snprintf(name, sizeof(name), "%s.bias", key);
    return uncap_graph_has(g, name) ? uncap_graph_weight(g, name) : NONE;
}

static struct uncap_value weight_of(struct uncap_graph *g, const char *key)
{
    char name[200];
    snprintf(name, sizeof(name), "%s.weight", key);
    return uncap_graph_weight(g, name);
}

/* [O,I,1,k,k] -> [O,I,k,k]; [O,I,k,1,1] -> [O,I,k,1]. */
static struct uncap_value image_weight(struct uncap_graph *g, const char *key)
{
    char name[200];
    snprintf(name, sizeof(name), "%s.weight", key);
    const struct uncap_value w = uncap_graph_weight(g, name);
    if (w.shape.rank != 5)
        return w;
    const int64_t *d = w.shape.dims;
    if (d[2] == 1)
        return uncap_graph_weight_as(g, name, UNCAP_SHAPE(d[0], d[1], d[3], d[4]));
    return uncap_graph_weight_as(g, name, UNCAP_SHAPE(d[0], d[1], d[2], d[3] * d[4]));
}

static int64_t conv_size(int64_t in, int64_t kernel, int64_t stride, int64_t dilation, int64_t pad)
{
    return in < 0 ? -1 : (in + pad - dilation * (kernel - 1) - 1) / stride + 1;
}

struct uncap_value uncap_conv_with(struct uncap_graph *g, struct uncap_value x, struct uncap_value weight,
                                   struct uncap_value bias, struct uncap_conv o)
{
    if (!uncap_graph_is_sound(g))
        return NONE;
    const int64_t groups = o.groups ? o.groups : 1;
    const int64_t *w = weight.shape.dims;
    if (x.shape.rank != 4 || weight.shape.rank != 4 || x.shape.dims[1] != w[1] * groups)
        return uncap_graph_fail(g, "a convolution of %lld channels meets weights for %lld",
                                (long long)x.shape.dims[1], (long long)(w[1] * groups));
    const int64_t stride = o.stride ? o.stride : 1;
    const int64_t dy = o.dilation_y ? o.dilation_y : o.dilation ? o.dilation : 1;
    const int64_t dx = o.dilation_x ? o.dilation_x : o.dilation ? o.dilation : 1;
    int64_t pads[4] = {(w[2] - 1) / 2 * dy, (w[3] - 1) / 2 * dx, (w[2] - 1) / 2 * dy, (w[3] - 1) / 2 * dx};
    for (int i = 0; o.has_pads && i < 4; i++)
        pads[i] = o.pads[i];
    const struct uncap_attr attrs[] = {
        uncap_attr_ints("kernel_shape", &w[2], 2),
        uncap_attr_ints("strides", (const int64_t[]){stride, stride}, 2),
        uncap_attr_ints("dilations", (const int64_t[]){dy, dx}, 2),
        uncap_attr_ints("pads", pads, 4),
        uncap_attr_int("group", groups),
    };
    const struct uncap_shape shape =
        UNCAP_SHAPE(x.shape.dims[0], w[0], conv_size(x.shape.dims[2], w[2], stride, dy, pads[0] + pads[2]),
                    conv_size(x.shape.dims[3], w[3], stride, dx, pads[1] + pads[3]));
    const struct uncap_value in[] = {x, uncap_graph_cast(g, weight, x.dtype),
                                     uncap_graph_cast(g, bias, x.dtype)};
    return uncap_graph_node(g, "Conv", in, bias.id ? 3 : 2, attrs, 5, x.dtype, shape);
}

struct uncap_value uncap_conv(struct uncap_graph *g, struct uncap_value x, const char *key,
                              struct uncap_conv o)
{
    const struct uncap_value weight = image_weight(g, key);
    return uncap_conv_with(g, x, weight, bias_of(g, key), o);
}

struct uncap_value uncap_deform_conv(struct uncap_graph *g, struct uncap_value x, struct uncap_value offset,
                                     struct uncap_value mask, struct uncap_value weight,
                                     struct uncap_value bias, int offset_groups)
{
    const int64_t *w = weight.shape.dims;
    struct uncap_shape shape = x.shape;
    shape.dims[1] = w[0];
    const int64_t pad_y = (w[2] - 1) / 2;
    const int64_t pad_x = (w[3] - 1) / 2;
    const struct uncap_attr attrs[] = {
        uncap_attr_ints("kernel_shape", &w[2], 2),
        uncap_attr_ints("pads", (const int64_t[]){pad_y, pad_x, pad_y, pad_x}, 4),
        uncap_attr_int("offset_group", offset_groups),
        uncap_attr_int("group", w[1] ? x.shape.dims[1] / w[1] : 1),
    };
    /* Offsets are coordinates: at 64 pixels, float16 knows 1/16. */
    struct uncap_value in[] = {x, weight, offset, bias, mask};
    for (int i = 0; i < 5; i++)
        in[i] = uncap_graph_cast(g, in[i], UNCAP_F32);
    const int n = mask.id ? 5 : bias.id ? 4 : 3;
    return uncap_graph_cast(g, uncap_graph_node(g, "DeformConv", in, n, attrs, 4, UNCAP_F32, shape), x.dtype);
}

struct uncap_value uncap_linear_with(struct uncap_graph *g, struct uncap_value x, struct uncap_value weight,
                                     struct uncap_value bias)
{
    if (!uncap_graph_is_sound(g))
        return NONE;
    const int last = x.shape.rank - 1;
    if (last < 1 || weight.shape.rank != 2 || x.shape.dims[last] != weight.shape.dims[1])
        return uncap_graph_fail(g, "a linear layer of %lld numbers meets weights for %lld",
                                (long long)x.shape.dims[last < 0 ? 0 : last],
                                (long long)weight.shape.dims[1]);
    struct uncap_shape shape = x.shape;
    shape.dims[last] = weight.shape.dims[0];
    /* Gemm reads W as stored (transB); MatMul would need a transposed copy of it. */
    const struct uncap_value rows = last == 1 ? x : uncap_reshape(g, x, UNCAP_SHAPE(-1, x.shape.dims[last]));
    const struct uncap_attr transposed = uncap_attr_int("transB", 1);
    const struct uncap_value in[] = {rows, uncap_graph_cast(g, weight, x.dtype),
                                     uncap_graph_cast(g, bias, x.dtype)};
    const struct uncap_value y = uncap_graph_node(g, "Gemm", in, bias.id ? 3 : 2, &transposed, 1, x.dtype,
                                                  UNCAP_SHAPE(rows.shape.dims[0], weight.shape.dims[0]));
    return last == 1 ? y : uncap_reshape(g, y, shape);
}

struct uncap_value uncap_linear(struct uncap_graph *g, struct uncap_value x, const char *key)
{
    const struct uncap_value weight = weight_of(g, key);
    return uncap_linear_with(g, x, weight, bias_of(g, key));
}
