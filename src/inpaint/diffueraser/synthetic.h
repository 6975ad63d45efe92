/* SPDX-License-Identifier: Apache-2.0 */
/* Synthetic tensors made from their names: full architecture without anybody's weights, for tests and
 * vectors.
 *
 * Source  DiffuEraser specification, section 2. */
#ifndef UNCAP_INPAINT_DIFFUERASER_SYNTHETIC_H
#define UNCAP_INPAINT_DIFFUERASER_SYNTHETIC_H

#include <stdint.h>

#include "inpaint/diffueraser/inventory.h"

/* Seed of a tensor; suffix tells sets of recordings apart and may be "". */
uint64_t uncap_synthetic_seed(enum uncap_diffuser_model model, const char *key, const char *suffix);

/* Write the tensor; out has as many values as shape. */
void uncap_synthetic_fill(enum uncap_diffuser_model model, const char *key, const char *suffix,
                          const struct uncap_shape *shape, float *out);

#endif
