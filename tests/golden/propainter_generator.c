/* SPDX-License-Identifier: Apache-2.0 */
/* Operations of the generator. */
#include <string.h>

#include "base/memory.h"
#include "inpaint/propainter/tokens.h"
#include "propainter.h"

static int open_generator(struct pp *pp, struct golden_case *c, struct uncap_error *err)
{
    const struct uncap_weights *w;
    pp_begin(pp, c);
    if (pp->generator)
        return UNCAP_OK;
    const int status = pp_weights(pp, PP_GENERATOR, &w, err);
    return status ? status
                  : uncap_generator_open(&pp->generator, pp->runtime, w, pp->slices, &pp->probe, err);
}

static int align(void *state, struct golden_case *c, struct uncap_error *err)
{
    struct pp *pp = state;
    const struct uncap_tensor *x;
    const struct uncap_tensor *cond;
    const struct uncap_tensor *flow;
    int status = open_generator(pp, c, err);
    status = status ? status : pp_input(c, "x", UNCAP_F32, 3, &x, err);
    status = status ? status : pp_input(c, "cond", UNCAP_F32, 3, &cond, err);
    status = status ? status : pp_input(c, "flow", UNCAP_F32, 3, &flow, err);
    if (status)
        return status;
    const bool is_forward = !strcmp(golden_text(c, "direction", "backward_1"), "forward_1");
    return uncap_generator_align(pp->generator, is_forward, x->data, cond->data, flow->data,
                                 (int)x->shape.dims[1], (int)x->shape.dims[2], err);
}

static int soft_split(void *state, struct golden_case *c, struct uncap_error *err)
{
    struct pp *pp = state;
    const struct uncap_tensor *x;
    struct uncap_tensor out;
    int status = open_generator(pp, c, err);
    status = status ? status : pp_input(c, "features", UNCAP_F32, 4, &x, err);
    if (status)
        return status;
    const int64_t *d = x->shape.dims;
    const int64_t fh = uncap_token_side((int)d[2]);
    const int64_t fw = uncap_token_side((int)d[3]);
    status = uncap_tensor_open(&out, UNCAP_F32, UNCAP_SHAPE(d[0], fh, fw, UNCAP_TOKEN_WIDTH), err);
    for (int64_t t = 0; !status && t < d[0]; t++)
        status =
            uncap_generator_split(pp->generator, (float *)x->data + t * d[1] * d[2] * d[3], (int)d[2],
                                  (int)d[3], (float *)out.data + t * fh * fw * UNCAP_TOKEN_WIDTH, NULL, err);
    return status ? status : golden_result_take(c, "tokens", &out, err);
}

static int soft_composition(void *state, struct golden_case *c, struct uncap_error *err)
{
    struct pp *pp = state;
    const struct uncap_tensor *x;
    struct uncap_tensor comp = {.dtype = UNCAP_F32};
    struct uncap_tensor sum = {.dtype = UNCAP_F32};
    const int h = golden_int(c, "height", 0);
    const int w = golden_int(c, "width", 0);
    int status = open_generator(pp, c, err);
    status = status ? status : pp_input(c, "tokens", UNCAP_F32, 4, &x, err);
    if (status)
        return status;
    const int64_t *d = x->shape.dims;
    status = uncap_tensor_open(&comp, UNCAP_F32, UNCAP_SHAPE(d[0], 128, h, w), err);
    status = status ? status : uncap_tensor_open(&sum, UNCAP_F32, comp.shape, err);
    const int64_t frame = (int64_t)128 * h * w;
    for (int64_t t = 0; !status && t < d[0]; t++)
        status = uncap_generator_compose(pp->generator, (float *)x->data + t * d[1] * d[2] * d[3],
                                         (float *)comp.data + t * frame, h, w, (float *)comp.data + t * frame,
                                         (float *)sum.data + t * frame, NULL, err);
    uncap_tensor_close(&sum);
    return status ? status : golden_result_take(c, "features", &comp, err);
}

static int decoder(void *state, struct golden_case *c, struct uncap_error *err)
{
    struct pp *pp = state;
    const struct uncap_tensor *x;
    struct uncap_tensor out;
    int status = open_generator(pp, c, err);
    status = status ? status : pp_input(c, "features", UNCAP_F32, 4, &x, err);
    if (status)
        return status;
    const int64_t *d = x->shape.dims;
    status = uncap_tensor_open(&out, UNCAP_F32, UNCAP_SHAPE(d[0], 3, 4 * d[2], 4 * d[3]), err);
    for (int64_t t = 0; !status && t < d[0]; t++)
        status = uncap_generator_decode(pp->generator, (float *)x->data + t * d[1] * d[2] * d[3], (int)d[2],
                                        (int)d[3], (float *)out.data + t * 48 * d[2] * d[3], NULL, err);
    return status ? status : golden_result_take(c, "out", &out, err);
}

static int block(void *state, struct golden_case *c, struct uncap_error *err)
{
    struct pp *pp = state;
    const struct uncap_tensor *x;
    const struct uncap_tensor *masks;
    struct uncap_tensor out[3] = {{.dtype = UNCAP_F32}};
    int status = open_generator(pp, c, err);
    status = status ? status : pp_input(c, "tokens", UNCAP_F32, 4, &x, err);
    status = status ? status : pp_input(c, "masks", UNCAP_F32, 3, &masks, err);
    if (status)
        return status;
    for (int i = 0; !status && i < 3; i++)
        status = uncap_tensor_open(&out[i], UNCAP_F32, x->shape, err);
    if (status)
        return status;
    memcpy(out[2].data, x->data, uncap_tensor_count(x) * sizeof(float));
    const struct uncap_token_map map = {out[2].data,
                                        masks->data,
                                        (int)x->shape.dims[0],
                                        (int)masks->shape.dims[0],
                                        (int)x->shape.dims[0],
                                        golden_int(c, "height", 0),
                                        golden_int(c, "width", 0)};
    struct uncap_transformer *t = uncap_generator_transformer(pp->generator);
    const int number = golden_int(c, "block", 0);
    status = uncap_transformer_attention(t, &map, number, out[0].data, NULL, err);
    status = status ? status : uncap_transformer_feed_forward(t, &map, number, out[1].data, NULL, err);
    status = status ? status : uncap_transformer_run(t, &map, number, number + 1, NULL, err);
    status = status ? status : golden_result_take(c, "attention", &out[0], err);
    status = status ? status : golden_result_take(c, "feed_forward", &out[1], err);
    status = status ? status : golden_result_take(c, "out", &out[2], err);
    for (int i = 0; i < 3; i++)
        uncap_tensor_close(&out[i]);
    return status;
}

enum { MAX_FRAMES = 256 };

static int window(void *state, struct golden_case *c, struct uncap_error *err)
{
    struct pp *pp = state;
    const struct uncap_tensor *ff;
    const struct uncap_tensor *fb;
    struct uncap_tensor x = {.dtype = UNCAP_F32};
    struct uncap_tensor in = {.dtype = UNCAP_F32};
    struct uncap_tensor upd = {.dtype = UNCAP_F32};
    struct uncap_tensor enc = {.dtype = UNCAP_F32};
    struct uncap_tensor out = {.dtype = UNCAP_F32};
    const float *features[MAX_FRAMES];
    const float *mask_in[MAX_FRAMES];
    const float *mask_upd[MAX_FRAMES];
    int status = open_generator(pp, c, err);
    status = status ? status : pp_frames(c, "frames_u8", &x, err);
    status = status ? status : pp_masks(c, "masks_in_u8", &in, err);
    status = status ? status : pp_masks(c, "masks_upd_u8", &upd, err);
    status = status ? status : pp_input(c, "flow_f", UNCAP_F32, 4, &ff, err);
    status = status ? status : pp_input(c, "flow_b", UNCAP_F32, 4, &fb, err);
    const int64_t *d = x.shape.dims;
    if (!status && d[0] > MAX_FRAMES)
        status = uncap_fail(err, UNCAP_ERR_ARG, "more than %d frames", MAX_FRAMES);
    status =
        status ? status : uncap_tensor_open(&enc, UNCAP_F32, UNCAP_SHAPE(d[0], 128, d[2] / 4, d[3] / 4), err);
    const int n_local = golden_int(c, "local_frames", 2);
    status = status ? status : uncap_tensor_open(&out, UNCAP_F32, UNCAP_SHAPE(n_local, 3, d[2], d[3]), err);
    for (int64_t t = 0; !status && t < d[0]; t++) {
        features[t] = (float *)enc.data + t * 8 * d[2] * d[3];
        mask_in[t] = (float *)in.data + t * d[2] * d[3];
        mask_upd[t] = (float *)upd.data + t * d[2] * d[3];
        status = uncap_generator_encode(pp->generator, (float *)x.data + t * 3 * d[2] * d[3], mask_in[t],
                                        mask_upd[t], (int)d[2], (int)d[3],
                                        (float *)enc.data + t * 8 * d[2] * d[3], NULL, err);
    }
    if (!status) {
        const struct uncap_generator_window win = {
            (int)d[0], n_local,  (int)d[2], (int)d[3], features,
            mask_in,   mask_upd, ff->data,  fb->data,  golden_bool(c, "clamp", false)};
        status = uncap_generator_fill(pp->generator, &win, out.data, NULL, err);
    }
    status = status ? status : golden_result_take(c, "enc", &enc, err);
    status = status ? status : golden_result_take(c, "out", &out, err);
    struct uncap_tensor *const all[] = {&x, &in, &upd, &enc, &out};
    for (int i = 0; i < 5; i++)
        uncap_tensor_close(all[i]);
    return status;
}

const struct golden_op pp_ops_generator[] = {
    {"gen.align", align},
    {"gen.soft_split", soft_split},
    {"gen.soft_composition", soft_composition},
    {"gen.decoder", decoder},
    {"gen.block", block},
    {"gen.window", window},
    {NULL, NULL},
};
