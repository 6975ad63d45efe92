/* SPDX-License-Identifier: Apache-2.0 */
/* The colours that a set of pixels has, however many. */
#ifndef UNCAP_DETECT_MATTE_PALETTE_H
#define UNCAP_DETECT_MATTE_PALETTE_H

#include <stdbool.h>

#include "detect/matte/stack.h"

enum { UNCAP_MATTE_PALETTE_BINS = 16 }; /* a channel */

/* has  [bins of plane 0][of plane 1][of plane 2]: some of the pixels have such a colour. */
struct uncap_matte_palette {
    bool has[UNCAP_MATTE_PALETTE_BINS][UNCAP_MATTE_PALETTE_BINS][UNCAP_MATTE_PALETTE_BINS];
};

/* Collect the colours of the marked pixels; those that hardly any has are left out.
 *
 * mark     [n] u8 for each pixel of the look.
 * palette  out; overwritten.
 */
void uncap_matte_palette_find(const struct uncap_matte_look *look, int n_channels, const uint8_t *mark,
                              size_t n, struct uncap_matte_palette *palette);

/* Whether pixel i has one of the colours, or nearly: within 16 to 32 levels. */
bool uncap_matte_palette_has(const struct uncap_matte_palette *palette, const struct uncap_matte_look *look,
                             int n_channels, size_t i);

#endif
