/* SPDX-License-Identifier: Apache-2.0 */
#include "inpaint/provenance.h"

#include <string.h>

#include "base/coverage.h"

enum { DARKEST = 64, FAR = 100 }; /* brightness; frames */

void uncap_provenance_add(struct uncap_provenance_count *count, const struct uncap_window *win, int from,
                          const struct uncap_caption *caption, uint8_t *paint)
{
    const int width = uncap_rect_w(win->crop);
    for (int k = from; win->origins && k < win->core_end - win->core_first; k++) {
        const int64_t index = win->first + win->core_first + k;
        const struct uncap_origin *origins = win->origins[k];
        if (!origins || index < caption->first || index >= caption->end)
            continue;
        const struct uncap_rect r =
            uncap_rect_intersect(uncap_coverage_bounds(caption, index, index + 1), win->crop);
        if (uncap_rect_empty(r))
            continue;
        const int w = uncap_rect_w(r);
        memset(paint, 0, (size_t)w * (size_t)uncap_rect_h(r));
        uncap_coverage_paint(caption, index, paint, w, r);
        for (int y = r.y0; y < r.y1; y++)
            for (int x = r.x0; x < r.x1; x++)
                if (paint[(ptrdiff_t)(y - r.y0) * w + x - r.x0])
                    count->n[origins[(ptrdiff_t)(y - win->crop.y0) * width + x - win->crop.x0].kind]++;
    }
}

void uncap_provenance_draw_source(const struct uncap_picture *dst, const struct uncap_picture *source)
{
    const int depth = source->format.depth;
    for (int y = 0; y < dst->h; y++) {
        const uint8_t *from8 = source->data[0] + y * source->stride[0];
        const uint16_t *from16 = (const uint16_t *)(const void *)from8;
        uint8_t *to = dst->data[0] + y * dst->stride[0];
        for (int x = 0; x < dst->w; x++)
            to[x] = (uint8_t)((depth > 8 ? from16[x] >> (depth - 8) : from8[x]) / 2);
        for (int plane = 1; plane < 3; plane++)
            memcpy(dst->data[plane] + y * dst->stride[plane], to, (size_t)dst->w);
    }
}

/* rgb of one sample. */
static void colour_of(struct uncap_origin o, uint8_t rgb[3])
{
    const int level = 255 - o.error > DARKEST ? 255 - o.error : DARKEST;
    const int away = o.distance < FAR ? o.distance : FAR;
    rgb[0] = rgb[1] = rgb[2] = 0;
    if (o.kind == UNCAP_ORIGIN_UNBLENDED) {
        rgb[1] = (uint8_t)level;
    } else if (o.kind == UNCAP_ORIGIN_COPIED) {
        rgb[0] = (uint8_t)(level * away / FAR);
        rgb[2] = (uint8_t)level;
    } else {
        rgb[0] = (uint8_t)level;
    }
}

void uncap_provenance_draw(const struct uncap_picture *dst, const uint8_t *coverage,
                           const struct uncap_origin *origins, struct uncap_rect crop)
{
    static const int plane_of[3] = {2, 0, 1}; /* red, green, blue */
    const int w = uncap_rect_w(crop);
    for (int y = crop.y0; y < crop.y1; y++)
        for (int x = crop.x0; x < crop.x1; x++) {
            const ptrdiff_t i = (ptrdiff_t)(y - crop.y0) * w + x - crop.x0;
            if (!coverage[i])
                continue;
            uint8_t rgb[3];
            colour_of(origins[i], rgb);
            for (int c = 0; c < 3; c++)
                dst->data[plane_of[c]][y * dst->stride[plane_of[c]] + x] = rgb[c];
        }
}
