/* SPDX-License-Identifier: Apache-2.0 */
/* What one slice needs to fill one frame; slices that run at once have one each. */
#ifndef UNCAP_INPAINT_FLOW_SCRATCH_H
#define UNCAP_INPAINT_FLOW_SCRATCH_H

#include <stdbool.h>
#include <stdint.h>

#include "inpaint/flow/mask.h"
#include "inpaint/flow/pointers.h"
#include "inpaint/flow/pushpull.h"

enum { FLOW_SCRATCH_PLANES = 9 };

/* need, outer  sets of the luma plane's size; need_c, outer_c of the chroma planes'
 * plane   [h][w] f32 each, luma size
 * places  [h * w] u32, packed x | y << 16
 * adopted [h * w] pointers of one chain
 * near    [h * w] u8 of adopt.h
 * smooth, error  interpolators of the luma plane's size
 */
struct flow_scratch {
    struct flow_mask need, outer, need_c, outer_c;
    float *plane[FLOW_SCRATCH_PLANES];
    uint32_t *places;
    struct flow_pointer *adopted;
    uint8_t *near;
    struct flow_pushpull smooth, error;
};

/* cw, ch: chroma size, 0 for grey. False if short of memory. */
bool flow_scratch_open(struct flow_scratch *s, int w, int h, int cw, int ch);
void flow_scratch_close(struct flow_scratch *s);
size_t flow_scratch_bytes(int w, int h, int cw, int ch);

#endif
