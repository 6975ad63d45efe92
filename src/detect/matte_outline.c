/* SPDX-License-Identifier: Apache-2.0 */
#include "detect/matte_outline.h"

#include <math.h>
#include <stdlib.h>

#include "base/memory.h"
#include "detect/matte_reach.h"
#include "detect/matte_strokes.h"
#include "kernels/components.h"
#include "kernels/distance.h"
#include "kernels/morphology.h"
#include "kernels/order.h"

/* How much of one tone's strokes survives when the shape of all strokes is closed and its rim taken off:
 * nearly all of a fill within its outline, little of the outline; -1 if there are no strokes of that tone. */
static float inwardness(const struct uncap_matte_scene *s, const uint8_t *core, int tone, uint8_t *tmp,
                        uint8_t *spare)
{
    const size_t area = (size_t)s->w * (size_t)s->h;
    for (size_t i = 0; i < area; i++)
        tmp[i] = core[i] != 0;
    uncap_morph_dilate(tmp, tmp, spare, s->w, s->h, 2, 2);
    uncap_morph_erode(tmp, tmp, spare, s->w, s->h, 3, 3);
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

/* fill, tone  which tone is the letters' fill, and which the outline's.
 * nearest     [h][w] vector from the nearest pixel of the fill. */
struct outline {
    int w, h, fill, tone;
    size_t area;
    uint8_t *map;
    int32_t *label;
    struct uncap_nearest *nearest;
};

enum { MAX_WIDTH = 64 }; /* pixels of the widest outline that is looked for */

/* How many pixels there are at each distance from the fill, by octant, and how many of them are of the
 * outline's tone. */
struct ring {
    size_t n, toned;
};

struct rings {
    struct ring at[UNCAP_MATTE_OCTANTS][MAX_WIDTH + 1];
    int longest;
};

static int distance_of(struct uncap_nearest v)
{
    const float d2 = (float)uncap_nearest_d2(v);
    return d2 < (float)(MAX_WIDTH * MAX_WIDTH) ? (int)(sqrtf(d2) + 0.5F) : MAX_WIDTH + 1;
}

static void collect(const struct uncap_matte_scene *s, const uint8_t *core, int outline,
                    const struct uncap_nearest *nearest, struct rings *rings)
{
    for (size_t i = 0; i < (size_t)s->w * (size_t)s->h; i++) {
        const int d = distance_of(nearest[i]);
        if (d == 0 || d > rings->longest || s->zone[i] != UNCAP_MATTE_ZONE_TEXT)
            continue;
        struct ring *r = &rings->at[uncap_matte_octant(nearest[i].dx, nearest[i].dy)][d];
        r->n++;
        r->toned += (core[i] & outline) != 0;
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

/* An outline goes all around the fill. */
static bool goes_around(const struct rings *rings)
{
    for (int d = 1; d <= 2; d++) {
        struct ring sum = {0, 0};
        for (int o = 0; o < UNCAP_MATTE_OCTANTS; o++) {
            sum.n += rings->at[o][d].n;
            sum.toned += rings->at[o][d].toned;
        }
        if (sum.n && 10 * sum.toned >= 7 * sum.n)
            return true;
    }
    return false;
}

static void trim(const struct outline *o, struct rings *rings, uint8_t *core)
{
    int width[UNCAP_MATTE_OCTANTS];
    for (int k = 0; k < UNCAP_MATTE_OCTANTS; k++)
        width[k] = width_of(rings, k);
    for (size_t i = 0; i < o->area; i++)
        if (distance_of(o->nearest[i]) > width[uncap_matte_octant(o->nearest[i].dx, o->nearest[i].dy)] + 1)
            core[i] &= (uint8_t)~o->tone;
}

/* Median luma of the outline right beside the fill. */
static int luma_of(const struct outline *o, const struct uncap_matte_look *look, const uint8_t *core)
{
    for (size_t i = 0; i < o->area; i++)
        o->map[i] = (core[i] & o->tone) != 0 && distance_of(o->nearest[i]) <= 2;
    return uncap_order_quantile(look->med[0], o->map, 1, o->area, 0.5);
}

enum { SAME_LUMA = 55 }; /* levels between the outline and what may hide it */

/* Drop the pieces of fill around which there is no outline, although it could be seen there. */
static bool drop_bare(struct outline *o, const struct uncap_matte_look *look, uint8_t *core)
{
    const int luma = luma_of(o, look, core);
    struct uncap_component *parts = NULL;
    int n = 0;
    for (size_t i = 0; i < o->area; i++)
        o->map[i] = (core[i] & o->fill) != 0;
    if (!uncap_components_label(o->map, o->label, o->w, o->h, &parts, &n))
        return false;
    uncap_free(parts);
    struct ring *rings = uncap_alloc((size_t)n + 1, sizeof(*rings));
    for (size_t i = 0; rings && i < o->area; i++) {
        const int d = distance_of(o->nearest[i]);
        if (d < 1 || d > 2)
            continue;
        const ptrdiff_t source = (ptrdiff_t)i - (ptrdiff_t)o->nearest[i].dy * o->w - o->nearest[i].dx;
        struct ring *r = &rings[o->label[source]];
        r->n++;
        r->toned += (core[i] & o->tone) || abs(look->med[0][i] - luma) < SAME_LUMA;
    }
    for (size_t i = 0; rings && i < o->area; i++)
        if (o->map[i] && 5 * rings[o->label[i]].toned < 2 * rings[o->label[i]].n)
            core[i] &= (uint8_t)~o->fill;
    uncap_free(rings);
    return rings != NULL;
}

/* Distances from the fill, and what there is at each of them. */
static bool look_around(struct outline *o, const struct uncap_matte_scene *scene, const uint8_t *core,
                        struct rings *rings)
{
    for (size_t i = 0; i < o->area; i++)
        o->map[i] = (core[i] & o->fill) != 0;
    if (!uncap_distance_nearest(o->map, o->nearest, o->w, o->h))
        return false;
    const int longest = (int)(0.4F * scene->text_h) + 2;
    *rings = (struct rings){.longest = longest < MAX_WIDTH ? longest : MAX_WIDTH};
    collect(scene, core, o->tone, o->nearest, rings);
    return true;
}

int uncap_matte_outline_trim(const struct uncap_matte_scene *scene, const struct uncap_matte_look *look,
                             uint8_t *core, bool *is_outlined, struct uncap_error *err)
{
    const size_t area = (size_t)scene->w * (size_t)scene->h;
    uint8_t *maps = uncap_alloc(2, area);
    struct outline o = {.w = scene->w,
                        .h = scene->h,
                        .area = area,
                        .map = maps,
                        .nearest = uncap_alloc(area, sizeof(*o.nearest)),
                        .label = uncap_alloc(area, sizeof(*o.label))};
    struct rings *rings = uncap_alloc(1, sizeof(*rings));
    bool ok = maps && o.nearest && o.label && rings;
    *is_outlined = false;
    o.fill = ok ? uncap_matte_outline_fill(scene, core, maps, maps + area) : 0;
    o.tone = (UNCAP_MATTE_BRIGHT | UNCAP_MATTE_DARK) & ~o.fill;
    if (o.fill && o.tone) {
        ok = look_around(&o, scene, core, rings);
        *is_outlined = ok && goes_around(rings);
    }
    if (*is_outlined) {
        ok = drop_bare(&o, look, core) && look_around(&o, scene, core, rings);
        if (ok)
            trim(&o, rings, core);
    }
    uncap_free(rings);
    uncap_free(o.label);
    uncap_free(o.nearest);
    uncap_free(maps);
    return ok ? UNCAP_OK : uncap_fail_nomem(err, "the outline of a caption");
}
