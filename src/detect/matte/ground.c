/* SPDX-License-Identifier: Apache-2.0 */
#include "detect/matte/ground.h"

#include "base/memory.h"
#include "detect/matte/strokes.h"
#include "kernels/components.h"
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

/* Pieces of a map.
 *
 * label  [h][w] number of a pixel's piece, 0 where there is none; parts [n + 1]; chosen [n + 1], 0 or 1
 */
struct pieces {
    int n;
    int32_t *label;
    struct uncap_component *parts;
    uint8_t *chosen;
};

static bool pieces_open(struct pieces *p, const uint8_t *map, int w, int h)
{
    *p = (struct pieces){.label = uncap_alloc((size_t)w * (size_t)h, sizeof(*p->label))};
    if (!p->label || !uncap_components_label(map, p->label, w, h, &p->parts, &p->n))
        return false;
    p->chosen = uncap_alloc((size_t)p->n + 1, 1);
    return p->chosen != NULL;
}

static void pieces_close(struct pieces *p)
{
    uncap_free(p->label);
    uncap_free(p->parts);
    uncap_free(p->chosen);
}

int uncap_matte_ground_find(const struct uncap_matte_scene *scene, const struct uncap_matte_look *look,
                            const uint8_t *letters, const struct uncap_matte_colour *colour, uint8_t *ground,
                            struct uncap_error *err)
{
    const size_t area = (size_t)scene->w * (size_t)scene->h;
    const int reach = (int)(0.4F * scene->text_h) + 2; /* of the widest outline */
    uint8_t *near = uncap_alloc(2, area);
    struct pieces pieces = {.n = 0};
    find_candidates(scene, look, colour, ground, area);
    const bool ok = near && pieces_open(&pieces, ground, scene->w, scene->h);
    if (ok)
        uncap_morph_dilate(letters, near, near + area, scene->w, scene->h, reach, reach);
    for (size_t i = 0; ok && i < area; i++)
        pieces.chosen[pieces.label[i]] |= ground[i] && !near[i];
    for (size_t i = 0; ok && i < area; i++)
        ground[i] = pieces.chosen[pieces.label[i]];
    pieces_close(&pieces);
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
    struct pieces pieces = {.n = 0};
    for (size_t i = 0; other && i < area; i++)
        other[i] = !ground[i] && look->dev[i] <= STILL;
    const bool ok = other && pieces_open(&pieces, other, scene->w, scene->h);
    for (size_t i = 0; ok && i < area; i++)
        pieces.chosen[pieces.label[i]] |= core[i] != 0;
    for (size_t i = 0; ok && i < area; i++) {
        const int32_t k = pieces.label[i];
        if (!core[i] && k && pieces.chosen[k] && is_enclosed(&pieces.parts[k], scene->w, scene->h))
            core[i] = UNCAP_MATTE_FAINT;
    }
    pieces_close(&pieces);
    uncap_free(other);
    return ok ? UNCAP_OK : uncap_fail_nomem(err, "the ground of a caption");
}
