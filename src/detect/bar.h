/* SPDX-License-Identifier: Apache-2.0 */
/* A box drawn behind a line that reaches far past its text: a lower third, a banner over all of the picture's
 * width. */
#ifndef UNCAP_DETECT_BAR_H
#define UNCAP_DETECT_BAR_H

#include <stdbool.h>

#include "base/picture.h"

/* Look for a rectangle of one colour around the line (hardly see-through at most) that is in one picture and
 * not in the other.
 *
 * with, without  a picture with the line at its fullest and one of the same shot right before or after its
 *                life; same format and size.
 * line           the text's box.
 * bar            out: the rectangle, grown by what a codec blurs, in the picture. Written only if there is
 *                one.
 */
bool uncap_bar_find(const struct uncap_picture *with, const struct uncap_picture *without,
                    struct uncap_rect line, struct uncap_rect *bar);

#endif
