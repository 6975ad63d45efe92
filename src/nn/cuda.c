/* SPDX-License-Identifier: Apache-2.0 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "nn/ort.h"

/* Provider beside the library; ONNX Runtime wants an absolute path. */
static bool provider_path(const struct uncap_runtime *rt, char *path)
{
    char *real = realpath(rt->path, NULL);
    if (!real)
        return false;
    char *slash = strrchr(real, '/');
    if (slash)
        *slash = '\0';
    const int n = snprintf(path, UNCAP_PATH_MAX, "%s/libonnxruntime_providers_cuda.so", slash ? real : ".");
    free(real);
    return n > 0 && n < UNCAP_PATH_MAX;
}

static const OrtEpDevice *nth_device(const struct uncap_runtime *rt, int n)
{
    const OrtEpDevice *const *devices = NULL;
    size_t count = 0;
    OrtStatus *status = rt->api->GetEpDevices(rt->env, &devices, &count);
    if (status) {
        rt->api->ReleaseStatus(status);
        return NULL;
    }
    for (size_t i = 0; i < count; i++)
        if (!strcmp(rt->api->EpDevice_EpName(devices[i]), "CUDAExecutionProvider") && n-- == 0)
            return devices[i];
    return NULL;
}

const OrtEpDevice *uncap_ort_find_cuda(const struct uncap_runtime *rt, int n, char *reason, size_t size)
{
    char path[UNCAP_PATH_MAX];
    if (!provider_path(rt, path) || access(path, R_OK) != 0) {
        snprintf(reason, size, "libonnxruntime_providers_cuda.so is not beside %s", rt->path);
        return NULL;
    }
    const OrtEpDevice *device = nth_device(rt, n); /* an earlier runtime may have registered it */
    if (device)
        return device;
    OrtStatus *status = rt->api->RegisterExecutionProviderLibrary(rt->env, "cuda", path);
    if (status) {
        snprintf(reason, size, "%s", rt->api->GetErrorMessage(status));
        rt->api->ReleaseStatus(status);
        return NULL;
    }
    device = nth_device(rt, n);
    if (!device)
        snprintf(reason, size, "the CUDA provider lists no device %d", n);
    return device;
}
