/* SPDX-License-Identifier: Apache-2.0 */
#include "detect/matte/outside.h"

#include <stddef.h>

#include "base/memory.h"
#include "detect/matte/patches.h"
#include "kernels/morphology.h"

/* text_h   height of the text, pixels.
 * walls    [h][w] what may be outline and one pixel around it.
 * outside  [h][w] what is reached from beside the text.
 * tall     [h][w] letters that are not as small against the text as the hollow of one.
 * map, tmp [h][w] scratch. */
struct work {
    const uint8_t *zone, *lines, *sure;
    int w, h;
    float text_h;
    size_t area;
    uint8_t *walls, *outside, *tall, *map, *tmp;
    int32_t *label;
};

/* Of the components of what is no wall, those that reach out of the text. */
static bool find_outside(struct work *k)
{
    struct uncap_matte_patches p;
    uncap_morph_dilate(k->lines, k->walls, k->tmp, k->w, k->h, 1, 1);
    for (size_t i = 0; i < k->area; i++)
        k->map[i] = !k->walls[i];
    const bool ok = uncap_matte_patches_open(&p, k->map, k->w, k->h);
    for (size_t i = 0; ok && i < k->area; i++)
        p.chosen[p.label[i]] |= k->map[i] && k->zone[i] != UNCAP_MATTE_ZONE_TEXT;
    if (ok)
        uncap_matte_patches_give(&p, k->outside, k->area);
    uncap_matte_patches_close(&p);
    uncap_morph_dilate(k->outside, k->outside, k->tmp, k->w, k->h, 1, 1);
    for (size_t i = 0; i < k->area; i++)
        k->outside[i] = k->outside[i] && !k->lines[i];
    return ok;
}

/* Pixels of a piece of fill, how many of them are outside and how many came with the caption for sure; those
 * right beside it, and how many of them are wall. */
struct piece {
    int n, n_outside, n_sure, rim, walled;
};

/* The piece that a pixel lies beside, the first in reading order; 0: none. */
static int32_t beside(const struct work *k, int x, int y)
{
    for (int dy = y ? -1 : 0; dy <= (y + 1 < k->h); dy++)
        for (int dx = x ? -1 : 0; dx <= (x + 1 < k->w); dx++) {
            const int32_t label = k->label[(ptrdiff_t)(y + dy) * k->w + x + dx];
            if (label)
                return label;
        }
    return 0;
}

static void count(const struct work *k, struct piece *pieces)
{
    for (int y = 0; y < k->h; y++)
        for (int x = 0; x < k->w; x++) {
            const ptrdiff_t i = (ptrdiff_t)y * k->w + x;
            struct piece *own = &pieces[k->label[i] ? k->label[i] : beside(k, x, y)];
            if (k->label[i]) {
                own->n++;
                own->n_outside += k->outside[i];
                own->n_sure += k->sure[i];
            } else {
                own->rim++;
                own->walled += k->walls[i];
            }
        }
}

/* What is within is, and what came with the caption. A piece with an outline nearly all around is one with a
 * gap in it, that no letter's side is as long as. */
static bool is_letter(const struct work *k, const struct piece *p)
{
    const float open = (float)(p->rim - p->walled);
    return 2 * p->n_outside <= p->n || 2 * p->n_sure > p->n ||
           (open <= 0.15F * (float)p->rim && open <= k->text_h);
}

/* map = the pieces of fill that are letters, tall = those of them that are not low. */
static bool find_letters(struct work *k, const uint8_t *core, int fill)
{
    struct uncap_component *parts;
    int n;
    for (size_t i = 0; i < k->area; i++)
        k->map[i] = (core[i] & fill) != 0;
    if (!uncap_components_label(k->map, k->label, k->w, k->h, &parts, &n))
        return false;
    struct piece *pieces = uncap_alloc((size_t)n + 1, sizeof(*pieces));
    if (pieces)
        count(k, pieces);
    for (size_t i = 0; pieces && i < k->area; i++) {
        k->map[i] = k->map[i] && is_letter(k, &pieces[k->label[i]]);
        k->tall[i] = k->map[i] && (float)uncap_rect_h(parts[k->label[i]].box) > 0.4F * k->text_h;
    }
    const bool ok = pieces != NULL;
    uncap_free(pieces);
    uncap_free(parts);
    return ok;
}

/* Do the letters fill the line from end to end as all the fill does? Of columns as wide as the text is high,
 * each as good as it is wide of fill, few have lost it all but hollows. Else it is what lies between the
 * letters that was taken for them. */
static bool fill_line(const struct work *k, const uint8_t *core, int fill)
{
    const int step = k->text_h < 4.0F ? 4 : (int)k->text_h;
    int n = 0;
    int n_kept = 0;
    for (int x0 = 0; x0 < k->w; x0 += step) {
        int width = 0;
        bool has_letters = false;
        for (int x = x0; x < x0 + step && x < k->w; x++) {
            bool has_fill = false;
            for (int y = 0; y < k->h; y++) {
                const ptrdiff_t i = (ptrdiff_t)y * k->w + x;
                has_fill = has_fill || (core[i] & fill);
                has_letters = has_letters || k->tall[i];
            }
            width += has_fill;
        }
        n += width;
        n_kept += has_letters ? width : 0;
    }
    return 5 * n_kept >= 4 * n;
}

/* Keep the letters, and what may be fill within. */
static void drop(const struct work *k, uint8_t *core, int fill, uint8_t *fills)
{
    for (size_t i = 0; i < k->area; i++) {
        core[i] &= (uint8_t)(k->map[i] ? 0xff : ~fill);
        fills[i] = fills[i] && (k->map[i] || !k->outside[i]);
    }
}

bool uncap_matte_outside_drop(const struct uncap_matte_scene *scene, const uint8_t *lines, uint8_t *core,
                              int fill, uint8_t *fills)
{
    struct work k = {.zone = scene->zone,
                     .lines = lines,
                     .sure = scene->gain->sure,
                     .w = scene->w,
                     .h = scene->h,
                     .text_h = scene->text_h,
                     .area = (size_t)scene->w * (size_t)scene->h};
    k.walls = uncap_alloc(5, k.area);
    k.label = uncap_alloc(k.area, sizeof(*k.label));
    bool ok = k.walls && k.label;
    if (ok) {
        k.outside = k.walls + k.area;
        k.tall = k.outside + k.area;
        k.map = k.tall + k.area;
        k.tmp = k.map + k.area;
        ok = find_outside(&k) && find_letters(&k, core, fill);
    }
    if (ok && fill_line(&k, core, fill))
        drop(&k, core, fill, fills);
    uncap_free(k.label);
    uncap_free(k.walls);
    return ok;
}
