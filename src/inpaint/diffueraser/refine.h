/* SPDX-License-Identifier: Apache-2.0 */
/* DiffuEraser on frames in memory: prior and masked frames to latents, denoising, and back to pictures.
 *
 * Source  DiffuEraser specification, sections 10.6 to 10.9; parity: golden cases video/.
 * Differs from it: fewer frames than a window are one shorter window instead of an error. */
#ifndef UNCAP_INPAINT_DIFFUERASER_REFINE_H
#define UNCAP_INPAINT_DIFFUERASER_REFINE_H

#include "inpaint/diffueraser/denoise.h"

/* What a draw of normal values is for. The reference draws once a group of four frames, in the order of the
 * calls. */
enum uncap_noise_use { UNCAP_NOISE_START, UNCAP_NOISE_PRIOR, UNCAP_NOISE_SAMPLES, UNCAP_NOISE_FRAMES };

/* Source of noise. NULL: the VAE's mean instead of a sample, and a start without noise.
 *
 * first  frame of the job that the first block is for; for UNCAP_NOISE_START the block's own number,
 * 0..clip-1. out    [n][values] f32.
 */
typedef void uncap_noise_draw(void *opaque, enum uncap_noise_use use, int first, int n, size_t values,
                              float *out);

/* frames      [n][h][w][3] u8, the captioned pictures.
 * holes       [n][h][w] u8, 0 or 255, grown already.
 * prior       [n][h][w][3] u8, another engine's result.
 * start_phase block of start noise that frame 0 takes: noise repeats with period clip.
 * has_preinference  denoise up to 22 frames spread over all n first, if n > 2 clip.
 * pre_frames  [samples][h][w][3] u8 in place of the pre-inference's own pictures, for tests; may be NULL.
 * pre_tap     for tests: the pre-inference's own pictures. */
struct uncap_refine {
    const struct uncap_diffuser_job *job;
    int n;
    const uint8_t *frames, *holes, *prior, *pre_frames;
    uncap_noise_draw *noise;
    void *noise_opaque;
    int start_phase;
    bool has_preinference;
    uint8_t *pre_tap;
};

/* generated  [n][h][w][3] u8 out: whole pictures, to be blended through the holes (hole.h).
 * Memory     uncap_refine_bytes(job, n), beside the networks.
 * Errors     UNSUPPORTED, MODEL, BACKEND, NOMEM, CANCELLED.
 */
int uncap_refine(const struct uncap_refine *refine, uint8_t *generated, struct uncap_error *err);

/* Own memory of a run over n frames, the pictures handed over not counted (an estimate of the activations).
 */
size_t uncap_refine_bytes(const struct uncap_diffuser_job *job, int n);

#endif
