/* SPDX-License-Identifier: Apache-2.0 */
#include "inpaint/flow/kept.h"

#include "base/memory.h"

static bool same_crop(struct uncap_rect a, struct uncap_rect b)
{
    return a.x0 == b.x0 && a.y0 == b.y0 && a.x1 == b.x1 && a.y1 == b.y1;
}

void flow_kept_give(struct flow_kept *kept, struct flow_work *work)
{
    for (int t = 0; same_crop(kept->crop, work->window->crop) && t + 1 < work->n; t++) {
        const int64_t k = work->window->first + t - kept->first;
        if (k < 0 || k + 1 >= kept->n || !kept->frames[k].next.is_known)
            continue;
        const bool is_dense = work->frames[t].is_covered || work->frames[t + 1].is_covered;
        if (is_dense != (kept->frames[k].next.uv != NULL))
            continue;
        work->frames[t].next = kept->frames[k].next;
        work->frames[t + 1].prev = kept->frames[k + 1].prev;
        kept->frames[k].next = kept->frames[k + 1].prev = (struct flow_motion){0};
    }
    flow_kept_clear(kept);
}

void flow_kept_take(struct flow_kept *kept, struct flow_work *work)
{
    flow_kept_clear(kept);
    *kept =
        (struct flow_kept){work->window->crop, work->window->first, work->frames ? work->n : 0, work->frames};
    work->frames = NULL;
}

void flow_kept_clear(struct flow_kept *kept)
{
    for (int k = 0; k < kept->n; k++) {
        flow_motion_close(&kept->frames[k].next);
        flow_motion_close(&kept->frames[k].prev);
    }
    uncap_free(kept->frames);
    *kept = (struct flow_kept){.n = 0};
}
