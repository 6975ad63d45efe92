/* SPDX-License-Identifier: Apache-2.0 */
/* 8-bit RGB pictures in and out of the networks, as the reference program does it. */
#ifndef UNCAP_PROPAINTER_BLEND_H
#define UNCAP_PROPAINTER_BLEND_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* rgb [pixels][3] u8 -> planes [3][pixels] f32, v / 255 * 2 - 1. */
void uncap_rgb8_normalise(const uint8_t *rgb, size_t pixels, float *planes);

/* Put one prediction into a frame: inside the mask ((p + 1) / 2 * 255) cut to a whole number, outside the
 * original. A later prediction of the same frame is averaged with what is there, again cut: the order of
 * calls matters.
 *
 * pred [3][pixels] f32 -1..1, mask [pixels] u8 0 or 1, original and final [pixels][3] u8.
 * Source ProPainter, inference_propainter, composition of windows.
 */
void uncap_rgb8_blend(const float *pred, const uint8_t *mask, const uint8_t *original, size_t pixels,
                      bool is_first, uint8_t *final);

#endif
