/* SPDX-License-Identifier: Apache-2.0 */
/* Filling a window whose crop is too large for the memory: in tiles side by side, cross-faded at their
 * seams. */
#ifndef UNCAP_INPAINT_FLOW_TILE_H
#define UNCAP_INPAINT_FLOW_TILE_H

#include "inpaint/flow/part.h"
#include "inpaint/flow/room.h"

/* Fill the whole window tile by tile. Errors: NOMEM, and those of fill. */
int flow_tiles_fill(const struct uncap_window *win, const struct flow_room *room, flow_part_fill *fill,
                    void *opaque, struct uncap_error *err);

/* Bytes that it takes itself. */
size_t flow_tiles_bytes(const struct flow_room *room, struct uncap_format format, int h, int n, int core);

#endif
