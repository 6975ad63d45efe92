/* SPDX-License-Identifier: Apache-2.0 */
/* How far a caption reaches around its strokes: outline, soft or offset shadow. */
#ifndef UNCAP_DETECT_MATTE_REACH_H
#define UNCAP_DETECT_MATTE_REACH_H

#include "detect/matte/profile.h"

/* Which evidence told how far the caption reaches; the first that can is taken. */
enum uncap_matte_cue {
    UNCAP_MATTE_CUE_GAIN, /* what came and went with the caption */
    UNCAP_MATTE_CUE_DEV,  /* what keeps still while the scene moves */
    UNCAP_MATTE_CUE_LUMA, /* what looks unlike the surroundings */
};

/* octant    reach in pixels by direction from the nearest stroke, by octant.
 * edge      the same without a halo.
 * is_soft   the evidence fades out slowly, as a soft shadow does.
 * has_halo  light was seen to fade out around the strokes; the reach is up to where it is seen no longer. */
struct uncap_matte_reach {
    float octant[UNCAP_MATTE_OCTANTS], edge[UNCAP_MATTE_OCTANTS];
    enum uncap_matte_cue cue;
    bool is_soft, has_halo;
};

/* The largest of them. */
float uncap_matte_widest(const float octant[UNCAP_MATTE_OCTANTS]);

struct uncap_nearest;

/* Measure the reach from medians of the evidence over all pixels at the same distance from the strokes.
 *
 * nearest    [h][w] vector from the nearest stroke pixel (kernels/distance.h).
 * in_part    strokes are bright and dark: letters and an outline that was not seen all around them, of which
 *            there may be more.
 * Errors     NOMEM.
 */
int uncap_matte_reach_find(const struct uncap_matte_scene *scene, const struct uncap_matte_look *look,
                           const struct uncap_nearest *nearest, bool in_part, struct uncap_matte_reach *reach,
                           struct uncap_error *err);

#endif
