/* SPDX-License-Identifier: Apache-2.0 */
/* A bar around a line, told from two pictures: one has it, the other has not. Pure. */
#ifndef UNCAP_DETECT_TRACK_BAR_SEARCH_H
#define UNCAP_DETECT_TRACK_BAR_SEARCH_H

#include "detect/track/bar.h"

/* The colour that an opaque bar behind the line would have: the most frequent one of its box. False if the
 * box lies outside of the picture.
 *
 * bar  out: colour and through.
 */
bool uncap_bar_colour(const struct uncap_picture *with, struct uncap_rect line, struct uncap_bar *bar);

/* Look for a rectangle around the line that is in one picture and not in the other.
 *
 * with, without  a picture with the line at its fullest and one of the same shot right before or after its
 *                life; same format and size.
 * line           the text's box.
 * bar            its colour and through (uncap_bar_colour, uncap_bar_veil_colour); out: its rect. Written
 *                only if there is one.
 */
bool uncap_bar_find(const struct uncap_picture *with, const struct uncap_picture *without,
                    struct uncap_rect line, struct uncap_bar *bar);

#endif
