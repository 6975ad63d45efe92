/* SPDX-License-Identifier: Apache-2.0 */
/* Operations of suite diffueraser that run no network: tables, rules, images, weights. */
#include <stdio.h>
#include <string.h>

#include "base/memory.h"
#include "diffueraser_nets.h"
#include "inpaint/diffueraser/embedding.h"
#include "inpaint/diffueraser/hole.h"
#include "inpaint/diffueraser/levels.h"
#include "inpaint/diffueraser/schedule.h"
#include "inpaint/diffueraser/scheduler.h"
#include "inpaint/diffueraser/size.h"
#include "inpaint/diffueraser/synthetic.h"
#include "inpaint/pillow_resize.h"
#include "nn/stream.h"

static const struct {
    const char *name;
    enum uncap_diffuser_model model;
} MODELS[] = {{"unet", UNCAP_DIFFUSER_UNET},
              {"brushnet", UNCAP_DIFFUSER_BRUSHNET},
              {"vae", UNCAP_DIFFUSER_VAE},
              {"text", UNCAP_DIFFUSER_TEXT},
              {"lora", UNCAP_DIFFUSER_LORA}};

static enum uncap_diffuser_model model_of(const struct golden_case *c)
{
    const char *name = golden_text(c, "model", "unet");
    for (size_t k = 0; k < sizeof(MODELS) / sizeof(*MODELS); k++)
        if (!strcmp(MODELS[k].name, name))
            return MODELS[k].model;
    return UNCAP_DIFFUSER_UNET;
}

static struct uncap_shape shape_of(const struct golden_case *c)
{
    double dims[UNCAP_MAX_RANK];
    const int rank = golden_list(c, "shape", dims, UNCAP_MAX_RANK);
    struct uncap_shape shape = {.rank = rank < 0 ? 0 : rank};
    for (int k = 0; k < shape.rank; k++)
        shape.dims[k] = (int64_t)dims[k];
    return shape;
}

static int give_seed_and_sum(struct golden_case *c, uint64_t seed, const struct uncap_tensor *t,
                             struct uncap_error *err)
{
    const double halves[] = {(double)(seed >> 32), (double)(seed & 0xffffffffu)};
    double sum = 0.0;
    for (size_t k = 0; k < uncap_tensor_count(t); k++)
        sum += (double)((const float *)t->data)[k];
    const int rc = golden_result(c, "seed", UNCAP_F64, UNCAP_SHAPE(2), halves, err);
    return rc ? rc : golden_result(c, "sum", UNCAP_F64, UNCAP_SHAPE(1), &sum, err);
}

static int weights_tensor(void *state, struct golden_case *c, struct uncap_error *err)
{
    const struct nets *nets = state;
    const char *key = golden_text(c, "key", "");
    const struct uncap_shape shape = shape_of(c);
    struct uncap_tensor t;
    int rc = uncap_tensor_open(&t, UNCAP_F32, shape, err);
    if (rc)
        return rc;
    uncap_synthetic_fill(model_of(c), key, nets->suffix, &shape, t.data);
    rc = give_seed_and_sum(c, uncap_synthetic_seed(model_of(c), key, nets->suffix), &t, err);
    const size_t n = uncap_tensor_count(&t);
    if (!rc)
        rc = golden_result(c, "first", UNCAP_F32, UNCAP_SHAPE((int64_t)(n < 4 ? n : 4)), t.data, err);
    uncap_tensor_close(&t);
    return rc;
}

static int random_normal(void *state, struct golden_case *c, struct uncap_error *err)
{
    const uint64_t seed = uncap_stream_seed(UNCAP_STREAM_START, golden_text(c, "name", ""));
    struct uncap_tensor t;
    (void)state;
    int rc = uncap_tensor_open(&t, UNCAP_F32, shape_of(c), err);
    if (rc)
        return rc;
    uncap_stream_normal(t.data, uncap_tensor_count(&t), seed, 0);
    rc = give_seed_and_sum(c, seed, &t, err);
    return rc ? rc : golden_result_take(c, "x", &t, err);
}

/* A list of float32 tensors made from their names. */
static int add_synthetic(struct uncap_weights *w, enum uncap_diffuser_model model, const char *suffix,
                         const char *key, struct uncap_error *err)
{
    const struct uncap_diffuser_widths widths = nets_widths(false);
    struct uncap_shape shape;
    struct uncap_tensor t;
    if (!nets_shape(model, &widths, key, &shape))
        return uncap_fail(err, UNCAP_ERR_ARG, "no tensor '%s'", key);
    int rc = uncap_tensor_open(&t, UNCAP_F32, shape, err);
    if (rc)
        return rc;
    uncap_synthetic_fill(model, key, suffix, &shape, t.data);
    const struct uncap_weight weight = {.name = key, .dtype = UNCAP_F32, .shape = shape, .data = t.data};
    rc = uncap_weights_keep(w, t.owner, t.release, err);
    return rc ? rc : uncap_weights_add(w, &weight, err);
}

static int lora_fuse(void *state, struct golden_case *c, struct uncap_error *err)
{
    static const char *const endings[] = {".lora_down.weight", ".lora_up.weight", ".alpha"};
    const struct nets *nets = state;
    const char *module = golden_text(c, "module", "");
    char root[UNCAP_DIFFUSER_KEY_MAX];
    char key[2 * UNCAP_DIFFUSER_KEY_MAX];
    struct uncap_weights *w = NULL;
    struct uncap_tensor out = {.data = NULL};
    int rc = uncap_weights_open(&w, "synthetic weights", err);
    uncap_inventory_lora_root(module, root);
    for (int k = 0; !rc && k < 3; k++) {
        snprintf(key, sizeof(key), "%s%s", root, endings[k]);
        rc = add_synthetic(w, UNCAP_DIFFUSER_LORA, nets->suffix, key, err);
    }
    snprintf(key, sizeof(key), "%s.weight", module);
    if (!rc)
        rc = add_synthetic(w, UNCAP_DIFFUSER_UNET, nets->suffix, key, err);
    if (!rc)
        rc = uncap_weights_sort(w, err);
    const struct uncap_weight *base = rc ? NULL : uncap_weights_find(w, key);
    if (!rc)
        rc = uncap_tensor_open(&out, UNCAP_F32, base->shape, err);
    if (!rc)
        rc = uncap_checkpoint_adapt_module(base, w, module, out.data, nets->slices, err);
    if (!rc)
        rc = golden_result_take(c, "weight", &out, err);
    uncap_tensor_close(&out);
    uncap_weights_close(&w);
    return rc;
}

static int time_sin(void *state, struct golden_case *c, struct uncap_error *err)
{
    const int channels = golden_int(c, "channels", 320);
    struct uncap_tensor t;
    (void)state;
    const int rc = uncap_tensor_open(&t, UNCAP_F32, UNCAP_SHAPE(channels), err);
    if (rc)
        return rc;
    uncap_embedding_time(t.data, golden_int(c, "t", 0), channels);
    return golden_result_take(c, "sin", &t, err);
}

static int motion_pe(void *state, struct golden_case *c, struct uncap_error *err)
{
    const int length = golden_int(c, "length", 32);
    const int channels = golden_int(c, "channels", 320);
    struct uncap_tensor t;
    (void)state;
    const int rc = uncap_tensor_open(&t, UNCAP_F32, UNCAP_SHAPE(length, channels), err);
    if (rc)
        return rc;
    uncap_embedding_positions(t.data, length, channels);
    return golden_result_take(c, "pe", &t, err);
}

static int sched_tables(void *state, struct golden_case *c, struct uncap_error *err)
{
    struct uncap_scheduler s;
    float sigmas[UNCAP_SCHEDULER_TRAIN_STEPS];
    (void)state;
    uncap_scheduler_init(&s);
    uncap_scheduler_sigmas(&s, sigmas);
    const struct uncap_shape shape = UNCAP_SHAPE(UNCAP_SCHEDULER_TRAIN_STEPS);
    const int rc = golden_result(c, "alphas_cumprod", UNCAP_F32, shape, s.abar, err);
    return rc ? rc : golden_result(c, "unipc_sigmas", UNCAP_F32, shape, sigmas, err);
}

static int sched_timesteps(void *state, struct golden_case *c, struct uncap_error *err)
{
    const int steps = golden_int(c, "steps", 2);
    int32_t out[UNCAP_SCHEDULER_GRID] = {0};
    (void)state;
    for (int k = 0; k < steps && k < UNCAP_SCHEDULER_GRID; k++)
        out[k] = uncap_scheduler_timestep(steps, k);
    return golden_result(c, "timesteps", UNCAP_I32, UNCAP_SHAPE(steps), out, err);
}

/* A copy of input `x`, to be worked on in place. */
static int copy_input(const struct golden_case *c, const char *role, struct uncap_tensor *out,
                      struct uncap_error *err)
{
    const struct uncap_tensor *x = golden_input(c, role);
    if (!x || x->dtype != UNCAP_F32)
        return uncap_fail(err, UNCAP_ERR_ARG, "the case has no float32 input '%s'", role);
    const int rc = uncap_tensor_open(out, UNCAP_F32, x->shape, err);
    if (!rc)
        memcpy(out->data, x->data, uncap_tensor_count(x) * sizeof(float));
    return rc;
}

static int sched_step(void *state, struct golden_case *c, struct uncap_error *err)
{
    struct uncap_scheduler s;
    struct uncap_tensor x;
    (void)state;
    const int rc = copy_input(c, "x", &x, err);
    if (rc)
        return rc;
    uncap_scheduler_init(&s);
    uncap_scheduler_step(&s, golden_int(c, "steps", 2), golden_int(c, "k", 0), x.data,
                         golden_input(c, "eps")->data, uncap_tensor_count(&x));
    return golden_result_take(c, "next", &x, err);
}

static int sched_add_noise(void *state, struct golden_case *c, struct uncap_error *err)
{
    struct uncap_scheduler s;
    struct uncap_tensor x;
    (void)state;
    const int rc = copy_input(c, "x", &x, err);
    if (rc)
        return rc;
    uncap_scheduler_init(&s);
    uncap_scheduler_add_noise(&s, x.data, golden_input(c, "noise")->data, uncap_tensor_count(&x));
    return golden_result_take(c, "noisy", &x, err);
}

struct windows {
    int n, clip, count;
    int *starts;
};

static int list_windows(const struct golden_case *c, struct windows *w, struct uncap_error *err)
{
    const int nframes = golden_int(c, "nframes", 22);
    w->n = golden_int(c, "n", 0);
    w->clip = nframes < w->n ? nframes : w->n;
    w->starts = uncap_alloc((size_t)uncap_schedule_max_windows(w->n, nframes), sizeof(*w->starts));
    if (!w->starts)
        return uncap_fail_nomem(err, "windows");
    w->count = uncap_schedule_starts(w->n, nframes, golden_int(c, "step", 0), w->starts);
    return UNCAP_OK;
}

static int windows_list(void *state, struct golden_case *c, struct uncap_error *err)
{
    struct windows w;
    (void)state;
    int rc = list_windows(c, &w, err);
    if (rc)
        return rc;
    rc = golden_result(c, "first", UNCAP_I32, UNCAP_SHAPE(w.count), w.starts, err);
    for (int k = 0; k < w.count; k++)
        w.starts[k] += w.clip - 1;
    if (!rc)
        rc = golden_result(c, "last", UNCAP_I32, UNCAP_SHAPE(w.count), w.starts, err);
    uncap_free(w.starts);
    return rc;
}

static int windows_weights(void *state, struct golden_case *c, struct uncap_error *err)
{
    struct windows w;
    struct uncap_tensor out = {.data = NULL};
    (void)state;
    int rc = list_windows(c, &w, err);
    float *part = rc ? NULL : uncap_alloc((size_t)w.clip, sizeof(*part));
    if (!rc)
        rc = part ? uncap_tensor_open(&out, UNCAP_F32, UNCAP_SHAPE(w.count, w.n), err) : UNCAP_ERR_NOMEM;
    for (int j = 0; !rc && j < w.count; j++) /* one window is ones, the others are zeros */
        for (int i = 0, covered = 0; i < w.count; covered = w.starts[i++] + w.clip) {
            for (int k = 0; k < w.clip; k++)
                part[k] = i == j ? 1.0f : 0.0f;
            uncap_schedule_fuse((float *)out.data + (size_t)j * (size_t)w.n, part, w.starts[i], w.clip,
                                covered, 1);
        }
    if (!rc)
        rc = golden_result_take(c, "weights", &out, err);
    uncap_tensor_close(&out);
    uncap_free(part);
    uncap_free(w.starts);
    return rc;
}

static int windows_fuse(void *state, struct golden_case *c, struct uncap_error *err)
{
    struct windows w;
    struct uncap_tensor out = {.data = NULL};
    const struct uncap_tensor *first = golden_input(c, "w0");
    (void)state;
    int rc = list_windows(c, &w, err);
    if (!rc && first) {
        struct uncap_shape shape = first->shape;
        shape.dims[0] = w.n;
        rc = uncap_tensor_open(&out, UNCAP_F32, shape, err);
    }
    for (int k = 0, covered = 0; !rc && k < w.count; covered = w.starts[k++] + w.clip) {
        char role[16];
        snprintf(role, sizeof(role), "w%d", k);
        const struct uncap_tensor *part = golden_input(c, role);
        if (!part)
            rc = uncap_fail(err, UNCAP_ERR_ARG, "the case has no input '%s'", role);
        else
            uncap_schedule_fuse(out.data, part->data, w.starts[k], w.clip, covered,
                                uncap_tensor_count(part) / (size_t)w.clip);
    }
    if (!rc)
        rc = golden_result_take(c, "fused", &out, err);
    uncap_tensor_close(&out);
    uncap_free(w.starts);
    return rc;
}

static int preinfer_frames(void *state, struct golden_case *c, struct uncap_error *err)
{
    int32_t samples[UNCAP_SCHEDULE_MAX_SAMPLES];
    (void)state;
    const int n = uncap_schedule_samples(golden_int(c, "n", 0), golden_int(c, "nframes", 22), samples);
    return golden_result(c, "frames", UNCAP_I32, UNCAP_SHAPE(n), samples, err);
}

static int give_size(struct golden_case *c, const char *name, struct uncap_size size, struct uncap_error *err)
{
    const int32_t values[] = {size.w, size.h};
    return golden_result(c, name, UNCAP_I32, UNCAP_SHAPE(2), values, err);
}

static int size_rules(void *state, struct golden_case *c, struct uncap_error *err)
{
    const struct uncap_size video = {golden_int(c, "width", 0), golden_int(c, "height", 0)};
    struct uncap_size out;
    struct uncap_size net;
    (void)state;
    uncap_size_prior(video, &out, &net);
    int rc =
        give_size(c, "processing", uncap_size_processing(video, golden_int(c, "max_img_size", 960)), err);
    if (!rc)
        rc = give_size(c, "prior_out", out, err);
    return rc ? rc : give_size(c, "prior_net", net, err);
}

static struct uncap_size size_of(const struct uncap_tensor *image)
{
    return (struct uncap_size){(int)image->shape.dims[1], (int)image->shape.dims[0]};
}

static int image_bicubic(void *state, struct golden_case *c, struct uncap_error *err)
{
    const struct uncap_size to = {golden_int(c, "width", 0), golden_int(c, "height", 0)};
    struct uncap_tensor in;
    struct uncap_tensor out = {.data = NULL};
    (void)state;
    int rc = nets_bytes(c, "image", &in, err);
    if (!rc)
        rc = uncap_tensor_open(&out, UNCAP_U8, UNCAP_SHAPE(to.h, to.w, 3), err);
    if (!rc)
        rc = uncap_pillow_bicubic(in.data, size_of(&in).w, size_of(&in).h, 3, out.data, to.w, to.h, err);
    if (!rc)
        rc = golden_result_take(c, "image", &out, err);
    uncap_tensor_close(&in);
    uncap_tensor_close(&out);
    return rc;
}

static int image_pre_table(void *state, struct golden_case *c, struct uncap_error *err)
{
    float table[256];
    (void)state;
    uncap_levels_table(table);
    return golden_result(c, "table", UNCAP_F32, UNCAP_SHAPE(256), table, err);
}

static int image_alpha_table(void *state, struct golden_case *c, struct uncap_error *err)
{
    uint8_t table[256];
    (void)state;
    uncap_hole_alpha_table(table);
    return golden_result(c, "table", UNCAP_U8, UNCAP_SHAPE(256), table, err);
}

static int image_post(void *state, struct golden_case *c, struct uncap_error *err)
{
    const struct uncap_tensor *x = golden_input(c, "x");
    struct uncap_tensor out;
    (void)state;
    if (!x)
        return uncap_fail(err, UNCAP_ERR_ARG, "the case has no input 'x'");
    const int64_t *d = x->shape.dims;
    const int rc = uncap_tensor_open(&out, UNCAP_U8, UNCAP_SHAPE(d[2], d[3], 3), err);
    if (rc)
        return rc;
    uncap_levels_from_planes(x->data, 1, (size_t)(d[2] * d[3]), out.data);
    return golden_result_take(c, "image", &out, err);
}

static int mask_read(void *state, struct golden_case *c, struct uncap_error *err)
{
    const struct uncap_size size = {golden_int(c, "width", 0), golden_int(c, "height", 0)};
    struct uncap_tensor raw;
    struct uncap_tensor mask = {.data = NULL};
    (void)state;
    int rc = nets_bytes(c, "raw", &raw, err);
    if (!rc)
        rc = uncap_tensor_open(&mask, UNCAP_U8, UNCAP_SHAPE(size.h, size.w), err);
    if (!rc) {
        uncap_hole_grey(raw.data, raw.data,
                        uncap_tensor_count(&raw) / 3); /* shrinks in place: reads ahead of writes */
        rc = uncap_hole_read(raw.data, size_of(&raw), size, golden_int(c, "dilation", 0), mask.data, err);
    }
    if (!rc)
        rc = golden_result_take(c, "mask", &mask, err);
    uncap_tensor_close(&raw);
    uncap_tensor_close(&mask);
    return rc;
}

/* Everything made of one frame and its mask; results are u8 but the latent mask. */
static int prepare(struct golden_case *c, const struct uncap_tensor *frame, const struct uncap_tensor *mask,
                   const struct uncap_tensor *generated, struct uncap_tensor *scratch,
                   struct uncap_error *err)
{
    const struct uncap_size size = size_of(mask);
    const size_t n = uncap_tensor_count(mask);
    uint8_t table[256];
    float *latent = scratch[1].data;
    uncap_hole_cut(frame->data, mask->data, scratch[0].data, n);
    int rc = golden_result(c, "masked", UNCAP_U8, frame->shape, scratch[0].data, err);
    uncap_hole_latent(mask->data, size, latent);
    if (!rc)
        rc = golden_result(c, "latmask", UNCAP_F32, UNCAP_SHAPE(1, 1, size.h / 8, size.w / 8), latent, err);
    if (!rc)
        rc = uncap_hole_blur(mask->data, size, scratch[2].data, err);
    if (!rc)
        rc = golden_result(c, "blur", UNCAP_U8, mask->shape, scratch[2].data, err);
    uncap_hole_alpha_table(table);
    uncap_hole_alpha(mask->data, scratch[2].data, table, n);
    if (!rc)
        rc = golden_result(c, "alpha", UNCAP_U8, mask->shape, scratch[2].data, err);
    uncap_hole_blend(frame->data, generated->data, scratch[2].data, scratch[0].data, n);
    return rc ? rc : golden_result(c, "comp", UNCAP_U8, frame->shape, scratch[0].data, err);
}

static int mask_prepare(void *state, struct golden_case *c, struct uncap_error *err)
{
    static const char *const roles[] = {"frame", "mask", "generated"};
    struct uncap_tensor in[3] = {{.data = NULL}};
    struct uncap_tensor scratch[3] = {{.data = NULL}};
    int rc = UNCAP_OK;
    (void)state;
    for (int k = 0; !rc && k < 3; k++)
        rc = nets_bytes(c, roles[k], &in[k], err);
    if (!rc)
        rc = uncap_tensor_open(&scratch[0], UNCAP_U8, in[0].shape, err);
    if (!rc)
        rc = uncap_tensor_open(&scratch[1], UNCAP_F32, in[1].shape, err);
    if (!rc)
        rc = uncap_tensor_open(&scratch[2], UNCAP_U8, in[1].shape, err);
    if (!rc)
        rc = prepare(c, &in[0], &in[1], &in[2], scratch, err);
    for (int k = 0; k < 3; k++) {
        uncap_tensor_close(&in[k]);
        uncap_tensor_close(&scratch[k]);
    }
    return rc;
}

const struct golden_op diffueraser_parts[] = {
    {"weights.tensor", weights_tensor},
    {"random.normal", random_normal},
    {"lora.fuse", lora_fuse},
    {"time.sin", time_sin},
    {"motion.pe", motion_pe},
    {"sched.tables", sched_tables},
    {"sched.timesteps", sched_timesteps},
    {"sched.step", sched_step},
    {"sched.add_noise", sched_add_noise},
    {"windows.list", windows_list},
    {"windows.weights", windows_weights},
    {"windows.fuse", windows_fuse},
    {"preinfer.frames", preinfer_frames},
    {"size.rules", size_rules},
    {"image.bicubic", image_bicubic},
    {"image.pre_table", image_pre_table},
    {"image.alpha_table", image_alpha_table},
    {"image.post", image_post},
    {"mask.read", mask_read},
    {"mask.prepare", mask_prepare},
    {NULL, NULL},
};
