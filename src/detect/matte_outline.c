/* SPDX-License-Identifier: Apache-2.0 */
#include "detect/matte_outline.h"

#include <math.h>

#include "base/memory.h"
#include "detect/matte_reach.h"
#include "detect/matte_strokes.h"
#include "kernels/distance.h"
#include "kernels/morphology.h"

/* How much of one tone's strokes survives when the shape of all strokes is closed and its rim taken off:
 * nearly all of a fill within its outline, little of the outline. */
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
    return n ? (float)kept / (float)n : 0.0F;
}

int uncap_matte_outline_fill(const struct uncap_matte_scene *scene, const uint8_t *core, uint8_t *tmp,
                             uint8_t *spare)
{
    const float bright = inwardness(scene, core, UNCAP_MATTE_BRIGHT, tmp, spare);
    const float dark = inwardness(scene, core, UNCAP_MATTE_DARK, tmp, spare);
    if (bright <= 0.0F || dark <= 0.0F)
        return 0;
    return (bright * 1.1F > dark ? UNCAP_MATTE_BRIGHT : 0) | (dark * 1.1F > bright ? UNCAP_MATTE_DARK : 0);
}

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
static bool is_outlined(const struct rings *rings)
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

static void trim(const struct uncap_matte_scene *s, const struct uncap_nearest *nearest, int fill,
                 struct rings *rings, uint8_t *core)
{
    const int outline = (UNCAP_MATTE_BRIGHT | UNCAP_MATTE_DARK) & ~fill;
    const int longest = (int)(0.4F * s->text_h) + 2;
    rings->longest = longest < MAX_WIDTH ? longest : MAX_WIDTH;
    collect(s, core, outline, nearest, rings);
    if (!is_outlined(rings))
        return;
    int width[UNCAP_MATTE_OCTANTS];
    for (int o = 0; o < UNCAP_MATTE_OCTANTS; o++)
        width[o] = width_of(rings, o);
    for (size_t i = 0; i < (size_t)s->w * (size_t)s->h; i++)
        if (distance_of(nearest[i]) > width[uncap_matte_octant(nearest[i].dx, nearest[i].dy)] + 1)
            core[i] &= (uint8_t)~outline;
}

int uncap_matte_outline_trim(const struct uncap_matte_scene *scene, uint8_t *core, struct uncap_error *err)
{
    const size_t area = (size_t)scene->w * (size_t)scene->h;
    uint8_t *maps = uncap_alloc(2, area);
    struct uncap_nearest *nearest = uncap_alloc(area, sizeof(*nearest));
    struct rings *rings = uncap_alloc(1, sizeof(*rings));
    bool ok = maps && nearest && rings;
    const int fill = ok ? uncap_matte_outline_fill(scene, core, maps, maps + area) : 0;
    if (fill == UNCAP_MATTE_BRIGHT || fill == UNCAP_MATTE_DARK) {
        for (size_t i = 0; i < area; i++)
            maps[i] = (core[i] & fill) != 0;
        ok = uncap_distance_nearest(maps, nearest, scene->w, scene->h);
        if (ok)
            trim(scene, nearest, fill, rings, core);
    }
    uncap_free(rings);
    uncap_free(nearest);
    uncap_free(maps);
    return ok ? UNCAP_OK : uncap_fail_nomem(err, "the outline of a caption");
}
