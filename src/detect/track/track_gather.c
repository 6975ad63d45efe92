/* SPDX-License-Identifier: Apache-2.0 */
#include "detect/track/track.h"
#include "detect/track/track_pieces.h"

/* Crops of a moving line, as if it stood where it does in the anchor frame. Its way must be known well, and
 * whole chroma samples long. */
static int gather_moving(struct uncap_track *t, const struct uncap_ring *ring, int64_t frame,
                         const struct uncap_picture *p, struct uncap_error *err)
{
    enum { SURE_REACH = 16 };
    const struct uncap_rect all = {0, 0, p->w, p->h};
    const struct uncap_quad quad = uncap_track_quad_at(t, ring, frame);
    const struct uncap_rect line = uncap_quad_bounds(&quad);
    const int room = uncap_rect_h(line) / 2 + 4, mask_x = (1 << p->format.shift_x) - 1,
              mask_y = (1 << p->format.shift_y) - 1;
    if (!t->motion.is_free && t->motion.reach < SURE_REACH)
        return UNCAP_OK;
    if (t->anchor < 0) {
        /* Across its way the picture's edge may be near; along it, all must be there at some time. */
        struct uncap_rect grown = uncap_rect_grow(line, room, room);
        if (t->motion.is_free) {
            /* All around it, there must be room at some time. */
        } else if (t->motion.vy >= 0 && t->motion.vy <= 0) {
            grown.y0 = grown.y0 > 0 ? grown.y0 : 0;
            grown.y1 = grown.y1 < p->h ? grown.y1 : p->h;
        } else {
            grown.x0 = grown.x0 > 0 ? grown.x0 : 0;
            grown.x1 = grown.x1 < p->w ? grown.x1 : p->w;
        }
        if (!uncap_rect_holds(all, grown))
            return UNCAP_OK;
        const struct uncap_rect r = uncap_rect_align(grown, mask_x + 1, mask_y + 1);
        if (!uncap_rect_holds(all, r))
            return UNCAP_OK;
        t->anchor = frame;
        t->anchor_line = line;
        uncap_evidence_start(&t->evidence, r);
    }
    const int dx = line.x0 - t->anchor_line.x0, dy = line.y0 - t->anchor_line.y0;
    const struct uncap_rect e = t->evidence.rect, at = {e.x0 + dx, e.y0 + dy, e.x1 + dx, e.y1 + dy};
    if ((dx & mask_x) || (dy & mask_y) || !uncap_rect_holds(all, at))
        return UNCAP_OK;
    return uncap_evidence_add_moved(&t->evidence, frame, p, at, err);
}

int uncap_track_gather(struct uncap_track *t, const struct uncap_ring *ring, int64_t from, int64_t to,
                       struct uncap_error *err)
{
    for (int64_t frame = from; frame < to; frame++) {
        const struct uncap_picture *p = uncap_ring_picture(ring, frame);
        if (!p || !uncap_track_stands(t, frame))
            continue;
        int status = t->motion.is_moving ? gather_moving(t, ring, frame, p, err)
                                         : uncap_evidence_add_life(&t->evidence, frame, p, err);
        if (!status && t->motion.is_moving)
            status = uncap_pieces_gather(t, ring, frame, p, err);
        if (status)
            return status;
    }
    return UNCAP_OK;
}
