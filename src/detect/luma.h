/* SPDX-License-Identifier: Apache-2.0 */
/* Luma of a picture in 8 bits, reduced by a whole factor: what every look at every frame works on. Pure. */
#ifndef UNCAP_DETECT_LUMA_H
#define UNCAP_DETECT_LUMA_H

#include <stdint.h>

#include "base/picture.h"

/* [h][w] u8, row stride w. */
struct uncap_luma {
    uint8_t *data;
    int w, h;
};

/* Factor that brings the picture's shorter side to 720 or less, at least 1. */
int uncap_luma_factor(int w, int h);

/* Size after reduction; a rest at the right and bottom that fills no factor x factor block is left out. */
void uncap_luma_size(int w, int h, int factor, int *out_w, int *out_h);

/* Mean of every factor x factor block (of the green plane for RGB pictures).
 *
 * out  data holds [h][w] of uncap_luma_size.
 */
void uncap_luma_reduce(const struct uncap_picture *p, int factor, struct uncap_luma *out);

#endif
