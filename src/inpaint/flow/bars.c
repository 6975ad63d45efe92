/* SPDX-License-Identifier: Apache-2.0 */
#include "inpaint/flow/bars.h"

#include "base/memory.h"
#include "inpaint/flow/line.h"

enum {
    MIN_BAR = 8,      /* rows or columns; a thinner one is not worth a fill of its own */
    MIN_PICTURE = 16, /* rows and columns */
    MIN_FRAMES = 4,
};

/* Lines of the bar at a side of the rectangle; 0: none. */
static int bar_at(const struct flow_line_scan *s, struct uncap_rect r, enum flow_side side)
{
    const int most = (side < FLOW_SIDE_LEFT ? uncap_rect_h(r) : uncap_rect_w(r)) - MIN_PICTURE;
    const int n = flow_line_standing(s, r, side, true, MIN_BAR, most);
    return n < 0 ? 0 : n;
}

static void find_bars(const struct flow_line_scan *s, struct uncap_rect *r)
{
    r->y0 += bar_at(s, *r, FLOW_SIDE_TOP);
    r->y1 -= bar_at(s, *r, FLOW_SIDE_BOTTOM);
    r->x0 += bar_at(s, *r, FLOW_SIDE_LEFT);
    r->x1 -= bar_at(s, *r, FLOW_SIDE_RIGHT);
}

int flow_bars_find(const struct uncap_window *win, int stride, struct uncap_rect *picture,
                   struct uncap_error *err)
{
    const int w = uncap_rect_w(win->crop);
    const int h = uncap_rect_h(win->crop);
    const size_t longest = (size_t)(w > h ? w : h);
    *picture = (struct uncap_rect){0, 0, w, h};
    if (win->n < MIN_FRAMES)
        return UNCAP_OK;
    float *range = uncap_alloc(2 * longest, sizeof(*range));
    if (!range)
        return uncap_fail_nomem(err, "the bars of a window");
    find_bars(&(struct flow_line_scan){win, stride, range, range + longest}, picture);
    uncap_free(range);
    return UNCAP_OK;
}

int flow_bars_fill(const struct uncap_window *win, int stride, flow_part_fill *fill, void *opaque,
                   struct uncap_error *err)
{
    const struct uncap_rect all = {0, 0, uncap_rect_w(win->crop), uncap_rect_h(win->crop)};
    struct uncap_rect p;
    const int status = flow_bars_find(win, stride, &p, err);
    if (status)
        return status;
    if (uncap_rect_holds(p, all))
        return fill(opaque, win, stride, false, err);
    return flow_parts_fill(win, stride, flow_parts_around(win, p, true), false, fill, opaque, err);
}
