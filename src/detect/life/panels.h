/* SPDX-License-Identifier: Apache-2.0 */
/* Boxes that stand behind one word of a line after the other while the line stands. */
#ifndef UNCAP_DETECT_LIFE_PANELS_H
#define UNCAP_DETECT_LIFE_PANELS_H

#include "base/caption.h"
#include "detect/matte/estimate.h"

/* What is known of one line that stands still. Everything is borrowed.
 *
 * area    part of the picture that is looked at; picture coordinates, not empty. line: the text's box in it.
 * first, end  the line's life.
 * life    [n_life] samples of the life, ascending, 1..UNCAP_MATTE_MAX_LIFE.
 * clean   [n_clean] samples right before or after it, 0..2 * UNCAP_MATTE_MAX_CLEAN: what stands there is
 *         scene.
 */
struct uncap_panel_evidence {
    struct uncap_rect area, line;
    int64_t first, end;
    const struct uncap_matte_sample *life, *clean;
    int n_life, n_clean;
};

/* Find the panels: rectangles of one colour around a part of the text, as high as the line, that are there in
 * some samples of the life and not in all samples. Each lasts from right after the last sample without it to
 * the next one without it, so it may be covered a frame or two too long, never too short.
 *
 * *out    [*n], picture coordinates, grown by what a codec blurs; NULL if there is none; free with
 *         uncap_free.
 * Memory  three bytes a pixel of the area and sample, freed before return.
 * Threads pure function of its arguments. Errors: NOMEM.
 */
int uncap_panels_find(const struct uncap_panel_evidence *evidence, struct uncap_panel **out, size_t *n,
                      struct uncap_error *err);

#endif
