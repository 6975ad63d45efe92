/* SPDX-License-Identifier: Apache-2.0 */
/* The fades of one caption: measured where the fill shows what lies behind, then a model for each sample. */
#ifndef UNCAP_INPAINT_FLOW_FADES_H
#define UNCAP_INPAINT_FLOW_FADES_H

#include "inpaint/flow/unblend/visit.h"

/* Measure all frames in which the caption is known to fade. Its samples have been measured, its frames
 * filled. */
void flow_fades_measure(const struct flow_life *life);

/* How a visited sample mixes with the scene. False if the caption does not fade in its frame, or too little
 * is known of the sample; fit: its own. */
bool flow_fades_mixture(const struct flow_life *life, const struct flow_visit *v, const struct flow_fit *fit,
                        float coding, struct flow_mixture *m);

#endif
