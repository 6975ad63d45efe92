/* SPDX-License-Identifier: Apache-2.0 */
/* Runs recorded vectors: reads a folder's cases.json, hands each case to an operation of the network's table,
 * and compares what comes back. Nothing about the vectors is built in; a network adds a table of operations
 * and a main. */
#ifndef UNCAP_GOLDEN_GOLDEN_H
#define UNCAP_GOLDEN_GOLDEN_H

#include <stdbool.h>

#include "nn/tensor.h"

struct golden_case;

/* One row of the network's OPS.md. run fetches inputs and parameters, and leaves results.
 * Returns a status; the case fails with err's message. */
struct golden_op {
    const char *name;
    int (*run)(void *state, struct golden_case *c, struct uncap_error *err);
};

/* name   as cases.json calls the network; also the default folder "../shared/specs/<name>/golden".
 * ops    ends with a NULL name.
 * open   makes whatever the operations share (runtime of this precision, synthetic weights with this suffix);
 *        close: NULL-safe.
 * variable  environment variable that names another folder. */
struct golden_network {
    const char *name;
    const struct golden_op *ops;
    int (*open)(void **state, const char *suffix, const char *precision, struct uncap_error *err);
    void (*close)(void *state);
    const char *variable;
};

/* Input by role; NULL if the case has none. The path of an input that is no .npy. */
const struct uncap_tensor *golden_input(const struct golden_case *c, const char *role);
const char *golden_input_path(const struct golden_case *c, const char *role);

/* Parameters, or what they are when absent. */
double golden_number(const struct golden_case *c, const char *name, double absent);
int golden_int(const struct golden_case *c, const char *name, int absent);
bool golden_bool(const struct golden_case *c, const char *name, bool absent);
const char *golden_text(const struct golden_case *c, const char *name, const char *absent);
/* A list of numbers: up to size of them; returns how many, -1 if the parameter is absent. */
int golden_list(const struct golden_case *c, const char *name, double *out, int size);

/* True if the case compares this result: others need not be made. */
bool golden_wants(const struct golden_case *c, const char *result);

/* Give a result: a copy of data, or the tensor itself (zeroed here). Errors: NOMEM, ARG (too many). */
int golden_result(struct golden_case *c, const char *name, enum uncap_dtype dtype, struct uncap_shape shape,
                  const void *data, struct uncap_error *err);
int golden_result_take(struct golden_case *c, const char *name, struct uncap_tensor *tensor,
                       struct uncap_error *err);

/* main: [FOLDER] [--only TEXT] [--half LIMIT]. --half: with float16 networks; a case passes if the relative
 * error (struct verdict) of each of its results is within LIMIT, whatever its own tolerance.
 * Exit status 0 passed, 1 failed, 77 skipped. */
int golden_main(int argc, char **argv, const struct golden_network *network);

#endif
