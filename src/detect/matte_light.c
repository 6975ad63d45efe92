/* SPDX-License-Identifier: Apache-2.0 */
#include "detect/matte_light.h"

#include <math.h>

/* Levels by which the light at one distance is off that just beyond it: of the quarter of the pixels that is
 * darkest, and that is brightest. */
struct shift {
    float dark, bright;
};

/* Chroma counts half: coding spreads it over pixels of which only the neighbour is touched. */
static float weight_of(int channel)
{
    return channel ? 0.5F : 1.0F;
}

static struct shift shift_at(const struct uncap_matte_light *light, int channel, unsigned mask, int d)
{
    const struct uncap_matte_profile *p = &light->channels[channel];
    const float weight = weight_of(channel);
    const float dark = uncap_matte_profile_quantile(p, mask, d, d, 25);
    const float bright = uncap_matte_profile_quantile(p, mask, d, d, 75);
    const float dark_beyond = uncap_matte_profile_quantile(p, mask, d + 1, d + 4, 25);
    const float bright_beyond = uncap_matte_profile_quantile(p, mask, d + 1, d + 4, 75);
    if (dark < 0.0F || dark_beyond < 0.0F)
        return (struct shift){0.0F, 0.0F};
    return (struct shift){weight * (dark - dark_beyond), weight * (bright - bright_beyond)};
}

/* What coding leaves beside an edge is a small share of it, and as often bright as dark; a caption's light
 * leans to one side, or is strong. A scene that moves leans, too. */
static bool is_light(const struct uncap_matte_light *light, unsigned mask, int d)
{
    static const float least_lean = 0.03F; /* a person sees 8 levels of 255 */
    static const float strong = 0.08F;
    const float lean_limit = fmaxf(1.5F, least_lean * light->most) + 0.25F * light->scene;
    const float strong_limit = fmaxf(3.0F, strong * light->most) + 0.5F * light->scene;
    for (int c = 0; c < light->n_channels; c++) {
        const struct shift s = shift_at(light, c, mask, d);
        if (0.5F * fabsf(s.dark + s.bright) > lean_limit ||
            fmaxf(fabsf(s.dark), fabsf(s.bright)) > strong_limit)
            return true;
    }
    return false;
}

int uncap_matte_light_reach(const struct uncap_matte_light *light, unsigned mask, int cap)
{
    int d = cap;
    while (d > 0 && !is_light(light, mask, d))
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
                most = fmaxf(most, weight_of(c) * off);
        }
    return most;
}
