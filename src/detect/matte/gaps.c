/* SPDX-License-Identifier: Apache-2.0 */
#include "detect/matte/gaps.h"

#include <stddef.h>

#include "base/memory.h"
#include "base/rect.h"

/* sums [h + 1][w + 1]: core pixels above and to the left */
struct table {
    int32_t *sums;
    int w, h;
};

static bool table_open(struct table *t, const uint8_t *core, int w, int h)
{
    const size_t stride = (size_t)w + 1;
    *t = (struct table){uncap_alloc(stride * ((size_t)h + 1), sizeof(*t->sums)), w, h};
    for (int y = 0; t->sums && y < h; y++) {
        int32_t row = 0;
        for (int x = 0; x < w; x++) {
            row += core[(size_t)y * (size_t)w + (size_t)x] != 0;
            t->sums[(size_t)(y + 1) * stride + (size_t)x + 1] =
                t->sums[(size_t)y * stride + (size_t)x + 1] + row;
        }
    }
    return t->sums != NULL;
}

static bool has_core(const struct table *t, struct uncap_rect r)
{
    r = uncap_rect_intersect(r, (struct uncap_rect){0, 0, t->w, t->h});
    if (uncap_rect_empty(r))
        return false;
    const ptrdiff_t stride = (ptrdiff_t)t->w + 1;
    const int32_t *top = t->sums + r.y0 * stride;
    const int32_t *bottom = t->sums + r.y1 * stride;
    return bottom[r.x1] - bottom[r.x0] - top[r.x1] + top[r.x0] > 0;
}

bool uncap_matte_gaps_fill(uint8_t *core, const uint8_t *faint, int w, int h, float text_h)
{
    const int reach = (int)text_h + 1;
    const int half = (int)(0.5F * text_h) + 1;
    struct table t;
    if (!table_open(&t, core, w, h))
        return false;
    for (int y = 0; y < h; y++)
        for (int x = 0; x < w; x++) {
            const size_t i = (size_t)y * (size_t)w + (size_t)x;
            if (!faint[i] || core[i])
                continue;
            const int y0 = y - half;
            const int y1 = y + half + 1;
            if (!has_core(&t, (struct uncap_rect){x, y0, x + 1, y1}) &&
                has_core(&t, (struct uncap_rect){x - reach, y0, x, y1}) &&
                has_core(&t, (struct uncap_rect){x + 1, y0, x + 1 + reach, y1}))
                core[i] = 1;
        }
    uncap_free(t.sums);
    return true;
}
