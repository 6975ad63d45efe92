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

bool flow_part_is_covered(const struct uncap_window *win, int stride, struct uncap_rect r)
{
    for (int t = win->core_first; t < win->core_end; t++)
        for (int y = r.y0; win->coverage[t] && y < r.y1; y++)
            for (int x = r.x0; x < r.x1; x++)
                if (win->coverage[t][(ptrdiff_t)y * stride + x])
                    return true;
    return false;
}

struct flow_parts flow_parts_around(const struct uncap_window *win, struct uncap_rect r, bool by_rows)
{
    const int w = uncap_rect_w(win->crop);
    const int h = uncap_rect_h(win->crop);
    const int x_mask = ~((1 << win->format.shift_x) - 1);
    const int y_mask = ~((1 << win->format.shift_y) - 1);
    const int left = r.x0 & x_mask;
    const int top = r.y0 & y_mask;
    const struct uncap_rect inner = {left, top, r.x1, r.y1};
    if (by_rows)
        return (struct flow_parts){{{0, r.y1 & y_mask, r.y1 < h ? w : 0, h},
                                    {r.x1 & x_mask, top, r.x1 < w ? w : 0, r.y1},
                                    inner,
                                    {0, top, r.x0, r.y1},
                                    {0, 0, w, r.y0}}};
    return (struct flow_parts){{{r.x1 & x_mask, 0, r.x1 < w ? w : 0, h},
                                {left, r.y1 & y_mask, r.x1, r.y1 < h ? h : 0},
                                inner,
                                {left, 0, r.x1, r.y0},
                                {0, 0, r.x0, h}}};
}

int flow_parts_fill(const struct uncap_window *win, int stride, struct flow_parts parts, bool inner_stands,
                    flow_part_fill *fill, void *opaque, struct uncap_error *err)
{
    struct flow_part part;
    int status = UNCAP_OK;
    if (!flow_part_open(&part, win))
        status = uncap_fail_nomem(err, "the parts of a window");
    for (int i = 0; !status && i < FLOW_PARTS; i++) {
        if (uncap_rect_empty(parts.part[i]) || !flow_part_is_covered(win, stride, parts.part[i]))
            continue;
        flow_part_show(&part, win, stride, parts.part[i]);
        status = fill(opaque, &part.window, stride, (i == FLOW_INNER_PART) == inner_stands, err);
    }
    flow_part_close(&part);
    return status;
}
