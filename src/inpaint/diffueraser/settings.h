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
 * batch        1..64, 4: frames at once through BrushNet and UNet. vae-batch 1..64, 8: through the VAE.
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

#endif
