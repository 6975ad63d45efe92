/* SPDX-License-Identifier: Apache-2.0 */
/* Order statistics: of pixels over time, many side by side, and of measurements. */
#ifndef UNCAP_KERNELS_ORDER_H
#define UNCAP_KERNELS_ORDER_H

#include <stddef.h>
#include <stdint.h>

/* Sort each pixel's n values, so that row i holds every pixel's i-th smallest.
 *
 * rows    [n][len] u8, in place. A sorting network over rows: no branch depends on a value, so it is one
 *         vector min and max a step. Fastest when n * len fits the first cache (len about 512).
 */
void uncap_order_sort(uint8_t *rows, int n, size_t len);

/* Quantile of the values whose pick[i] equals `value`; -1 if there is none.
 *
 * q  0 (smallest) .. 1 (largest).
 */
int uncap_order_quantile(const uint8_t *values, const uint8_t *pick, int value, size_t len, double q);

/* The same for two values of pick at once: quantile q[k] of the values where pick[i] equals value[k], which
 * differ, into out[k]. */
void uncap_order_quantiles(const uint8_t *values, const uint8_t *pick, const int value[2], size_t len,
                           const double q[2], int out[2]);

/* Sort n floats, none of them NaN, the smallest first. */
void uncap_order_floats(float *values, size_t n);

#endif
