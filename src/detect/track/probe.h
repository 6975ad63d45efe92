/* SPDX-License-Identifier: Apache-2.0 */
/* A few of a pattern's strokes, by which its place in a frame is found quickly among many. Pure. */
#ifndef UNCAP_DETECT_TRACK_PROBE_H
#define UNCAP_DETECT_TRACK_PROBE_H

#include "detect/track/template.h"

enum { UNCAP_PROBE_POINTS = 256 };

/* Stroke pixels, evenly chosen; x, y in luma pixels where the pattern was learned. */
struct uncap_probe {
    int n;
    int x[UNCAP_PROBE_POINTS], y[UNCAP_PROBE_POINTS];
    float weight[UNCAP_PROBE_POINTS]; /* the pattern there */
};

void uncap_probe_learn(const struct uncap_template *t, struct uncap_probe *out);

/* The displacement within reach_x and reach_y of (x, y) at which the strokes correlate best with the frame.
 * Returns the correlation; -1 if most of them are outside the frame everywhere. */
float uncap_probe_find(const struct uncap_probe *p, const struct uncap_luma *luma, int x, int y, int reach_x,
                       int reach_y, int *best_x, int *best_y);

#endif
