/* SPDX-License-Identifier: Apache-2.0 */
/* Builds a network in memory: values, nodes, weights. The layers on top are in nn/layers.h.
 *
 * A graph carries its first failure with it: after one, every call does nothing and returns an empty value,
 * and uncap_session_open_graph reports it. So a network is written as a plain list of layers without a check
 * a line.
 *
 * Values are float32. A network may allow its graph to be float16 (uncap_graph_allow_half), which the runtime
 * then decides; inputs and outputs stay float32 and are cast on their way.
 *
 * Shapes are known to the builder. A dimension may be -1 (open until the run), where the layer's comment
 * allows it. Weights are not copied: the uncap_weights must outlive every session made from the graph.
 */
#ifndef UNCAP_NN_GRAPH_H
#define UNCAP_NN_GRAPH_H

#include <stdbool.h>

#include "nn/runtime.h"
#include "nn/session.h"
#include "nn/tensor.h"
#include "nn/weights.h"

struct uncap_graph;

/* A tensor on its way through the graph. id 0: none (an omitted optional input, or after a failure). */
struct uncap_value {
    int id;
    enum uncap_dtype dtype;
    struct uncap_shape shape;
};

enum uncap_attr_kind { UNCAP_ATTR_INT, UNCAP_ATTR_INTS, UNCAP_ATTR_FLOAT, UNCAP_ATTR_TEXT };

struct uncap_attr {
    const char *name;
    enum uncap_attr_kind kind;
    int64_t i; /* the int, or the number of ints */
    const int64_t *ints;
    float f;
    const char *text;
};

static inline struct uncap_attr uncap_attr_int(const char *name, int64_t i)
{
    return (struct uncap_attr){.name = name, .kind = UNCAP_ATTR_INT, .i = i};
}

static inline struct uncap_attr uncap_attr_ints(const char *name, const int64_t *ints, int64_t n)
{
    return (struct uncap_attr){.name = name, .kind = UNCAP_ATTR_INTS, .i = n, .ints = ints};
}

static inline struct uncap_attr uncap_attr_float(const char *name, float f)
{
    return (struct uncap_attr){.name = name, .kind = UNCAP_ATTR_FLOAT, .f = f};
}

static inline struct uncap_attr uncap_attr_text(const char *name, const char *text)
{
    return (struct uncap_attr){.name = name, .kind = UNCAP_ATTR_TEXT, .text = text};
}

/* weights may be NULL for a graph without any. Errors: NOMEM, BACKEND. */
int uncap_graph_open(struct uncap_graph **out, struct uncap_runtime *runtime,
                     const struct uncap_weights *weights, struct uncap_error *err);
void uncap_graph_close(struct uncap_graph **graph);

/* Keep values as float16 where the runtime works so (struct uncap_runtime_options), with weights as the file
 * has them (float16 stays where it is) or cast once. For networks whose values stay far below 65504 and that
 * compute no coordinates. To be called before the first input. */
void uncap_graph_allow_half(struct uncap_graph *g);

/* Prefix of the weight keys that follow, "<outer>.<this>."; leave takes away what the last enter added. */
void uncap_graph_enter(struct uncap_graph *g, const char *fmt, ...) UNCAP_PRINTF(2, 3);
void uncap_graph_leave(struct uncap_graph *g);

/* Inputs and outputs of the session, in order of the calls. A float32 input of a float16 graph is cast, but
 * for an exact one: a coordinate, say. */
struct uncap_value uncap_graph_input(struct uncap_graph *g, const char *name, enum uncap_dtype dtype,
                                     struct uncap_shape shape);
struct uncap_value uncap_graph_input_exact(struct uncap_graph *g, const char *name, enum uncap_dtype dtype,
                                           struct uncap_shape shape);
void uncap_graph_output(struct uncap_graph *g, const char *name, struct uncap_value value);

/* True if the weight <prefix><key> exists. */
bool uncap_graph_has(const struct uncap_graph *g, const char *key);
/* The weight <prefix><key> as float32 (16-bit ones through a Cast; in a float16 graph float16 ones stay, and
 * the layer that takes it casts it to what it computes in); a missing one is the graph's failure. */
struct uncap_value uncap_graph_weight(struct uncap_graph *g, const char *key);
/* The same numbers seen in another shape. */
struct uncap_value uncap_graph_weight_as(struct uncap_graph *g, const char *key, struct uncap_shape shape);
/* A constant; the data are copied. */
struct uncap_value uncap_graph_constant(struct uncap_graph *g, enum uncap_dtype dtype,
                                        struct uncap_shape shape, const void *data);
/* n float32 equal to v, shape [n]; a scalar when n is 0. */
struct uncap_value uncap_graph_fill(struct uncap_graph *g, int64_t n, float v);
struct uncap_value uncap_graph_ints(struct uncap_graph *g, const int64_t *ints, int64_t n);

/* Add a node with one result. op: ONNX name of opset 22, or "com.microsoft:Name". dtype and shape: the
 * result's. */
struct uncap_value uncap_graph_node(struct uncap_graph *g, const char *op, const struct uncap_value *in,
                                    int n_in, const struct uncap_attr *attrs, int n_attrs,
                                    enum uncap_dtype dtype, struct uncap_shape shape);

/* The value in another element type; itself if it has that. */
struct uncap_value uncap_graph_cast(struct uncap_graph *g, struct uncap_value v, enum uncap_dtype dtype);

/* Record a failure of the caller's own (a shape that does not fit); the first one stays. Returns the empty
 * value. */
struct uncap_value uncap_graph_fail(struct uncap_graph *g, const char *fmt, ...) UNCAP_PRINTF(2, 3);
/* False once something failed. */
bool uncap_graph_is_sound(const struct uncap_graph *g);

/* Open a graph, let build write the network, make a session of it. options may be NULL. */
int uncap_graph_build(struct uncap_session **out, struct uncap_runtime *runtime,
                      const struct uncap_weights *weights,
                      void (*build)(struct uncap_graph *g, const void *opaque), const void *opaque,
                      const struct uncap_session_options *options, struct uncap_error *err);

#endif
