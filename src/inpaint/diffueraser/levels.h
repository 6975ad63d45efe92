/* SPDX-License-Identifier: Apache-2.0 */
/* 8-bit images <-> the planes in -1..1 that the VAE works on.
 *
 * Source  DiffuEraser specification, sections 10.9 f and 10.11. */
#ifndef UNCAP_INPAINT_DIFFUERASER_LEVELS_H
#define UNCAP_INPAINT_DIFFUERASER_LEVELS_H

#include <stddef.h>
#include <stdint.h>

/* Value in -1..1 of every level. */
void uncap_levels_table(float table[256]);

/* n frames [h][w][3] u8 -> [n][3][h][w] f32; pixels = h * w. */
void uncap_levels_to_planes(const uint8_t *images, size_t n, size_t pixels, float *planes);

/* The way back, of any values: clipped, rounded half to even. */
void uncap_levels_from_planes(const float *planes, size_t n, size_t pixels, uint8_t *images);

#endif
