/* SPDX-License-Identifier: Apache-2.0 */
/* Operation video.run of suite diffueraser: the whole of it on arrays in memory. */
#include <stdio.h>
#include <string.h>

#include "base/memory.h"
#include "diffueraser_nets.h"
#include "inpaint/diffueraser/hole.h"
#include "inpaint/diffueraser/refine.h"
#include "inpaint/diffueraser/schedule.h"
#include "inpaint/pillow_resize.h"
#include "nn/stream.h"

enum { MAX_DRAWS = 1024 };

struct video {
    struct nets *nets;
    struct golden_case *c;
    struct uncap_size size;
    int n, clip;
    struct uncap_tensor frames, masks, prior, generated, pre, pre_given; /* u8 */
    int32_t draws[MAX_DRAWS];                                            /* frames of each */
    int n_draws;
};

static int get_network(void *opaque, enum uncap_diffuser_model model, const struct uncap_weights **out,
                       struct uncap_error *err)
{
    struct video *v = opaque;
    const bool has_lora = model == UNCAP_DIFFUSER_UNET && golden_bool(v->c, "lora", false);
    return nets_get(v->nets, model, nets_is_reduced(v->c), has_lora, out, err);
}

/* Call k of the draws is the stream "<noise>:<k>". */
static void draw(void *opaque, enum uncap_noise_use use, int first, int n, size_t values, float *out)
{
    struct video *v = opaque;
    char call[16];
    (void)use;
    (void)first;
    snprintf(call, sizeof(call), ":%d", v->n_draws);
    uint64_t seed = uncap_stream_seed(UNCAP_STREAM_START, golden_text(v->c, "noise", ""));
    seed = uncap_stream_seed(seed, call);
    uncap_stream_normal(out, (size_t)n * values, seed, 0);
    if (v->n_draws < MAX_DRAWS)
        v->draws[v->n_draws++] = n;
}

static int give(void *opaque, const char *name, struct uncap_shape shape, const float *data,
                struct uncap_error *err)
{
    struct video *v = opaque;
    return golden_wants(v->c, name) ? golden_result(v->c, name, UNCAP_F32, shape, data, err) : UNCAP_OK;
}

static struct uncap_size size_of(const struct uncap_tensor *frames)
{
    return (struct uncap_size){(int)frames->shape.dims[2], (int)frames->shape.dims[1]};
}

/* An input [n,H,W,3] at the processing size. */
static int read_pictures(struct video *v, const char *role, struct uncap_tensor *out, struct uncap_error *err)
{
    struct uncap_tensor raw;
    int rc = nets_bytes(v->c, role, &raw, err);
    if (!rc)
        rc = uncap_tensor_open(out, UNCAP_U8, UNCAP_SHAPE(v->n, v->size.h, v->size.w, 3), err);
    const struct uncap_size from = rc ? v->size : size_of(&raw);
    const size_t in = (size_t)from.w * (size_t)from.h * 3;
    const size_t stride = (size_t)v->size.w * (size_t)v->size.h * 3;
    for (size_t i = 0; !rc && i < (size_t)v->n; i++)
        rc = uncap_pillow_bicubic((const uint8_t *)raw.data + i * in, from.w, from.h, 3,
                                  (uint8_t *)out->data + i * stride, v->size.w, v->size.h, err);
    uncap_tensor_close(&raw);
    return rc;
}

static int read_masks(struct video *v, struct uncap_error *err)
{
    struct uncap_tensor raw;
    int rc = nets_bytes(v->c, "maskraw", &raw, err);
    if (!rc)
        rc = uncap_tensor_open(&v->masks, UNCAP_U8, UNCAP_SHAPE(v->n, v->size.h, v->size.w), err);
    const struct uncap_size from = rc ? v->size : size_of(&raw);
    const size_t in = (size_t)from.w * (size_t)from.h;
    const size_t stride = (size_t)v->size.w * (size_t)v->size.h;
    for (size_t i = 0; !rc && i < (size_t)v->n; i++)
        rc = uncap_hole_read((const uint8_t *)raw.data + i * in, from, v->size,
                             golden_int(v->c, "dilation", 0), (uint8_t *)v->masks.data + i * stride, err);
    uncap_tensor_close(&raw);
    return rc;
}

static int read_inputs(struct video *v, struct uncap_error *err)
{
    static const char *const roles[] = {"frames", "maskraw", "prior"};
    for (int k = 0; k < 3; k++) {
        const struct uncap_tensor *t = golden_input(v->c, roles[k]);
        if (!t)
            return uncap_fail(err, UNCAP_ERR_ARG, "the case has no input '%s'", roles[k]);
        if (!k || t->shape.dims[0] < v->n)
            v->n = (int)t->shape.dims[0];
    }
    int rc = read_pictures(v, "frames", &v->frames, err);
    if (!rc)
        rc = read_pictures(v, "prior", &v->prior, err);
    if (!rc && golden_input(v->c, "pre_frames"))
        rc = nets_bytes(v->c, "pre_frames", &v->pre_given, err);
    return rc ? rc : read_masks(v, err);
}

static int blend(struct video *v, struct uncap_error *err)
{
    const size_t pixels = (size_t)v->size.w * (size_t)v->size.h;
    uint8_t table[256];
    struct uncap_tensor out;
    uncap_hole_alpha_table(table);
    int rc = uncap_tensor_open(&out, UNCAP_U8, v->frames.shape, err);
    uint8_t *alpha = uncap_alloc(pixels, 1);
    if (!rc && !alpha)
        rc = uncap_fail_nomem(err, "blending");
    for (size_t i = 0; !rc && i < (size_t)v->n; i++) {
        const uint8_t *hole = (const uint8_t *)v->masks.data + i * pixels;
        rc = uncap_hole_blur(hole, v->size, alpha, err);
        uncap_hole_alpha(hole, alpha, table, pixels);
        uncap_hole_blend((const uint8_t *)v->frames.data + i * 3 * pixels,
                         (const uint8_t *)v->generated.data + i * 3 * pixels, alpha,
                         (uint8_t *)out.data + i * 3 * pixels, pixels);
    }
    uncap_free(alpha);
    if (!rc)
        rc = golden_result_take(v->c, "out", &out, err);
    uncap_tensor_close(&out);
    return rc;
}

static int refine(struct video *v, struct uncap_error *err)
{
    const float *text = NULL;
    int rc = nets_text(v->nets, v->c, &text, err);
    const struct uncap_diffuser_job job = {.runtime = v->nets->runtime,
                                           .slices = v->nets->slices,
                                           .widths = nets_widths(nets_is_reduced(v->c)),
                                           .networks = {.opaque = v, .get = get_network, .is_lean = true},
                                           .w = v->size.w,
                                           .h = v->size.h,
                                           .clip = v->clip,
                                           .steps = golden_int(v->c, "steps", 2),
                                           .batch = 4,
                                           .vae_batch = 3,
                                           .text = text,
                                           .tap = give,
                                           .opaque = v};
    const struct uncap_refine r = {.job = &job,
                                   .n = v->n,
                                   .frames = v->frames.data,
                                   .holes = v->masks.data,
                                   .prior = v->prior.data,
                                   .pre_frames = v->pre_given.data,
                                   .noise = draw,
                                   .noise_opaque = v,
                                   .has_preinference = true,
                                   .pre_tap = v->pre.data};
    return rc ? rc : uncap_refine(&r, v->generated.data, err);
}

static int give_results(struct video *v, struct uncap_error *err)
{
    int rc = golden_result(v->c, "noise_frames", UNCAP_I32, UNCAP_SHAPE(v->n_draws), v->draws, err);
    if (!rc)
        rc = blend(v, err);
    if (!rc)
        rc = golden_result_take(v->c, "masks", &v->masks, err);
    if (!rc)
        rc = golden_result_take(v->c, "prior_resized", &v->prior, err);
    if (!rc)
        rc = golden_result_take(v->c, "pre_frames", &v->pre, err);
    return rc ? rc : golden_result_take(v->c, "gen", &v->generated, err);
}

int diffueraser_video_run(void *state, struct golden_case *c, struct uncap_error *err)
{
    struct video *v = uncap_alloc(1, sizeof(*v));
    if (!v)
        return uncap_fail_nomem(err, "a video");
    v->nets = state;
    v->c = c;
    v->size = (struct uncap_size){golden_int(c, "width", 0), golden_int(c, "height", 0)};
    v->clip = golden_int(c, "nframes", 22);
    int samples[UNCAP_SCHEDULE_MAX_SAMPLES];
    int rc = read_inputs(v, err);
    const int n_samples = uncap_schedule_samples(v->n, v->clip, samples);
    if (!rc)
        rc = uncap_tensor_open(&v->pre, UNCAP_U8, UNCAP_SHAPE(n_samples, v->size.h, v->size.w, 3), err);
    if (!rc)
        rc = uncap_tensor_open(&v->generated, UNCAP_U8, v->frames.shape, err);
    if (!rc)
        rc = refine(v, err);
    if (!rc)
        rc = give_results(v, err);
    uncap_tensor_close(&v->frames);
    uncap_tensor_close(&v->masks);
    uncap_tensor_close(&v->prior);
    uncap_tensor_close(&v->generated);
    uncap_tensor_close(&v->pre);
    uncap_tensor_close(&v->pre_given);
    uncap_free(v);
    return rc;
}
