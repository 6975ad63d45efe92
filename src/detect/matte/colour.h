/* SPDX-License-Identifier: Apache-2.0 */
/* The colour that most of a set of weighted pixels has. */
#ifndef UNCAP_DETECT_MATTE_COLOUR_H
#define UNCAP_DETECT_MATTE_COLOUR_H

#include "detect/matte/stack.h"

/* value   per channel; the unused ones are 0.
 * share   0..1 of the weight that lies within UNCAP_MATTE_COLOUR_NEAR of it. */
struct uncap_matte_colour {
    float value[UNCAP_MAX_PLANES];
    float share;
};

enum { UNCAP_MATTE_COLOUR_NEAR = 40 }; /* levels, largest over channels */

/* Find the mode: highest bin of a smoothed histogram, then mean shift.
 *
 * weight  [n] u8 for each pixel of the look; 0: not of the set. Not all 0.
 * Errors  NOMEM.
 */
int uncap_matte_colour_find(const struct uncap_matte_look *look, int n_channels, const uint8_t *weight,
                            size_t n, struct uncap_matte_colour *colour, struct uncap_error *err);

/* Largest difference over channels of pixel i from colour, in whole levels. */
int uncap_matte_colour_distance(const struct uncap_matte_look *look, int n_channels, size_t i,
                                const struct uncap_matte_colour *colour);

#endif
