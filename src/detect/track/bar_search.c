/* SPDX-License-Identifier: Apache-2.0 */
#include "detect/track/bar_search.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "detect/track/bar_veil.h"

enum {
    BINS = 4096,    /* 16 levels a channel */
    NOISE = 2,      /* of coding, in any channel */
    LEFT = 16,      /* a part of the scene that a see-through one's mixture may leave unexplained */
    SPAN = 128,     /* pixels of a row that are looked at at once */
    COLUMNS = 16,   /* that are looked at at once */
    ALIGN = 4,      /* pixels that share a chroma sample, at most */
    FAR_OFF = -4096 /* margin that no other planes' margins make up for */
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

/* n samples of 8 bits of a row: the plane's own, or their upper bits in `room`. */
static const uint8_t *row_of(const struct uncap_picture *p, int plane, int x, int y, int n, uint8_t *room)
{
    const uint8_t *row = p->data[plane] + (ptrdiff_t)y * p->stride[plane];
    if (p->format.depth == 8)
        return row + x;
    for (int i = 0; i < n; i++)
        room[i] = (uint8_t)(((const uint16_t *)(const void *)row)[x + i] >> (p->format.depth - 8));
    return room;
}

static int16_t size_of(int16_t v)
{
    return (int16_t)(v < 0 ? -v : v);
}

/* By how much more each of n samples has changed than it is off the mixture; FAR_OFF if it is off by more
 * than what is left of the scene and the tolerance. All in 16 bits and no division, as vectors like it. */
static void find_margins(const struct search *s, int plane, const uint8_t *restrict with,
                         const uint8_t *restrict without, int n, int16_t *restrict margins)
{
    const int16_t colour = (int16_t)s->colour[plane], parts = (int16_t)lroundf(s->through * UNCAP_BAR_SHARES);
    const int16_t left = s->through > 0 ? LEFT : UNCAP_BAR_SEEN;
    for (int i = 0; i < n; i++) {
        const int16_t away = (int16_t)(without[i] - colour), far = size_of(away);
        const uint16_t part = (uint16_t)((uint16_t)(far * parts) / UNCAP_BAR_SHARES);
        const int16_t seen = (int16_t)(away < 0 ? -part : part);
        const int16_t off = size_of((int16_t)(with[i] - colour - seen));
        const int16_t over = (int16_t)((off - UNCAP_BAR_TOLERANCE) * left);
        const int16_t changed = size_of((int16_t)(with[i] - without[i]));
        margins[i] = over > far ? (int16_t)FAR_OFF : (int16_t)(changed + NOISE - off);
    }
}

/* Margins of a plane from (x, y) on, n of the picture's pixels, added to those of the planes before it. x
 * lies on a chroma sample. */
static void add_margins(const struct search *s, int plane, int x, int y, int n, int16_t *sums)
{
    const struct uncap_format f = s->with->format;
    const int shift = plane ? f.shift_x : 0, row = plane ? y >> f.shift_y : y;
    const int first = x >> shift, n_own = (n + (1 << shift) - 1) >> shift;
    uint8_t room[2][SPAN + ALIGN];
    int16_t margins[SPAN + ALIGN];
    find_margins(s, plane, row_of(s->with, plane, first, row, n_own, room[0]),
                 row_of(s->without, plane, first, row, n_own, room[1]), n_own, plane ? margins : sums);
    const int n_pairs = shift == 1 ? n / 2 : 0;
    for (int k = 0; k < n_pairs; k++) {
        sums[2 * k] = (int16_t)(sums[2 * k] + margins[k]);
        sums[2 * k + 1] = (int16_t)(sums[2 * k + 1] + margins[k]);
    }
    for (int i = 2 * n_pairs; plane && i < n; i++)
        sums[i] = (int16_t)(sums[i] + margins[i >> shift]);
}

/* has[i] = 1: pixel x + i of row y has the colour, but for what is seen through it, and rather than that of
 * the other picture. At most SPAN of them. */
static void find_coloured(const struct search *s, int x, int y, int n, uint8_t *has)
{
    const int before = x & ((1 << s->with->format.shift_x) - 1); /* back to a chroma sample */
    int16_t sums[SPAN + ALIGN];
    for (int c = 0; c < s->with->format.n_planes; c++)
        add_margins(s, c, x - before, y, n + before, sums);
    for (int i = 0; i < n; i++)
        has[i] = sums[before + i] >= 0;
}

static int count_row(const struct search *s, struct uncap_rect r, int y)
{
    uint8_t has[SPAN];
    int count = 0;
    for (int x = r.x0; x < r.x1; x += SPAN) {
        const int n = r.x1 - x < SPAN ? r.x1 - x : SPAN;
        find_coloured(s, x, y, n, has);
        for (int i = 0; i < n; i++)
            count += has[i];
    }
    return count;
}

static float share(const struct search *s, struct uncap_rect r)
{
    int count = 0;
    for (int y = r.y0; y < r.y1; y++)
        count += count_row(s, r, y);
    return (float)count / (float)(uncap_rect_w(r) * uncap_rect_h(r));
}

/* Has a run the mixture rather than what the other picture has? with, without: a sample a plane. */
static bool is_mixture(const struct search *s, const float with[], const float without[])
{
    float off = 0.0F, changed = 0.0F;
    for (int c = 0; c < s->with->format.n_planes; c++) {
        const float away = without[c] - (float)s->colour[c];
        const float one = fabsf(with[c] - (float)s->colour[c] - s->through * away);
        if (one > UNCAP_BAR_TOLERANCE + fabsf(away) / LEFT)
            return false;
        off += one;
        changed += fabsf(with[c] - without[c]) + NOISE;
    }
    return off <= changed;
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

/* Half of the line's box and more lost the colour with the line, or never had it. Mostly not, which is
 * seen before all rows are counted. */
static bool is_new(const struct search *s, struct uncap_rect line)
{
    struct search other = *s;
    other.with = s->without;
    const int w = uncap_rect_w(line);
    const float all = (float)(w * uncap_rect_h(line));
    int now = 0, then = 0;
    for (int y = line.y0; y < line.y1; y++) {
        now += count_row(s, line, y);
        if ((float)(now + w * (line.y1 - y - 1)) / all < LEAST_OF_LINE)
            return false;
    }
    for (int y = line.y0; y < line.y1; y++) {
        then += count_row(&other, line, y);
        if (2.0F * ((float)then / all) >= (float)now / all)
            return false;
    }
    return true;
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
    const struct uncap_rect along = is_middle ? uncap_bar_middle(r) : r;
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

static bool is_too_large(const struct search *s, struct uncap_rect r)
{
    return (float)uncap_rect_w(r) * (float)uncap_rect_h(r) >=
           MOST_OF_PICTURE * (float)s->with->w * (float)s->with->h;
}

/* A row, or some columns, beside a side of a rectangle that grows, and how many pixels of each have the
 * colour. */
struct strips {
    struct uncap_rect rect;
    int counts[COLUMNS];
    bool are_columns;
};

/* Count what a part of the strips has. */
static void add_part(const struct search *s, struct strips *strips, struct uncap_rect part)
{
    uint8_t has[SPAN];
    for (int y = part.y0; y < part.y1; y++)
        for (int x = part.x0; x < part.x1; x += SPAN) {
            const int n = part.x1 - x < SPAN ? part.x1 - x : SPAN;
            int *counts = strips->counts + (strips->are_columns ? x - strips->rect.x0 : 0);
            find_coloured(s, x, y, n, has);
            for (int i = 0; i < n; i++)
                counts[strips->are_columns ? i : 0] += has[i];
        }
}

/* Make all strips as long as the one that is `next`, which is one of them. */
static void lengthen(const struct search *s, struct strips *strips, struct uncap_rect next)
{
    const struct uncap_rect r = strips->rect;
    if (strips->are_columns) {
        strips->rect = (struct uncap_rect){r.x0, next.y0, r.x1, next.y1};
        add_part(s, strips, (struct uncap_rect){r.x0, next.y0, r.x1, r.y0});
        add_part(s, strips, (struct uncap_rect){r.x0, r.y1, r.x1, next.y1});
    } else {
        strips->rect = next;
        add_part(s, strips, (struct uncap_rect){next.x0, r.y0, r.x0, r.y1});
        add_part(s, strips, (struct uncap_rect){r.x1, r.y0, next.x1, r.y1});
    }
}

/* Share of the row or column `next` beside a side (top, bottom, left, right) that has the colour. Pixels are
 * looked at row by row, so columns are by the dozen. */
static float share_of_next(const struct search *s, struct strips *strips, int side, struct uncap_rect next)
{
    const struct uncap_rect inner = uncap_rect_intersect(next, strips->rect);
    if (uncap_rect_empty(inner)) {
        *strips = (struct strips){.rect = next, .are_columns = side >= 2};
        strips->rect.x0 -= side == 2 ? COLUMNS - 1 : 0;
        strips->rect.x1 += side == 3 ? COLUMNS - 1 : 0;
        strips->rect = uncap_rect_intersect(strips->rect, picture_of(s));
        add_part(s, strips, strips->rect);
    } else {
        lengthen(s, strips, next);
    }
    const int at = strips->are_columns ? next.x0 - strips->rect.x0 : 0;
    return (float)strips->counts[at] / (float)(uncap_rect_w(next) * uncap_rect_h(next));
}

/* Share of what is beside a side of a rectangle that grows and has the colour. */
static float share_beside(const struct search *s, struct strips *strips, int side, struct uncap_rect next)
{
    return s->through > 0 ? share_of_strip(s, next) : share_of_next(s, strips, side, next);
}

/* From the line's box outwards as far as rows and columns go on in its colour, or until it is too large. */
static struct uncap_rect grow(const struct search *s, struct uncap_rect r)
{
    struct strips strips[4] = {{.rect = {0, 0, 0, 0}}};
    for (bool has_grown = true; has_grown && !is_too_large(s, r);) {
        has_grown = false;
        for (int side = 0; side < 4; side++) {
            const struct uncap_rect next = beside(s, r, side, 1, false);
            if (uncap_rect_empty(next) || share_beside(s, &strips[side], side, next) < LEAST_TO_GROW)
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
    return beside_all <= 4.0F * MOST_BESIDE;
}

bool uncap_bar_colour(const struct uncap_picture *with, struct uncap_rect line, struct uncap_bar *bar)
{
    const struct uncap_rect r = uncap_rect_intersect(line, (struct uncap_rect){0, 0, with->w, with->h});
    int counts[BINS] = {0};
    int best = 0;
    for (int y = r.y0; y < r.y1; y++)
        for (int x = r.x0; x < r.x1; x++) {
            const int bin = bin_of(with, x, y);
            best = ++counts[bin] > counts[best] ? bin : best;
        }
    int64_t sums[UNCAP_MAX_PLANES] = {0};
    for (int y = r.y0; y < r.y1; y++)
        for (int x = r.x0; x < r.x1; x++)
            for (int c = 0; c < with->format.n_planes && bin_of(with, x, y) == best; c++)
                sums[c] += uncap_bar_sample(with, c, x, y);
    for (int c = 0; c < with->format.n_planes && counts[best]; c++)
        bar->colour[c] = (int)((sums[c] + counts[best] / 2) / counts[best]);
    bar->through = 0;
    return counts[best] > 0;
}

/* Does the bar hold the line's box, but for what detectors' boxes are too wide? */
static bool holds_line(struct uncap_rect bar, struct uncap_rect line)
{
    const int room = uncap_rect_h(line) / 8;
    return uncap_rect_holds(uncap_rect_grow(bar, room, room), line);
}

bool uncap_bar_find(const struct uncap_picture *with, const struct uncap_picture *without,
                    struct uncap_rect line, struct uncap_bar *bar)
{
    struct search s = {.with = with, .without = without, .through = bar->through};
    memcpy(s.colour, bar->colour, sizeof(s.colour));
    const struct uncap_rect box = uncap_rect_intersect(line, picture_of(&s));
    if (uncap_rect_empty(box) || !is_new(&s, box))
        return false;
    const struct uncap_rect r = grow(&s, trim(&s, box));
    if (uncap_rect_empty(r) || is_too_large(&s, r))
        return false;
    struct uncap_bar found = *bar;
    found.rect = uncap_rect_intersect(uncap_rect_grow(r, UNCAP_BAR_BLUR, UNCAP_BAR_BLUR), picture_of(&s));
    if (s.through > 0)
        uncap_bar_veil_widen(&found, with);
    const struct uncap_rect wide = {found.rect.x0 ? r.x0 : 0, r.y0,
                                    found.rect.x1 < with->w ? r.x1 : found.rect.x1, r.y1};
    if (is_too_large(&s, wide) || !is_bar(&s, wide) || (s.through > 0 && !holds_line(found.rect, line)))
        return false;
    if (s.through > 0 && uncap_bar_veil_stands_near(&found, without, uncap_rect_h(line)))
        return false; /* a shore, say, and darker water */
    *bar = found;
    return true;
}
