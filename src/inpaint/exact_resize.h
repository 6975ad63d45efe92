/* SPDX-License-Identifier: Apache-2.0 */
/* 8-bit resizing that gives the same bytes as the programs whose results the neural engines reproduce. */
#ifndef UNCAP_INPAINT_EXACT_RESIZE_H
#define UNCAP_INPAINT_EXACT_RESIZE_H

#include <stdint.h>

#include "base/error.h"

/* src  [h][w][channels] u8, dst [dst_h][dst_w][channels] u8; no overlap. Same size: a copy. Errors: NOMEM.
 *
 * pillow_bicubic  a = -0.5, widened when shrinking; horizontal pass first, clamped to 8 bit between the
 * passes. cv_linear       11-bit weights. cv_cubic        a = -0.75, four taps, not widened. Source
 * specification of ProPainter 8.1; Pillow Image.resize, OpenCV resize. Differs from it: none.
 */
int uncap_pillow_bicubic(const uint8_t *src, int w, int h, int channels, uint8_t *dst, int dst_w, int dst_h,
                         struct uncap_error *err);
int uncap_cv_linear(const uint8_t *src, int w, int h, int channels, uint8_t *dst, int dst_w, int dst_h,
                    struct uncap_error *err);
int uncap_cv_cubic(const uint8_t *src, int w, int h, int channels, uint8_t *dst, int dst_w, int dst_h,
                   struct uncap_error *err);

/* Pillow's nearest neighbour, one channel: source index (int)((i + 0.5) * in / out). */
void uncap_pillow_nearest(const uint8_t *src, int w, int h, uint8_t *dst, int dst_w, int dst_h);

/* Grow a mask by `iterations` steps of the 4-neighbour cross: all within that city-block distance of a
 * non-zero pixel. mask, out: [h][w] u8, out 0 or 1, may be the same. Errors: NOMEM. */
int uncap_mask_dilate(const uint8_t *mask, int w, int h, int iterations, uint8_t *out,
                      struct uncap_error *err);

#endif
