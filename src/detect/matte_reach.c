/* SPDX-License-Identifier: Apache-2.0 */
#include "detect/matte_reach.h"

#include <math.h>
#include <stdlib.h>

#include "base/memory.h"
#include "kernels/distance.h"

int uncap_matte_octant(int dx, int dy)
{
    const int ax = abs(dx);
    const int ay = abs(dy);
    if (2 * ay * 6 < ax * 5) /* tan 22.5 degrees = 0.414 */
        return dx >= 0 ? 0 : 4;
    if (2 * ax * 6 < ay * 5)
        return dy >= 0 ? 2 : 6;
    return dx >= 0 ? (dy >= 0 ? 1 : 7) : (dy >= 0 ? 3 : 5);
}

enum { BEYOND = 6 }; /* distances past the longest reach, that show the scene */

/* Histograms of one evidence by octant and distance: counts[octant][distance 0..n-1][256]. */
struct profile {
    uint32_t *counts;
    int longest, n; /* longest reach looked for; distances */
};

static uint32_t *bin(const struct profile *p, int octant, int distance)
{
    return p->counts + (size_t)(octant * p->n + distance) * 256;
}

static void collect(const struct uncap_matte_scene *s, const uint8_t *evidence, const uint8_t *known,
                    const struct uncap_nearest *nearest, struct profile *p)
{
    const int limit = p->n - 1;
    for (size_t i = 0; i < (size_t)8 * (size_t)p->n * 256; i++)
        p->counts[i] = 0;
    for (size_t i = 0; i < (size_t)s->w * (size_t)s->h; i++) {
        if (s->zone[i] == UNCAP_MATTE_ZONE_OTHER || (known && !known[i]) || abs(nearest[i].dx) > limit ||
            abs(nearest[i].dy) > limit)
            continue;
        const int d = (int)(sqrtf((float)uncap_nearest_d2(nearest[i])) + 0.5F);
        if (d <= limit)
            bin(p, uncap_matte_octant(nearest[i].dx, nearest[i].dy), d)[evidence[i]]++;
    }
}

/* Median over distances [near, far] and the octants of mask, -1 if there are fewer than 8 pixels. */
static float median(const struct profile *p, unsigned mask, int near, int far)
{
    uint32_t sum[256] = {0};
    uint32_t n = 0;
    for (int o = 0; o < UNCAP_MATTE_OCTANTS; o++)
        for (int d = near; d <= far && mask >> o & 1; d++)
            for (int v = 0; v < 256; v++) {
                sum[v] += bin(p, o, d)[v];
                n += bin(p, o, d)[v];
            }
    if (n < 8)
        return -1.0F;
    uint32_t left = n / 2;
    int v = 0;
    for (; left >= sum[v]; v++)
        left -= sum[v];
    return (float)v;
}

/* Walk outward until two distances in a row show the scene again. */
static int walk(const struct profile *p, unsigned mask, int cap, float base, float tolerance)
{
    int run = 0;
    for (int d = 1; d <= cap; d++) {
        const float v = median(p, mask, d, d);
        if (v >= 0.0F && fabsf(v - base) > tolerance)
            run = 0;
        else if (++run == 2)
            return d - 2;
    }
    return cap - run;
}

/* Walk inward: the scene itself is not flat in luma, so what counts is the farthest distance that stands out. */
static int walk_in(const struct profile *p, unsigned mask, int cap, float base, float tolerance)
{
    int d = cap;
    while (d > 0 && fabsf(median(p, mask, d, d) - base) <= tolerance)
        d--;
    return d;
}

static const unsigned all_octants = 0xff;

static bool is_soft(const struct profile *p, float inside, float base)
{
    int n = 0;
    for (int d = 1; d <= p->longest; d++) {
        const float left = (median(p, all_octants, d, d) - base) / (inside - base);
        n += left > 0.04F && left < 0.45F;
    }
    return n >= 2;
}

/* All directions first, then each with its two neighbours; a shadow may reach up to 3 px further than the mean. */
static void walk_all(const struct profile *p, int cap, float base, float tolerance, bool inward,
                     struct uncap_matte_reach *reach)
{
    int (*const go)(const struct profile *, unsigned, int, float, float) = inward ? walk_in : walk;
    const int iso = go(p, all_octants, cap, base, tolerance);
    for (int o = 0; o < UNCAP_MATTE_OCTANTS; o++) {
        const unsigned three = (7U << o | 7U >> (8 - o)) & 0xffU; /* o .. o + 2 */
        const int centre = (o + 1) % UNCAP_MATTE_OCTANTS;
        const int most = iso + 3 < cap ? iso + 3 : cap;
        reach->octant[centre] = (float)go(p, three, most, base, tolerance);
    }
}

static bool by_gain(const struct uncap_matte_scene *s, const struct uncap_nearest *nearest, struct profile *p,
                    struct uncap_matte_reach *reach)
{
    collect(s, s->gain->px, s->gain->known, nearest, p);
    const float inside = median(p, all_octants, 0, 0);
    const float scene = s->gain->scene;
    if (inside <= 20.0F || scene >= 0.15F * inside)
        return false;
    float base = median(p, all_octants, p->longest + 1, p->n - 1);
    base = base < 0.0F ? scene : base;
    const float tolerance = fmaxf(2.5F, 0.04F * inside) + 0.25F * scene;
    walk_all(p, p->longest, base, tolerance, false, reach);
    reach->cue = UNCAP_MATTE_CUE_GAIN;
    reach->is_soft = is_soft(p, inside, base);
    return true;
}

static bool by_dev(const struct uncap_matte_scene *s, const struct uncap_matte_look *look,
                   const struct uncap_nearest *nearest, struct profile *p, struct uncap_matte_reach *reach)
{
    collect(s, look->dev, NULL, nearest, p);
    const float inside = median(p, all_octants, 0, 0);
    const float base = median(p, all_octants, p->longest + 1, p->n - 1);
    if (inside < 0.0F || base <= 5.0F || base - inside <= 3.0F)
        return false;
    walk_all(p, p->longest, base, fmaxf(1.5F, 0.2F * base), false, reach);
    reach->cue = UNCAP_MATTE_CUE_DEV;
    reach->is_soft = is_soft(p, inside, base);
    return true;
}

static void by_luma(const struct uncap_matte_scene *s, const struct uncap_matte_look *look,
                    const struct uncap_nearest *nearest, struct profile *p, struct uncap_matte_reach *reach)
{
    collect(s, look->med[0], NULL, nearest, p);
    const float inside = median(p, all_octants, 0, 0);
    const float base = median(p, all_octants, p->longest + 1, p->n - 1);
    const int cap = (int)fmaxf(2.0F, 0.2F * s->text_h);
    walk_all(p, cap < p->longest ? cap : p->longest, base, fmaxf(7.0F, 0.1F * fabsf(inside - base)), true, reach);
    reach->cue = UNCAP_MATTE_CUE_LUMA;
    reach->is_soft = false;
}

int uncap_matte_reach_find(const struct uncap_matte_scene *scene, const struct uncap_matte_look *look,
                           const struct uncap_nearest *nearest, struct uncap_matte_reach *reach,
                           struct uncap_error *err)
{
    struct profile p = {.longest = (int)fmaxf(3.0F, 0.33F * scene->text_h + 0.5F)};
    p.n = p.longest + BEYOND + 1;
    p.counts = uncap_alloc((size_t)UNCAP_MATTE_OCTANTS * (size_t)p.n * 256, sizeof(*p.counts));
    if (!p.counts)
        return uncap_fail_nomem(err, "the reach of a caption");
    if (!by_gain(scene, nearest, &p, reach) && !by_dev(scene, look, nearest, &p, reach))
        by_luma(scene, look, nearest, &p, reach);
    const float least = reach->cue == UNCAP_MATTE_CUE_LUMA ? fmaxf(2.0F, 0.08F * scene->text_h) : 1.0F;
    for (int o = 0; o < UNCAP_MATTE_OCTANTS; o++)
        reach->octant[o] = fmaxf(reach->octant[o], least);
    uncap_free(p.counts);
    return UNCAP_OK;
}
