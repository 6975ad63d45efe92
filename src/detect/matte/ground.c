/* SPDX-License-Identifier: Apache-2.0 */
#include "detect/matte/ground.h"

#include "base/memory.h"
#include "detect/matte/patches.h"
#include "detect/matte/strokes.h"
#include "kernels/morphology.h"

enum {
    STILL = 3, /* levels of spread over time that coding gives to what stands */
    SAME = 12, /* levels between two pixels of one flat colour */
    CAME = 10, /* levels of change that are no caption's */
};

/* ground = what has its colour, stands, and did not come with the caption. */
static void find_candidates(const struct uncap_matte_scene *s, const struct uncap_matte_look *look,
                            const struct uncap_matte_colour *colour, uint8_t *ground, size_t area)
{
    const struct uncap_matte_gain *g = s->gain;
    for (size_t i = 0; i < area; i++)
        ground[i] = look->dev[i] <= STILL && !(g->known[i] && g->most[i] > CAME) &&
                    uncap_matte_colour_distance(look, s->n_channels, i, colour) <= SAME;
}

int uncap_matte_ground_find(const struct uncap_matte_scene *scene, const struct uncap_matte_look *look,
                            const uint8_t *letters, const struct uncap_matte_colour *colour, uint8_t *ground,
                            struct uncap_error *err)
{
    const size_t area = (size_t)scene->w * (size_t)scene->h;
    const int reach = (int)(0.4F * scene->text_h) + 2; /* of the widest outline */
    uint8_t *near = uncap_alloc(2, area);
    struct uncap_matte_patches patches = {.n = 0};
    find_candidates(scene, look, colour, ground, area);
    const bool ok = near && uncap_matte_patches_open(&patches, ground, scene->w, scene->h);
    if (ok)
        uncap_morph_dilate(letters, near, near + area, scene->w, scene->h, reach, reach);
    for (size_t i = 0; ok && i < area; i++)
        patches.chosen[patches.label[i]] |= ground[i] && !near[i];
    if (ok)
        uncap_matte_patches_give(&patches, ground, area);
    uncap_matte_patches_close(&patches);
    uncap_free(near);
    return ok ? UNCAP_OK : uncap_fail_nomem(err, "the ground of a caption");
}

/* Whether a piece does not reach the edge of the map. */
static bool is_enclosed(const struct uncap_component *p, int w, int h)
{
    return p->box.x0 > 0 && p->box.y0 > 0 && p->box.x1 < w && p->box.y1 < h;
}

int uncap_matte_ground_complete(const struct uncap_matte_scene *scene, const struct uncap_matte_look *look,
                                const uint8_t *ground, uint8_t *core, struct uncap_error *err)
{
    const size_t area = (size_t)scene->w * (size_t)scene->h;
    uint8_t *other = uncap_alloc(area, 1);
    struct uncap_matte_patches patches = {.n = 0};
    for (size_t i = 0; other && i < area; i++)
        other[i] = !ground[i] && look->dev[i] <= STILL;
    const bool ok = other && uncap_matte_patches_open(&patches, other, scene->w, scene->h);
    for (size_t i = 0; ok && i < area; i++)
        patches.chosen[patches.label[i]] |= core[i] != 0;
    for (size_t i = 0; ok && i < area; i++) {
        const int32_t k = patches.label[i];
        if (!core[i] && k && patches.chosen[k] && is_enclosed(&patches.parts[k], scene->w, scene->h))
            core[i] = UNCAP_MATTE_FAINT;
    }
    uncap_matte_patches_close(&patches);
    uncap_free(other);
    return ok ? UNCAP_OK : uncap_fail_nomem(err, "the ground of a caption");
}
