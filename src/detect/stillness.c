/* SPDX-License-Identifier: Apache-2.0 */
#include "detect/stillness.h"

#include <math.h>
#include <stddef.h>
#include <string.h>

#include "base/memory.h"
#include "detect/extent.h"

enum { LEAST_FRAMES = 6 }; /* in a window: fewer do not tell what passes from what stands */

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

/* Two windows may share frames at the end. */
static float strongest_window(const struct uncap_luma *const *frames, int n, int x, int y, int from,
                              float *all)
{
    const int size = window_size(n), start = from + size <= n ? from : n - size;
    const int x0 = x > 0 ? x - 1 : x, x1 = x + 1 < frames[0]->w ? x + 1 : x;
    float sum = 0, squares = 0;
    for (int i = start; i < start + size; i++) {
        const uint8_t *row = frames[i]->data + y * frames[i]->stride;
        const float slope = (float)(row[x1] - row[x0]);
        sum += slope;
        squares += slope * slope;
    }
    *all = squares / (float)size;
    return (sum * sum - squares) / (float)(size * (size - 1));
}

static void measure(const struct uncap_luma *const *frames, int n, struct uncap_rect r, bool is_rows,
                    struct profile *p)
{
    const int size = window_size(n), n_windows = (n + size - 1) / size;
    const int across = is_rows ? uncap_rect_w(r) : uncap_rect_h(r);
    p->n = is_rows ? uncap_rect_h(r) : uncap_rect_w(r);
    for (int i = 0; i < p->n; i++) {
        p->still[i] = p->all[i] = 0;
        for (int k = 0; k < n_windows; k++) {
            float still = 0, all = 0;
            for (int j = 0; j < across; j++) {
                float one;
                still += strongest_window(frames, n, r.x0 + (is_rows ? j : i), r.y0 + (is_rows ? i : j),
                                          k * size, &one);
                all += one;
            }
            p->still[i] = fmaxf(p->still[i], still);
            p->all[i] += all / (float)n_windows;
        }
    }
}

/* In place; scratch: [n]. */
static void smooth(float *values, int n, int r, float *scratch)
{
    uncap_extent_smooth(values, n, r, scratch);
    memcpy(values, scratch, (size_t)n * sizeof(*values));
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
    measure(frames, n, r, false, p);
    smooth(p->still, p->n, radius, scratch);
    smooth(p->all, p->n, radius, scratch);
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
    measure(frames, n, r, true, p);
    smooth(p->still, p->n, 1, scratch);
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
    float *block = uncap_alloc(3 * (size_t)longer, sizeof(*block));
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
