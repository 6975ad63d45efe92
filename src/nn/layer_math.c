/* SPDX-License-Identifier: Apache-2.0 */
#include "nn/layers.h"

static struct uncap_value unary(struct uncap_graph *g, const char *op, struct uncap_value x)
{
    return uncap_graph_node(g, op, &x, 1, NULL, 0, x.dtype, x.shape);
}

struct uncap_value uncap_relu(struct uncap_graph *g, struct uncap_value x)
{
    return unary(g, "Relu", x);
}

struct uncap_value uncap_leaky(struct uncap_graph *g, struct uncap_value x, float slope)
{
    const struct uncap_attr alpha = uncap_attr_float("alpha", slope);
    return uncap_graph_node(g, "LeakyRelu", &x, 1, &alpha, 1, x.dtype, x.shape);
}

struct uncap_value uncap_sigmoid(struct uncap_graph *g, struct uncap_value x)
{
    return unary(g, "Sigmoid", x);
}

struct uncap_value uncap_tanh(struct uncap_graph *g, struct uncap_value x)
{
    return unary(g, "Tanh", x);
}

struct uncap_value uncap_gelu(struct uncap_graph *g, struct uncap_value x)
{
    return unary(g, "Gelu", x);
}

struct uncap_value uncap_quick_gelu(struct uncap_graph *g, struct uncap_value x)
{
    const struct uncap_attr alpha = uncap_attr_float("alpha", 1.702f);
    return uncap_graph_node(g, "com.microsoft:QuickGelu", &x, 1, &alpha, 1, x.dtype, x.shape);
}

struct uncap_value uncap_silu(struct uncap_graph *g, struct uncap_value x)
{
    const struct uncap_attr alpha = uncap_attr_float("alpha", 1.0f);
    return uncap_graph_node(g, "com.microsoft:QuickGelu", &x, 1, &alpha, 1, x.dtype, x.shape);
}

struct uncap_value uncap_softmax(struct uncap_graph *g, struct uncap_value x, int axis)
{
    const struct uncap_attr a = uncap_attr_int("axis", axis);
    const struct uncap_value wide = uncap_graph_cast(g, x, UNCAP_F32);
    return uncap_graph_cast(g, uncap_graph_node(g, "Softmax", &wide, 1, &a, 1, UNCAP_F32, x.shape), x.dtype);
}

/* Shape of a broadcast; an open dimension stays open. Returns false where the two do not fit. */
static bool broadcast(const struct uncap_shape *a, const struct uncap_shape *b, struct uncap_shape *out)
{
    *out = a->rank >= b->rank ? *a : *b;
    for (int i = 1; i <= out->rank; i++) {
        const int64_t da = i <= a->rank ? a->dims[a->rank - i] : 1;
        const int64_t db = i <= b->rank ? b->dims[b->rank - i] : 1;
        if (da != db && da != 1 && db != 1 && da >= 0 && db >= 0)
            return false;
        out->dims[out->rank - i] = da == 1 ? db : da < 0 && db > 1 ? db : da;
    }
    return true;
}

static struct uncap_value binary(struct uncap_graph *g, const char *op, struct uncap_value a,
                                 struct uncap_value b)
{
    struct uncap_shape shape = a.shape;
    char ta[64];
    char tb[64];
    if (uncap_graph_is_sound(g) && !broadcast(&a.shape, &b.shape, &shape))
        return uncap_graph_fail(g, "%s of %s and %s", op, uncap_shape_text(&a.shape, ta, sizeof(ta)),
                                uncap_shape_text(&b.shape, tb, sizeof(tb)));
    return uncap_graph_node(g, op, (const struct uncap_value[]){a, uncap_graph_cast(g, b, a.dtype)}, 2, NULL,
                            0, a.dtype, shape);
}

struct uncap_value uncap_add_values(struct uncap_graph *g, struct uncap_value a, struct uncap_value b)
{
    return binary(g, "Add", a, b);
}

struct uncap_value uncap_sub_values(struct uncap_graph *g, struct uncap_value a, struct uncap_value b)
{
    return binary(g, "Sub", a, b);
}

struct uncap_value uncap_mul_values(struct uncap_graph *g, struct uncap_value a, struct uncap_value b)
{
    return binary(g, "Mul", a, b);
}

struct uncap_value uncap_scale(struct uncap_graph *g, struct uncap_value x, float factor)
{
    return binary(g, "Mul", x, uncap_graph_fill(g, 0, factor));
}

struct uncap_value uncap_matmul(struct uncap_graph *g, struct uncap_value a, struct uncap_value b)
{
    struct uncap_shape shape = a.shape.rank >= b.shape.rank ? a.shape : b.shape;
    if (uncap_graph_is_sound(g) && (a.shape.rank < 2 || b.shape.rank < 2 ||
                                    a.shape.dims[a.shape.rank - 1] != b.shape.dims[b.shape.rank - 2]))
        return uncap_graph_fail(g, "a matrix product of shapes that do not fit");
    if (shape.rank >= 2) {
        shape.dims[shape.rank - 2] = a.shape.dims[a.shape.rank - 2];
        shape.dims[shape.rank - 1] = b.shape.dims[b.shape.rank - 1];
    }
    return uncap_graph_node(g, "MatMul", (const struct uncap_value[]){a, uncap_graph_cast(g, b, a.dtype)}, 2,
                            NULL, 0, a.dtype, shape);
}
