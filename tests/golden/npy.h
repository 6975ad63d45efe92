/* SPDX-License-Identifier: Apache-2.0 */
/* Reading .npy files (versions 1 to 3, C order, little-endian). */
#ifndef UNCAP_GOLDEN_NPY_H
#define UNCAP_GOLDEN_NPY_H

#include "nn/tensor.h"

/* Read float32, float64, int32, int64, uint8 or bool. Errors: IO, MODEL (not such a file), NOMEM. */
int npy_read(const char *path, struct uncap_tensor *out, struct uncap_error *err);

#endif
