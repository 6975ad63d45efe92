/* SPDX-License-Identifier: Apache-2.0 */
#include "detect/matte/light.h"

#include <math.h>

/* Levels by which the light at one distance is off that in a range beyond it: of the quarter of the pixels
 * that is darkest, and that is brightest. */
struct shift {
    float dark, bright;
};

/* Distances [first, last]. */
struct range {
    int first, last;
};

static struct shift shift_at(const struct uncap_matte_light *light, int channel, unsigned mask, int d,
                             struct range beyond)
{
    const struct uncap_matte_profile *p = &light->channels[channel];
    const float weight = uncap_matte_light_weight(channel);
    const float dark = uncap_matte_profile_quantile(p, mask, d, d, 25);
    const float bright = uncap_matte_profile_quantile(p, mask, d, d, 75);
    const float dark_beyond = uncap_matte_profile_quantile(p, mask, beyond.first, beyond.last, 25);
    const float bright_beyond = uncap_matte_profile_quantile(p, mask, beyond.first, beyond.last, 75);
    if (dark < 0.0F || dark_beyond < 0.0F)
        return (struct shift){0.0F, 0.0F};
    return (struct shift){weight * (dark - dark_beyond), weight * (bright - bright_beyond)};
}

float uncap_matte_light_least(const struct uncap_matte_light *light)
{
    static const float share = 0.03F; /* a person sees 8 levels of 255 */
    return fmaxf(1.5F, share * light->most);
}

/* What coding leaves beside an edge is a small share of it, and as often bright as dark; a caption's light
 * leans to one side, or is strong. A scene that moves leans, too. */
static bool is_light(const struct uncap_matte_light *light, unsigned mask, int d, struct range beyond)
{
    static const float strong = 0.08F;
    const float lean_limit = uncap_matte_light_least(light) + 0.25F * light->scene;
    const float strong_limit = fmaxf(3.0F, strong * light->most) + 0.5F * light->scene;
    for (int c = 0; c < light->n_channels; c++) {
        const struct shift s = shift_at(light, c, mask, d, beyond);
        if (0.5F * fabsf(s.dark + s.bright) > lean_limit ||
            fmaxf(fabsf(s.dark), fabsf(s.bright)) > strong_limit)
            return true;
    }
    return false;
}

/* A caption's light comes from its strokes: from there to where it ends there is light against the scene far
 * from it, but for a gap before a shadow. What is beyond a wider one is something else that changed. */
static bool is_joined(const struct uncap_matte_light *light, unsigned mask, int end)
{
    const struct uncap_matte_profile *p = &light->channels[0];
    const struct range far = {p->longest + 1, p->n - 1};
    const int most = p->longest / 4 > 2 ? p->longest / 4 : 2;
    int gap = 0;
    for (int d = 1; d <= end && gap <= most; d++)
        gap = is_light(light, mask, d, far) ? 0 : gap + 1;
    return !gap;
}

int uncap_matte_light_reach(const struct uncap_matte_light *light, unsigned mask, int cap)
{
    int d = cap;
    while (d > 0 && !(is_light(light, mask, d, (struct range){d + 1, d + 4}) && is_joined(light, mask, d)))
        d--;
    return d;
}

float uncap_matte_light_most(const struct uncap_matte_light *light)
{
    float most = 0.0F;
    for (int c = 0; c < light->n_channels; c++)
        for (int d = 0; d <= light->channels[c].longest; d++) {
            const struct uncap_matte_profile *p = &light->channels[c];
            const float dark = uncap_matte_profile_quantile(p, UNCAP_MATTE_ALL_OCTANTS, d, d, 25);
            const float bright = uncap_matte_profile_quantile(p, UNCAP_MATTE_ALL_OCTANTS, d, d, 75);
            const float off =
                fmaxf(fabsf(dark - (float)UNCAP_MATTE_NO_LIGHT), fabsf(bright - (float)UNCAP_MATTE_NO_LIGHT));
            if (dark >= 0.0F)
                most = fmaxf(most, uncap_matte_light_weight(c) * off);
        }
    return most;
}
