/* SPDX-License-Identifier: Apache-2.0 */
/* Going through the covered samples that are one caption's alone, frame by frame. */
#ifndef UNCAP_INPAINT_FLOW_VISIT_H
#define UNCAP_INPAINT_FLOW_VISIT_H

#include "inpaint/flow/motion/sample.h"
#include "inpaint/flow/unblend/life.h"

/* One covered sample of a caption in frame t.
 *
 * at    index into the caption's fit (plane 0) or fit_c
 * rank  index of the hole's variance
 * i, b  observed and filled, relative to FLOW_REGRESS_ZERO
 */
struct flow_visit {
    int t, plane, x, y, rank;
    ptrdiff_t at;
    float i, b;
};

/* n samples of one frame, 1 .. FLOW_VISITED, in raster order; of chroma, both planes' of each place. */
enum { FLOW_VISITED = 64 };
typedef void flow_visitor(void *opaque, const struct flow_visit *v, int n);

/* flow_visit_fit of a sample of a caption with a veil that was measured to be a letter's. */
const struct flow_fit *flow_visit_fit_bare(const struct flow_life *life, const struct flow_visit *v,
                                           const struct flow_fit *own);

/* What is known of the visited sample: what its caption does to it in that frame. Where the bar of a text
 * stands alone, letters are no longer what they were measured to be. */
static inline const struct flow_fit *flow_visit_fit(const struct flow_life *life, const struct flow_visit *v)
{
    const struct flow_caption *c = life->c;
    const struct flow_fit *own = v->plane ? &c->fit_c[v->at] : &c->fit[v->at];
    return own->veiled || !c->has_veil ? own : flow_visit_fit_bare(life, v, own);
}

/* Visit the samples of frame t's hole in rows [first, end) of the caption's area, of luma, or of both planes
 * of chroma. Samples that another caption covers too are left out, what is seen there is no mixture of two;
 * so are words that have not come yet. Where a see-through bar stands alone, its panel is visited. */
void flow_visit_luma(const struct flow_life *life, int t, int first, int end, flow_visitor *fn, void *opaque);
void flow_visit_chroma(const struct flow_life *life, int t, int first, int end, flow_visitor *fn,
                       void *opaque);

/* On the engine's scale, relative to FLOW_REGRESS_ZERO. */
static inline float flow_visit_read(struct flow_samples samples, int x, int y)
{
    return flow_sample_get(samples, x, y) - FLOW_REGRESS_ZERO;
}

#endif
