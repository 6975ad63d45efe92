/* SPDX-License-Identifier: Apache-2.0 */
#include "nn/graph_state.h"

static const struct uncap_value NONE = {.id = 0};

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
    return uncap_graph_accept(g, status, name) ? info : NULL;
}

/* Values are called v1, v2, ...; an Identity (optimised away) leads from a public name to that or back. */
static bool rename_value(struct uncap_graph *g, const char *from, const char *to)
{
    OrtNode *node = NULL;
    OrtStatus *status = g->rt->editor->CreateNode("Identity", "", to, &from, 1, &to, 1, NULL, 0, &node);
    if (!status)
        status = g->rt->editor->AddNodeToGraph(g->ort, node);
    return uncap_graph_accept(g, status, to);
}

struct uncap_value uncap_graph_input_exact(struct uncap_graph *g, const char *name, enum uncap_dtype dtype,
                                           struct uncap_shape shape)
{
    if (g->status)
        return NONE;
    if (g->n_inputs == UNCAP_GRAPH_PORTS)
        return uncap_graph_fail(g, "more than %d inputs", UNCAP_GRAPH_PORTS);
    g->inputs[g->n_inputs] = describe(g, name, dtype, &shape);
    if (!g->inputs[g->n_inputs])
        return NONE;
    g->n_inputs++;
    char inner[16];
    const struct uncap_value v = {++g->last_id, dtype, shape};
    uncap_graph_value_name(v, inner);
    return rename_value(g, name, inner) ? v : NONE;
}

struct uncap_value uncap_graph_input(struct uncap_graph *g, const char *name, enum uncap_dtype dtype,
                                     struct uncap_shape shape)
{
    const struct uncap_value v = uncap_graph_input_exact(g, name, dtype, shape);
    return dtype == UNCAP_F32 ? uncap_graph_cast(g, v, g->dtype) : v;
}

void uncap_graph_output(struct uncap_graph *g, const char *name, struct uncap_value value)
{
    if (g->status)
        return;
    if (g->n_outputs == UNCAP_GRAPH_PORTS) {
        uncap_graph_fail(g, "more than %d outputs", UNCAP_GRAPH_PORTS);
        return;
    }
    if (value.dtype == UNCAP_F16)
        value = uncap_graph_cast(g, value, UNCAP_F32);
    g->outputs[g->n_outputs] = describe(g, name, value.dtype, &value.shape);
    if (!g->outputs[g->n_outputs])
        return;
    g->n_outputs++;
    char inner[16];
    uncap_graph_value_name(value, inner);
    rename_value(g, inner, name);
}
