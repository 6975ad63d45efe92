/* SPDX-License-Identifier: Apache-2.0 */
/* What one slice needs to fill one frame; slices that run at once have one each. */
#ifndef UNCAP_INPAINT_FLOW_SCRATCH_H
#define UNCAP_INPAINT_FLOW_SCRATCH_H

#include <stdbool.h>
#include <stdint.h>

#include "inpaint/flow/fill/pointers.h"
#include "inpaint/flow/fill/pushpull.h"
#include "inpaint/flow/motion/mask.h"

enum { FLOW_SCRATCH_CELLS = 2 };

enum flow_listed { FLOW_NOTHING, FLOW_SMOOTH_FILL, FLOW_FUSION };

/* need, outer  sets of the luma plane's size; need_c, outer_c of the chroma planes'
 * sites   of the frame that is filled
 * listed  the hole that the sets (and of fusion the sites, of a smooth fill `trust`) were made for last, and
 *         listed_for  for which of them: frames under a caption that stands still share them
 * value   [sites of the plane] f32; luma: room for [h][w]
 * sum, weight  [hole of the plane] f32
 * trust   [h * w] f32
 * row     [w] f32
 * relaxed, rate  [uncap_laplace_floats(w, h)] f32 and span [h]: of a smooth fill
 * cells   [(h + 1) / 2][(w + 1) / 2] f32 each
 * adopted [h * w] pointers of one chain for the ring
 * chosen  [chroma] pointers of whichever chain is the surer one, of the first luma sample that each covers
 * smooth, error  interpolators of the luma plane's size
 */
struct flow_scratch {
    struct flow_mask need, outer, need_c, outer_c, listed;
    struct flow_sites sites;
    enum flow_listed listed_for;
    float *value[UNCAP_MAX_PLANES], *sum[UNCAP_MAX_PLANES], *weight[UNCAP_MAX_PLANES];
    float *trust;
    float *row, *relaxed, *rate;
    int32_t (*span)[2];
    float *cells[FLOW_SCRATCH_CELLS];
    struct flow_pointer *adopted, *chosen;
    struct flow_pushpull smooth, error;
};

/* cw, ch: chroma size, 0 for grey. False if short of memory. */
bool flow_scratch_open(struct flow_scratch *s, int w, int h, int cw, int ch);
void flow_scratch_close(struct flow_scratch *s);
size_t flow_scratch_bytes(int w, int h, int cw, int ch);

#endif
