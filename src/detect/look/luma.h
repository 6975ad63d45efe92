/* SPDX-License-Identifier: Apache-2.0 */
/* Luma of a picture in 8 bits, reduced by a whole factor: what every look at every frame works on. Pure. */
#ifndef UNCAP_DETECT_LOOK_LUMA_H
#define UNCAP_DETECT_LOOK_LUMA_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/picture.h"
#include "base/rect.h"

/* [h][w] u8, rows stride bytes apart; owns nothing. */
struct uncap_luma {
    uint8_t *data;
    int w, h;
    ptrdiff_t stride;
};

/* Factor that brings the picture's shorter side to 720 or less, at least 1. */
int uncap_luma_factor(int w, int h);

/* Size after reduction; a rest at the right and bottom that fills no factor x factor block is left out. */
void uncap_luma_size(int w, int h, int factor, int *out_w, int *out_h);

/* Is a picture's first plane its reduced luma as it is? */
bool uncap_luma_is_plane(struct uncap_format format, int factor);

/* The luma of a picture of which it is the first plane; good as long as that is. */
struct uncap_luma uncap_luma_view(const struct uncap_picture *p);

/* Mean of every factor x factor block (of the green plane for RGB pictures).
 *
 * out  data holds [h][w] of uncap_luma_size, row after row.
 */
void uncap_luma_reduce(const struct uncap_picture *p, int factor, struct uncap_luma *out);

/* Share of a rectangle that lies in the picture, 0..1. */
float uncap_luma_share(const struct uncap_luma *luma, struct uncap_rect r);

/* Samples [x, x + n) of row y; beyond the sides they are as at the side. */
void uncap_luma_row(const struct uncap_luma *luma, int x, int y, int n, uint8_t *out);

#endif
