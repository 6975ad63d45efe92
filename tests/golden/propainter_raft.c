/* SPDX-License-Identifier: Apache-2.0 */
/* Operations of RAFT. */
#include <string.h>

#include "base/memory.h"
#include "propainter.h"

static int open_raft(struct pp *pp, struct golden_case *c, struct uncap_error *err)
{
    const struct uncap_weights *w;
    pp_begin(pp, c);
    if (pp->raft)
        return UNCAP_OK;
    const int status = pp_weights(pp, PP_RAFT, &w, err);
    return status ? status : uncap_raft_open(&pp->raft, pp->runtime, w, pp->slices, &pp->probe, err);
}

/* Look at frame number i of the input. */
static int look(struct pp *pp, struct golden_case *c, int i, struct uncap_raft_frame *out,
                struct uncap_error *err)
{
    struct uncap_tensor x;
    int status = open_raft(pp, c, err);
    if (!status)
        status = pp_frames(c, "frames_u8", &x, err);
    if (status)
        return status;
    const int64_t *d = x.shape.dims;
    if (i < 0 || i >= d[0])
        status = uncap_fail(err, UNCAP_ERR_ARG, "there is no frame %d", i);
    else
        status = uncap_raft_look(pp->raft, (float *)x.data + i * 3 * d[2] * d[3], (int)d[2], (int)d[3], out,
                                 NULL, err);
    uncap_tensor_close(&x);
    return status;
}

static int encoder(void *state, struct golden_case *c, struct uncap_error *err)
{
    struct pp *pp = state;
    struct uncap_raft_frame f;
    pp->also_wanted = golden_text(c, "net", "fnet");
    const int status = look(pp, c, golden_int(c, "frame", 0), &f, err);
    pp->also_wanted = NULL;
    if (!status)
        uncap_raft_frame_close(&f);
    return status;
}

static int correlate(struct pp *pp, struct golden_case *c, struct uncap_correlation *out,
                     struct uncap_error *err)
{
    struct uncap_raft_frame a;
    struct uncap_raft_frame b;
    int status = look(pp, c, 0, &a, err);
    if (status)
        return status;
    status = look(pp, c, 1, &b, err);
    if (!status) {
        status = uncap_raft_correlate(pp->raft, &a, &b, out, NULL, err);
        uncap_raft_frame_close(&b);
    }
    uncap_raft_frame_close(&a);
    return status;
}

static int correlation(void *state, struct golden_case *c, struct uncap_error *err)
{
    static const char *const names[] = {"level0", "level1", "level2", "level3"};
    struct uncap_correlation v;
    int status = correlate(state, c, &v, err);
    if (status)
        return status;
    for (int l = 0; !status && l < UNCAP_CORRELATION_LEVELS; l++)
        status = golden_result(c, names[l], UNCAP_F32, UNCAP_SHAPE((int64_t)v.h * v.w, v.h >> l, v.w >> l),
                               v.level[l], err);
    uncap_correlation_close(&v);
    return status;
}

static int lookup(void *state, struct golden_case *c, struct uncap_error *err)
{
    struct pp *pp = state;
    const struct uncap_tensor *coords;
    struct uncap_tensor out;
    struct uncap_correlation v;
    int status = pp_input(c, "coords", UNCAP_F32, 3, &coords, err);
    if (!status)
        status = correlate(pp, c, &v, err);
    if (status)
        return status;
    status = uncap_tensor_open(&out, UNCAP_F32, UNCAP_SHAPE(UNCAP_CORRELATION_CHANNELS, v.h, v.w), err);
    if (!status) {
        uncap_correlation_lookup(&v, coords->data, out.data, pp->slices);
        status = golden_result_take(c, "lookup", &out, err);
    }
    uncap_correlation_close(&v);
    return status;
}

/* A batch of one around an input [c][h][w]. */
static struct uncap_tensor batched(const struct uncap_tensor *t)
{
    const int64_t *d = t->shape.dims;
    return uncap_tensor_view(UNCAP_F32, UNCAP_SHAPE(1, d[0], d[1], d[2]), t->data);
}

static int update(void *state, struct golden_case *c, struct uncap_error *err)
{
    struct pp *pp = state;
    const struct uncap_tensor *hidden;
    const struct uncap_tensor *context;
    const struct uncap_tensor *corr;
    const struct uncap_tensor *flow;
    struct uncap_tensor delta = {.dtype = UNCAP_F32};
    struct uncap_tensor up = {.dtype = UNCAP_F32};
    struct uncap_tensor h = {.dtype = UNCAP_F32};
    int status = open_raft(pp, c, err);
    status = status ? status : pp_input(c, "hidden", UNCAP_F32, 3, &hidden, err);
    status = status ? status : pp_input(c, "context", UNCAP_F32, 3, &context, err);
    status = status ? status : pp_input(c, "corr", UNCAP_F32, 3, &corr, err);
    status = status ? status : pp_input(c, "flow", UNCAP_F32, 3, &flow, err);
    if (status)
        return status;
    const int64_t *d = hidden->shape.dims;
    struct uncap_raft_frame f = {.h = (int)d[1], .w = (int)d[2], .context = batched(context)};
    h = batched(hidden);
    status = uncap_raft_prepare(pp->raft, &f, NULL, err);
    status = status ? status : uncap_tensor_open(&delta, UNCAP_F32, UNCAP_SHAPE(2, d[1], d[2]), err);
    status = status ? status : uncap_tensor_open(&up, UNCAP_F32, UNCAP_SHAPE(2, 8 * d[1], 8 * d[2]), err);
    status =
        status ? status : uncap_raft_update(pp->raft, &f, &h, corr->data, flow->data, delta.data, NULL, err);
    status = status ? status : uncap_raft_upsample(pp->raft, &h, flow->data, up.data, NULL, err);
    status =
        status ? status : golden_result(c, "hidden", UNCAP_F32, UNCAP_SHAPE(d[0], d[1], d[2]), h.data, err);
    status = status ? status : golden_result_take(c, "delta", &delta, err);
    status = status ? status : golden_result_take(c, "upsampled", &up, err);
    uncap_tensor_close(&delta);
    uncap_tensor_close(&up);
    uncap_tensor_close(&h);
    uncap_raft_frame_close(&f);
    return status;
}

static int flow(void *state, struct golden_case *c, struct uncap_error *err)
{
    struct pp *pp = state;
    struct uncap_raft_frame a = {.h = 0};
    struct uncap_raft_frame b = {.h = 0};
    struct uncap_tensor full = {.dtype = UNCAP_F32};
    struct uncap_tensor low = {.dtype = UNCAP_F32};
    int status = look(pp, c, golden_int(c, "from", 0), &a, err);
    status = status ? status : look(pp, c, golden_int(c, "to", 1), &b, err);
    status = status ? status : uncap_tensor_open(&full, UNCAP_F32, UNCAP_SHAPE(2, 8 * a.h, 8 * a.w), err);
    status = status ? status : uncap_tensor_open(&low, UNCAP_F32, UNCAP_SHAPE(2, a.h, a.w), err);
    status = status ? status
                    : uncap_raft_flow(pp->raft, &a, &b, golden_int(c, "iterations", 20), full.data, low.data,
                                      NULL, err);
    status = status ? status : golden_result_take(c, "flow", &full, err);
    status = status ? status : golden_result_take(c, "flow_low", &low, err);
    uncap_tensor_close(&full);
    uncap_tensor_close(&low);
    uncap_raft_frame_close(&a);
    uncap_raft_frame_close(&b);
    return status;
}

const struct golden_op pp_ops_raft[] = {
    {"raft.encoder", encoder}, {"raft.correlation", correlation},
    {"raft.lookup", lookup},   {"raft.update", update},
    {"raft.flow", flow},       {NULL, NULL},
};
