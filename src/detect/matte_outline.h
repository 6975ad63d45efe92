/* SPDX-License-Identifier: Apache-2.0 */
/* Fill and outline of the same letters: which is which. */
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

#endif
