/* SPDX-License-Identifier: Apache-2.0 */
#include "inpaint/flow/tile.h"

#include "base/memory.h"

/* One tile of a window.
 *
 * seams  [core] copies of what the tile before left in the columns that both fill
 */
struct tile {
    struct flow_part part;
    struct uncap_picture *seams;
    int n_core;
};

size_t flow_tiles_bytes(const struct flow_room *room, struct uncap_format format, int h, int n, int core)
{
    if (room->n_tiles == 1)
        return 0;
    return (size_t)core *
               (uncap_picture_bytes(format, 2 * FLOW_TILE_SEAM, h) + sizeof(struct uncap_picture)) +
           flow_part_bytes(n, core);
}

static void tile_close(struct tile *t)
{
    for (int k = 0; t->seams && k < t->n_core; k++)
        uncap_picture_free(&t->seams[k]);
    uncap_free(t->seams);
    flow_part_close(&t->part);
}

static bool tile_open(struct tile *t, const struct uncap_window *win)
{
    *t = (struct tile){.n_core = win->core_end - win->core_first};
    t->seams = uncap_alloc((size_t)t->n_core, sizeof(*t->seams));
    bool ok = flow_part_open(&t->part, win) && t->seams;
    for (int k = 0; ok && k < t->n_core; k++)
        ok = uncap_picture_alloc(&t->seams[k], win->format, 2 * FLOW_TILE_SEAM, uncap_rect_h(win->crop));
    return ok;
}

/* The columns around border x that two tiles fill, of a core frame. */
static struct uncap_picture seam_of(const struct uncap_window *win, int k, int x)
{
    const int x1 = x + FLOW_TILE_SEAM < win->filled[k].w ? x + FLOW_TILE_SEAM : win->filled[k].w;
    const struct uncap_rect r = {x - FLOW_TILE_SEAM, 0, x1, win->filled[k].h};
    return uncap_picture_crop(&win->filled[k], r);
}

static int mixed(int before, int after, int i, int n)
{
    return (before * (n - i) + after * (i + 1) + (n + 1) / 2) / (n + 1);
}

/* Fade from the tile before, whose samples are kept, to what the tile behind it has written. Samples that
 * neither filled are equal and stay so. */
static void fade(const struct uncap_picture *before, const struct uncap_picture *to)
{
    for (int plane = 0; plane < to->format.n_planes; plane++) {
        const int w = uncap_plane_w(to->format, plane, to->w);
        const int h = uncap_plane_h(to->format, plane, to->h);
        for (int y = 0; y < h; y++) {
            uint8_t *out = to->data[plane] + (ptrdiff_t)y * to->stride[plane];
            const uint8_t *old = before->data[plane] + (ptrdiff_t)y * before->stride[plane];
            for (int x = 0; x < w; x++) {
                if (to->format.depth > 8) {
                    uint16_t *o = (uint16_t *)(void *)out + x;
                    *o = (uint16_t)mixed(((const uint16_t *)(const void *)old)[x], *o, x, w);
                } else {
                    out[x] = (uint8_t)mixed(old[x], out[x], x, w);
                }
            }
        }
    }
}

int flow_tiles_fill(const struct uncap_window *win, const struct flow_room *room, flow_part_fill *fill,
                    void *opaque, struct uncap_error *err)
{
    const int w = uncap_rect_w(win->crop);
    if (room->n_tiles == 1)
        return fill(opaque, win, w, false, err);
    struct tile tile;
    int status = tile_open(&tile, win) ? UNCAP_OK : uncap_fail_nomem(err, "the tiles of a large window");
    for (int i = 0; !status && i < room->n_tiles; i++) {
        int first;
        int end;
        flow_room_columns(room, w, i, &first, &end);
        for (int k = 0; i && k < tile.n_core; k++) {
            const struct uncap_picture seam = seam_of(win, k, first);
            tile.seams[k].w = seam.w;
            uncap_picture_copy(&tile.seams[k], &seam);
        }
        const int x0 = first > FLOW_TILE_SEAM ? first - FLOW_TILE_SEAM : 0;
        const int x1 = end + FLOW_TILE_SEAM < w ? end + FLOW_TILE_SEAM : w;
        flow_part_show(&tile.part, win, w, (struct uncap_rect){x0, 0, x1, uncap_rect_h(win->crop)});
        status = fill(opaque, &tile.part.window, w, false, err);
        for (int k = 0; !status && i && k < tile.n_core; k++) {
            const struct uncap_picture seam = seam_of(win, k, first);
            fade(&tile.seams[k], &seam);
        }
    }
    tile_close(&tile);
    return status;
}
