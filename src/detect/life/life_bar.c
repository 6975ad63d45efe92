/* SPDX-License-Identifier: Apache-2.0 */
#include "base/memory.h"
#include "detect/life/life.h"
#include "detect/track/bar_life.h"

/* Frames between one text of a bar and the next in which it may be missed. */
enum { MOST_BETWEEN = 4 };

/* The bar behind a text right before it that stands behind this one still, or NULL. */
static const struct uncap_bar *find_inherited(const struct uncap_track *t, const struct uncap_ring *ring,
                                              const struct uncap_surroundings *around, int64_t last)
{
    const struct uncap_rect line = uncap_quad_bounds(&t->hull);
    const struct uncap_picture *picture = uncap_ring_picture(ring, last);
    for (size_t i = around->n_lives; i-- > 0;) {
        const struct uncap_life *o = &around->lives[i];
        if (o->id != t->id && !uncap_rect_empty(o->bar.rect) && o->end <= t->first + MOST_BETWEEN &&
            o->bar.end + MOST_BETWEEN >= t->first && uncap_rect_holds(o->bar.rect, line) && picture &&
            uncap_bar_stands(&o->bar, picture))
            return &o->bar;
    }
    return NULL;
}

/* Does another text stand on the bar, or on one of its own in its place? */
static bool is_on(const struct uncap_life *o, struct uncap_rect bar)
{
    const int x = (o->rect.x0 + o->rect.x1) / 2, y = (o->rect.y0 + o->rect.y1) / 2;
    return uncap_rect_holds(bar, (struct uncap_rect){x, y, x + 1, y + 1});
}

/* First frame of another text on the bar, from `from` on; INT64_MAX: there is none. */
static int64_t next_text(const struct uncap_track *t, const struct uncap_surroundings *around, int64_t from)
{
    int64_t next = INT64_MAX;
    for (size_t i = 0; i < around->n_lives; i++) {
        const struct uncap_life *o = &around->lives[i];
        if (o->id != t->id && o->first >= from && o->first < next && is_on(o, t->bar.rect))
            next = o->first;
    }
    return next;
}

/* Until when another text has had the bar that begins before `first`; INT64_MIN: none has. */
static int64_t end_of_last_text(const struct uncap_track *t, const struct uncap_surroundings *around,
                                int64_t first)
{
    int64_t end = INT64_MIN;
    for (size_t i = 0; i < around->n_lives; i++) {
        const struct uncap_life *o = &around->lives[i];
        if (o->id == t->id || o->first >= first || !is_on(o, t->bar.rect))
            continue;
        end = o->end > end ? o->end : end;
        end = o->bar.end > end ? o->bar.end : end;
    }
    return end < first ? end : first;
}

/* Is what seemed to be a see-through bar when the line came gone before the line has? A shadow's edge or the
 * horizon, say, which went with the scene. */
static bool has_stayed_behind(const struct uncap_track *t, const struct uncap_ring *ring, int64_t last)
{
    const struct uncap_picture *picture = uncap_ring_picture(ring, last);
    return t->bar.through > 0 && picture && !uncap_bar_stands(&t->bar, picture);
}

void uncap_life_bar(struct uncap_track *t, const struct uncap_ring *ring,
                    const struct uncap_surroundings *around, const struct uncap_caption *c)
{
    int64_t last = c->end - 1;
    while (last > c->first && c->opacity && c->opacity[last - c->first] < 255)
        last--;
    if (uncap_life_is_cut(around, t->bar.first) || has_stayed_behind(t, ring, last))
        t->bar = (struct uncap_bar){.end = 0};
    const struct uncap_bar *inherited = find_inherited(t, ring, around, last);
    const bool has_own = !uncap_rect_empty(t->bar.rect);
    /* From afar a see-through one looks like another, or opaque. */
    if (inherited && (!has_own || inherited->through > 0)) {
        const int64_t first = has_own ? t->bar.first : c->first;
        t->bar = *inherited;
        t->bar.first = first;
    }
    if (!uncap_rect_empty(t->bar.rect)) {
        t->bar.end = uncap_bar_life_end(ring, &t->bar, c->end);
    } else if (t->is_steady &&
               uncap_bar_life_after(ring, last, c->end, uncap_quad_bounds(&t->hull), &t->bar)) {
        t->bar.first = c->first;
        if (uncap_life_is_cut(around, t->bar.end))
            t->bar = (struct uncap_bar){.end = 0};
    }
    if (uncap_rect_empty(t->bar.rect))
        return;
    const int64_t last_text = end_of_last_text(t, around, c->first), next = next_text(t, around, c->end);
    t->bar.first = t->bar.first > last_text ? t->bar.first : last_text;
    t->bar.end = t->bar.end < next ? t->bar.end : next;
}

/* Is the bar no wider than what the matte covers in the line's middle row: the plate that the matte is? What
 * is seen through that one is worth more than a fill. */
static bool is_in_matte(const struct uncap_track *t, const struct uncap_caption *c)
{
    enum { OFF = 4 }; /* pixels that two measurements of one side may differ by */
    const struct uncap_rect line = uncap_quad_bounds(&c->quad), bar = t->bar.rect;
    const int middle = (line.y0 + line.y1) / 2;
    return uncap_matte_holds(c->matte, (struct uncap_rect){bar.x0 + OFF, middle, bar.x1 - OFF, middle + 1});
}

int uncap_life_cover_bar(const struct uncap_track *t, struct uncap_caption *c, struct uncap_error *err)
{
    if (t->bar.through <= 0 || uncap_rect_empty(t->bar.rect) || is_in_matte(t, c))
        return UNCAP_OK;
    return uncap_matte_add_rect(&c->matte, t->bar.rect) ? UNCAP_OK : uncap_fail_nomem(err, "caption matte");
}

int uncap_life_add_panel(struct uncap_caption *c, struct uncap_panel panel, struct uncap_error *err)
{
    size_t capacity = c->n_panels;
    if (!uncap_grow((void **)&c->panels, &capacity, c->n_panels + 1, sizeof(*c->panels)))
        return uncap_fail_nomem(err, "the panels of a caption");
    c->panels[c->n_panels++] = panel;
    return UNCAP_OK;
}

/* First frame of the life in which an opaque bar is gone that holds a part of its line: it was behind the
 * first word alone. The caption's end if it stands as long as the line. */
static int64_t end_within(const struct uncap_track *t, const struct uncap_caption *c)
{
    const struct uncap_evidence *e = &t->evidence;
    const struct uncap_rect line = uncap_quad_bounds(&c->quad);
    const int room = uncap_rect_h(line) / 8; /* detectors' boxes are too wide */
    struct uncap_bar bar = t->bar;
    if (bar.through > 0 || !uncap_rect_holds(e->rect, bar.rect) ||
        uncap_rect_holds(uncap_rect_grow(bar.rect, room, room), line))
        return c->end;
    bar.rect = uncap_rect_move(bar.rect, -e->rect.x0, -e->rect.y0);
    float most = 0;
    for (int i = 0; i < e->n_life; i++) {
        const struct uncap_crop *crop = &e->life[i];
        const float share = uncap_bar_share(&bar, &crop->picture);
        if (2 * share < most && !uncap_bar_stands(&bar, &crop->picture))
            return crop->frame;
        most = share > most ? share : most;
    }
    return c->end;
}

int uncap_life_add_bar(const struct uncap_track *t, struct uncap_caption *c, struct uncap_error *err)
{
    if (uncap_rect_empty(t->bar.rect) || is_in_matte(t, c))
        return UNCAP_OK;
    return uncap_life_add_panel(c, (struct uncap_panel){c->first, end_within(t, c), t->bar.rect}, err);
}

/* The caption's panel that is its bar, or NULL. */
static struct uncap_panel *panel_of(const struct uncap_track *t, const struct uncap_caption *c)
{
    struct uncap_panel *last = c->n_panels ? &c->panels[c->n_panels - 1] : NULL;
    const struct uncap_rect r = t->bar.rect;
    return last && uncap_rect_holds(last->rect, r) && uncap_rect_holds(r, last->rect) ? last : NULL;
}

/* Has the caption the bar, as a panel or in its matte? */
static bool has_bar(const struct uncap_track *t, const struct uncap_caption *c)
{
    return !uncap_rect_empty(t->bar.rect) && (panel_of(t, c) || (t->bar.through > 0 && is_in_matte(t, c)));
}

/* Let it grow from n frames before its first one on, in which it stands as in that one. */
static bool grow_earlier(struct uncap_caption *c, int n)
{
    if (!c->n_growing)
        return true;
    size_t capacity = (size_t)c->n_growing;
    if (c->poses && !uncap_grow((void **)&c->poses, &capacity, (size_t)(c->n_growing + n), sizeof(*c->poses)))
        return false;
    for (int i = c->n_growing - 1; i >= 0 && c->poses; i--)
        c->poses[i + n] = c->poses[i];
    for (int i = 1; i < n && c->poses; i++)
        c->poses[i] = c->poses[0];
    c->n_growing += n;
    return true;
}

/* Let it stand in frames [first, end) as well, unseen. */
static int stand_longer(struct uncap_caption *c, int64_t first, int64_t end, struct uncap_error *err)
{
    const int64_t to = c->end > end ? c->end : end;
    const int64_t n_before = first < c->first ? c->first - first : 0;
    if (!grow_earlier(c, (int)n_before))
        return uncap_fail_nomem(err, "how a caption grows");
    uint8_t *opacity = uncap_alloc((size_t)(to - c->first + n_before), 1);
    if (!opacity)
        return uncap_fail_nomem(err, "caption opacity");
    for (int64_t i = c->first; i < c->end; i++)
        opacity[i - c->first + n_before] = c->opacity ? c->opacity[i - c->first] : 255;
    uncap_free(c->opacity);
    c->opacity = opacity;
    c->first -= n_before;
    c->end = to;
    return UNCAP_OK;
}

/* Frames [first, end) right before or after the caption, in which its bar stands alone, are the caption's. */
static int add_alone(const struct uncap_track *t, struct uncap_caption *c, int64_t first, int64_t end,
                     struct uncap_error *err)
{
    struct uncap_panel *panel = panel_of(t, c);
    int status = UNCAP_OK;
    if (panel && panel->first == end)
        panel->first = first;
    else if (panel && panel->end == first)
        panel->end = end;
    else
        status = uncap_life_add_panel(c, (struct uncap_panel){first, end, t->bar.rect}, err);
    return status ? status
                  : stand_longer(c, first < c->first ? first : c->first, end > c->end ? end : c->end, err);
}

int uncap_life_stretch(const struct uncap_track *t, struct uncap_caption *first, struct uncap_caption *last,
                       struct uncap_error *err)
{
    const struct uncap_bar *bar = &t->bar;
    const bool is_before = has_bar(t, first) && bar->first < first->first;
    const bool is_after = has_bar(t, last) && bar->end > last->end;
    int status = is_before ? add_alone(t, first, bar->first, first->first, err) : UNCAP_OK;
    if (is_after && !status)
        status = add_alone(t, last, last->end, bar->end, err);
    return status;
}
