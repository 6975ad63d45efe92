/* SPDX-License-Identifier: Apache-2.0 */
/* What one chain of sources offers for a frame: a place in another frame, and a colour, for each of its
 * sites. */
#ifndef UNCAP_INPAINT_FLOW_CANDIDATE_H
#define UNCAP_INPAINT_FLOW_CANDIDATE_H

#include "inpaint/flow/fill/pointers.h"
#include "inpaint/flow/fill/sites.h"

/* Colour of a site that the chain has no source for. */
#define FLOW_NO_COLOUR (-1e9f)

/* Pointers of the luma list: of the hole, and of its ring. */
struct flow_sources {
    const struct flow_pointer *inner, *ring;
};

/* Of the luma site i. */
static inline const struct flow_pointer *flow_sources_at(const struct flow_sources *s,
                                                         const struct flow_sites *sites, uint32_t i)
{
    const uint32_t n_inner = (uint32_t)sites->luma.n_inner;
    return i < n_inner ? &s->inner[i] : &s->ring[i - n_inner];
}

/* A ring sample takes the source that its nearest covered sample uses, shifted to itself: what stood there
 * then tells whether that source shows the same scene. No source: frame is negative.
 *
 * inner  of the luma list's hole
 * ring   out: of its ring
 */
void flow_candidate_adopt(const struct flow_work *work, const struct flow_sites *sites,
                          const struct flow_pointer *inner, struct flow_pointer *ring);

/* Colours on the engine's scale. Luma of the hole is cubic where all of the footprint is known; that of the
 * ring, which only says how good a source is, bilinear; chroma is bilinear over known samples alone.
 *
 * pointers  [n] of the chroma list: where the first luma sample was seen that each covers
 * value     [n] of each plane's list
 */
void flow_candidate_luma(const struct flow_work *work, const struct flow_sites *sites,
                         const struct flow_sources *sources, float *value);
void flow_candidate_chroma(const struct flow_work *work, const struct flow_sites *sites,
                           const struct flow_pointer *pointers, float *const value[2]);

#endif
