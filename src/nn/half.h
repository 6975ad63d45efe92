/* SPDX-License-Identifier: Apache-2.0 */
/* 16-bit floats <-> float32. */
#ifndef UNCAP_NN_HALF_H
#define UNCAP_NN_HALF_H

#include "nn/tensor.h"

/* Widen n values of F16, BF16 or F32; exact. data may lie at any address. */
void uncap_half_widen(enum uncap_dtype dtype, const void *data, size_t n, float *out);

/* Narrow n values to F16, rounded to nearest even; too large ones become infinite. out may be the same
 * memory. */
void uncap_half_narrow(const float *values, size_t n, uint16_t *out);

#endif
