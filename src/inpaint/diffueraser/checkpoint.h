/* SPDX-License-Identifier: Apache-2.0 */
/* The checkpoint of one network: read from its published file, or synthetic; complete and of the right
 * shapes. */
#ifndef UNCAP_INPAINT_DIFFUERASER_CHECKPOINT_H
#define UNCAP_INPAINT_DIFFUERASER_CHECKPOINT_H

#include "base/cancel.h"
#include "base/slices.h"
#include "inpaint/diffueraser/inventory.h"
#include "nn/mapping.h"
#include "nn/weights.h"

/* weights      under the names of inventory.h, whatever variant the file uses.
 * map          the file, whose pages may be forgotten while the network does not run; empty without a file.
 * is_writable  the tensors are float32 memory of our own, not a mapped file.
 * is_half      the networks compute in float16: adapted weights are kept so. Set by the caller. */
struct uncap_checkpoint {
    struct uncap_weights *weights;
    struct uncap_mapping map;
    bool is_writable, is_half;
};

/* Map a .safetensors file and check every tensor of the inventory against it. Not for the LoRA, whose tensors
 * uncap_checkpoint_adapt looks up itself: open that with uncap_safetensors_weights.
 *
 * widths  this model's numbers are set from the file: one reader for the published widths and for small ones.
 * Errors  IO; MODEL: not a safetensors file, or the tensors that are missing, unknown or of another shape.
 */
int uncap_checkpoint_open(struct uncap_checkpoint *out, enum uncap_diffuser_model model, const char *path,
                          struct uncap_diffuser_widths *widths, struct uncap_error *err);

/* Make every tensor from its name. Memory: the whole network as float32. Errors: NOMEM, CANCELLED. */
int uncap_checkpoint_synthesise(struct uncap_checkpoint *out, enum uncap_diffuser_model model,
                                const char *suffix, const struct uncap_diffuser_widths *widths,
                                struct uncap_cancel *cancel, struct uncap_error *err);

/* Add a LoRA to a UNet: W + alpha / rank * up x down for every adapted module, alpha and rank as the file
 * says.
 *
 * lora    tensors under kohya names ("lora_unet_..."), or "unet.<module>.lora_A/B.weight",
 * ".lora.down/up.weight".
 * Memory  in place if the checkpoint is writable; otherwise copies of the adapted weights, kept by it:
 *         float16 if it is_half, else float32.
 * Errors  MODEL (a module without its tensors, or shapes that do not fit), NOMEM, CANCELLED.
 */
int uncap_checkpoint_adapt(struct uncap_checkpoint *unet, const struct uncap_weights *lora,
                           const struct uncap_diffuser_widths *widths, struct uncap_slices *slices,
                           struct uncap_cancel *cancel, struct uncap_error *err);

/* Fused weight of one module; out has the values of base. For uncap_checkpoint_adapt and its tests. */
int uncap_checkpoint_adapt_module(const struct uncap_weight *base, const struct uncap_weights *lora,
                                  const char *module, float *out, struct uncap_slices *slices,
                                  struct uncap_error *err);

/* Widths as the file's shapes say; what this model does not tell stays. */
void uncap_checkpoint_widths(const struct uncap_weights *file, struct uncap_diffuser_widths *widths);

void uncap_checkpoint_close(struct uncap_checkpoint *checkpoint);

#endif
