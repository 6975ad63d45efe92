/* SPDX-License-Identifier: Apache-2.0 */
#include <math.h>

#include "nn/layers.h"

struct uncap_value uncap_attention(struct uncap_graph *g, struct uncap_value q, struct uncap_value k,
                                   struct uncap_value v, int heads, float scale, struct uncap_value bias)
{
    if (!uncap_graph_is_sound(g))
        return q;
    const float per_head = (float)q.shape.dims[q.shape.rank - 1] / (float)heads;
    const struct uncap_attr attrs[] = {
        uncap_attr_int("num_heads", heads),
        uncap_attr_float("scale", scale > 0 ? scale : 1.0f / sqrtf(per_head)),
    };
    const struct uncap_value none = {.id = 0};
    const struct uncap_value in[] = {
        q,    uncap_graph_cast(g, k, q.dtype),   uncap_graph_cast(g, v, q.dtype), none,
        none, uncap_graph_cast(g, bias, q.dtype)};
    return uncap_graph_node(g, "com.microsoft:MultiHeadAttention", in, bias.id ? 6 : 3, attrs, 2, q.dtype,
                            q.shape);
}
