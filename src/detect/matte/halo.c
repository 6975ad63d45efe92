/* SPDX-License-Identifier: Apache-2.0 */
#include "detect/matte/halo.h"

#include <math.h>

#include "base/memory.h"
#include "detect/matte/light.h"

/* Levels by which the light of one channel leans to one side: the mean of its quartiles, at one distance or
 * over all of [near, far]; below 0 if there are too few pixels. */
static float lean_of(const struct uncap_matte_light *light, int channel, unsigned mask, int near, int far)
{
    const struct uncap_matte_profile *p = &light->channels[channel];
    const float dark = uncap_matte_profile_quantile(p, mask, near, far, 25);
    const float bright = uncap_matte_profile_quantile(p, mask, near, far, 75);
    return 0.5F * (dark + bright) * uncap_matte_light_weight(channel);
}

/* How the light of one channel leans in some octants, more than far from the caption.
 *
 * base   lean where there is no caption; noise: half of that, or the most it is off that at any distance out
 *        there, levels: a scene that leans by itself may lean more beside the text.
 * least  levels from which it is the caption's.
 * peak   distance from the strokes at which it leans most; most: how far, to the side that sign says. */
struct lean {
    const struct uncap_matte_light *light;
    int channel;
    unsigned mask;
    float base, noise, least, sign, most;
    int peak;
};

static float lean_at(const struct lean *l, int d)
{
    const float lean = lean_of(l->light, l->channel, l->mask, d, d);
    return lean < 0.0F ? 0.0F : l->sign * (lean - l->base);
}

static struct lean open_lean(const struct uncap_matte_light *light, int channel, unsigned mask)
{
    const struct uncap_matte_profile *p = &light->channels[channel];
    struct lean l = {light, channel, mask, .sign = 1.0F};
    l.base = lean_of(light, channel, mask, p->longest + 1, p->n - 1);
    if (l.base < 0.0F)
        return l;
    l.noise = 0.5F * fabsf(l.base - (float)UNCAP_MATTE_NO_LIGHT * uncap_matte_light_weight(channel));
    for (int d = p->longest + 1; d < p->n; d++)
        l.noise = fmaxf(l.noise, fabsf(lean_at(&l, d)));
    l.least = uncap_matte_light_least(light) + 2.0F * l.noise;
    for (int d = 1; 2 * d <= p->longest; d++) {
        const float lean = lean_at(&l, d);
        if (fabsf(lean) > fabsf(l.most)) {
            l.most = lean;
            l.peak = d;
        }
    }
    l.sign = l.most < 0.0F ? -1.0F : 1.0F;
    l.most = fabsf(l.most);
    return l;
}

/* Distance up to which the light is seen. */
static int end_of(const struct lean *l)
{
    const int longest = l->light->channels[l->channel].longest;
    int d = l->peak;
    while (d > 0 && d < longest && lean_at(l, d + 1) > l->least)
        d++;
    return l->most > l->least ? d : 0;
}

/* The light falls from its most on with every pixel until it is seen no longer, and passes through three
 * distances at least on its way: an edge that coding has blurred takes one or two. */
static bool is_fading(const struct lean *l)
{
    enum { LEAST = 3 };
    static const float level = 0.85F;
    const int end = end_of(l);
    int n = 0;
    for (int d = l->peak + 1; d <= end; d++) {
        const float here = lean_at(l, d);
        if (here > lean_at(l, d - 1) + l->noise)
            return false;
        n += here < level * l->most;
    }
    return n >= LEAST && end < l->light->channels[l->channel].longest;
}

/* Light of one kind that is more beside the strokes than in them is that of letters beside which they lie. */
static void measure(const struct uncap_matte_light *light, struct uncap_matte_halo *halo)
{
    struct lean alls[UNCAP_MAX_PLANES];
    float own = 0.0F;
    for (int c = 0; c < light->n_channels; c++) {
        alls[c] = open_lean(light, c, UNCAP_MATTE_ALL_OCTANTS);
        own = fmaxf(own, fabsf(lean_at(&alls[c], 0)));
    }
    for (int c = 0; c < light->n_channels; c++) {
        const struct lean *all = &alls[c];
        const bool is_beside = lean_at(all, 0) > 0.0F && all->most > own;
        if (is_beside || !is_fading(all))
            continue;
        halo->is_seen = true;
        for (int o = 0; o < UNCAP_MATTE_OCTANTS; o++) {
            const struct lean some = open_lean(light, c, uncap_matte_three_octants(o));
            int *reach = &halo->octant[(o + 1) % UNCAP_MATTE_OCTANTS];
            const int end = some.sign == all->sign ? end_of(&some) : 0;
            *reach = end > *reach ? end : *reach;
        }
    }
}

int uncap_matte_halo_find(const struct uncap_matte_scene *scene, const struct uncap_nearest *nearest,
                          struct uncap_matte_halo *halo, struct uncap_error *err)
{
    *halo = (struct uncap_matte_halo){.is_seen = false};
    if (scene->has_bar)
        return UNCAP_OK;
    struct uncap_matte_profile p = {.longest = (int)fmaxf(3.0F, 0.6F * scene->text_h + 0.5F)};
    struct uncap_matte_light light = {.n_channels = scene->n_channels};
    p.n = p.longest + UNCAP_MATTE_BEYOND + 1;
    const size_t size = uncap_matte_profile_size(&p), area = (size_t)scene->w * (size_t)scene->h;
    uint32_t *counts = uncap_alloc((size_t)scene->n_channels * size, sizeof(*counts));
    uint16_t *place = uncap_alloc(area, sizeof(*place));
    if (counts && place) {
        uncap_matte_profile_places(&p, scene, nearest, place);
        for (int c = 0; c < scene->n_channels; c++) {
            light.channels[c] = p;
            light.channels[c].counts = counts + (size_t)c * size;
            uncap_matte_profile_collect(&light.channels[c], place, area, scene->gain->light[c],
                                        scene->gain->fair);
        }
        light.most = uncap_matte_light_most(&light);
        measure(&light, halo);
    }
    const bool ok = counts && place;
    uncap_free(counts);
    uncap_free(place);
    return ok ? UNCAP_OK : uncap_fail_nomem(err, "the reach of a caption");
}
