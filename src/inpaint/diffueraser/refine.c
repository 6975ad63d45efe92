/* SPDX-License-Identifier: Apache-2.0 */
#include "inpaint/diffueraser/refine.h"

#include <string.h>

#include "base/memory.h"
#include "inpaint/diffueraser/codec.h"
#include "inpaint/diffueraser/hole.h"
#include "inpaint/diffueraser/schedule.h"
#include "inpaint/diffueraser/scheduler.h"

enum { LATENT = UNCAP_DIFFUSER_LATENT };

/* Arrays of a run, h and w in latent samples where it says so. */
struct work {
    const struct uncap_refine *r;
    size_t pixels, values; /* of a picture plane, of a latent plane */
    float *start;          /* [clip][4][h][w] noise */
    float *latents;        /* [n][4][h][w] prior, then noisy, then clean */
    float *cond;           /* [n][5][h][w] */
    uint8_t *masked,
        *holes; /* [n] pictures with the hole cut, [n] masks; frames of the pre-inference become known */
};

static void work_close(struct work *w)
{
    uncap_free(w->start);
    uncap_free(w->latents);
    uncap_free(w->cond);
    uncap_free(w->masked);
    uncap_free(w->holes);
}

static int work_open(struct work *w, const struct uncap_refine *r, struct uncap_error *err)
{
    const struct uncap_diffuser_job *job = r->job;
    const size_t n = (size_t)r->n;
    const size_t pixels = (size_t)job->w * (size_t)job->h;
    const size_t values = pixels / (UNCAP_DIFFUSER_SCALE * UNCAP_DIFFUSER_SCALE);
    *w = (struct work){.r = r,
                       .pixels = pixels,
                       .values = values,
                       .start = uncap_alloc((size_t)job->clip * LATENT * values, sizeof(float)),
                       .latents = uncap_alloc(n * LATENT * values, sizeof(float)),
                       .cond = uncap_alloc(n * (LATENT + 1) * values, sizeof(float)),
                       .masked = uncap_alloc(n * pixels, 3),
                       .holes = uncap_alloc(n, pixels)};
    if (!w->start || !w->latents || !w->cond || !w->masked || !w->holes)
        return uncap_fail_nomem(err, "the diffusion engine's frames");
    uncap_hole_cut(r->frames, r->holes, w->masked, n * pixels);
    memcpy(w->holes, r->holes, n * pixels);
    return UNCAP_OK;
}

static int tap(const struct work *w, const char *name, int n, const float *data, struct uncap_error *err)
{
    const struct uncap_diffuser_job *job = w->r->job;
    if (!job->tap)
        return UNCAP_OK;
    const struct uncap_shape shape =
        UNCAP_SHAPE(n, LATENT, job->h / UNCAP_DIFFUSER_SCALE, job->w / UNCAP_DIFFUSER_SCALE);
    return job->tap(job->opaque, name, shape, data, err);
}

/* Latents of masked pictures and the mask channel, interleaved to what BrushNet takes.
 * masked [n] pictures, holes [n], cond [n][5][h][w]. */
static int make_condition(const struct work *w, const struct uncap_diffuser_job *job, int n,
                          const uint8_t *masked, const uint8_t *holes, enum uncap_noise_use use, float *cond,
                          struct uncap_error *err)
{
    const struct uncap_size size = {job->w, job->h};
    float *latents = uncap_alloc((size_t)n * LATENT * w->values, sizeof(*latents));
    if (!latents)
        return uncap_fail_nomem(err, "the diffusion engine's frames");
    const struct uncap_codec codec = {.job = job, .noise = w->r->noise, .noise_opaque = w->r->noise_opaque};
    const int rc = uncap_codec_encode(&codec, n, masked, use, latents, err);
    for (size_t i = 0; !rc && i < (size_t)n; i++) {
        float *to = cond + i * (LATENT + 1) * w->values;
        memcpy(to, latents + i * LATENT * w->values, LATENT * w->values * sizeof(*to));
        uncap_hole_latent(holes + i * w->pixels, size, to + LATENT * w->values);
    }
    uncap_free(latents);
    return rc;
}

/* Put each frame's latents under its block of start noise. */
static void add_start_noise(const struct work *w, int n, int phase, float *latents)
{
    struct uncap_scheduler scheduler;
    if (!w->r->noise)
        return;
    uncap_scheduler_init(&scheduler);
    for (int i = 0; i < n; i++)
        uncap_scheduler_add_noise(&scheduler, latents + (size_t)i * LATENT * w->values,
                                  w->start + (size_t)((phase + i) % w->r->job->clip) * LATENT * w->values,
                                  LATENT * w->values);
}

/* How the work of a run is divided: TFLOP a frame at 960x536, DiffuEraser specification, section 14. */
static const double ENCODE_COST = 2.26;
static const double DECODE_COST = 5.0;
static const double STEP_COST = 4.31;

enum phase { PHASE_PRIOR, PHASE_SAMPLES, PHASE_CONDITION, PHASE_DENOISE, PHASE_DECODE, N_PHASES };

/* The job as one phase of the run sees it. */
static struct uncap_diffuser_job job_of(const struct uncap_refine *r, enum phase phase)
{
    struct uncap_diffuser_job job = *r->job;
    const double n = (double)r->n;
    const double windows = (double)uncap_schedule_starts(r->n, job.clip, 0, NULL);
    const double seen = windows * (double)(job.clip < r->n ? job.clip : r->n); /* frames, overlaps twice */
    const bool has_samples = r->has_preinference && r->n > 2 * job.clip;
    const double costs[N_PHASES] = {[PHASE_PRIOR] = n * ENCODE_COST,
                                    [PHASE_SAMPLES] =
                                        has_samples ? UNCAP_SCHEDULE_MAX_SAMPLES *
                                                          (ENCODE_COST + DECODE_COST + job.steps * STEP_COST)
                                                    : 0.0,
                                    [PHASE_CONDITION] = n * ENCODE_COST,
                                    [PHASE_DENOISE] = seen * job.steps * STEP_COST,
                                    [PHASE_DECODE] = n * DECODE_COST};
    double first = 0.0;
    double total = 0.0;
    for (int k = 0; k < N_PHASES; k++) {
        first += k < (int)phase ? costs[k] : 0.0;
        total += costs[k];
    }
    job.share = uncap_share_part(&r->job->share, first / total, costs[phase] / total);
    return job;
}

/* The sampled frames as a video of their own. */
struct samples {
    int n, at[UNCAP_SCHEDULE_MAX_SAMPLES];
    float *latents, *cond;
    uint8_t *pictures, *holes;
};

static void samples_close(struct samples *s)
{
    uncap_free(s->latents);
    uncap_free(s->cond);
    uncap_free(s->pictures);
    uncap_free(s->holes);
}

static int samples_open(struct samples *s, const struct work *w, struct uncap_error *err)
{
    s->n = uncap_schedule_samples(w->r->n, w->r->job->clip, s->at);
    const size_t n = (size_t)s->n;
    s->latents = uncap_alloc(n * LATENT * w->values, sizeof(float));
    s->cond = uncap_alloc(n * (LATENT + 1) * w->values, sizeof(float));
    s->pictures = uncap_alloc(n * w->pixels, 3);
    s->holes = uncap_alloc(n, w->pixels);
    if (!s->latents || !s->cond || !s->pictures || !s->holes)
        return uncap_fail_nomem(err, "the pre-inference");
    for (size_t i = 0; i < n; i++) {
        const size_t at = (size_t)s->at[i];
        memcpy(s->latents + i * LATENT * w->values, w->latents + at * LATENT * w->values,
               LATENT * w->values * sizeof(float));
        memcpy(s->pictures + i * w->pixels * 3, w->masked + at * w->pixels * 3, w->pixels * 3);
        memcpy(s->holes + i * w->pixels, w->holes + at * w->pixels, w->pixels);
    }
    return UNCAP_OK;
}

/* Take the denoised samples back: their latents start the main pass, their pictures count as known. */
static void samples_return(const struct samples *s, struct work *w)
{
    const uint8_t *pictures = w->r->pre_frames ? w->r->pre_frames : s->pictures;
    for (size_t i = 0; i < (size_t)s->n; i++) {
        const size_t at = (size_t)s->at[i];
        memcpy(w->latents + at * LATENT * w->values, s->latents + i * LATENT * w->values,
               LATENT * w->values * sizeof(float));
        memcpy(w->masked + at * w->pixels * 3, pictures + i * w->pixels * 3, w->pixels * 3);
        memset(w->holes + at * w->pixels, 0, w->pixels);
    }
}

static int preinfer(struct work *w, struct uncap_error *err)
{
    struct uncap_diffuser_job job = job_of(w->r, PHASE_SAMPLES);
    const struct uncap_share whole = job.share;
    const struct uncap_codec codec = {.job = &job, .noise = w->r->noise, .noise_opaque = w->r->noise_opaque};
    struct samples s = {.n = 0};
    int rc = samples_open(&s, w, err);
    if (!rc) {
        add_start_noise(w, s.n, 0, s.latents);
        rc = tap(w, "pre_noisy", s.n, s.latents, err);
    }
    job.share = uncap_share_part(&whole, 0.0, 0.15);
    if (!rc)
        rc = make_condition(w, &job, s.n, s.pictures, s.holes, UNCAP_NOISE_SAMPLES, s.cond, err);
    job.share = uncap_share_part(&whole, 0.15, 0.5);
    if (!rc)
        rc = uncap_denoise(&job, s.n, s.latents, s.cond, false, err);
    if (!rc)
        rc = tap(w, "pre_latents", s.n, s.latents, err);
    job.share = uncap_share_part(&whole, 0.65, 0.35);
    if (!rc)
        rc = uncap_codec_decode(&codec, s.n, s.latents, s.pictures, err);
    if (!rc && w->r->pre_tap)
        memcpy(w->r->pre_tap, s.pictures, (size_t)s.n * w->pixels * 3);
    if (!rc)
        samples_return(&s, w);
    samples_close(&s);
    return rc;
}

/* Start noise, the prior's latents, and with pre-inference the samples' in their place; all under noise at
 * the end. */
static int prepare_latents(struct work *w, struct uncap_error *err)
{
    const struct uncap_refine *r = w->r;
    const struct uncap_diffuser_job job = job_of(r, PHASE_PRIOR);
    const struct uncap_codec codec = {.job = &job, .noise = r->noise, .noise_opaque = r->noise_opaque};
    if (r->noise)
        r->noise(r->noise_opaque, UNCAP_NOISE_START, 0, job.clip, LATENT * w->values, w->start);
    int rc = uncap_codec_encode(&codec, r->n, r->prior, UNCAP_NOISE_PRIOR, w->latents, err);
    if (!rc && r->has_preinference && r->n > 2 * job.clip)
        rc = preinfer(w, err);
    if (!rc)
        rc = tap(w, "prior_latents", r->n, w->latents, err);
    if (!rc) {
        add_start_noise(w, r->n, r->start_phase, w->latents);
        rc = tap(w, "noisy", r->n, w->latents, err);
    }
    return rc;
}

int uncap_refine(const struct uncap_refine *r, uint8_t *generated, struct uncap_error *err)
{
    const struct uncap_diffuser_job condition = job_of(r, PHASE_CONDITION);
    const struct uncap_diffuser_job denoise = job_of(r, PHASE_DENOISE);
    const struct uncap_diffuser_job decode = job_of(r, PHASE_DECODE);
    const struct uncap_codec codec = {.job = &decode, .noise = r->noise, .noise_opaque = r->noise_opaque};
    struct work w;
    int rc = work_open(&w, r, err);
    if (!rc)
        rc = prepare_latents(&w, err);
    if (!rc)
        rc = make_condition(&w, &condition, r->n, w.masked, w.holes, UNCAP_NOISE_FRAMES, w.cond, err);
    if (!rc)
        rc = uncap_denoise(&denoise, r->n, w.latents, w.cond, true, err);
    if (!rc)
        rc = uncap_codec_decode(&codec, r->n, w.latents, generated, err);
    work_close(&w);
    return rc;
}

size_t uncap_refine_bytes(const struct uncap_diffuser_job *job, int n)
{
    const size_t pixels = (size_t)job->w * (size_t)job->h;
    const size_t values = pixels / (UNCAP_DIFFUSER_SCALE * UNCAP_DIFFUSER_SCALE);
    const size_t frames = (size_t)n * (pixels * 4 + values * sizeof(float) * (4 * LATENT + 1));
    const size_t denoiser = uncap_denoise_bytes(job);
    const size_t codec = uncap_codec_bytes(job);
    return frames + (denoiser > codec ? denoiser : codec);
}
