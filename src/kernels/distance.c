/* SPDX-License-Identifier: Apache-2.0 */
#include "kernels/distance.h"

#include <stddef.h>

#include "base/memory.h"

/* Column pass: dy = signed distance to the nearest mark of the same column, or NONE. */
static void nearest_in_columns(const uint8_t *restrict mark, int16_t *restrict dy, int w, int h)
{
    for (int x = 0; x < w; x++)
        dy[x] = mark[x] ? 0 : UNCAP_NEAREST_NONE;
    for (int y = 1; y < h; y++) {
        const int16_t *above = dy + (ptrdiff_t)(y - 1) * w;
        int16_t *here = dy + (ptrdiff_t)y * w;
        const uint8_t *is_marked = mark + (ptrdiff_t)y * w;
        for (int x = 0; x < w; x++) {
            const int16_t next = (int16_t)(above[x] + (above[x] != UNCAP_NEAREST_NONE));
            here[x] = is_marked[x] ? 0 : next;
        }
    }
    for (int y = h - 2; y >= 0; y--) {
        const int16_t *below = dy + (ptrdiff_t)(y + 1) * w;
        int16_t *here = dy + (ptrdiff_t)y * w;
        for (int x = 0; x < w; x++) {
            const int16_t up = (int16_t)(below[x] - 1);
            here[x] = below[x] <= 0 && -up < here[x] ? up : here[x];
        }
    }
}

/* A column that is nearest from column `from` on. height: its number's square and its distance's. */
struct site {
    int64_t height;
    int x, from;
};

/* First column past which u is nearer than the site before it: past where their parabolas meet, that is
 * `at` / `den`. Mostly the two are neighbours, and a division costs more than all else. */
static int column_past(int64_t at, int64_t den)
{
    if (den == 2)
        return (int)((at - (at & 1)) / 2 + 1);
    return (int)((at >= 0 ? at / den : -((-at + den - 1) / den)) + 1);
}

/* Sites of the row's columns, in order; returns how many. sites [w]. */
static int find_sites(const int16_t *dy, int w, struct site *sites)
{
    int n = 0;
    for (int u = 0; u < w; u++) {
        if (dy[u] == UNCAP_NEAREST_NONE)
            continue;
        const int64_t height = (int64_t)u * u + (int64_t)dy[u] * dy[u];
        int start = 0;
        for (; n > 0; n--) {
            const int64_t at = height - sites[n - 1].height, den = 2 * (int64_t)(u - sites[n - 1].x);
            if (at < sites[n - 1].from * den)
                continue; /* nowhere nearest any more */
            start = column_past(at, den);
            break;
        }
        if (start < w)
            sites[n++] = (struct site){height, u, start};
    }
    return n;
}

static void nearest_in_row(const int16_t *dy, struct uncap_nearest *row, int w, struct site *sites)
{
    const int n = find_sites(dy, w, sites);
    for (int k = 0; k < n; k++) {
        const int end = k + 1 < n ? sites[k + 1].from : w, at = sites[k].x;
        for (int x = sites[k].from; x < end; x++)
            row[x] = (struct uncap_nearest){(int16_t)(x - at), dy[at]};
    }
    for (int x = 0; x < w && n == 0; x++)
        row[x] = (struct uncap_nearest){UNCAP_NEAREST_NONE, 0};
}

bool uncap_distance_nearest(const uint8_t *mark, struct uncap_nearest *out, int w, int h)
{
    struct site *sites = uncap_alloc((size_t)w, sizeof(*sites));
    int16_t *dy = uncap_alloc((size_t)w * (size_t)h, sizeof(*dy));
    const bool ok = sites && dy;
    if (ok)
        nearest_in_columns(mark, dy, w, h);
    for (int y = 0; ok && y < h; y++)
        nearest_in_row(dy + (ptrdiff_t)y * w, out + (ptrdiff_t)y * w, w, sites);
    uncap_free(dy);
    uncap_free(sites);
    return ok;
}
