/* SPDX-License-Identifier: Apache-2.0 */
#include "detect/matte/profile.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "kernels/distance.h"

int uncap_matte_octant(int dx, int dy)
{
    const int ax = abs(dx);
    const int ay = abs(dy);
    if (2 * ay * 6 < ax * 5) /* tan 22.5 degrees = 0.414 */
        return dx >= 0 ? 0 : 4;
    if (2 * ax * 6 < ay * 5)
        return dy >= 0 ? 2 : 6;
    return dx >= 0 ? (dy >= 0 ? 1 : 7) : (dy >= 0 ? 3 : 5);
}

static uint32_t *bin(const struct uncap_matte_profile *p, int octant, int distance)
{
    return p->counts + (size_t)(octant * p->n + distance) * 256;
}

static uint16_t place_of(struct uncap_nearest v, int limit)
{
    if (abs(v.dx) > limit || abs(v.dy) > limit)
        return UNCAP_MATTE_NO_PLACE;
    const int d = (int)(sqrtf((float)uncap_nearest_d2(v)) + 0.5F);
    return d <= limit ? (uint16_t)(uncap_matte_octant(v.dx, v.dy) * (limit + 1) + d) : UNCAP_MATTE_NO_PLACE;
}

void uncap_matte_profile_places(const struct uncap_matte_profile *p, const struct uncap_matte_scene *s,
                                const struct uncap_nearest *nearest, uint16_t *place)
{
    for (size_t i = 0; i < (size_t)s->w * (size_t)s->h; i++) {
        const bool is_stroke = nearest[i].dx == 0 && nearest[i].dy == 0;
        const bool is_out = s->zone[i] == UNCAP_MATTE_ZONE_OTHER && !is_stroke;
        place[i] = is_out ? UNCAP_MATTE_NO_PLACE : place_of(nearest[i], p->n - 1);
    }
}

void uncap_matte_profile_collect(struct uncap_matte_profile *p, const uint16_t *place, size_t n,
                                 const uint8_t *evidence, const uint8_t *known)
{
    memset(p->counts, 0, uncap_matte_profile_size(p) * sizeof(*p->counts));
    for (size_t i = 0; i < n; i++)
        if (place[i] != UNCAP_MATTE_NO_PLACE && (!known || known[i]))
            p->counts[(size_t)place[i] * 256 + evidence[i]]++;
}

float uncap_matte_profile_quantile(const struct uncap_matte_profile *p, unsigned mask, int near, int far,
                                   uint32_t per_cent)
{
    uint32_t sum[256] = {0};
    uint32_t n = 0;
    for (int o = 0; o < UNCAP_MATTE_OCTANTS; o++)
        for (int d = near; d <= far && mask >> o & 1; d++)
            for (int v = 0; v < 256; v++) {
                sum[v] += bin(p, o, d)[v];
                n += bin(p, o, d)[v];
            }
    if (n < 8)
        return -1.0F;
    uint32_t left = (n - 1) * per_cent / 100;
    int v = 0;
    for (; left >= sum[v]; v++)
        left -= sum[v];
    return (float)v;
}
