/* SPDX-License-Identifier: Apache-2.0 */
/* Native planes <-> RGB of a rectangle, by the source's own matrix and range. */
#ifndef UNCAP_MEDIA_COLOUR_H
#define UNCAP_MEDIA_COLOUR_H

#include "base/picture.h"

/* Convert a picture to interleaved RGB, chroma by bilinear upsampling (left-sited horizontally, centred
 * vertically).
 *
 * rgb  [h][w][3] float, 0..1, clipped.
 */
void uncap_colour_to_rgb(const struct uncap_picture *p, struct uncap_colour colour, float *rgb);

/* Convert back; chroma is the mean over the luma samples it covers. Rounds and clips to the format. */
void uncap_colour_from_rgb(const float *rgb, struct uncap_colour colour, const struct uncap_picture *p);

/* The same to 8 bit RGB, [h][w][3] u8. For detector input and debug views. */
void uncap_colour_to_rgb8(const struct uncap_picture *p, struct uncap_colour colour, uint8_t *rgb);

#endif
