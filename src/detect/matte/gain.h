/* SPDX-License-Identifier: Apache-2.0 */
/* What came and went with the caption: the picture with it against the picture right before and after it. */
#ifndef UNCAP_DETECT_MATTE_GAIN_H
#define UNCAP_DETECT_MATTE_GAIN_H

#include "detect/matte/stack.h"

enum { UNCAP_MATTE_NO_LIGHT = 128 };

/* px     [h][w] u8: largest change over channels, the smaller one of both ends of the life where both are
 *        known. Of ends in different shots only the one in which the caption stands out more counts.
 * most   [h][w] u8: the larger one; a background like the caption hides it at one end, hardly at both.
 * known  [h][w] u8: at how many ends (0, 1, 2) something is known.
 * sure   [h][w] u8: 1 where the change is far larger than what the scene does there from frame to frame, at
 *        every end where something is known.
 * fair   [h][w] u8: 1 where it would be known, too, that nothing changed. Beside another caption only a
 *        change says something; what is known there is no sample of what is there.
 * light  [n_channels] maps [h][w] u8: the caption less the scene, the mean of both ends where both are
 *        known (the smaller one of what the scene's motion blurs would be less than the caption's),
 *        UNCAP_MATTE_NO_LIGHT where they are alike, levels, clipped; anything where nothing is known.
 * scene  median change away from the text: how much the scene itself moved meanwhile; 255 when nothing is
 *        known.
 */
struct uncap_matte_gain {
    uint8_t *px, *most, *known, *sure, *fair;
    uint8_t *light[UNCAP_MAX_PLANES];
    float scene;
};

/* zone  [h][w] of enum uncap_matte_zone. life holds evidence->life, loaded. text_h: height of the text in
 *       pixels.
 * Errors: NOMEM. */
int uncap_matte_gain_open(struct uncap_matte_gain *gain, const struct uncap_matte_evidence *evidence,
                          const struct uncap_matte_stack *life, const uint8_t *zone, float text_h,
                          struct uncap_error *err);
void uncap_matte_gain_close(struct uncap_matte_gain *gain);

/* Whether the scene moved so little that a change of a pixel means the caption. */
static inline bool uncap_matte_gain_is_calm(const struct uncap_matte_gain *gain)
{
    return gain->scene < 8.0F;
}

#endif
