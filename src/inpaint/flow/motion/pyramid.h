/* SPDX-License-Identifier: Apache-2.0 */
/* Masked luma pyramid of one frame: what the flow sees, with the captions' samples weighted away. */
#ifndef UNCAP_INPAINT_FLOW_PYRAMID_H
#define UNCAP_INPAINT_FLOW_PYRAMID_H

#include <stdbool.h>

#include "base/picture.h"
#include "inpaint/flow/motion/mask.h"
#include "kernels/kernels.h"

enum { FLOW_MAX_LEVELS = 10 };

/* Planes as struct uncap_flow_image describes them. */
struct flow_level {
    int w, h, pitch;
    float *image, *mask, *gx, *gy;
};

/* level[0] has half the picture's resolution: the flow's own. */
struct flow_pyramid {
    int n_levels;
    struct flow_level level[FLOW_MAX_LEVELS];
    float *block;
};

/* For pictures of w x h samples. False if short of memory. */
bool flow_pyramid_open(struct flow_pyramid *p, int w, int h);
void flow_pyramid_close(struct flow_pyramid *p);
size_t flow_pyramid_bytes(int w, int h);

/* Build every level from plane 0 of `luma`; samples in `covered` (NULL: none) count for nothing, and holes
 * are filled from the coarser levels. */
void flow_pyramid_build(struct flow_pyramid *p, const struct uncap_picture *luma,
                        const struct flow_mask *covered);

static inline struct uncap_flow_image flow_level_image(const struct flow_level *l)
{
    return (struct uncap_flow_image){l->image, l->mask, l->gx, l->gy};
}

#endif
