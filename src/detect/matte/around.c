/* SPDX-License-Identifier: Apache-2.0 */
#include "detect/matte/around.h"

#include <math.h>

/* Nine tenths of it step the same way. */
static bool is_straight(struct uncap_matte_side side, float sign)
{
    return side.at >= 0 && side.step * sign > 0.0F && side.score >= 6.0F &&
           side.score >= 0.8F * fabsf(side.step);
}

bool uncap_matte_around_find(const struct uncap_matte_images *im, const struct uncap_matte_lines *lines,
                             float text_h, struct uncap_rect *box)
{
    struct uncap_rect hull = {0, 0, 0, 0};
    for (int i = 0; i < lines->n; i++)
        hull = uncap_rect_union(hull, lines->items[i].box);
    struct uncap_matte_search s = {.begin = hull.x0 + UNCAP_MATTE_SIDE_BLUR,
                                   .end = hull.x1 - UNCAP_MATTE_SIDE_BLUR,
                                   .is_row = true,
                                   .is_first = true};
    const struct uncap_matte_side top = uncap_matte_side_behind(im, text_h, hull.y0, hull.y1, s);
    s.sign = top.step;
    s.is_first = false;
    const struct uncap_matte_side foot = uncap_matte_side_behind(im, text_h, hull.y0, hull.y1, s);
    if (!is_straight(top, top.step) || !is_straight(foot, top.step))
        return false;
    s = (struct uncap_matte_search){.begin = top.at + UNCAP_MATTE_SIDE_BLUR,
                                    .end = foot.at - UNCAP_MATTE_SIDE_BLUR,
                                    .is_first = true,
                                    .sign = top.step};
    const struct uncap_matte_side left = uncap_matte_side_behind(im, text_h, hull.x0, hull.x1, s);
    s.is_first = false;
    const struct uncap_matte_side right = uncap_matte_side_behind(im, text_h, hull.x0, hull.x1, s);
    *box = (struct uncap_rect){left.at, top.at, right.at, foot.at};
    return is_straight(left, top.step) && is_straight(right, top.step);
}
