/* SPDX-License-Identifier: Apache-2.0 */
/* Where each covered sample was seen in another frame: chains of motion, one step a frame however long they
 * get. */
#ifndef UNCAP_INPAINT_FLOW_POINTERS_H
#define UNCAP_INPAINT_FLOW_POINTERS_H

#include "inpaint/flow/fill/sites.h"
#include "inpaint/flow/fill/work.h"

/* LOCAL follows the dense flow and breaks where it cannot be trusted; PLATE (plate.h) the affine map. */
enum flow_chain { FLOW_CHAIN_LOCAL, FLOW_CHAIN_PLATE, FLOW_CHAINS };

/* A place in a source frame whose bilinear footprint no caption touches. frame < 0: none. */
struct flow_pointer {
    float x, y, cost;
    int frame;
};

static const struct flow_pointer FLOW_NOWHERE = {.frame = -1};

/* Local pointers of one frame t for every sample of its hole and of the rim around it, from those of the
 * frame t + step.
 *
 * out      [hole.n + rim.n], each in raster order
 * rim      the samples at most FLOW_RIM off the hole of frame t: where a step may end that needs another one
 * beyond, beyond_rim  the same of frame t + step; beyond_rim NULL where that frame is not covered
 */
enum { FLOW_RIM = 1 };
void flow_pointers_step(const struct flow_work *work, int t, int step, struct flow_pointer *out,
                        const struct flow_mask *rim, const struct flow_pointer *beyond,
                        const struct flow_mask *beyond_rim);

#endif
