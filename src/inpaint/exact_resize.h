/* SPDX-License-Identifier: Apache-2.0 */
/* 8-bit resizing and growing of masks with the bytes of OpenCV and SciPy, which the references use. */
#ifndef UNCAP_INPAINT_EXACT_RESIZE_H
#define UNCAP_INPAINT_EXACT_RESIZE_H

#include <stdint.h>

#include "base/error.h"

/* src  [h][w][channels] u8, dst [dst_h][dst_w][channels] u8; no overlap. Same size: a copy. Errors: NOMEM.
 *
 * cv_linear  11-bit weights.
 * cv_cubic   a = -0.75, four taps, not widened.
 * Source     specification of ProPainter 8.1; OpenCV resize. Differs from it: none.
 */
int uncap_cv_linear(const uint8_t *src, int w, int h, int channels, uint8_t *dst, int dst_w, int dst_h,
                    struct uncap_error *err);
int uncap_cv_cubic(const uint8_t *src, int w, int h, int channels, uint8_t *dst, int dst_w, int dst_h,
                   struct uncap_error *err);

/* Grow a mask by `iterations` steps of the 4-neighbour cross: all within that city-block distance of a
 * non-zero pixel. mask, out: [h][w] u8, out 0 or 1, may be the same. Errors: NOMEM. */
int uncap_mask_dilate(const uint8_t *mask, int w, int h, int iterations, uint8_t *out,
                      struct uncap_error *err);

#endif
