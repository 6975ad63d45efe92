/* SPDX-License-Identifier: Apache-2.0 */
/* Operations on files and pictures: checkpoints, resizing, masks, blending. */
#include <string.h>

#include "inpaint/exact_resize.h"
#include "inpaint/pillow_resize.h"
#include "inpaint/propainter/blend.h"
#include "nn/torch_checkpoint.h"
#include "propainter.h"

static int checkpoint_read(void *state, struct golden_case *c, struct uncap_error *err)
{
    (void)state;
    struct uncap_weights *w;
    const char *path = golden_input_path(c, "file");
    if (!path)
        return uncap_fail(err, UNCAP_ERR_ARG, "input file is missing");
    int status = uncap_torch_open(&w, path, err);
    if (status)
        return status;
    for (size_t i = 0; !status && i < w->n; i++)
        if (golden_wants(c, w->items[i].name))
            status = golden_result(c, w->items[i].name, w->items[i].dtype, w->items[i].shape,
                                   w->items[i].data, err);
    uncap_weights_close(&w);
    return status;
}

/* The sizes an image operation works with. */
struct sizes {
    const struct uncap_tensor *in;
    struct uncap_tensor out;
    int w, h, channels, out_w, out_h;
};

static int open_sizes(struct golden_case *c, int rank, struct sizes *s, struct uncap_error *err)
{
    int status = pp_input(c, "image_u8", UNCAP_U8, rank, &s->in, err);
    if (status)
        return status;
    const int64_t *d = s->in->shape.dims;
    s->h = (int)d[0];
    s->w = (int)d[1];
    s->channels = rank == 3 ? (int)d[2] : 1;
    s->out_w = golden_int(c, "width", s->w);
    s->out_h = golden_int(c, "height", s->h);
    const struct uncap_shape shape = {rank, {s->out_h, s->out_w, s->channels}};
    return uncap_tensor_open(&s->out, UNCAP_U8, shape, err);
}

typedef int resizer(const uint8_t *src, int w, int h, int channels, uint8_t *dst, int dst_w, int dst_h,
                    struct uncap_error *err);

static int resize(struct golden_case *c, resizer *fn, struct uncap_error *err)
{
    struct sizes s;
    int status = open_sizes(c, 3, &s, err);
    if (status)
        return status;
    status = fn(s.in->data, s.w, s.h, s.channels, s.out.data, s.out_w, s.out_h, err);
    if (!status)
        status = golden_result_take(c, "image", &s.out, err);
    uncap_tensor_close(&s.out);
    return status;
}

static int resize_bicubic(void *state, struct golden_case *c, struct uncap_error *err)
{
    (void)state;
    return resize(c, uncap_pillow_bicubic, err);
}

static int resize_cv_linear(void *state, struct golden_case *c, struct uncap_error *err)
{
    (void)state;
    return resize(c, uncap_cv_linear, err);
}

static int resize_cv_cubic(void *state, struct golden_case *c, struct uncap_error *err)
{
    (void)state;
    return resize(c, uncap_cv_cubic, err);
}

static int resize_nearest(void *state, struct golden_case *c, struct uncap_error *err)
{
    struct sizes s;
    (void)state;
    const int status = open_sizes(c, 2, &s, err);
    if (status)
        return status;
    uncap_pillow_nearest(s.in->data, s.w, s.h, s.out.data, s.out_w, s.out_h);
    return golden_result_take(c, "image", &s.out, err);
}

static int normalise(void *state, struct golden_case *c, struct uncap_error *err)
{
    const struct uncap_tensor *in;
    struct uncap_tensor out;
    (void)state;
    int status = pp_input(c, "image_u8", UNCAP_U8, 3, &in, err);
    if (!status)
        status =
            uncap_tensor_open(&out, UNCAP_F32, UNCAP_SHAPE(3, in->shape.dims[0], in->shape.dims[1]), err);
    if (status)
        return status;
    uncap_rgb8_normalise(in->data, uncap_tensor_count(in) / 3, out.data);
    return golden_result_take(c, "image", &out, err);
}

static int dilate(void *state, struct golden_case *c, struct uncap_error *err)
{
    const struct uncap_tensor *in;
    struct uncap_tensor out;
    (void)state;
    int status = pp_input(c, "mask_u8", UNCAP_U8, 2, &in, err);
    if (!status)
        status = uncap_tensor_open(&out, UNCAP_U8, in->shape, err);
    if (!status)
        status = uncap_mask_dilate(in->data, (int)in->shape.dims[1], (int)in->shape.dims[0],
                                   golden_int(c, "iterations", 0), out.data, err);
    return status ? status : golden_result_take(c, "mask", &out, err);
}

/* preds are [N][H][W][3] here, planes in the program. */
static int blend(void *state, struct golden_case *c, struct uncap_error *err)
{
    const struct uncap_tensor *preds;
    const struct uncap_tensor *original;
    const struct uncap_tensor *mask = golden_input(c, "mask_u8");
    struct uncap_tensor planes;
    struct uncap_tensor final;
    (void)state;
    int status = pp_input(c, "preds", UNCAP_F32, 4, &preds, err);
    status = status ? status : pp_input(c, "original_u8", UNCAP_U8, 3, &original, err);
    if (!status && (!mask || mask->dtype != UNCAP_U8))
        status = uncap_fail(err, UNCAP_ERR_ARG, "input mask_u8 is missing");
    status = status ? status : uncap_tensor_open(&planes, UNCAP_F32, original->shape, err);
    status = status ? status : uncap_tensor_open(&final, UNCAP_U8, original->shape, err);
    if (status)
        return status;
    const size_t n = uncap_tensor_count(original);
    for (int64_t k = 0; k < preds->shape.dims[0]; k++) {
        const float *pred = (const float *)preds->data + (size_t)k * n;
        for (size_t i = 0; i < n; i++)
            ((float *)planes.data)[i % 3 * (n / 3) + i / 3] = pred[i];
        uncap_rgb8_blend(planes.data, mask->data, original->data, n / 3, k == 0, final.data);
    }
    uncap_tensor_close(&planes);
    return golden_result_take(c, "final", &final, err);
}

const struct golden_op pp_ops_files[] = {
    {"checkpoint.read", checkpoint_read},
    {"image.resize_bicubic", resize_bicubic},
    {"image.resize_nearest", resize_nearest},
    {"image.resize_cv_linear", resize_cv_linear},
    {"image.resize_cv_cubic", resize_cv_cubic},
    {"image.normalise", normalise},
    {"mask.dilate", dilate},
    {"composite.blend", blend},
    {NULL, NULL},
};
