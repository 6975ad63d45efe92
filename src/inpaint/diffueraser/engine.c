/* SPDX-License-Identifier: Apache-2.0 */
#include "inpaint/diffueraser/engine.h"

#include <inttypes.h>
#include <stdio.h>

#include "base/log.h"
#include "base/memory.h"
#include "inpaint/diffueraser/files.h"
#include "inpaint/diffueraser/hole.h"
#include "inpaint/diffueraser/prompt_cache.h"
#include "inpaint/diffueraser/refine.h"
#include "inpaint/diffueraser/settings.h"
#include "inpaint/diffueraser/stretch.h"
#include "inpaint/diffueraser/text.h"
#include "nn/stream.h"

enum {
    MARGIN = 64, /* pixels of surroundings that the networks get around the mattes */
    MAX_WINDOWS =
        8, /* denoiser windows' worth of core frames: pictures are cheap beside one window's residuals */
    BATCH = 4,
    VAE_BATCH = 8,
    RUNTIME_BYTES = 256 << 20, /* ONNX Runtime's own: sessions, arena slack */
};

struct engine {
    struct uncap_diffuser_settings settings;
    struct uncap_runtime *runtime;
    struct uncap_diffuser_files files;
    float *text; /* [77][width] of the empty prompt; NULL until first needed */
};

static int check(const struct uncap_erase_options *o, struct uncap_error *err)
{
    struct uncap_diffuser_settings none;
    return uncap_diffuser_settings_read(&none, o, err);
}

static int open_engine(struct uncap_engine *base, const struct uncap_erase_options *o,
                       struct uncap_error *err)
{
    struct engine *e = base->priv;
    const struct uncap_runtime_options options = {
        .threads = o->threads, .device = o->device, .precision = o->precision, .control = base->control};
    int rc = uncap_diffuser_settings_read(&e->settings, o, err);
    if (!rc)
        rc = uncap_diffuser_files_open(&e->files, o->models, e->settings.steps, base->slices, err);
    if (!rc && e->settings.nframes > e->files.widths.frames && !e->settings.interpolates)
        rc = uncap_fail(err, UNCAP_ERR_UNSUPPORTED,
                        "nframes %d: the motion modules know %d positions; choose at most that, or try the "
                        "experimental interpolate-positions=on",
                        e->settings.nframes, e->files.widths.frames);
    if (!rc && e->settings.nframes > e->files.widths.frames)
        uncap_log(
            base->control, UNCAP_LOG_WARNING,
            "interpolate-positions is experimental: the motion modules were trained on %d positions, not %d",
            e->files.widths.frames, e->settings.nframes);
    if (!rc)
        rc = uncap_runtime_open(&e->runtime, &options, err);
    if (rc)
        return rc;
    base->device = uncap_runtime_device(e->runtime);
    e->files.weight_bytes = uncap_runtime_weight_bytes(e->runtime);
    return UNCAP_OK;
}

static void close_engine(struct uncap_engine *base)
{
    struct engine *e = base->priv;
    uncap_diffuser_files_close(&e->files);
    uncap_runtime_close(&e->runtime);
    uncap_free(e->text);
}

static struct uncap_diffuser_job job_of(const struct uncap_engine *base, struct uncap_size size)
{
    struct engine *e = base->priv;
    const struct uncap_diffuser_settings *s = &e->settings;
    const size_t pixels = (size_t)size.w * (size_t)size.h;
    const bool is_gpu = uncap_runtime_is_gpu(e->runtime);
    return (struct uncap_diffuser_job){
        .runtime = e->runtime,
        .slices = base->slices,
        .widths = e->files.widths,
        .networks = uncap_diffuser_files_networks(&e->files),
        .w = size.w,
        .h = size.h,
        .clip = s->nframes,
        .steps = s->steps,
        .batch = uncap_diffuser_settings_batch(s->batch, BATCH, UNCAP_UNET_FLOPS, pixels, is_gpu),
        .vae_batch = uncap_diffuser_settings_batch(s->vae_batch, VAE_BATCH, UNCAP_VAE_FLOPS, pixels, is_gpu),
        .interpolates = s->interpolates,
        .text = e->text};
}

static int context_of(const struct uncap_diffuser_settings *s)
{
    return s->nframes / 4; /* as far as the denoiser's own windows overlap */
}

static size_t window_bytes(const struct uncap_engine *base, const struct uncap_diffuser_job *job, int core)
{
    const struct engine *e = base->priv;
    const int n = core + 2 * context_of(&e->settings);
    const size_t frame = uncap_stretch_frame_bytes((struct uncap_size){job->w, job->h});
    return uncap_diffuser_files_bytes(&e->files) + RUNTIME_BYTES + uncap_refine_bytes(job, n) +
           (size_t)n * frame;
}

static int plan(const struct uncap_engine *base, const struct uncap_plan_request *q, struct uncap_plan *p,
                struct uncap_error *err)
{
    const struct engine *e = base->priv;
    const struct uncap_diffuser_settings *s = &e->settings;
    const struct uncap_canvas canvas =
        uncap_canvas_of(q->w, q->h, s->max_size, (struct uncap_colour){.matrix = 1});
    const size_t frame = uncap_picture_bytes(q->format, q->w, q->h) * 2 + (size_t)q->w * (size_t)q->h;
    struct uncap_diffuser_job job = job_of(base, canvas.size);
    *p = (struct uncap_plan){.context = context_of(s), .margin = MARGIN, .align = UNCAP_DIFFUSER_SCALE};
    /* Give up what costs nothing but frames first: the core; the result depends on it, but not the quality.
     */
    for (int windows = MAX_WINDOWS; windows >= 1; windows--) {
        p->core = windows * s->nframes;
        p->window_bytes = window_bytes(base, &job, p->core);
        if (p->window_bytes + (size_t)(p->core + 2 * p->context) * frame <= q->budget)
            return UNCAP_OK;
    }
    const size_t need = p->window_bytes + (size_t)(p->core + 2 * p->context) * frame;
    return uncap_fail(
        err, UNCAP_ERR_NOMEM,
        "engine diffueraser needs %zu MiB for a band of %dx%d (%zu MiB of it weights with their LoRA), and "
        "%zu MiB are left for it; raise --max-memory, or lower nframes, batch or vae-batch",
        (need >> 20) + 1, q->w, q->h, uncap_diffuser_files_bytes(&e->files) >> 20, q->budget >> 20);
}

/* What noise depends on, so that it does not depend on how a video was cut into windows. */
struct noise {
    uint64_t seed;
    int64_t first; /* display index of the job's frame 0 */
};

static void draw(void *opaque, enum uncap_noise_use use, int first, int n, size_t values, float *out)
{
    const struct noise *noise = opaque;
    for (int i = 0; i < n; i++) {
        char name[80];
        const bool is_block = use == UNCAP_NOISE_START || use == UNCAP_NOISE_SAMPLES;
        const int64_t key = first + i + (is_block ? 0 : noise->first);
        snprintf(name, sizeof(name), "diffueraser:%" PRIu64 ":%d:%" PRId64, noise->seed, (int)use, key);
        uncap_stream_normal(out + (size_t)i * values, values, uncap_stream_seed(UNCAP_STREAM_START, name), 0);
    }
}

/* Read the empty prompt's embedding, or make it and leave it for the next job. */
static int make_text(const struct uncap_engine *base, float *text, struct uncap_cancel *cancel,
                     struct uncap_error *err)
{
    static const size_t n = (size_t)UNCAP_DIFFUSER_TOKENS * UNCAP_TEXT_WIDTH;
    struct engine *e = base->priv;
    const struct uncap_checkpoint *encoder = &e->files.checkpoints[UNCAP_DIFFUSER_TEXT];
    char path[UNCAP_PATH_MAX + sizeof(UNCAP_PROMPT_CACHE_ENDING)];
    char maker[160];
    char digest[65];
    snprintf(path, sizeof(path), "%s%s", e->files.text_path, UNCAP_PROMPT_CACHE_ENDING);
    snprintf(maker, sizeof(maker), "ONNX Runtime %s on %s", uncap_runtime_version(e->runtime),
             uncap_runtime_device(e->runtime));
    uncap_prompt_cache_digest(encoder->weights, e->files.text_path, maker, digest);
    int rc = UNCAP_OK;
    if (uncap_prompt_cache_read(path, digest, text, n)) {
        uncap_log(base->control, UNCAP_LOG_DEBUG, "the empty prompt was encoded before: %s", path);
    } else {
        rc = uncap_text_encode_empty(e->runtime, encoder->weights, text, cancel, err);
        if (!rc && !uncap_prompt_cache_write(path, digest, text, n))
            uncap_log(base->control, UNCAP_LOG_DEBUG, "cannot keep the encoded empty prompt in %s", path);
    }
    uncap_mapping_forget(&encoder->map);
    return rc;
}

static int encode_text(const struct uncap_engine *base, struct uncap_cancel *cancel, struct uncap_error *err)
{
    struct engine *e = base->priv;
    if (e->text)
        return UNCAP_OK;
    if (e->files.widths.text != UNCAP_TEXT_WIDTH)
        return uncap_fail(err, UNCAP_ERR_MODEL, "the UNet takes text of width %d, the text encoder makes %d",
                          e->files.widths.text, UNCAP_TEXT_WIDTH);
    float *text = uncap_alloc((size_t)UNCAP_DIFFUSER_TOKENS * UNCAP_TEXT_WIDTH, sizeof(*text));
    if (!text)
        return uncap_fail_nomem(err, "the empty prompt");
    const int rc = make_text(base, text, cancel, err);
    if (rc)
        uncap_free(text);
    else
        e->text = text;
    return rc;
}

static int refine_stretch(struct uncap_engine *base, const struct uncap_stretch *s,
                          struct uncap_cancel *cancel, struct uncap_error *err)
{
    struct engine *e = base->priv;
    struct noise noise = {e->settings.seed, s->window->first + s->first};
    struct uncap_diffuser_job job = job_of(base, s->canvas.size);
    job.cancel = cancel;
    job.share = (struct uncap_share){base->on_share, base->opaque, 0.0, 1.0};
    const struct uncap_refine refine = {.job = &job,
                                        .n = s->n,
                                        .frames = s->frames,
                                        .holes = s->holes,
                                        .prior = s->prior,
                                        .noise = draw,
                                        .noise_opaque = &noise,
                                        .start_phase = (int)(noise.first % job.clip),
                                        .has_preinference = e->settings.has_preinference};
    return uncap_refine(&refine, s->generated, err);
}

static int fill(struct uncap_engine *base, const struct uncap_window *window, struct uncap_cancel *cancel,
                struct uncap_error *err)
{
    struct engine *e = base->priv;
    struct uncap_stretch s = {.window = NULL};
    e->files.cancel = cancel;
    int rc = encode_text(base, cancel, err);
    if (!rc)
        rc = uncap_stretch_open(&s, window, context_of(&e->settings), e->settings.max_size, cancel, err);
    for (int i = 0; !rc && i < s.n; i++)
        rc = uncap_hole_grow(s.holes + (size_t)i * (size_t)s.canvas.size.w * (size_t)s.canvas.size.h,
                             s.canvas.size, e->settings.dilation, err);
    if (!rc)
        rc = refine_stretch(base, &s, cancel, err);
    if (!rc)
        rc = uncap_stretch_put(&s, err);
    uncap_stretch_close(&s);
    return rc;
}

const struct uncap_engine_ops uncap_diffuser_engine = {
    .name = "diffueraser",
    .description =
        "Stable Diffusion with BrushNet and motion modules; needs its checkpoints, minutes a second of video",
    .prior = "propainter",
    .priv_size = sizeof(struct engine),
    .check = check,
    .open = open_engine,
    .plan = plan,
    .fill = fill,
    .close = close_engine,
};
