/* SPDX-License-Identifier: Apache-2.0 */
#include "inpaint/flow/scratch.h"

#include "base/memory.h"

size_t flow_scratch_bytes(int w, int h, int cw, int ch)
{
    const size_t n = (size_t)w * (size_t)h;
    return 2 * flow_mask_bytes(w, h) + 2 * flow_mask_bytes(cw, ch) + 2 * flow_pushpull_bytes(w, h) +
           n * (FLOW_SCRATCH_PLANES * sizeof(float) + sizeof(uint32_t) + sizeof(struct flow_pointer) + 1) +
           (size_t)(FLOW_SCRATCH_PLANES + 3) * UNCAP_ALIGN;
}

bool flow_scratch_open(struct flow_scratch *s, int w, int h, int cw, int ch)
{
    *s = (struct flow_scratch){0};
    const size_t n = (size_t)w * (size_t)h;
    bool ok = flow_mask_open(&s->need, w, h) && flow_mask_open(&s->outer, w, h) &&
              flow_mask_open(&s->need_c, cw, ch) && flow_mask_open(&s->outer_c, cw, ch) &&
              flow_pushpull_open(&s->smooth, w, h) && flow_pushpull_open(&s->error, w, h);
    for (int i = 0; i < FLOW_SCRATCH_PLANES; i++) {
        s->plane[i] = uncap_alloc(n, sizeof(float));
        ok = ok && s->plane[i];
    }
    s->places = uncap_alloc(n, sizeof(*s->places));
    s->adopted = uncap_alloc(n, sizeof(*s->adopted));
    s->near = uncap_alloc(n, 1);
    if (ok && s->places && s->adopted && s->near)
        return true;
    flow_scratch_close(s);
    return false;
}

void flow_scratch_close(struct flow_scratch *s)
{
    flow_mask_close(&s->need);
    flow_mask_close(&s->outer);
    flow_mask_close(&s->need_c);
    flow_mask_close(&s->outer_c);
    flow_pushpull_close(&s->smooth);
    flow_pushpull_close(&s->error);
    for (int i = 0; i < FLOW_SCRATCH_PLANES; i++)
        uncap_free(s->plane[i]);
    uncap_free(s->places);
    uncap_free(s->adopted);
    uncap_free(s->near);
    *s = (struct flow_scratch){0};
}
