/* SPDX-License-Identifier: Apache-2.0 */
/* Book-keeping of where each covered luma sample's value comes from, by the variances of the stages.
 *
 * Every stage adds its precision to that of the smooth fill, so the share of each in the result is the
 * quotient of two variances. Between the stages the window's origins hold the variances themselves. Nothing
 * happens where the window wants no origins. */
#ifndef UNCAP_INPAINT_FLOW_ORIGIN_H
#define UNCAP_INPAINT_FLOW_ORIGIN_H

#include "inpaint/flow/fill/pointers.h"
#include "inpaint/flow/fill/work.h"

/* After the smooth fill of every frame. */
void flow_origin_start(const struct flow_work *work);
/* While frame t is fused: note how far away its sources are. pointers as for flow_fuse. */
void flow_origin_note(const struct flow_work *work, int t, struct flow_pointer *const pointers[FLOW_CHAINS]);
/* Ahead of the first fill: a sample leaves the hole of frame t. */
void flow_origin_free(const struct flow_work *work, int t, int x, int y);
/* After the sweeps. */
void flow_origin_fill(const struct flow_work *work);
/* After the update by regression, before samples leave the holes; a variance of 0 marks those that will. */
void flow_origin_settle(const struct flow_work *work);

#endif
