/* SPDX-License-Identifier: Apache-2.0 */
/* Synthetic checkpoints in the published container, so that tests can go the whole way from file to pixels.
 */
#ifndef UNCAP_INPAINT_DIFFUERASER_SYNTHETIC_FILE_H
#define UNCAP_INPAINT_DIFFUERASER_SYNTHETIC_FILE_H

#include "inpaint/diffueraser/inventory.h"

/* Write one model as .safetensors, tensor by tensor.
 *
 * dtype   UNCAP_F32, or UNCAP_F16 (rounded to nearest even).
 * Errors  IO (the folder must be there), NOMEM.
 */
int uncap_synthetic_write(enum uncap_diffuser_model model, const struct uncap_diffuser_widths *widths,
                          const char *suffix, enum uncap_dtype dtype, const char *path,
                          struct uncap_error *err);

/* Write the five models into a folder that exists, each at its published place; the LoRA as 16 bits, as
 * published. widths->text must be the text encoder's 768 for a set that the engine can use. Errors: IO,
 * NOMEM. */
int uncap_synthetic_write_all(const char *folder, const struct uncap_diffuser_widths *widths,
                              const char *suffix, enum uncap_dtype dtype, struct uncap_error *err);

#endif
