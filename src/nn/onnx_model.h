/* SPDX-License-Identifier: Apache-2.0 */
/* An .onnx file taken apart as far as rewriting it needs: nodes, the values between them, float constants.
 * What is not understood is kept as it lies in the file and written back so. */
#ifndef UNCAP_NN_ONNX_MODEL_H
#define UNCAP_NN_ONNX_MODEL_H

#include "base/error.h"
#include "nn/protobuf.h"

enum { UNCAP_ONNX_RANK = 4 };

/* A float32 constant of rank 0 to 4. is_new: it must be written. */
struct uncap_onnx_tensor {
    int64_t dims[UNCAP_ONNX_RANK];
    int rank;
    size_t n;
    float *data; /* owned */
    bool is_new;
};

/* name      in the file, or NULL data: of a value made here.
 * producer  node, -1: none (an input, an initializer, an omitted input).
 * n_uses    by nodes; one more for an output of the graph.
 * tensor    index, -1: no float constant. */
struct uncap_onnx_value {
    struct uncap_bytes name;
    int producer, n_uses, tensor;
};

/* whole    the node in the file: what is not replaced is copied from there.
 * inputs   values; 0 is the omitted input.
 * attributes  instead of the file's when is_changed and data is not NULL; owned. */
struct uncap_onnx_node {
    struct uncap_bytes whole, op;
    int *inputs, *outputs;
    int n_inputs, n_outputs;
    struct uncap_protobuf attributes;
    bool is_dropped, is_changed;
};

struct uncap_onnx_model {
    struct uncap_bytes file, graph;
    struct uncap_onnx_node *nodes;
    struct uncap_onnx_value *values;
    struct uncap_onnx_tensor *tensors;
    size_t n_nodes, n_values, n_tensors, nodes_capacity, values_capacity, tensors_capacity;
    int64_t opset; /* of the default domain, 0: not said */
    int *slots;    /* hash table over values, [n_slots], -1 empty */
    size_t n_slots;
};

/* Read a file's bytes, which may be hostile and must stay.
 * Errors  MODEL (damaged; too many nodes), UNSUPPORTED (graphs inside nodes), NOMEM. */
int uncap_onnx_read(struct uncap_onnx_model *m, struct uncap_bytes file, struct uncap_error *err);
void uncap_onnx_clear(struct uncap_onnx_model *m);

/* Write the model as it is now. out->data is freed with uncap_free. Errors: NOMEM. */
int uncap_onnx_write(const struct uncap_onnx_model *m, struct uncap_protobuf *out, struct uncap_error *err);

bool uncap_onnx_is(const struct uncap_onnx_node *node, const char *op);

/* Find an attribute of a node as it is in the file. False if it is not there. */
bool uncap_onnx_int(const struct uncap_onnx_node *node, const char *name, int64_t *value);
bool uncap_onnx_float(const struct uncap_onnx_node *node, const char *name, float *value);
/* Sum of a list of ints, 0 if it is not there; negative ones count as large. */
int64_t uncap_onnx_ints_sum(const struct uncap_onnx_node *node, const char *name);
bool uncap_onnx_has(const struct uncap_onnx_node *node, const char *name);

/* The constant that a value is, or NULL. */
struct uncap_onnx_tensor *uncap_onnx_constant(const struct uncap_onnx_model *m, int value);

/* A new float constant of n zeros, shape dims[rank]. Returns the value, -1 if short of memory. */
int uncap_onnx_add_constant(struct uncap_onnx_model *m, const int64_t *dims, int rank);

#endif
