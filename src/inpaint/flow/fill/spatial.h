/* SPDX-License-Identifier: Apache-2.0 */
/* The fill that needs no other frame: a smooth membrane over the hole, with its own measured error. */
#ifndef UNCAP_INPAINT_FLOW_SPATIAL_H
#define UNCAP_INPAINT_FLOW_SPATIAL_H

#include "inpaint/flow/fill/scratch.h"
#include "inpaint/flow/fill/work.h"

/* Fill the hole of frame t in every plane of its picture and set its variances. Touches that frame alone. */
void flow_spatial_fill(const struct flow_work *work, int t, struct flow_scratch *scratch);

#endif
