/* SPDX-License-Identifier: Apache-2.0 */
#include "propainter.h"

#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "inpaint/propainter/manifest.h"
#include "inpaint/propainter/synth.h"
#include "nn/manifest.h"

static bool wants(void *opaque, const char *name)
{
    const struct pp *pp = opaque;
    return (pp->also_wanted && !strcmp(pp->also_wanted, name)) ||
           (pp->current && golden_wants(pp->current, name));
}

void pp_begin(struct pp *pp, struct golden_case *c)
{
    pp->current = c;
    for (int i = 0; i < PP_PENDING; i++)
        uncap_tensor_close(&pp->pending[i].tensor);
}

/* Hand over [n][c]... as [c][n]... */
static int take_channel_first(struct pp *pp, const char *name, struct uncap_tensor *t,
                              struct uncap_error *err)
{
    struct uncap_tensor turned;
    struct uncap_shape shape = t->shape;
    shape.dims[0] = t->shape.dims[1];
    shape.dims[1] = t->shape.dims[0];
    const int status = uncap_tensor_open(&turned, t->dtype, shape, err);
    if (status)
        return status;
    const size_t n = (size_t)shape.dims[1];
    const size_t c = (size_t)shape.dims[0];
    const size_t bytes = uncap_tensor_count(t) / (n * c) * uncap_dtype_bytes(t->dtype);
    for (size_t i = 0; i < n * c; i++)
        memcpy((char *)turned.data + (i % c * n + i / c) * bytes, (char *)t->data + i * bytes, bytes);
    uncap_tensor_close(t);
    return golden_result_take(pp->current, name, &turned, err);
}

/* Collect the parts of a result, which come in any order; hand it over with the last one. */
static int show(void *opaque, const char *name, const struct uncap_tensor *part, int64_t index, int64_t n,
                struct uncap_error *err)
{
    struct pp *pp = opaque;
    if (n == 1)
        return golden_result(pp->current, name, part->dtype, part->shape, part->data, err);
    struct pp_pending *p = pp->pending;
    struct pp_pending *const end = p + PP_PENDING;
    while (p < end && (!p->tensor.data || strcmp(p->name, name)))
        p++;
    for (struct pp_pending *unused = pp->pending; p == end && unused < end; unused++)
        p = unused->tensor.data ? end : unused;
    if (p == end)
        return uncap_fail(err, UNCAP_ERR_ARG, "more than %d results come in parts", PP_PENDING);
    if (!p->tensor.data) {
        struct uncap_shape shape = {.rank = part->shape.rank + 1, .dims = {n}};
        memcpy(shape.dims + 1, part->shape.dims, (size_t)part->shape.rank * sizeof(*shape.dims));
        p->name = name;
        p->seen = 0;
        const int status = uncap_tensor_open(&p->tensor, part->dtype, shape, err);
        if (status)
            return status;
    }
    const size_t bytes = uncap_tensor_count(part) * uncap_dtype_bytes(part->dtype);
    memcpy((char *)p->tensor.data + (size_t)index * bytes, part->data, bytes);
    if (++p->seen < n)
        return UNCAP_OK;
    for (const char *const *f = pp->channel_first; f && *f; f++)
        if (!strcmp(*f, name))
            return take_channel_first(pp, name, &p->tensor, err);
    return golden_result_take(pp->current, name, &p->tensor, err);
}

int pp_weights(struct pp *pp, int which, const struct uncap_weights **out, struct uncap_error *err)
{
    static const struct {
        const char *const *manifest;
        const char *label;
    } files[PP_NETWORKS] = {
        {uncap_propainter_raft_manifest, "raft-things.pth"},
        {uncap_propainter_flow_completion_manifest, "recurrent_flow_completion.pth"},
        {uncap_propainter_generator_manifest, "ProPainter.pth"},
    };
    int status = UNCAP_OK;
    if (!pp->weights[which])
        status = uncap_propainter_synth(&pp->weights[which], files[which].manifest, files[which].label,
                                        pp->suffix, err);
    if (!status)
        status = uncap_manifest_check(files[which].manifest, pp->weights[which], false, err);
    *out = pp->weights[which];
    return status;
}

int pp_input(const struct golden_case *c, const char *role, enum uncap_dtype dtype, int rank,
             const struct uncap_tensor **out, struct uncap_error *err)
{
    *out = golden_input(c, role);
    if (!*out || (*out)->dtype != dtype || (*out)->shape.rank != rank)
        return uncap_fail(err, UNCAP_ERR_ARG, "input %s is missing or not %s of rank %d", role,
                          uncap_dtype_name(dtype), rank);
    return UNCAP_OK;
}

int pp_frames(const struct golden_case *c, const char *role, struct uncap_tensor *out,
              struct uncap_error *err)
{
    const struct uncap_tensor *in;
    int status = pp_input(c, role, UNCAP_U8, 4, &in, err);
    if (status)
        return status;
    const int64_t *d = in->shape.dims;
    status = uncap_tensor_open(out, UNCAP_F32, UNCAP_SHAPE(d[0], 3, d[1], d[2]), err);
    const size_t plane = (size_t)(d[1] * d[2]);
    const uint8_t *u8 = in->data;
    for (size_t i = 0; !status && i < uncap_tensor_count(in); i++) {
        const size_t frame = i / (3 * plane);
        const size_t pixel = i / 3 % plane;
        ((float *)out->data)[(frame * 3 + i % 3) * plane + pixel] = (float)u8[i] / 255.0f * 2.0f - 1.0f;
    }
    return status;
}

int pp_masks(const struct golden_case *c, const char *role, struct uncap_tensor *out, struct uncap_error *err)
{
    const struct uncap_tensor *in;
    int status = pp_input(c, role, UNCAP_U8, 3, &in, err);
    if (!status)
        status = uncap_tensor_open(out, UNCAP_F32, in->shape, err);
    for (size_t i = 0; !status && i < uncap_tensor_count(in); i++)
        ((float *)out->data)[i] = ((const uint8_t *)in->data)[i] ? 1.0f : 0.0f;
    return status;
}

static int open_pp(void **state, const char *suffix, const char *precision, struct uncap_error *err)
{
    const struct uncap_runtime_options options = {.threads = 2, .device = "cpu", .precision = precision};
    struct pp *pp = uncap_alloc(1, sizeof(*pp));
    *state = pp;
    if (!pp)
        return uncap_fail_nomem(err, "the test");
    pp->probe = (struct uncap_probe){.opaque = pp, .wants = wants, .show = show};
    pp->suffix = uncap_strdup(suffix);
    const int status = uncap_runtime_open(&pp->runtime, &options, err);
    return status ? status : uncap_slices_open(&pp->slices, 2, err);
}

static void close_pp(void *state)
{
    struct pp *pp = state;
    if (!pp)
        return;
    uncap_raft_close(&pp->raft);
    uncap_flow_completion_close(&pp->completion);
    uncap_generator_close(&pp->generator);
    uncap_propainter_close(&pp->whole);
    for (int i = 0; i < PP_NETWORKS; i++)
        uncap_weights_close(&pp->weights[i]);
    uncap_slices_close(&pp->slices);
    uncap_runtime_close(&pp->runtime);
    uncap_free(pp->suffix);
    uncap_free(pp);
}

int main(int argc, char **argv)
{
    const struct golden_op *const tables[] = {pp_ops_files, pp_ops_flow, pp_ops_generator, pp_ops_raft,
                                              pp_ops_program};
    struct golden_op ops[64] = {{NULL, NULL}};
    size_t n = 0;
    for (size_t i = 0; i < sizeof(tables) / sizeof(*tables); i++)
        for (const struct golden_op *o = tables[i]; o->name; o++)
            ops[n++] = *o;
    const struct golden_network network = {.name = "propainter",
                                           .ops = ops,
                                           .open = open_pp,
                                           .close = close_pp,
                                           .variable = "UNCAPTION_GOLDEN_DIR"};
    return golden_main(argc, argv, &network);
}
