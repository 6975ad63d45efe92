/* SPDX-License-Identifier: Apache-2.0 */
/* What the scene shows right across the border of a box. Pure. */
#ifndef UNCAP_DETECT_MATTE_ACROSS_H
#define UNCAP_DETECT_MATTE_ACROSS_H

#include "detect/matte/scene.h"
#include "detect/matte/side.h"

/* Does the scene move less inside the border than right across it, or did the inside come with the caption
 * where the outside stood all the time, nearly wherever either can be told, and at a quarter of all places?
 *
 * tone  places whose both sides it holds tell nothing.
 * box   coordinates of the maps.
 */
bool uncap_matte_across_tells(const struct uncap_matte_scene *scene, const struct uncap_matte_look *look,
                              const struct uncap_matte_tone *tone, struct uncap_rect box);

#endif
