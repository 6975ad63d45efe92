/* SPDX-License-Identifier: Apache-2.0 */
#include "detect/matte/cover.h"

#include <math.h>
#include <string.h>

#include "base/memory.h"
#include "detect/matte/outline.h"
#include "detect/matte/patches.h"
#include "detect/matte/strokes.h"
#include "kernels/distance.h"
#include "kernels/morphology.h"

struct maps {
    uint8_t *mask, *seed, *grown, *tmp, *beyond;
    struct uncap_nearest *nearest;
};

/* mask |= pixels no farther from a stroke than the reach in their direction.
 *
 * sure  how far what strokes of m->nearest touch goes for sure, by octant. */
static void within_reach(const struct uncap_matte_scene *s, struct maps *m,
                         const float octant[UNCAP_MATTE_OCTANTS], const float sure[UNCAP_MATTE_OCTANTS])
{
    for (size_t i = 0; i < (size_t)s->w * (size_t)s->h; i++) {
        const int o = uncap_matte_octant(m->nearest[i].dx, m->nearest[i].dy);
        const float r = octant[o] + 0.5F;
        const float d2 = (float)uncap_nearest_d2(m->nearest[i]);
        m->mask[i] |= d2 <= r * r;
        const float beyond = fminf(fmaxf(ceilf(sqrtf(d2) - sure[o] - 0.5F), 0.0F), 255.0F);
        m->beyond[i] = beyond < (float)m->beyond[i] ? (uint8_t)beyond : m->beyond[i];
    }
}

/* seed = what came and went with the caption beyond doubt. Specks of one pixel are noise: opened. */
static void certain_gain(const struct uncap_matte_scene *s, struct maps *m)
{
    const struct uncap_matte_gain *g = s->gain;
    const float least = fmaxf(14.0F, 2.0F * g->scene + 8.0F);
    for (size_t i = 0; i < (size_t)s->w * (size_t)s->h; i++)
        m->seed[i] = g->sure[i] && s->motion[i] != UNCAP_MATTE_MOVES && (float)g->px[i] > least &&
                     s->zone[i] != UNCAP_MATTE_ZONE_OTHER;
    uncap_morph_erode(m->seed, m->seed, m->tmp, s->w, s->h, 1, 0);
    uncap_morph_dilate(m->seed, m->seed, m->tmp, s->w, s->h, 1, 0);
}

/* seed = pixels that keep still while the scene moves. */
static void steady_pixels(const struct uncap_matte_scene *s, const struct uncap_matte_look *look,
                          struct maps *m)
{
    for (size_t i = 0; i < (size_t)s->w * (size_t)s->h; i++)
        m->seed[i] = s->zone[i] != UNCAP_MATTE_ZONE_OTHER && (float)look->dev[i] < 0.4F * s->far_dev;
    uncap_morph_erode(m->seed, m->seed, m->tmp, s->w, s->h, 1, 1);
    uncap_morph_dilate(m->seed, m->seed, m->tmp, s->w, s->h, 1, 1);
}

enum { MAX_GROWTH = 4 }; /* pixels beyond the reach that a single place may stand out */

/* Grow the mask through seed pixels. */
static void grow(const struct uncap_matte_scene *s, struct maps *m)
{
    for (int k = 0; k < MAX_GROWTH; k++) {
        uncap_morph_dilate(m->mask, m->grown, m->tmp, s->w, s->h, 1, 1);
        for (size_t i = 0; i < (size_t)s->w * (size_t)s->h; i++)
            m->mask[i] |= m->grown[i] & m->seed[i];
    }
}

/* Full coverage on mask and all of the margin; its outermost pixel is a ramp if has_ramp. */
static void feather(const struct uncap_nearest *nearest, float margin, bool has_ramp, uint8_t *coverage,
                    size_t n)
{
    const float outer = (margin + 0.5F) * (margin + 0.5F);
    const float inner = has_ramp ? (margin - 0.5F) * (margin - 0.5F) : outer;
    for (size_t i = 0; i < n; i++) {
        const float d2 = (float)uncap_nearest_d2(nearest[i]);
        coverage[i] = d2 < inner ? UNCAP_MATTE_FULL : d2 < outer ? UNCAP_MATTE_RAMP : 0;
    }
}

/* Reach of the strokes of one tone. No strokes: n is 0. */
struct spread {
    struct uncap_matte_reach reach;
    size_t n;
};

/* tone: flags of enum uncap_matte_tone. Leaves m->nearest for these strokes. */
static int find_spread(const struct uncap_matte_scene *s, const struct uncap_matte_look *look,
                       const uint8_t *core, int tone, struct maps *m, struct spread *out,
                       struct uncap_error *err)
{
    *out = (struct spread){.n = 0};
    int seen = 0;
    for (size_t i = 0; i < (size_t)s->w * (size_t)s->h; i++) {
        m->seed[i] = (core[i] & tone) != 0;
        out->n += m->seed[i];
        seen |= core[i] & tone & (UNCAP_MATTE_BRIGHT | UNCAP_MATTE_DARK);
    }
    if (!out->n)
        return UNCAP_OK;
    if (!uncap_distance_nearest(m->seed, m->nearest, s->w, s->h))
        return uncap_fail_nomem(err, "a distance map");
    const bool in_part = seen == (UNCAP_MATTE_BRIGHT | UNCAP_MATTE_DARK) && !s->outline_px;
    return uncap_matte_reach_find(s, look, m->nearest, in_part, &out->reach, err);
}

/* Whose reach is looked at by itself: that of the fill's tone or, where faint strokes lie beside those of one
 * tone alone, of that one: as much of its outline may be among the faint ones as came over a still scene. */
static int tones_alone(const uint8_t *core, size_t area, int fill)
{
    for (size_t i = 0; i < area && !fill; i++)
        if (core[i] & UNCAP_MATTE_FAINT)
            return UNCAP_MATTE_BRIGHT | UNCAP_MATTE_DARK;
    return fill;
}

static const float CALM = 8.0F; /* levels by which the scene changed at most where what came is exact */

enum { MAX_SHADOW = 2 }; /* pixels beyond an outline that luma alone may tell */

/* mask = what lies within the reach of the strokes, of all of them and of the fill alone; a reach that only a
 * worse cue tells adds nothing, but the outline's width does: before a scene as dark as the outline there are
 * no strokes of it. reach: that of all strokes, with any halo; has_outline: they are fill and outline. */
static int cover_reach(const struct uncap_matte_scene *s, const struct uncap_matte_look *look,
                       const uint8_t *core, struct maps *m, struct uncap_matte_reach *reach,
                       bool *has_outline, struct uncap_error *err)
{
    const int tones = uncap_matte_outline_fill(s, core, m->seed, m->tmp);
    struct spread all;
    int status =
        find_spread(s, look, core, UNCAP_MATTE_BRIGHT | UNCAP_MATTE_DARK | UNCAP_MATTE_FAINT, m, &all, err);
    if (status)
        return status;
    const int both = UNCAP_MATTE_BRIGHT | UNCAP_MATTE_DARK;
    *has_outline = s->outline_px != NULL || (tones & both) == both;
    for (int k = 0; k < UNCAP_MATTE_OCTANTS && *has_outline && all.reach.cue == UNCAP_MATTE_CUE_LUMA; k++)
        all.reach.octant[k] = fminf(all.reach.octant[k], MAX_SHADOW);
    *reach = all.reach;
    static const float none[UNCAP_MATTE_OCTANTS];
    if (all.n)
        within_reach(s, m, all.reach.octant, none);
    const int alone = tones_alone(core, (size_t)s->w * (size_t)s->h, tones);
    for (int tone = UNCAP_MATTE_BRIGHT; tone <= UNCAP_MATTE_DARK; tone++) {
        struct spread one;
        status = find_spread(s, look, core, alone & tone, m, &one, err);
        if (status)
            return status;
        const bool is_outline = one.reach.cue == UNCAP_MATTE_CUE_LUMA && s->outline_px;
        for (int k = 0; k < UNCAP_MATTE_OCTANTS && is_outline; k++)
            one.reach.octant[k] = (float)s->outline_px[k];
        if (one.n > 0 && (is_outline || one.reach.cue <= all.reach.cue)) {
            within_reach(s, m, one.reach.octant, is_outline ? one.reach.octant : one.reach.edge);
            reach->has_halo = reach->has_halo || one.reach.has_halo;
            for (int k = 0; k < UNCAP_MATTE_OCTANTS; k++)
                reach->octant[k] =
                    fmaxf(reach->octant[k], reach->edge[k] + one.reach.octant[k] - one.reach.edge[k]);
        }
    }
    return UNCAP_OK;
}

/* mask |= the holes in it that are sung for the most part: the middle of a thick letter may be out of reach
 * of its outline, all that stands of it. What steps between the same colours elsewhere may be scene. */
static bool fill_sung(const struct uncap_matte_scene *s, struct maps *m)
{
    const size_t area = (size_t)s->w * (size_t)s->h;
    struct uncap_matte_patches p;
    size_t *n_sung = NULL;
    for (size_t i = 0; i < area; i++)
        m->seed[i] = !m->mask[i];
    if (uncap_matte_patches_open(&p, m->seed, s->w, s->h))
        n_sung = uncap_alloc((size_t)p.n + 1, sizeof(*n_sung));
    for (size_t i = 0; n_sung && i < area; i++)
        n_sung[p.label[i]] += s->sung[i];
    for (int k = 1; n_sung && k <= p.n; k++) {
        const struct uncap_rect box = p.parts[k].box;
        const bool is_hole = box.x0 > 0 && box.y0 > 0 && box.x1 < s->w && box.y1 < s->h;
        p.chosen[k] = is_hole && 2 * n_sung[k] > (size_t)p.parts[k].n_pixels;
    }
    for (size_t i = 0; n_sung && i < area; i++)
        if (p.chosen[p.label[i]]) {
            m->mask[i] = 1;
            m->beyond[i] = 0;
        }
    const bool ok = n_sung != NULL;
    uncap_free(n_sung);
    uncap_matte_patches_close(&p);
    return ok;
}

/* margin: around the reach. A halo says something where nothing else changed, and if it is wider than any
 * margin's error. */
static struct uncap_matte_breadth breadth_of(const struct uncap_matte_scene *s, const uint8_t *core,
                                             const struct uncap_matte_reach *reach, float margin,
                                             bool is_exact)
{
    struct uncap_matte_breadth b = {.px = (int)ceilf(uncap_matte_widest(reach->octant) + margin)};
    const bool has_halo = uncap_matte_widest(reach->octant) - uncap_matte_widest(reach->edge) > 1.0F;
    b.has_outline = s->outline_px != NULL;
    b.has_halo = has_halo && s->gain->scene <= CALM;
    b.is_exact = is_exact && !has_halo && !reach->is_soft;
    for (size_t i = 0; i < (size_t)s->w * (size_t)s->h; i++)
        b.tones |= core[i] & (UNCAP_MATTE_BRIGHT | UNCAP_MATTE_DARK);
    return b;
}

static int cover(const struct uncap_matte_scene *s, const struct uncap_matte_look *look, const uint8_t *core,
                 struct maps *m, uint8_t *coverage, struct uncap_matte_breadth *breadth,
                 struct uncap_error *err)
{
    const size_t area = (size_t)s->w * (size_t)s->h;
    memset(m->beyond, 255, area);
    struct uncap_matte_reach reach;
    bool has_outline = false;
    const int status = cover_reach(s, look, core, m, &reach, &has_outline, err);
    if (status)
        return status;
    if (s->sung && !fill_sung(s, m))
        return uncap_fail_nomem(err, "what changes its colour in a caption");
    if (reach.cue == UNCAP_MATTE_CUE_DEV) {
        steady_pixels(s, look, m);
        grow(s, m);
    }
    if (uncap_matte_gain_is_calm(s->gain)) {
        certain_gain(s, m);
        grow(s, m);
    }
    uncap_morph_dilate(m->mask, m->mask, m->tmp, s->w, s->h, 1, 1);
    uncap_morph_erode(m->mask, m->mask, m->tmp, s->w, s->h, 1, 1);
    if (!uncap_distance_nearest(m->mask, m->nearest, s->w, s->h))
        return uncap_fail_nomem(err, "a distance map");
    const bool is_exact = (reach.cue == UNCAP_MATTE_CUE_GAIN && s->gain->scene <= CALM) ||
                          (reach.cue != UNCAP_MATTE_CUE_LUMA && s->outline_px);
    const bool is_guess = reach.cue == UNCAP_MATTE_CUE_LUMA && !has_outline;
    const bool is_near = reach.has_halo || is_exact || s->outline_px;
    const float guessed = reach.has_halo ? 0.0F : (float)(is_guess + reach.is_soft);
    const float margin = (is_near ? 1.0F : 2.0F) + guessed;
    *breadth = breadth_of(s, core, &reach, margin, is_exact);
    /* The one pixel beside an exact mask may be the caption's, too: no ramp. */
    feather(m->nearest, margin, margin > 1.0F, coverage, area);
    return UNCAP_OK;
}

int uncap_matte_cover_strokes(const struct uncap_matte_scene *scene, const struct uncap_matte_look *look,
                              const uint8_t *core, uint8_t *coverage, uint8_t *beyond,
                              struct uncap_matte_breadth *breadth, struct uncap_error *err)
{
    const size_t area = (size_t)scene->w * (size_t)scene->h;
    int status;
    uint8_t *block = uncap_alloc(4, area);
    struct uncap_nearest *nearest = uncap_alloc(area, sizeof(*nearest));
    if (block && nearest) {
        struct maps m = {block, block + area, block + 2 * area, block + 3 * area, beyond, nearest};
        status = cover(scene, look, core, &m, coverage, breadth, err);
    } else {
        status = uncap_fail_nomem(err, "the matte of a caption");
    }
    uncap_free(nearest);
    uncap_free(block);
    return status;
}

static void fill_rect(uint8_t *coverage, int w, int h, struct uncap_rect r, int value)
{
    r = uncap_rect_intersect(r, (struct uncap_rect){0, 0, w, h});
    for (int y = r.y0; y < r.y1; y++)
        for (int x = r.x0; x < r.x1; x++) {
            uint8_t *c = coverage + (ptrdiff_t)y * w + x;
            *c = *c > value ? *c : (uint8_t)value;
        }
}

void uncap_matte_cover_rect(uint8_t *coverage, int w, int h, struct uncap_rect r)
{
    fill_rect(coverage, w, h, uncap_rect_grow(r, 1, 1), UNCAP_MATTE_RAMP);
    fill_rect(coverage, w, h, r, UNCAP_MATTE_FULL);
}
