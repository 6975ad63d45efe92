/* SPDX-License-Identifier: Apache-2.0 */
#include "detect/track/swap.h"

#include <math.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "detect/track/extent.h"

/* Of the line's mean squared contrast a column: what a column changes at least where the strokes are others,
 * what there must be of strokes before and after, and what columns change at most that stay. */
static const float least_change = 0.5f, least_strokes = 0.15f, steady = 0.2f;
/* Of the strongest change: columns that belong to it. */
static const float same_change = 0.5f;
/* Correlation of the strokes before and after, from which on they are the same. */
static const float same_strokes = 0.65f;
/* Of the strokes' squared contrast in the columns that change: what of it goes, though strokes stay in part.
 * What moves behind the line leaves them. Of the change: what noise may have of it. */
static const float least_own = 0.3f, most_noise = 0.2f;
/* Of the strokes' squared contrast before and after, what a change of theirs is at most. */
static const float most_change = 1.4f;

/* What happens column by column.
 *
 * change   squared difference of the means before and after, without what noise adds to it: of all pixels,
 *          and of those that belong to the line's strokes
 * noise    variance beside it
 * strokes  squared contrast of the line as it was learned
 */
struct columns {
    float *change, *own_change, *noise, *strokes;
    int w, h;
};

enum { N = UNCAP_SWAP_REACH, BLOCK = 256 };

/* Of n <= BLOCK samples from (x, y) on: squared difference of the means before and after, without what noise
 * adds to it, and the variance beside it. */
static void change_at(const struct uncap_luma *const *frames, int dx, int x, int y, int n, float *change,
                      float *variance)
{
    float sum[2][BLOCK] = {{0}}, squares[2][BLOCK] = {{0}};
    for (int i = 0; i < 2 * N; i++) {
        uint8_t row[BLOCK];
        float *own_sum = sum[i / N], *own_squares = squares[i / N];
        uncap_luma_row(frames[i], x + (i < N ? 0 : dx), y, n, row);
        for (int k = 0; k < n; k++) {
            const float v = row[k];
            own_sum[k] += v;
            own_squares[k] += v * v;
        }
    }
    for (int k = 0; k < n; k++) {
        const float step = (sum[1][k] - sum[0][k]) / N;
        const float a = squares[0][k] - sum[0][k] * sum[0][k] / N,
                    b = squares[1][k] - sum[1][k] * sum[1][k] / N;
        variance[k] = (a > 0 ? a : 0) / (N - 1) + (b > 0 ? b : 0) / (N - 1);
        change[k] = step * step - variance[k] / N;
    }
}

static void measure_block(const struct uncap_template *line, const struct uncap_luma *const *frames, int dx,
                          int y, int x0, int n, struct columns *c)
{
    float change[BLOCK], variance[BLOCK];
    const float *pattern = line->pattern + (ptrdiff_t)y * c->w + x0;
    change_at(frames, dx, line->rect.x0 + x0, line->rect.y0 + y, n, change, variance);
    for (int k = 0; k < n; k++) {
        c->change[x0 + k] += change[k];
        c->noise[x0 + k] += variance[k];
        c->strokes[x0 + k] += pattern[k] * pattern[k];
        if (pattern[k] < 0 || pattern[k] > 0)
            c->own_change[x0 + k] += change[k];
    }
}

static void measure(const struct uncap_template *line, const struct uncap_luma *const *frames, int dx,
                    struct columns *c)
{
    for (int y = 0; y < c->h; y++)
        for (int x = 0; x < c->w; x += BLOCK)
            measure_block(line, frames, dx, y, x, c->w - x < BLOCK ? c->w - x : BLOCK, c);
}

/* Mean change in a rectangle, as far as it is in the picture. */
static float mean_change(const struct uncap_luma *const *frames, int dx, struct uncap_rect r)
{
    const struct uncap_rect in =
        uncap_rect_intersect(r, (struct uncap_rect){0, 0, frames[0]->w, frames[0]->h});
    float sum = 0, change[BLOCK], variance[BLOCK];
    for (int y = in.y0; y < in.y1; y++)
        for (int x = in.x0; x < in.x1; x += BLOCK) {
            const int n = in.x1 - x < BLOCK ? in.x1 - x : BLOCK;
            change_at(frames, dx, x, y, n, change, variance);
            for (int k = 0; k < n; k++)
                sum += change[k];
        }
    return uncap_rect_empty(in) ? 0 : sum / (float)(uncap_rect_w(in) * uncap_rect_h(in));
}

/* Mean squared contrast of a column of the line that has strokes. */
static float mean_strokes(const struct columns *c)
{
    float sum = 0;
    int n = 0;
    for (int x = 0; x < c->w; x++) {
        sum += c->strokes[x];
        n += c->strokes[x] > 0;
    }
    return n ? sum / (float)n : 0;
}

/* Has anything happened in one place more than elsewhere? Cheap: in most frames nothing has. */
static bool is_local(const struct uncap_template *line, const struct uncap_luma *before,
                     const struct uncap_luma *after, int dx)
{
    enum { LEVELS = 6, MORE = 2 }; /* mean difference in a place, and against that of the rest */
    const struct uncap_rect both = {dx < 0 ? -dx : 0, 0, before->w - (dx > 0 ? dx : 0), before->h};
    const struct uncap_rect r = uncap_rect_intersect(line->rect, both);
    const int cell = uncap_rect_h(r) / 2 + 1;
    long most = 0, sum = 0;
    for (int x0 = r.x0; x0 < r.x1; x0 += cell) {
        const int x1 = x0 + cell < r.x1 ? x0 + cell : r.x1;
        long here = 0;
        for (int y = r.y0; y < r.y1; y++) {
            const uint8_t *a = before->data + y * before->stride, *b = after->data + y * after->stride + dx;
            int row = 0;
            for (int x = x0; x < x1; x++)
                row += abs(b[x] - a[x]);
            here += row;
        }
        most = here > most ? here : most;
        sum += here;
    }
    const long area = (long)cell * uncap_rect_h(r);
    return most >= LEVELS * area && most * (uncap_rect_w(r) - cell) >= MORE * (sum - most) * cell;
}

/* Columns [first, end) around the strongest change; empty if it is weak, or if half of the line changes. */
static struct uncap_rect changed_columns(const struct columns *c, float mean)
{
    const struct uncap_rect none = {0, 0, 0, 0};
    const int room = c->h / 4 + 1;
    int at = 0;
    for (int x = 1; x < c->w; x++)
        at = c->change[x] > c->change[at] ? x : at;
    const float least = same_change * c->change[at];
    if (c->change[at] < least_change * mean)
        return none;
    int first = at, end = at + 1;
    for (int x = at; x >= 0 && first - x <= room; x--)
        first = c->change[x] >= least ? x : first;
    for (int x = at; x < c->w && x - end < room; x++)
        end = c->change[x] >= least ? x + 1 : end;
    int n = end - first;
    for (int x = 0; x < c->w; x++)
        n += (x < first - room || x >= end + room) && c->own_change[x] > steady * mean;
    return 2 * n > c->w ? none : (struct uncap_rect){first, 0, end, c->h};
}

/* What happens in the columns that change: sums of what struct columns holds. */
struct place {
    struct uncap_rect at;
    float change, own_change, noise, strokes;
};

static struct place sum_up(const struct columns *c, struct uncap_rect at)
{
    struct place p = {.at = at};
    for (int x = at.x0; x < at.x1; x++) {
        p.change += c->change[x];
        p.own_change += c->own_change[x];
        p.noise += c->noise[x];
        p.strokes += c->strokes[x];
    }
    return p;
}

/* Do strokes stand there before and after, but other ones, and nothing else that changes as much?
 *
 * least  squared contrast that strokes have there. */
static bool are_others(const struct uncap_template *before, const struct uncap_template *after,
                       const struct place *p, float least)
{
    const int w = uncap_rect_w(before->rect);
    float aa = 0, bb = 0, ab = 0;
    for (int y = p->at.y0; y < p->at.y1; y++)
        for (int x = p->at.x0; x < p->at.x1; x++) {
            const float a = before->pattern[(ptrdiff_t)y * w + x], b = after->pattern[(ptrdiff_t)y * w + x];
            aa += a * a;
            bb += b * b;
            ab += a * b;
        }
    return aa >= least && bb >= least && p->change < most_change * (aa + bb) &&
           ab < same_strokes * sqrtf(aa * bb);
}

static int compare(const struct uncap_template *line, const struct uncap_luma *const *frames, int dx,
                   const struct place *p, float least, bool *are_other, struct uncap_error *err)
{
    struct uncap_template before = {.pattern = NULL}, after = {.pattern = NULL};
    struct uncap_rect second = line->rect;
    second.x0 += dx, second.x1 += dx;
    int status = uncap_template_learn(&before, frames, UNCAP_SWAP_REACH, line->rect, err);
    if (!status)
        status = uncap_template_learn(&after, frames + UNCAP_SWAP_REACH, UNCAP_SWAP_REACH, second, err);
    *are_other = !status && uncap_rect_w(after.rect) == uncap_rect_w(before.rect) &&
                 are_others(&before, &after, p, least);
    uncap_template_clear(&before);
    uncap_template_clear(&after);
    return status;
}

/* Does more change above or below the line? What passes behind it does not end where the line does. at: what
 * changes of the line, in the picture's coordinates. */
static bool is_larger(const struct uncap_luma *const *frames, int dx, struct uncap_rect at)
{
    const int h = uncap_rect_h(at), near = h / 8 + 1, far = h / 2;
    const struct uncap_rect above = {at.x0, at.y0 - far, at.x1, at.y0 - near};
    const struct uncap_rect below = {at.x0, at.y1 + near, at.x1, at.y1 + far};
    return fmaxf(mean_change(frames, dx, above), mean_change(frames, dx, below)) >
           mean_change(frames, dx, at);
}

/* Look closer. */
static int find(const struct uncap_template *line, const struct uncap_luma *const *frames, int dx,
                struct columns *c, float *scratch, struct uncap_rect *out, struct uncap_error *err)
{
    measure(line, frames, dx, c);
    const float mean = mean_strokes(c);
    uncap_extent_smooth(c->change, c->w, c->h / 8, scratch);
    uncap_extent_smooth(c->own_change, c->w, c->h / 8, scratch);
    const struct place p = sum_up(c, changed_columns(c, mean));
    const float least = least_strokes * mean * (float)uncap_rect_w(p.at);
    if (uncap_rect_empty(p.at) || p.noise > most_noise * p.change || p.own_change < least_own * p.strokes ||
        p.strokes < least)
        return UNCAP_OK;
    bool are_other;
    const int status = compare(line, frames, dx, &p, least, &are_other, err);
    const struct uncap_rect r = {line->rect.x0 + p.at.x0, line->rect.y0, line->rect.x0 + p.at.x1,
                                 line->rect.y1};
    if (are_other && !is_larger(frames, dx, r))
        *out = r;
    return status;
}

int uncap_swap_find(const struct uncap_template *line, const struct uncap_luma *const *frames, int dx,
                    struct uncap_rect *out, struct uncap_error *err)
{
    const int w = uncap_rect_w(line->rect), h = uncap_rect_h(line->rect);
    *out = (struct uncap_rect){0, 0, 0, 0};
    if (!is_local(line, frames[UNCAP_SWAP_REACH - 1], frames[UNCAP_SWAP_REACH], dx))
        return UNCAP_OK;
    float *block = uncap_alloc(5 * (size_t)w, sizeof(*block));
    if (!block)
        return uncap_fail_nomem(err, "caption strokes");
    struct columns c = {block, block + w, block + 2 * w, block + 3 * w, w, h};
    const int status = find(line, frames, dx, &c, block + 4 * w, out, err);
    uncap_free(block);
    return status;
}
