/* SPDX-License-Identifier: Apache-2.0 */
/* 8-bit resizing that gives the same bytes as Pillow, which the neural engines' references resize with.
 *
 * Source  Pillow Image.resize; DiffuEraser specification 10.11, ProPainter's 8.1. Differs from it: none. */
#ifndef UNCAP_INPAINT_PILLOW_RESIZE_H
#define UNCAP_INPAINT_PILLOW_RESIZE_H

#include <stdint.h>

#include "base/error.h"

/* Bicubic, a = -0.5, widened when shrinking: horizontal pass, rounding to 8 bits, vertical pass.
 *
 * src, dst  [h][w][channels] u8, no padding, not overlapping. Same size: copied.
 * Errors    NOMEM.
 */
int uncap_pillow_bicubic(const uint8_t *src, int w, int h, int channels, uint8_t *dst, int dst_w, int dst_h,
                         struct uncap_error *err);

/* Nearest neighbour of one channel. src, dst [h][w] u8, not overlapping. */
void uncap_pillow_nearest(const uint8_t *src, int w, int h, uint8_t *dst, int dst_w, int dst_h);

#endif
