/* SPDX-License-Identifier: Apache-2.0 */
/* Fill and outline of the same letters: which is which, and what of the outline's tone is none of it. */
#ifndef UNCAP_DETECT_MATTE_OUTLINE_H
#define UNCAP_DETECT_MATTE_OUTLINE_H

#include "detect/matte_scene.h"

/* Tell which tone is the fill of the letters.
 *
 * core      [h][w] u8 of enum uncap_matte_tone.
 * tmp, spare  [h][w] u8, scratch.
 * Returns the fill's tone; both when it is not clear which one that is; 0 if there is but one tone, or both
 * are too thin to tell.
 */
int uncap_matte_outline_fill(const struct uncap_matte_scene *scene, const uint8_t *core, uint8_t *tmp,
                             uint8_t *spare);

/* Of letters with an outline, drop from core the pieces of fill that have none around them where it could be
 * seen, and what is of the outline's tone but farther from the fill than the outline (or a shadow) reaches,
 * for those stand around all letters alike. Does nothing if it is not clear which tone is the fill.
 *
 * core         [h][w] u8 of enum uncap_matte_tone, in and out.
 * is_outlined  out: the fill has the other tone nearly all around it.
 * Errors       NOMEM.
 */
int uncap_matte_outline_trim(const struct uncap_matte_scene *scene, const struct uncap_matte_look *look,
                             uint8_t *core, bool *is_outlined, struct uncap_error *err);

#endif
