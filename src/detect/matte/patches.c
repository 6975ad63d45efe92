/* SPDX-License-Identifier: Apache-2.0 */
#include "detect/matte/patches.h"

#include "base/memory.h"
#include "detect/matte/lines.h"

bool uncap_matte_patches_open(struct uncap_matte_patches *p, const uint8_t *map, int w, int h)
{
    *p = (struct uncap_matte_patches){.label = uncap_alloc((size_t)w * (size_t)h, sizeof(*p->label))};
    if (!p->label || !uncap_components_label(map, p->label, w, h, &p->parts, &p->n))
        return false;
    p->chosen = uncap_alloc((size_t)p->n + 1, 1);
    return p->chosen != NULL;
}

void uncap_matte_patches_close(struct uncap_matte_patches *p)
{
    uncap_free(p->label);
    uncap_free(p->parts);
    uncap_free(p->chosen);
    *p = (struct uncap_matte_patches){.n = 0};
}

void uncap_matte_patches_give(const struct uncap_matte_patches *p, uint8_t *map, size_t area)
{
    for (size_t i = 0; i < area; i++)
        map[i] = p->chosen[p->label[i]];
}

/* Pixels of a patch in the text and far from it. */
struct count {
    size_t text, far;
};

bool uncap_matte_patches_keep_outer(uint8_t *map, const uint8_t *zone, int w, int h)
{
    const size_t area = (size_t)w * (size_t)h;
    struct uncap_matte_patches p;
    struct count *counts = NULL;
    if (uncap_matte_patches_open(&p, map, w, h))
        counts = uncap_alloc((size_t)p.n + 1, sizeof(*counts));
    for (size_t i = 0; counts && i < area; i++) {
        counts[p.label[i]].text += zone[i] == UNCAP_MATTE_ZONE_TEXT;
        counts[p.label[i]].far += zone[i] == UNCAP_MATTE_ZONE_FAR;
    }
    for (int k = 1; counts && k <= p.n; k++)
        p.chosen[k] = 2 * counts[k].far > counts[k].text;
    const bool ok = counts != NULL;
    if (ok)
        uncap_matte_patches_give(&p, map, area);
    uncap_free(counts);
    uncap_matte_patches_close(&p);
    return ok;
}
