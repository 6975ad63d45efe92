/* SPDX-License-Identifier: Apache-2.0 */
/* What of the fill's tone lies outside of the letters' outlines. */
#ifndef UNCAP_DETECT_MATTE_OUTSIDE_H
#define UNCAP_DETECT_MATTE_OUTSIDE_H

#include "detect/matte/scene.h"

/* Drop the pieces of fill that are reached from beside the text without crossing what may be an outline, and
 * take all that is out of what may be fill: letters lie within their outlines, whole outlines as one with a
 * gap of two pixels. A piece with an outline nearly all around is a letter with a wider gap, and what came
 * with the caption for sure is no scene. Where letters would be gone from more than a fifth of the line, but
 * for their hollows, nothing is dropped.
 *
 * lines  [h][w] u8: may be outline.
 * core   [h][w] u8 of enum uncap_matte_tone, in and out; fill: which of them the fill has.
 * fills  [h][w] u8, in and out: may be fill.
 * Returns false if short of memory.
 */
bool uncap_matte_outside_drop(const struct uncap_matte_scene *scene, const uint8_t *lines, uint8_t *core,
                              int fill, uint8_t *fills);

#endif
