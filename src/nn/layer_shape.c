/* SPDX-License-Identifier: Apache-2.0 */
#include "nn/layers.h"

struct uncap_value uncap_concat(struct uncap_graph *g, const struct uncap_value *x, int n, int axis)
{
    struct uncap_shape shape = x[0].shape;
    const int at = axis < 0 ? axis + shape.rank : axis;
    for (int i = 1; i < n && uncap_graph_is_sound(g); i++) {
        for (int k = 0; k < shape.rank; k++)
            if (x[i].shape.rank != shape.rank || (k != at && x[i].shape.dims[k] != shape.dims[k]))
                return uncap_graph_fail(g, "joined values differ in dimension %d", k);
        shape.dims[at] =
            shape.dims[at] < 0 || x[i].shape.dims[at] < 0 ? -1 : shape.dims[at] + x[i].shape.dims[at];
    }
    if (n > UNCAP_CONCAT_MAX)
        return uncap_graph_fail(g, "%d values to join", n);
    struct uncap_value in[UNCAP_CONCAT_MAX];
    for (int i = 0; i < n; i++)
        in[i] = uncap_graph_cast(g, x[i], x[0].dtype);
    const struct uncap_attr a = uncap_attr_int("axis", axis);
    return uncap_graph_node(g, "Concat", in, n, &a, 1, x[0].dtype, shape);
}

struct uncap_value uncap_slice(struct uncap_graph *g, struct uncap_value x, int axis, int64_t first,
                               int64_t end)
{
    if (!uncap_graph_is_sound(g))
        return x;
    const int at = axis < 0 ? axis + x.shape.rank : axis;
    if (first < 0 || end <= first || (x.shape.dims[at] >= 0 && end > x.shape.dims[at]))
        return uncap_graph_fail(g, "slice [%lld, %lld) of a dimension of %lld", (long long)first,
                                (long long)end, (long long)x.shape.dims[at]);
    struct uncap_shape shape = x.shape;
    shape.dims[at] = end - first;
    const int64_t a = at;
    const struct uncap_value in[] = {x, uncap_graph_ints(g, &first, 1), uncap_graph_ints(g, &end, 1),
                                     uncap_graph_ints(g, &a, 1)};
    return uncap_graph_node(g, "Slice", in, 4, NULL, 0, x.dtype, shape);
}

struct uncap_value uncap_reshape(struct uncap_graph *g, struct uncap_value x, struct uncap_shape shape)
{
    if (!uncap_graph_is_sound(g))
        return x;
    size_t have = 0;
    int64_t known = 1;
    int open = -1;
    char from[64];
    char to[64];
    for (int i = 0; i < shape.rank; i++) {
        if (shape.dims[i] >= 0)
            known *= shape.dims[i];
        else if (open < 0)
            open = i;
        else
            return uncap_graph_fail(g, "reshape to %s has two open dimensions",
                                    uncap_shape_text(&shape, to, sizeof(to)));
    }
    const struct uncap_value in[] = {x, uncap_graph_ints(g, shape.dims, shape.rank)};
    if (uncap_shape_count(&x.shape, &have)) { /* nothing open in x */
        const bool fits = open < 0 ? (int64_t)have == known : known > 0 && (int64_t)have % known == 0;
        if (!fits)
            return uncap_graph_fail(g, "reshape of %s to %s", uncap_shape_text(&x.shape, from, sizeof(from)),
                                    uncap_shape_text(&shape, to, sizeof(to)));
        if (open >= 0)
            shape.dims[open] = (int64_t)have / known;
    }
    return uncap_graph_node(g, "Reshape", in, 2, NULL, 0, x.dtype, shape);
}

struct uncap_value uncap_transpose(struct uncap_graph *g, struct uncap_value x, const int *perm)
{
    int64_t axes[UNCAP_MAX_RANK];
    struct uncap_shape shape = x.shape;
    for (int i = 0; i < x.shape.rank; i++) {
        axes[i] = perm[i];
        shape.dims[i] = x.shape.dims[perm[i]];
    }
    const struct uncap_attr a = uncap_attr_ints("perm", axes, x.shape.rank);
    return uncap_graph_node(g, "Transpose", &x, 1, &a, 1, x.dtype, shape);
}

struct uncap_value uncap_up2(struct uncap_graph *g, struct uncap_value x)
{
    const float scales[] = {1, 1, 2, 2};
    struct uncap_shape shape = x.shape;
    for (int i = 2; i < 4; i++)
        shape.dims[i] = shape.dims[i] < 0 ? -1 : 2 * shape.dims[i];
    const struct uncap_attr attrs[] = {uncap_attr_text("mode", "linear"),
                                       uncap_attr_text("coordinate_transformation_mode", "align_corners")};
    const struct uncap_value none = {.id = 0};
    const struct uncap_value in[] = {x, none, uncap_graph_constant(g, UNCAP_F32, UNCAP_SHAPE(4), scales)};
    return uncap_graph_node(g, "Resize", in, 3, attrs, 2, x.dtype, shape);
}

struct uncap_value uncap_resize_nearest(struct uncap_graph *g, struct uncap_value x, int64_t h, int64_t w)
{
    struct uncap_shape shape = x.shape;
    shape.dims[2] = h;
    shape.dims[3] = w;
    const struct uncap_attr attrs[] = {
        uncap_attr_text("mode", "nearest"), uncap_attr_text("coordinate_transformation_mode", "asymmetric"),
        uncap_attr_text("nearest_mode", "floor"), uncap_attr_ints("axes", (const int64_t[]){2, 3}, 2)};
    const struct uncap_value none = {.id = 0};
    const struct uncap_value in[] = {x, none, none, uncap_graph_ints(g, (const int64_t[]){h, w}, 2)};
    return uncap_graph_node(g, "Resize", in, 4, attrs, 4, x.dtype, shape);
}

static struct uncap_value pad(struct uncap_graph *g, struct uncap_value x, const int *pads, const char *mode)
{
    struct uncap_shape shape = x.shape;
    for (int i = 0; i < 2; i++)
        if (shape.dims[2 + i] >= 0)
            shape.dims[2 + i] += pads[i] + pads[2 + i];
    const int64_t all[8] = {0, 0, pads[0], pads[1], 0, 0, pads[2], pads[3]};
    const struct uncap_attr a = uncap_attr_text("mode", mode);
    const struct uncap_value in[] = {x, uncap_graph_ints(g, all, 8)};
    return uncap_graph_node(g, "Pad", in, 2, &a, 1, x.dtype, shape);
}

struct uncap_value uncap_pad_edge(struct uncap_graph *g, struct uncap_value x, const int *pads)
{
    return pad(g, x, pads, "edge");
}

struct uncap_value uncap_pad_zero(struct uncap_graph *g, struct uncap_value x, const int *pads)
{
    return pad(g, x, pads, "constant");
}
