/* SPDX-License-Identifier: Apache-2.0 */
#include "detect/life/share.h"

#include <stdlib.h>

#include "base/error.h"

/* Letters of the same tones, about as high: a line with descenders is up to a third higher. */
static bool is_alike(const struct uncap_features *a, const struct uncap_features *b)
{
    return a->breadth.px && b->breadth.px && a->breadth.tones == b->breadth.tones &&
           3.0F * a->line_px < 4.0F * b->line_px && 3.0F * b->line_px < 4.0F * a->line_px;
}

enum { UNSEEN = 3 }; /* pixels by which letters may reach beyond their strokes where no outline holds them */

/* How far caption `at` reaches as the others of its style know it: the widest of them; its own width if they
 * are not more than those of the style that have a halo. */
static int shared_px(const struct uncap_caption *captions, const struct uncap_features *features, size_t n,
                     size_t at)
{
    const struct uncap_matte_breadth *own = &features[at].breadth;
    int widest = 0, n_exact = 0, n_halos = own->has_halo;
    for (size_t i = 0; i < n; i++) {
        const struct uncap_matte_breadth *b = &features[i].breadth;
        if (i == at || captions[i].keep || !is_alike(&features[i], &features[at]))
            continue;
        n_exact += b->is_exact;
        n_halos += b->has_halo;
        widest = b->is_exact && b->px > widest ? b->px : widest;
    }
    return n_exact > n_halos ? widest + (own->has_outline ? 0 : UNSEEN) : own->px;
}

/* Does b's line stand in the box that was seen behind a's for as long? */
static bool is_in_box(const struct uncap_features *a, const struct uncap_features *b)
{
    return !uncap_rect_empty(a->plate) && llabs(a->first - b->first) <= 1 && llabs(a->end - b->end) <= 1 &&
           uncap_rect_holds(a->plate, b->rect);
}

void uncap_share_overlay(struct uncap_features *features, size_t n)
{
    for (size_t i = 0; i < n; i++)
        for (size_t k = 0; k < n && features[i].is_overlay; k++)
            features[k].is_overlay = features[k].is_overlay || is_in_box(&features[i], &features[k]);
}

int uncap_share_breadth(struct uncap_caption *captions, const struct uncap_features *features, size_t n,
                        struct uncap_error *err)
{
    for (size_t i = 0; i < n; i++) {
        const struct uncap_matte_breadth *own = &features[i].breadth;
        if (!captions[i].matte)
            continue;
        const int px = own->is_exact ? own->px : shared_px(captions, features, n, i);
        if (px < own->px) {
            uncap_matte_narrow(captions[i].matte, px);
            if (!uncap_matte_trim(&captions[i].matte))
                return uncap_fail_nomem(err, "caption matte");
        }
        uncap_matte_forget_beyond(captions[i].matte);
    }
    return UNCAP_OK;
}
