/* SPDX-License-Identifier: Apache-2.0 */
/* The engine's options. */
#ifndef UNCAP_INPAINT_DIFFUERASER_SETTINGS_H
#define UNCAP_INPAINT_DIFFUERASER_SETTINGS_H

#include <stdbool.h>
#include <stdint.h>

#include "base/error.h"
#include "uncaption/erase.h"

/* nframes      2..256, 32: frames of a window; above the position table's rows only with
 * interpolate-positions. steps        2, 4, 8 or 16, 2: of the sampler; each has a LoRA file of its own.
 * dilation     0..64 pixels, 8: how far the hole that the networks see reaches beyond the matte.
 * max-size     256..1920 pixels, 960: longer edge that the networks see; a larger band is reduced to it.
 * batch        1..64: frames at once through BrushNet and UNet. vae-batch 1..64: through the VAE. Until
 * chosen they are 0: see uncap_diffuser_settings_batch.
 * preinference on or off: denoise frames spread over a long window first.
 * interpolate-positions  on or off, experimental. */
struct uncap_diffuser_settings {
    int nframes, steps, dilation, max_size, batch, vae_batch;
    bool has_preinference, interpolates;
    uint64_t seed;
};

/* Errors: ARG. */
int uncap_diffuser_settings_read(struct uncap_diffuser_settings *out, const struct uncap_erase_options *o,
                                 struct uncap_error *err);

/* Frames at once for a picture of so many pixels, where the user chose none: `most`, but on a CPU only as
 * many as keep the largest operator near a second of one core, since cancelling waits for it.
 *
 * chosen         the user's, or 0.
 * flops_a_pixel  of a frame in that operator.
 */
int uncap_diffuser_settings_batch(int chosen, int most, double flops_a_pixel, size_t pixels, bool is_gpu);

/* Largest operators. VAE: 3x3 convolution of 256 channels at full size. UNet: 3x3 convolution of 960 to 320
 * channels at an eighth of the size. */
#define UNCAP_VAE_FLOPS (2.0 * 9 * 256 * 256)
#define UNCAP_UNET_FLOPS (2.0 * 9 * 960 * 320 / 64)

#endif
