/* SPDX-License-Identifier: Apache-2.0 */
#include "inpaint/diffueraser/chain.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "base/memory.h"
#include "inpaint/diffueraser/motion.h"
#include "nn/session.h"

enum { MAX_PORTS = 64, NAME_MAX_BYTES = 64 };

/* A value that outlives a graph. */
struct slot {
    char name[NAME_MAX_BYTES]; /* of inputs, outputs and taps; else empty */
    struct uncap_shape shape;  /* of a frame, or whole when shared */
    bool is_shared, is_bound, is_tap;
    int last_stage;             /* that reads it */
    struct uncap_value value;   /* in the graph under construction; id 0: not in it */
    struct uncap_tensor memory; /* own memory during a run */
    float *data;
};

/* A graph, or a motion module that works in place. */
struct stage {
    struct uncap_session *session;
    struct uncap_motion *motion;
    bool is_shared;
    int in[MAX_PORTS], out[MAX_PORTS]; /* slots */
    int n_in, n_out;
    int motion_slot;
};

struct uncap_chain {
    struct uncap_chain_options o;
    struct slot *slots;
    size_t n_slots, slots_capacity;
    struct stage *stages; /* the last one is under construction while graph is there */
    size_t n_stages, stages_capacity;
    struct uncap_graph *graph;
    int rc;
    struct uncap_error err;
};

static const struct uncap_value NONE = {.id = 0};

int uncap_chain_open(struct uncap_chain **out, const struct uncap_chain_options *options,
                     struct uncap_error *err)
{
    *out = uncap_alloc(1, sizeof(**out));
    if (!*out)
        return uncap_fail_nomem(err, "a network");
    (*out)->o = *options;
    return UNCAP_OK;
}

void uncap_chain_close(struct uncap_chain **chain)
{
    struct uncap_chain *c = *chain;
    if (!c)
        return;
    uncap_graph_close(&c->graph);
    for (size_t k = 0; k < c->n_stages; k++) {
        uncap_session_close(&c->stages[k].session);
        uncap_motion_close(&c->stages[k].motion);
    }
    for (size_t k = 0; k < c->n_slots; k++)
        uncap_tensor_close(&c->slots[k].memory);
    uncap_free(c->stages);
    uncap_free(c->slots);
    uncap_free(c);
    *chain = NULL;
}

static int no_memory(struct uncap_chain *c)
{
    if (!c->rc)
        c->rc = uncap_fail_nomem(&c->err, "a network");
    return -1;
}

static int add_slot(struct uncap_chain *c, const struct slot *slot)
{
    void *slots = c->slots;
    const bool has_room = uncap_grow(&slots, &c->slots_capacity, c->n_slots + 1, sizeof(*c->slots));
    c->slots = slots;
    if (!has_room)
        return no_memory(c);
    c->slots[c->n_slots] = *slot;
    return (int)c->n_slots++;
}

static struct stage *add_stage(struct uncap_chain *c)
{
    void *stages = c->stages;
    const bool has_room = uncap_grow(&stages, &c->stages_capacity, c->n_stages + 1, sizeof(*c->stages));
    c->stages = stages;
    if (!has_room) {
        no_memory(c);
        return NULL;
    }
    return &c->stages[c->n_stages++];
}

/* Turn the graph under construction into a session. */
static void end_graph(struct uncap_chain *c)
{
    if (!c->graph)
        return;
    const struct uncap_session_options options = {.is_lean = c->o.is_lean,
                                                  .is_one_thread = c->o.is_one_thread};
    if (!c->rc)
        c->rc = uncap_session_open_graph(&c->stages[c->n_stages - 1].session, c->graph, &options, &c->err);
    uncap_graph_close(&c->graph);
    for (size_t k = 0; k < c->n_slots; k++)
        c->slots[k].value = NONE;
}

void uncap_chain_begin(struct uncap_chain *c, bool is_shared)
{
    end_graph(c);
    struct stage *stage = c->rc ? NULL : add_stage(c);
    if (stage)
        stage->is_shared = is_shared;
    if (!c->rc)
        c->rc = uncap_graph_open(&c->graph, c->o.runtime, c->o.weights, &c->err);
    if (!c->rc && c->o.allows_half && !is_shared) /* shared: the time embedding, small and in need of range */
        uncap_graph_allow_half(c->graph);
}

struct uncap_graph *uncap_chain_graph(struct uncap_chain *c)
{
    return c->graph;
}

int uncap_chain_input(struct uncap_chain *c, const char *name, struct uncap_shape shape, bool is_shared)
{
    struct slot slot = {.shape = shape, .is_shared = is_shared, .is_bound = true};
    snprintf(slot.name, sizeof(slot.name), "%s", name);
    return add_slot(c, &slot);
}

/* Name of a slot as port of the graphs. */
static const char *port_name(int slot, char name[16])
{
    snprintf(name, 16, "s%d", slot);
    return name;
}

static struct uncap_shape batched(const struct uncap_chain *c, const struct slot *slot, int64_t n)
{
    if (slot->is_shared)
        return slot->shape;
    struct uncap_shape shape = {.rank = slot->shape.rank + 1, .dims = {n ? n : c->o.batch}};
    memcpy(shape.dims + 1, slot->shape.dims, (size_t)slot->shape.rank * sizeof(*shape.dims));
    return shape;
}

static struct uncap_value fail(struct uncap_chain *c, const char *why)
{
    if (!c->rc)
        c->rc = uncap_fail(&c->err, UNCAP_ERR_MODEL, "cannot build a network: %s", why);
    return NONE;
}

struct uncap_value uncap_chain_load(struct uncap_chain *c, int index)
{
    if (c->rc || index < 0)
        return NONE;
    struct slot *slot = &c->slots[index];
    struct stage *stage = &c->stages[c->n_stages - 1];
    slot->last_stage = (int)c->n_stages - 1;
    if (slot->value.id)
        return slot->value;
    if (stage->n_in == MAX_PORTS)
        return fail(c, "a graph reads too many values");
    char name[16];
    slot->value = uncap_graph_input(c->graph, port_name(index, name), UNCAP_F32, batched(c, slot, 0));
    stage->in[stage->n_in++] = index;
    return slot->value;
}

static int add_result(struct uncap_chain *c, struct uncap_value value, struct slot slot)
{
    if (c->rc || !value.id)
        return -1;
    struct stage *stage = &c->stages[c->n_stages - 1];
    if (stage->n_out == MAX_PORTS) {
        fail(c, "a graph writes too many values");
        return -1;
    }
    slot.is_shared = stage->is_shared;
    slot.last_stage = (int)c->n_stages - 1;
    slot.value = value;
    slot.shape = value.shape;
    if (!slot.is_shared) {
        slot.shape.rank--;
        memmove(slot.shape.dims, slot.shape.dims + 1, (size_t)slot.shape.rank * sizeof(*slot.shape.dims));
    }
    const int index = add_slot(c, &slot);
    char name[16];
    if (index < 0)
        return index;
    uncap_graph_output(c->graph, port_name(index, name), value);
    stage->out[stage->n_out++] = index;
    return index;
}

int uncap_chain_store(struct uncap_chain *c, struct uncap_value value)
{
    for (size_t k = 0; k < c->n_slots && value.id; k++)
        if (c->slots[k].value.id == value.id && !c->slots[k].is_tap && !(c->slots[k].is_bound))
            return (int)k;
    return add_result(c, value, (struct slot){.is_shared = false});
}

void uncap_chain_output(struct uncap_chain *c, const char *name, struct uncap_value value)
{
    struct slot slot = {.is_bound = true};
    snprintf(slot.name, sizeof(slot.name), "%s", name);
    add_result(c, value, slot);
}

void uncap_chain_tap(struct uncap_chain *c, struct uncap_value value, const char *fmt, ...)
{
    struct slot slot = {.is_tap = true};
    if (!c->o.wants_tap)
        return;
    va_list args;
    va_start(args, fmt);
    vsnprintf(slot.name, sizeof(slot.name), fmt, args);
    va_end(args);
    if (c->o.wants_tap(c->o.opaque, slot.name))
        add_result(c, value, slot);
}

static void add_motion(struct uncap_chain *c, int slot, const char *key)
{
    struct stage *stage = c->rc || slot < 0 ? NULL : add_stage(c);
    if (!stage)
        return;
    const struct uncap_shape *shape = &c->slots[slot].shape; /* [C,h,w] */
    const struct uncap_motion_options options = {.runtime = c->o.runtime,
                                                 .weights = c->o.weights,
                                                 .key = key,
                                                 .frames = c->o.frames,
                                                 .channels = (int)shape->dims[0],
                                                 .pixels = (int)(shape->dims[1] * shape->dims[2]),
                                                 .interpolates = c->o.interpolates,
                                                 .allows_half = c->o.allows_half,
                                                 .is_lean = c->o.is_lean};
    stage->motion_slot = slot;
    c->rc = uncap_motion_open(&stage->motion, &options, &c->err);
}

struct uncap_value uncap_chain_motion(struct uncap_chain *c, struct uncap_value x, const char *key)
{
    /* A slot of its own: the module works in place, and the value before it may be a skip or a tap as well.
     */
    const int slot = add_result(c, x, (struct slot){.is_shared = false});
    end_graph(c);
    add_motion(c, slot, key);
    uncap_chain_begin(c, false);
    return uncap_chain_load(c, slot);
}

int uncap_chain_finish(struct uncap_chain *c, struct uncap_error *err)
{
    end_graph(c);
    if (c->rc && err)
        *err = c->err;
    return c->rc;
}

void uncap_chain_bind(struct uncap_chain *c, const char *name, const float *data)
{
    for (size_t k = 0; k < c->n_slots; k++)
        if (c->slots[k].is_bound && !strcmp(c->slots[k].name, name))
            c->slots[k].data = (float *)(uintptr_t)data;
}

const float *uncap_chain_read(const struct uncap_chain *c, const char *name, struct uncap_shape *shape)
{
    for (size_t k = 0; k < c->n_slots; k++)
        if (c->slots[k].is_tap && !strcmp(c->slots[k].name, name) && c->slots[k].data) {
            *shape = batched(c, &c->slots[k], c->o.n);
            return c->slots[k].data;
        }
    return NULL;
}

static size_t values_of(const struct slot *slot)
{
    size_t n = 0;
    return uncap_shape_count(&slot->shape, &n) ? n : 0;
}

static int hold(struct uncap_chain *c, int index, struct uncap_error *err)
{
    struct slot *slot = &c->slots[index];
    if (slot->data)
        return UNCAP_OK;
    if (slot->is_bound)
        return uncap_fail(err, UNCAP_ERR_ARG, "a network was run without its '%s'", slot->name);
    const int rc = uncap_tensor_open(&slot->memory, UNCAP_F32, batched(c, slot, c->o.n), err);
    slot->data = slot->memory.data;
    return rc;
}

static void let_go(struct slot *slot)
{
    uncap_tensor_close(&slot->memory);
    slot->data = NULL;
}

static struct uncap_tensor view(const struct uncap_chain *c, int index, int first)
{
    const struct slot *slot = &c->slots[index];
    const size_t at = slot->is_shared ? 0 : (size_t)first * values_of(slot);
    return uncap_tensor_view(UNCAP_F32, batched(c, slot, 0), slot->data + at);
}

/* Run a graph over the frames first .. first + batch. */
static int run_batch(struct uncap_chain *c, const struct stage *s, int first, struct uncap_cancel *cancel,
                     struct uncap_error *err)
{
    struct uncap_tensor tensors[2 * MAX_PORTS];
    struct uncap_port ports[2 * MAX_PORTS];
    char names[2 * MAX_PORTS][16];
    for (int k = 0; k < s->n_in + s->n_out; k++) {
        const int slot = k < s->n_in ? s->in[k] : s->out[k - s->n_in];
        tensors[k] = view(c, slot, first);
        ports[k] = (struct uncap_port){port_name(slot, names[k]), &tensors[k]};
    }
    return uncap_session_run(s->session, ports, s->n_in, ports + s->n_in, s->n_out, cancel, err);
}

static int run_stage(struct uncap_chain *c, const struct stage *s, struct uncap_cancel *cancel,
                     const struct uncap_share *share, struct uncap_error *err)
{
    if (s->motion)
        return uncap_motion_run(s->motion, c->slots[s->motion_slot].data, c->o.n / c->o.frames, c->o.slices,
                                cancel, err);
    int rc = UNCAP_OK;
    for (int k = 0; !rc && k < s->n_in; k++)
        rc = hold(c, s->in[k], err);
    for (int k = 0; !rc && k < s->n_out; k++)
        rc = hold(c, s->out[k], err);
    const int n = s->is_shared ? c->o.batch : c->o.n;
    for (int first = 0; !rc && first < n; first += c->o.batch) {
        /* The last batch is moved back to be full: its first frames come out once more, the same. */
        const int last = n - c->o.batch;
        rc = run_batch(c, s, first < last ? first : last, cancel, err);
        uncap_share_tell(share, (double)(first + c->o.batch) / (double)n);
    }
    return rc;
}

int uncap_chain_run(struct uncap_chain *c, struct uncap_cancel *cancel, const struct uncap_share *share,
                    struct uncap_error *err)
{
    static const struct uncap_share silent = {.tell = NULL};
    int n_counted = 0; /* stages that take time: the shared ones do not */
    for (size_t k = 0; k < c->n_stages; k++)
        n_counted += !c->stages[k].is_shared;
    int counted = 0;
    int rc = UNCAP_OK;
    for (size_t k = 0; !rc && k < c->n_stages; k++) {
        const bool is_told = share && !c->stages[k].is_shared;
        const struct uncap_share part =
            is_told ? uncap_share_part(share, (double)counted++ / n_counted, 1.0 / n_counted) : silent;
        rc = run_stage(c, &c->stages[k], cancel, &part, err);
        for (size_t i = 0; i < c->n_slots; i++)
            if (c->slots[i].last_stage == (int)k && !c->slots[i].is_bound && !c->slots[i].is_tap)
                let_go(&c->slots[i]);
    }
    for (size_t i = 0; rc && i < c->n_slots; i++)
        if (!c->slots[i].is_bound)
            let_go(&c->slots[i]);
    return rc;
}
