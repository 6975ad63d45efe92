/* SPDX-License-Identifier: Apache-2.0 */
#include "base/memory.h"
#include "detect/life.h"
#include "detect/panels.h"

static struct uncap_matte_sample sample_of(const struct uncap_crop *crop, struct uncap_rect rect)
{
    return (struct uncap_matte_sample){.frame = crop->frame, .picture = crop->picture, .rect = rect};
}

/* The matte covers all of it already: a plate that stands as long as its line. */
static bool is_covered(const struct uncap_matte *m, struct uncap_rect r)
{
    const struct uncap_rect a = m ? m->area : (struct uncap_rect){0, 0, 0, 0};
    if (r.x0 < a.x0 || r.y0 < a.y0 || r.x1 > a.x1 || r.y1 > a.y1)
        return false;
    for (int y = r.y0; y < r.y1; y++)
        for (int x = r.x0; x < r.x1; x++)
            if (!m->coverage[(ptrdiff_t)(y - a.y0) * uncap_rect_w(a) + x - a.x0])
                return false;
    return true;
}

/* Is a bar no wider than what the matte covers in the line's middle row: the plate that the matte is? What is
 * seen through that one is worth more than a fill. */
static bool is_plate(struct uncap_rect bar, const struct uncap_caption *c)
{
    enum { OFF = 4 }; /* pixels that two measurements of one side may differ by */
    const struct uncap_rect line = uncap_quad_bounds(&c->quad);
    const int middle = (line.y0 + line.y1) / 2;
    return is_covered(c->matte, (struct uncap_rect){bar.x0 + OFF, middle, bar.x1 - OFF, middle + 1});
}

/* The bar that stands behind all of the line as long as it does. */
static int add_bar(struct uncap_rect bar, struct uncap_caption *c, struct uncap_error *err)
{
    size_t capacity = c->n_panels;
    if (uncap_rect_empty(bar) || is_plate(bar, c))
        return UNCAP_OK;
    if (!uncap_grow((void **)&c->panels, &capacity, c->n_panels + 1, sizeof(*c->panels)))
        return uncap_fail_nomem(err, "the panels of a caption");
    c->panels[c->n_panels++] = (struct uncap_panel){c->first, c->end, bar};
    return UNCAP_OK;
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
        if (!is_covered(c->matte, c->panels[i].rect))
            c->panels[n++] = c->panels[i];
    c->n_panels = n;
    return status ? status : add_bar(t->bar.rect, c, err);
}
