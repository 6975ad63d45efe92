/* SPDX-License-Identifier: Apache-2.0 */
#include "nn/session.h"

#include <string.h>

#include "base/log.h"
#include "base/memory.h"
#include "nn/onnx_fold.h"
#include "nn/ort.h"

enum { MAX_PORTS = 64 };

struct uncap_session {
    struct uncap_runtime *runtime;
    OrtSession *ort;
    char **names; /* inputs, then outputs */
    int n_inputs, n_outputs;
    bool gives_back;
};

static OrtStatus *set_options(const struct uncap_runtime *rt, const struct uncap_session_options *o,
                              bool use_cuda, OrtSessionOptions *so)
{
    const OrtApi *api = rt->api;
    OrtStatus *status = api->SetSessionLogSeverityLevel(so, ORT_LOGGING_LEVEL_FATAL);
    if (!status)
        status = api->SetSessionGraphOptimizationLevel(so, o->is_lean ? ORT_ENABLE_EXTENDED : ORT_ENABLE_ALL);
    if (!status && o->is_lean)
        status = api->AddSessionConfigEntry(so, "session.disable_prepacking", "1");
    if (!status)
        status = api->AddSessionConfigEntry(so, "session.use_env_allocators", "1");
    if (!status && o->varies) /* each size's plan asks the arena for a block of its own */
        status = api->DisableMemPattern(so);
    if (!status)
        status = api->SetSessionExecutionMode(so, ORT_SEQUENTIAL);
    if (!status)
        status = api->SetInterOpNumThreads(so, 1);
    if (!status)
        status = o->is_one_thread ? api->SetIntraOpNumThreads(so, 1) : api->DisablePerSessionThreads(so);
    if (!status)
        status = api->AddSessionConfigEntry(so, "session.set_denormal_as_zero", "1");
    if (!status && use_cuda)
        status = api->SessionOptionsAppendExecutionProvider_V2(so, rt->env, &rt->cuda, 1, NULL, NULL, 0);
    return status;
}

/* Where a network comes from: a graph built in C, bytes of a file (n > 0), or the file itself. */
struct source {
    const OrtModel *model;
    const void *bytes;
    size_t n;
    const char *path;
};

/* One try on one device; the options are fresh, since ones that a provider refused stay spoiled. */
static OrtStatus *create(struct uncap_session *s, const struct source *from,
                         const struct uncap_session_options *o, bool use_cuda)
{
    const struct uncap_runtime *rt = s->runtime;
    OrtSessionOptions *so = NULL;
    OrtStatus *status = rt->api->CreateSessionOptions(&so);
    if (!status)
        status = set_options(rt, o, use_cuda, so);
    if (!status && from->model)
        status = rt->editor->CreateSessionFromModel(rt->env, from->model, so, &s->ort);
    else if (!status && from->n)
        status = rt->api->CreateSessionFromArray(rt->env, from->bytes, from->n, so, &s->ort);
    else if (!status)
        status = rt->api->CreateSession(rt->env, from->path, so, &s->ort);
    if (so)
        rt->api->ReleaseSessionOptions(so);
    return status;
}

static int read_names(struct uncap_session *s, struct uncap_error *err)
{
    const OrtApi *api = s->runtime->api;
    OrtAllocator *allocator = NULL;
    size_t n_in = 0;
    size_t n_out = 0;
    OrtStatus *status = api->GetAllocatorWithDefaultOptions(&allocator);
    if (!status)
        status = api->SessionGetInputCount(s->ort, &n_in);
    if (!status)
        status = api->SessionGetOutputCount(s->ort, &n_out);
    s->names = uncap_alloc(n_in + n_out, sizeof(*s->names));
    s->n_inputs = s->names ? (int)n_in : 0;
    s->n_outputs = s->names ? (int)n_out : 0;
    bool is_short = !s->names;
    for (size_t i = 0; !status && !is_short && i < n_in + n_out; i++) {
        char *name = NULL;
        status = i < n_in ? api->SessionGetInputName(s->ort, i, allocator, &name)
                          : api->SessionGetOutputName(s->ort, i - n_in, allocator, &name);
        if (status)
            break;
        s->names[i] = uncap_strdup(name);
        is_short = !s->names[i];
        status = api->AllocatorFree(allocator, name);
    }
    if (!status && is_short)
        return uncap_fail_nomem(err, "a network's input and output names");
    return uncap_ort_check(s->runtime, status, err, UNCAP_ERR_BACKEND, "cannot list a network's inputs");
}

static const struct uncap_session_options defaults = {.is_lean = false};

static int open_any(struct uncap_session **out, struct uncap_runtime *rt, const struct source *from,
                    const struct uncap_session_options *o, struct uncap_error *err)
{
    if (!o)
        o = &defaults;
    *out = NULL;
    struct uncap_session *s = uncap_alloc(1, sizeof(*s));
    if (!s)
        return uncap_fail_nomem(err, "a network session");
    s->runtime = rt;
    s->gives_back = o->gives_back;
    OrtStatus *status = create(s, from, o, rt->cuda != NULL);
    if (status && rt->cuda) {
        if (!atomic_exchange(&rt->said_fallback, true))
            uncap_log(rt->control, UNCAP_LOG_WARNING, "%s cannot run this network (%s); it runs on the CPU",
                      rt->device, rt->api->GetErrorMessage(status));
        rt->api->ReleaseStatus(status);
        status = create(s, from, o, false);
    }
    int result = uncap_ort_check(rt, status, err, UNCAP_ERR_MODEL, "cannot prepare network %s",
                                 from->path ? from->path : "(built in C)");
    if (!result)
        result = read_names(s, err);
    if (result) {
        uncap_session_close(&s);
        return result;
    }
    *out = s;
    return UNCAP_OK;
}

int uncap_session_open_file(struct uncap_session **out, struct uncap_runtime *runtime, const char *path,
                            const struct uncap_session_options *options, struct uncap_error *err)
{
    struct uncap_protobuf bytes = {.n = 0};
    *out = NULL;
    int status = options && options->is_folded ? uncap_onnx_fold_file(path, &bytes, err) : UNCAP_OK;
    if (status)
        return status;
    const struct source from = {.path = path, .bytes = bytes.data, .n = bytes.n};
    status = open_any(out, runtime, &from, options, err);
    uncap_free(bytes.data);
    return status;
}

int uncap_session_open_graph(struct uncap_session **out, struct uncap_graph *graph,
                             const struct uncap_session_options *options, struct uncap_error *err)
{
    OrtModel *model = NULL;
    struct uncap_runtime *rt = NULL;
    *out = NULL;
    const int status = uncap_ort_graph_model(graph, &model, &rt, err);
    return status ? status : open_any(out, rt, &(struct source){.model = model}, options, err);
}

void uncap_session_close(struct uncap_session **session)
{
    struct uncap_session *s = *session;
    if (!s)
        return;
    if (s->ort)
        s->runtime->api->ReleaseSession(s->ort);
    for (int i = 0; i < s->n_inputs + s->n_outputs; i++)
        uncap_free(s->names[i]);
    uncap_free(s->names);
    uncap_free(s);
    *session = NULL;
}

const char *uncap_session_input(const struct uncap_session *s, int i)
{
    return i < s->n_inputs ? s->names[i] : NULL;
}

const char *uncap_session_output(const struct uncap_session *s, int i)
{
    return i < s->n_outputs ? s->names[s->n_inputs + i] : NULL;
}

/* ORT's view of a tensor of ours. */
static OrtStatus *wrap(const struct uncap_runtime *rt, const struct uncap_tensor *t, OrtValue **value)
{
    return rt->api->CreateTensorWithDataAsOrtValue(
        rt->memory, t->data, uncap_tensor_count(t) * uncap_dtype_bytes(t->dtype), t->shape.dims,
        (size_t)t->shape.rank, uncap_ort_dtype(t->dtype), value);
}

/* A result that ORT allocated; freed through the tensor's release. */
struct result {
    const OrtApi *api;
    OrtValue *value;
};

static void release_result(void *owner)
{
    struct result *r = owner;
    r->api->ReleaseValue(r->value);
    uncap_free(r);
}

/* Move an OrtValue into an empty tensor; on failure the value stays the caller's. */
static int adopt(const struct uncap_runtime *rt, OrtValue *value, struct uncap_tensor *t,
                 struct uncap_error *err)
{
    const OrtApi *api = rt->api;
    OrtTensorTypeAndShapeInfo *info = NULL;
    ONNXTensorElementDataType type = ONNX_TENSOR_ELEMENT_DATA_TYPE_UNDEFINED;
    size_t rank = 0;
    void *data = NULL;
    struct uncap_tensor got = {.dtype = UNCAP_F32};
    OrtStatus *status = api->GetTensorTypeAndShape(value, &info);
    if (!status)
        status = api->GetTensorElementType(info, &type);
    if (!status)
        status = api->GetDimensionsCount(info, &rank);
    const bool is_known = rank <= UNCAP_MAX_RANK && uncap_ort_dtype_from(type, &got.dtype);
    if (!status && is_known)
        status = api->GetDimensions(info, got.shape.dims, rank);
    if (!status && is_known)
        status = api->GetTensorMutableData(value, &data);
    if (info)
        api->ReleaseTensorTypeAndShapeInfo(info);
    if (status)
        return uncap_ort_check(rt, status, err, UNCAP_ERR_BACKEND, "cannot read a network's result");
    if (!is_known)
        return uncap_fail(err, UNCAP_ERR_MODEL,
                          "a network's result has an element type or rank not known here");
    struct result *owner = uncap_alloc(1, sizeof(*owner));
    if (!owner)
        return uncap_fail_nomem(err, "a network's result");
    *owner = (struct result){api, value};
    got.shape.rank = (int)rank;
    got.data = data;
    got.owner = owner;
    got.release = release_result;
    *t = got;
    return UNCAP_OK;
}

/* Everything one run holds; cleared by clear_call whatever happened. */
struct call {
    const struct uncap_runtime *rt;
    OrtRunOptions *options;
    OrtValue *in[MAX_PORTS], *out[MAX_PORTS];
    const char *in_names[MAX_PORTS], *out_names[MAX_PORTS];
};

static void clear_call(struct call *c)
{
    for (int i = 0; i < MAX_PORTS; i++) {
        if (c->in[i])
            c->rt->api->ReleaseValue(c->in[i]);
        if (c->out[i])
            c->rt->api->ReleaseValue(c->out[i]);
    }
    if (c->options)
        c->rt->api->ReleaseRunOptions(c->options);
}

static void terminate(void *opaque)
{
    struct call *c = opaque;
    OrtStatus *status = c->rt->api->RunOptionsSetTerminate(c->options);
    if (status)
        c->rt->api->ReleaseStatus(status);
}

static int run_call(struct uncap_session *s, struct call *c, int n_in, int n_out, struct uncap_cancel *cancel,
                    struct uncap_error *err)
{
    struct uncap_cancel_listener listener = {.wake = terminate, .opaque = c};
    uncap_cancel_add(cancel, &listener);
    OrtStatus *status = s->runtime->api->Run(s->ort, c->options, c->in_names, (const OrtValue *const *)c->in,
                                             (size_t)n_in, c->out_names, (size_t)n_out, c->out);
    uncap_cancel_remove(cancel, &listener);
    if (uncap_cancelled(cancel)) {
        if (status)
            s->runtime->api->ReleaseStatus(status);
        return uncap_cancel_check(cancel, err);
    }
    return uncap_ort_check(s->runtime, status, err, UNCAP_ERR_BACKEND, "a network failed");
}

int uncap_session_run(struct uncap_session *s, const struct uncap_port *in, int n_in,
                      const struct uncap_port *out, int n_out, struct uncap_cancel *cancel,
                      struct uncap_error *err)
{
    const struct uncap_runtime *rt = s->runtime;
    if (n_in > MAX_PORTS || n_out > MAX_PORTS)
        return uncap_fail(err, UNCAP_ERR_ARG, "a run takes at most %d inputs and outputs", MAX_PORTS);
    struct call c = {.rt = rt};
    OrtStatus *status = rt->api->CreateRunOptions(&c.options);
    if (!status && s->gives_back)
        status = rt->api->AddRunConfigEntry(c.options, "memory.enable_memory_arena_shrinkage", "cpu:0");
    for (int i = 0; !status && i < n_in; i++) {
        c.in_names[i] = in[i].name;
        status = wrap(rt, in[i].tensor, &c.in[i]);
    }
    for (int i = 0; !status && i < n_out; i++) {
        c.out_names[i] = out[i].name;
        if (out[i].tensor->data)
            status = wrap(rt, out[i].tensor, &c.out[i]);
    }
    int result = uncap_ort_check(rt, status, err, UNCAP_ERR_BACKEND, "cannot hand tensors to a network");
    if (!result)
        result = run_call(s, &c, n_in, n_out, cancel, err);
    for (int i = 0; !result && i < n_out; i++) {
        if (out[i].tensor->data)
            continue;
        result = adopt(rt, c.out[i], out[i].tensor, err);
        if (!result)
            c.out[i] = NULL;
    }
    clear_call(&c);
    return result;
}
