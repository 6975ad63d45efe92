/* SPDX-License-Identifier: Apache-2.0 */
/* Fill and outline of the same letters: which is which, and what of the outline's tone is none of it. */
#ifndef UNCAP_DETECT_MATTE_OUTLINE_H
#define UNCAP_DETECT_MATTE_OUTLINE_H

#include "detect/matte_scene.h"

/* Tell which tone is the fill of the letters.
 *
 * core      [h][w] u8 of enum uncap_matte_tone.
 * tmp, spare  [h][w] u8, scratch.
 * Returns the fill's tone; both when it is not clear which one that is; 0 if there is but one tone.
 */
int uncap_matte_outline_fill(const struct uncap_matte_scene *scene, const uint8_t *core, uint8_t *tmp,
                             uint8_t *spare);

/* Drop from core what is of the outline's tone but farther from the fill than an outline or a shadow is, which
 * stand all around the letters alike. Does nothing if it is not clear which tone is the fill.
 *
 * core    [h][w] u8 of enum uncap_matte_tone, in and out.
 * Errors  NOMEM.
 */
int uncap_matte_outline_trim(const struct uncap_matte_scene *scene, uint8_t *core, struct uncap_error *err);

#endif
