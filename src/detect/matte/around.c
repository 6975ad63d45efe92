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

static bool is_seen(struct uncap_matte_side side)
{
    return side.at >= 0 && side.score >= seen;
}

static int n_straight(const struct uncap_matte_side *sides, int n, float sign)
{
    int n_sides = 0;
    for (int k = 0; k < n; k++)
        n_sides += is_straight(sides[k], sign);
    return n_sides;
}

/* One side of what spans [low, high). Of a box whose tone the scene has, too, half of the text's height
 * has to tell of it; inside the text, where the stem of a letter is an edge all along the letter, two thirds
 * of the side. */
static struct uncap_matte_side find_side(const struct uncap_matte_images *im, float text_h, const int span[2],
                                         struct uncap_matte_search s)
{
    if (!im->tone.sign)
        return uncap_matte_side_behind(im, text_h, span[0], span[1], s);
    const int rim = uncap_matte_side_inside(text_h) / 3, out = uncap_matte_side_outside(text_h);
    const int deep = (int)text_h;
    s.from = s.is_first ? span[0] - out : span[1] - rim;
    s.to = s.is_first ? span[0] + rim : span[1] + out;
    s.least = (int)(0.25F * text_h);
    const struct uncap_matte_side side = uncap_matte_side_find(im, s);
    if (is_seen(side))
        return side;
    s.from = s.is_first ? span[0] + rim : span[1] - deep;
    s.to = s.is_first ? span[0] + deep : span[1] - rim;
    s.least = (s.end - s.begin) * 2 / 3;
    return uncap_matte_side_find(im, s);
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
        both[free] = find_side(im, text_h, span, s);
        s.sign = given != 0.0F ? given : both[free].step;
        s.is_first = !s.is_first;
        both[!free] = find_side(im, text_h, span, s);
        const int n = n_straight(both, 2, s.sign);
        if (n <= most)
            continue;
        most = n;
        sign = s.sign;
        pair[0] = both[0];
        pair[1] = both[1];
    }
    return sign;
}

/* How far out of [span[0], span[1]) the farther one of the sides that are seen lies; 0: none is seen. */
static int room_of(const int span[2], const struct uncap_matte_side pair[2])
{
    const int low = is_seen(pair[0]) ? span[0] - pair[0].at : 0;
    const int high = is_seen(pair[1]) ? pair[1].at - span[1] : 0;
    return low > high ? low : high;
}

/* Sides that cannot be seen lie that far out. */
static void place_unseen(const int span[2], int out, struct uncap_matte_side pair[2])
{
    if (!is_seen(pair[0]))
        pair[0].at = span[0] - out;
    if (!is_seen(pair[1]))
        pair[1].at = span[1] + out;
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
                                                             .is_row = true,
                                                             .sign = (float)im->tone.sign},
                                 sides);
    if (!n_straight(sides, 2, sign))
        return 0;
    const int room = room_of(rows, sides);
    place_unseen(rows, im->tone.sign ? 0 : room, sides);
    find_pair(im, text_h, columns,
              (struct uncap_matte_search){.begin = sides[TOP].at + UNCAP_MATTE_SIDE_BLUR,
                                          .end = sides[FOOT].at - UNCAP_MATTE_SIDE_BLUR,
                                          .sign = sign},
              sides + LEFT);
    const int beside = room_of(columns, sides + LEFT);
    place_unseen(columns, beside > 0 ? beside : room, sides + LEFT);
    *box = uncap_rect_intersect(
        (struct uncap_rect){sides[LEFT].at, sides[TOP].at, sides[RIGHT].at, sides[FOOT].at},
        (struct uncap_rect){0, 0, im->w, im->h});
    return n_straight(sides, SIDES, sign);
}
