/* SPDX-License-Identifier: Apache-2.0 */
/* Inside of the runtime, for the files of nn/ alone: nothing outside includes ONNX Runtime's header. */
#ifndef UNCAP_NN_ORT_H
#define UNCAP_NN_ORT_H

#include <stdatomic.h>
#include <stdbool.h>

#include <onnxruntime_c_api.h>

#include "nn/locate.h"
#include "nn/runtime.h"
#include "nn/tensor.h"

struct uncap_graph;

struct uncap_runtime {
    void *library;
    char path[UNCAP_PATH_MAX];
    char device[32];
    const OrtApi *api;
    const OrtModelEditorApi *editor;
    OrtEnv *env;
    OrtMemoryInfo *memory;     /* "this pointer is CPU memory" */
    const OrtEpDevice *cuda;   /* NULL: CPU */
    bool is_half;              /* graphs that allow it are float16 */
    atomic_bool said_fallback; /* the GPU's failure is logged once */
    const struct uncap_control *control;
};

/* Turn an OrtStatus (consumed) into ours: "<what>: <ORT's message>". NULL status: OK. */
int uncap_ort_check(const struct uncap_runtime *runtime, OrtStatus *status, struct uncap_error *err,
                    enum uncap_status kind, const char *fmt, ...) UNCAP_PRINTF(5, 6);

ONNXTensorElementDataType uncap_ort_dtype(enum uncap_dtype dtype);
/* Returns false for an element type that has no counterpart here. */
bool uncap_ort_dtype_from(ONNXTensorElementDataType type, enum uncap_dtype *dtype);

/* Find the CUDA provider beside the library and the n-th device; NULL with the reason when there is none. */
const OrtEpDevice *uncap_ort_find_cuda(const struct uncap_runtime *runtime, int n, char *reason, size_t size);

/* Close the graph's definition and hand over its model (the graph's), or report the graph's first failure.
 * A graph gives one model; several sessions may be made from it. */
int uncap_ort_graph_model(struct uncap_graph *graph, OrtModel **model, struct uncap_runtime **runtime,
                          struct uncap_error *err);

#endif
