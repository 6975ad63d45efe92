/* SPDX-License-Identifier: Apache-2.0 */
/* Which pixels a caption touches, and how much the fill replaces them.
 *
 * coverage  [h][w] u8, row stride w, at luma resolution; the rectangle `area` in picture coordinates.
 *           0 untouched, 255 wholly replaced by the fill, between: feathered blend.
 * beyond    [h][w] u8, NULL if not known: by how many pixels each lies beyond what the letters touch for sure.
 *           Known while captions are looked for, of mattes told from strokes whose reach was guessed.
 * The matte is the caption's; a caption that moves carries one displacement a frame (struct uncap_caption).
 */
#ifndef UNCAP_BASE_MATTE_H
#define UNCAP_BASE_MATTE_H

#include <stdbool.h>
#include <stdint.h>

#include "base/rect.h"

struct uncap_matte {
    struct uncap_rect area;
    uint8_t *coverage, *beyond;
};

/* Allocate a zero matte over area. NULL if short of memory. Free: uncap_matte_close, NULL-safe, sets NULL. */
struct uncap_matte *uncap_matte_open(struct uncap_rect area);
void uncap_matte_close(struct uncap_matte **matte);

/* dst = max(dst, matte displaced by (dx, dy)) where they overlap.
 *
 * dst     [h][w] u8 of the rectangle `where` in picture coordinates, row stride in bytes.
 */
void uncap_matte_paint(const struct uncap_matte *matte, int dx, int dy, uint8_t *dst, int stride,
                       struct uncap_rect where);

/* The same for a matte whose pixel (px, py) lies at (x + size * px, y + size * py), size > 0: a pixel of dst
 * has the largest coverage of what lies within a pixel of it. */
void uncap_matte_paint_sized(const struct uncap_matte *matte, float size, float x, float y, uint8_t *dst,
                             int stride, struct uncap_rect where);

/* The rectangle that holds all that is painted so. */
struct uncap_rect uncap_matte_sized_area(const struct uncap_matte *matte, float size, float x, float y);

/* Cover all of r wholly; the matte's area becomes as large as both need, and what lies beyond is
 * forgotten. False: short of memory, nothing is changed. */
bool uncap_matte_add_rect(struct uncap_matte **matte, struct uncap_rect r);

/* Uncover what lies more than `most` pixels beyond what the letters touch for sure; nothing if that is not
 * known. */
void uncap_matte_narrow(struct uncap_matte *matte, int most);

/* What lies beyond is not known any more. */
void uncap_matte_forget_beyond(struct uncap_matte *matte);

/* The matte's area becomes the rectangle of what it covers; an empty one if that is nothing. False: short of
 * memory, nothing is changed. */
bool uncap_matte_trim(struct uncap_matte **matte);

/* Is all of the rectangle r covered, wholly or in part? False of no matte. */
bool uncap_matte_holds(const struct uncap_matte *matte, struct uncap_rect r);

/* Cover what of the rectangle r lies in dst wholly. dst, stride, where: as above. */
void uncap_matte_paint_rect(struct uncap_rect r, uint8_t *dst, int stride, struct uncap_rect where);

#endif
