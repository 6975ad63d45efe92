/* SPDX-License-Identifier: Apache-2.0 */
#include "inpaint/flow/unblend/life.h"

#include <stdlib.h>
#include <string.h>

#include "base/build_up.h"
#include "base/memory.h"

static struct uncap_rect area_of(const struct flow_work *work, const struct uncap_caption *c)
{
    struct uncap_rect r;
    if (c->matte) {
        r = c->matte->area;
    } else {
        r = uncap_quad_bounds(&c->quad);
        r = uncap_rect_grow(r, uncap_rect_h(r) / 2, uncap_rect_h(r) / 2);
    }
    const struct uncap_rect crop = work->window->crop;
    return uncap_rect_move(r, -crop.x0, -crop.y0);
}

/* What can be seen of the caption: one that moves may bring in any part of itself. */
static struct uncap_rect seen_of(const struct flow_work *work, const struct flow_caption *c)
{
    const struct uncap_rect all = {0, 0, work->w, work->h};
    return c->caption->caption->motion ? c->whole : uncap_rect_intersect(c->whole, all);
}

static void start_opacity(const struct flow_work *work, struct flow_caption *c)
{
    const struct uncap_caption *caption = c->caption->caption;
    for (int t = c->caption->first; t < c->caption->end; t++)
        c->listed[t - c->caption->first] = c->opacity[t - c->caption->first] =
            (float)uncap_caption_opacity(caption, work->window->first + t) / 255.0f;
}

/* What is known of the caption, and room for what will be where it goes on past the core. */
static bool open_tallies(struct flow_caption *c, const struct flow_work *work, size_t luma, size_t chroma,
                         struct flow_tallies *known)
{
    const struct uncap_window *win = work->window;
    const struct uncap_caption *caption = c->caption->caption;
    const struct uncap_rect area = uncap_rect_move(c->area, win->crop.x0, win->crop.y0);
    const bool is_known =
        flow_tallies_take(known, caption->id, area, win->first + win->core_first, &c->before);
    if (caption->end <= win->first + win->core_end || !flow_caption_is_registered(caption))
        return true;
    if (!flow_tally_open(&c->after, caption->id, area, luma, chroma))
        return false;
    c->after.end = win->first + win->core_end;
    if (is_known) {
        memcpy(c->after.luma, c->before.luma, luma * sizeof(*c->after.luma));
        memcpy(c->after.chroma, c->before.chroma, chroma * sizeof(*c->after.chroma));
    }
    return true;
}

/* Storage of a caption that is measured. */
static bool open_measured(struct flow_caption *c, const struct flow_work *work, struct flow_tallies *known)
{
    const struct uncap_window *win = work->window;
    const struct uncap_format f = win->format;
    c->area_c = (struct uncap_rect){c->area.x0 >> f.shift_x, c->area.y0 >> f.shift_y,
                                    (c->area.x1 >> f.shift_x) + 1, (c->area.y1 >> f.shift_y) + 1};
    const size_t luma = (size_t)uncap_rect_w(c->area) * (size_t)uncap_rect_h(c->area);
    const size_t chroma = (size_t)uncap_rect_w(c->area_c) * (size_t)uncap_rect_h(c->area_c);
    c->fit = uncap_alloc(luma, sizeof(*c->fit));
    c->fit_c = uncap_alloc(work->cw ? 2 * chroma : 0, sizeof(*c->fit_c));
    c->from = uncap_alloc((size_t)uncap_rect_w(c->area), sizeof(*c->from));
    c->opacity = uncap_alloc((size_t)(c->caption->end - c->caption->first), sizeof(*c->opacity));
    c->listed = uncap_alloc((size_t)(c->caption->end - c->caption->first), sizeof(*c->listed));
    c->fades = uncap_alloc((size_t)(c->caption->end - c->caption->first), sizeof(*c->fades));
    if (!c->fit || !c->fit_c || !c->from || !c->listed || !c->opacity || !c->fades)
        return false;
    uncap_build_up_columns(c->caption->caption, c->area.x0 + win->crop.x0, uncap_rect_w(c->area), c->from);
    c->built = uncap_build_up_end(c->caption->caption);
    start_opacity(work, c);
    return open_tallies(c, work, luma, work->cw ? 2 * chroma : 0, known);
}

bool flow_captions_open(struct flow_caption **out, const struct flow_work *work, struct flow_tallies *known)
{
    const struct uncap_window *win = work->window;
    struct flow_caption *all = uncap_alloc((size_t)win->n_captions, sizeof(*all));
    *out = all;
    if (!all)
        return false;
    for (int k = 0; k < win->n_captions; k++) {
        struct flow_caption *c = &all[k];
        c->caption = &win->captions[k];
        c->whole = area_of(work, c->caption->caption);
        c->area = seen_of(work, c);
        if (flow_work_reaches_core(work, c->caption) && !open_measured(c, work, known))
            return false;
    }
    return true;
}

bool flow_captions_leave(struct flow_caption *captions, const struct flow_work *work,
                         struct flow_tallies *known)
{
    const struct uncap_window *win = work->window;
    bool ok = true;
    for (int k = 0; k < win->n_captions; k++)
        if (captions[k].after.luma)
            ok = flow_tallies_give(known, &captions[k].after) && ok;
    flow_tallies_forget(known, win->first + win->core_first);
    return ok;
}

void flow_captions_close(struct flow_caption **captions, int n)
{
    struct flow_caption *all = *captions;
    for (int k = 0; all && k < n; k++) {
        uncap_free(all[k].fit);
        uncap_free(all[k].fit_c);
        uncap_free(all[k].from);
        uncap_free(all[k].listed);
        uncap_free(all[k].opacity);
        uncap_free(all[k].fades);
        flow_tally_close(&all[k].before);
        flow_tally_close(&all[k].after);
    }
    uncap_free(all);
    *captions = NULL;
}

/* Both ends of a stretch moved the same way, by how much at least. */
static int moved(int first, int end, int other_first, int other_end)
{
    const int a = other_first - first;
    const int b = other_end - end;
    if ((a > 0) != (b > 0))
        return 0;
    return abs(a) < abs(b) ? abs(a) : abs(b);
}

bool flow_caption_is_registered(const struct uncap_caption *c)
{
    if (c->matte || c->motion || !c->n_observations)
        return true;
    const struct uncap_rect first = uncap_quad_bounds(&c->observations[0].quad);
    const int allowed = uncap_rect_h(first) / 2;
    for (size_t i = 1; i < c->n_observations; i++) {
        const struct uncap_rect r = uncap_quad_bounds(&c->observations[i].quad);
        if (moved(first.x0, first.x1, r.x0, r.x1) > allowed ||
            moved(first.y0, first.y1, r.y0, r.y1) > allowed)
            return false;
    }
    return true;
}

/* First and last frame of a life: the caption may be only half there. */
static bool is_edge(const struct flow_life *life, int t)
{
    const struct uncap_caption *c = life->c->caption->caption;
    const int64_t index = life->work->window->first + t;
    return index == c->first || index + 1 == c->end;
}

const struct uncap_panel *flow_life_bar_alone(const struct flow_life *life, int t)
{
    const struct uncap_caption *c = life->c->caption->caption;
    const int64_t index = life->work->window->first + t;
    for (size_t i = 0; i < c->n_panels && !uncap_caption_opacity(c, index); i++)
        if (index >= c->panels[i].first && index < c->panels[i].end)
            return &c->panels[i];
    return NULL;
}

bool flow_life_is_growing(const struct flow_life *life, int t)
{
    return uncap_caption_is_growing(life->c->caption->caption, life->work->window->first + t);
}

bool flow_life_is_fading(const struct flow_life *life, int t)
{
    const int64_t index = life->work->window->first + t;
    return flow_life_opacity(life, t) < FLOW_LIFE_FULL && index >= life->c->built &&
           uncap_caption_opacity(life->c->caption->caption, index) < 255 && !flow_life_bar_alone(life, t);
}

bool flow_life_outlives_shot(const struct flow_life *life)
{
    /* context is cut at a shot's first frame, and only there is none of it */
    return life->c->before.luma && life->work->window->core_first == 0;
}

bool flow_life_is_measured(const struct flow_life *life, int t)
{
    return flow_life_opacity(life, t) >= FLOW_LIFE_FULL && !is_edge(life, t) &&
           !flow_life_is_growing(life, t) && !flow_life_bar_alone(life, t);
}
