/* SPDX-License-Identifier: Apache-2.0 */
#include "detect/novelty.h"

#include <math.h>
#include <string.h>

#include "base/memory.h"

enum {
    LINES_MAX = 360,
    WEAK = 28,     /* gradient over two pixels, grey levels, below which there is no stroke */
    BAR_CELLS = 3, /* a bar is at least this many cells wide ... */
    BAR_ROWS = 2,  /* ... and this many high */
};

static const float fade = 0.5f;            /* of recent births, a frame */
static const float usual_rate = 1 / 16.0f; /* how fast the usual follows */

int uncap_novelty_open(struct uncap_novelty *v, int luma_w, int luma_h, struct uncap_error *err)
{
    *v = (struct uncap_novelty){.factor = luma_h > LINES_MAX ? (luma_h + LINES_MAX - 1) / LINES_MAX : 1};
    v->w = luma_w / v->factor;
    v->h = luma_h / v->factor;
    v->columns = (v->w + UNCAP_NOVELTY_CELL - 1) / UNCAP_NOVELTY_CELL;
    v->rows = (v->h + UNCAP_NOVELTY_CELL - 1) / UNCAP_NOVELTY_CELL;
    const size_t n = (size_t)v->w * (size_t)v->h, n_cells = (size_t)v->columns * (size_t)v->rows;
    v->reduced = uncap_alloc(n, 1);
    v->code = uncap_alloc(n, 1);
    v->count = uncap_alloc(n, 1);
    v->births = uncap_alloc(n_cells, sizeof(float));
    v->recent = uncap_alloc(n_cells, sizeof(float));
    v->usual = uncap_alloc(n_cells, sizeof(float));
    v->is_known = uncap_alloc(n_cells, 1);
    v->row = uncap_alloc(2 * (size_t)v->w, 1);
    if (v->reduced && v->code && v->count && v->births && v->recent && v->usual && v->is_known && v->row)
        return UNCAP_OK;
    uncap_novelty_close(v);
    return uncap_fail_nomem(err, "the look at every frame");
}

void uncap_novelty_close(struct uncap_novelty *v)
{
    uncap_free(v->reduced);
    uncap_free(v->code);
    uncap_free(v->count);
    uncap_free(v->births);
    uncap_free(v->recent);
    uncap_free(v->usual);
    uncap_free(v->is_known);
    uncap_free(v->row);
    *v = (struct uncap_novelty){.factor = 0};
}

void uncap_novelty_know(struct uncap_novelty *v, const struct uncap_rect *rects, int n)
{
    const struct uncap_rect all = {0, 0, v->columns, v->rows};
    const int cell = UNCAP_NOVELTY_CELL * v->factor;
    memset(v->is_known, 0, (size_t)v->columns * (size_t)v->rows);
    for (int i = 0; i < n; i++) {
        const struct uncap_rect cells = {rects[i].x0 / cell, rects[i].y0 / cell,
                                         (rects[i].x1 + cell - 1) / cell, (rects[i].y1 + cell - 1) / cell};
        const struct uncap_rect r = uncap_rect_intersect(cells, all);
        for (int y = r.y0; y < r.y1; y++)
            memset(v->is_known + y * v->columns + r.x0, 1, (size_t)uncap_rect_w(r));
    }
}

/* Directions of one row: 1 and 2 rising and falling along x, 3 and 4 along y. */
static void row_codes(const uint8_t *above, const uint8_t *row, const uint8_t *below, int w, uint8_t *code)
{
    code[0] = code[w - 1] = 0;
    for (int x = 1; x < w - 1; x++) {
        const int gx = row[x + 1] - row[x - 1], gy = below[x] - above[x];
        const int ax = gx < 0 ? -gx : gx, ay = gy < 0 ? -gy : gy;
        const int along_x = gx < 0 ? 2 : 1, along_y = gy < 0 ? 4 : 3;
        const int strongest = ax >= ay ? ax : ay;
        code[x] = (uint8_t)(strongest < WEAK ? 0 : ax >= ay ? along_x : along_y);
    }
}

/* Count on; *born gets 1 where a pixel has just become steady. */
static void row_counts(const uint8_t *code, uint8_t *old, uint8_t *count, uint8_t *born, int w)
{
    for (int x = 0; x < w; x++) {
        const int longer = count[x] < 255 ? count[x] + 1 : 255;
        const int now = code[x] == 0 ? 0 : code[x] == old[x] ? longer : 1;
        born[x] = now == UNCAP_NOVELTY_STEADY;
        count[x] = (uint8_t)now;
        old[x] = code[x];
    }
}

static void count_births(struct uncap_novelty *v)
{
    uint8_t *code = v->row, *born = v->row + v->w;
    memset(v->births, 0, (size_t)v->columns * (size_t)v->rows * sizeof(float));
    for (int y = 1; y < v->h - 1; y++) {
        const uint8_t *row = v->reduced + (ptrdiff_t)y * v->w;
        const ptrdiff_t at = (ptrdiff_t)y * v->w;
        row_codes(row - v->w, row, row + v->w, v->w, code);
        row_counts(code, v->code + at, v->count + at, born, v->w);
        float *births = v->births + (ptrdiff_t)(y / UNCAP_NOVELTY_CELL) * v->columns;
        for (int x = 0; x < v->w; x += UNCAP_NOVELTY_CELL) {
            const int n = v->w - x < UNCAP_NOVELTY_CELL ? v->w - x : UNCAP_NOVELTY_CELL;
            int sum = 0;
            for (int k = 0; k < n; k++)
                sum += born[x + k];
            births[x / UNCAP_NOVELTY_CELL] += (float)sum;
        }
    }
}

/* Excess of births of one cell. */
static float excess(const struct uncap_novelty *v, int at)
{
    const float e = v->recent[at] - 3 * v->usual[at];
    return v->is_known[at] || e < 0 ? 0 : e;
}

/* Strongest bar whose cells lie within `cells`; *where in luma pixels. */
static float strongest_bar(const struct uncap_novelty *v, struct uncap_rect cells, struct uncap_rect *where)
{
    float best = 0;
    const int cell = UNCAP_NOVELTY_CELL * v->factor;
    *where = (struct uncap_rect){0, 0, 0, 0};
    for (int y = cells.y0; y + BAR_ROWS <= cells.y1; y++)
        for (int x = cells.x0; x + BAR_CELLS <= cells.x1; x++) {
            float sum = 0;
            for (int k = 0; k < BAR_ROWS; k++)
                for (int i = 0; i < BAR_CELLS; i++)
                    sum += excess(v, (y + k) * v->columns + x + i);
            if (sum <= best)
                continue;
            best = sum;
            *where = (struct uncap_rect){x * cell, y * cell, (x + BAR_CELLS) * cell, (y + BAR_ROWS) * cell};
        }
    return best / (BAR_CELLS * BAR_ROWS);
}

/* Rectangle around all bars that are at least half as strong as the strongest. */
static struct uncap_rect strong_bars(const struct uncap_novelty *v, float births, struct uncap_rect strongest)
{
    const int cell = UNCAP_NOVELTY_CELL * v->factor;
    const float least = 0.5f * births * (BAR_CELLS * BAR_ROWS);
    struct uncap_rect all = strongest;
    for (int y = 0; y + BAR_ROWS <= v->rows; y++)
        for (int x = 0; x + BAR_CELLS <= v->columns; x += BAR_CELLS) {
            float sum = 0;
            for (int k = 0; k < BAR_ROWS * BAR_CELLS; k++)
                sum += excess(v, (y + k / BAR_CELLS) * v->columns + x + k % BAR_CELLS);
            if (sum >= least)
                all = uncap_rect_union(all, (struct uncap_rect){x * cell, y * cell, (x + BAR_CELLS) * cell,
                                                                (y + BAR_ROWS) * cell});
        }
    return all;
}

float uncap_novelty_push(struct uncap_novelty *v, const struct uncap_luma *luma, struct uncap_rect *where)
{
    *where = (struct uncap_rect){0, 0, 0, 0};
    if (v->w < 3 || v->h < 3)
        return 0;
    const struct uncap_picture view = {.format = {.n_planes = 1, .depth = 8},
                                       .w = luma->w,
                                       .h = luma->h,
                                       .data = {luma->data},
                                       .stride = {luma->w}};
    struct uncap_luma reduced = {v->reduced, v->w, v->h};
    uncap_luma_reduce(&view, v->factor, &reduced);
    count_births(v);
    const int n = v->columns * v->rows;
    for (int i = 0; i < n; i++) {
        v->recent[i] = v->recent[i] * fade + v->births[i];
        /* The start of the video bears everything at once; that is not usual. */
        if (v->n > UNCAP_NOVELTY_STEADY)
            v->usual[i] += usual_rate * (v->births[i] - v->usual[i]);
    }
    v->n++;
    const float births = strongest_bar(v, (struct uncap_rect){0, 0, v->columns, v->rows}, where);
    if (births >= 1)
        *where = strong_bars(v, births, *where);
    return births;
}

static float column_births(const struct uncap_novelty *v, int x, int y0, int y1)
{
    float sum = 0;
    for (int y = y0; y < y1; y++)
        sum += excess(v, y * v->columns + x);
    return sum;
}

float uncap_novelty_in(const struct uncap_novelty *v, struct uncap_rect zone, struct uncap_rect *extent)
{
    static const float share = 0.15f; /* of the fullest column's births that a column of the same text has */
    const int cell = UNCAP_NOVELTY_CELL * v->factor;
    const struct uncap_rect all = {0, 0, v->columns, v->rows};
    const struct uncap_rect cells = {zone.x0 / cell, zone.y0 / cell, (zone.x1 + cell - 1) / cell,
                                     (zone.y1 + cell - 1) / cell};
    const struct uncap_rect r = uncap_rect_intersect(cells, all);
    struct uncap_rect where;
    const float births = strongest_bar(v, r, &where);
    int x0 = where.x0 / cell, x1 = where.x1 / cell;
    float most = 0;
    for (int x = x0; x < x1; x++)
        most = fmaxf(most, column_births(v, x, r.y0, r.y1));
    while (x0 > r.x0 && column_births(v, x0 - 1, r.y0, r.y1) > share * most)
        x0--;
    while (x1 < r.x1 && column_births(v, x1, r.y0, r.y1) > share * most)
        x1++;
    while (x0 < x1 && column_births(v, x0, r.y0, r.y1) <= share * most)
        x0++;
    while (x1 > x0 && column_births(v, x1 - 1, r.y0, r.y1) <= share * most)
        x1--;
    *extent = (struct uncap_rect){x0 * cell, zone.y0, x1 * cell, zone.y1};
    return x0 < x1 ? births : 0;
}
