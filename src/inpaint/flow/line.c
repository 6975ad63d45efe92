/* SPDX-License-Identifier: Apache-2.0 */
#include "inpaint/flow/line.h"

#include <math.h>

#include "inpaint/flow/motion/sample.h"

#define KNOWN_SHARE 0.25f /* of a line's samples that tell anything about it */

struct flow_line flow_line_at(struct uncap_rect r, enum flow_side side, int k)
{
    if (side < FLOW_SIDE_LEFT)
        return (struct flow_line){r.x0, side == FLOW_SIDE_BOTTOM ? r.y1 - 1 - k : r.y0 + k, 1, 0,
                                  uncap_rect_w(r)};
    return (struct flow_line){side == FLOW_SIDE_RIGHT ? r.x1 - 1 - k : r.x0 + k, r.y0, 0, 1, uncap_rect_h(r)};
}

void flow_line_range(const struct flow_line_scan *s, struct flow_line l)
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

struct flow_line_motion flow_line_motion_of(const struct flow_line_scan *s, struct flow_line l)
{
    struct flow_line_motion m = {0, 0, 0};
    int known = 0;
    flow_line_range(s, l);
    for (int i = 0; i < l.n; i++) {
        const float range = s->high[i] - s->low[i];
        if (range < 0)
            continue;
        known++;
        m.still += range <= FLOW_STILL;
        m.moving += range >= FLOW_MOVING;
        m.range += range;
    }
    if ((float)known < KNOWN_SHARE * (float)l.n)
        return (struct flow_line_motion){0, 0, 0};
    const float share = 1 / (float)known;
    return (struct flow_line_motion){share * m.still, share * m.moving, share * m.range};
}

int flow_line_standing(const struct flow_line_scan *s, struct uncap_rect r, enum flow_side side,
                       bool is_inward, int least, int room)
{
    const int at = is_inward ? 0 : -1, step = is_inward ? 1 : -1;
    int n = 0;
    while (n < room && flow_line_motion_of(s, flow_line_at(r, side, at + step * n)).still >= FLOW_STILL_SHARE)
        n++;
    if (n < least || n >= room)
        return -1;
    /* The picture: past the edge at once, or past where a bar's caption rings. */
    int beyond = n + FLOW_LINE_EDGE < room ? n + FLOW_LINE_EDGE : room;
    struct flow_line_motion picture = flow_line_motion_of(s, flow_line_at(r, side, at + step * (beyond - 1)));
    for (; is_inward && picture.moving < FLOW_MOVING_SHARE && beyond < room; beyond++)
        picture = flow_line_motion_of(s, flow_line_at(r, side, at + step * beyond));
    if (picture.moving < FLOW_MOVING_SHARE)
        return -1;
    while (n < beyond &&
           flow_line_motion_of(s, flow_line_at(r, side, at + step * n)).range < FLOW_LITTLE * picture.range)
        n++;
    return n + FLOW_LINE_EDGE < beyond ? -1 : n;
}
