/* SPDX-License-Identifier: Apache-2.0 */
/* Grey-level morphology with rectangular elements on small maps. */
#ifndef UNCAP_KERNELS_MORPHOLOGY_H
#define UNCAP_KERNELS_MORPHOLOGY_H

#include <stdint.h>

/* dst = largest (dilate) or smallest (erode) value of src within rx columns and ry rows.
 *
 * src, dst, tmp  [h][w] u8, row stride w; dst may be src, tmp is scratch that overlaps neither.
 *                What lies outside the map counts as not there.
 * Cost           grows with the logarithm of rx and ry.
 */
void uncap_morph_dilate(const uint8_t *src, uint8_t *dst, uint8_t *tmp, int w, int h, int rx, int ry);
void uncap_morph_erode(const uint8_t *src, uint8_t *dst, uint8_t *tmp, int w, int h, int rx, int ry);

/* Top hats: what a dilation after an erosion (open, bright) or the reverse (close, dark) takes away: strokes
 * thinner than the element that are brighter or darker than what is around them.
 *
 * hat     [h][w] u8: src - open(src) or close(src) - src. May not be src.
 */
void uncap_morph_hat_bright(const uint8_t *src, uint8_t *hat, uint8_t *tmp, int w, int h, int r);
void uncap_morph_hat_dark(const uint8_t *src, uint8_t *hat, uint8_t *tmp, int w, int h, int r);

#endif
