/* SPDX-License-Identifier: Apache-2.0 */
#include "detect/track/stillness.h"

#include <math.h>
#include <stddef.h>
#include <string.h>

#include "base/memory.h"
#include "detect/track/extent.h"

enum {
    LEAST_FRAMES = 6, /* in a window: fewer do not tell what passes from what stands */
    BLOCK = 256,      /* columns at once */
};

/* Share of the line's peak, and of all the strokes there, below which nothing stands; and share of all at
 * the peak from which on something does. What passes is strong if it would count, did it stand. */
static const float least_peak = 0.1f, least_own = 0.25f, sure_own = 0.3f;

/* Squared horizontal contrast along one axis of a rectangle.
 *
 * still  of the mean picture of the window in which it is strongest, without what noise adds to it.
 * all    mean over the frames. */
struct profile {
    float *still, *all;
    int n;
};

static int window_size(int n)
{
    return n / 4 > LEAST_FRAMES ? n / 4 : LEAST_FRAMES;
}

/* Of n <= BLOCK samples from (x, y) on, in the window of frames [first, first + size): squared contrast of
 * the mean, without noise, and mean of the squares. */
static void contrast_at(const struct uncap_luma *const *frames, int first, int size, int x, int y, int n,
                        float *still, float *all)
{
    float sum[BLOCK] = {0}, squares[BLOCK] = {0};
    for (int i = first; i < first + size; i++) {
        uint8_t row[BLOCK + 2];
        uncap_luma_row(frames[i], x - 1, y, n + 2, row);
        for (int k = 0; k < n; k++) {
            const float slope = (float)(row[k + 2] - row[k]);
            sum[k] += slope;
            squares[k] += slope * slope;
        }
    }
    for (int k = 0; k < n; k++) {
        all[k] = squares[k] / (float)size;
        still[k] = (sum[k] * sum[k] - squares[k]) / (float)(size * (size - 1));
    }
}

/* Add up what a window of frames has, by rows or by columns. still, all: [columns or rows] sums, in and
 * out. */
static void add_window(const struct uncap_luma *const *frames, int first, int size, struct uncap_rect r,
                       bool is_rows, float *still, float *all)
{
    float block_still[BLOCK], block_all[BLOCK];
    for (int y = r.y0; y < r.y1; y++)
        for (int x = r.x0; x < r.x1; x += BLOCK) {
            const int n = r.x1 - x < BLOCK ? r.x1 - x : BLOCK;
            contrast_at(frames, first, size, x, y, n, block_still, block_all);
            for (int k = 0; k < n; k++) {
                const int at = is_rows ? y - r.y0 : x - r.x0 + k;
                still[at] += block_still[k];
                all[at] += block_all[k];
            }
        }
}

/* sums: [2 * p->n] scratch. Two windows may share frames at the end. */
static void measure(const struct uncap_luma *const *frames, int n, struct uncap_rect r, bool is_rows,
                    struct profile *p, float *sums)
{
    const int size = window_size(n), n_windows = (n + size - 1) / size;
    p->n = is_rows ? uncap_rect_h(r) : uncap_rect_w(r);
    const size_t bytes = (size_t)p->n * sizeof(*sums);
    memset(p->still, 0, bytes);
    memset(p->all, 0, bytes);
    for (int k = 0; k < n_windows; k++) {
        memset(sums, 0, 2 * bytes);
        const int first = k * size + size <= n ? k * size : n - size;
        add_window(frames, first, size, r, is_rows, sums, sums + p->n);
        for (int i = 0; i < p->n; i++) {
            p->still[i] = fmaxf(p->still[i], sums[i]);
            p->all[i] += sums[p->n + i] / (float)n_windows;
        }
    }
}

static float peak_of(const struct profile *p, int *at)
{
    *at = 0;
    for (int i = 1; i < p->n; i++)
        if (p->still[i] > p->still[*at])
            *at = i;
    return p->still[*at];
}

/* How many columns from an end (step 1: the first one, -1: the last one) do not stand; 0 if fewer than
 * `least`, or if they are not `strong` (share of the peak). */
static int count_passing(const struct profile *p, int step, int least, float strong, float peak)
{
    float sum = 0;
    int n = 0;
    for (; n < p->n; n++) {
        const int i = step > 0 ? n : p->n - 1 - n;
        if (p->still[i] >= least_peak * peak || p->still[i] >= least_own * p->all[i])
            break;
        sum += p->all[i];
    }
    return n >= least && sum >= strong * peak * (float)n ? n : 0;
}

/* Leave out the columns at the ends that pass; least, strong: as above, radius: of the smoothing. */
static struct uncap_rect cut_columns(const struct uncap_luma *const *frames, int n, struct uncap_rect r,
                                     int least, float strong, int radius, struct profile *p, float *scratch)
{
    int at;
    measure(frames, n, r, false, p, scratch);
    uncap_extent_smooth(p->still, p->n, radius, scratch);
    uncap_extent_smooth(p->all, p->n, radius, scratch);
    const float peak = peak_of(p, &at);
    if (peak <= 0 || p->still[at] < sure_own * p->all[at])
        return r;
    return (struct uncap_rect){r.x0 + count_passing(p, 1, least, strong, peak), r.y0,
                               r.x1 - count_passing(p, -1, least, strong, peak), r.y1};
}

/* Leave out the rows at the top and the bottom in which hardly anything stands, passing or not: the box was
 * too high for this line. */
static struct uncap_rect cut_rows(const struct uncap_luma *const *frames, int n, struct uncap_rect r,
                                  struct profile *p, float *scratch)
{
    int at;
    measure(frames, n, r, true, p, scratch);
    uncap_extent_smooth(p->still, p->n, 1, scratch);
    const float least = least_peak * peak_of(p, &at);
    int first = 0, end = p->n;
    while (first < at && p->still[first] < least)
        first++;
    while (end > at + 1 && p->still[end - 1] < least)
        end--;
    return (struct uncap_rect){r.x0, r.y0 + first, r.x1, r.y0 + end};
}

int uncap_stillness_cut(const struct uncap_luma *const *frames, int n, struct uncap_rect line,
                        struct uncap_rect *out, struct uncap_error *err)
{
    const int w = uncap_rect_w(line), h = uncap_rect_h(line), longer = w > h ? w : h;
    *out = line;
    if (n < LEAST_FRAMES)
        return UNCAP_OK;
    float *block = uncap_alloc(4 * (size_t)longer, sizeof(*block));
    if (!block)
        return uncap_fail_nomem(err, "caption extent");
    struct profile p = {.still = block, .all = block + longer};
    float *scratch = block + 2 * longer;
    const struct uncap_rect columns =
        cut_columns(frames, n, line, h * 2 / 3 + 1, least_peak, h / 2, &p, scratch);
    if (uncap_rect_w(columns) < w) {
        /* The joined box is higher than the line: rows first, then the columns by the line's own height.
         * Room is the margin of a detector's box, and for what few letters reach. */
        const struct uncap_rect rows = cut_rows(frames, n, columns, &p, scratch);
        const int own = uncap_rect_h(rows), room = own / 3 + 1;
        const struct uncap_rect cut = cut_columns(frames, n, rows, 1, 0, own / 4, &p, scratch);
        *out = uncap_rect_intersect(uncap_rect_grow(cut, room, room), line);
    }
    uncap_free(block);
    return UNCAP_OK;
}
