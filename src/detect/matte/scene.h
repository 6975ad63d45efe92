/* SPDX-License-Identifier: Apache-2.0 */
/* What every stage of the matte estimate looks at. */
#ifndef UNCAP_DETECT_MATTE_SCENE_H
#define UNCAP_DETECT_MATTE_SCENE_H

#include "detect/matte/gain.h"
#include "detect/matte/lines.h"
#include "detect/matte/moving.h"

/* Maps are [h][w] u8. Everything is borrowed.
 *
 * text_h    height of the text, pixels.
 * zone      enum uncap_matte_zone.
 * gain      what came and went with the caption.
 * motion    enum uncap_matte_motion, over the whole life.
 * sung      1 where letters change their colour (matte/sung), else 0; NULL: none do.
 * outline_px  width of the outline that goes all around the letters, by octant; NULL: there is none.
 * far_dev   median spread over time of the scene beside the caption: how much a background pixel changes.
 * is_whole, is_growing, has_bar  as the evidence says.
 */
struct uncap_matte_scene {
    int w, h, n_channels;
    float text_h;
    const uint8_t *zone, *motion, *sung;
    const struct uncap_matte_gain *gain;
    const int *outline_px;
    float far_dev;
    bool is_whole, is_growing, has_bar;
};

#endif
