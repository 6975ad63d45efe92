/* SPDX-License-Identifier: Apache-2.0 */
/* The VAE: images <-> latents of an eighth of the size.
 *
 * Source  DiffuEraser specification, section 6; parity: golden cases vae/. Differs from it: none. */
#ifndef UNCAP_INPAINT_DIFFUERASER_VAE_H
#define UNCAP_INPAINT_DIFFUERASER_VAE_H

#include "inpaint/diffueraser/chain.h"
#include "inpaint/diffueraser/inventory.h"

#define UNCAP_VAE_SCALE 0.18215f /* of the latents that the UNet sees */

/* Build the encoder in an open chain: "image" [n,3,h,w] in -1..1 -> "moments" [n,8,h/8,w/8]: mean,
 * log-variance. h and w are multiples of 8. */
void uncap_vae_build_encoder(struct uncap_chain *chain, const struct uncap_diffuser_widths *widths, int h,
                             int w);

/* Build the decoder: "z" [n,4,h,w], latents divided by the scale -> "image" [n,3,8h,8w]. */
void uncap_vae_build_decoder(struct uncap_chain *chain, const struct uncap_diffuser_widths *widths, int h,
                             int w);

/* Latents of the UNet: scale * (mean + std * noise), the log-variance clamped to -30..20.
 *
 * moments  [n][8][values] f32; noise, latents [n][4][values] f32. noise NULL: the mean.
 */
void uncap_vae_sample(const float *moments, const float *noise, float *latents, size_t n, size_t values);

/* The clamped log-variance alone, [n][4][values], for tests. */
void uncap_vae_log_variance(const float *moments, float *out, size_t n, size_t values);

#endif
