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
 * through     share of the scene that is seen through it, 0: (nearly) none.
 * first, end  frames in which it stands, as far as is known. */
struct uncap_bar {
    struct uncap_rect rect;
    int colour[UNCAP_MAX_PLANES];
    float through;
    int64_t first, end;
};

/* Look for a rectangle of one colour around the line, opaque or see-through, that is in one picture and not in
 * the other.
 *
 * with, without  a picture with the line at its fullest and one of the same shot right before or after its
 *                life; same format and size.
 * line           the text's box.
 * bar            out: its place and colour. Written only if there is one.
 */
bool uncap_bar_find(const struct uncap_picture *with, const struct uncap_picture *without,
                    struct uncap_rect line, struct uncap_bar *bar);

/* The same of a see-through one alone. */
bool uncap_bar_find_veil(const struct uncap_picture *with, const struct uncap_picture *without,
                         struct uncap_rect line, struct uncap_bar *bar);

/* Do its sides stand in a picture, and does it end at one of them at least? Of a see-through one, what is
 * right beside a side tells what is seen through it; a side at the picture's edge tells nothing. */
bool uncap_bar_stands(const struct uncap_bar *bar, const struct uncap_picture *picture);

/* Share of its rectangle that has its colour in a picture, 0..1; 0 of a see-through one. */
float uncap_bar_share(const struct uncap_bar *bar, const struct uncap_picture *picture);

#endif
