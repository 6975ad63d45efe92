/* SPDX-License-Identifier: Apache-2.0 */
/* The whole program over 8-bit frames: sizes, masks, networks, blending, output size. */
#include <string.h>

#include "base/memory.h"
#include "inpaint/exact_resize.h"
#include "inpaint/pillow_resize.h"
#include "inpaint/propainter/blend.h"
#include "inpaint/propainter/propainter.h"
#include "propainter.h"

/* Process-size frames and masks, and the frames put together so far. */
struct program {
    int n, w, h, out_w, out_h;
    struct uncap_tensor frames_u8, masks_u8, frames, masks, final;
};

static void close_program(struct program *p)
{
    struct uncap_tensor *const all[] = {&p->frames_u8, &p->masks_u8, &p->frames, &p->masks, &p->final};
    for (int i = 0; i < 5; i++)
        uncap_tensor_close(all[i]);
}

static void sizes(const struct golden_case *c, int w, int h, bool is_diffueraser, struct program *p)
{
    double ratio = golden_number(c, "resize_ratio", 1.0);
    const int longer = w > h ? w : h;
    const int width = golden_int(c, "width", -1);
    const int height = golden_int(c, "height", -1);
    if (is_diffueraser && longer > 960)
        ratio *= 960.0 / longer;
    p->out_w = width > 0 && height > 0 ? width : w;
    p->out_h = width > 0 && height > 0 ? height : h;
    if (ratio != 1.0) {
        p->out_w = (int)(ratio * p->out_w);
        p->out_h = (int)(ratio * p->out_h);
    }
    p->w = p->out_w - p->out_w % 8;
    p->h = p->out_h - p->out_h % 8;
}

static int prepare(const struct golden_case *c, struct program *p, const struct uncap_tensor *frames,
                   const struct uncap_tensor *masks, struct uncap_error *err)
{
    const int w = (int)frames->shape.dims[2];
    const int h = (int)frames->shape.dims[1];
    const size_t plane = (size_t)p->w * (size_t)p->h;
    int status = uncap_tensor_open(&p->frames_u8, UNCAP_U8, UNCAP_SHAPE(p->n, p->h, p->w, 3), err);
    status = status ? status : uncap_tensor_open(&p->masks_u8, UNCAP_U8, UNCAP_SHAPE(p->n, p->h, p->w), err);
    status =
        status ? status : uncap_tensor_open(&p->frames, UNCAP_F32, UNCAP_SHAPE(p->n, 3, p->h, p->w), err);
    status = status ? status : uncap_tensor_open(&p->masks, UNCAP_F32, UNCAP_SHAPE(p->n, p->h, p->w), err);
    status = status ? status : uncap_tensor_open(&p->final, UNCAP_U8, UNCAP_SHAPE(p->n, p->h, p->w, 3), err);
    for (size_t t = 0; !status && t < (size_t)p->n; t++) {
        uint8_t *u8 = (uint8_t *)p->frames_u8.data + t * 3 * plane;
        uint8_t *mask = (uint8_t *)p->masks_u8.data + t * plane;
        status = uncap_pillow_bicubic((uint8_t *)frames->data + t * 3 * (size_t)w * (size_t)h, w, h, 3, u8,
                                      p->w, p->h, err);
        uncap_pillow_nearest((uint8_t *)masks->data + t * (size_t)w * (size_t)h, w, h, mask, p->w, p->h);
        status = status ? status
                        : uncap_mask_dilate(mask, p->w, p->h, golden_int(c, "mask_dilation", 4), mask, err);
        uncap_rgb8_normalise(u8, plane, (float *)p->frames.data + t * 3 * plane);
        for (size_t i = 0; i < plane; i++)
            ((float *)p->masks.data)[t * plane + i] = mask[i];
    }
    return status;
}

static void put(void *opaque, int t, const float *prediction, bool is_first)
{
    struct program *p = opaque;
    const size_t plane = (size_t)p->w * (size_t)p->h;
    const size_t at = (size_t)t * plane;
    uncap_rgb8_blend(prediction, (uint8_t *)p->masks_u8.data + at, (uint8_t *)p->frames_u8.data + 3 * at,
                     plane, is_first, (uint8_t *)p->final.data + 3 * at);
}

static int give_final(struct golden_case *c, struct program *p, struct uncap_error *err)
{
    struct uncap_tensor out;
    int status = uncap_tensor_open(&out, UNCAP_U8, UNCAP_SHAPE(p->n, p->out_h, p->out_w, 3), err);
    for (size_t t = 0; !status && t < (size_t)p->n; t++)
        status = uncap_cv_linear((uint8_t *)p->final.data + t * 3 * (size_t)p->w * (size_t)p->h, p->w, p->h,
                                 3, (uint8_t *)out.data + t * 3 * (size_t)p->out_w * (size_t)p->out_h,
                                 p->out_w, p->out_h, err);
    return status ? status : golden_result_take(c, "final", &out, err);
}

static int open_networks(struct pp *pp, struct uncap_error *err)
{
    struct uncap_propainter_weights w;
    if (pp->whole)
        return UNCAP_OK;
    int status = pp_weights(pp, PP_RAFT, &w.raft, err);
    status = status ? status : pp_weights(pp, PP_FLOW_COMPLETION, &w.flow_completion, err);
    status = status ? status : pp_weights(pp, PP_GENERATOR, &w.generator, err);
    return status ? status : uncap_propainter_open(&pp->whole, pp->runtime, &w, pp->slices, err);
}

static int run(void *state, struct golden_case *c, struct uncap_error *err)
{
    struct pp *pp = state;
    const struct uncap_tensor *frames;
    const struct uncap_tensor *masks;
    struct program p = {.n = 0};
    struct uncap_propainter_rule rule = uncap_propainter_default_rule();
    pp_begin(pp, c);
    int status = pp_input(c, "frames_u8", UNCAP_U8, 4, &frames, err);
    status = status ? status : pp_input(c, "masks_u8", UNCAP_U8, 3, &masks, err);
    status = status ? status : open_networks(pp, err);
    if (status)
        return status;
    p.n = (int)frames->shape.dims[0];
    rule.is_diffueraser = !strcmp(golden_text(c, "program", "propainter"), "diffueraser");
    rule.raft_iterations = golden_int(c, "raft_iter", rule.raft_iterations);
    rule.window.neighbour_length = golden_int(c, "neighbor_length", rule.window.neighbour_length);
    rule.window.ref_stride = golden_int(c, "ref_stride", rule.window.ref_stride);
    rule.window.subvideo_length = golden_int(c, "subvideo_length", rule.window.subvideo_length);
    rule.probe_window = golden_int(c, "window", -1);
    sizes(c, (int)frames->shape.dims[2], (int)frames->shape.dims[1], rule.is_diffueraser, &p);
    status = prepare(c, &p, frames, masks, err);
    if (!status) {
        const struct uncap_propainter_clip clip = {.n = p.n,
                                                   .h = p.h,
                                                   .w = p.w,
                                                   .frames = p.frames.data,
                                                   .masks = p.masks.data,
                                                   .opaque = &p,
                                                   .put = put,
                                                   .probe = &pp->probe};
        status = uncap_propainter_run(pp->whole, &clip, &rule, NULL, err);
    }
    if (!status)
        status = give_final(c, &p, err);
    close_program(&p);
    return status;
}

const struct golden_op pp_ops_program[] = {
    {"pipeline.run", run},
    {NULL, NULL},
};
