/* SPDX-License-Identifier: Apache-2.0 */
/* What some evidence says at each distance from the strokes of a caption, by direction. */
#ifndef UNCAP_DETECT_MATTE_PROFILE_H
#define UNCAP_DETECT_MATTE_PROFILE_H

#include <stddef.h>
#include <stdint.h>

#include "detect/matte/scene.h"

enum {
    UNCAP_MATTE_OCTANTS = 8,
    UNCAP_MATTE_ALL_OCTANTS = 0xff, /* as a mask */
    UNCAP_MATTE_BEYOND = 6,         /* distances past the longest reach, that show the scene */
};

/* Histograms of one evidence.
 *
 * counts   [UNCAP_MATTE_OCTANTS][n][256], the owner's.
 * longest  reach that is looked for, pixels; n: distances 0..n - 1.
 */
struct uncap_matte_profile {
    uint32_t *counts;
    int longest, n;
};

/* Numbers in counts. */
static inline size_t uncap_matte_profile_size(const struct uncap_matte_profile *p)
{
    return (size_t)UNCAP_MATTE_OCTANTS * (size_t)p->n * 256;
}

/* Octant of a vector: k around the angle k * 45 degrees, +y down. */
int uncap_matte_octant(int dx, int dy);

/* Mask of octants first .. first + 2, around the circle. */
static inline unsigned uncap_matte_three_octants(int first)
{
    return (7U << first | 7U >> (UNCAP_MATTE_OCTANTS - first)) & UNCAP_MATTE_ALL_OCTANTS;
}

enum { UNCAP_MATTE_NO_PLACE = UINT16_MAX };

struct uncap_nearest;

/* Where each pixel is from its nearest stroke: the histogram it counts in, or NO_PLACE if that is none;
 * other texts' pixels count in none.
 *
 * nearest  [h][w] vector from the nearest stroke pixel (kernels/distance.h).
 * place    [h][w] out, the same for all profiles as long. */
void uncap_matte_profile_places(const struct uncap_matte_profile *p, const struct uncap_matte_scene *scene,
                                const struct uncap_nearest *nearest, uint16_t *place);

/* Count the evidence of n pixels by their places.
 *
 * evidence  [n] u8; known [n] u8, 0: left out; NULL: all count. */
void uncap_matte_profile_collect(struct uncap_matte_profile *p, const uint16_t *place, size_t n,
                                 const uint8_t *evidence, const uint8_t *known);

/* Quantile over distances [near, far], within the profile, and the octants of mask; -1 if there are fewer
 * than 8 pixels. */
float uncap_matte_profile_quantile(const struct uncap_matte_profile *p, unsigned mask, int near, int far,
                                   uint32_t per_cent);

#endif
