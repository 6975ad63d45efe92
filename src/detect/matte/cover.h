/* SPDX-License-Identifier: Apache-2.0 */
/* From strokes and their reach to coverage: every pixel the caption may have touched, and a margin. */
#ifndef UNCAP_DETECT_MATTE_COVER_H
#define UNCAP_DETECT_MATTE_COVER_H

#include "detect/matte/breadth.h"
#include "detect/matte/reach.h"

enum {
    UNCAP_MATTE_FULL = 255,
    UNCAP_MATTE_RAMP = 128, /* outermost pixel of the margin */
};

/* Cover what lies within the reach of the strokes, and what is sung between them.
 *
 * core      [h][w] u8 of enum uncap_matte_tone: strokes. Bright and dark ones tell their reach apart: a dark
 *           outline cannot be seen everywhere, but it is everywhere as wide around the fill as where it can.
 * coverage  [h][w] u8, out; overwritten.
 * beyond    [h][w] u8, out; overwritten: see struct uncap_matte.
 * breadth   out: how far the coverage goes beyond, and how well that is known.
 * Errors    NOMEM.
 */
int uncap_matte_cover_strokes(const struct uncap_matte_scene *scene, const struct uncap_matte_look *look,
                              const uint8_t *core, uint8_t *coverage, uint8_t *beyond,
                              struct uncap_matte_breadth *breadth, struct uncap_error *err);

/* Cover a rectangle of the area wholly, and a ramp of one pixel around it. */
void uncap_matte_cover_rect(uint8_t *coverage, int w, int h, struct uncap_rect r);

#endif
