/* SPDX-License-Identifier: Apache-2.0 */
/* What the letters of one line touch, and how thick they are drawn. */
#ifndef UNCAP_DETECT_MATTE_LETTERS_H
#define UNCAP_DETECT_MATTE_LETTERS_H

#include "detect/matte/style.h"

/* Find the rectangle of the own line's letters, coordinates of the area; empty if there are none.
 *
 * stroke  [h][w] u8: strokes of the letters, of all lines.
 * Errors  NOMEM.
 */
int uncap_matte_letters_find(const struct uncap_matte_style_evidence *e, const uint8_t *stroke,
                             struct uncap_rect *ink, struct uncap_error *err);

/* Mean thickness of the strokes, px; 0 without strokes. */
float uncap_matte_letters_thickness(const uint8_t *stroke, int w, int h);

/* How far the letters lean to the right, in pixels a pixel of height: 0 upright letters, .2 most italic ones.
 * By the shear under which the columns of their strokes are most unlike each other. Errors: NOMEM.
 *
 * ink  not empty.
 */
int uncap_matte_letters_lean(const uint8_t *stroke, int w, struct uncap_rect ink, float *lean,
                             struct uncap_error *err);

#endif
