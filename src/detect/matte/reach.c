/* SPDX-License-Identifier: Apache-2.0 */
#include "detect/matte/reach.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "detect/matte/halo.h"
#include "detect/matte/light.h"
#include "kernels/distance.h"

/* A profile and the quantile of it that is looked at. */
struct evidence {
    struct uncap_matte_profile profile;
    uint32_t per_cent;
};

static float quantile(const struct evidence *e, unsigned mask, int near, int far)
{
    return uncap_matte_profile_quantile(&e->profile, mask, near, far, e->per_cent);
}

static float base_of(const struct evidence *e)
{
    return quantile(e, UNCAP_MATTE_ALL_OCTANTS, e->profile.longest + 1, e->profile.n - 1);
}

/* How the evidence at one distance differs from that just beyond it: inside - outside, less the slope it has
 * out there anyway if the scene itself is sloped. */
static float step_at(const struct evidence *e, unsigned mask, int d, bool is_sloped)
{
    const float here = quantile(e, mask, d, d);
    const float beyond = quantile(e, mask, d + 1, d + 4);
    if (here < 0.0F || beyond < 0.0F)
        return 0.0F;
    const float farther = quantile(e, mask, d + 3, d + 6);
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

static int edge_in(const struct evidence *e, unsigned mask, int cap, struct edge edge)
{
    for (int d = cap; d > 0; d--) {
        const float step = step_at(e, mask, d, edge.is_sloped);
        const float along = edge.sign ? step * (float)edge.sign : fabsf(step);
        if (along > edge.tolerance)
            return d;
    }
    return 0;
}

/* The evidence passes through two distances or more on its way from the caption's to the scene's. */
static bool is_soft(const struct evidence *e, float inside, float base, int reach)
{
    int n = 0;
    for (int d = 1; d <= reach + 1 && fabsf(inside - base) > 8.0F; d++) {
        const float left = (quantile(e, UNCAP_MATTE_ALL_OCTANTS, d, d) - base) / (inside - base);
        n += left > 0.08F && left < 0.6F;
    }
    return n >= 2;
}

/* Where the reach is looked for: in the light, if there is one. */
struct cue {
    const struct evidence *evidence;
    struct edge edge;
    const struct uncap_matte_light *light;
};

static int walk_in(const struct cue *cue, unsigned mask, int cap)
{
    return cue->light ? uncap_matte_light_reach(cue->light, mask, cap)
                      : edge_in(cue->evidence, mask, cap, cue->edge);
}

/* All directions first, then each with its two neighbours; a shadow may reach up to 3 px further than the
 * mean. */
static int walk_all(const struct cue *cue, int cap, struct uncap_matte_reach *reach)
{
    const int iso = walk_in(cue, UNCAP_MATTE_ALL_OCTANTS, cap);
    const int most = iso + 3 < cap ? iso + 3 : cap;
    for (int o = 0; o < UNCAP_MATTE_OCTANTS; o++) {
        const unsigned three = uncap_matte_three_octants(o);
        const int r = walk_in(cue, three, most);
        reach->octant[(o + 1) % UNCAP_MATTE_OCTANTS] = (float)(r < iso - 2 ? iso - 2 : r);
    }
    return iso;
}

/* The strokes of one caption, and where each pixel is from them.
 *
 * nearest  [h][w] vector from the nearest stroke; place [h][w] in the profiles.
 * in_part  they are letters and a part of their outline. */
struct strokes {
    const struct uncap_nearest *nearest;
    const uint16_t *place;
    size_t area;
    bool in_part;
};

/* Of how many strokes something is known: what a corner of the text tells is not true of all of it. */
static bool is_known_well(const struct strokes *strokes, const uint8_t *known)
{
    size_t n = 0;
    size_t n_known = 0;
    for (size_t i = 0; i < strokes->area; i++)
        if (strokes->nearest[i].dx == 0 && strokes->nearest[i].dy == 0) {
            n++;
            n_known += known[i];
        }
    return 3 * n_known >= n;
}

/* What is known of the caption's coming and going, [h][w] each.
 *
 * scene  what moves in one piece with the scene beside the text: no caption, whatever came and went there.
 * known  where something is; elsewhere the scene changed meanwhile, nobody knows how.
 * told   what some map of the gain says, but for the scene. */
struct testimony {
    uint8_t *scene, *known, *told;
};

static void find_known(const struct uncap_matte_scene *s, const struct testimony *t)
{
    const struct uncap_matte_gain *g = s->gain;
    for (size_t i = 0; i < (size_t)s->w * (size_t)s->h; i++)
        t->known[i] = g->fair[i] && (t->scene[i] || (s->motion[i] != UNCAP_MATTE_MOVES &&
                                                     (g->sure[i] || (float)g->px[i] <= g->scene + 6.0F)));
}

/* nothing: what the map says where there is no caption. */
static void collect_told(struct uncap_matte_profile *profile, const struct strokes *strokes,
                         const uint8_t *map, uint8_t nothing, const struct testimony *t)
{
    for (size_t i = 0; i < strokes->area; i++)
        t->told[i] = t->scene[i] ? nothing : map[i];
    uncap_matte_profile_collect(profile, strokes->place, strokes->area, t->told, t->known);
}

/* Just beyond the reach most pixels changed, though none for sure, and far from the text they did not: those
 * known to have stayed are the exception there, as where an outline is hardly darker than the scene. Then all
 * that does not move with the scene is known.
 *
 * Overwrites the profile and the testimony. */
static bool is_biased(const struct uncap_matte_scene *s, const struct strokes *strokes, struct evidence *e,
                      const struct testimony *t, int reach)
{
    for (size_t i = 0; i < strokes->area; i++) {
        t->told[i] = t->known[i] ? 0 : 255;
        t->known[i] = t->scene[i] || (s->gain->fair[i] && s->motion[i] != UNCAP_MATTE_MOVES);
    }
    uncap_matte_profile_collect(&e->profile, strokes->place, strokes->area, t->told, t->known);
    e->per_cent = 50;
    return quantile(e, UNCAP_MATTE_ALL_OCTANTS, reach + 1, reach + 1) > 0.0F && base_of(e) <= 0.0F;
}

static int light_reach(const struct uncap_matte_scene *s, const struct strokes *strokes,
                       const struct testimony *t, struct uncap_matte_light *light, int longest,
                       struct uncap_matte_reach *reach)
{
    for (int c = 0; c < s->n_channels; c++)
        collect_told(&light->channels[c], strokes, s->gain->light[c], UNCAP_MATTE_NO_LIGHT, t);
    light->most = uncap_matte_light_most(light);
    return walk_all(&(struct cue){.light = light}, longest, reach);
}

static bool by_gain(const struct uncap_matte_scene *s, const struct strokes *strokes, struct evidence *e,
                    const struct testimony *t, struct uncap_matte_light *light,
                    struct uncap_matte_reach *reach)
{
    const struct uncap_matte_gain *g = s->gain;
    find_known(s, t);
    if (!is_known_well(strokes, t->known))
        return false;
    e->per_cent = 75; /* a dark outline shows only where the scene is bright */
    collect_told(&e->profile, strokes, g->px, (uint8_t)g->scene, t);
    const float inside = quantile(e, UNCAP_MATTE_ALL_OCTANTS, 0, 0);
    const float base = base_of(e);
    if (inside <= 20.0F || g->scene >= 0.15F * inside || base < 0.0F)
        return false;
    const int iso = light_reach(s, strokes, t, light, e->profile.longest, reach);
    reach->cue = UNCAP_MATTE_CUE_GAIN;
    reach->is_soft = is_soft(e, inside, base, iso);
    if (strokes->in_part && is_biased(s, strokes, e, t, (int)uncap_matte_widest(reach->octant)))
        light_reach(s, strokes, t, light, e->profile.longest, reach);
    return true;
}

float uncap_matte_widest(const float octant[UNCAP_MATTE_OCTANTS])
{
    float widest = 0.0F;
    for (int o = 0; o < UNCAP_MATTE_OCTANTS; o++)
        widest = fmaxf(widest, octant[o]);
    return widest;
}

/* What lies at a distance varies hardly more than the strokes do while the scene does: it is the caption's,
 * and what came and went did not tell, as where an outline is as dark as what it came over. */
static bool is_still(const struct evidence *dev, float inside, float base, int d)
{
    return d <= dev->profile.longest &&
           quantile(dev, UNCAP_MATTE_ALL_OCTANTS, d, d) < inside + 0.25F * (base - inside);
}

/* A soft shadow has no edge: what moves beneath it shows more and more from the strokes on. Distance up to
 * which it hides three tenths of that or more; 0 if it does not over three distances at least. */
static int soft_reach(const struct evidence *dev, float inside, float base)
{
    enum { LEAST = 3 };
    static const float shown = 0.7F;
    int d = 0;
    float last = inside;
    for (; d < dev->profile.longest; d++) {
        const float here = quantile(dev, UNCAP_MATTE_ALL_OCTANTS, d + 1, d + 1);
        if (here <= last || here >= inside + shown * (base - inside))
            break;
        last = here;
    }
    return d >= LEAST ? d : 0;
}

/* is_told: the reach is what came and went tell; it is kept unless the strokes' surroundings keep still
 * beyond it. */
static bool by_dev(const struct uncap_matte_look *look, const struct strokes *strokes, struct evidence *e,
                   bool is_told, struct uncap_matte_reach *reach)
{
    e->per_cent = 50;
    uncap_matte_profile_collect(&e->profile, strokes->place, strokes->area, look->dev, NULL);
    const float inside = quantile(e, UNCAP_MATTE_ALL_OCTANTS, 0, 0);
    const float base = base_of(e);
    if (inside < 0.0F || base <= 10.0F || base - inside <= 5.0F ||
        (is_told && !is_still(e, inside, base, (int)uncap_matte_widest(reach->octant) + 1)))
        return false;
    const struct cue cue = {e, {fmaxf(2.5F, 0.13F * base), -1, true}, NULL};
    const int iso = walk_all(&cue, e->profile.longest, reach);
    reach->cue = UNCAP_MATTE_CUE_DEV;
    const int soft = soft_reach(e, inside, base);
    for (int o = 0; o < UNCAP_MATTE_OCTANTS; o++)
        reach->octant[o] = fmaxf(reach->octant[o], (float)soft);
    reach->is_soft = is_soft(e, inside, base, iso);
    return true;
}

static void by_luma(const struct uncap_matte_scene *s, const struct uncap_matte_look *look,
                    const struct strokes *strokes, struct evidence *e, struct uncap_matte_reach *reach)
{
    e->per_cent = 50;
    uncap_matte_profile_collect(&e->profile, strokes->place, strokes->area, look->med[0], NULL);
    const float inside = quantile(e, UNCAP_MATTE_ALL_OCTANTS, 0, 0);
    const float base = base_of(e);
    const int cap = (int)fmaxf(2.0F, 0.2F * s->text_h);
    const struct cue cue = {e, {fmaxf(7.0F, 0.1F * fabsf(inside - base)), 0, true}, NULL};
    walk_all(&cue, cap < e->profile.longest ? cap : e->profile.longest, reach);
    reach->cue = UNCAP_MATTE_CUE_LUMA;
    reach->is_soft = false;
}

/* What a reach is at least, whatever the evidence says. Strokes with an outline all around end where it ends,
 * if what came and went tells so. */
static float least_reach(const struct uncap_matte_scene *s, enum uncap_matte_cue cue)
{
    if (cue == UNCAP_MATTE_CUE_LUMA && !s->outline_px)
        return fmaxf(2.0F, 0.08F * s->text_h);
    return cue == UNCAP_MATTE_CUE_GAIN && s->outline_px && !s->is_growing ? 0.0F : 1.0F;
}

/* Light that fades out is reach, whatever else was told. */
static int add_halo(const struct uncap_matte_scene *scene, const struct uncap_nearest *nearest,
                    struct uncap_matte_reach *reach, struct uncap_error *err)
{
    struct uncap_matte_halo halo;
    const int status = uncap_matte_halo_find(scene, nearest, &halo, err);
    if (status || !halo.is_seen)
        return status;
    reach->has_halo = true;
    reach->cue = UNCAP_MATTE_CUE_GAIN;
    for (int o = 0; o < UNCAP_MATTE_OCTANTS; o++)
        reach->octant[o] = fmaxf(reach->octant[o], (float)halo.octant[o]);
    return UNCAP_OK;
}

int uncap_matte_reach_find(const struct uncap_matte_scene *scene, const struct uncap_matte_look *look,
                           const struct uncap_nearest *nearest, bool in_part, struct uncap_matte_reach *reach,
                           struct uncap_error *err)
{
    struct evidence e = {.profile.longest = (int)fmaxf(3.0F, 0.33F * scene->text_h + 0.5F)};
    struct uncap_matte_light light = {.n_channels = scene->n_channels, .scene = scene->gain->scene};
    e.profile.n = e.profile.longest + UNCAP_MATTE_BEYOND + 1;
    const size_t size = uncap_matte_profile_size(&e.profile);
    uint32_t *counts = uncap_alloc((1 + (size_t)scene->n_channels) * size, sizeof(*counts));
    const size_t area = (size_t)scene->w * (size_t)scene->h;
    uint8_t *maps = uncap_alloc(3, area);
    uint16_t *place = uncap_alloc(area, sizeof(*place));
    if (!counts || !maps || !place) {
        uncap_free(counts);
        uncap_free(maps);
        uncap_free(place);
        return uncap_fail_nomem(err, "the reach of a caption");
    }
    e.profile.counts = counts;
    for (int c = 0; c < scene->n_channels; c++) {
        light.channels[c] = e.profile;
        light.channels[c].counts = counts + (size_t)(1 + c) * size;
    }
    const struct testimony t = {.scene = maps, .known = maps + area, .told = maps + 2 * area};
    int status = uncap_matte_moving_scene(scene->motion, scene->zone, scene->w, scene->h, t.scene, err);
    uncap_matte_profile_places(&e.profile, scene, nearest, place);
    const struct strokes strokes = {nearest, place, area, in_part};
    const bool is_told = !status && by_gain(scene, &strokes, &e, &t, &light, reach);
    if (!status && !by_dev(look, &strokes, &e, is_told, reach) && !is_told)
        by_luma(scene, look, &strokes, &e, reach);
    reach->has_halo = false;
    memcpy(reach->edge, reach->octant, sizeof(reach->edge));
    if (!status && scene->gain->scene < 255.0F)
        status = add_halo(scene, nearest, reach, err);
    const float least = least_reach(scene, reach->cue);
    for (int o = 0; o < UNCAP_MATTE_OCTANTS; o++)
        reach->octant[o] = fmaxf(reach->octant[o], least);
    uncap_free(counts);
    uncap_free(maps);
    uncap_free(place);
    return status;
}
