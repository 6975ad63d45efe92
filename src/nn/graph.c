/* SPDX-License-Identifier: Apache-2.0 */
#include "nn/graph.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "base/memory.h"
#include "nn/ort.h"

enum {
    MAX_PORTS = 64,
    MAX_INPUTS = 64,
    MAX_ATTRS = 16,
    KEY_MAX = 256,
    MAX_DEPTH = 16,
    /* ONNX Runtime refuses external initializers below this. */
    EXTERNAL_MIN_BYTES = 128,
};

/* Gelu needs 20; 22 is the newest whose operators all have CPU kernels in 1.29. */
static const char *const domains[] = {"", "com.microsoft"};
static const int opsets[] = {22, 1};

struct uncap_graph {
    struct uncap_runtime *rt;
    const struct uncap_weights *weights;
    OrtGraph *ort;
    OrtModel *model; /* once finished; owns ort then */
    OrtValueInfo *inputs[MAX_PORTS], *outputs[MAX_PORTS];
    int n_inputs, n_outputs;
    int last_id;
    char prefix[KEY_MAX];
    size_t outer[MAX_DEPTH]; /* length of the prefix before each enter */
    int depth;
    int status;
    struct uncap_error err;
};

static const struct uncap_value NONE = {.id = 0};

int uncap_graph_open(struct uncap_graph **out, struct uncap_runtime *runtime,
                     const struct uncap_weights *weights, struct uncap_error *err)
{
    *out = NULL;
    struct uncap_graph *g = uncap_alloc(1, sizeof(*g));
    if (!g)
        return uncap_fail_nomem(err, "a network graph");
    g->rt = runtime;
    g->weights = weights;
    const int status = uncap_ort_check(runtime, runtime->editor->CreateGraph(&g->ort), err, UNCAP_ERR_BACKEND,
                                       "cannot start a network graph");
    if (status) {
        uncap_graph_close(&g);
        return status;
    }
    *out = g;
    return UNCAP_OK;
}

void uncap_graph_close(struct uncap_graph **graph)
{
    struct uncap_graph *g = *graph;
    if (!g)
        return;
    const OrtApi *api = g->rt->api;
    for (int i = 0; i < MAX_PORTS; i++) {
        if (g->inputs[i])
            api->ReleaseValueInfo(g->inputs[i]);
        if (g->outputs[i])
            api->ReleaseValueInfo(g->outputs[i]);
    }
    if (g->model)
        api->ReleaseModel(g->model);
    else if (g->ort)
        api->ReleaseGraph(g->ort);
    uncap_free(g);
    *graph = NULL;
}

bool uncap_graph_is_sound(const struct uncap_graph *g)
{
    return g->status == UNCAP_OK;
}

struct uncap_value uncap_graph_fail(struct uncap_graph *g, const char *fmt, ...)
{
    if (g->status)
        return NONE;
    char what[400];
    va_list args;
    va_start(args, fmt);
    vsnprintf(what, sizeof(what), fmt, args);
    va_end(args);
    g->status = uncap_fail(&g->err, UNCAP_ERR_MODEL, "cannot build network%s%s of %s: %s",
                           g->prefix[0] ? " part " : "", g->prefix,
                           g->weights ? g->weights->label : "no weights", what);
    return NONE;
}

/* Short of memory of ours; not a fault of the model. */
static struct uncap_value fail_nomem(struct uncap_graph *g, const char *what)
{
    if (!g->status)
        g->status = uncap_fail_nomem(&g->err, what);
    return NONE;
}

/* Take a status of ORT's: true if it was none. */
static bool accept(struct uncap_graph *g, OrtStatus *status, const char *what)
{
    if (!status)
        return true;
    uncap_graph_fail(g, "%s: %s", what, g->rt->api->GetErrorMessage(status));
    g->rt->api->ReleaseStatus(status);
    return false;
}

void uncap_graph_enter(struct uncap_graph *g, const char *fmt, ...)
{
    const size_t length = strlen(g->prefix);
    const size_t room = sizeof(g->prefix) - length;
    va_list args;
    va_start(args, fmt);
    const int n = vsnprintf(g->prefix + length, room, fmt, args);
    va_end(args);
    if (n <= 0 || (size_t)n + 2 > room || g->depth == MAX_DEPTH) {
        g->prefix[length] = '\0';
        uncap_graph_fail(g, "weight key too long or too deep");
        return;
    }
    g->outer[g->depth++] = length;
    memcpy(g->prefix + length + n, ".", 2);
}

void uncap_graph_leave(struct uncap_graph *g)
{
    if (g->depth)
        g->prefix[g->outer[--g->depth]] = '\0';
}

static void value_name(struct uncap_value v, char *name)
{
    if (v.id)
        snprintf(name, 16, "v%d", v.id);
    else
        name[0] = '\0';
}

static OrtValueInfo *describe(struct uncap_graph *g, const char *name, enum uncap_dtype dtype,
                              const struct uncap_shape *shape)
{
    const OrtApi *api = g->rt->api;
    OrtTensorTypeAndShapeInfo *tensor = NULL;
    OrtTypeInfo *type = NULL;
    OrtValueInfo *info = NULL;
    OrtStatus *status = api->CreateTensorTypeAndShapeInfo(&tensor);
    if (!status)
        status = api->SetTensorElementType(tensor, uncap_ort_dtype(dtype));
    if (!status)
        status = api->SetDimensions(tensor, shape->dims, (size_t)shape->rank);
    if (!status)
        status = g->rt->editor->CreateTensorTypeInfo(tensor, &type);
    if (!status)
        status = g->rt->editor->CreateValueInfo(name, type, &info);
    if (type)
        api->ReleaseTypeInfo(type);
    if (tensor)
        api->ReleaseTensorTypeAndShapeInfo(tensor);
    return accept(g, status, name) ? info : NULL;
}

struct uncap_value uncap_graph_input(struct uncap_graph *g, const char *name, enum uncap_dtype dtype,
                                     struct uncap_shape shape)
{
    if (g->status)
        return NONE;
    if (g->n_inputs == MAX_PORTS)
        return uncap_graph_fail(g, "more than %d inputs", MAX_PORTS);
    g->inputs[g->n_inputs] = describe(g, name, dtype, &shape);
    if (!g->inputs[g->n_inputs])
        return NONE;
    g->n_inputs++;
    /* Values are called v1, v2, ...; an Identity (optimised away) leads from the public name to that. */
    char inner[16];
    const struct uncap_value v = {++g->last_id, dtype, shape};
    value_name(v, inner);
    OrtNode *node = NULL;
    const char *const from = name;
    const char *const to = inner;
    if (!accept(g, g->rt->editor->CreateNode("Identity", "", inner, &from, 1, &to, 1, NULL, 0, &node), name))
        return NONE;
    return accept(g, g->rt->editor->AddNodeToGraph(g->ort, node), name) ? v : NONE;
}

void uncap_graph_output(struct uncap_graph *g, const char *name, struct uncap_value value)
{
    if (g->status)
        return;
    if (g->n_outputs == MAX_PORTS) {
        uncap_graph_fail(g, "more than %d outputs", MAX_PORTS);
        return;
    }
    g->outputs[g->n_outputs] = describe(g, name, value.dtype, &value.shape);
    if (!g->outputs[g->n_outputs])
        return;
    g->n_outputs++;
    char inner[16];
    value_name(value, inner);
    OrtNode *node = NULL;
    const char *const from = inner;
    if (accept(g, g->rt->editor->CreateNode("Identity", "", name, &from, 1, &name, 1, NULL, 0, &node), name))
        accept(g, g->rt->editor->AddNodeToGraph(g->ort, node), name);
}

/* Value over memory that stays where it is, or over a copy when it is small or is_copied. */
static struct uncap_value add_initializer(struct uncap_graph *g, const char *what, enum uncap_dtype dtype,
                                          struct uncap_shape shape, const void *data, bool is_copied)
{
    const OrtApi *api = g->rt->api;
    size_t count = 0;
    if (!uncap_shape_count(&shape, &count))
        return uncap_graph_fail(g, "%s has an impossible shape", what);
    const size_t bytes = count * uncap_dtype_bytes(dtype);
    const bool is_external = !is_copied && bytes >= EXTERNAL_MIN_BYTES;
    OrtValue *value = NULL;
    OrtStatus *status;
    if (is_external) {
        status =
            api->CreateTensorWithDataAsOrtValue(g->rt->memory, (void *)(uintptr_t)data, bytes, shape.dims,
                                                (size_t)shape.rank, uncap_ort_dtype(dtype), &value);
    } else {
        OrtAllocator *allocator = NULL;
        void *to = NULL;
        status = api->GetAllocatorWithDefaultOptions(&allocator);
        if (!status)
            status = api->CreateTensorAsOrtValue(allocator, shape.dims, (size_t)shape.rank,
                                                 uncap_ort_dtype(dtype), &value);
        if (!status)
            status = api->GetTensorMutableData(value, &to);
        if (!status && bytes)
            memcpy(to, data, bytes);
    }
    char name[16];
    const struct uncap_value v = {++g->last_id, dtype, shape};
    value_name(v, name);
    if (!status)
        status = g->rt->editor->AddInitializerToGraph(g->ort, name, value, is_external);
    if (status && value)
        api->ReleaseValue(value);
    return accept(g, status, what) ? v : NONE;
}

static const struct uncap_weight *find(const struct uncap_graph *g, const char *key, char *full)
{
    const int n = snprintf(full, 2 * KEY_MAX, "%s%s", g->prefix, key);
    return g->weights && n > 0 && n < 2 * KEY_MAX ? uncap_weights_find(g->weights, full) : NULL;
}

bool uncap_graph_has(const struct uncap_graph *g, const char *key)
{
    char full[2 * KEY_MAX];
    return find(g, key, full) != NULL;
}

struct uncap_value uncap_graph_weight_as(struct uncap_graph *g, const char *key, struct uncap_shape shape)
{
    if (g->status)
        return NONE;
    char full[2 * KEY_MAX];
    const struct uncap_weight *w = find(g, key, full);
    if (!w)
        return uncap_graph_fail(g, "weight %s is missing", full);
    size_t have = 0;
    size_t want = 0;
    char text[64];
    if (!uncap_shape_count(&w->shape, &have) || !uncap_shape_count(&shape, &want) || have != want)
        return uncap_graph_fail(g, "weight %s cannot be seen as %s", full,
                                uncap_shape_text(&shape, text, sizeof(text)));
    struct uncap_value v = add_initializer(g, full, w->dtype, shape, w->data, false);
    if (w->dtype != UNCAP_F16 && w->dtype != UNCAP_BF16)
        return v;
    const struct uncap_attr to = uncap_attr_int("to", ONNX_TENSOR_ELEMENT_DATA_TYPE_FLOAT);
    return uncap_graph_node(g, "Cast", &v, 1, &to, 1, UNCAP_F32, shape);
}

struct uncap_value uncap_graph_weight(struct uncap_graph *g, const char *key)
{
    char full[2 * KEY_MAX];
    const struct uncap_weight *w = find(g, key, full);
    if (!w)
        return uncap_graph_fail(g, "weight %s is missing", full);
    return uncap_graph_weight_as(g, key, w->shape);
}

struct uncap_value uncap_graph_constant(struct uncap_graph *g, enum uncap_dtype dtype,
                                        struct uncap_shape shape, const void *data)
{
    return g->status ? NONE : add_initializer(g, "a constant", dtype, shape, data, true);
}

struct uncap_value uncap_graph_fill(struct uncap_graph *g, int64_t n, float v)
{
    if (!n)
        return uncap_graph_constant(g, UNCAP_F32, (struct uncap_shape){.rank = 0}, &v);
    if (n < 0)
        return uncap_graph_fail(g, "a constant of %lld numbers", (long long)n);
    float *data = uncap_alloc((size_t)n, sizeof(*data));
    if (!data)
        return fail_nomem(g, "a network's constant");
    for (int64_t i = 0; i < n; i++)
        data[i] = v;
    const struct uncap_value value = uncap_graph_constant(g, UNCAP_F32, UNCAP_SHAPE(n), data);
    uncap_free(data);
    return value;
}

struct uncap_value uncap_graph_ints(struct uncap_graph *g, const int64_t *ints, int64_t n)
{
    return uncap_graph_constant(g, UNCAP_I64, UNCAP_SHAPE(n), ints);
}

static OrtStatus *make_attr(const OrtApi *api, const struct uncap_attr *a, OrtOpAttr **out)
{
    switch (a->kind) {
    case UNCAP_ATTR_INT: return api->CreateOpAttr(a->name, &a->i, 1, ORT_OP_ATTR_INT, out);
    case UNCAP_ATTR_INTS: return api->CreateOpAttr(a->name, a->ints, (int)a->i, ORT_OP_ATTR_INTS, out);
    case UNCAP_ATTR_FLOAT: return api->CreateOpAttr(a->name, &a->f, 1, ORT_OP_ATTR_FLOAT, out);
    case UNCAP_ATTR_TEXT:
        return api->CreateOpAttr(a->name, a->text, (int)strlen(a->text), ORT_OP_ATTR_STRING, out);
    }
    return NULL;
}

struct uncap_value uncap_graph_node(struct uncap_graph *g, const char *op, const struct uncap_value *in,
                                    int n_in, const struct uncap_attr *attrs, int n_attrs,
                                    enum uncap_dtype dtype, struct uncap_shape shape)
{
    if (g->status)
        return NONE;
    if (n_in > MAX_INPUTS || n_attrs > MAX_ATTRS)
        return uncap_graph_fail(g, "%s has too many inputs or attributes", op);
    static const char ours[] = "com.microsoft:";
    const bool is_ms = !strncmp(op, ours, sizeof(ours) - 1);
    char names[MAX_INPUTS][16];
    const char *name_list[MAX_INPUTS];
    for (int i = 0; i < n_in; i++) {
        value_name(in[i], names[i]);
        name_list[i] = names[i];
    }
    const struct uncap_value v = {++g->last_id, dtype, shape};
    char result[16];
    value_name(v, result);
    const char *const result_name = result;
    OrtOpAttr *list[MAX_ATTRS] = {NULL};
    OrtStatus *status = NULL;
    for (int i = 0; !status && i < n_attrs; i++)
        status = make_attr(g->rt->api, &attrs[i], &list[i]);
    OrtNode *node = NULL;
    if (!status)
        status = g->rt->editor->CreateNode(is_ms ? op + sizeof(ours) - 1 : op,
                                           is_ms ? domains[1] : domains[0], result, name_list, (size_t)n_in,
                                           &result_name, 1, list, (size_t)n_attrs, &node);
    for (int i = 0; i < n_attrs; i++)
        if (list[i])
            g->rt->api->ReleaseOpAttr(list[i]); /* CreateNode copied it */
    if (!status)
        status = g->rt->editor->AddNodeToGraph(g->ort, node);
    return accept(g, status, op) ? v : NONE;
}

static OrtStatus *finish(struct uncap_graph *g)
{
    const OrtModelEditorApi *editor = g->rt->editor;
    OrtStatus *status = editor->SetGraphInputs(g->ort, g->inputs, (size_t)g->n_inputs);
    if (!status)
        status = editor->SetGraphOutputs(g->ort, g->outputs, (size_t)g->n_outputs);
    OrtModel *model = NULL;
    if (!status)
        status = editor->CreateModel(domains, opsets, 2, &model);
    if (!status)
        status = editor->AddGraphToModel(model, g->ort);
    if (!status)
        g->model = model;
    else if (model)
        g->rt->api->ReleaseModel(model);
    return status;
}

int uncap_ort_graph_model(struct uncap_graph *g, OrtModel **model, struct uncap_runtime **runtime,
                          struct uncap_error *err)
{
    if (!g->status && !g->model)
        accept(g, finish(g), "cannot finish");
    *model = g->model;
    *runtime = g->rt;
    if (!g->status)
        return UNCAP_OK;
    return uncap_fail(err, (enum uncap_status)g->status, "%s", g->err.message);
}

int uncap_graph_build(struct uncap_session **out, struct uncap_runtime *runtime,
                      const struct uncap_weights *weights,
                      void (*build)(struct uncap_graph *g, const void *opaque), const void *opaque,
                      const struct uncap_session_options *options, struct uncap_error *err)
{
    struct uncap_graph *g;
    *out = NULL;
    int status = uncap_graph_open(&g, runtime, weights, err);
    if (status)
        return status;
    build(g, opaque);
    status = uncap_session_open_graph(out, g, options, err);
    uncap_graph_close(&g);
    return status;
}
