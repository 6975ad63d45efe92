/* SPDX-License-Identifier: Apache-2.0 */
/* Where a caption's light ends: what it adds to the scene or takes from it, told from what coding leaves
 * beside edges. */
#ifndef UNCAP_DETECT_MATTE_LIGHT_H
#define UNCAP_DETECT_MATTE_LIGHT_H

#include "detect/matte/profile.h"

/* channels  profiles of uncap_matte_gain's light, one a channel.
 * most      that there is of it at any distance up to the longest reach, levels (uncap_matte_light_most).
 * scene     how much the scene itself changed meanwhile, levels. */
struct uncap_matte_light {
    struct uncap_matte_profile channels[UNCAP_MAX_PLANES];
    int n_channels;
    float most, scene;
};

/* What a channel's levels count: chroma half, for coding spreads it over pixels of which only the neighbour
 * is touched. */
static inline float uncap_matte_light_weight(int channel)
{
    return channel ? 0.5F : 1.0F;
}

/* By how many levels light must lean to one side to be a caption's, if nothing else changes. */
float uncap_matte_light_least(const struct uncap_matte_light *light);

/* The most that the light is of a quarter of the pixels at one distance, levels. */
float uncap_matte_light_most(const struct uncap_matte_light *light);

/* The farthest distance, 0..cap, at which there is light in the octants of mask; cap is at most the
 * longest reach. */
int uncap_matte_light_reach(const struct uncap_matte_light *light, unsigned mask, int cap);

#endif
