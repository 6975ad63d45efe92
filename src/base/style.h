/* SPDX-License-Identifier: Apache-2.0 */
/* What a caption looks like: enough to set it again. */
#ifndef UNCAP_BASE_STYLE_H
#define UNCAP_BASE_STYLE_H

#include <stdint.h>

#include "base/rect.h"

/* A colour as displays take it, R'G'B', and how much of what is behind it hides; 0: it is not there. */
struct uncap_tint {
    uint8_t rgb[3], opacity;
};

/* Pixels of the picture.
 *
 * ink         what the letters themselves touch, without outline and shadow.
 * stroke_px   how thick their strokes are; 0: not known.
 * outline_px  width of the outline around them.
 * shadow_px   how far the shadow lies to the right and below.
 * lean        how far they lean to the right, pixels a pixel of height: 0 upright, .2 most italic ones.
 * plate       the box behind them, empty without one; it may be behind other lines too.
 */
struct uncap_style {
    struct uncap_rect ink;
    float stroke_px, outline_px, shadow_px, lean;
    struct uncap_tint fill, outline, shadow, box;
    struct uncap_rect plate;
};

#endif
