/* SPDX-License-Identifier: Apache-2.0 */
#include "nn/onnx_model.h"

#include <limits.h>
#include <string.h>

#include "base/memory.h"

enum { MAX_NODES = 100000, MAX_PORTS = 4096, MAX_VALUES = 1000000 };

/* Field numbers of onnx.proto (onnx/onnx, onnx/onnx.proto). */
enum { MODEL_GRAPH = 7, MODEL_OPSET = 8 };
enum { OPSET_DOMAIN = 1, OPSET_VERSION = 2 };
enum { GRAPH_NODE = 1, GRAPH_INITIALIZER = 5, GRAPH_OUTPUT = 12 };
enum { NODE_INPUT = 1, NODE_OUTPUT = 2, NODE_OP = 4, NODE_ATTRIBUTE = 5 };
enum {
    ATTRIBUTE_NAME = 1,
    ATTRIBUTE_FLOAT = 2,
    ATTRIBUTE_INT = 3,
    ATTRIBUTE_TENSOR = 5,
    ATTRIBUTE_GRAPH = 6
};
enum { ATTRIBUTE_INTS = 8, ATTRIBUTE_GRAPHS = 11 };
enum { TENSOR_DIMS = 1, TENSOR_TYPE = 2, TENSOR_FLOATS = 4, TENSOR_NAME = 8, TENSOR_RAW = 9 };
enum { TENSOR_EXTERNAL = 13, TENSOR_LOCATION = 14 };
enum { TYPE_FLOAT = 1 };

static int damaged(struct uncap_error *err, const char *what)
{
    return uncap_fail(err, UNCAP_ERR_MODEL, "the network file is damaged: %s cannot be read", what);
}

static bool is_text(struct uncap_bytes bytes, const char *text)
{
    const size_t n = strlen(text);
    return bytes.n == n && !memcmp(bytes.data, text, n);
}

/* ---- values by name ---- */

static size_t hash(struct uncap_bytes name)
{
    uint64_t h = 1469598103934665603u; /* FNV-1a */
    for (size_t i = 0; i < name.n; i++)
        h = (h ^ name.data[i]) * 1099511628211u;
    return (size_t)(h ^ h >> 32);
}

static int *slot_of(const struct uncap_onnx_model *m, struct uncap_bytes name)
{
    for (size_t i = hash(name) & (m->n_slots - 1);; i = (i + 1) & (m->n_slots - 1)) {
        const int v = m->slots[i];
        if (v < 0 || (m->values[v].name.n == name.n && !memcmp(m->values[v].name.data, name.data, name.n)))
            return &m->slots[i];
    }
}

static bool widen(struct uncap_onnx_model *m)
{
    const size_t n_slots = m->n_slots ? 2 * m->n_slots : 1024;
    int *slots = uncap_alloc(n_slots, sizeof(*slots));
    if (!slots)
        return false;
    for (size_t i = 0; i < n_slots; i++)
        slots[i] = -1;
    uncap_free(m->slots);
    m->slots = slots;
    m->n_slots = n_slots;
    for (size_t i = 0; i < m->n_values; i++)
        if (m->values[i].name.data)
            *slot_of(m, m->values[i].name) = (int)i;
    return true;
}

static int add_value(struct uncap_onnx_model *m, struct uncap_bytes name)
{
    if (m->n_values >= MAX_VALUES || (2 * m->n_values >= m->n_slots && !widen(m)) ||
        !uncap_grow((void **)&m->values, &m->values_capacity, m->n_values + 1, sizeof(*m->values)))
        return -1;
    m->values[m->n_values] = (struct uncap_onnx_value){.name = name, .producer = -1, .tensor = -1};
    return (int)m->n_values++;
}

/* The value of that name, a new one if there is none; the empty name is value 0. -1: short of memory. */
static int value_of(struct uncap_onnx_model *m, struct uncap_bytes name)
{
    if (!name.n)
        return 0;
    const int known = *slot_of(m, name);
    if (known >= 0)
        return known;
    const int v = add_value(m, name);
    if (v >= 0)
        *slot_of(m, name) = v;
    return v;
}

/* ---- constants ---- */

static bool set_dims(struct uncap_onnx_tensor *t, const struct uncap_field *f)
{
    struct uncap_bytes packed = f->bytes;
    uint64_t v = f->value;
    const bool is_packed = f->wire == UNCAP_WIRE_BYTES;
    while (is_packed ? uncap_protobuf_varint(&packed, &v) : true) {
        if (t->rank == UNCAP_ONNX_RANK || v > INT_MAX || !uncap_mul(t->n, (size_t)v, &t->n))
            return false;
        t->dims[t->rank++] = (int64_t)v;
        if (!is_packed)
            break;
    }
    return !packed.n;
}

struct tensor_field {
    struct uncap_bytes name, raw;
    uint64_t type;
    bool is_elsewhere;
};

/* Read a TensorProto. Not a float of rank 0..4 with raw data: t->data stays NULL, which is no error. */
static int read_tensor(struct uncap_bytes message, struct uncap_onnx_tensor *t, struct uncap_bytes *name,
                       struct uncap_error *err)
{
    struct uncap_field f;
    struct tensor_field in = {.type = 0};
    bool is_small = true;
    enum uncap_next next;
    *t = (struct uncap_onnx_tensor){.n = 1};
    while ((next = uncap_protobuf_next(&message, &f)) == UNCAP_NEXT_FIELD) {
        switch (f.number) {
        case TENSOR_DIMS: is_small = is_small && set_dims(t, &f); break;
        case TENSOR_TYPE: in.type = f.value; break;
        case TENSOR_NAME: in.name = f.bytes; break;
        case TENSOR_FLOATS: /* a packed list has the layout of raw data */
        case TENSOR_RAW: in.raw = f.bytes; break;
        case TENSOR_EXTERNAL:
        case TENSOR_LOCATION: in.is_elsewhere = true; break;
        default: break;
        }
    }
    *name = in.name;
    if (next == UNCAP_NEXT_DAMAGED)
        return damaged(err, "a constant");
    if (!is_small || in.type != TYPE_FLOAT || in.is_elsewhere || in.raw.n / sizeof(float) != t->n ||
        in.raw.n % sizeof(float))
        return UNCAP_OK;
    t->data = uncap_alloc(t->n, sizeof(float));
    if (!t->data)
        return uncap_fail_nomem(err, "a network's weights");
    if (in.raw.n)
        memcpy(t->data, in.raw.data, in.raw.n); /* little-endian, as this machine is assumed to be */
    return UNCAP_OK;
}

/* Takes over t->data. */
static bool keep_tensor(struct uncap_onnx_model *m, const struct uncap_onnx_tensor *t, int value)
{
    if (value < 0 ||
        !uncap_grow((void **)&m->tensors, &m->tensors_capacity, m->n_tensors + 1, sizeof(*m->tensors))) {
        uncap_free(t->data);
        return false;
    }
    m->values[value].tensor = (int)m->n_tensors;
    m->tensors[m->n_tensors++] = *t;
    return true;
}

static int read_constant(struct uncap_onnx_model *m, struct uncap_bytes message, int value,
                         struct uncap_error *err)
{
    struct uncap_onnx_tensor t;
    struct uncap_bytes name;
    const int status = read_tensor(message, &t, &name, err);
    if (status || !t.data)
        return status;
    if (value < 0)
        value = value_of(m, name);
    return keep_tensor(m, &t, value) ? UNCAP_OK : uncap_fail_nomem(err, "a network's weights");
}

/* ---- nodes ---- */

static bool add_port(struct uncap_onnx_model *m, int **ports, int *n, struct uncap_bytes name)
{
    size_t capacity = (size_t)*n;
    const int v = value_of(m, name);
    if (v < 0 || *n == MAX_PORTS || !uncap_grow((void **)ports, &capacity, (size_t)*n + 1, sizeof(**ports)))
        return false;
    (*ports)[(*n)++] = v;
    return true;
}

/* The tensor of a Constant node; nodes with graphs inside are not for us: they use values by name. */
static int read_attribute(struct uncap_onnx_model *m, const struct uncap_onnx_node *node,
                          struct uncap_bytes message, struct uncap_error *err)
{
    struct uncap_field f;
    enum uncap_next next;
    int status = UNCAP_OK;
    while (!status && (next = uncap_protobuf_next(&message, &f)) == UNCAP_NEXT_FIELD) {
        if (f.number == ATTRIBUTE_GRAPH || f.number == ATTRIBUTE_GRAPHS)
            status = uncap_fail(err, UNCAP_ERR_UNSUPPORTED, "the network has graphs inside its nodes");
        else if (f.number == ATTRIBUTE_TENSOR && uncap_onnx_is(node, "Constant") && node->n_outputs == 1)
            status = read_constant(m, f.bytes, node->outputs[0], err);
    }
    return status ? status : next == UNCAP_NEXT_DAMAGED ? damaged(err, "an attribute") : UNCAP_OK;
}

static int read_node(struct uncap_onnx_model *m, struct uncap_bytes message, struct uncap_error *err)
{
    struct uncap_field f;
    enum uncap_next next;
    if (m->n_nodes == MAX_NODES)
        return damaged(err, "so many nodes");
    if (!uncap_grow((void **)&m->nodes, &m->nodes_capacity, m->n_nodes + 1, sizeof(*m->nodes)))
        return uncap_fail_nomem(err, "a network's nodes");
    struct uncap_onnx_node *node = &m->nodes[m->n_nodes++];
    *node = (struct uncap_onnx_node){.whole = message};
    struct uncap_bytes rest = message;
    bool has_all = true;
    while (has_all && (next = uncap_protobuf_next(&rest, &f)) == UNCAP_NEXT_FIELD) {
        if (f.number == NODE_INPUT)
            has_all = add_port(m, &node->inputs, &node->n_inputs, f.bytes);
        else if (f.number == NODE_OUTPUT)
            has_all = add_port(m, &node->outputs, &node->n_outputs, f.bytes);
        else if (f.number == NODE_OP)
            node->op = f.bytes;
    }
    if (!has_all)
        return uncap_fail_nomem(err, "a network's nodes");
    if (next == UNCAP_NEXT_DAMAGED)
        return damaged(err, "a node");
    for (int i = 0; i < node->n_inputs; i++)
        m->values[node->inputs[i]].n_uses++;
    for (int i = 0; i < node->n_outputs; i++)
        m->values[node->outputs[i]].producer = (int)m->n_nodes - 1;
    int status = UNCAP_OK;
    for (rest = message; !status && uncap_protobuf_next(&rest, &f) == UNCAP_NEXT_FIELD;)
        if (f.number == NODE_ATTRIBUTE)
            status = read_attribute(m, node, f.bytes, err);
    return status;
}

/* An output's name is the first field of its ValueInfoProto. */
static int read_output(struct uncap_onnx_model *m, struct uncap_bytes message, struct uncap_error *err)
{
    struct uncap_field f;
    while (uncap_protobuf_next(&message, &f) == UNCAP_NEXT_FIELD)
        if (f.number == 1 && f.wire == UNCAP_WIRE_BYTES) {
            const int v = value_of(m, f.bytes);
            if (v < 0)
                return uncap_fail_nomem(err, "a network's outputs");
            m->values[v].n_uses++;
            return UNCAP_OK;
        }
    return damaged(err, "an output");
}

static int read_graph(struct uncap_onnx_model *m, struct uncap_error *err)
{
    struct uncap_bytes rest = m->graph;
    struct uncap_field f;
    enum uncap_next next;
    int status = UNCAP_OK;
    while (!status && (next = uncap_protobuf_next(&rest, &f)) == UNCAP_NEXT_FIELD) {
        if (f.number == GRAPH_NODE)
            status = read_node(m, f.bytes, err);
        else if (f.number == GRAPH_INITIALIZER)
            status = read_constant(m, f.bytes, -1, err);
        else if (f.number == GRAPH_OUTPUT)
            status = read_output(m, f.bytes, err);
    }
    return status ? status : next == UNCAP_NEXT_DAMAGED ? damaged(err, "its graph") : UNCAP_OK;
}

static void read_opset(struct uncap_onnx_model *m, struct uncap_bytes message)
{
    struct uncap_field f;
    bool is_default = true;
    int64_t version = 0;
    while (uncap_protobuf_next(&message, &f) == UNCAP_NEXT_FIELD) {
        if (f.number == OPSET_DOMAIN)
            is_default = !f.bytes.n;
        else if (f.number == OPSET_VERSION && f.value < INT_MAX)
            version = (int64_t)f.value;
    }
    m->opset = is_default ? version : m->opset;
}

int uncap_onnx_read(struct uncap_onnx_model *m, struct uncap_bytes file, struct uncap_error *err)
{
    struct uncap_bytes rest = file;
    struct uncap_field f;
    enum uncap_next next;
    *m = (struct uncap_onnx_model){.file = file};
    if (add_value(m, (struct uncap_bytes){.n = 0}) < 0) {
        uncap_onnx_clear(m);
        return uncap_fail_nomem(err, "a network's values");
    }
    while ((next = uncap_protobuf_next(&rest, &f)) == UNCAP_NEXT_FIELD) {
        if (f.number == MODEL_GRAPH && f.wire == UNCAP_WIRE_BYTES)
            m->graph = f.bytes;
        else if (f.number == MODEL_OPSET)
            read_opset(m, f.bytes);
    }
    const int status = next == UNCAP_NEXT_DAMAGED || !m->graph.n ? damaged(err, "it") : read_graph(m, err);
    if (status)
        uncap_onnx_clear(m);
    return status;
}

void uncap_onnx_clear(struct uncap_onnx_model *m)
{
    for (size_t i = 0; i < m->n_nodes; i++) {
        uncap_free(m->nodes[i].inputs);
        uncap_free(m->nodes[i].outputs);
        uncap_free(m->nodes[i].attributes.data);
    }
    for (size_t i = 0; i < m->n_tensors; i++)
        uncap_free(m->tensors[i].data);
    uncap_free(m->nodes);
    uncap_free(m->values);
    uncap_free(m->tensors);
    uncap_free(m->slots);
    *m = (struct uncap_onnx_model){.n_nodes = 0};
}

/* ---- looking ---- */

bool uncap_onnx_is(const struct uncap_onnx_node *node, const char *op)
{
    return is_text(node->op, op);
}

/* The attribute's message. */
static bool find_attribute(const struct uncap_onnx_node *node, const char *name, struct uncap_bytes *out)
{
    struct uncap_bytes rest = node->whole;
    struct uncap_field f, inner;
    while (uncap_protobuf_next(&rest, &f) == UNCAP_NEXT_FIELD) {
        struct uncap_bytes message = f.bytes;
        if (f.number != NODE_ATTRIBUTE)
            continue;
        while (uncap_protobuf_next(&message, &inner) == UNCAP_NEXT_FIELD)
            if (inner.number == ATTRIBUTE_NAME && is_text(inner.bytes, name)) {
                *out = f.bytes;
                return true;
            }
    }
    return false;
}

bool uncap_onnx_has(const struct uncap_onnx_node *node, const char *name)
{
    struct uncap_bytes message;
    return find_attribute(node, name, &message);
}

bool uncap_onnx_int(const struct uncap_onnx_node *node, const char *name, int64_t *value)
{
    struct uncap_bytes message;
    struct uncap_field f;
    if (!find_attribute(node, name, &message))
        return false;
    *value = 0; /* proto3 leaves zeros out */
    while (uncap_protobuf_next(&message, &f) == UNCAP_NEXT_FIELD)
        if (f.number == ATTRIBUTE_INT && f.wire == UNCAP_WIRE_VARINT)
            *value = (int64_t)f.value;
    return true;
}

bool uncap_onnx_float(const struct uncap_onnx_node *node, const char *name, float *value)
{
    struct uncap_bytes message;
    struct uncap_field f;
    if (!find_attribute(node, name, &message))
        return false;
    *value = 0;
    while (uncap_protobuf_next(&message, &f) == UNCAP_NEXT_FIELD)
        if (f.number == ATTRIBUTE_FLOAT && f.wire == UNCAP_WIRE_32) {
            const uint32_t bits = (uint32_t)f.value;
            memcpy(value, &bits, sizeof(bits));
        }
    return true;
}

static int64_t magnitude(uint64_t v)
{
    return v > INT_MAX ? INT_MAX : (int64_t)v; /* negative ones are huge as varints */
}

int64_t uncap_onnx_ints_sum(const struct uncap_onnx_node *node, const char *name)
{
    int64_t sum = 0;
    struct uncap_bytes message;
    struct uncap_field f;
    uint64_t v;
    if (!find_attribute(node, name, &message))
        return 0;
    while (uncap_protobuf_next(&message, &f) == UNCAP_NEXT_FIELD) {
        if (f.number != ATTRIBUTE_INTS)
            continue;
        if (f.wire == UNCAP_WIRE_VARINT)
            sum += magnitude(f.value);
        while (f.wire == UNCAP_WIRE_BYTES && uncap_protobuf_varint(&f.bytes, &v))
            sum += magnitude(v);
    }
    return sum;
}

struct uncap_onnx_tensor *uncap_onnx_constant(const struct uncap_onnx_model *m, int value)
{
    return m->values[value].tensor >= 0 ? &m->tensors[m->values[value].tensor] : NULL;
}

int uncap_onnx_add_constant(struct uncap_onnx_model *m, const int64_t *dims, int rank)
{
    struct uncap_onnx_tensor t = {.rank = rank, .n = 1, .is_new = true};
    for (int i = 0; i < rank; i++) {
        t.dims[i] = dims[i];
        if (!uncap_mul(t.n, (size_t)dims[i], &t.n))
            return -1;
    }
    t.data = uncap_alloc(t.n, sizeof(float));
    const int v = t.data ? add_value(m, (struct uncap_bytes){.data = NULL}) : -1;
    if (v < 0) {
        uncap_free(t.data);
        return -1;
    }
    return keep_tensor(m, &t, v) ? v : -1;
}
