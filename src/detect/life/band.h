/* SPDX-License-Identifier: Apache-2.0 */
/* The band of the picture in which a video's captions stand. Pure. */
#ifndef UNCAP_DETECT_LIFE_BAND_H
#define UNCAP_DETECT_LIFE_BAND_H

#include <stddef.h>

#include "detect/life/classify.h"

/* rows     all of the width; empty while too few captions are known, or when they stand all over the picture.
 * texts    where the captions have stood in it.
 * line_px  height of their smallest line's box. */
struct uncap_band {
    struct uncap_rect rows, texts;
    float line_px;
};

/* Find the band from the texts known so far, with room for lines above and below. w, h: of the picture. */
struct uncap_band uncap_band_find(const struct uncap_features *features, size_t n, int w, int h);

#endif
