/* SPDX-License-Identifier: Apache-2.0 */
#include "kernels/distance.h"

#include <stddef.h>

#include "base/memory.h"

/* Column pass: out->dy = signed distance to the nearest mark of the same column, or NONE. */
static void nearest_in_columns(const uint8_t *mark, struct uncap_nearest *out, int w, int h)
{
    for (int y = 0; y < h; y++)
        for (int x = 0; x < w; x++) {
            const ptrdiff_t i = (ptrdiff_t)y * w + x;
            int d = UNCAP_NEAREST_NONE;
            if (mark[i])
                d = 0;
            else if (y > 0 && out[i - w].dy != UNCAP_NEAREST_NONE)
                d = out[i - w].dy + 1;
            out[i].dy = (int16_t)d;
        }
    for (int y = h - 2; y >= 0; y--)
        for (int x = 0; x < w; x++) {
            const ptrdiff_t i = (ptrdiff_t)y * w + x;
            const int below = out[i + w].dy;
            if (below <= 0 && 1 - below < out[i].dy)
                out[i].dy = (int16_t)(below - 1);
        }
}

/* First column at which the parabola of u is below that of an earlier i; g2 are their heights. */
static int crossing(int i, int u, int64_t g2_i, int64_t g2_u)
{
    const int64_t num = (int64_t)u * u - (int64_t)i * i + g2_u - g2_i;
    const int64_t den = 2 * (int64_t)(u - i);
    return (int)((num >= 0 ? num / den : -((-num + den - 1) / den)) + 1);
}

static void nearest_in_row(struct uncap_nearest *row, int w, int *site, int *from, int16_t *dy)
{
    int n = 0;
    for (int u = 0; u < w; u++) {
        dy[u] = row[u].dy;
        if (dy[u] == UNCAP_NEAREST_NONE)
            continue;
        int start = 0;
        while (n > 0) {
            const int s = site[n - 1];
            start = crossing(s, u, (int64_t)dy[s] * dy[s], (int64_t)dy[u] * dy[u]);
            if (start > from[n - 1])
                break;
            n--;
            start = 0;
        }
        if (start >= w)
            continue;
        site[n] = u;
        from[n++] = start;
    }
    for (int x = 0, k = 0; x < w; x++) {
        while (k + 1 < n && from[k + 1] <= x)
            k++;
        if (n == 0)
            row[x] = (struct uncap_nearest){UNCAP_NEAREST_NONE, 0};
        else
            row[x] = (struct uncap_nearest){(int16_t)(x - site[k]), dy[site[k]]};
    }
}

bool uncap_distance_nearest(const uint8_t *mark, struct uncap_nearest *out, int w, int h)
{
    int *site = uncap_alloc((size_t)w, sizeof(*site));
    int *from = uncap_alloc((size_t)w, sizeof(*from));
    int16_t *dy = uncap_alloc((size_t)w, sizeof(*dy));
    const bool ok = site && from && dy;
    if (ok) {
        nearest_in_columns(mark, out, w, h);
        for (int y = 0; y < h; y++)
            nearest_in_row(out + (ptrdiff_t)y * w, w, site, from, dy);
    }
    uncap_free(dy);
    uncap_free(from);
    uncap_free(site);
    return ok;
}
