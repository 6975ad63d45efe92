/* SPDX-License-Identifier: Apache-2.0 */
/* The strokes of the letters: thin, of one or two colours, steady while the scene moves, come and gone with
 * the caption. */
#ifndef UNCAP_DETECT_MATTE_STROKES_H
#define UNCAP_DETECT_MATTE_STROKES_H

#include "detect/matte/colour.h"
#include "detect/matte/scene.h"

/* What a stroke is against what is around it. Of fill and outline one is bright and the other dark. Flags:
 * parts of the life may differ. */
enum uncap_matte_tone {
    UNCAP_MATTE_BRIGHT = 1,
    UNCAP_MATTE_DARK = 2,
    UNCAP_MATTE_FAINT = 4, /* not told by contrast, see matte/faint.h */
};

/* How sure one look at the caption is of its strokes.
 *
 * colour    of the fill; its share of the thin contrast in the boxes.
 * contrast  median contrast of the strokes, levels.
 */
struct uncap_matte_ink {
    struct uncap_matte_colour colour;
    float contrast;
};

/* Whether the strokes were told from the scene. What came with the caption need not be of strong contrast
 * too. */
bool uncap_matte_ink_is_sure(const struct uncap_matte_ink *ink, const struct uncap_matte_scene *scene);

/* Find the strokes that a look at some of the life's samples shows.
 *
 * motion  [h][w] what uncap_matte_moving_find says of the look.
 * core    [h][w] u8 of enum uncap_matte_tone: strokes (fill, and outline when it is sure). Overwritten.
 * Errors  NOMEM.
 */
int uncap_matte_strokes_find(const struct uncap_matte_scene *scene, const struct uncap_matte_look *look,
                             const uint8_t *motion, uint8_t *core, struct uncap_matte_ink *ink,
                             struct uncap_error *err);

#endif
