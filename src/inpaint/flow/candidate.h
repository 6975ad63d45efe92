/* SPDX-License-Identifier: Apache-2.0 */
/* What one chain of sources offers for a frame: a place in another frame, and a colour, for each of its
 * sites. */
#ifndef UNCAP_INPAINT_FLOW_CANDIDATE_H
#define UNCAP_INPAINT_FLOW_CANDIDATE_H

#include "inpaint/flow/pointers.h"
#include "inpaint/flow/sites.h"

/* Colour of a site that the chain has no source for. */
#define FLOW_NO_COLOUR (-1e9f)

/* Pointers of the hole as they are; a ring sample takes the source that its nearest covered sample uses,
 * shifted to itself: what stood there then tells whether that source shows the same scene. No source: frame
 * is negative.
 *
 * hole      of the frame
 * known     the samples that have pointers, in raster order; the hole at least
 * pointers  [known.n]
 * out       [luma.n]
 */
void flow_candidate_adopt(const struct flow_work *work, const struct flow_sites *sites,
                          const struct flow_mask *hole, const struct flow_mask *known,
                          const struct flow_pointer *pointers, struct flow_pointer *out);

/* Colours on the engine's scale, bilinear; chroma over known samples alone, from the source of the first luma
 * sample that it covers.
 *
 * adopted  [luma.n] of flow_candidate_adopt
 * value    [n] of each plane's list
 */
void flow_candidate_luma(const struct flow_work *work, const struct flow_sites *sites,
                         const struct flow_pointer *adopted, float *value);
void flow_candidate_chroma(const struct flow_work *work, const struct flow_sites *sites,
                           const struct flow_pointer *adopted, float *const value[2]);

#endif
