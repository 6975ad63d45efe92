/* SPDX-License-Identifier: Apache-2.0 */
/* What changes while the caption stands as much as the scene around it does: the scene itself. */
#ifndef UNCAP_DETECT_MATTE_MOVING_H
#define UNCAP_DETECT_MATTE_MOVING_H

#include <stdint.h>

#include "base/error.h"

/* QUIET   nothing moves around the pixel, so its keeping still says nothing.
 * MOVES   as much as what moves around it: the scene.
 * STANDS  it keeps still, or stiller, while the scene moves around it: the caption. */
enum uncap_matte_motion {
    UNCAP_MATTE_QUIET,
    UNCAP_MATTE_MOVES,
    UNCAP_MATTE_STANDS,
};

/* Tell pixels that move with the scene from those that stand. Letters keep still, and what shines through
 * them changes less than what is beside them; the scene may move in one place alone, so its change is
 * looked at around each pixel.
 *
 * dev     [h][w] u8: spread over time of each pixel, levels.
 * radius  half the side of the square looked at around a pixel, >= 1.
 * motion  [h][w] u8 out, of enum uncap_matte_motion.
 * Errors  NOMEM.
 */
int uncap_matte_moving_find(const uint8_t *dev, int w, int h, int radius, uint8_t *motion,
                            struct uncap_error *err);

/* What moves in one piece with the scene beside the text: a piece that has half as much far from the text as
 * it has in it. Letters that are sung or that come one by one change, too, but each where it stands.
 *
 * zone    [h][w] u8 of enum uncap_matte_zone.
 * scene   [h][w] u8 out, 0 or 1.
 * Errors  NOMEM.
 */
int uncap_matte_moving_scene(const uint8_t *motion, const uint8_t *zone, int w, int h, uint8_t *scene,
                             struct uncap_error *err);

#endif
