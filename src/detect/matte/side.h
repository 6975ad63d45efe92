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

/* The level of a box before a scene that has it, too: where both sides of an edge are as dark or bright,
 * nothing tells whether the box ends there.
 *
 * sign   of the step from outside to inside wherever one tells: 1, -1; 0: every place tells.
 * level  of the box, 0..255.
 */
struct uncap_matte_tone {
    int sign, level;
};

/* Does the inside of an edge have the tone, and the outside look like it? */
bool uncap_matte_tone_holds(const struct uncap_matte_tone *tone, int in, int out);

/* [h][w] images of the same place, in all of which a side is an edge; borrowed.
 *
 * weak  a side that scores less than this share of the best one is none.
 */
struct uncap_matte_images {
    const uint8_t *px[UNCAP_MATTE_SIDE_IMAGES];
    int n, w, h;
    float weak;
    struct uncap_matte_tone tone;
};

/* Its first row or column inside (-1: there is none), the step from outside to inside, how even it is. */
struct uncap_matte_side {
    int at;
    float step, score;
};

/* Where to look for a side: rows or columns [from, to) along [begin, end) of the other axis. is_first: the
 * top or the left side, the inside lies after it. sign: of the step from outside to inside; 0: any. least:
 * so many of the places along it have to tell. */
struct uncap_matte_search {
    int from, to, begin, end;
    bool is_row, is_first;
    float sign;
    int least;
};

/* How far inside of a line's box the side of a plate behind it may lie, and how far outside; text_h: height
 * of its letters; all in pixels. */
int uncap_matte_side_inside(float text_h);
int uncap_matte_side_outside(float text_h);

/* The side of a plate behind what spans [low, high), as far inside and outside; s: along what. */
struct uncap_matte_side uncap_matte_side_behind(const struct uncap_matte_images *im, float text_h, int low,
                                                int high, struct uncap_matte_search s);

/* The row or column `at` as a side: median step across it, weighted by how many agree with its sign; of
 * places that tell. */
struct uncap_matte_side uncap_matte_side_at(const struct uncap_matte_images *im,
                                            const struct uncap_matte_search *s, int at);

/* The outermost side that is not weak against the best one (strokes have edges too, but further in), out to
 * where a codec's blur of it ends. */
struct uncap_matte_side uncap_matte_side_find(const struct uncap_matte_images *im,
                                              struct uncap_matte_search s);

#endif
