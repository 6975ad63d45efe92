/* SPDX-License-Identifier: Apache-2.0 */
#include "detect/life/band.h"

#include <math.h>

enum {
    MIN_KNOWN = 2, /* captions before the band is trusted */
    RECENT = 64,   /* texts that count, the newest */
};

/* Lines above and below the known ones that still lie in the band, and the largest share of the picture it
 * may take. */
static const float room_lines = 1.6f, max_share = 0.45f;

/* Surely a caption, by itself. */
static bool is_sure(const struct uncap_features *f)
{
    return f->is_steady && !f->is_inferred && f->n_seen >= 2 && f->begin != UNCAP_BORDER_SOFT &&
           f->finish != UNCAP_BORDER_SOFT &&
           (f->begin == UNCAP_BORDER_CLEAN || f->finish == UNCAP_BORDER_CLEAN) && f->contrast >= 20 &&
           f->likeness >= 0.75f;
}

struct uncap_band uncap_band_find(const struct uncap_features *features, size_t n, int w, int h)
{
    struct uncap_band band = {.line_px = INFINITY};
    struct uncap_rect hull = {0, 0, 0, 0};
    float tallest = 0;
    int n_known = 0;
    for (size_t i = n > RECENT ? n - RECENT : 0; i < n; i++) {
        const struct uncap_features *f = &features[i];
        if (!is_sure(f))
            continue;
        hull = uncap_rect_union(hull, f->rect);
        band.line_px = fminf(band.line_px, f->line_px);
        tallest = fmaxf(tallest, f->line_px);
        n_known++;
    }
    const struct uncap_rect all = {0, 0, w, h};
    const int room = (int)ceilf(room_lines * tallest);
    const struct uncap_rect rows =
        uncap_rect_intersect((struct uncap_rect){0, hull.y0 - room, w, hull.y1 + room}, all);
    if (n_known >= MIN_KNOWN && (float)uncap_rect_h(rows) <= max_share * (float)h) {
        band.rows = rows;
        band.texts = uncap_rect_intersect(hull, all);
    }
    return band;
}
