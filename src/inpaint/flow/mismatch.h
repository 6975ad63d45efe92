/* SPDX-License-Identifier: Apache-2.0 */
/* By how much the fill of a frame is off, known where a see-through box lets the background through, and from
 * there under the letters on it. */
#ifndef UNCAP_INPAINT_FLOW_MISMATCH_H
#define UNCAP_INPAINT_FLOW_MISMATCH_H

#include "inpaint/flow/pushpull.h"
#include "inpaint/flow/visit.h"

/* One frame at a time.
 *
 * plane  interpolates what is off in each plane, over the samples of seen
 * row    [width of seen] what is off in row row_y of plane row_plane; -1: in none
 */
struct flow_mismatch {
    const struct uncap_kernels *kernels;
    struct flow_pushpull plane[UNCAP_MAX_PLANES];
    struct uncap_rect seen[UNCAP_MAX_PLANES];
    bool is_known[UNCAP_MAX_PLANES];
    float *row;
    int row_plane, row_y;
};

/* For planes of w x h luma and cw x ch chroma samples, 0 for grey; takes less than a flow_scratch. False if short of
 * memory. */
bool flow_mismatch_open(struct flow_mismatch *m, int w, int h, int cw, int ch);
void flow_mismatch_close(struct flow_mismatch *m);

/* Begin a frame of the life. */
void flow_mismatch_start(struct flow_mismatch *m, const struct flow_life *life, int t);

/* A sample was un-blended: the fill was off by `off` (what is true less what was filled), and this is known to
 * `share`, 0..1, by what is seen there. */
void flow_mismatch_add(struct flow_mismatch *m, const struct flow_visit *v, float off, float share);

/* All has been added. */
void flow_mismatch_solve(struct flow_mismatch *m);

/* What is off around a sample; 0 where nothing is known. After solve. */
float flow_mismatch_at(struct flow_mismatch *m, const struct flow_visit *v);

#endif
