/* SPDX-License-Identifier: Apache-2.0 */
/* A network over many frames as a chain of graphs that each take a few frames.
 *
 * Only the motion modules look across frames. Between them a graph runs over batches of frames, so that
 * memory is that of one batch plus what the graphs hand on; a value is freed behind the last graph that reads
 * it.
 *
 * Building: begin a graph, load what it needs, add layers, store what later ones need; motion ends a graph
 * and begins the next. Like a graph, a chain carries its first failure along; uncap_chain_finish reports it.
 */
#ifndef UNCAP_INPAINT_DIFFUERASER_CHAIN_H
#define UNCAP_INPAINT_DIFFUERASER_CHAIN_H

#include "base/cancel.h"
#include "base/slices.h"
#include "inpaint/diffueraser/share.h"
#include "nn/graph.h"

struct uncap_chain;

/* n        frames handed over in a run; frames: of one video, for the motion modules (n is a multiple).
 * batch    frames a graph takes at once, 1..n; larger is faster where frames are small.
 * is_lean, is_one_thread  see struct uncap_session_options.
 * allows_half   graphs of frames may be float16, see uncap_graph_allow_half; what stages hand on is float32.
 * interpolates  see struct uncap_motion_options.
 * wants_tap     for tests: true for the names of intermediate values that stay readable after a run; NULL:
 * none. */
struct uncap_chain_options {
    struct uncap_runtime *runtime;
    const struct uncap_weights *weights;
    struct uncap_slices *slices;
    int n, frames, batch;
    bool is_lean, is_one_thread, allows_half, interpolates;
    bool (*wants_tap)(void *opaque, const char *name);
    void *opaque;
};

int uncap_chain_open(struct uncap_chain **out, const struct uncap_chain_options *options,
                     struct uncap_error *err);
void uncap_chain_close(struct uncap_chain **chain);

/* Begin the next graph. A shared one runs once and knows no frames. */
void uncap_chain_begin(struct uncap_chain *chain, bool is_shared);

/* The graph under construction, for layers. */
struct uncap_graph *uncap_chain_graph(struct uncap_chain *chain);

/* Declare an input of the whole chain; returns its slot.
 * shape  of one frame, or the whole of it when it is shared by all frames. */
int uncap_chain_input(struct uncap_chain *chain, const char *name, struct uncap_shape shape, bool is_shared);

/* A slot's value in the current graph: [batch, shape of a frame], or the shared shape. */
struct uncap_value uncap_chain_load(struct uncap_chain *chain, int slot);
/* Hand a value on to later graphs; returns its slot. */
int uncap_chain_store(struct uncap_chain *chain, struct uncap_value value);
/* Make a value an output of the whole chain, written to bound memory. */
void uncap_chain_output(struct uncap_chain *chain, const char *name, struct uncap_value value);
/* x + motion module(x): ends the graph; the result is already loaded into the next one. key: the module's
 * path. */
struct uncap_value uncap_chain_motion(struct uncap_chain *chain, struct uncap_value x, const char *key);
/* Name an intermediate value for uncap_chain_read; nothing unless wants_tap. */
void uncap_chain_tap(struct uncap_chain *chain, struct uncap_value value, const char *fmt, ...)
    UNCAP_PRINTF(3, 4);

/* End building. Errors: the first failure: MODEL, BACKEND, UNSUPPORTED, NOMEM. */
int uncap_chain_finish(struct uncap_chain *chain, struct uncap_error *err);

/* Memory of an input or output for the runs that follow; n frames of it, or the shared shape. Unknown names
 * are ignored, so that callers can offer what a network may or may not take. */
void uncap_chain_bind(struct uncap_chain *chain, const char *name, const float *data);

/* Run over the bound memory. share: told after each batch; may be NULL.
 * Errors: ARG (something is not bound), BACKEND, NOMEM, CANCELLED. */
int uncap_chain_run(struct uncap_chain *chain, struct uncap_cancel *cancel, const struct uncap_share *share,
                    struct uncap_error *err);

/* A tapped value of the last run; NULL if there is none of that name. shape: [n, ...] or the shared shape. */
const float *uncap_chain_read(const struct uncap_chain *chain, const char *name, struct uncap_shape *shape);

#endif
