/* SPDX-License-Identifier: Apache-2.0 */
/* How far a motion can be trusted at each sample, measured where both frames are known. */
#ifndef UNCAP_INPAINT_FLOW_MOTION_ERROR_H
#define UNCAP_INPAINT_FLOW_MOTION_ERROR_H

#include "inpaint/flow/motion/motion.h"

/* Mean local residual (grey levels) of both directions above which the frames show different scenes: true
 * cuts measure 46 to 88, fast motion up to 10. */
#define FLOW_BROKEN_RMS 22.0f

/* Error of a flow, pixels times FLOW_ERROR_UNITS.
 *
 * l        frames a and b, flow from a to b and scratch; the flow's planes are read up to their last sample
 *          alone
 * gu, gv   flow from b to a, like the level's
 * px       pixels of the picture that one sample of the level is wide
 * rows     those that are measured
 * error    [h][w] of the level; elsewhere the largest
 * returns  mean over the known samples of the local residual's rms, grey levels
 */
float flow_motion_errors(const struct uncap_kernels *kernels, const struct uncap_flow_level *l,
                         const float *gu, const float *gv, float px, struct flow_rows rows, uint8_t *error);

#endif
