/* SPDX-License-Identifier: Apache-2.0 */
#include "detect/bar.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

enum {
    BINS = 4096,    /* 16 levels a channel */
    TOLERANCE = 14, /* of one colour in coded pictures, in any channel */
    NOISE = 2,      /* of coding, in any channel */
    SEEN = 4,       /* a quarter of what is behind may be seen through it */
    BLUR = 2,       /* pixels that a codec spreads an edge over */
};

/* Shares. */
#define LEAST_OF_LINE 0.3F /* of the line's box that has the colour: letters cover the rest */
#define LEAST_TO_GROW 0.4F /* of a row or column inside it that has the colour, other lines' letters or not */
#define LEAST_OF_SIDE 0.8F /* of the middle half of a side; corners may be round */
#define MOST_BESIDE 0.25F  /* of what lies right beside the sides; ... */
#define MOST_BESIDE_ONE 0.6F /* ... beside one of them, where the scene has the colour by chance */
#define MOST_OF_PICTURE 0.5F /* that a caption takes */

struct search {
    const struct uncap_picture *with, *without;
    int colour[UNCAP_MAX_PLANES];
};

/* A sample of 8 bits at a pixel. */
static int at(const struct uncap_picture *p, int plane, int x, int y)
{
    const int sx = plane ? x >> p->format.shift_x : x;
    const int sy = plane ? y >> p->format.shift_y : y;
    const uint8_t *row = p->data[plane] + (ptrdiff_t)sy * p->stride[plane];
    return p->format.depth > 8 ? ((const uint16_t *)(const void *)row)[sx] >> (p->format.depth - 8) : row[sx];
}

static int bin_of(const struct uncap_picture *p, int x, int y)
{
    int bin = 0;
    for (int c = 0; c < p->format.n_planes; c++)
        bin = bin * 16 + (at(p, c, x, y) >> 4);
    return bin;
}

/* The most frequent colour of the line's box: the mean of its bin. */
static void find_colour(struct search *s, struct uncap_rect line)
{
    int counts[BINS] = {0};
    int best = 0;
    for (int y = line.y0; y < line.y1; y++)
        for (int x = line.x0; x < line.x1; x++) {
            const int bin = bin_of(s->with, x, y);
            best = ++counts[bin] > counts[best] ? bin : best;
        }
    int64_t sums[UNCAP_MAX_PLANES] = {0};
    for (int y = line.y0; y < line.y1; y++)
        for (int x = line.x0; x < line.x1; x++)
            for (int c = 0; c < s->with->format.n_planes && bin_of(s->with, x, y) == best; c++)
                sums[c] += at(s->with, c, x, y);
    for (int c = 0; c < s->with->format.n_planes; c++)
        s->colour[c] = (int)((sums[c] + counts[best] / 2) / counts[best]);
}

/* Has the pixel the colour, but for what is seen through it, and rather than that of the other picture? */
static bool has_colour(const struct search *s, int x, int y)
{
    int off = 0;
    int changed = 0;
    for (int c = 0; c < s->with->format.n_planes; c++) {
        const int with = at(s->with, c, x, y);
        const int without = at(s->without, c, x, y);
        if (abs(with - s->colour[c]) > TOLERANCE + abs(without - s->colour[c]) / SEEN)
            return false;
        off += abs(with - s->colour[c]);
        changed += abs(with - without) + NOISE;
    }
    return off <= changed;
}

static float share(const struct search *s, struct uncap_rect r)
{
    int n = 0;
    for (int y = r.y0; y < r.y1; y++)
        for (int x = r.x0; x < r.x1; x++)
            n += has_colour(s, x, y);
    return (float)n / (float)(uncap_rect_w(r) * uncap_rect_h(r));
}

/* Half of the line's box and more lost the colour with the line, or never had it. */
static bool is_new(const struct search *s, struct uncap_rect line)
{
    const struct search other = {s->without, s->without, {s->colour[0], s->colour[1], s->colour[2]}};
    const float now = share(s, line);
    return now >= LEAST_OF_LINE && 2.0F * share(&other, line) < now;
}

static struct uncap_rect picture_of(const struct search *s)
{
    return (struct uncap_rect){0, 0, s->with->w, s->with->h};
}

/* Row or column `out` pixels outside of a rectangle's side (top, bottom, left, right), or inside if negative;
 * of its middle half alone if is_middle. Empty beyond the picture. */
static struct uncap_rect beside(const struct search *s, struct uncap_rect r, int side, int out,
                                bool is_middle)
{
    const struct uncap_rect q = {(3 * r.x0 + r.x1) / 4, (3 * r.y0 + r.y1) / 4, (r.x0 + 3 * r.x1) / 4,
                                 (r.y0 + 3 * r.y1) / 4};
    const struct uncap_rect along = is_middle ? q : r;
    const int rows[4] = {r.y0 - out, r.y1 + out - 1, r.x0 - out, r.x1 + out - 1};
    const int k = rows[side];
    const struct uncap_rect strip = side < 2 ? (struct uncap_rect){along.x0, k, along.x1, k + 1}
                                             : (struct uncap_rect){k, along.y0, k + 1, along.y1};
    return uncap_rect_intersect(strip, picture_of(s));
}

/* The line's box without rows and columns at its sides that lie outside of the bar: detectors' boxes are
 * wide. */
static struct uncap_rect trim(const struct search *s, struct uncap_rect r)
{
    for (int side = 0; side < 4; side++)
        while (!uncap_rect_empty(r) && share(s, beside(s, r, side, 0, false)) < MOST_BESIDE) {
            r.y0 += side == 0;
            r.y1 -= side == 1;
            r.x0 += side == 2;
            r.x1 -= side == 3;
        }
    return r;
}

/* From the line's box outwards as far as rows and columns go on in its colour. */
static struct uncap_rect grow(const struct search *s, struct uncap_rect r)
{
    for (bool has_grown = true; has_grown;) {
        has_grown = false;
        for (int side = 0; side < 4; side++) {
            const struct uncap_rect next = beside(s, r, side, 1, false);
            if (uncap_rect_empty(next) || share(s, next) < LEAST_TO_GROW)
                continue;
            r = uncap_rect_union(r, next);
            has_grown = true;
        }
    }
    return r;
}

/* Has the rectangle its colour along all sides, and has little the colour right beside them? */
static bool is_bar(const struct search *s, struct uncap_rect r)
{
    float beside_all = 0.0F;
    for (int side = 0; side < 4; side++) {
        const struct uncap_rect out = beside(s, r, side, BLUR + 1, true);
        float most = 0.0F;
        for (int in = 0; in <= BLUR; in++) {
            const struct uncap_rect row = beside(s, r, side, -in, true);
            const float here = uncap_rect_empty(row) ? 0.0F : share(s, row);
            most = here > most ? here : most;
        }
        const float beside_one = uncap_rect_empty(out) ? 0.0F : share(s, out);
        if (most < LEAST_OF_SIDE || beside_one > MOST_BESIDE_ONE)
            return false;
        beside_all += beside_one;
    }
    return beside_all <= 4.0F * MOST_BESIDE && (float)uncap_rect_w(r) * (float)uncap_rect_h(r) <
                                                   MOST_OF_PICTURE * (float)s->with->w * (float)s->with->h;
}

bool uncap_bar_find(const struct uncap_picture *with, const struct uncap_picture *without,
                    struct uncap_rect line, struct uncap_bar *bar)
{
    struct search s = {.with = with, .without = without};
    const struct uncap_rect box = uncap_rect_intersect(line, picture_of(&s));
    if (uncap_rect_empty(box))
        return false;
    find_colour(&s, box);
    if (!is_new(&s, box))
        return false;
    const struct uncap_rect r = grow(&s, trim(&s, box));
    if (uncap_rect_empty(r) || !is_bar(&s, r))
        return false;
    *bar = (struct uncap_bar){.rect = uncap_rect_intersect(uncap_rect_grow(r, BLUR, BLUR), picture_of(&s))};
    memcpy(bar->colour, s.colour, sizeof(bar->colour));
    return true;
}

/* Has pixel (x, y) the bar's colour, but for what is seen through it of the scene at (bx, by)? */
static bool has_bar_colour(const struct uncap_bar *bar, const struct uncap_picture *p, int x, int y, int bx,
                           int by)
{
    for (int c = 0; c < p->format.n_planes; c++)
        if (abs(at(p, c, x, y) - bar->colour[c]) > TOLERANCE + abs(at(p, c, bx, by) - bar->colour[c]) / SEEN)
            return false;
    return true;
}

static int clamp(int v, int end)
{
    return v < 0 ? 0 : v < end ? v : end - 1;
}

/* Share of the middle half of a side that has the colour `out` pixels outside of it, or inside if negative.
 */
static float share_of_side(const struct uncap_bar *bar, const struct uncap_picture *p, int side, int out)
{
    const struct uncap_rect r = bar->rect;
    const int rows[4] = {r.y0, r.y1 - 1, r.x0, r.x1 - 1}, away = side % 2 ? 1 : -1;
    const int row = rows[side] + away * out, beyond = rows[side] + away;
    const int from = side < 2 ? (3 * r.x0 + r.x1) / 4 : (3 * r.y0 + r.y1) / 4;
    const int to = side < 2 ? (r.x0 + 3 * r.x1) / 4 : (r.y0 + 3 * r.y1) / 4;
    int n = 0;
    for (int k = from; k < to; k++)
        n += side < 2 ? has_bar_colour(bar, p, k, clamp(row, p->h), k, clamp(beyond, p->h))
                      : has_bar_colour(bar, p, clamp(row, p->w), k, clamp(beyond, p->w), k);
    return to > from ? (float)n / (float)(to - from) : 0.0F;
}

bool uncap_bar_stands(const struct uncap_bar *bar, const struct uncap_picture *picture)
{
    bool has_end = false;
    for (int side = 0; side < 4; side++) {
        float most = 0.0F;
        for (int in = BLUR; in <= 2 * BLUR; in++) {
            const float here = share_of_side(bar, picture, side, -in);
            most = here > most ? here : most;
        }
        if (most < LEAST_OF_SIDE)
            return false;
        has_end = has_end || share_of_side(bar, picture, side, 1) <= MOST_BESIDE;
    }
    return has_end;
}

float uncap_bar_share(const struct uncap_bar *bar, const struct uncap_picture *picture)
{
    const struct uncap_rect r = bar->rect;
    int n = 0;
    for (int y = r.y0; y < r.y1; y++)
        for (int x = r.x0; x < r.x1; x++)
            n += has_bar_colour(bar, picture, x, y, x, y);
    return (float)n / (float)(uncap_rect_w(r) * uncap_rect_h(r));
}
