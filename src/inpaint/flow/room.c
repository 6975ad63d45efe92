/* SPDX-License-Identifier: Apache-2.0 */
#include "inpaint/flow/room.h"

#include "inpaint/flow/fill/fill.h"
#include "inpaint/flow/unblend/measure.h"

enum { MIN_BATCH = 2, MAX_BATCH = 16, EDGE = 8 };

static size_t fixed_of(struct uncap_format format, int w, int h, int batch)
{
    return flow_fill_bytes(format, w, h, batch) + flow_measure_bytes(format, w, h, batch);
}

void flow_room_columns(const struct flow_room *room, int w, int i, int *first, int *end)
{
    *first = (int)((int64_t)w * i / room->n_tiles) / EDGE * EDGE;
    *end = i + 1 == room->n_tiles ? w : (int)((int64_t)w * (i + 1) / room->n_tiles) / EDGE * EDGE;
}

static int widest(const struct flow_room *room, int w)
{
    const int wide = w / room->n_tiles + 2 * EDGE + 2 * FLOW_TILE_SEAM;
    return room->n_tiles == 1 || wide > w ? w : wide;
}

struct flow_room flow_room_of(struct uncap_format format, int w, int h, int threads, size_t budget)
{
    struct flow_room r = {.n_tiles = 1, .tile_w = w};
    r.batch = threads < MIN_BATCH ? MIN_BATCH : threads > MAX_BATCH ? MAX_BATCH : threads;
    while (r.batch > MIN_BATCH && fixed_of(format, w, h, r.batch) > budget / 2)
        r.batch--;
    r.fixed_bytes = fixed_of(format, w, h, r.batch);
    if (r.fixed_bytes <= budget / 2)
        return r;
    while (r.fixed_bytes > budget / 4 && w / (r.n_tiles + 1) >= FLOW_TILE_MIN) {
        r.n_tiles++;
        r.tile_w = widest(&r, w);
        r.fixed_bytes = fixed_of(format, r.tile_w, h, r.batch);
    }
    return r;
}
