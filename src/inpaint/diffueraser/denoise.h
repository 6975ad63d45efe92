/* SPDX-License-Identifier: Apache-2.0 */
/* From a prior's latents under noise to clean ones: BrushNet and UNet over windows of frames, step by step.
 *
 * Source  DiffuEraser specification, section 10.9. */
#ifndef UNCAP_INPAINT_DIFFUERASER_DENOISE_H
#define UNCAP_INPAINT_DIFFUERASER_DENOISE_H

#include "base/cancel.h"
#include "base/slices.h"
#include "inpaint/diffueraser/inventory.h"
#include "inpaint/diffueraser/share.h"
#include "nn/runtime.h"
#include "nn/weights.h"

/* Lends the networks one at a time, so that memory is that of the largest.
 *
 * get   weights of a model, valid until the next get. Errors: MODEL, NOMEM, CANCELLED.
 * is_lean  see struct uncap_session_options. */
struct uncap_diffuser_networks {
    void *opaque;
    int (*get)(void *opaque, enum uncap_diffuser_model model, const struct uncap_weights **out,
               struct uncap_error *err);
    bool is_lean;
};

/* What every part of a job shares.
 *
 * w, h       processing size in pixels, multiples of 8.
 * clip       frames of a window (nframes); fewer frames than that are one window.
 * steps      of the sampler, 1..50: 2 for the published few-step LoRA.
 * batch      frames that go through BrushNet and UNet at once between motion modules; vae_batch: through the
 * VAE. interpolates  allow windows above the motion modules' position table (experimental). text
 * [77][widths.text] f32, embedding of the empty prompt. share      told how much of what the job is handed to
 * is done. tap        for tests: intermediate values by name. May be NULL. */
struct uncap_diffuser_job {
    struct uncap_runtime *runtime;
    struct uncap_slices *slices;
    struct uncap_diffuser_widths widths;
    struct uncap_diffuser_networks networks;
    int w, h, clip, steps, batch, vae_batch;
    bool interpolates;
    const float *text;
    struct uncap_cancel *cancel;
    struct uncap_share share;
    int (*tap)(void *opaque, const char *name, struct uncap_shape shape, const float *data,
               struct uncap_error *err);
    void *opaque;
};

/* Denoise.
 *
 * x       [n][4][h/8][w/8] f32, in place: noisy latents.
 * cond    [n][5][h/8][w/8] f32: latents of the frames with the hole cut out, and the mask channel.
 * taps    name values for job->tap: "eps_step0_win0", "latents_step<k>".
 * Memory  uncap_denoise_bytes, beside the networks.
 * Errors  UNSUPPORTED (window above the position table), MODEL, BACKEND, NOMEM, CANCELLED.
 */
int uncap_denoise(const struct uncap_diffuser_job *job, int n, float *x, const float *cond, bool taps,
                  struct uncap_error *err);

/* Buffers of one window, activations included (an estimate), for a job's size, clip, batch and widths. */
size_t uncap_denoise_bytes(const struct uncap_diffuser_job *job);

#endif
