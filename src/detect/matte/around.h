/* SPDX-License-Identifier: Apache-2.0 */
/* One box around all lines of a text, told by its sides alone. */
#ifndef UNCAP_DETECT_MATTE_AROUND_H
#define UNCAP_DETECT_MATTE_AROUND_H

#include <stdbool.h>

#include "detect/matte/lines.h"
#include "detect/matte/side.h"

/* Find the box whose four sides are straight from corner to corner, which letters' are not. Where a text
 * begins right at its box the edges of its letters are clearer than the box's; those of the box go on past
 * the lines. One side may be seen in part, or not at all, before a scene of the box's colour: it is then as
 * far from the text as the opposite one; if neither flank is seen, as the top or the foot is. With a tone a
 * top or a foot of which nothing tells is the lines' own: letterboxes begin there.
 *
 * im      with a tone, sides are looked for in places that tell alone.
 * text_h  height of the letters, pixels.
 * box     out: coordinates of the images; set if a side is straight.
 * Returns how many sides are straight: 4, or 3 of a box; of less there is none, unless more tells of it.
 */
int uncap_matte_around_find(const struct uncap_matte_images *im, const struct uncap_matte_lines *lines,
                            float text_h, struct uncap_rect *box);

#endif
