/* SPDX-License-Identifier: Apache-2.0 */
#include "detect/matte/faint.h"

#include <math.h>
#include <string.h>

#include "base/memory.h"
#include "detect/matte/patches.h"
#include "detect/matte/profile.h"
#include "detect/matte/strokes.h"
#include "kernels/distance.h"

/* Whether what came with the caption is dense where the text is, and nearly nowhere beside it. */
static bool is_alone(const struct uncap_matte_scene *s, const uint8_t *core, float least)
{
    const struct uncap_matte_gain *g = s->gain;
    size_t n_text = 0;
    size_t n_core = 0;
    size_t n_far = 0;
    size_t n_stray = 0;
    for (size_t i = 0; i < (size_t)s->w * (size_t)s->h; i++) {
        n_text += s->zone[i] == UNCAP_MATTE_ZONE_TEXT && g->known[i];
        n_core += (core[i] & UNCAP_MATTE_FAINT) != 0;
        n_far += s->zone[i] == UNCAP_MATTE_ZONE_FAR && g->fair[i];
        n_stray += s->zone[i] == UNCAP_MATTE_ZONE_FAR && g->fair[i] && (float)g->px[i] > least;
    }
    return 20 * n_core > n_text && n_stray * n_text < n_core * n_far / 20;
}

/* Of letters with an outline all around one tone stands out, whatever is behind them: what is farther from
 * their strokes than the outline is wide, or half of a stroke, is scene. near: [h][w] out, what is not. */
static bool find_near(const struct uncap_matte_scene *scene, const uint8_t *core, uint8_t *near)
{
    const size_t area = (size_t)scene->w * (size_t)scene->h;
    const float half = 0.12F * scene->text_h;
    memset(near, 1, area);
    if (!scene->outline_px)
        return true;
    struct uncap_nearest *nearest = uncap_alloc(area, sizeof(*nearest));
    const bool ok = nearest && uncap_distance_nearest(core, nearest, scene->w, scene->h);
    for (size_t i = 0; ok && i < area; i++) {
        const int outline = scene->outline_px[uncap_matte_octant(nearest[i].dx, nearest[i].dy)];
        const float r = fmaxf((float)outline, half) + 1.5F;
        near[i] = (float)uncap_nearest_d2(nearest[i]) <= r * r;
    }
    uncap_free(nearest);
    return ok;
}

int uncap_matte_faint_add(const struct uncap_matte_scene *scene, uint8_t *core, bool *is_sure,
                          struct uncap_error *err)
{
    *is_sure = false;
    const struct uncap_matte_gain *g = scene->gain;
    const size_t area = (size_t)scene->w * (size_t)scene->h;
    if (!uncap_matte_gain_is_calm(g))
        return UNCAP_OK;
    uint8_t *seed = uncap_alloc(area, 1);
    struct uncap_matte_patches p = {.n = 0};
    const float least = fmaxf(7.0F, 2.0F * g->scene + 3.0F);
    const bool is_told = seed && find_near(scene, core, seed);
    for (size_t i = 0; is_told && i < area; i++)
        seed[i] = seed[i] && g->sure[i] && scene->motion[i] != UNCAP_MATTE_MOVES && (float)g->px[i] > least &&
                  scene->zone[i] == UNCAP_MATTE_ZONE_TEXT;
    const bool ok = is_told && uncap_matte_patches_open(&p, seed, scene->w, scene->h);
    const float letter = 0.02F * scene->text_h * scene->text_h;
    for (size_t i = 0; ok && i < area; i++)
        if (seed[i] && (float)p.parts[p.label[i]].n_pixels >= letter)
            core[i] |= UNCAP_MATTE_FAINT;
    *is_sure = ok && is_alone(scene, core, least);
    uncap_matte_patches_close(&p);
    uncap_free(seed);
    return ok ? UNCAP_OK : uncap_fail_nomem(err, "the faint letters of a caption");
}
