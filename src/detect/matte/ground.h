/* SPDX-License-Identifier: Apache-2.0 */
/* The ground that text stands on, a bar of one colour: between letters there is contrast as beside letters
 * that have an outline of that colour, but an outline ends. */
#ifndef UNCAP_DETECT_MATTE_GROUND_H
#define UNCAP_DETECT_MATTE_GROUND_H

#include "detect/matte/colour.h"
#include "detect/matte/scene.h"

/* Find what keeps still and has one colour from the letters on to farther away than an outline reaches. What
 * came with the caption is none.
 *
 * letters  [h][w], 0 or 1: strokes of the text
 * colour   that the ground has
 * ground   [h][w], out, 0 or 1
 * Errors   NOMEM
 */
int uncap_matte_ground_find(const struct uncap_matte_scene *scene, const struct uncap_matte_look *look,
                            const uint8_t *letters, const struct uncap_matte_colour *colour, uint8_t *ground,
                            struct uncap_error *err);

/* Add to the strokes in core, as faint ones, all that stands and that ground encloses together with some of
 * them: the ends of thin strokes. Errors: NOMEM. */
int uncap_matte_ground_complete(const struct uncap_matte_scene *scene, const struct uncap_matte_look *look,
                                const uint8_t *ground, uint8_t *core, struct uncap_error *err);

#endif
