/* SPDX-License-Identifier: Apache-2.0 */
/* The rows of a scene in which its text may stand: what is told from thin contrast lies there alone. */
#ifndef UNCAP_DETECT_MATTE_TEXT_ROWS_H
#define UNCAP_DETECT_MATTE_TEXT_ROWS_H

#include "detect/matte/scene.h"

/* A scene and a look at it cut to rows [first, first + scene.h), the whole width. Everything is borrowed.
 *
 * below  rows that the look has below those; above them it has `first`.
 */
struct uncap_matte_text_rows {
    int first, below;
    struct uncap_matte_scene scene;
    struct uncap_matte_gain gain; /* scene.gain */
    struct uncap_matte_look look;
    const uint8_t *motion;
};

/* Cut to the rows of zone TEXT and `room` more to either side, as far as there are any; all rows if none
 * has it. The rows point into themselves: they are not to be copied.
 *
 * motion  [h][w] of the look. */
void uncap_matte_text_rows_cut(struct uncap_matte_text_rows *rows, const struct uncap_matte_scene *scene,
                               const struct uncap_matte_look *look, const uint8_t *motion, int room);

#endif
