/* SPDX-License-Identifier: Apache-2.0 */
/* Carrying features between the frames of a window along completed flow, with learned alignment. */
#ifndef UNCAP_PROPAINTER_FEATURE_PROPAGATION_H
#define UNCAP_PROPAINTER_FEATURE_PROPAGATION_H

#include <stdbool.h>

#include "base/cancel.h"
#include "base/slices.h"
#include "nn/probe.h"
#include "nn/session.h"

/* The networks, [1] forward; see generator_graphs.h. */
struct uncap_propagation_nets {
    struct uncap_session *first[2], *step[2], *fuse;
};

/* features  [n] pointers to [128][h][w]; flow_f, flow_b [n-1][2][h][w] and masks [n][2][h][w] at feature
 * size. out       [n][128][h][w]. Memory    2 * n * 128 * h * w floats and one frame more. Source ProPainter,
 * BidirectionalPropagation with learning. Differs from it: none.
 */
struct uncap_feature_propagation {
    const struct uncap_propagation_nets *nets;
    const float *const *features;
    const float *flow_f, *flow_b, *masks;
    int n, h, w;
    bool is_clamped;
    float *out;
};
int uncap_propagate_features(const struct uncap_feature_propagation *p, struct uncap_slices *slices,
                             const struct uncap_probe *probe, struct uncap_cancel *cancel,
                             struct uncap_error *err);

#endif
