/* SPDX-License-Identifier: Apache-2.0 */
#include "detect/matte/around.h"

#include <math.h>

enum { TOP, FOOT, LEFT, RIGHT, SIDES };

static const float seen = 3.0F; /* score from which a side is one */

/* Nine tenths of it step the same way. */
static bool is_straight(struct uncap_matte_side side, float sign)
{
    return side.at >= 0 && side.step * sign > 0.0F && side.score >= 6.0F &&
           side.score >= 0.8F * fabsf(side.step);
}

static int n_straight(const struct uncap_matte_side *sides, int n, float sign)
{
    int n_sides = 0;
    for (int k = 0; k < n; k++)
        n_sides += is_straight(sides[k], sign);
    return n_sides;
}

/* Two opposite sides of what spans [low, high), along s of the other axis. Both step the same way: as s.sign
 * says, or as one of them does, whichever way more of them are straight. Returns the step of that one. */
static float find_pair(const struct uncap_matte_images *im, float text_h, const int span[2],
                       struct uncap_matte_search s, struct uncap_matte_side pair[2])
{
    const float given = s.sign;
    float sign = given;
    int most = -1;
    for (int free = 0; free < 2; free++) {
        struct uncap_matte_side both[2];
        s.sign = given;
        s.is_first = free == 0;
        both[free] = uncap_matte_side_behind(im, text_h, span[0], span[1], s);
        s.sign = both[free].step;
        s.is_first = !s.is_first;
        both[!free] = uncap_matte_side_behind(im, text_h, span[0], span[1], s);
        const int n = n_straight(both, 2, both[free].step);
        if (n <= most)
            continue;
        most = n;
        sign = both[free].step;
        pair[0] = both[0];
        pair[1] = both[1];
    }
    return sign;
}

/* The one side that cannot be seen lies as far from the text as the opposite one does. */
static void mirror(const int span[2], struct uncap_matte_side pair[2])
{
    for (int k = 0; k < 2; k++)
        if (pair[k].at < 0 || pair[k].score < seen)
            pair[k].at = span[0] + span[1] - pair[!k].at;
}

int uncap_matte_around_find(const struct uncap_matte_images *im, const struct uncap_matte_lines *lines,
                            float text_h, struct uncap_rect *box)
{
    struct uncap_rect hull = {0, 0, 0, 0};
    for (int i = 0; i < lines->n; i++)
        hull = uncap_rect_union(hull, lines->items[i].box);
    const int rows[2] = {hull.y0, hull.y1}, columns[2] = {hull.x0, hull.x1};
    struct uncap_matte_side sides[SIDES];
    const float sign = find_pair(im, text_h, rows,
                                 (struct uncap_matte_search){.begin = hull.x0 + UNCAP_MATTE_SIDE_BLUR,
                                                             .end = hull.x1 - UNCAP_MATTE_SIDE_BLUR,
                                                             .is_row = true},
                                 sides);
    if (!n_straight(sides, 2, sign))
        return 0;
    mirror(rows, sides);
    find_pair(im, text_h, columns,
              (struct uncap_matte_search){.begin = sides[TOP].at + UNCAP_MATTE_SIDE_BLUR,
                                          .end = sides[FOOT].at - UNCAP_MATTE_SIDE_BLUR,
                                          .sign = sign},
              sides + LEFT);
    mirror(columns, sides + LEFT);
    *box = uncap_rect_intersect(
        (struct uncap_rect){sides[LEFT].at, sides[TOP].at, sides[RIGHT].at, sides[FOOT].at},
        (struct uncap_rect){0, 0, im->w, im->h});
    return n_straight(sides, SIDES, sign);
}
