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

/* Histograms of one evidence by octant and distance: counts[octant][distance 0..n-1][256], and which of their
 * quantiles is looked at, in per cent. */
struct profile {
    uint32_t *counts;
    int longest, n; /* longest reach looked for; distances */
    uint32_t per_cent;
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
        const bool is_stroke = nearest[i].dx == 0 && nearest[i].dy == 0;
        if ((s->zone[i] == UNCAP_MATTE_ZONE_OTHER && !is_stroke) || (known && !known[i]) ||
            abs(nearest[i].dx) > limit || abs(nearest[i].dy) > limit)
            continue;
        const int d = (int)(sqrtf((float)uncap_nearest_d2(nearest[i])) + 0.5F);
        if (d <= limit)
            bin(p, uncap_matte_octant(nearest[i].dx, nearest[i].dy), d)[evidence[i]]++;
    }
}

/* Quantile over distances [near, far] and the octants of mask, -1 if there are fewer than 8 pixels. */
static float quantile(const struct profile *p, unsigned mask, int near, int far)
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
    uint32_t left = (n - 1) * p->per_cent / 100;
    int v = 0;
    for (; left >= sum[v]; v++)
        left -= sum[v];
    return (float)v;
}

/* How the evidence at one distance differs from that just beyond it: inside - outside, less the slope it has
 * out there anyway if the scene itself is sloped. */
static float step_at(const struct profile *p, unsigned mask, int d, bool is_sloped)
{
    const float here = quantile(p, mask, d, d);
    const float beyond = quantile(p, mask, d + 1, d + 4);
    if (here < 0.0F || beyond < 0.0F)
        return 0.0F;
    const float farther = quantile(p, mask, d + 3, d + 6);
    const float step = here - beyond;
    const float slope = is_sloped && farther >= 0.0F ? 1.25F * (beyond - farther) : 0.0F;
    if (slope * step <= 0.0F)
        return step;
    return fabsf(slope) < fabsf(step) ? step - slope : 0.0F;
}

/* What counts as the caption's edge: a step of at least `tolerance` in the direction of `sign` (0: any). The
 * scene's own evidence may rise or fall slowly over many distances, and a caption may be level over some, so
 * the edge is looked for from the outside in and by what lies just beyond, not by one base for all. */
struct edge {
    float tolerance;
    int sign;
    bool is_sloped; /* the evidence has a slope of its own */
};

static int walk_in(const struct profile *p, unsigned mask, int cap, struct edge edge)
{
    for (int d = cap; d > 0; d--) {
        const float step = step_at(p, mask, d, edge.is_sloped);
        const float along = edge.sign ? step * (float)edge.sign : fabsf(step);
        if (along > edge.tolerance)
            return d;
    }
    return 0;
}

static const unsigned all_octants = 0xff;

/* The evidence passes through two distances or more on its way from the caption's to the scene's. */
static bool is_soft(const struct profile *p, float inside, float base, int reach)
{
    int n = 0;
    for (int d = 1; d <= reach + 1 && fabsf(inside - base) > 8.0F; d++) {
        const float left = (quantile(p, all_octants, d, d) - base) / (inside - base);
        n += left > 0.08F && left < 0.6F;
    }
    return n >= 2;
}

/* All directions first, then each with its two neighbours; a shadow may reach up to 3 px further than the
 * mean. */
static int walk_all(const struct profile *p, int cap, struct edge edge, struct uncap_matte_reach *reach)
{
    const int iso = walk_in(p, all_octants, cap, edge);
    const int most = iso + 3 < cap ? iso + 3 : cap;
    for (int o = 0; o < UNCAP_MATTE_OCTANTS; o++) {
        const unsigned three = (7U << o | 7U >> (8 - o)) & 0xffU; /* o .. o + 2 */
        const int r = walk_in(p, three, most, edge);
        reach->octant[(o + 1) % UNCAP_MATTE_OCTANTS] = (float)(r < iso - 2 ? iso - 2 : r);
    }
    return iso;
}

/* Of how many strokes something is known: what a corner of the text tells is not true of all of it. */
static bool is_known_well(const struct uncap_matte_scene *s, const struct uncap_nearest *nearest,
                          const uint8_t *known)
{
    size_t n = 0;
    size_t n_known = 0;
    for (size_t i = 0; i < (size_t)s->w * (size_t)s->h; i++)
        if (nearest[i].dx == 0 && nearest[i].dy == 0) {
            n++;
            n_known += known[i];
        }
    return 3 * n_known >= n;
}

static bool by_gain(const struct uncap_matte_scene *s, const struct uncap_nearest *nearest, struct profile *p,
                    uint8_t *known, struct uncap_matte_reach *reach)
{
    const struct uncap_matte_gain *g = s->gain;
    for (size_t i = 0; i < (size_t)s->w * (size_t)s->h;
         i++) /* changes that the scene's motion explains say nothing */
        known[i] = g->known[i] && s->motion[i] != UNCAP_MATTE_MOVES &&
                   (g->sure[i] || (float)g->px[i] <= g->scene + 6.0F);
    if (!is_known_well(s, nearest, known))
        return false;
    p->per_cent = 75; /* a dark outline shows only where the scene is bright */
    collect(s, g->px, known, nearest, p);
    const float inside = quantile(p, all_octants, 0, 0);
    const float base = quantile(p, all_octants, p->longest + 1, p->n - 1);
    if (inside <= 20.0F || g->scene >= 0.15F * inside || base < 0.0F)
        return false;
    const int iso = walk_all(p, p->longest,
                             (struct edge){fmaxf(1.5F, 0.015F * inside) + 0.1F * g->scene, 1, false}, reach);
    reach->cue = UNCAP_MATTE_CUE_GAIN;
    reach->is_soft = is_soft(p, inside, base, iso);
    return true;
}

static bool by_dev(const struct uncap_matte_scene *s, const struct uncap_matte_look *look,
                   const struct uncap_nearest *nearest, struct profile *p, struct uncap_matte_reach *reach)
{
    p->per_cent = 50;
    collect(s, look->dev, NULL, nearest, p);
    const float inside = quantile(p, all_octants, 0, 0);
    const float base = quantile(p, all_octants, p->longest + 1, p->n - 1);
    if (inside < 0.0F || base <= 10.0F || base - inside <= 5.0F)
        return false;
    const int iso = walk_all(p, p->longest, (struct edge){fmaxf(2.5F, 0.13F * base), -1, true}, reach);
    reach->cue = UNCAP_MATTE_CUE_DEV;
    reach->is_soft = is_soft(p, inside, base, iso);
    return true;
}

static void by_luma(const struct uncap_matte_scene *s, const struct uncap_matte_look *look,
                    const struct uncap_nearest *nearest, struct profile *p, struct uncap_matte_reach *reach)
{
    p->per_cent = 50;
    collect(s, look->med[0], NULL, nearest, p);
    const float inside = quantile(p, all_octants, 0, 0);
    const float base = quantile(p, all_octants, p->longest + 1, p->n - 1);
    const int cap = (int)fmaxf(2.0F, 0.2F * s->text_h);
    walk_all(p, cap < p->longest ? cap : p->longest,
             (struct edge){fmaxf(7.0F, 0.1F * fabsf(inside - base)), 0, true}, reach);
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
    uint8_t *known = uncap_alloc((size_t)scene->w, (size_t)scene->h);
    if (!p.counts || !known) {
        uncap_free(p.counts);
        uncap_free(known);
        return uncap_fail_nomem(err, "the reach of a caption");
    }
    if (!by_gain(scene, nearest, &p, known, reach) && !by_dev(scene, look, nearest, &p, reach))
        by_luma(scene, look, nearest, &p, reach);
    const bool is_guess = reach->cue == UNCAP_MATTE_CUE_LUMA && !scene->outline_px;
    const float least = is_guess ? fmaxf(2.0F, 0.08F * scene->text_h) : 1.0F;
    for (int o = 0; o < UNCAP_MATTE_OCTANTS; o++)
        reach->octant[o] = fmaxf(reach->octant[o], least);
    uncap_free(p.counts);
    uncap_free(known);
    return UNCAP_OK;
}
