/* SPDX-License-Identifier: Apache-2.0 */
#include "inpaint/diffueraser/denoise.h"

#include <stdio.h>
#include <string.h>

#include "base/memory.h"
#include "inpaint/diffueraser/embedding.h"
#include "inpaint/diffueraser/schedule.h"
#include "inpaint/diffueraser/scheduler.h"
#include "inpaint/diffueraser/unet.h"

enum { LATENT = UNCAP_DIFFUSER_LATENT };

static const double BRUSHNET_SHARE = 0.43; /* of the arithmetic of a step */

/* Buffers of a run. One window's residuals are the largest part. */
struct buffers {
    float *residuals[UNCAP_DIFFUSER_RESIDUALS]; /* [clip][C][h][w] */
    float *eps, *part;                          /* [clip][4][h][w] */
    float *fused;                               /* [n][4][h][w] */
    float *sin;                                 /* [C0] */
    int *starts;
};

static int latent_w(const struct uncap_diffuser_job *job)
{
    return job->w / UNCAP_DIFFUSER_SCALE;
}

static int latent_h(const struct uncap_diffuser_job *job)
{
    return job->h / UNCAP_DIFFUSER_SCALE;
}

static size_t latent_values(const struct uncap_diffuser_job *job)
{
    return (size_t)latent_w(job) * (size_t)latent_h(job);
}

static size_t residual_values(const struct uncap_diffuser_job *job, int k)
{
    const struct uncap_shape s = uncap_residual_shape(k, &job->widths, latent_h(job), latent_w(job));
    return (size_t)(s.dims[0] * s.dims[1] * s.dims[2]);
}

static void buffers_close(struct buffers *b)
{
    for (int k = 0; k < UNCAP_DIFFUSER_RESIDUALS; k++)
        uncap_free(b->residuals[k]);
    uncap_free(b->eps);
    uncap_free(b->part);
    uncap_free(b->fused);
    uncap_free(b->sin);
    uncap_free(b->starts);
}

static int buffers_open(struct buffers *b, const struct uncap_diffuser_job *job, int n, int clip,
                        struct uncap_error *err)
{
    const size_t values = LATENT * latent_values(job);
    *b = (struct buffers){.eps = uncap_alloc((size_t)clip * values, sizeof(float)),
                          .part = uncap_alloc((size_t)clip * values, sizeof(float)),
                          .fused = uncap_alloc((size_t)n * values, sizeof(float)),
                          .sin = uncap_alloc((size_t)job->widths.unet[0], sizeof(float)),
                          .starts = uncap_alloc((size_t)uncap_schedule_max_windows(n, clip), sizeof(int))};
    bool ok = b->eps && b->part && b->fused && b->sin && b->starts;
    for (int k = 0; k < UNCAP_DIFFUSER_RESIDUALS; k++) {
        b->residuals[k] = uncap_alloc((size_t)clip * residual_values(job, k), sizeof(float));
        ok = ok && b->residuals[k];
    }
    return ok ? UNCAP_OK : uncap_fail_nomem(err, "a window of the denoiser; choose a smaller nframes");
}

size_t uncap_denoise_bytes(const struct uncap_diffuser_job *job)
{
    size_t residuals = 0;
    for (int k = 0; k < UNCAP_DIFFUSER_RESIDUALS; k++)
        residuals += residual_values(job, k);
    /* Skips wait in the UNet beside the residuals they were added to: about half of them. A batch's own
     * activations peak in the transformers of the first level: 8 + 4 + 4 + 4 widths of tokens, and their
     * inputs and outputs. */
    const size_t per_frame = residuals + residuals / 2;
    const size_t per_batch = latent_values(job) * (size_t)job->widths.unet[0] * 40;
    return ((size_t)job->clip * per_frame + (size_t)job->batch * per_batch) * sizeof(float);
}

/* Open the chain of one network for windows of n frames. */
static int open_network(struct uncap_chain **chain, const struct uncap_diffuser_job *job,
                        enum uncap_diffuser_model model, int n, struct uncap_error *err)
{
    const struct uncap_weights *weights = NULL;
    *chain = NULL;
    int rc = job->networks.get(job->networks.opaque, model, &weights, err);
    if (rc)
        return rc;
    const struct uncap_chain_options options = {.runtime = job->runtime,
                                                .weights = weights,
                                                .slices = job->slices,
                                                .n = n,
                                                .frames = n,
                                                .batch = job->batch < n ? job->batch : n,
                                                .is_lean = job->networks.is_lean,
                                                .allows_half = true,
                                                .interpolates = job->interpolates};
    rc = uncap_chain_open(chain, &options, err);
    if (rc)
        return rc;
    if (model == UNCAP_DIFFUSER_BRUSHNET)
        uncap_brushnet_build(*chain, &job->widths, latent_h(job), latent_w(job));
    else
        uncap_unet_build(*chain, &job->widths, latent_h(job), latent_w(job), true);
    return uncap_chain_finish(*chain, err);
}

static int run_network(const struct uncap_diffuser_job *job, enum uncap_diffuser_model model, int n,
                       const float *x, const float *cond, struct buffers *b, struct uncap_share share,
                       struct uncap_error *err)
{
    struct uncap_chain *chain = NULL;
    int rc = open_network(&chain, job, model, n, err);
    if (!rc) {
        char name[16];
        for (int k = 0; k < UNCAP_DIFFUSER_RESIDUALS; k++) {
            uncap_residual_name(k, name);
            uncap_chain_bind(chain, name, b->residuals[k]);
        }
        uncap_chain_bind(chain, "latents", x);
        uncap_chain_bind(chain, "cond", cond);
        uncap_chain_bind(chain, "text", job->text);
        uncap_chain_bind(chain, "sin", b->sin);
        uncap_chain_bind(chain, "eps", b->eps);
        rc = uncap_chain_run(chain, job->cancel, &share, err);
    }
    uncap_chain_close(&chain);
    return rc;
}

static int give(const struct uncap_diffuser_job *job, const char *name, int n, const float *data,
                struct uncap_error *err)
{
    return job->tap(job->opaque, name, UNCAP_SHAPE(n, LATENT, latent_h(job), latent_w(job)), data, err);
}

/* One step over all windows: x in, b->fused out. All windows read the same x. */
static int run_step(const struct uncap_diffuser_job *job, const struct uncap_scheduler *scheduler, int k,
                    int n, const float *x, const float *cond, bool taps, struct buffers *b,
                    struct uncap_error *err)
{
    const size_t values = LATENT * latent_values(job);
    const size_t cond_values = (LATENT + 1) * latent_values(job);
    const int clip = job->clip < n ? job->clip : n;
    const int n_windows = uncap_schedule_starts(n, clip, k, b->starts);
    uncap_embedding_time(b->sin, uncap_scheduler_timestep(job->steps, k), job->widths.unet[0]);
    int covered = 0;
    for (int j = 0; j < n_windows; j++) {
        const float *latents = x + (size_t)b->starts[j] * values;
        const double n_runs = (double)job->steps * n_windows;
        const struct uncap_share share =
            uncap_share_part(&job->share, (k * n_windows + j) / n_runs, 1.0 / n_runs);
        int rc = run_network(job, UNCAP_DIFFUSER_BRUSHNET, clip, latents,
                             cond + (size_t)b->starts[j] * cond_values, b,
                             uncap_share_part(&share, 0.0, BRUSHNET_SHARE), err);
        if (!rc)
            rc = run_network(job, UNCAP_DIFFUSER_UNET, clip, latents, NULL, b,
                             uncap_share_part(&share, BRUSHNET_SHARE, 1.0 - BRUSHNET_SHARE), err);
        if (!rc && taps && job->tap && j == 0 && k == 0)
            rc = give(job, "eps_step0_win0", clip, b->eps, err);
        if (rc)
            return rc;
        memcpy(b->part, latents, (size_t)clip * values * sizeof(*b->part));
        uncap_scheduler_step(scheduler, job->steps, k, b->part, b->eps, (size_t)clip * values);
        uncap_schedule_fuse(b->fused, b->part, b->starts[j], clip, covered, values);
        covered = b->starts[j] + clip;
    }
    return UNCAP_OK;
}

int uncap_denoise(const struct uncap_diffuser_job *job, int n, float *x, const float *cond, bool taps,
                  struct uncap_error *err)
{
    struct uncap_scheduler scheduler;
    struct buffers b;
    uncap_scheduler_init(&scheduler);
    int rc = buffers_open(&b, job, n, job->clip < n ? job->clip : n, err);
    for (int k = 0; !rc && k < job->steps; k++) {
        char name[32];
        rc = run_step(job, &scheduler, k, n, x, cond, taps, &b, err);
        if (rc)
            break;
        memcpy(x, b.fused, (size_t)n * LATENT * latent_values(job) * sizeof(*x));
        snprintf(name, sizeof(name), "latents_step%d", k);
        if (taps && job->tap)
            rc = give(job, name, n, x, err);
    }
    buffers_close(&b);
    return rc;
}
