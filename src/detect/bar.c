/* SPDX-License-Identifier: Apache-2.0 */
#include "detect/bar.h"

#include <math.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "detect/bar_veil.h"

enum {
    BINS = 4096,    /* 16 levels a channel */
    TOLERANCE = 14, /* of one colour in coded pictures, in any channel */
    NOISE = 2,      /* of coding, in any channel */
    SEEN = 4,       /* a quarter of what is behind may be seen through an opaque one: as if it were none */
    LEVELS = 256,
    NEAR = 4,    /* levels around the mixture that most pixels have */
    CHANGE = 6,  /* levels that tell a mixture from what has not changed */
    SHARES = 16, /* what is seen through is told in such parts, ... */
    LEAST_SEEN = 4,
    TOO_MUCH_SEEN = 12,
    ACROSS = 256, /* columns and rows that are asked */
    DOWN = 16,
};

/* Shares. */
#define LEAST_OF_LINE 0.3F /* of the line's box that has the colour: letters cover the rest */
#define LEAST_TO_GROW 0.4F /* of a row or column inside it that has the colour, other lines' letters or not */
#define LEAST_OF_SIDE 0.8F /* of the middle half of a side; corners may be round */
#define LEAST_OF_VEIL 0.7F /* the same of a see-through one, behind which the scene has moved */
#define MOST_BESIDE 0.25F  /* of what lies right beside the sides; ... */
#define MOST_BESIDE_ONE 0.6F /* ... beside one of them, where the scene has the colour by chance */
#define MOST_OF_PICTURE 0.5F /* that a caption takes */

/* What stands is colour + through (scene - colour). */
struct search {
    const struct uncap_picture *with, *without;
    int colour[UNCAP_MAX_PLANES];
    float through;
};

static int bin_of(const struct uncap_picture *p, int x, int y)
{
    int bin = 0;
    for (int c = 0; c < p->format.n_planes; c++)
        bin = bin * 16 + (uncap_bar_sample(p, c, x, y) >> 4);
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
                sums[c] += uncap_bar_sample(s->with, c, x, y);
    for (int c = 0; c < s->with->format.n_planes; c++)
        s->colour[c] = (int)((sums[c] + counts[best] / 2) / counts[best]);
}

/* How many pixels of the line's rows, all over the picture, have become `value` plus so many parts of what they
 * were, for each value from -LEVELS on; of some thousand that lie evenly in them. */
static void count_mixtures(const struct search *s, struct uncap_rect line, int parts, int counts[2 * LEVELS])
{
    const int step_x = s->with->w / ACROSS + 1, step_y = uncap_rect_h(line) / DOWN + 1;
    memset(counts, 0, 2 * LEVELS * sizeof(*counts));
    for (int y = line.y0; y < line.y1; y += step_y)
        for (int x = 0; x < s->with->w; x += step_x) {
            const int with = uncap_bar_sample(s->with, 0, x, y),
                      without = uncap_bar_sample(s->without, 0, x, y);
            if (abs(with - without) > CHANGE)
                counts[LEVELS + with - parts * without / SHARES]++;
        }
}

/* The mixture that most of these pixels have: through is its share of the scene. *value: the rest, luma. False
 * if they would not be enough of the line's box. */
static bool find_mixture(struct search *s, struct uncap_rect line, int *value)
{
    int most = 0;
    for (int parts = 0; parts <= TOO_MUCH_SEEN; parts++) {
        int counts[2 * LEVELS], n = 0;
        count_mixtures(s, line, parts, counts);
        for (int i = 0; i < 2 * LEVELS; i++) {
            n += counts[i] - (i > 2 * NEAR ? counts[i - 2 * NEAR - 1] : 0);
            if (n <= most)
                continue;
            most = n;
            *value = i - NEAR - LEVELS;
            s->through = (float)parts / SHARES;
        }
    }
    const int asked = uncap_rect_w(line) / (s->with->w / ACROSS + 1) *
                      (uncap_rect_h(line) / (uncap_rect_h(line) / DOWN + 1));
    return (float)most >= LEAST_OF_LINE * (float)asked;
}

/* The colour of a see-through bar: the mean of what is left of the pixels that have its mixture. False if
 * there is none that can be, or the line is a letter. */
static bool find_veil(struct search *s, struct uncap_rect line)
{
    int value = 0, n = 0;
    double sums[UNCAP_MAX_PLANES] = {0};
    if (uncap_rect_h(line) > uncap_rect_w(line) || !find_mixture(s, line, &value))
        return false;
    for (int y = line.y0; y < line.y1; y++)
        for (int x = line.x0; x < line.x1; x++) {
            const float luma = (float)uncap_bar_sample(s->with, 0, x, y) -
                               s->through * (float)uncap_bar_sample(s->without, 0, x, y);
            if (fabsf(luma - (float)value) > NEAR)
                continue;
            n++;
            for (int c = 0; c < s->with->format.n_planes; c++)
                sums[c] += (double)((float)uncap_bar_sample(s->with, c, x, y) -
                                    s->through * (float)uncap_bar_sample(s->without, c, x, y));
        }
    for (int c = 0; c < s->with->format.n_planes && n; c++) {
        const double colour = sums[c] / n / (double)(1 - s->through);
        if (colour < -TOLERANCE || colour >= LEVELS + TOLERANCE)
            return false;
        s->colour[c] = (int)lround(colour);
    }
    return n && s->through >= (float)LEAST_SEEN / SHARES && s->through < (float)TOO_MUCH_SEEN / SHARES;
}

/* Has a place the colour, but for what is seen through it, and rather than that of the other picture? with,
 * without: a sample a plane. */
static bool is_mixture(const struct search *s, const float with[], const float without[])
{
    float off = 0.0F;
    float changed = 0.0F;
    for (int c = 0; c < s->with->format.n_planes; c++) {
        const float away = without[c] - (float)s->colour[c];
        const float one = fabsf(with[c] - (float)s->colour[c] - s->through * away);
        if (one > TOLERANCE + fabsf(away) / (s->through > 0 ? SHARES : SEEN))
            return false;
        off += one;
        changed += fabsf(with[c] - without[c]) + NOISE;
    }
    return off <= changed;
}

static bool has_colour(const struct search *s, int x, int y)
{
    float with[UNCAP_MAX_PLANES], without[UNCAP_MAX_PLANES];
    for (int c = 0; c < s->with->format.n_planes; c++) {
        with[c] = (float)uncap_bar_sample(s->with, c, x, y);
        without[c] = (float)uncap_bar_sample(s->without, c, x, y);
    }
    return is_mixture(s, with, without);
}

static float share(const struct search *s, struct uncap_rect r)
{
    int n = 0;
    for (int y = r.y0; y < r.y1; y++)
        for (int x = r.x0; x < r.x1; x++)
            n += has_colour(s, x, y);
    return (float)n / (float)(uncap_rect_w(r) * uncap_rect_h(r));
}

/* Share of a row or column without letters. What is seen through moves from one picture to the other: of a
 * see-through bar runs are asked, not pixels. */
static float share_of_strip(const struct search *s, struct uncap_rect strip)
{
    const bool is_row = uncap_rect_h(strip) == 1;
    const int length = is_row ? uncap_rect_w(strip) : uncap_rect_h(strip);
    int n = 0;
    if (s->through <= 0)
        return share(s, strip);
    for (int k = 0; k < length; k += UNCAP_BAR_RUN) {
        const int end = k + UNCAP_BAR_RUN < length ? k + UNCAP_BAR_RUN : length;
        struct uncap_rect run = strip;
        if (is_row)
            run.x0 = strip.x0 + k, run.x1 = strip.x0 + end;
        else
            run.y0 = strip.y0 + k, run.y1 = strip.y0 + end;
        float with[UNCAP_MAX_PLANES], without[UNCAP_MAX_PLANES];
        uncap_bar_mean(s->with, run, with);
        uncap_bar_mean(s->without, run, without);
        n += is_mixture(s, with, without) ? end - k : 0;
    }
    return (float)n / (float)length;
}

/* Half of the line's box and more lost the colour with the line, or never had it. */
static bool is_new(const struct search *s, struct uncap_rect line)
{
    struct search other = *s;
    other.with = s->without;
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
            if (uncap_rect_empty(next) || share_of_strip(s, next) < LEAST_TO_GROW)
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
    const float least = s->through > 0 ? LEAST_OF_VEIL : LEAST_OF_SIDE;
    float beside_all = 0.0F;
    for (int side = 0; side < 4; side++) {
        const struct uncap_rect out = beside(s, r, side, UNCAP_BAR_BLUR + 1, true);
        float most = 0.0F;
        for (int in = 0; in <= UNCAP_BAR_BLUR; in++) {
            const struct uncap_rect row = beside(s, r, side, -in, true);
            const float here = uncap_rect_empty(row) ? 0.0F : share_of_strip(s, row);
            most = here > most ? here : most;
        }
        if (s->through > 0 && uncap_rect_empty(out))
            continue; /* the picture's edge is no side */
        const float beside_one = uncap_rect_empty(out) ? 0.0F : share_of_strip(s, out);
        if (most < least || beside_one > MOST_BESIDE_ONE)
            return false;
        beside_all += beside_one;
    }
    return beside_all <= 4.0F * MOST_BESIDE && (float)uncap_rect_w(r) * (float)uncap_rect_h(r) <
                                                   MOST_OF_PICTURE * (float)s->with->w * (float)s->with->h;
}

/* Does the bar hold the line's box, but for what detectors' boxes are too wide? */
static bool holds_line(struct uncap_rect bar, struct uncap_rect line)
{
    const int room = uncap_rect_h(line) / 8;
    return uncap_rect_holds(uncap_rect_grow(bar, room, room), line);
}

/* The rectangle of the search's mixture around the line. False if there is none. */
static bool find_around(const struct search *s, struct uncap_rect line, struct uncap_bar *bar)
{
    if (!is_new(s, line))
        return false;
    const struct uncap_rect r = grow(s, trim(s, line));
    if (uncap_rect_empty(r))
        return false;
    struct uncap_bar found = {
        .rect = uncap_rect_intersect(uncap_rect_grow(r, UNCAP_BAR_BLUR, UNCAP_BAR_BLUR), picture_of(s)),
        .through = s->through};
    memcpy(found.colour, s->colour, sizeof(found.colour));
    if (found.through > 0)
        uncap_bar_veil_widen(&found, s->with);
    const struct uncap_rect wide = {found.rect.x0 ? r.x0 : 0, r.y0,
                                    found.rect.x1 < s->with->w ? r.x1 : found.rect.x1, r.y1};
    if (!is_bar(s, wide) || (found.through > 0 && !holds_line(found.rect, line)))
        return false;
    *bar = found;
    return true;
}

bool uncap_bar_find_veil(const struct uncap_picture *with, const struct uncap_picture *without,
                         struct uncap_rect line, struct uncap_bar *bar)
{
    struct search s = {.with = with, .without = without};
    const struct uncap_rect box = uncap_rect_intersect(line, picture_of(&s));
    return !uncap_rect_empty(box) && find_veil(&s, box) && find_around(&s, box, bar);
}

bool uncap_bar_find(const struct uncap_picture *with, const struct uncap_picture *without,
                    struct uncap_rect line, struct uncap_bar *bar)
{
    struct search s = {.with = with, .without = without};
    const struct uncap_rect box = uncap_rect_intersect(line, picture_of(&s));
    if (uncap_bar_find_veil(with, without, line, bar))
        return true;
    if (uncap_rect_empty(box))
        return false;
    find_colour(&s, box);
    return find_around(&s, box, bar);
}

/* Has pixel (x, y) the bar's colour, but for what is seen through it of the scene at (bx, by)? */
static bool has_bar_colour(const struct uncap_bar *bar, const struct uncap_picture *p, int x, int y, int bx,
                           int by)
{
    for (int c = 0; c < p->format.n_planes; c++)
        if (abs(uncap_bar_sample(p, c, x, y) - bar->colour[c]) >
            TOLERANCE + abs(uncap_bar_sample(p, c, bx, by) - bar->colour[c]) / SEEN)
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
    if (bar->through > 0)
        return uncap_bar_veil_stands(bar, picture);
    for (int side = 0; side < 4; side++) {
        float most = 0.0F;
        for (int in = UNCAP_BAR_BLUR; in <= 2 * UNCAP_BAR_BLUR; in++) {
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
    if (bar->through > 0)
        return 0.0F;
    for (int y = r.y0; y < r.y1; y++)
        for (int x = r.x0; x < r.x1; x++)
            n += has_bar_colour(bar, picture, x, y, x, y);
    return (float)n / (float)(uncap_rect_w(r) * uncap_rect_h(r));
}
