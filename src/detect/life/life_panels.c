/* SPDX-License-Identifier: Apache-2.0 */
#include <stdlib.h>

#include "detect/life/life.h"
#include "detect/life/panels.h"
#include "detect/track/bar_search.h"

static struct uncap_matte_sample sample_of(const struct uncap_crop *crop, struct uncap_rect rect)
{
    return (struct uncap_matte_sample){.frame = crop->frame, .picture = crop->picture, .rect = rect};
}

/* First crop of a frame from `frame` on; n_life if there is none. */
static int crop_at(const struct uncap_evidence *e, int64_t frame)
{
    int i = 0;
    while (i < e->n_life && e->life[i].frame < frame)
        i++;
    return i;
}

/* In the same rows as a panel before it: a row of boxes. */
static bool is_in_row(struct uncap_rect a, struct uncap_rect b)
{
    const int off = 2 * UNCAP_BAR_BLUR;
    return abs(a.y0 - b.y0) <= off && abs(a.y1 - b.y1) <= off;
}

/* The box of a bar from its crop `at` on, until it stands in none. */
static struct uncap_panel panel_of(const struct uncap_evidence *e, const struct uncap_caption *c,
                                   const struct uncap_bar *bar, int at)
{
    int end = at;
    while (end < e->n_life && uncap_bar_stands(bar, &e->life[end].picture))
        end++;
    const bool goes = end > at && end < e->n_life;
    return (struct uncap_panel){e->life[at - 1].frame + 1, goes ? e->life[end].frame : c->end,
                                uncap_rect_move(bar->rect, e->rect.x0, e->rect.y0)};
}

/* The box that a panel's colour goes over to when it leaves its word, in a part of the line: it is told from
 * the crops right before and after that, since what is seen through it hides its colour in one alone. */
static bool find_next(const struct uncap_evidence *e, const struct uncap_caption *c,
                      const struct uncap_panel *last, struct uncap_rect part, struct uncap_panel *next)
{
    const int dx = -e->rect.x0, dy = -e->rect.y0, gone = crop_at(e, last->end);
    struct uncap_bar bar;
    if (gone < 1 || 2 * uncap_rect_w(part) < uncap_rect_h(part) ||
        !uncap_bar_colour(&e->life[gone - 1].picture, uncap_rect_move(last->rect, dx, dy), &bar))
        return false;
    for (int at = gone; at < e->n_life; at++)
        if (uncap_bar_find(&e->life[at].picture, &e->life[at - 1].picture, uncap_rect_move(part, dx, dy),
                           &bar)) {
            *next = panel_of(e, c, &bar, at);
            return is_in_row(next->rect, last->rect);
        }
    return false;
}

/* Does most of it stand where another does, while that one does? */
static bool is_known(const struct uncap_caption *c, const struct uncap_panel *p)
{
    for (size_t i = 0; i < c->n_panels; i++) {
        const struct uncap_panel *o = &c->panels[i];
        if (o->first < p->end && o->end > p->first &&
            2 * uncap_rect_w(uncap_rect_intersect(o->rect, p->rect)) > uncap_rect_w(p->rect))
            return true;
    }
    return false;
}

/* The panels after those that are known, one word after the other. */
static int add_next(const struct uncap_evidence *e, struct uncap_rect line, struct uncap_caption *c,
                    struct uncap_error *err)
{
    for (size_t i = 0; i < c->n_panels; i++)
        for (int side = 0; side < 2; side++) {
            struct uncap_rect part = line;
            part.x0 = side ? c->panels[i].rect.x1 : line.x0;
            part.x1 = side ? line.x1 : c->panels[i].rect.x0;
            struct uncap_panel next;
            if (!find_next(e, c, &c->panels[i], part, &next) || is_known(c, &next))
                continue;
            const int status = uncap_life_add_panel(c, next, err);
            if (status)
                return status;
        }
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
    int status = uncap_panels_find(&evidence, &c->panels, &c->n_panels, err);
    if (!status)
        status = add_next(e, line, c, err);
    size_t n = 0;
    for (size_t i = 0; i < c->n_panels; i++)
        if (!uncap_matte_holds(c->matte, c->panels[i].rect))
            c->panels[n++] = c->panels[i];
    c->n_panels = n;
    return status ? status : uncap_life_add_bar(t, c, err);
}
