/* SPDX-License-Identifier: Apache-2.0 */
/* One side of a rectangle: where luma steps the same way all along a row or a column. Pure. */
#ifndef UNCAP_DETECT_MATTE_SIDE_H
#define UNCAP_DETECT_MATTE_SIDE_H

#include <stdbool.h>
#include <stdint.h>

enum {
    UNCAP_MATTE_SIDE_IMAGES = 7,
    UNCAP_MATTE_SIDE_BLUR = 3 /* pixels that a codec spreads an edge over */
};

/* [h][w] images of the same place, in all of which a side is an edge; borrowed.
 *
 * weak  a side that scores less than this share of the best one is none.
 */
struct uncap_matte_images {
    const uint8_t *px[UNCAP_MATTE_SIDE_IMAGES];
    int n, w, h;
    float weak;
};

/* Its first row or column inside (-1: there is none), the step from outside to inside, how even it is. */
struct uncap_matte_side {
    int at;
    float step, score;
};

/* Where to look for a side: rows or columns [from, to) along [begin, end) of the other axis. is_first: the
 * top or the left side, the inside lies after it. sign: of the step from outside to inside; 0: any. */
struct uncap_matte_search {
    int from, to, begin, end;
    bool is_row, is_first;
    float sign;
};

/* How far inside of a line's box the side of a plate behind it may lie, and how far outside; text_h: height
 * of its letters; all in pixels. */
int uncap_matte_side_inside(float text_h);
int uncap_matte_side_outside(float text_h);

/* The side of a plate behind what spans [low, high), as far inside and outside; s: along what. */
struct uncap_matte_side uncap_matte_side_behind(const struct uncap_matte_images *im, float text_h, int low,
                                                int high, struct uncap_matte_search s);

/* The row or column `at` as a side: median step across it, weighted by how many agree with its sign. */
struct uncap_matte_side uncap_matte_side_at(const struct uncap_matte_images *im,
                                            const struct uncap_matte_search *s, int at);

/* The outermost side that is not weak against the best one (strokes have edges too, but further in), out to
 * where a codec's blur of it ends. */
struct uncap_matte_side uncap_matte_side_find(const struct uncap_matte_images *im,
                                              struct uncap_matte_search s);

#endif
