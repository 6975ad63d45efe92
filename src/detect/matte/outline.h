/* SPDX-License-Identifier: Apache-2.0 */
/* Fill and outline of the same letters: which is which, and what of their tones is scene. */
#ifndef UNCAP_DETECT_MATTE_OUTLINE_H
#define UNCAP_DETECT_MATTE_OUTLINE_H

#include <stdbool.h>

#include "detect/matte/reach.h"

/* Tell which tone is the fill of the letters.
 *
 * core      [h][w] u8 of enum uncap_matte_tone.
 * tmp, spare  [h][w] u8, scratch.
 * Returns the fill's tone; both when it is not clear which one that is; 0 if there is but one tone, or both
 * are too thin to tell.
 */
int uncap_matte_outline_fill(const struct uncap_matte_scene *scene, const uint8_t *core, uint8_t *tmp,
                             uint8_t *spare);

/* is_around  an outline goes all around the letters.
 * px         its width by octant, as seen from the fill. */
struct uncap_matte_outline {
    bool is_around;
    int px[UNCAP_MATTE_OCTANTS];
};

/* Drop from the strokes what is of the fill's or of the outline's tone and yet can be of no letter: outline
 * farther from all that may be fill than the outline is wide, fill deeper within than letters are thick. A
 * pixel of the colour of either may be of it, whether it was told to be a stroke or not: letters before a
 * scene of their own colour cannot be told from it. Does nothing to letters without an outline that goes all
 * around.
 *
 * core     [h][w] u8 of enum uncap_matte_tone, in and out.
 * outline  out.
 * Errors   NOMEM.
 */
int uncap_matte_outline_trim(const struct uncap_matte_scene *scene, const struct uncap_matte_look *look,
                             uint8_t *core, struct uncap_matte_outline *outline, struct uncap_error *err);

#endif
