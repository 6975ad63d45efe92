/* SPDX-License-Identifier: Apache-2.0 */
#include "detect/matte/outline.h"

#include <math.h>
#include <string.h>

#include "base/memory.h"
#include "detect/matte/outside.h"
#include "detect/matte/palette.h"
#include "detect/matte/pieces.h"
#include "detect/matte/strokes.h"
#include "kernels/components.h"
#include "kernels/distance.h"
#include "kernels/morphology.h"

/* How much of one tone's strokes survives when the shape of all strokes is closed and its rim taken off:
 * nearly all of a fill within its outline, little of the outline; -1 if there are no strokes of that tone. */
static float inwardness(const struct uncap_matte_scene *s, const uint8_t *core, int tone, uint8_t *tmp,
                        uint8_t *spare)
{
    const size_t area = (size_t)s->w * (size_t)s->h;
    const int rim = (int)fmaxf(1.0F, 0.04F * s->text_h); /* a part of an outline, however large the letters */
    for (size_t i = 0; i < area; i++)
        tmp[i] = core[i] != 0;
    uncap_morph_dilate(tmp, tmp, spare, s->w, s->h, 2, 2);
    uncap_morph_erode(tmp, tmp, spare, s->w, s->h, 2 + rim, 2 + rim);
    size_t n = 0;
    size_t kept = 0;
    for (size_t i = 0; i < area; i++)
        if (core[i] & tone) {
            n++;
            kept += tmp[i];
        }
    return n ? (float)kept / (float)n : -1.0F;
}

int uncap_matte_outline_fill(const struct uncap_matte_scene *scene, const uint8_t *core, uint8_t *tmp,
                             uint8_t *spare)
{
    const float bright = inwardness(scene, core, UNCAP_MATTE_BRIGHT, tmp, spare);
    const float dark = inwardness(scene, core, UNCAP_MATTE_DARK, tmp, spare);
    if (bright < 0.0F || dark < 0.0F || bright + dark <= 0.0F)
        return 0;
    return (bright * 1.1F > dark ? UNCAP_MATTE_BRIGHT : 0) | (dark * 1.1F > bright ? UNCAP_MATTE_DARK : 0);
}

enum { MAX_WIDTH = 64 }; /* pixels of the widest outline, and the thickest fill, that is looked for */

/* How many pixels there are at each distance from the fill, by octant, and how many of them are of the
 * outline's tone. */
struct ring {
    size_t n, toned;
};

struct rings {
    struct ring at[UNCAP_MATTE_OCTANTS][MAX_WIDTH + 1];
    int longest;
};

/* fill, tone   which tone is the letters' fill, and which the outline's.
 * fills, lines [h][w]: may be fill, may be outline.
 * nearest      [h][w] vector from the nearest pixel of the set that is looked at. */
struct outline {
    const struct uncap_matte_scene *scene;
    const struct uncap_matte_look *look;
    uint8_t *core;
    int fill, tone;
    size_t area;
    uint8_t *fills, *lines, *map, *spare;
    int32_t *label;
    struct uncap_nearest *nearest;
    struct uncap_matte_palette palette;
    struct rings rings;
};

static int distance_of(struct uncap_nearest v)
{
    const float d2 = (float)uncap_nearest_d2(v);
    return d2 < (float)(MAX_WIDTH * MAX_WIDTH) ? (int)(sqrtf(d2) + 0.5F) : MAX_WIDTH + 1;
}

static bool measure_from(struct outline *o, const uint8_t *set)
{
    return uncap_distance_nearest(set, o->nearest, o->scene->w, o->scene->h);
}

static void collect(struct outline *o)
{
    const int longest = (int)(0.4F * o->scene->text_h) + 2;
    o->rings = (struct rings){.longest = longest < MAX_WIDTH ? longest : MAX_WIDTH};
    for (size_t i = 0; i < o->area; i++) {
        const int d = distance_of(o->nearest[i]);
        if (d == 0 || d > o->rings.longest || o->scene->zone[i] != UNCAP_MATTE_ZONE_TEXT)
            continue;
        struct ring *r = &o->rings.at[uncap_matte_octant(o->nearest[i].dx, o->nearest[i].dy)][d];
        r->n++;
        r->toned += (o->core[i] & o->tone) != 0;
    }
}

/* Where the outline ends in a direction: the last distance at which a third of the pixels, over it and its
 * neighbours, are of the outline's tone. */
static int width_of(const struct rings *rings, int octant)
{
    for (int d = rings->longest; d > 0; d--) {
        struct ring sum = {0, 0};
        for (int k = -1; k <= 1; k++) {
            const struct ring *r = &rings->at[(octant + k + UNCAP_MATTE_OCTANTS) % UNCAP_MATTE_OCTANTS][d];
            sum.n += r->n;
            sum.toned += r->toned;
        }
        if (sum.n && 3 * sum.toned >= sum.n)
            return d;
    }
    return 0;
}

/* An outline is as wide along every axis, on that side at least to which no shadow falls. What is much wider
 * along one than along another is what lies between the letters, or between lines of them. */
static bool is_even(const struct rings *rings)
{
    int low = MAX_WIDTH;
    int high = 0;
    for (int k = 0; k < UNCAP_MATTE_OCTANTS / 2; k++) {
        const int there = width_of(rings, k);
        const int back = width_of(rings, k + UNCAP_MATTE_OCTANTS / 2);
        const int width = there < back ? there : back;
        low = width < low ? width : low;
        high = width > high ? width : high;
    }
    return high <= 2 * low + 1;
}

/* An outline goes all around the fill. */
static bool goes_around(const struct rings *rings)
{
    if (!is_even(rings))
        return false;
    for (int d = 1; d <= 2; d++) {
        struct ring sum = {0, 0};
        for (int k = 0; k < UNCAP_MATTE_OCTANTS; k++) {
            sum.n += rings->at[k][d].n;
            sum.toned += rings->at[k][d].toned;
        }
        if (sum.n && 10 * sum.toned >= 7 * sum.n)
            return true;
    }
    return false;
}

/* may = what is of the tone, or has a colour of it. */
static void find_candidates(struct outline *o, int tone, uint8_t *may)
{
    const int n_channels = o->scene->n_channels;
    for (size_t i = 0; i < o->area; i++)
        o->map[i] = (o->core[i] & tone) != 0;
    uncap_matte_palette_find(o->look, n_channels, o->map, o->area, &o->palette);
    for (size_t i = 0; i < o->area; i++)
        may[i] = o->map[i] || uncap_matte_palette_has(&o->palette, o->look, n_channels, i);
}

/* map = pixels of fill right beside which there is what may be outline. */
static bool find_dressed(struct outline *o)
{
    for (size_t i = 0; i < o->area; i++)
        o->map[i] = (o->core[i] & o->fill) != 0;
    if (!measure_from(o, o->map))
        return false;
    memset(o->map, 0, o->area);
    for (size_t i = 0; i < o->area; i++) {
        const int d = distance_of(o->nearest[i]);
        if (o->lines[i] && d >= 1 && d <= 2)
            o->map[(ptrdiff_t)i - (ptrdiff_t)o->nearest[i].dy * o->scene->w - o->nearest[i].dx] = 1;
    }
    return true;
}

/* The median over pieces of fill, as large as a letter at least, of how far their pixels lie from the nearest
 * dressed one: a bright scene between the letters is but one piece. 0 if there is none. */
static int median_depth(const struct outline *o, const struct uncap_component *parts, int n,
                        const uint8_t *deepest)
{
    int counts[MAX_WIDTH + 2] = {0};
    int n_letters = 0;
    const float letter = 0.02F * o->scene->text_h * o->scene->text_h;
    for (int k = 1; k <= n; k++)
        if ((float)parts[k].n_pixels >= letter && deepest[k] <= MAX_WIDTH) {
            counts[deepest[k]]++;
            n_letters++;
        }
    int depth = 0;
    for (int sum = counts[0]; depth < MAX_WIDTH && 2 * sum < n_letters; sum += counts[depth])
        depth++;
    return depth;
}

/* Leaves in nearest the way to the dressed pixels. */
static bool depth_of_letters(struct outline *o, int *depth)
{
    int n = 0;
    struct uncap_component *parts = NULL;
    if (!find_dressed(o) || !measure_from(o, o->map))
        return false;
    for (size_t i = 0; i < o->area; i++)
        o->map[i] = (o->core[i] & o->fill) != 0;
    if (!uncap_components_label(o->map, o->label, o->scene->w, o->scene->h, &parts, &n))
        return false;
    uint8_t *deepest = uncap_alloc((size_t)n + 1, 1);
    for (size_t i = 0; deepest && i < o->area; i++) {
        const int d = distance_of(o->nearest[i]);
        if (o->map[i] && d > deepest[o->label[i]])
            deepest[o->label[i]] = (uint8_t)d;
    }
    if (deepest)
        *depth = median_depth(o, parts, n, deepest);
    const bool ok = deepest != NULL;
    uncap_free(deepest);
    uncap_free(parts);
    return ok;
}

/* Drop the fill that is farther from an outline beside it than letters are thick. */
static bool trim_fill(struct outline *o)
{
    int depth;
    if (!depth_of_letters(o, &depth))
        return false;
    const int most = depth + depth / 2 + 1;
    for (size_t i = 0; i < o->area; i++)
        if (o->map[i] && distance_of(o->nearest[i]) > most) {
            o->core[i] &= (uint8_t)~o->fill;
            o->fills[i] = 0;
        }
    return true;
}

/* Came with the caption, clearly: where the scene hardly moved meanwhile, by as much as tells strokes. */
static bool came_with_it(const struct uncap_matte_gain *gain, size_t i)
{
    static const float clear = 40.0F;
    return uncap_matte_gain_is_calm(gain) && gain->fair[i] && (float)gain->px[i] - gain->scene >= clear;
}

/* Drop the outline that is farther from the fill than it is wide, unless it came with the letters: a fill
 * that changes its colour while it stands looks as if it moved with the scene, and may not be known here. */
static bool trim_outline(struct outline *o, int width[UNCAP_MATTE_OCTANTS])
{
    for (size_t i = 0; i < o->area; i++)
        o->map[i] = (o->core[i] & o->fill) != 0;
    if (!measure_from(o, o->map))
        return false;
    collect(o);
    for (int k = 0; k < UNCAP_MATTE_OCTANTS; k++)
        width[k] = width_of(&o->rings, k);
    if (!measure_from(o, o->fills))
        return false;
    for (size_t i = 0; i < o->area; i++)
        if (!came_with_it(o->scene->gain, i) &&
            distance_of(o->nearest[i]) > width[uncap_matte_octant(o->nearest[i].dx, o->nearest[i].dy)] + 1)
            o->core[i] &= (uint8_t)~o->tone;
    return true;
}

static bool open_outline(struct outline *o)
{
    o->fills = uncap_alloc(5, o->area);
    o->label = uncap_alloc(o->area, sizeof(*o->label));
    o->nearest = uncap_alloc(o->area, sizeof(*o->nearest));
    if (!o->fills || !o->label || !o->nearest)
        return false;
    o->lines = o->fills + o->area;
    o->map = o->lines + o->area;
    o->spare = o->map + o->area;
    o->core = o->spare + o->area;
    return true;
}

/* Look at `fill` as the tone of letters with an outline of the other tone: what lies outside of the outlines
 * has no part in it and is dropped from o->core, which begins as core. */
static bool try_fill(struct outline *o, const uint8_t *core, int fill, bool *is_around)
{
    memcpy(o->core, core, o->area);
    o->fill = fill;
    o->tone = (UNCAP_MATTE_BRIGHT | UNCAP_MATTE_DARK) & ~fill;
    if (!uncap_matte_pieces_drop_bare(o->core, fill, o->tone, o->scene->w, o->scene->h))
        return false;
    find_candidates(o, o->fill, o->fills);
    find_candidates(o, o->tone, o->lines);
    if (!uncap_matte_outside_drop(o->scene, o->lines, o->core, fill, o->fills))
        return false;
    *is_around = uncap_matte_outline_fill(o->scene, o->core, o->map, o->spare) == fill;
    for (size_t i = 0; i < o->area; i++)
        o->map[i] = (o->core[i] & fill) != 0;
    if (!measure_from(o, o->map))
        return false;
    collect(o);
    *is_around = *is_around && goes_around(&o->rings);
    return true;
}

/* Whether two tones are fill and outline of the same letters. Where either may be the fill, it is the bright
 * one if that is clearly within the other once what lies outside is gone. */
static bool find_outline(struct outline *o, const uint8_t *core, bool *is_around)
{
    const int fill = uncap_matte_outline_fill(o->scene, core, o->map, o->spare);
    *is_around = false;
    return !fill || try_fill(o, core, fill & UNCAP_MATTE_BRIGHT ? UNCAP_MATTE_BRIGHT : fill, is_around);
}

int uncap_matte_outline_trim(const struct uncap_matte_scene *scene, const struct uncap_matte_look *look,
                             uint8_t *core, struct uncap_matte_outline *outline, struct uncap_error *err)
{
    struct outline *o = uncap_alloc(1, sizeof(*o));
    if (!o)
        return uncap_fail_nomem(err, "the outline of a caption");
    *o = (struct outline){.scene = scene, .look = look, .area = (size_t)scene->w * (size_t)scene->h};
    bool ok = open_outline(o) && find_outline(o, core, &outline->is_around);
    if (ok && outline->is_around)
        ok = trim_fill(o) && trim_outline(o, outline->px);
    if (ok && outline->is_around)
        memcpy(core, o->core, o->area);
    uncap_free(o->fills);
    uncap_free(o->label);
    uncap_free(o->nearest);
    uncap_free(o);
    return ok ? UNCAP_OK : uncap_fail_nomem(err, "the outline of a caption");
}
