/* SPDX-License-Identifier: Apache-2.0 */
/* A box drawn behind a line that reaches far past its text: a lower third, a banner over all of the picture's
 * width. */
#ifndef UNCAP_DETECT_BAR_H
#define UNCAP_DETECT_BAR_H

#include <stdbool.h>
#include <stdint.h>

#include "base/picture.h"

/* rect        grown by what a codec blurs, in the picture; empty: there is none.
 * colour      a sample of 8 bits a plane.
 * first, end  frames in which it stands, as far as is known. */
struct uncap_bar {
    struct uncap_rect rect;
    int colour[UNCAP_MAX_PLANES];
    int64_t first, end;
};

/* The colour that a bar behind the line would have: the most frequent one of its box. False if the box lies
 * outside of the picture.
 *
 * colour  [planes] out, samples of 8 bits.
 */
bool uncap_bar_colour(const struct uncap_picture *with, struct uncap_rect line, int *colour);

/* Look for a rectangle of one colour around the line (hardly see-through at most) that is in one picture and
 * not in the other.
 *
 * with, without  a picture with the line at its fullest and one of the same shot right before or after its
 *                life; same format and size.
 * line           the text's box, in the picture at least in part.
 * colour         of uncap_bar_colour.
 * bar            out: its place and colour. Written only if there is one.
 */
bool uncap_bar_find(const struct uncap_picture *with, const struct uncap_picture *without,
                    struct uncap_rect line, const int *colour, struct uncap_bar *bar);

/* Do its sides stand in a picture, and does it end at one of them at least? */
bool uncap_bar_stands(const struct uncap_bar *bar, const struct uncap_picture *picture);

/* Share of its rectangle that has its colour in a picture, 0..1. */
float uncap_bar_share(const struct uncap_bar *bar, const struct uncap_picture *picture);

#endif
