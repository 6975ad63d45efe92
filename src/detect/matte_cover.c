/* SPDX-License-Identifier: Apache-2.0 */
#include "detect/matte_cover.h"

#include <math.h>

#include "base/memory.h"
#include "kernels/components.h"
#include "kernels/distance.h"
#include "kernels/morphology.h"

struct maps {
    uint8_t *mask, *seed, *tmp;
    struct uncap_nearest *nearest;
    int32_t *label;
};

/* mask = pixels no farther from a stroke than the reach in their direction. */
static void within_reach(const struct uncap_matte_scene *s, const struct uncap_nearest *nearest,
                         const struct uncap_matte_reach *reach, uint8_t *mask)
{
    for (size_t i = 0; i < (size_t)s->w * (size_t)s->h; i++) {
        const float r = reach->octant[uncap_matte_octant(nearest[i].dx, nearest[i].dy)];
        mask[i] = (float)uncap_nearest_d2(nearest[i]) <= (r + 0.5F) * (r + 0.5F);
    }
}

/* seed = what came and went with the caption beyond doubt, near its strokes. Specks of one pixel are noise: opened. */
static void certain_gain(const struct uncap_matte_scene *s, const struct uncap_matte_reach *reach, struct maps *m)
{
    const struct uncap_matte_gain *g = s->gain;
    const float least = fmaxf(14.0F, 2.0F * g->scene + 8.0F);
    for (size_t i = 0; i < (size_t)s->w * (size_t)s->h; i++) {
        const float r = reach->octant[uncap_matte_octant(m->nearest[i].dx, m->nearest[i].dy)] + 4.5F;
        m->seed[i] = g->sure[i] && (float)g->px[i] > least && s->zone[i] != UNCAP_MATTE_ZONE_OTHER &&
                     (float)uncap_nearest_d2(m->nearest[i]) <= r * r;
    }
    uncap_morph_erode(m->seed, m->seed, m->tmp, s->w, s->h, 1, 0);
    uncap_morph_dilate(m->seed, m->seed, m->tmp, s->w, s->h, 1, 0);
}

/* Steady pixels beside the strokes while the scene moves, as far as they hang together with the strokes. */
static void steady_pixels(const struct uncap_matte_scene *s, const struct uncap_matte_look *look,
                          const struct uncap_matte_reach *reach, struct maps *m)
{
    for (size_t i = 0; i < (size_t)s->w * (size_t)s->h; i++) {
        const float r = reach->octant[uncap_matte_octant(m->nearest[i].dx, m->nearest[i].dy)] + 4.5F;
        m->seed[i] = s->zone[i] != UNCAP_MATTE_ZONE_OTHER && (float)look->dev[i] < 0.4F * s->far_dev &&
                     (float)uncap_nearest_d2(m->nearest[i]) <= r * r;
    }
    uncap_morph_erode(m->seed, m->seed, m->tmp, s->w, s->h, 1, 1);
    uncap_morph_dilate(m->seed, m->seed, m->tmp, s->w, s->h, 1, 1);
}

static void unite(uint8_t *restrict mask, const uint8_t *restrict seed, size_t n)
{
    for (size_t i = 0; i < n; i++)
        mask[i] |= seed[i];
}

/* Full coverage on mask and all of the margin but its outermost pixel, which is a ramp. */
static void feather(const struct uncap_nearest *nearest, float margin, uint8_t *coverage, size_t n)
{
    const float inner = (margin - 0.5F) * (margin - 0.5F);
    const float outer = (margin + 0.5F) * (margin + 0.5F);
    for (size_t i = 0; i < n; i++) {
        const float d2 = (float)uncap_nearest_d2(nearest[i]);
        coverage[i] = d2 < inner ? UNCAP_MATTE_FULL : d2 < outer ? UNCAP_MATTE_RAMP : 0;
    }
}

static int cover(const struct uncap_matte_scene *s, const struct uncap_matte_look *look, const uint8_t *core,
                 struct maps *m, uint8_t *coverage, struct uncap_error *err)
{
    const size_t area = (size_t)s->w * (size_t)s->h;
    if (!uncap_distance_nearest(core, m->nearest, s->w, s->h))
        return uncap_fail_nomem(err, "a distance map");
    struct uncap_matte_reach reach;
    int status = uncap_matte_reach_find(s, look, m->nearest, &reach, err);
    if (status)
        return status;
    within_reach(s, m->nearest, &reach, m->mask);
    if (reach.cue == UNCAP_MATTE_CUE_DEV) {
        steady_pixels(s, look, &reach, m);
        unite(m->mask, m->seed, area);
    }
    if (uncap_matte_gain_is_calm(s->gain)) {
        certain_gain(s, &reach, m);
        unite(m->mask, m->seed, area);
    }
    uncap_morph_dilate(m->mask, m->mask, m->tmp, s->w, s->h, 1, 1);
    uncap_morph_erode(m->mask, m->mask, m->tmp, s->w, s->h, 1, 1);
    if (!uncap_distance_nearest(m->mask, m->nearest, s->w, s->h))
        return uncap_fail_nomem(err, "a distance map");
    const float margin = 2.0F + (reach.cue == UNCAP_MATTE_CUE_LUMA) + reach.is_soft;
    feather(m->nearest, margin, coverage, area);
    return UNCAP_OK;
}

int uncap_matte_cover_strokes(const struct uncap_matte_scene *scene, const struct uncap_matte_look *look,
                              const uint8_t *core, uint8_t *coverage, struct uncap_error *err)
{
    const size_t area = (size_t)scene->w * (size_t)scene->h;
    uint8_t *block = uncap_alloc(3, area);
    struct maps m = {block, block + area, block + 2 * area, uncap_alloc(area, sizeof(*m.nearest)), NULL};
    int status = block && m.nearest ? cover(scene, look, core, &m, coverage, err)
                                    : uncap_fail_nomem(err, "the matte of a caption");
    uncap_free(m.nearest);
    uncap_free(block);
    return status;
}

int uncap_matte_cover_on_plate(const struct uncap_matte_scene *scene, const uint8_t *core, uint8_t *coverage,
                               struct uncap_error *err)
{
    const size_t area = (size_t)scene->w * (size_t)scene->h;
    struct uncap_nearest *nearest = uncap_alloc(area, sizeof(*nearest));
    const bool ok = nearest && uncap_distance_nearest(core, nearest, scene->w, scene->h);
    if (ok)
        feather(nearest, fmaxf(2.0F, 0.08F * scene->text_h) + 2.0F, coverage, area);
    uncap_free(nearest);
    return ok ? UNCAP_OK : uncap_fail_nomem(err, "the matte of a caption");
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
