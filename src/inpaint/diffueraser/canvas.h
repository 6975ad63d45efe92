/* SPDX-License-Identifier: Apache-2.0 */
/* A crop as the networks see it: 8-bit RGB, edges multiples of 8, no larger than a limit.
 *
 * A crop within the limit keeps its samples and is extended by repeating its right and bottom edge; a larger
 * one is reduced (bicubic), and what comes back is enlarged again. */
#ifndef UNCAP_INPAINT_DIFFUERASER_CANVAS_H
#define UNCAP_INPAINT_DIFFUERASER_CANVAS_H

#include <stdbool.h>

#include "base/error.h"
#include "base/picture.h"
#include "inpaint/diffueraser/size.h"

/* crop  as handed to the engine; size: processing size; is_reduced: they are related by scaling, not
 * extension. */
struct uncap_canvas {
    struct uncap_size crop, size;
    bool is_reduced;
    struct uncap_colour colour;
};

struct uncap_canvas uncap_canvas_of(int w, int h, int limit, struct uncap_colour colour);

/* picture of the crop's size -> [size.h][size.w][3] u8. Errors: NOMEM. */
int uncap_canvas_draw(const struct uncap_canvas *canvas, const struct uncap_picture *picture, uint8_t *out,
                      struct uncap_error *err);

/* coverage [crop.h][crop.w] u8 -> hole mask [size.h][size.w], 255 where anything is covered. */
void uncap_canvas_hole(const struct uncap_canvas *canvas, const uint8_t *coverage, uint8_t *hole);

/* Write back the samples that coverage touches; a chroma sample if it touches one of the luma samples it
 * covers. rgb [size.h][size.w][3] u8. Errors: NOMEM. */
int uncap_canvas_put(const struct uncap_canvas *canvas, const uint8_t *rgb, const uint8_t *coverage,
                     const struct uncap_picture *picture, struct uncap_error *err);

#endif
