/* SPDX-License-Identifier: Apache-2.0 */
/* Boxes drawn behind the text, opaque or see-through: rectangles whose four sides are edges all along. */
#ifndef UNCAP_DETECT_MATTE_PLATE_H
#define UNCAP_DETECT_MATTE_PLATE_H

#include "detect/matte_scene.h"

/* Look for one plate behind the text inside `text`; returns whether there is one.
 *
 * text    hull of one or all text lines, coordinates of the area; the plate's sides are looked for around its edges.
 * first, end  life samples to look at.
 * strokes [h][w] u8 strokes with their soft edges.
 * plate   out, coordinates of the area.
 */
bool uncap_matte_plate_find(const struct uncap_matte_scene *scene, const struct uncap_matte_stack *life, int first,
                            int end, const struct uncap_matte_look *look, const uint8_t *strokes, struct uncap_rect text,
                            struct uncap_rect *plate);

#endif
