/* SPDX-License-Identifier: Apache-2.0 */
#include "base/memory.h"
#include "detect/life/life.h"
#include "detect/matte/estimate.h"
#include "media/colour.h"

static struct uncap_tint tint_of(const struct uncap_matte_tint *t, int n_planes, struct uncap_colour colour)
{
    struct uncap_tint out = {.opacity = (uint8_t)(255 * t->opacity + 0.5f)};
    uint8_t samples[UNCAP_MAX_PLANES];
    struct uncap_picture pixel = {.format = {.n_planes = n_planes, .depth = 8}, .w = 1, .h = 1};
    for (int i = 0; i < n_planes; i++) {
        samples[i] = (uint8_t)(t->value[i] + 0.5f);
        pixel.data[i] = &samples[i];
        pixel.stride[i] = 1;
    }
    if (out.opacity)
        uncap_colour_to_rgb8(&pixel, colour, out.rgb);
    return out;
}

int uncap_life_style(const struct uncap_matte_style *style, const struct uncap_surroundings *around,
                     struct uncap_caption *c, struct uncap_error *err)
{
    const int n = around->format.n_planes;
    const struct uncap_rect all = {0, 0, around->w, around->h};
    if (uncap_rect_empty(uncap_rect_intersect(style->ink, all)))
        return UNCAP_OK;
    c->style = uncap_alloc(1, sizeof(*c->style));
    if (!c->style)
        return uncap_fail_nomem(err, "caption style");
    *c->style = (struct uncap_style){.ink = uncap_rect_intersect(style->ink, all),
                                     .plate = uncap_rect_intersect(style->plate, all),
                                     .stroke_px = style->stroke_px,
                                     .outline_px = style->outline_px,
                                     .shadow_px = style->shadow_px,
                                     .lean = style->lean,
                                     .fill = tint_of(&style->fill, n, around->colour),
                                     .outline = tint_of(&style->outline, n, around->colour),
                                     .shadow = tint_of(&style->shadow, n, around->colour),
                                     .box = tint_of(&style->box, n, around->colour)};
    return UNCAP_OK;
}
