/* SPDX-License-Identifier: Apache-2.0 */
/* Inside of a graph under construction, for the files nn/graph*.c alone. */
#ifndef UNCAP_NN_GRAPH_STATE_H
#define UNCAP_NN_GRAPH_STATE_H

#include "nn/graph.h"
#include "nn/ort.h"

enum { UNCAP_GRAPH_PORTS = 64, UNCAP_GRAPH_DEPTH = 16, UNCAP_GRAPH_KEY = 256 };

struct uncap_graph {
    struct uncap_runtime *rt;
    const struct uncap_weights *weights;
    enum uncap_dtype dtype; /* of values: F32, or F16 where the network allows it */
    OrtGraph *ort;
    OrtModel *model; /* once finished; owns ort then */
    OrtValueInfo *inputs[UNCAP_GRAPH_PORTS], *outputs[UNCAP_GRAPH_PORTS];
    int n_inputs, n_outputs;
    int last_id;
    char prefix[UNCAP_GRAPH_KEY];
    size_t outer[UNCAP_GRAPH_DEPTH]; /* length of the prefix before each enter */
    int depth;
    int status;
    struct uncap_error err;
};

/* Take a status of ONNX Runtime's (consumed): true if it was none, else it is the graph's failure. */
bool uncap_graph_accept(struct uncap_graph *g, OrtStatus *status, const char *what);

/* Name of a value inside the graph: "v12", empty for none. name has room for 16. */
void uncap_graph_value_name(struct uncap_value v, char *name);

#endif
