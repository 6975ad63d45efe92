/* SPDX-License-Identifier: Apache-2.0 */
/* Boxes drawn behind the text, opaque or see-through: rectangles whose sides are edges all along. */
#ifndef UNCAP_DETECT_MATTE_PLATE_H
#define UNCAP_DETECT_MATTE_PLATE_H

#include "detect/matte/scene.h"

/* Look for plates behind the lines: one behind all of them, or one behind each, as wide as that line; of two
 * lines one may have none.
 *
 * first, end  life samples to look at.
 * plates  [lines->n] out, one rectangle a line, coordinates of the area, empty: none. Good only if plates
 *         were found.
 * Returns whether they were.
 */
bool uncap_matte_plates_find(const struct uncap_matte_scene *scene, const struct uncap_matte_stack *life,
                             int first, int end, const struct uncap_matte_look *look,
                             const struct uncap_matte_lines *lines, struct uncap_rect *plates);

#endif
