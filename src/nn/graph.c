/* SPDX-License-Identifier: Apache-2.0 */
#include "nn/graph.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "base/memory.h"
#include "nn/graph_state.h"

enum { MAX_INPUTS = 64, MAX_ATTRS = 16 };

/* Gelu needs 20; 22 is the newest whose operators all have CPU kernels in 1.29. */
static const char *const domains[] = {"", "com.microsoft"};
static const int opsets[] = {22, 1};

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
    for (int i = 0; i < UNCAP_GRAPH_PORTS; i++) {
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

bool uncap_graph_accept(struct uncap_graph *g, OrtStatus *status, const char *what)
{
    if (!status)
        return true;
    uncap_graph_fail(g, "%s: %s", what, g->rt->api->GetErrorMessage(status));
    g->rt->api->ReleaseStatus(status);
    return false;
}

void uncap_graph_value_name(struct uncap_value v, char *name)
{
    if (v.id)
        snprintf(name, 16, "v%d", v.id);
    else
        name[0] = '\0';
}

void uncap_graph_allow_half(struct uncap_graph *g)
{
    if (g->rt->is_half)
        g->dtype = UNCAP_F16;
}

struct uncap_value uncap_graph_cast(struct uncap_graph *g, struct uncap_value v, enum uncap_dtype dtype)
{
    const struct uncap_attr to = uncap_attr_int("to", uncap_ort_dtype(dtype));
    return !v.id || v.dtype == dtype ? v : uncap_graph_node(g, "Cast", &v, 1, &to, 1, dtype, v.shape);
}

void uncap_graph_enter(struct uncap_graph *g, const char *fmt, ...)
{
    const size_t length = strlen(g->prefix);
    const size_t room = sizeof(g->prefix) - length;
    va_list args;
    va_start(args, fmt);
    const int n = vsnprintf(g->prefix + length, room, fmt, args);
    va_end(args);
    if (n <= 0 || (size_t)n + 2 > room || g->depth == UNCAP_GRAPH_DEPTH) {
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
        uncap_graph_value_name(in[i], names[i]);
        name_list[i] = names[i];
    }
    const struct uncap_value v = {++g->last_id, dtype, shape};
    char result[16];
    uncap_graph_value_name(v, result);
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
    return uncap_graph_accept(g, status, op) ? v : NONE;
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
        uncap_graph_accept(g, finish(g), "cannot finish");
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
    if (options && options->allows_half)
        uncap_graph_allow_half(g);
    build(g, opaque);
    status = uncap_session_open_graph(out, g, options, err);
    uncap_graph_close(&g);
    return status;
}
