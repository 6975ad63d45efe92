/* SPDX-License-Identifier: Apache-2.0 */
/* A network ready to run: from an .onnx file, or from a graph built in C. */
#ifndef UNCAP_NN_SESSION_H
#define UNCAP_NN_SESSION_H

#include <stdbool.h>

#include "base/cancel.h"
#include "nn/runtime.h"
#include "nn/tensor.h"

struct uncap_graph;
struct uncap_session;

/* Zero-initialise for a small network that is run often.
 *
 * is_lean      weights stay where they are (a mapped file), nothing is repacked: about 1.2 times the run
 * time, but no second copy of the weights and start-up in milliseconds. For networks of gigabytes.
 * is_one_thread  a run uses the calling thread alone; for callers that run frames in parallel. Otherwise the
 *              runtime's shared pool works, one run at a time.
 * is_folded      a file is rewritten first so that it does the same in fewer steps (nn/onnx_fold.h).
 * allows_half    for uncap_graph_build: the graph may be float16 (uncap_graph_allow_half).
 * gives_back     after a run the shared arena's unused memory goes back to the system; for large, rare runs.
 * varies         runs differ in the sizes of what goes in: all sizes share memory, piece by piece.
 */
struct uncap_session_options {
    bool is_lean;
    bool is_one_thread;
    bool is_folded;
    bool allows_half;
    bool gives_back;
    bool varies;
};

/* One named input or output of a run. */
struct uncap_port {
    const char *name;
    struct uncap_tensor *tensor;
};

/* Open an .onnx file. Errors: MODEL (missing, damaged, needs another opset), BACKEND, NOMEM. */
int uncap_session_open_file(struct uncap_session **out, struct uncap_runtime *runtime, const char *path,
                            const struct uncap_session_options *options, struct uncap_error *err);

/* Open a finished graph (nn/graph.h); the graph may be closed afterwards, the weights it names must stay.
 * Errors: MODEL (the graph's first failure, or what ONNX Runtime says), BACKEND, NOMEM. */
int uncap_session_open_graph(struct uncap_session **out, struct uncap_graph *graph,
                             const struct uncap_session_options *options, struct uncap_error *err);

void uncap_session_close(struct uncap_session **session);

/* Run once.
 *
 * in      tensors with data; borrowed.
 * out     a tensor with data receives the result in place (its shape must be the result's); one without data
 *         receives a tensor of the run, to be closed by uncap_tensor_close before the runtime.
 * Threads safe: any number of runs of one session at the same time.
 * Errors  ARG (unknown name, other shape or type), BACKEND, CANCELLED within about one node's time.
 */
int uncap_session_run(struct uncap_session *session, const struct uncap_port *in, int n_in,
                      const struct uncap_port *out, int n_out, struct uncap_cancel *cancel,
                      struct uncap_error *err);

/* Name of the i-th input or output, NULL past the last. */
const char *uncap_session_input(const struct uncap_session *session, int i);
const char *uncap_session_output(const struct uncap_session *session, int i);

#endif
