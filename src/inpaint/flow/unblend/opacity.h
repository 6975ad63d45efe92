/* SPDX-License-Identifier: Apache-2.0 */
/* How much of a caption the frames near the ends of its life hold: fades, and frames that a cautious detector
 * added. */
#ifndef UNCAP_INPAINT_FLOW_OPACITY_H
#define UNCAP_INPAINT_FLOW_OPACITY_H

#include "inpaint/flow/unblend/life.h"

/* Of one frame: change / weight is the least-squares opacity, the observed change of the picture against the
 * full caption's; n samples. */
struct flow_evidence {
    double n, change, weight;
};

/* Opacity that a frame's evidence speaks for, 0..1: as before where it is too little; full where the caption
 * is held to be so, and the fill cannot tell otherwise. */
float flow_opacity_settle(const struct flow_evidence *e, float before, bool is_held_full);

/* Measure the opacity of those frames against the fill. The caption's samples have been measured. */
void flow_opacity_measure(const struct flow_life *life);

#endif
