/* SPDX-License-Identifier: Apache-2.0 */
/* See-through bars: what they mix with the scene, told from two pictures, and whether they stand in one:
 * beside their sides is what is seen through inside of them. Pure. */
#ifndef UNCAP_DETECT_TRACK_BAR_VEIL_H
#define UNCAP_DETECT_TRACK_BAR_VEIL_H

#include "detect/track/bar.h"

enum { UNCAP_BAR_RUN = 16 }; /* pixels whose mean tells what is seen through, whatever texture moves there */

/* Means of the planes over a rectangle of the picture that is not empty, of 8 bits. mean: [n_planes] out. */
void uncap_bar_mean(const struct uncap_picture *p, struct uncap_rect r, float mean[]);

/* The colour and opacity that a see-through bar behind a line in `with` would have: the mixture with what
 * `without` has there that most of the pixels in its rows show. False if too few do for the line's box, or a
 * quarter of the scene, or less, is seen through, or nearly all of it.
 *
 * with, without  as of uncap_bar_find.
 * bar            out: colour and through. */
bool uncap_bar_veil_colour(const struct uncap_picture *with, const struct uncap_picture *without,
                           struct uncap_rect line, struct uncap_bar *bar);

/* Is the scene veiled inside of all of its sides that are not the picture's? */
bool uncap_bar_veil_stands(const struct uncap_bar *bar, const struct uncap_picture *p);

/* The same where the camera may have moved by up to `reach` pixels up, down or sideways. */
bool uncap_bar_veil_stands_near(const struct uncap_bar *bar, const struct uncap_picture *p, int reach);

/* Where the scene moves too fast, one picture does not tell what is seen through the bar in the other: let it
 * go on to the picture's edges where its top and bottom do. */
void uncap_bar_veil_widen(struct uncap_bar *bar, const struct uncap_picture *p);

#endif
