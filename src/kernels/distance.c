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

/* Twice the distance of two columns, and, that times the place where the parabola of u meets that of i before
 * it; g2 are their heights. */
struct meeting {
    int64_t at, den;
};

static struct meeting meeting_of(int i, int u, int64_t g2_i, int64_t g2_u)
{
    return (struct meeting){(int64_t)u * u - (int64_t)i * i + g2_u - g2_i, 2 * (int64_t)(u - i)};
}

/* First column past it: mostly the two are neighbours, and a division costs more than all else. */
static int column_past(struct meeting m)
{
    if (m.den == 2)
        return (int)((m.at - (m.at & 1)) / 2 + 1);
    return (int)((m.at >= 0 ? m.at / m.den : -((-m.at + m.den - 1) / m.den)) + 1);
}

static void nearest_in_row(const int16_t *dy, struct uncap_nearest *row, int w, int *site, int *from)
{
    int n = 0;
    for (int u = 0; u < w; u++) {
        if (dy[u] == UNCAP_NEAREST_NONE)
            continue;
        int start = 0;
        while (n > 0) {
            const int s = site[n - 1];
            const struct meeting m = meeting_of(s, u, (int64_t)dy[s] * dy[s], (int64_t)dy[u] * dy[u]);
            if (m.at >= from[n - 1] * m.den) { /* past from[n - 1] */
                start = column_past(m);
                break;
            }
            n--;
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
    int16_t *dy = uncap_alloc((size_t)w * (size_t)h, sizeof(*dy));
    const bool ok = site && from && dy;
    if (ok)
        nearest_in_columns(mark, dy, w, h);
    for (int y = 0; ok && y < h; y++)
        nearest_in_row(dy + (ptrdiff_t)y * w, out + (ptrdiff_t)y * w, w, site, from);
    uncap_free(dy);
    uncap_free(from);
    uncap_free(site);
    return ok;
}
