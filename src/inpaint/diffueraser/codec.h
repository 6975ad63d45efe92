/* SPDX-License-Identifier: Apache-2.0 */
/* Pictures <-> latents of a job, in batches through the VAE. */
#ifndef UNCAP_INPAINT_DIFFUERASER_CODEC_H
#define UNCAP_INPAINT_DIFFUERASER_CODEC_H

#include "inpaint/diffueraser/refine.h"

struct uncap_codec {
    const struct uncap_diffuser_job *job;
    uncap_noise_draw *noise; /* NULL: the mean instead of a sample */
    void *noise_opaque;
};

/* pictures [n][h][w][3] u8 -> latents [n][4][h/8][w/8] f32, scaled as the UNet sees them. */
int uncap_codec_encode(const struct uncap_codec *codec, int n, const uint8_t *pictures,
                       enum uncap_noise_use use, float *latents, struct uncap_error *err);

/* The way back. */
int uncap_codec_decode(const struct uncap_codec *codec, int n, const float *latents, uint8_t *pictures,
                       struct uncap_error *err);

/* Buffers and activations of a batch (an estimate). */
size_t uncap_codec_bytes(const struct uncap_diffuser_job *job);

#endif
