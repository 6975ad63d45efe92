/* SPDX-License-Identifier: Apache-2.0 */
#include "detect/matte/pieces.h"

#include <stddef.h>

#include "base/memory.h"
#include "kernels/components.h"

/* Pixels right beside a piece, and how many of them are outline. */
struct rim {
    int n, toned;
};

static float share_of(const struct rim *rim)
{
    return rim->n ? (float)rim->toned / (float)rim->n : 0.0F;
}

/* Count each pixel beside the pieces for the first of them in reading order. rims [n + 1], zero. */
static void walk_rims(const uint8_t *core, const int32_t *label, int tone, int w, int h, struct rim *rims)
{
    for (int y = 0; y < h; y++)
        for (int x = 0; x < w; x++) {
            const ptrdiff_t at = (ptrdiff_t)y * w + x;
            int32_t beside = 0;
            for (int dy = y ? -1 : 0; dy <= (y + 1 < h) && !beside; dy++)
                for (int dx = x ? -1 : 0; dx <= (x + 1 < w) && !beside; dx++)
                    beside = label[at + (ptrdiff_t)dy * w + dx];
            if (label[at] || !beside)
                continue;
            rims[beside].n++;
            rims[beside].toned += (core[at] & tone) != 0;
        }
}

enum { STEPS = 32 };

/* Share of outline that half of the fill has around it at least. */
static float median_share(const struct uncap_component *parts, const struct rim *rims, int n)
{
    size_t counts[STEPS + 1] = {0};
    size_t all = 0;
    for (int k = 1; k <= n; k++) {
        counts[(int)(share_of(&rims[k]) * STEPS)] += (size_t)parts[k].n_pixels;
        all += (size_t)parts[k].n_pixels;
    }
    int step = STEPS;
    for (size_t above = counts[STEPS]; step > 0 && 2 * above < all; above += counts[step])
        step--;
    return (float)step / STEPS;
}

/* rims [n + 1]. Drops the fill of bare pieces above and below the rows of dressed ones. */
static void drop(uint8_t *core, const int32_t *label, int fill, int w, int h,
                 const struct uncap_component *parts, const struct rim *rims, int n)
{
    static const float dressed = 0.6F;
    static const float bare = 0.4F; /* of what letters have */
    const float usual = median_share(parts, rims, n);
    int top = h;
    int bottom = 0;
    for (int k = 1; k <= n; k++)
        if (share_of(&rims[k]) >= dressed * usual) {
            top = parts[k].box.y0 < top ? parts[k].box.y0 : top;
            bottom = parts[k].box.y1 > bottom ? parts[k].box.y1 : bottom;
        }
    for (ptrdiff_t i = 0; i < (ptrdiff_t)w * h; i++) {
        const struct uncap_component *p = &parts[label[i]];
        const int middle = (p->box.y0 + p->box.y1) / 2;
        if (label[i] && share_of(&rims[label[i]]) < bare * usual && (middle < top || middle >= bottom))
            core[i] &= (uint8_t)~fill;
    }
}

bool uncap_matte_pieces_drop_bare(uint8_t *core, int fill, int tone, int w, int h)
{
    const size_t area = (size_t)w * (size_t)h;
    uint8_t *is_fill = uncap_alloc(area, 1);
    int32_t *label = uncap_alloc(area, sizeof(*label));
    struct uncap_component *parts = NULL;
    struct rim *rims = NULL;
    int n = 0;
    for (size_t i = 0; is_fill && i < area; i++)
        is_fill[i] = (core[i] & fill) != 0;
    if (is_fill && label && uncap_components_label(is_fill, label, w, h, &parts, &n))
        rims = uncap_alloc((size_t)n + 1, sizeof(*rims));
    if (rims) {
        walk_rims(core, label, tone, w, h, rims);
        drop(core, label, fill, w, h, parts, rims, n);
    }
    const bool ok = rims != NULL;
    uncap_free(rims);
    uncap_free(parts);
    uncap_free(label);
    uncap_free(is_fill);
    return ok;
}
