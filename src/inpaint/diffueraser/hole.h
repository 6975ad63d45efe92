/* SPDX-License-Identifier: Apache-2.0 */
/* Hole masks: reading, growing, blurring, what the networks see of them, and blending through them.
 *
 * All arithmetic is 8-bit exact, with the reference's roundings; planes are [h][w] u8 and images [h][w][3]
 * u8, without padding. A hole mask is 0 where the picture is known and 255 in the hole.
 *
 * Source  DiffuEraser specification, sections 10.3, 10.9 b, 10.10, 10.11. */
#ifndef UNCAP_INPAINT_DIFFUERASER_HOLE_H
#define UNCAP_INPAINT_DIFFUERASER_HOLE_H

#include <stddef.h>
#include <stdint.h>

#include "base/error.h"
#include "inpaint/diffueraser/size.h"

/* Luma of RGB as the reference's image library rounds it. n pixels. */
void uncap_hole_grey(const uint8_t *rgb, uint8_t *grey, size_t n);

/* Turn any mask picture (> 0 is hole) into a hole mask of size: nearest resize, erosion by one pixel, growth
 * by `dilation` pixels in a square. Outside the picture counts as hole for the erosion and as known for the
 * growth. Errors  NOMEM.
 */
int uncap_hole_read(const uint8_t *grey, struct uncap_size from, struct uncap_size size, int dilation,
                    uint8_t *hole, struct uncap_error *err);

/* Grow the hole by `reach` pixels in a square, in place. Errors: NOMEM. */
int uncap_hole_grow(uint8_t *hole, struct uncap_size size, int reach, struct uncap_error *err);

/* image with the hole black. */
void uncap_hole_cut(const uint8_t *image, const uint8_t *hole, uint8_t *out, size_t n);

/* Mask channel of the network, [h/8][w/8] f32: 1 where the picture is known, sampled at pixel (8y, 8x). */
void uncap_hole_latent(const uint8_t *hole, struct uncap_size size, float *out);

/* 21x21 Gaussian, sigma 3.5, border mirrored without repeating it. Errors: NOMEM. */
int uncap_hole_blur(const uint8_t *hole, struct uncap_size size, uint8_t *out, struct uncap_error *err);

/* Blend weight of the generated picture for a blurred level outside the hole; inside it is 255. */
void uncap_hole_alpha_table(uint8_t table[256]);

/* alpha = table[blurred] outside, 255 inside the hole; n pixels, in place over blurred. */
void uncap_hole_alpha(const uint8_t *hole, uint8_t *blurred, const uint8_t table[256], size_t n);

/* out = generated * a + image * (1 - a), a = alpha / 255, truncated. out may be one of the inputs. */
void uncap_hole_blend(const uint8_t *image, const uint8_t *generated, const uint8_t *alpha, uint8_t *out,
                      size_t n);

#endif
