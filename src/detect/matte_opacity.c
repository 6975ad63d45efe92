/* SPDX-License-Identifier: Apache-2.0 */
#include "detect/matte_opacity.h"

#include <math.h>
#include <string.h>

#include "base/memory.h"
#include "kernels/distance.h"

/* A stroke pixel and the nearest pixel that shows the scene. */
struct pair {
    size_t on, off;
};

/* Returns the number of pairs; 0 if there is nothing off the matte. */
static size_t find_pairs(const struct uncap_nearest *nearest, const uint8_t *core, int w, int h,
                         struct pair *pairs)
{
    size_t n = 0;
    for (int x = 0; x < w; x++) /* from left to right, so that a stretch of pairs is a stretch of words */
        for (int y = 0; y < h; y++) {
            const size_t i = (size_t)y * (size_t)w + (size_t)x;
            if (!core[i] || nearest[i].dx == UNCAP_NEAREST_NONE)
                continue;
            pairs[n++] =
                (struct pair){i, (size_t)(y - nearest[i].dy) * (size_t)w + (size_t)(x - nearest[i].dx)};
        }
    return n;
}

/* Sum of products of the pairs' contrasts in two pictures. */
static double product(const uint8_t *a, const uint8_t *b, const struct pair *pairs, size_t n)
{
    int64_t sum = 0;
    for (size_t i = 0; i < n; i++)
        sum += (a[pairs[i].on] - a[pairs[i].off]) * (b[pairs[i].on] - b[pairs[i].off]);
    return (double)sum;
}

enum { PARTS = 6 }; /* pieces of like many stroke pixels that a caption is cut into, left to right */

/* Share of the full contrast that one sample shows; 1 if its parts do not agree. */
static double share_of(const struct uncap_matte_stack *life, const struct uncap_matte_look *look, int sample,
                       const struct pair *pairs, size_t n)
{
    double full = 0.0;
    double here = 0.0;
    double low = 1e9;
    double high = -1e9;
    for (size_t k = 0; k < PARTS; k++) {
        const struct pair *part = pairs + n * k / PARTS;
        const size_t len = n * (k + 1) / PARTS - n * k / PARTS;
        double part_full = 0.0;
        double part_here = 0.0;
        for (int c = 0; c < life->n_channels; c++) {
            part_full += product(look->med[c], look->med[c], part, len);
            part_here += product(uncap_matte_stack_plane(life, sample, c), look->med[c], part, len);
        }
        full += part_full;
        here += part_here;
        if (part_full < 100.0 * (double)len) /* mean contrast of 10 levels */
            continue;
        low = fmin(low, part_here / part_full);
        high = fmax(high, part_here / part_full);
    }
    if (full < 100.0 * (double)n || high - low > 0.7)
        return 1.0;
    return fmin(fmax(here / full, 0.0), 1.0);
}

enum { NEARLY_FULL = 230 };

/* Keep what rises from either end, in [0, n), until it is nearly full; everything else is full. */
static void keep_ramps(uint8_t *opacity, int n)
{
    int first = 0;
    int end = n;
    while (first < n && opacity[first] < NEARLY_FULL && (first == 0 || opacity[first] >= opacity[first - 1]))
        first++;
    while (end > first && opacity[end - 1] < NEARLY_FULL && (end == n || opacity[end - 1] >= opacity[end]))
        end--;
    for (int i = first; i < end; i++)
        opacity[i] = 255;
}

int uncap_matte_opacity_measure(const struct uncap_matte_stack *life, const struct uncap_matte_look *look,
                                const uint8_t *core, const uint8_t *coverage, uint8_t *opacity,
                                struct uncap_error *err)
{
    const size_t area = (size_t)life->w * (size_t)life->h;
    uint8_t *off = uncap_alloc(area, 1);
    struct uncap_nearest *nearest = uncap_alloc(area, sizeof(*nearest));
    struct pair *pairs = uncap_alloc(area, sizeof(*pairs));
    memset(opacity, 255, (size_t)life->n);
    for (size_t i = 0; off && i < area; i++)
        off[i] = coverage[i] == 0;
    const bool ok = off && nearest && pairs && uncap_distance_nearest(off, nearest, life->w, life->h);
    const size_t n = ok ? find_pairs(nearest, core, life->w, life->h, pairs) : 0;
    for (int i = 0; i < life->n && n >= 40 * PARTS; i++)
        opacity[i] = (uint8_t)lrint(255.0 * share_of(life, look, i, pairs, n));
    keep_ramps(opacity, life->n);
    uncap_free(pairs);
    uncap_free(nearest);
    uncap_free(off);
    return ok ? UNCAP_OK : uncap_fail_nomem(err, "the opacity of a caption");
}
