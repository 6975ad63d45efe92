/* SPDX-License-Identifier: Apache-2.0 */
/* Operations along flow: warping, image propagation, flow completion. */
#include <string.h>

#include "base/memory.h"
#include "inpaint/propainter/image_propagation.h"
#include "inpaint/propainter/warp.h"
#include "propainter.h"

static int warp(void *state, struct golden_case *c, struct uncap_error *err)
{
    struct pp *pp = state;
    const struct uncap_tensor *x;
    const struct uncap_tensor *flow;
    struct uncap_tensor out;
    int status = pp_input(c, "x", UNCAP_F32, 3, &x, err);
    status = status ? status : pp_input(c, "flow", UNCAP_F32, 3, &flow, err);
    status = status ? status : uncap_tensor_open(&out, UNCAP_F32, x->shape, err);
    if (status)
        return status;
    const int64_t *d = x->shape.dims;
    const bool is_nearest = !strcmp(golden_text(c, "mode", "bilinear"), "nearest");
    (is_nearest ? uncap_warp_nearest : uncap_warp_bilinear)(x->data, (int)d[0], (int)d[1], (int)d[2],
                                                            flow->data, out.data, pp->slices);
    return golden_result_take(c, "out", &out, err);
}

/* A result of zeros and ones as bytes. */
static int give_bits(struct golden_case *c, const char *name, struct uncap_shape shape, const float *bits,
                     struct uncap_error *err)
{
    struct uncap_tensor out;
    const int status = uncap_tensor_open(&out, UNCAP_U8, shape, err);
    if (status)
        return status;
    for (size_t i = 0; i < uncap_tensor_count(&out); i++)
        ((uint8_t *)out.data)[i] = bits[i] != 0;
    return golden_result_take(c, name, &out, err);
}

static int validity(void *state, struct golden_case *c, struct uncap_error *err)
{
    struct pp *pp = state;
    const struct uncap_tensor *a;
    const struct uncap_tensor *b;
    struct uncap_tensor out;
    int status = pp_input(c, "flow_a", UNCAP_F32, 4, &a, err);
    status = status ? status : pp_input(c, "flow_b", UNCAP_F32, 4, &b, err);
    if (status)
        return status;
    const int64_t *d = a->shape.dims;
    const int64_t at = golden_int(c, "index", 0) * 2 * d[2] * d[3];
    status = uncap_tensor_open(&out, UNCAP_F32, UNCAP_SHAPE(d[2], d[3]), err);
    if (status)
        return status;
    uncap_flow_validity((float *)a->data + at, (float *)b->data + at, (int)d[2], (int)d[3], out.data,
                        pp->slices);
    status = give_bits(c, "valid", out.shape, out.data, err);
    uncap_tensor_close(&out);
    return status;
}

static int images(void *state, struct golden_case *c, struct uncap_error *err)
{
    struct pp *pp = state;
    const struct uncap_tensor *ff;
    const struct uncap_tensor *fb;
    struct uncap_tensor x = {.dtype = UNCAP_F32};
    struct uncap_tensor m = {.dtype = UNCAP_F32};
    pp_begin(pp, c);
    int status = pp_frames(c, "frames_u8", &x, err);
    status = status ? status : pp_masks(c, "masks_u8", &m, err);
    status = status ? status : pp_input(c, "flow_f", UNCAP_F32, 4, &ff, err);
    status = status ? status : pp_input(c, "flow_b", UNCAP_F32, 4, &fb, err);
    if (!status) {
        const int64_t *d = x.shape.dims;
        const size_t plane = (size_t)(d[2] * d[3]);
        for (size_t i = 0; i < uncap_tensor_count(&x); i++)
            ((float *)x.data)[i] *= 1 - ((float *)m.data)[i / (3 * plane) * plane + i % plane];
        status = uncap_propagate_images(x.data, m.data, ff->data, fb->data, (int)d[0], (int)d[2], (int)d[3],
                                        pp->slices, &pp->probe, NULL, err);
    }
    status = status ? status : give_bits(c, "masks", m.shape, m.data, err);
    status = status ? status : golden_result_take(c, "frames", &x, err);
    uncap_tensor_close(&x);
    uncap_tensor_close(&m);
    return status;
}

static int open_completion(struct pp *pp, struct golden_case *c, struct uncap_error *err)
{
    const struct uncap_weights *w;
    pp_begin(pp, c);
    if (pp->completion)
        return UNCAP_OK;
    const int status = pp_weights(pp, PP_FLOW_COMPLETION, &w, err);
    return status ? status : uncap_flow_completion_open(&pp->completion, pp->runtime, w, &pp->probe, err);
}

/* A copy of an input that the program changes in place. */
static int copy_of(const struct uncap_tensor *in, struct uncap_tensor *out, struct uncap_error *err)
{
    const int status = uncap_tensor_open(out, in->dtype, in->shape, err);
    if (!status)
        memcpy(out->data, in->data, uncap_tensor_count(in) * uncap_dtype_bytes(in->dtype));
    return status;
}

static int complete(void *state, struct golden_case *c, struct uncap_error *err)
{
    struct pp *pp = state;
    const struct uncap_tensor *ff;
    const struct uncap_tensor *fb;
    struct uncap_tensor f = {.dtype = UNCAP_F32};
    struct uncap_tensor b = {.dtype = UNCAP_F32};
    struct uncap_tensor m = {.dtype = UNCAP_F32};
    int status = open_completion(pp, c, err);
    status = status ? status : pp_input(c, "flow_f", UNCAP_F32, 4, &ff, err);
    status = status ? status : pp_input(c, "flow_b", UNCAP_F32, 4, &fb, err);
    status = status ? status : copy_of(ff, &f, err);
    status = status ? status : copy_of(fb, &b, err);
    status = status ? status : pp_masks(c, "masks_u8", &m, err);
    static const char *const channel_first[] = {"down", "enc1", "enc2", "mid", NULL};
    pp->channel_first = channel_first;
    if (!status) {
        const int64_t *d = m.shape.dims;
        status = uncap_flow_completion_run(pp->completion, f.data, b.data, m.data, (int)d[0], (int)d[1],
                                           (int)d[2], NULL, err);
    }
    pp->channel_first = NULL;
    status = status ? status : golden_result_take(c, "comb_f", &f, err);
    status = status ? status : golden_result_take(c, "comb_b", &b, err);
    uncap_tensor_close(&f);
    uncap_tensor_close(&b);
    uncap_tensor_close(&m);
    return status;
}

static int align(void *state, struct golden_case *c, struct uncap_error *err)
{
    struct pp *pp = state;
    const struct uncap_tensor *x;
    const struct uncap_tensor *cond;
    int status = open_completion(pp, c, err);
    status = status ? status : pp_input(c, "x", UNCAP_F32, 3, &x, err);
    status = status ? status : pp_input(c, "cond", UNCAP_F32, 3, &cond, err);
    if (status)
        return status;
    const bool is_forward = !strcmp(golden_text(c, "direction", "backward_"), "forward_");
    return uncap_flow_completion_align(pp->completion, is_forward, x->data, cond->data, (int)x->shape.dims[1],
                                       (int)x->shape.dims[2], err);
}

const struct golden_op pp_ops_flow[] = {
    {"flow.warp", warp},        {"flow.validity", validity}, {"propagation.images", images},
    {"rfc.complete", complete}, {"rfc.align", align},        {NULL, NULL},
};
