/* SPDX-License-Identifier: Apache-2.0 */
/* A row or column of a window over time: what of it stands and what moves. */
#ifndef UNCAP_INPAINT_FLOW_LINE_H
#define UNCAP_INPAINT_FLOW_LINE_H

#include "inpaint/engine.h"

#define FLOW_STILL 8.0f       /* grey levels over which a sample ranges that stands: the coder's noise .. */
#define FLOW_STILL_SHARE 0.9f /* .. of so many of what stands: others are what a caption leaves beside it */
#define FLOW_MOVING 16.0f     /* grey levels over which a sample of the picture ranges at least .. */
#define FLOW_MOVING_SHARE                                                                                    \
    0.8f                  /* .. of so many beside what stands: a wall beside somebody who moves is none */
#define FLOW_LITTLE 0.25f /* of what the picture ranges over: more of what stands than picture */

/* Rows or columns over which scaling and coding blur between what stands and the picture. */
enum { FLOW_LINE_EDGE = 8 };

/* n samples of a row or column of the crop: from (x, y) on, (dx, dy) apart. */
struct flow_line {
    int x, y, dx, dy, n;
};

/* Sides of a rectangle. */
enum flow_side { FLOW_SIDE_TOP, FLOW_SIDE_BOTTOM, FLOW_SIDE_LEFT, FLOW_SIDE_RIGHT, FLOW_SIDES };

/* Line k from a side of the rectangle inward; below 0: outward. */
struct flow_line flow_line_at(struct uncap_rect r, enum flow_side side, int k);

/* What lines are looked at in.
 *
 * stride     samples between the rows of the window's coverage
 * low, high  [line] room for the least and greatest value of each sample
 */
struct flow_line_scan {
    const struct uncap_window *win;
    int stride;
    float *low, *high;
};

/* Of a line's known samples: shares that stand and that move, and over how much they range in the mean.
 * Nothing where too few are known. */
struct flow_line_motion {
    float still, moving, range;
};

/* Leaves in low and high the range of each sample that is uncovered in some frame; else high < low. */
void flow_line_range(const struct flow_line_scan *s, struct flow_line l);
struct flow_line_motion flow_line_motion_of(const struct flow_line_scan *s, struct flow_line l);

/* How many of `room` lines stand from a side of the rectangle on, inward or outward. Those at their edge,
 * into which coding has spread some of the picture, and inward those where a caption rings, are of them as
 * long as they range over little of what the picture does. -1 if fewer than `least` stand without those, or
 * all, or the picture does not move beside them. */
int flow_line_standing(const struct flow_line_scan *s, struct uncap_rect r, enum flow_side side,
                       bool is_inward, int least, int room);

#endif
