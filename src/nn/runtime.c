/* SPDX-License-Identifier: Apache-2.0 */
#include "nn/runtime.h"

#include <dlfcn.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/log.h"
#include "base/memory.h"
#include "nn/ort.h"

/* ONNX Runtime writes to stderr by itself; what matters comes back as a status. */
static void ORT_API_CALL drop_line(void *param, OrtLoggingLevel severity, const char *category,
                                   const char *id, const char *location, const char *message)
{
    (void)param, (void)severity, (void)category, (void)id, (void)location, (void)message;
}

int uncap_ort_check(const struct uncap_runtime *rt, OrtStatus *status, struct uncap_error *err,
                    enum uncap_status kind, const char *fmt, ...)
{
    if (!status)
        return UNCAP_OK;
    char what[400];
    va_list args;
    va_start(args, fmt);
    vsnprintf(what, sizeof(what), fmt, args);
    va_end(args);
    const int code = (int)rt->api->GetErrorCode(status);
    uncap_fail_cause(err, kind, code, "%s: %s", what, rt->api->GetErrorMessage(status));
    rt->api->ReleaseStatus(status);
    return kind;
}

static const struct {
    enum uncap_dtype ours;
    ONNXTensorElementDataType theirs;
} dtypes[] = {
    {UNCAP_F32, ONNX_TENSOR_ELEMENT_DATA_TYPE_FLOAT},     {UNCAP_F16, ONNX_TENSOR_ELEMENT_DATA_TYPE_FLOAT16},
    {UNCAP_BF16, ONNX_TENSOR_ELEMENT_DATA_TYPE_BFLOAT16}, {UNCAP_F64, ONNX_TENSOR_ELEMENT_DATA_TYPE_DOUBLE},
    {UNCAP_I64, ONNX_TENSOR_ELEMENT_DATA_TYPE_INT64},     {UNCAP_I32, ONNX_TENSOR_ELEMENT_DATA_TYPE_INT32},
    {UNCAP_U8, ONNX_TENSOR_ELEMENT_DATA_TYPE_UINT8},      {UNCAP_BOOL, ONNX_TENSOR_ELEMENT_DATA_TYPE_BOOL},
};

ONNXTensorElementDataType uncap_ort_dtype(enum uncap_dtype dtype)
{
    return dtypes[dtype].theirs;
}

bool uncap_ort_dtype_from(ONNXTensorElementDataType type, enum uncap_dtype *dtype)
{
    for (size_t i = 0; i < sizeof(dtypes) / sizeof(*dtypes); i++)
        if (dtypes[i].theirs == type) {
            *dtype = dtypes[i].ours;
            return true;
        }
    return false;
}

/* Load one candidate. Its version must know the API this program was built for. */
static int load(struct uncap_runtime *rt, const char *path, char *reason, size_t size)
{
    /* NODELETE: ONNX Runtime's threads and statics do not survive being unloaded. */
    rt->library = dlopen(path, RTLD_NOW | RTLD_LOCAL | RTLD_NODELETE);
    if (!rt->library) {
        snprintf(reason, size, "%s", dlerror());
        return UNCAP_ERR_BACKEND;
    }
    const OrtApiBase *(*get_base)(void) = NULL;
    *(void **)&get_base = dlsym(rt->library, "OrtGetApiBase");
    const OrtApiBase *base = get_base ? get_base() : NULL;
    rt->api = base ? base->GetApi(ORT_API_VERSION) : NULL;
    rt->editor = rt->api ? rt->api->GetModelEditorApi() : NULL;
    if (!rt->editor) {
        snprintf(reason, size, "%s is version %s, 1.%d or newer is needed", path,
                 base ? base->GetVersionString() : "unknown", ORT_API_VERSION);
        dlclose(rt->library);
        rt->library = NULL;
        return UNCAP_ERR_BACKEND;
    }
    Dl_info info;
    snprintf(rt->path, sizeof(rt->path), "%s", dladdr(base, &info) && info.dli_fname ? info.dli_fname : path);
    return UNCAP_OK;
}

static int find_library(struct uncap_runtime *rt, const char *library, struct uncap_error *err)
{
    char reason[512] = "not found";
    const char *named = library ? library : getenv("UNCAPTION_ORT");
    if (named && *named) {
        if (!load(rt, named, reason, sizeof(reason)))
            return UNCAP_OK;
        return uncap_fail(err, UNCAP_ERR_BACKEND, "cannot load ONNX Runtime from %s: %s", named, reason);
    }
    char path[UNCAP_PATH_MAX];
    for (int i = 0; uncap_locate_library("libonnxruntime.so.1", i, path); i++) {
        const bool is_bare = path[0] && !strchr(path, '/');
        if (path[0] && (is_bare || access(path, R_OK) == 0) && !load(rt, path, reason, sizeof(reason)))
            return UNCAP_OK;
    }
    return uncap_fail(err, UNCAP_ERR_BACKEND,
                      "cannot load ONNX Runtime: %s; run `make deps`, or name the library in $UNCAPTION_ORT",
                      reason);
}

static int open_env(struct uncap_runtime *rt, int threads, struct uncap_error *err)
{
    const OrtApi *api = rt->api;
    OrtThreadingOptions *pool = NULL;
    OrtStatus *status = api->CreateThreadingOptions(&pool);
    if (!status)
        status = api->SetGlobalIntraOpNumThreads(pool, threads);
    if (!status)
        status = api->SetGlobalInterOpNumThreads(pool, 1);
    if (!status) /* spinning costs 1.8 times the CPU time and helps nobody on a shared machine */
        status = api->SetGlobalSpinControl(pool, 0);
    if (!status)
        status = api->SetGlobalDenormalAsZero(pool);
    if (!status)
        status = api->CreateEnvWithCustomLoggerAndGlobalThreadPools(drop_line, NULL, ORT_LOGGING_LEVEL_FATAL,
                                                                    "uncaption", pool, &rt->env);
    if (!status) /* on by default; what is done with a video is nobody else's business */
        status = api->DisableTelemetryEvents(rt->env);
    if (pool)
        api->ReleaseThreadingOptions(pool);
    if (!status)
        status = api->CreateCpuMemoryInfo(OrtArenaAllocator, OrtMemTypeDefault, &rt->memory);
    return uncap_ort_check(rt, status, err, UNCAP_ERR_BACKEND, "cannot start ONNX Runtime");
}

/* One arena for all sessions instead of one each (538 -> 144 MB for six detectors). A second runtime of the
 * process meets the first one's environment, where the arena is registered already: not an error. */
static void share_arena(struct uncap_runtime *rt)
{
    OrtArenaCfg *config = NULL;
    const char *const key = "arena_extend_strategy"; /* 1: grow by what is asked, not by doubling */
    const size_t value = 1;
    OrtStatus *status = rt->api->CreateArenaCfgV2(&key, &value, 1, &config);
    if (!status)
        status = rt->api->CreateAndRegisterAllocator(rt->env, rt->memory, config);
    if (status)
        rt->api->ReleaseStatus(status);
    if (config)
        rt->api->ReleaseArenaCfg(config);
}

/* "cuda:2" -> 2, "cuda" and "auto" -> 0, "cpu" -> -1. Returns false for anything else. */
static bool parse_device(const char *device, int *n)
{
    *n = -1;
    if (!strcmp(device, "cpu"))
        return true;
    *n = 0;
    if (!strcmp(device, "auto") || !strcmp(device, "cuda"))
        return true;
    char *end;
    if (strncmp(device, "cuda:", 5) || device[5] < '0' || device[5] > '9')
        return false;
    const long number = strtol(device + 5, &end, 10);
    *n = number < 1024 ? (int)number : 1024;
    return *end == '\0';
}

static int choose_device(struct uncap_runtime *rt, const char *device, struct uncap_error *err)
{
    int n;
    if (!device)
        device = "auto";
    if (!parse_device(device, &n))
        return uncap_fail(err, UNCAP_ERR_ARG, "unknown device '%s': use auto, cpu, cuda or cuda:N", device);
    snprintf(rt->device, sizeof(rt->device), "CPU");
    if (n < 0)
        return UNCAP_OK;
    char reason[600];
    rt->cuda = uncap_ort_find_cuda(rt, n, reason, sizeof(reason));
    if (rt->cuda) {
        snprintf(rt->device, sizeof(rt->device), "CUDA:%d", n);
        return UNCAP_OK;
    }
    /* "auto" on a machine without the provider is the ordinary case, not worth a warning. */
    uncap_log(rt->control, strcmp(device, "auto") ? UNCAP_LOG_WARNING : UNCAP_LOG_DEBUG,
              "no CUDA device (%s); networks run on the CPU", reason);
    atomic_store(&rt->said_fallback, true);
    return UNCAP_OK;
}

static int choose_precision(struct uncap_runtime *rt, const char *precision, struct uncap_error *err)
{
    if (!precision || !strcmp(precision, "auto"))
        rt->is_half = rt->cuda != NULL;
    else if (!strcmp(precision, "fp16"))
        rt->is_half = true;
    else if (strcmp(precision, "fp32"))
        return uncap_fail(err, UNCAP_ERR_ARG, "unknown precision '%s': use auto, fp32 or fp16", precision);
    if (rt->is_half && !rt->cuda)
        uncap_log(rt->control, UNCAP_LOG_WARNING,
                  "fp16 on a CPU is slower than fp32 and less exact; it is meant for tests");
    return UNCAP_OK;
}

int uncap_runtime_open(struct uncap_runtime **out, const struct uncap_runtime_options *options,
                       struct uncap_error *err)
{
    *out = NULL;
    struct uncap_runtime *rt = uncap_alloc(1, sizeof(*rt));
    if (!rt)
        return uncap_fail_nomem(err, "the neural runtime");
    rt->control = options->control;
    int threads = options->threads;
    if (threads <= 0)
        threads = (int)sysconf(_SC_NPROCESSORS_ONLN);
    int status = find_library(rt, options->library, err);
    if (!status)
        status = open_env(rt, threads < 1 ? 1 : threads, err);
    if (!status)
        status = choose_device(rt, options->device, err);
    if (!status)
        status = choose_precision(rt, options->precision, err);
    if (status) {
        uncap_runtime_close(&rt);
        return status;
    }
    share_arena(rt);
    *out = rt;
    return UNCAP_OK;
}

void uncap_runtime_close(struct uncap_runtime **runtime)
{
    struct uncap_runtime *rt = *runtime;
    if (!rt)
        return;
    if (rt->memory)
        rt->api->ReleaseMemoryInfo(rt->memory);
    if (rt->env)
        rt->api->ReleaseEnv(rt->env);
    if (rt->library)
        dlclose(rt->library);
    uncap_free(rt);
    *runtime = NULL;
}

const char *uncap_runtime_version(const struct uncap_runtime *runtime)
{
    const OrtApiBase *(*get_base)(void) = NULL;
    *(void **)&get_base = dlsym(runtime->library, "OrtGetApiBase");
    return get_base()->GetVersionString();
}

const char *uncap_runtime_library(const struct uncap_runtime *runtime)
{
    return runtime->path;
}

const char *uncap_runtime_device(const struct uncap_runtime *runtime)
{
    return runtime->device;
}

bool uncap_runtime_is_gpu(const struct uncap_runtime *runtime)
{
    return runtime->cuda != NULL;
}

size_t uncap_runtime_weight_bytes(const struct uncap_runtime *runtime)
{
    return runtime->is_half ? sizeof(uint16_t) : sizeof(float);
}
