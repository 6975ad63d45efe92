/* SPDX-License-Identifier: Apache-2.0 */
#include <stdio.h>
#include <string.h>

#include "base/memory.h"
#include "nn/onnx_model.h"

/* Field numbers of onnx.proto (onnx/onnx, onnx/onnx.proto). */
enum { MODEL_GRAPH = 7, GRAPH_NODE = 1 };
enum { NODE_INPUT = 1, NODE_OUTPUT = 2, NODE_OP = 4, NODE_ATTRIBUTE = 5 };
enum { ATTRIBUTE_NAME = 1, ATTRIBUTE_TENSOR = 5, ATTRIBUTE_TYPE = 20, TYPE_TENSOR = 4 };
enum { TENSOR_DIMS = 1, TENSOR_TYPE = 2, TENSOR_RAW = 9, TYPE_FLOAT = 1 };

/* Values made here are called by their number. */
static void put_name(struct uncap_protobuf *to, uint64_t number, const struct uncap_onnx_model *m, int value)
{
    char name[32];
    if (m->values[value].name.data || !value) {
        uncap_protobuf_put_bytes(to, number, m->values[value].name);
        return;
    }
    snprintf(name, sizeof(name), "uncaption:%d", value);
    uncap_protobuf_put_text(to, number, name);
}

/* What holds n bytes at its end, in a field of `to` that ends there, too; its own first bytes are freed. */
static void put_around(struct uncap_protobuf *to, uint64_t number, struct uncap_protobuf *first, size_t n)
{
    to->has_failed = to->has_failed || first->has_failed;
    uncap_protobuf_put_head(to, number, first->n + n);
    uncap_protobuf_put_raw(to, (struct uncap_bytes){first->data, first->n});
    uncap_free(first->data);
}

/* A Constant node: an initializer would have to be an input too in old files. Its weights come last in
 * all that is around them, so that they are copied once. */
static void put_constant(struct uncap_protobuf *graph, const struct uncap_onnx_model *m, int value)
{
    const struct uncap_onnx_tensor *t = &m->tensors[m->values[value].tensor];
    const struct uncap_bytes weights = {(const uint8_t *)t->data, t->n * sizeof(float)};
    struct uncap_protobuf tensor = {.n = 0}, attribute = {.n = 0}, node = {.n = 0};
    for (int i = 0; i < t->rank; i++)
        uncap_protobuf_put_varint(&tensor, TENSOR_DIMS, (uint64_t)t->dims[i]);
    uncap_protobuf_put_varint(&tensor, TENSOR_TYPE, TYPE_FLOAT);
    uncap_protobuf_put_head(&tensor, TENSOR_RAW, weights.n);
    uncap_protobuf_put_text(&attribute, ATTRIBUTE_NAME, "value");
    uncap_protobuf_put_varint(&attribute, ATTRIBUTE_TYPE, TYPE_TENSOR);
    put_around(&attribute, ATTRIBUTE_TENSOR, &tensor, weights.n);
    put_name(&node, NODE_OUTPUT, m, value);
    uncap_protobuf_put_text(&node, NODE_OP, "Constant");
    put_around(&node, NODE_ATTRIBUTE, &attribute, weights.n);
    put_around(graph, GRAPH_NODE, &node, weights.n);
    uncap_protobuf_put_raw(graph, weights);
}

static void put_changed(struct uncap_protobuf *graph, const struct uncap_onnx_model *m,
                        const struct uncap_onnx_node *n)
{
    struct uncap_protobuf node = {.n = 0};
    struct uncap_bytes rest = n->whole;
    struct uncap_field f;
    for (int i = 0; i < n->n_inputs; i++)
        put_name(&node, NODE_INPUT, m, n->inputs[i]);
    for (int i = 0; i < n->n_outputs; i++)
        put_name(&node, NODE_OUTPUT, m, n->outputs[i]);
    uncap_protobuf_put_bytes(&node, NODE_OP, n->op);
    uncap_protobuf_put_raw(&node, (struct uncap_bytes){n->attributes.data, n->attributes.n});
    while (uncap_protobuf_next(&rest, &f) == UNCAP_NEXT_FIELD) {
        const bool is_replaced = f.number == NODE_INPUT || f.number == NODE_OUTPUT || f.number == NODE_OP ||
                                 (f.number == NODE_ATTRIBUTE && n->attributes.data);
        if (!is_replaced)
            uncap_protobuf_put_raw(&node, f.whole);
    }
    node.has_failed = node.has_failed || n->attributes.has_failed;
    uncap_protobuf_put_message(graph, GRAPH_NODE, &node);
}

static void put_graph(struct uncap_protobuf *graph, const struct uncap_onnx_model *m)
{
    struct uncap_bytes rest = m->graph;
    struct uncap_field f;
    size_t i = 0;
    for (size_t v = 0; v < m->n_values; v++)
        if (m->values[v].tensor >= 0 && m->tensors[m->values[v].tensor].is_new && m->values[v].n_uses)
            put_constant(graph, m, (int)v);
    while (uncap_protobuf_next(&rest, &f) == UNCAP_NEXT_FIELD) {
        if (f.number != GRAPH_NODE) {
            uncap_protobuf_put_raw(graph, f.whole);
            continue;
        }
        const struct uncap_onnx_node *node = &m->nodes[i++];
        if (!node->is_dropped && node->is_changed)
            put_changed(graph, m, node);
        else if (!node->is_dropped)
            uncap_protobuf_put_raw(graph, f.whole);
    }
}

int uncap_onnx_write(const struct uncap_onnx_model *m, struct uncap_protobuf *out, struct uncap_error *err)
{
    struct uncap_bytes rest = m->file;
    struct uncap_field f;
    struct uncap_protobuf graph = {.n = 0};
    *out = (struct uncap_protobuf){.n = 0};
    /* Room for a little more than before: weights are not moved again and again. */
    const size_t room = m->file.n + m->file.n / 16;
    out->has_failed = !uncap_grow((void **)&graph.data, &graph.capacity, room, 1) ||
                      !uncap_grow((void **)&out->data, &out->capacity, room, 1);
    while (uncap_protobuf_next(&rest, &f) == UNCAP_NEXT_FIELD) {
        if (f.number != MODEL_GRAPH)
            uncap_protobuf_put_raw(out, f.whole);
        else if (f.bytes.data == m->graph.data) { /* of several the last one counts */
            put_graph(&graph, m);
            uncap_protobuf_put_message(out, MODEL_GRAPH, &graph);
        }
    }
    uncap_free(graph.data);
    if (!out->has_failed)
        return UNCAP_OK;
    uncap_free(out->data);
    *out = (struct uncap_protobuf){.n = 0};
    return uncap_fail_nomem(err, "a network");
}
