/* SPDX-License-Identifier: Apache-2.0 */
#include "inpaint/flow/inset.h"

#include "base/memory.h"
#include "inpaint/flow/line.h"
#include "kernels/components.h"

enum {
    STEP = 4,      /* samples between those that are looked at first */
    MIN_SIZE = 16, /* rows and columns of an inset, and of what is filled beside it */
    MIN_FRAMES = 4,
    MIN_SIDES = 2, /* beside which the picture moves: with one it is a bar */
};

/* Every STEP-th sample of every STEP-th row, [h][w] each: known in some frame, standing in all of them, or it
 * may be. */
struct grid {
    int w, h;
    uint8_t *known, *stands, *may;
};

static void look(const struct flow_line_scan *s, const struct grid *g)
{
    for (int y = 0; y < g->h; y++) {
        flow_line_range(s, (struct flow_line){0, y * STEP, STEP, 0, g->w});
        for (int x = 0; x < g->w; x++) {
            const float range = s->high[x] - s->low[x];
            const ptrdiff_t at = (ptrdiff_t)y * g->w + x;
            g->known[at] = range >= 0;
            g->may[at] = range <= FLOW_STILL;
            g->stands[at] = g->known[at] && g->may[at];
        }
    }
}

/* Share of what is known in a part of the grid that stands; 0 where nothing is. */
static float standing_share(const struct grid *g, struct uncap_rect r)
{
    int known = 0;
    int stands = 0;
    for (int y = r.y0; y < r.y1; y++)
        for (int x = r.x0; x < r.x1; x++) {
            known += g->known[(ptrdiff_t)y * g->w + x];
            stands += g->stands[(ptrdiff_t)y * g->w + x];
        }
    return known ? (float)stands / (float)known : 0;
}

/* A rectangle without its outermost line at a side, and that line. */
static struct uncap_rect without(struct uncap_rect r, enum flow_side side, struct uncap_rect *line)
{
    *line = r;
    if (side == FLOW_SIDE_TOP)
        line->y1 = ++r.y0;
    else if (side == FLOW_SIDE_BOTTOM)
        line->y0 = --r.y1;
    else if (side == FLOW_SIDE_LEFT)
        line->x1 = ++r.x0;
    else
        line->x0 = --r.x1;
    return r;
}

/* Take off the side that stands least until all of them stand. */
static struct uncap_rect trim(const struct grid *g, struct uncap_rect r)
{
    while (!uncap_rect_empty(r)) {
        struct uncap_rect best = r;
        float least = FLOW_STILL_SHARE;
        for (int side = 0; side < FLOW_SIDES; side++) {
            struct uncap_rect line;
            const struct uncap_rect rest = without(r, (enum flow_side)side, &line);
            const float share = standing_share(g, line);
            if (share < least) {
                least = share;
                best = rest;
            }
        }
        if (least >= FLOW_STILL_SHARE)
            return r;
        r = best;
    }
    return r;
}

/* What stands of the largest part of the grid that may, in samples; empty if it is no rectangle. */
static struct uncap_rect largest(const struct grid *g, const struct uncap_component *parts, int n, int w,
                                 int h)
{
    int best = 0;
    for (int i = 1; i <= n; i++)
        if (!best || parts[i].n_pixels > parts[best].n_pixels)
            best = i;
    if (!best)
        return (struct uncap_rect){0, 0, 0, 0};
    const struct uncap_rect r = trim(g, parts[best].box);
    if (uncap_rect_empty(r) || standing_share(g, r) < FLOW_STILL_SHARE)
        return (struct uncap_rect){0, 0, 0, 0};
    return (struct uncap_rect){r.x0 * STEP, r.y0 * STEP, r.x1 == g->w ? w : (r.x1 - 1) * STEP + 1,
                               r.y1 == g->h ? h : (r.y1 - 1) * STEP + 1};
}

static int find_candidate(const struct flow_line_scan *s, int w, int h, struct uncap_rect *r)
{
    struct grid g = {.w = (w + STEP - 1) / STEP, .h = (h + STEP - 1) / STEP};
    const size_t n = (size_t)g.w * (size_t)g.h;
    struct uncap_component *parts = NULL;
    int n_parts;
    g.known = uncap_alloc(3, n);
    bool ok = g.known != NULL;
    if (ok) {
        g.stands = g.known + n;
        g.may = g.stands + n;
        look(s, &g);
        ok = uncap_components_label(g.may, NULL, g.w, g.h, &parts, &n_parts);
    }
    if (ok)
        *r = largest(&g, parts, n_parts, w, h);
    uncap_free(parts);
    uncap_free(g.known);
    return ok;
}

/* Lines from a side of the rectangle to the crop's edge. */
static int room_at(struct uncap_rect r, int w, int h, enum flow_side side)
{
    const int room[FLOW_SIDES] = {r.y0, h - r.y1, r.x0, w - r.x1};
    return room[side];
}

static struct uncap_rect grown(struct uncap_rect r, enum flow_side side, int n)
{
    r.y0 -= side == FLOW_SIDE_TOP ? n : 0;
    r.y1 += side == FLOW_SIDE_BOTTOM ? n : 0;
    r.x0 -= side == FLOW_SIDE_LEFT ? n : 0;
    r.x1 += side == FLOW_SIDE_RIGHT ? n : 0;
    return r;
}

/* Move the sides out to where the inset ends. False if the picture does not move beside one. */
static bool settle(const struct flow_line_scan *s, int w, int h, struct uncap_rect *r)
{
    int n = 0;
    if (uncap_rect_empty(*r))
        return false;
    for (int side = 0; side < FLOW_SIDES; side++) {
        const int room = room_at(*r, w, h, (enum flow_side)side);
        if (!room)
            continue;
        const int lines = flow_line_standing(s, *r, (enum flow_side)side, false, 0, room);
        if (lines < 0)
            return false;
        *r = grown(*r, (enum flow_side)side, lines);
        n++;
    }
    return n >= MIN_SIDES && uncap_rect_w(*r) >= MIN_SIZE && uncap_rect_h(*r) >= MIN_SIZE;
}

/* Is one of the lines at which the window would be cut beside the inset covered? */
static bool cuts_letters(const struct uncap_window *win, int stride, struct uncap_rect r, bool by_rows)
{
    const int w = uncap_rect_w(win->crop);
    const int h = uncap_rect_h(win->crop);
    const struct uncap_rect all = {0, 0, w, h};
    const int ends[2] = {by_rows ? r.y0 : r.x0, by_rows ? r.y1 : r.x1};
    for (int i = 0; i < 2; i++) {
        const int at = ends[i];
        if (at == 0 || at == (by_rows ? h : w))
            continue;
        const struct uncap_rect before = by_rows ? (struct uncap_rect){0, at - 1, r.x0, at + 1}
                                                 : (struct uncap_rect){at - 1, 0, at + 1, r.y0};
        const struct uncap_rect after = by_rows ? (struct uncap_rect){r.x1, at - 1, w, at + 1}
                                                : (struct uncap_rect){at - 1, r.y1, at + 1, h};
        if (flow_part_is_covered(win, stride, uncap_rect_intersect(before, all)) ||
            flow_part_is_covered(win, stride, uncap_rect_intersect(after, all)))
            return true;
    }
    return false;
}

/* Samples of the parts beside the inset in which something is to be filled: what they can be filled from. 0:
 * the window cannot be cut in this way. */
static int64_t worth_of_cut(const struct uncap_window *win, int stride, struct uncap_rect r, bool by_rows)
{
    const struct flow_parts parts = flow_parts_around(win, r, by_rows);
    int64_t worth = 1;
    if (cuts_letters(win, stride, r, by_rows))
        return 0;
    for (int i = 0; i < FLOW_PARTS; i++) {
        const struct uncap_rect p = parts.part[i];
        if (uncap_rect_empty(p) || !flow_part_is_covered(win, stride, p))
            continue;
        if (uncap_rect_w(p) < MIN_SIZE || uncap_rect_h(p) < MIN_SIZE)
            return 0;
        worth += i == FLOW_INNER_PART ? 0 : (int64_t)uncap_rect_w(p) * uncap_rect_h(p);
    }
    return worth;
}

int flow_inset_find(const struct uncap_window *win, int stride, struct flow_inset *inset,
                    struct uncap_error *err)
{
    const int w = uncap_rect_w(win->crop);
    const int h = uncap_rect_h(win->crop);
    const struct uncap_rect all = {0, 0, w, h};
    const size_t longest = (size_t)(w > h ? w : h);
    *inset = (struct flow_inset){.by_rows = true};
    if (win->n < MIN_FRAMES)
        return UNCAP_OK;
    float *range = uncap_alloc(2 * longest, sizeof(*range));
    const struct flow_line_scan s = {win, stride, range, range ? range + longest : NULL};
    struct uncap_rect r;
    const bool ok = range && find_candidate(&s, w, h, &r);
    const bool is_found = ok && settle(&s, w, h, &r);
    uncap_free(range);
    if (!ok)
        return uncap_fail_nomem(err, "what stands in a window");
    const struct uncap_rect around =
        uncap_rect_intersect(uncap_rect_grow(r, FLOW_LINE_EDGE, FLOW_LINE_EDGE), all);
    if (!is_found || !flow_part_is_covered(win, stride, around))
        return UNCAP_OK;
    const int64_t by_rows = worth_of_cut(win, stride, r, true);
    const int64_t by_columns = worth_of_cut(win, stride, r, false);
    inset->by_rows = by_rows >= by_columns;
    if (by_rows || by_columns)
        inset->rect = r;
    return UNCAP_OK;
}

int flow_inset_fill(const struct uncap_window *win, int stride, flow_part_fill *fill, void *opaque,
                    struct uncap_error *err)
{
    struct flow_inset inset;
    const int status = flow_inset_find(win, stride, &inset, err);
    if (status)
        return status;
    if (uncap_rect_empty(inset.rect))
        return fill(opaque, win, stride, false, err);
    return flow_parts_fill(win, stride, flow_parts_around(win, inset.rect, inset.by_rows), true, fill, opaque,
                           err);
}
