/* SPDX-License-Identifier: Apache-2.0 */
/* The denoising UNet with motion modules, and BrushNet, which tells it what the known pixels are.
 *
 * Source  DiffuEraser specification, sections 4 and 5; parity: golden cases unet/, brushnet/ and module/.
 * Differs from it: none. */
#ifndef UNCAP_INPAINT_DIFFUERASER_UNET_H
#define UNCAP_INPAINT_DIFFUERASER_UNET_H

#include "inpaint/diffueraser/chain.h"
#include "inpaint/diffueraser/inventory.h"

/* Names of the 28 residuals in the order of UNCAP_DIFFUSER_RESIDUALS: "down00".."down11", "mid",
 * "up00".."up14". */
void uncap_residual_name(int k, char name[16]);
/* Shape of residual k of one frame, [C,h,w], for latents of h x w. */
struct uncap_shape uncap_residual_shape(int k, const struct uncap_diffuser_widths *widths, int h, int w);

/* Build the UNet in an open chain.
 *
 * Bound   "latents" [n,4,h,w], "sin" [1,C0] (embedding.h), "text" [1,77,D], the residuals if has_residuals;
 *         out "eps" [n,4,h,w].
 * Errors  with uncap_chain_finish.
 */
void uncap_unet_build(struct uncap_chain *chain, const struct uncap_diffuser_widths *widths, int h, int w,
                      bool has_residuals);

/* Build BrushNet in an open chain.
 *
 * Bound   "latents" [n,4,h,w], "cond" [n,5,h,w] (masked-image latents, mask), "sin", "text"; out the
 * residuals.
 */
void uncap_brushnet_build(struct uncap_chain *chain, const struct uncap_diffuser_widths *widths, int h,
                          int w);

/* Build one module of the UNet by its path, for tests: "x" [n,C,h,w] -> "y"; "temb" [n,E] for ResBlocks and
 * the mid block, "text" for transformers and the mid block, "add" for the mid block.
 *
 * shape  of one frame of x; size: target [h, w] of an upsampler, or NULL for twice.
 */
void uncap_unet_build_module(struct uncap_chain *chain, const struct uncap_diffuser_widths *widths,
                             const char *path, struct uncap_shape shape, const int64_t *size);

#endif
