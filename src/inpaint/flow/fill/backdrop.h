/* SPDX-License-Identifier: Apache-2.0 */
/* What the window before knew of the background behind all that moves: the plate of its forward sweep, as
 * a picture. So a place that was clear once is known through captions of any length, however little memory
 * windows have. */
#ifndef UNCAP_INPAINT_FLOW_BACKDROP_H
#define UNCAP_INPAINT_FLOW_BACKDROP_H

#include "inpaint/flow/fill/plate.h"
#include "inpaint/flow/fill/scratch.h"
#include "inpaint/flow/fill/work.h"

/* crop     of the window, picture coordinates
 * frame    display index of the frame that it lies under
 * picture  of crop size; hole, hole_c: samples of it that are not known
 * votes    [h][w] frames that have shown the same as the picture, at most 255
 */
struct flow_backdrop {
    struct uncap_rect crop;
    int64_t frame;
    struct uncap_picture picture;
    struct flow_mask hole, hole_c;
    uint8_t *votes;
};

/* Nothing known yet. False if short of memory. */
bool flow_backdrop_open(struct flow_backdrop *b, const struct flow_work *work);
void flow_backdrop_close(struct flow_backdrop *b);
size_t flow_backdrop_bytes(struct uncap_format format, int w, int h);

/* Render the plate as it stands after its step to frame t. Reads known samples of other frames alone. */
void flow_backdrop_render(struct flow_backdrop *b, const struct flow_plate *plate,
                          const struct flow_work *work, int t, struct flow_scratch *s);

/* The backdrops of an engine, at most one a crop: a band, or a tile of it. */
struct flow_backdrops {
    struct flow_backdrop *items;
    size_t n, capacity;
};

/* Take out what lies under a frame that the window shares with the one before it. False if there is none. */
bool flow_backdrops_take(struct flow_backdrops *all, const struct uncap_window *win,
                         struct flow_backdrop *out);
/* Give the list a backdrop, empty then, and forget those that no window can use any more: windows begin
 * at most `reach` frames before this one. False, and it is closed, if short of memory. */
bool flow_backdrops_give(struct flow_backdrops *all, struct flow_backdrop *b, int64_t window_first,
                         int reach);
void flow_backdrops_clear(struct flow_backdrops *all);

#endif
