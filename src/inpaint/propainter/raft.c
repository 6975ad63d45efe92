/* SPDX-License-Identifier: Apache-2.0 */
#include "inpaint/propainter/raft.h"

#include <math.h>
#include <string.h>

#include "base/memory.h"
#include "inpaint/propainter/raft_graphs.h"
#include "nn/session.h"

enum { MIN_SIDE = 128, FEATURES = 256, HIDDEN = 128 };

struct uncap_raft {
    struct uncap_session *fnet, *cnet, *context, *match, *update, *logits;
    struct uncap_slices *slices;
    const struct uncap_probe *probe;
};

int uncap_raft_open(struct uncap_raft **out, struct uncap_runtime *runtime,
                    const struct uncap_weights *weights, struct uncap_slices *slices,
                    const struct uncap_probe *probe, struct uncap_error *err)
{
    *out = NULL;
    struct uncap_raft *r = uncap_alloc(1, sizeof(*r));
    if (!r)
        return uncap_fail_nomem(err, "optical flow");
    r->slices = slices;
    r->probe = probe;
    const struct uncap_raft_graph o = {.has_taps = probe != NULL};
    const struct {
        struct uncap_session **session;
        void (*build)(struct uncap_graph *g, const void *opaque);
    } parts[] = {
        {&r->fnet, uncap_raft_build_fnet},     {&r->cnet, uncap_raft_build_cnet},
        {&r->match, uncap_raft_build_match},   {&r->context, uncap_raft_build_context},
        {&r->update, uncap_raft_build_update}, {&r->logits, uncap_raft_build_logits},
    };
    int status = UNCAP_OK;
    for (size_t i = 0; !status && i < sizeof(parts) / sizeof(*parts); i++)
        status = uncap_graph_build(parts[i].session, runtime, weights, parts[i].build, &o, NULL, err);
    if (status) {
        uncap_raft_close(&r);
        return status;
    }
    *out = r;
    return UNCAP_OK;
}

void uncap_raft_close(struct uncap_raft **raft)
{
    struct uncap_raft *r = *raft;
    if (!r)
        return;
    uncap_session_close(&r->fnet);
    uncap_session_close(&r->cnet);
    uncap_session_close(&r->match);
    uncap_session_close(&r->context);
    uncap_session_close(&r->update);
    uncap_session_close(&r->logits);
    uncap_free(r);
    *raft = NULL;
}

/* Show an image batch of one, without its batch axis. */
static int show(const struct uncap_raft *r, const char *name, const struct uncap_tensor *t,
                struct uncap_error *err)
{
    const int64_t *d = t->shape.dims;
    return uncap_probe_show(r->probe, name, UNCAP_SHAPE(d[1], d[2], d[3]), t->data, 0, 1, err);
}

/* Let the test see an encoder's layers. */
static int show_encoder(const struct uncap_raft *r, struct uncap_session *s, const char *net,
                        struct uncap_tensor *frame, struct uncap_cancel *cancel, struct uncap_error *err)
{
    static const char *const names[] = {"stem", "layer1", "layer2", "layer3", "out"};
    int status = UNCAP_OK;
    for (int i = 0; !status && uncap_probe_wants(r->probe, net) && i < 5; i++) {
        struct uncap_tensor t = {.dtype = UNCAP_F32};
        status = uncap_session_run(s, &(struct uncap_port){"frame", frame}, 1,
                                   &(struct uncap_port){names[i], &t}, 1, cancel, err);
        if (!status)
            status = show(r, names[i], &t, err);
        uncap_tensor_close(&t);
    }
    return status;
}

int uncap_raft_look(struct uncap_raft *r, const float *frame, int height, int width,
                    struct uncap_raft_frame *out, struct uncap_cancel *cancel, struct uncap_error *err)
{
    *out = (struct uncap_raft_frame){.h = height / 8, .w = width / 8};
    struct uncap_tensor x = uncap_tensor_view(UNCAP_F32, UNCAP_SHAPE(1, 3, height, width), frame);
    const struct uncap_port in = {"frame", &x};
    int status =
        uncap_session_run(r->fnet, &in, 1, &(struct uncap_port){"out", &out->features}, 1, cancel, err);
    const struct uncap_port state[] = {{"hidden", &out->hidden}, {"context", &out->context}};
    if (!status)
        status = uncap_session_run(r->cnet, &in, 1, state, 2, cancel, err);
    if (!status)
        status = uncap_raft_prepare(r, out, cancel, err);
    if (!status)
        status = show_encoder(r, r->fnet, "fnet", &x, cancel, err);
    if (!status)
        status = show_encoder(r, r->cnet, "cnet", &x, cancel, err);
    if (status)
        uncap_raft_frame_close(out);
    return status;
}

int uncap_raft_prepare(struct uncap_raft *r, struct uncap_raft_frame *frame, struct uncap_cancel *cancel,
                       struct uncap_error *err)
{
    const struct uncap_port gates[] = {
        {"zr1", &frame->zr1}, {"q1", &frame->q1}, {"zr2", &frame->zr2}, {"q2", &frame->q2}};
    return uncap_session_run(r->context, &(struct uncap_port){"context", &frame->context}, 1, gates, 4,
                             cancel, err);
}

void uncap_raft_frame_close(struct uncap_raft_frame *frame)
{
    struct uncap_tensor *const all[] = {&frame->features, &frame->hidden, &frame->context, &frame->zr1,
                                        &frame->q1,       &frame->zr2,    &frame->q2};
    for (size_t i = 0; i < sizeof(all) / sizeof(*all); i++)
        uncap_tensor_close(all[i]);
}

int uncap_raft_correlate(struct uncap_raft *r, const struct uncap_raft_frame *from,
                         const struct uncap_raft_frame *to, struct uncap_correlation *out,
                         struct uncap_cancel *cancel, struct uncap_error *err)
{
    int status = uncap_correlation_open(out, from->h, from->w, err);
    if (status)
        return status;
    const int64_t n = (int64_t)from->h * from->w;
    struct uncap_tensor a = uncap_tensor_view(UNCAP_F32, UNCAP_SHAPE(FEATURES, n), from->features.data);
    struct uncap_tensor b = uncap_tensor_view(UNCAP_F32, UNCAP_SHAPE(FEATURES, n), to->features.data);
    struct uncap_tensor volume = uncap_tensor_view(UNCAP_F32, UNCAP_SHAPE(n, n), out->level[0]);
    const struct uncap_port in[] = {{"a", &a}, {"b", &b}};
    status = uncap_session_run(r->match, in, 2, &(struct uncap_port){"volume", &volume}, 1, cancel, err);
    if (status)
        uncap_correlation_close(out);
    else
        uncap_correlation_pool(out, r->slices);
    return status;
}

int uncap_raft_update(struct uncap_raft *r, const struct uncap_raft_frame *from, struct uncap_tensor *hidden,
                      const float *corr, const float *flow, float *delta, struct uncap_cancel *cancel,
                      struct uncap_error *err)
{
    struct uncap_tensor h = {.dtype = UNCAP_F32};
    struct uncap_tensor c =
        uncap_tensor_view(UNCAP_F32, UNCAP_SHAPE(1, UNCAP_CORRELATION_CHANNELS, from->h, from->w), corr);
    struct uncap_tensor f = uncap_tensor_view(UNCAP_F32, UNCAP_SHAPE(1, 2, from->h, from->w), flow);
    struct uncap_tensor d = uncap_tensor_view(UNCAP_F32, UNCAP_SHAPE(1, 2, from->h, from->w), delta);
    struct uncap_raft_frame gates = *from;
    const struct uncap_port in[] = {{"hidden", hidden},  {"zr1", &gates.zr1}, {"q1", &gates.q1},
                                    {"zr2", &gates.zr2}, {"q2", &gates.q2},   {"corr", &c},
                                    {"flow", &f}};
    struct uncap_tensor motion = {.dtype = UNCAP_F32};
    const struct uncap_port out[] = {{"new", &h}, {"delta", &d}, {"motion", &motion}};
    int status =
        uncap_session_run(r->update, in, 7, out, uncap_probe_wants(r->probe, "motion") ? 3 : 2, cancel, err);
    if (!status && motion.data)
        status = show(r, "motion", &motion, err);
    uncap_tensor_close(&motion);
    if (status) {
        uncap_tensor_close(&h);
        return status;
    }
    uncap_tensor_close(hidden);
    *hidden = h;
    return UNCAP_OK;
}

struct upsample {
    const float *logits, *low;
    float *flow;
    int h, w;
};

/* Weights of the nine neighbours for the subpixels of one position: softmax over k of channel 64 k + sub. */
static void neighbour_weights(const struct upsample *u, size_t p, size_t plane, int sub, float *weight)
{
    float highest = -INFINITY;
    float sum = 0;
    for (int k = 0; k < 9; k++) {
        weight[k] = u->logits[(size_t)(64 * k + sub) * plane + p];
        highest = fmaxf(highest, weight[k]);
    }
    for (int k = 0; k < 9; k++) {
        weight[k] = expf(weight[k] - highest);
        sum += weight[k];
    }
    for (int k = 0; k < 9; k++)
        weight[k] /= sum;
}

static void upsample_row(void *opaque, int y)
{
    const struct upsample *u = opaque;
    const size_t plane = (size_t)u->h * (size_t)u->w;
    for (int x = 0; x < u->w; x++) {
        float near[2][9];
        for (int c = 0; c < 2; c++)
            for (int k = 0; k < 9; k++) {
                const int yy = y + k / 3 - 1;
                const int xx = x + k % 3 - 1;
                const bool is_inside = yy >= 0 && yy < u->h && xx >= 0 && xx < u->w;
                near[c][k] = is_inside ? 8 * u->low[(size_t)c * plane + (size_t)(yy * u->w + xx)] : 0;
            }
        for (int sub = 0; sub < 64; sub++) {
            float weight[9];
            neighbour_weights(u, (size_t)(y * u->w + x), plane, sub, weight);
            for (int c = 0; c < 2; c++) {
                float sum = 0;
                for (int k = 0; k < 9; k++)
                    sum += weight[k] * near[c][k];
                const size_t row = (size_t)(8 * y + sub / 8);
                u->flow[(size_t)c * 64 * plane + row * 8 * (size_t)u->w + (size_t)(8 * x + sub % 8)] = sum;
            }
        }
    }
}

int uncap_raft_upsample(struct uncap_raft *r, const struct uncap_tensor *hidden, const float *low,
                        float *flow, struct uncap_cancel *cancel, struct uncap_error *err)
{
    struct uncap_tensor h = *hidden;
    struct uncap_tensor logits = {.dtype = UNCAP_F32};
    int status = uncap_session_run(r->logits, &(struct uncap_port){"hidden", &h}, 1,
                                   &(struct uncap_port){"logits", &logits}, 1, cancel, err);
    if (status)
        return status;
    status = show(r, "logits", &logits, err);
    struct upsample u = {logits.data, low, flow, (int)logits.shape.dims[2], (int)logits.shape.dims[3]};
    uncap_slices_run(r->slices, u.h, upsample_row, &u);
    uncap_tensor_close(&logits);
    return status;
}

/* What the iterations work on. coords and flow: [2][h][w]. */
struct iteration {
    float *coords, *flow, *delta, *corr;
    struct uncap_tensor hidden;
};

static void close_iteration(struct iteration *it)
{
    uncap_free(it->coords);
    uncap_free(it->flow);
    uncap_free(it->delta);
    uncap_free(it->corr);
    uncap_tensor_close(&it->hidden);
}

static int open_iteration(struct iteration *it, const struct uncap_raft_frame *from, struct uncap_error *err)
{
    const size_t plane = (size_t)from->h * (size_t)from->w;
    *it = (struct iteration){
        .coords = uncap_alloc(2 * plane, sizeof(float)),
        .flow = uncap_alloc(2 * plane, sizeof(float)),
        .delta = uncap_alloc(2 * plane, sizeof(float)),
        .corr = uncap_alloc(UNCAP_CORRELATION_CHANNELS * plane, sizeof(float)),
    };
    if (!it->coords || !it->flow || !it->delta || !it->corr)
        return uncap_fail_nomem(err, "optical flow");
    for (size_t p = 0; p < plane; p++) {
        it->coords[p] = (float)(p % (size_t)from->w);
        it->coords[plane + p] = (float)(p / (size_t)from->w);
    }
    const int status = uncap_tensor_open(&it->hidden, UNCAP_F32, from->hidden.shape, err);
    if (!status)
        memcpy(it->hidden.data, from->hidden.data, plane * HIDDEN * sizeof(float));
    return status;
}

static void move(const struct iteration *it, int h, int w)
{
    const size_t plane = (size_t)h * (size_t)w;
    for (size_t i = 0; i < 2 * plane; i++) {
        const size_t p = i % plane;
        const float grid = (float)(i < plane ? p % (size_t)w : p / (size_t)w);
        it->coords[i] += it->delta[i];
        it->flow[i] = it->coords[i] - grid;
    }
}

int uncap_raft_flow(struct uncap_raft *r, const struct uncap_raft_frame *from,
                    const struct uncap_raft_frame *to, int iterations, float *flow, float *low,
                    struct uncap_cancel *cancel, struct uncap_error *err)
{
    if (from->h * 8 < MIN_SIDE || from->w * 8 < MIN_SIDE)
        return uncap_fail(err, UNCAP_ERR_ARG, "optical flow needs pictures of at least %d x %d, not %d x %d",
                          MIN_SIDE, MIN_SIDE, from->w * 8, from->h * 8);
    struct uncap_correlation volume;
    struct iteration it;
    int status = uncap_raft_correlate(r, from, to, &volume, cancel, err);
    if (status)
        return status;
    status = open_iteration(&it, from, err);
    for (int i = 0; !status && i < iterations; i++) {
        uncap_correlation_lookup(&volume, it.coords, it.corr, r->slices);
        status = uncap_raft_update(r, from, &it.hidden, it.corr, it.flow, it.delta, cancel, err);
        if (!status)
            move(&it, from->h, from->w);
    }
    if (!status)
        status = uncap_raft_upsample(r, &it.hidden, it.flow, flow, cancel, err);
    if (!status && low)
        memcpy(low, it.flow, 2 * (size_t)from->h * (size_t)from->w * sizeof(float));
    close_iteration(&it);
    uncap_correlation_close(&volume);
    return status;
}
