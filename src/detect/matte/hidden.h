/* SPDX-License-Identifier: Apache-2.0 */
/* Stretches of a line whose letters the scene may hide: they have hardly another colour than what is behind
 * them. Pure. */
#ifndef UNCAP_DETECT_MATTE_HIDDEN_H
#define UNCAP_DETECT_MATTE_HIDDEN_H

#include "base/rect.h"
#include "detect/matte/lines.h"
#include "detect/matte/scene.h"
#include "detect/matte/strokes.h"

/* The first stretch of the line from column `from` on that has no strokes though there are some to both its
 * sides, is wider than a space between words, and shows a scene that keeps still and differs from the ink by
 * less than half of what the strokes do that were found. Letters with an outline are seen before any scene:
 * then there is none.
 *
 * look   of the life; core [h][w] the strokes
 * from   column of the area
 * Returns the stretch as high as the line's box, in coordinates of the area; empty if there is none.
 */
struct uncap_rect uncap_matte_hidden_next(const struct uncap_matte_scene *scene,
                                          const struct uncap_matte_look *look, const uint8_t *core,
                                          const struct uncap_matte_ink *ink,
                                          const struct uncap_matte_line *line, int from);

#endif
