/* SPDX-License-Identifier: Apache-2.0 */
#include <stdio.h>

#include "nn/layers.h"

/* InstanceNormalization over [N,rows,...] with unit scale; float32 whatever x is. */
static struct uncap_value normalise(struct uncap_graph *g, struct uncap_value x, float eps)
{
    const int64_t rows = x.shape.dims[1];
    const struct uncap_value scale = uncap_graph_fill(g, rows, 1.0f);
    const struct uncap_value bias = uncap_graph_fill(g, rows, 0.0f);
    const struct uncap_attr epsilon = uncap_attr_float("epsilon", eps);
    const struct uncap_value in[] = {uncap_graph_cast(g, x, UNCAP_F32), scale, bias};
    return uncap_graph_node(g, "InstanceNormalization", in, 3, &epsilon, 1, UNCAP_F32, x.shape);
}

struct uncap_value uncap_instance_norm(struct uncap_graph *g, struct uncap_value x, float eps)
{
    return uncap_graph_cast(g, normalise(g, x, eps), x.dtype);
}

/* x * weight + bias, both seen as `shape`. */
static struct uncap_value affine(struct uncap_graph *g, struct uncap_value x, const char *key,
                                 struct uncap_shape shape)
{
    char name[200];
    snprintf(name, sizeof(name), "%s.weight", key);
    const struct uncap_value weight = uncap_graph_weight_as(g, name, shape);
    snprintf(name, sizeof(name), "%s.bias", key);
    const struct uncap_value bias = uncap_graph_weight_as(g, name, shape);
    return uncap_add_values(g, uncap_mul_values(g, x, weight), bias);
}

struct uncap_value uncap_group_norm(struct uncap_graph *g, struct uncap_value x, const char *key, int groups,
                                    float eps)
{
    const struct uncap_value split = uncap_reshape(g, x, UNCAP_SHAPE(x.shape.dims[0], groups, -1));
    const struct uncap_value y = uncap_reshape(g, normalise(g, split, eps), x.shape);
    struct uncap_shape per_channel = {.rank = x.shape.rank - 1, .dims = {x.shape.dims[1], 1, 1, 1, 1, 1, 1}};
    return uncap_graph_cast(g, affine(g, y, key, per_channel), x.dtype);
}

struct uncap_value uncap_layer_norm(struct uncap_graph *g, struct uncap_value x, const char *key, float eps)
{
    if (!uncap_graph_is_sound(g))
        return x;
    const int64_t d = x.shape.dims[x.shape.rank - 1];
    int64_t rows = 1;
    for (int i = 0; i < x.shape.rank - 1; i++)
        rows *= x.shape.dims[i];
    if (rows < 1)
        return uncap_graph_fail(g, "layer norm %s needs known dimensions", key);
    const struct uncap_value flat = uncap_reshape(g, x, UNCAP_SHAPE(1, rows, d));
    const struct uncap_value y = uncap_reshape(g, normalise(g, flat, eps), x.shape);
    return uncap_graph_cast(g, affine(g, y, key, UNCAP_SHAPE(d)), x.dtype);
}

struct uncap_value uncap_batch_norm(struct uncap_graph *g, struct uncap_value x, const char *key, float eps)
{
    static const char *const parts[] = {"weight", "bias", "running_mean", "running_var"};
    struct uncap_value in[5] = {uncap_graph_cast(g, x, UNCAP_F32)};
    for (int i = 0; i < 4; i++) {
        char name[200];
        snprintf(name, sizeof(name), "%s.%s", key, parts[i]);
        in[i + 1] = uncap_graph_cast(g, uncap_graph_weight(g, name), UNCAP_F32);
    }
    const struct uncap_attr epsilon = uncap_attr_float("epsilon", eps);
    return uncap_graph_cast(
        g, uncap_graph_node(g, "BatchNormalization", in, 5, &epsilon, 1, UNCAP_F32, x.shape), x.dtype);
}
