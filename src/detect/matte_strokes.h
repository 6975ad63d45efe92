/* SPDX-License-Identifier: Apache-2.0 */
/* The strokes of the letters: thin, of one colour, steady while the scene moves, come and gone with the caption. */
#ifndef UNCAP_DETECT_MATTE_STROKES_H
#define UNCAP_DETECT_MATTE_STROKES_H

#include "detect/matte_scene.h"

/* How sure one look at the caption is of its strokes.
 *
 * colour    of the fill, per channel.
 * share     0..1 of the thin contrast in the boxes that is of this colour.
 * contrast  median contrast of the strokes, levels.
 * n_pixels  of core found.
 */
struct uncap_matte_ink {
    int colour[UNCAP_MAX_PLANES];
    float share, contrast;
    int n_pixels;
};

/* Whether the strokes were told from the scene. What came with the caption need not be of strong contrast too. */
bool uncap_matte_ink_is_sure(const struct uncap_matte_ink *ink, const struct uncap_matte_scene *scene);

/* Find the strokes that a look at some of the life's samples shows.
 *
 * core    [h][w] u8: 1 on strokes (fill, and outline when it is sure), else 0. Overwritten.
 * Errors  NOMEM.
 */
int uncap_matte_strokes_find(const struct uncap_matte_scene *scene, const struct uncap_matte_look *look, uint8_t *core,
                             struct uncap_matte_ink *ink, struct uncap_error *err);

#endif
