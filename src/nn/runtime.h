/* SPDX-License-Identifier: Apache-2.0 */
/* ONNX Runtime, loaded when first needed, with the device that networks run on. */
#ifndef UNCAP_NN_RUNTIME_H
#define UNCAP_NN_RUNTIME_H

#include <stdbool.h>
#include <stddef.h>

#include "base/error.h"
#include "uncaption/control.h"

struct uncap_runtime;

/* Zero-initialise for the defaults.
 *
 * threads  of the pool that all sessions share; 0: one per processor.
 * device   "auto", "cpu", "cuda", "cuda:1", ...; NULL: "auto". A GPU that cannot be used is said once through
 *          control, and the CPU takes over.
 * precision  "auto", "fp32", "fp16"; NULL: "auto", which is fp16 on a GPU. fp16 makes the graphs that allow
 *          it (uncap_graph_allow_half) float16; on a CPU that is slower and only for tests: ONNX Runtime
 *          computes nearly every operator in float32 between casts.
 * library  path of libonnxruntime; NULL: $UNCAPTION_ORT, then the places of uncap_locate_library.
 * control  for log lines; borrowed for the runtime's life, may be NULL.
 */
struct uncap_runtime_options {
    int threads;
    const char *device;
    const char *precision;
    const char *library;
    const struct uncap_control *control;
};

/* Load ONNX Runtime and choose the device.
 *
 * Threads  the runtime may be used from any thread. Several may be open in a process; they share the first
 * one's thread pool, because ONNX Runtime keeps one environment a process. 
 * Errors   BACKEND (library missing, too old, refused), ARG (device, precision), NOMEM.
 */
int uncap_runtime_open(struct uncap_runtime **out, const struct uncap_runtime_options *options,
                       struct uncap_error *err);
/* After every session and tensor that came from it. NULL-safe, sets NULL. */
void uncap_runtime_close(struct uncap_runtime **runtime);

/* For reports: "1.29.0", the file it came from, and "CPU" or "CUDA:0". */
const char *uncap_runtime_version(const struct uncap_runtime *runtime);
const char *uncap_runtime_library(const struct uncap_runtime *runtime);
const char *uncap_runtime_device(const struct uncap_runtime *runtime);

bool uncap_runtime_is_gpu(const struct uncap_runtime *runtime);

/* Bytes of a weight at work in the graphs that allow float16: 2 or 4. */
size_t uncap_runtime_weight_bytes(const struct uncap_runtime *runtime);

#endif
