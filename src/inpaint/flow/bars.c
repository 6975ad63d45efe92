/* SPDX-License-Identifier: Apache-2.0 */
#include "inpaint/flow/bars.h"

#include <math.h>

#include "base/memory.h"
#include "inpaint/flow/motion/sample.h"

enum {
    MIN_BAR = 8,      /* rows or columns; a thinner one is not worth a fill of its own */
    MIN_PICTURE = 16, /* rows and columns */
    EDGE = 8,         /* rows or columns over which scaling and coding blur between bar and picture */
    MIN_FRAMES = 4,
};

#define STILL 8.0f        /* grey levels over which a sample ranges that stands: the coder's noise .. */
#define STILL_SHARE 0.9f  /* .. of so many of a bar's samples: others are what a caption leaves beside it */
#define MOVING 16.0f      /* grey levels over which a sample of the picture ranges at least .. */
#define MOVING_SHARE 0.8f /* .. of so many beside a bar: a wall beside somebody who moves is none */
#define LITTLE 0.25f      /* of what the picture ranges over: more bar than picture */
#define KNOWN_SHARE 0.25f /* of a line's samples that tell anything about it */

/* n samples of a row or column of the crop: from (x, y) on, (dx, dy) apart. */
struct line {
    int x, y, dx, dy, n;
};

/* low, high  [line] the least and greatest value of each sample that is known; high < low: none is */
struct scan {
    const struct uncap_window *win;
    int stride;
    float *low, *high;
};

static void range_over_time(const struct scan *s, struct line l)
{
    for (int i = 0; i < l.n; i++) {
        s->low[i] = INFINITY;
        s->high[i] = -INFINITY;
    }
    for (int t = 0; t < s->win->n; t++) {
        const struct flow_samples samples = flow_samples_of(&s->win->frames[t], 0);
        const uint8_t *coverage = s->win->coverage[t];
        for (int i = 0; i < l.n; i++) {
            const int x = l.x + i * l.dx;
            const int y = l.y + i * l.dy;
            if (coverage && coverage[(ptrdiff_t)y * s->stride + x])
                continue;
            const float v = flow_sample_get(samples, x, y);
            s->low[i] = fminf(s->low[i], v);
            s->high[i] = fmaxf(s->high[i], v);
        }
    }
}

/* Of a line's known samples: shares that stand and that move, and over how much they range in the mean.
 * Nothing where too few are known. */
struct motion {
    float still, moving, range;
};

static struct motion motion_of(const struct scan *s, struct line l)
{
    struct motion m = {0, 0, 0};
    int known = 0;
    range_over_time(s, l);
    for (int i = 0; i < l.n; i++) {
        const float range = s->high[i] - s->low[i];
        if (range < 0)
            continue;
        known++;
        m.still += range <= STILL;
        m.moving += range >= MOVING;
        m.range += range;
    }
    if (known < KNOWN_SHARE * (float)l.n)
        return (struct motion){0, 0, 0};
    const float share = 1 / (float)known;
    return (struct motion){share * m.still, share * m.moving, share * m.range};
}

/* Line k from a side of the rectangle inward. side: 0 top, 1 bottom, 2 left, 3 right. */
static struct line line_at(struct uncap_rect r, int side, int k)
{
    if (side < 2)
        return (struct line){r.x0, side ? r.y1 - 1 - k : r.y0 + k, 1, 0, uncap_rect_w(r)};
    return (struct line){side == 3 ? r.x1 - 1 - k : r.x0 + k, r.y0, 0, 1, uncap_rect_h(r)};
}

/* Lines of the bar at a side of the rectangle; 0: none. Those at its edge, into which coding has spread some
 * of the picture, are the bar's as long as they range over little of what the picture does. */
static int bar_at(const struct scan *s, struct uncap_rect r, int side)
{
    const int most = (side < 2 ? uncap_rect_h(r) : uncap_rect_w(r)) - MIN_PICTURE;
    int n = 0;
    while (n < most && motion_of(s, line_at(r, side, n)).still >= STILL_SHARE)
        n++;
    if (n < MIN_BAR || n >= most)
        return 0;
    const struct motion picture = motion_of(s, line_at(r, side, n + EDGE));
    if (picture.moving < MOVING_SHARE)
        return 0;
    while (motion_of(s, line_at(r, side, n)).range < LITTLE * picture.range)
        n++;
    return n;
}

static void find_bars(const struct scan *s, struct uncap_rect *r)
{
    r->y0 += bar_at(s, *r, 0);
    r->y1 -= bar_at(s, *r, 1);
    r->x0 += bar_at(s, *r, 2);
    r->x1 -= bar_at(s, *r, 3);
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
    find_bars(&(struct scan){win, stride, range, range + longest}, picture);
    uncap_free(range);
    return UNCAP_OK;
}

/* Whether any of the window's core is covered. */
static bool is_covered(const struct uncap_window *win, int stride)
{
    for (int t = win->core_first; t < win->core_end; t++)
        for (int y = 0; win->coverage[t] && y < uncap_rect_h(win->crop); y++)
            for (int x = 0; x < uncap_rect_w(win->crop); x++)
                if (win->coverage[t][(ptrdiff_t)y * stride + x])
                    return true;
    return false;
}

enum { MAX_PARTS = 5 };

/* Bars and picture in the order in which they are filled. A part begins on a chroma sample, so that it may
 * share a row or column of luma with another: the one to whom it belongs comes last. */
static void list_parts(const struct uncap_window *win, struct uncap_rect p,
                       struct uncap_rect parts[MAX_PARTS])
{
    const int w = uncap_rect_w(win->crop);
    const int h = uncap_rect_h(win->crop);
    const int x_mask = ~((1 << win->format.shift_x) - 1);
    const int y_mask = ~((1 << win->format.shift_y) - 1);
    const int top = p.y0 & y_mask;
    parts[0] = (struct uncap_rect){0, p.y1 & y_mask, p.y1 < h ? w : 0, h};
    parts[1] = (struct uncap_rect){p.x1 & x_mask, top, p.x1 < w ? w : 0, p.y1};
    parts[2] = (struct uncap_rect){p.x0 & x_mask, top, p.x1, p.y1};
    parts[3] = (struct uncap_rect){0, top, p.x0, p.y1};
    parts[4] = (struct uncap_rect){0, 0, w, p.y0};
}

int flow_bars_fill(const struct uncap_window *win, int stride, flow_part_fill *fill, void *opaque,
                   struct uncap_error *err)
{
    const struct uncap_rect all = {0, 0, uncap_rect_w(win->crop), uncap_rect_h(win->crop)};
    struct uncap_rect p;
    int status = flow_bars_find(win, stride, &p, err);
    if (status || uncap_rect_holds(p, all))
        return status ? status : fill(opaque, win, stride, err);
    struct uncap_rect parts[MAX_PARTS];
    list_parts(win, p, parts);
    struct flow_part part;
    if (!flow_part_open(&part, win))
        status = uncap_fail_nomem(err, "the bars of a window");
    for (int i = 0; !status && i < MAX_PARTS; i++) {
        if (uncap_rect_empty(parts[i]))
            continue;
        flow_part_show(&part, win, stride, parts[i]);
        if (is_covered(&part.window, stride))
            status = fill(opaque, &part.window, stride, err);
    }
    flow_part_close(&part);
    return status;
}
