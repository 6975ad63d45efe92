/* SPDX-License-Identifier: Apache-2.0 */
/* What a caption did to samples of chroma, and what that says of the luma samples that they cover. */
#ifndef UNCAP_INPAINT_FLOW_CHROMA_H
#define UNCAP_INPAINT_FLOW_CHROMA_H

#include "inpaint/flow/unblend/life.h"

/* Chroma moves too little to measure k by: the sample (x, y) of the crop's chroma takes luma's, and q from
 * the means. Luma has been measured, touch and veil too. Fewer than 3 frames: n alone is set. */
struct flow_fit flow_chroma_fit(const struct flow_life *life, const struct flow_sums *s, int x, int y);

/* A mixture is one in all planes: where chroma of either plane changed as none does, that of the others is an
 * accident, as of letters that are sung from one colour to another of the same luma while the scene changes.
 * They become UNKNOWN, but for those under a veil. */
void flow_chroma_refute(struct flow_caption *c, struct uncap_format format);

#endif
