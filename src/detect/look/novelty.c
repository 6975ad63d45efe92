/* SPDX-License-Identifier: Apache-2.0 */
#include "detect/look/novelty.h"

#include <math.h>
#include <string.h>

#include "base/memory.h"
#include "kernels/kernels.h"

enum {
    LINES_MAX = 360,
    WEAK = 28,     /* gradient over two pixels, grey levels, below which there is no stroke */
    BAR_CELLS = 3, /* a bar is at least this many cells wide ... */
    BAR_ROWS = 2,  /* ... and this many high */
};

static const float fade = 0.5f;            /* of recent births, a frame */
static const float usual_rate = 1 / 16.0f; /* how fast the usual follows */
static const float doubt_fade = 0.98f;     /* a frame: half of it after 34 frames */

int uncap_novelty_open(struct uncap_novelty *v, int luma_w, int luma_h, struct uncap_error *err)
{
    /* Of a picture that stands upright the columns count: its text is as large as a wide one's of so many
     * lines. */
    const int lines = luma_w < luma_h ? luma_w : luma_h;
    *v = (struct uncap_novelty){.factor = lines > LINES_MAX ? (lines + LINES_MAX - 1) / LINES_MAX : 1};
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
    v->excess = uncap_alloc(n_cells, sizeof(float));
    v->shown = uncap_alloc(n_cells, sizeof(float));
    v->doubt = uncap_alloc(n_cells, sizeof(float));
    v->news = uncap_alloc(n_cells, sizeof(float));
    v->unseen = uncap_alloc(n_cells, sizeof(float));
    v->looked = uncap_alloc(n_cells, sizeof(int64_t));
    v->is_known = uncap_alloc(n_cells, 1);
    v->is_home = uncap_alloc(n_cells, 1);
    v->row = uncap_alloc((size_t)v->w + (size_t)v->columns, 1);
    if (v->reduced && v->code && v->count && v->births && v->recent && v->usual && v->excess && v->shown &&
        v->doubt && v->news && v->unseen && v->looked && v->is_known && v->is_home && v->row)
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
    uncap_free(v->excess);
    uncap_free(v->shown);
    uncap_free(v->doubt);
    uncap_free(v->news);
    uncap_free(v->unseen);
    uncap_free(v->looked);
    uncap_free(v->is_known);
    uncap_free(v->is_home);
    uncap_free(v->row);
    *v = (struct uncap_novelty){.factor = 0};
}

/* Cells that a rectangle of luma pixels touches. */
static struct uncap_rect cells_of(const struct uncap_novelty *v, struct uncap_rect r)
{
    const struct uncap_rect all = {0, 0, v->columns, v->rows};
    const int cell = UNCAP_NOVELTY_CELL * v->factor;
    const struct uncap_rect cells = {r.x0 / cell, r.y0 / cell, (r.x1 + cell - 1) / cell,
                                     (r.y1 + cell - 1) / cell};
    return uncap_rect_intersect(cells, all);
}

void uncap_novelty_know(struct uncap_novelty *v, const struct uncap_rect *rects, int n)
{
    memset(v->is_known, 0, (size_t)v->columns * (size_t)v->rows);
    for (int i = 0; i < n; i++) {
        const struct uncap_rect r = cells_of(v, rects[i]);
        for (int y = r.y0; y < r.y1; y++)
            memset(v->is_known + y * v->columns + r.x0, 1, (size_t)uncap_rect_w(r));
    }
}

static void count_births(struct uncap_novelty *v)
{
    const struct uncap_kernels *k = uncap_kernels_best();
    uint8_t *born = v->row, *cells = v->row + v->w;
    for (int y0 = 0; y0 < v->h; y0 += UNCAP_NOVELTY_CELL) {
        const int first = y0 ? y0 : 1, end = y0 + UNCAP_NOVELTY_CELL;
        memset(cells, 0, (size_t)v->columns);
        for (int y = first; y < end && y < v->h - 1; y++) {
            const ptrdiff_t at = (ptrdiff_t)y * v->w;
            k->births(v->reduced + at, v->w, v->w, WEAK, v->code + at, v->count + at, born, cells);
        }
        float *births = v->births + (ptrdiff_t)(y0 / UNCAP_NOVELTY_CELL) * v->columns;
        for (int x = 0; x < v->columns; x++)
            births[x] = cells[x];
    }
}

/* Sum over a bar of what its cells hold. */
static float bar_sum(const struct uncap_novelty *v, const float *cells, int x, int y)
{
    float sum = 0;
    for (int k = 0; k < BAR_ROWS; k++)
        for (int i = 0; i < BAR_CELLS; i++)
            sum += cells[(y + k) * v->columns + x + i];
    return sum;
}

/* Is most of the bar in places where text has been found? */
static bool is_at_home(const struct uncap_novelty *v, int x, int y)
{
    int n = 0;
    for (int k = 0; k < BAR_ROWS; k++)
        for (int i = 0; i < BAR_CELLS; i++)
            n += v->is_home[(y + k) * v->columns + x + i];
    return 2 * n > BAR_ROWS * BAR_CELLS;
}

static void tally(struct uncap_novelty *v)
{
    const int n = v->columns * v->rows;
    for (int i = 0; i < n; i++) {
        v->recent[i] = v->recent[i] * fade + v->births[i];
        v->shown[i] *= fade;
        v->doubt[i] *= doubt_fade;
        /* The start of the video bears everything at once; that is not usual. */
        if (v->n > UNCAP_NOVELTY_STEADY)
            v->usual[i] += usual_rate * (v->births[i] - v->usual[i]);
        const float excess = v->recent[i] - 3 * v->usual[i];
        v->excess[i] = v->is_known[i] || excess < 0 ? 0 : excess;
        const float news = v->excess[i] - v->shown[i] - v->doubt[i];
        v->news[i] = v->is_known[i] || news < 0 ? 0 : news;
    }
}

void uncap_novelty_push(struct uncap_novelty *v, const struct uncap_luma *luma)
{
    if (v->w < 3 || v->h < 3)
        return;
    const struct uncap_picture view = {.format = {.n_planes = 1, .depth = 8},
                                       .w = luma->w,
                                       .h = luma->h,
                                       .data = {luma->data},
                                       .stride = {luma->stride}};
    struct uncap_luma reduced = {v->reduced, v->w, v->h, v->w};
    uncap_luma_reduce(&view, v->factor, &reduced);
    count_births(v);
    tally(v);
    v->n++;
}

/* How many of a cell's samples are at least `least` and at most `most`. counts: its first one, of n columns
 * and so many rows. */
static int count_between(const uint8_t *counts, ptrdiff_t pitch, int n, int rows, uint8_t least, uint8_t most)
{
    const uint8_t span = (uint8_t)(most - least);
    uint8_t sums[UNCAP_NOVELTY_CELL] = {0}; /* of columns, as vectors like it */
    int sum = 0;
    for (int y = 0; y < rows; y++, counts += pitch)
        for (int x = 0; x < n; x++)
            sums[x] = (uint8_t)(sums[x] + ((uint8_t)(counts[x] - least) <= span));
    for (int x = 0; x < n; x++)
        sum += sums[x];
    return sum;
}

/* Samples of a row of cells of which strokes have stood for age frames or more, since the cell was looked at
 * or later. counts: of its first row, in `rows` rows. */
static void count_unseen(struct uncap_novelty *v, const uint8_t *counts, int rows, int age, int row)
{
    for (int x = 0; x < v->columns; x++) {
        const int at = row * v->columns + x, x0 = x * UNCAP_NOVELTY_CELL;
        const int n = v->w - x0 < UNCAP_NOVELTY_CELL ? v->w - x0 : UNCAP_NOVELTY_CELL;
        const int64_t since = v->n - v->looked[at];
        const uint8_t most = since < UINT8_MAX ? (uint8_t)since : UINT8_MAX;
        const bool counts_here = !v->is_known[at] && since >= age;
        v->unseen[at] =
            counts_here ? (float)count_between(counts + x0, v->w, n, rows, (uint8_t)age, most) : 0;
    }
}

void uncap_novelty_settle(struct uncap_novelty *v, int age)
{
    for (int row = 0; row < v->rows; row++) {
        const int y = row * UNCAP_NOVELTY_CELL, below = v->h - y;
        const int rows = below < UNCAP_NOVELTY_CELL ? below : UNCAP_NOVELTY_CELL;
        count_unseen(v, v->count + (ptrdiff_t)y * v->w, rows, age, row);
    }
}

/* News of a bar; none where it does not count. */
static float bar_news(const struct uncap_novelty *v, enum uncap_news news, int x, int y)
{
    if (news == UNCAP_NEWS_HOME && !is_at_home(v, x, y))
        return 0;
    return bar_sum(v, news == UNCAP_NEWS_UNSEEN ? v->unseen : v->news, x, y);
}

float uncap_novelty_strongest(const struct uncap_novelty *v, enum uncap_news news)
{
    float best = 0;
    for (int y = 0; y + BAR_ROWS <= v->rows; y++)
        for (int x = 0; x + BAR_CELLS <= v->columns; x++)
            best = fmaxf(best, bar_news(v, news, x, y));
    return best / (BAR_CELLS * BAR_ROWS);
}

struct uncap_rect uncap_novelty_place(const struct uncap_novelty *v, float least, enum uncap_news news)
{
    const int cell = UNCAP_NOVELTY_CELL * v->factor;
    const float sum = least * (BAR_CELLS * BAR_ROWS);
    struct uncap_rect all = {0, 0, 0, 0};
    for (int y = 0; y + BAR_ROWS <= v->rows; y++)
        for (int x = 0; x + BAR_CELLS <= v->columns; x++)
            if (bar_news(v, news, x, y) >= sum)
                all = uncap_rect_union(all, (struct uncap_rect){x * cell, y * cell, (x + BAR_CELLS) * cell,
                                                                (y + BAR_ROWS) * cell});
    return all;
}

void uncap_novelty_forget(struct uncap_novelty *v, struct uncap_rect rect)
{
    const struct uncap_rect r = cells_of(v, rect);
    for (int y = r.y0; y < r.y1; y++)
        for (int at = y * v->columns + r.x0; at < y * v->columns + r.x1; at++) {
            v->shown[at] = v->recent[at];
            v->news[at] = 0;
            v->looked[at] = v->n;
        }
}

void uncap_novelty_seen(struct uncap_novelty *v, struct uncap_rect rect)
{
    const struct uncap_rect r = cells_of(v, rect);
    for (int y = r.y0; y < r.y1; y++)
        for (int at = y * v->columns + r.x0; at < y * v->columns + r.x1; at++)
            v->doubt[at] = fmaxf(v->doubt[at], v->news[at]);
    uncap_novelty_forget(v, rect);
}

void uncap_novelty_trust(struct uncap_novelty *v, struct uncap_rect rect)
{
    const struct uncap_rect r = cells_of(v, rect);
    for (int y = r.y0; y < r.y1; y++) {
        memset(v->doubt + y * v->columns + r.x0, 0, (size_t)uncap_rect_w(r) * sizeof(float));
        memset(v->is_home + y * v->columns + r.x0, 1, (size_t)uncap_rect_w(r));
    }
}

static float column_births(const struct uncap_novelty *v, int x, int y0, int y1)
{
    float sum = 0;
    for (int y = y0; y < y1; y++)
        sum += v->excess[y * v->columns + x];
    return sum;
}

/* Column where the strongest bar within some cells begins, and its births per cell. */
static int strongest_in(const struct uncap_novelty *v, struct uncap_rect cells, float *births)
{
    float best = 0;
    int at = cells.x0;
    for (int y = cells.y0; y + BAR_ROWS <= cells.y1; y++)
        for (int x = cells.x0; x + BAR_CELLS <= cells.x1; x++) {
            const float sum = bar_sum(v, v->excess, x, y);
            if (sum <= best)
                continue;
            best = sum;
            at = x;
        }
    *births = best / (BAR_CELLS * BAR_ROWS);
    return at;
}

float uncap_novelty_in(const struct uncap_novelty *v, struct uncap_rect zone, struct uncap_rect *extent)
{
    static const float share = 0.15f; /* of the fullest column's births that a column of the same text has */
    const int cell = UNCAP_NOVELTY_CELL * v->factor;
    const struct uncap_rect r = cells_of(v, zone);
    float births;
    int x0 = strongest_in(v, r, &births), x1 = x0 + BAR_CELLS;
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
