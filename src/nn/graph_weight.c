/* SPDX-License-Identifier: Apache-2.0 */
#include <stdio.h>
#include <string.h>

#include "base/memory.h"
#include "nn/graph_state.h"

/* ONNX Runtime refuses external initializers below this. */
enum { EXTERNAL_MIN_BYTES = 128 };

static const struct uncap_value NONE = {.id = 0};

/* Short of memory of ours; not a fault of the model. */
static struct uncap_value fail_nomem(struct uncap_graph *g, const char *what)
{
    if (!g->status)
        g->status = uncap_fail_nomem(&g->err, what);
    return NONE;
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
    uncap_graph_value_name(v, name);
    if (!status)
        status = g->rt->editor->AddInitializerToGraph(g->ort, name, value, is_external);
    if (status && value)
        api->ReleaseValue(value);
    return uncap_graph_accept(g, status, what) ? v : NONE;
}

static const struct uncap_weight *find(const struct uncap_graph *g, const char *key, char *full)
{
    const int n = snprintf(full, 2 * UNCAP_GRAPH_KEY, "%s%s", g->prefix, key);
    return g->weights && n > 0 && n < 2 * UNCAP_GRAPH_KEY ? uncap_weights_find(g->weights, full) : NULL;
}

bool uncap_graph_has(const struct uncap_graph *g, const char *key)
{
    char full[2 * UNCAP_GRAPH_KEY];
    return find(g, key, full) != NULL;
}

struct uncap_value uncap_graph_weight_as(struct uncap_graph *g, const char *key, struct uncap_shape shape)
{
    if (g->status)
        return NONE;
    char full[2 * UNCAP_GRAPH_KEY];
    const struct uncap_weight *w = find(g, key, full);
    if (!w)
        return uncap_graph_fail(g, "weight %s is missing", full);
    size_t have = 0;
    size_t want = 0;
    char text[64];
    if (!uncap_shape_count(&w->shape, &have) || !uncap_shape_count(&shape, &want) || have != want)
        return uncap_graph_fail(g, "weight %s cannot be seen as %s", full,
                                uncap_shape_text(&shape, text, sizeof(text)));
    const struct uncap_value v = add_initializer(g, full, w->dtype, shape, w->data, false);
    const bool stays = w->dtype != UNCAP_BF16 && (w->dtype != UNCAP_F16 || g->dtype == UNCAP_F16);
    return stays ? v : uncap_graph_cast(g, v, UNCAP_F32);
}

struct uncap_value uncap_graph_weight(struct uncap_graph *g, const char *key)
{
    char full[2 * UNCAP_GRAPH_KEY];
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
