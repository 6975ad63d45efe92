/* SPDX-License-Identifier: Apache-2.0 */
#include "detect/track/extent.h"

#include <math.h>
#include <string.h>

#include "base/memory.h"
#include "kernels/order.h"

/* A word's share of the line's change, and how far above the scene's own change it must stand: beside the
 * line, and in its own columns, where something as strong may pass by. */
static const float share = 0.5f, above_scene = 2.5f, above_own = 2;
/* What moves all the time changes by this much more from the frames before to those after: they are at most
 * that many times as far apart as the halves of either. */
static const float longest = 8;

static float mean_at(const struct uncap_luma *const *frames, int n, int x, int y)
{
    float sum = 0;
    for (int i = 0; i < n; i++)
        sum += (float)frames[i]->data[y * frames[i]->stride + x];
    return sum / (float)n;
}

void uncap_extent_smooth(float *columns, int w, int r, float *scratch)
{
    float sum = 0;
    int from = 0, to = 0; /* columns[from..to) is in sum */
    for (int x = 0; x < w; x++) {
        for (; to < w && to <= x + r; to++)
            sum += columns[to];
        for (; from < x - r; from++)
            sum -= columns[from];
        scratch[x] = sum / (float)(to - from);
    }
    memcpy(columns, scratch, (size_t)w * sizeof(*columns));
}

/* Sum over the line's rows of |change - its mean around it|: strokes, not shading; smoothed. scratch: [3][w].
 */
static void column_change(const struct uncap_luma *const *before, int n_before,
                          const struct uncap_luma *const *after, int n_after, struct uncap_rect line,
                          float *scratch, float *columns)
{
    const int w = before[0]->w, h = uncap_rect_h(line), r = h / 3 > 1 ? h / 3 : 1;
    float *row = scratch, *mean = scratch + w, *spare = scratch + 2 * (size_t)w;
    for (int x = 0; x < w; x++)
        columns[x] = 0;
    for (int y = line.y0; y < line.y1; y++) {
        for (int x = 0; x < w; x++)
            row[x] = mean[x] = mean_at(after, n_after, x, y) - mean_at(before, n_before, x, y);
        uncap_extent_smooth(mean, w, r, spare);
        for (int x = 0; x < w; x++)
            columns[x] += fabsf(row[x] - mean[x]);
    }
    uncap_extent_smooth(columns, w, h / 2, spare);
}

/* Median of values[0..n), which it sorts; 0 of none. */
static float middle_of(float *values, int n)
{
    uncap_order_floats(values, (size_t)n);
    return n ? values[n / 2] : 0;
}

static float median_of(const float *values, int first, int end, float *scratch)
{
    int n = 0;
    for (int i = first; i < end; i++)
        scratch[n++] = values[i];
    return middle_of(scratch, n);
}

/* Median change of the scene in some columns. Where it is as strong as the line's it may be more of the
 * words: of that, what moves there all the time explains is the scene's. */
static float scene_level(const float *level, const float *own, int first, int end, float inside,
                         float *scratch)
{
    int n = 0;
    for (int x = first; x < end; x++)
        scratch[n++] = level[x] < share * inside ? level[x] : fminf(level[x], longest * own[x]);
    return middle_of(scratch, n);
}

/* Change of each column while the line stood, or did not: what moves there. scratch: [4][w]. */
static void own_level(const struct uncap_luma *const *before, int n_before,
                      const struct uncap_luma *const *after, int n_after, struct uncap_rect line,
                      float *scratch, float *out)
{
    const int w = before[0]->w, half = n_before / 2, late = n_after / 2;
    float *columns = scratch + 3 * (size_t)w;
    memset(out, 0, (size_t)w * sizeof(*out));
    if (half)
        column_change(before, half, before + half, n_before - half, line, scratch, out);
    if (!late)
        return;
    column_change(after, late, after + late, n_after - late, line, scratch, columns);
    for (int x = 0; x < w; x++)
        out[x] = fmaxf(out[x], columns[x]);
}

int uncap_extent_grow(const struct uncap_luma *const *before, int n_before,
                      const struct uncap_luma *const *after, int n_after, struct uncap_rect line,
                      struct uncap_rect *out, struct uncap_error *err)
{
    const int w = before[0]->w, h = uncap_rect_h(line);
    float *block = uncap_alloc(6 * (size_t)w, sizeof(*block));
    *out = line;
    if (!block)
        return uncap_fail_nomem(err, "caption extent");
    float *level = block, *own = block + w, *scratch = block + 2 * (size_t)w;
    column_change(before, n_before, after, n_after, line, scratch, level);
    const float inside = median_of(level, line.x0, line.x1, scratch);
    /* The scene beside it: what lies farther than three line heights, but no farther than twelve. */
    const int left0 = line.x0 - 12 * h > 0 ? line.x0 - 12 * h : 0,
              left1 = line.x0 - 3 * h > 0 ? line.x0 - 3 * h : 0;
    const int right0 = line.x1 + 3 * h < w ? line.x1 + 3 * h : w,
              right1 = line.x1 + 12 * h < w ? line.x1 + 12 * h : w;
    own_level(before, n_before, after, n_after, line, scratch, own);
    const float scene = fmaxf(scene_level(level, own, left0, left1, inside, scratch),
                              scene_level(level, own, right0, right1, inside, scratch));
    const float least = fmaxf(share * inside, above_scene * scene);
    while (out->x0 > 0 && level[out->x0 - 1] >= fmaxf(least, above_own * own[out->x0 - 1]))
        out->x0--;
    while (out->x1 < w && level[out->x1] >= fmaxf(least, above_own * own[out->x1]))
        out->x1++;
    uncap_free(block);
    return UNCAP_OK;
}
