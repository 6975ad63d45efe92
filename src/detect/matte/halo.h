/* SPDX-License-Identifier: Apache-2.0 */
/* How far a soft shadow, a blurred outline or a glow reaches: light that fades out around the strokes. */
#ifndef UNCAP_DETECT_MATTE_HALO_H
#define UNCAP_DETECT_MATTE_HALO_H

#include "detect/matte/profile.h"

/* is_seen  there is one.
 * octant   distance from the nearest stroke, pixels, up to which it can be seen, by direction. */
struct uncap_matte_halo {
    bool is_seen;
    int octant[UNCAP_MATTE_OCTANTS];
};

struct uncap_nearest;

/* Measure the halo over all pixels at the same distance, whether the scene moves there or not: its motion
 * leans to no side. Six tenths of the text's height are looked at. A caption with a bar has none.
 *
 * nearest  [h][w] vector from the nearest stroke pixel (kernels/distance.h).
 * Errors   NOMEM.
 */
int uncap_matte_halo_find(const struct uncap_matte_scene *scene, const struct uncap_nearest *nearest,
                          struct uncap_matte_halo *halo, struct uncap_error *err);

#endif
