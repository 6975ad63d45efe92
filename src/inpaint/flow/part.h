/* SPDX-License-Identifier: Apache-2.0 */
/* A rectangle of a window that is filled as if it were a window of its own. */
#ifndef UNCAP_INPAINT_FLOW_PART_H
#define UNCAP_INPAINT_FLOW_PART_H

#include <stdbool.h>

#include "inpaint/engine.h"

/* Fill one part: win is what it sees, the rows of its coverage and origins lie `stride` apart; stands:
 * nothing in it moves but what captions do. */
typedef int flow_part_fill(void *opaque, const struct uncap_window *win, int stride, bool stands,
                           struct uncap_error *err);

/* window   what the fill of the part sees; frames, coverage and filled point into the arrays below
 * frames   [n] views, coverage [n], filled and origins [core] views
 */
struct flow_part {
    struct uncap_window window;
    struct uncap_picture *frames, *filled;
    const uint8_t **coverage;
    struct uncap_origin **origins;
};

/* Room for a part of the window; it shows nothing yet. False if short of memory; close it all the same. */
bool flow_part_open(struct flow_part *part, const struct uncap_window *win);
void flow_part_close(struct flow_part *part);

/* Let it show a rectangle of the window's crop, whose left and upper edges lie on chroma samples.
 *
 * stride  samples between the rows of the window's coverage and origins
 */
void flow_part_show(struct flow_part *part, const struct uncap_window *win, int stride, struct uncap_rect r);

/* A window cut into a rectangle and what lies around it, in the order in which they are filled; empty ones
 * are none. A part begins on a chroma sample, so that it may share a row or column of luma with another: the
 * one to whom it belongs comes last. */
enum { FLOW_PARTS = 5, FLOW_INNER_PART = 2 };
struct flow_parts {
    struct uncap_rect part[FLOW_PARTS];
};

/* by_rows: what lies above and below goes from side to side of the crop; else what lies left and right goes
 * from top to bottom. */
struct flow_parts flow_parts_around(const struct uncap_window *win, struct uncap_rect r, bool by_rows);

/* Whether any of a rectangle of the crop is covered in the window's core. */
bool flow_part_is_covered(const struct uncap_window *win, int stride, struct uncap_rect r);

/* Fill each part that is covered, as a window of its own. inner_stands: the rectangle does, else all that
 * lies around it. Errors: NOMEM, and those of fill. */
int flow_parts_fill(const struct uncap_window *win, int stride, struct flow_parts parts, bool inner_stands,
                    flow_part_fill *fill, void *opaque, struct uncap_error *err);

/* Bytes of a part of a window of n frames, of which `core` are filled. */
size_t flow_part_bytes(int n, int core);

#endif
