/* SPDX-License-Identifier: Apache-2.0 */
/* How the work on a window is cut so that it fits into memory. Pure arithmetic. */
#ifndef UNCAP_INPAINT_FLOW_ROOM_H
#define UNCAP_INPAINT_FLOW_ROOM_H

#include <stddef.h>

#include "base/picture.h"

/* batch   frames that are worked on at once
 * n_tiles columns that a crop is cut into, filled one after another; tile_w: of the widest, seams included
 * fixed_bytes  that one tile takes however many frames the window has
 */
struct flow_room {
    int batch, n_tiles, tile_w;
    size_t fixed_bytes;
};

/* For crops of w x h samples.
 *
 * threads  of the engine's slices
 * budget   bytes for the engine and its frames. Memory that does not depend on the number of frames is
 *          kept to half of it by working on fewer frames at once, else to a quarter of it by cutting the
 *          crop into tiles, so that windows stay long; a tile is never narrower than FLOW_TILE_MIN,
 *          whatever the budget.
 */
enum { FLOW_TILE_MIN = 256, FLOW_TILE_SEAM = 32 };
struct flow_room flow_room_of(struct uncap_format format, int w, int h, int threads, size_t budget);

/* Columns of tile i without its seams: [first, end), edges on multiples of 8. */
void flow_room_columns(const struct flow_room *room, int w, int i, int *first, int *end);

#endif
