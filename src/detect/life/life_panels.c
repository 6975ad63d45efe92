/* SPDX-License-Identifier: Apache-2.0 */
#include "detect/life/life.h"
#include "detect/life/panels.h"

static struct uncap_matte_sample sample_of(const struct uncap_crop *crop, struct uncap_rect rect)
{
    return (struct uncap_matte_sample){.frame = crop->frame, .picture = crop->picture, .rect = rect};
}

int uncap_life_panels(const struct uncap_track *t, struct uncap_caption *c, struct uncap_error *err)
{
    const struct uncap_evidence *e = &t->evidence;
    struct uncap_matte_sample life[UNCAP_EVIDENCE_LIFE], clean[2 * UNCAP_EVIDENCE_CLEAN];
    if (t->motion.is_moving)
        return UNCAP_OK;
    int n_life = 0;
    for (int i = 0; i < e->n_life; i++)
        if (e->life[i].frame >= c->first && e->life[i].frame < c->end)
            life[n_life++] = sample_of(&e->life[i], e->rect);
    for (int i = 0; i < e->n_before; i++)
        clean[i] = sample_of(&e->before[i], e->rect);
    for (int i = 0; i < e->n_after; i++)
        clean[e->n_before + i] = sample_of(&e->after[i], e->rect);
    if (!n_life)
        return UNCAP_OK;
    const struct uncap_rect line = uncap_quad_bounds(&c->quad);
    const int h = uncap_rect_h(line);
    const struct uncap_panel_evidence evidence = {
        .area = uncap_rect_intersect(uncap_rect_grow(line, h, h), e->rect),
        .line = line,
        .first = c->first,
        .end = c->end,
        .life = life,
        .clean = clean,
        .n_life = n_life,
        .n_clean = e->n_before + e->n_after};
    const int status = uncap_panels_find(&evidence, &c->panels, &c->n_panels, err);
    size_t n = 0;
    for (size_t i = 0; i < c->n_panels; i++)
        if (!uncap_matte_holds(c->matte, c->panels[i].rect))
            c->panels[n++] = c->panels[i];
    c->n_panels = n;
    return status ? status : uncap_life_add_bar(t, c, err);
}
