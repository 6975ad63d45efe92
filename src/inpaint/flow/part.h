/* SPDX-License-Identifier: Apache-2.0 */
/* A rectangle of a window that is filled as if it were a window of its own. */
#ifndef UNCAP_INPAINT_FLOW_PART_H
#define UNCAP_INPAINT_FLOW_PART_H

#include <stdbool.h>

#include "inpaint/engine.h"

/* Fill one part: win is what it sees, the rows of its coverage and origins lie `stride` apart. */
typedef int flow_part_fill(void *opaque, const struct uncap_window *win, int stride, struct uncap_error *err);

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

/* Bytes of a part of a window of n frames, of which `core` are filled. */
size_t flow_part_bytes(int n, int core);

#endif
