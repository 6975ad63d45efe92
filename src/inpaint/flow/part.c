/* SPDX-License-Identifier: Apache-2.0 */
#include "inpaint/flow/part.h"

#include "base/memory.h"

size_t flow_part_bytes(int n, int core)
{
    return (size_t)n * (sizeof(struct uncap_picture) + sizeof(uint8_t *)) +
           (size_t)core * (sizeof(struct uncap_picture) + sizeof(struct uncap_origin *));
}

void flow_part_close(struct flow_part *part)
{
    uncap_free(part->frames);
    uncap_free(part->filled);
    uncap_free(part->coverage);
    uncap_free(part->origins);
    *part = (struct flow_part){.frames = NULL};
}

bool flow_part_open(struct flow_part *part, const struct uncap_window *win)
{
    const size_t core = (size_t)(win->core_end - win->core_first);
    *part = (struct flow_part){.window = *win};
    part->frames = uncap_alloc((size_t)win->n, sizeof(*part->frames));
    part->coverage = uncap_alloc((size_t)win->n, sizeof(*part->coverage));
    part->filled = uncap_alloc(core, sizeof(*part->filled));
    part->origins = uncap_alloc(core, sizeof(*part->origins));
    part->window.frames = part->frames;
    part->window.coverage = part->coverage;
    part->window.filled = part->filled;
    part->window.origins = win->origins ? part->origins : NULL;
    return part->frames && part->coverage && part->filled && part->origins;
}

void flow_part_show(struct flow_part *part, const struct uncap_window *win, int stride, struct uncap_rect r)
{
    const ptrdiff_t at = (ptrdiff_t)r.y0 * stride + r.x0;
    part->window.crop = uncap_rect_move(r, win->crop.x0, win->crop.y0);
    for (int t = 0; t < win->n; t++) {
        part->frames[t] = uncap_picture_crop(&win->frames[t], r);
        part->coverage[t] = win->coverage[t] ? win->coverage[t] + at : NULL;
    }
    for (int k = 0; k < win->core_end - win->core_first; k++) {
        part->filled[k] = uncap_picture_crop(&win->filled[k], r);
        part->origins[k] = win->origins && win->origins[k] ? win->origins[k] + at : NULL;
    }
}
