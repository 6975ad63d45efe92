/* SPDX-License-Identifier: Apache-2.0 */
#include "base/memory.h"
#include "detect/bar_life.h"
#include "detect/life.h"

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

/* First frame of another text on the bar, from `from` on; INT64_MAX: there is none. */
static int64_t next_text(const struct uncap_track *t, const struct uncap_surroundings *around, int64_t from)
{
    int64_t next = INT64_MAX;
    for (size_t i = 0; i < around->n_lives; i++) {
        const struct uncap_life *o = &around->lives[i];
        if (o->id != t->id && o->first >= from && o->first < next && uncap_rect_holds(t->bar.rect, o->rect))
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
        if (o->id == t->id || o->first >= first || !uncap_rect_holds(t->bar.rect, o->rect))
            continue;
        end = o->end > end ? o->end : end;
        end = o->bar.end > end ? o->bar.end : end;
    }
    return end < first ? end : first;
}

void uncap_life_bar(struct uncap_track *t, const struct uncap_ring *ring,
                    const struct uncap_surroundings *around, const struct uncap_caption *c)
{
    int64_t last = c->end - 1;
    while (last > c->first && c->opacity && c->opacity[last - c->first] < 255)
        last--;
    if (uncap_life_is_cut(around, t->bar.first))
        t->bar = (struct uncap_bar){.end = 0};
    const struct uncap_bar *inherited = find_inherited(t, ring, around, last);
    if (uncap_rect_empty(t->bar.rect) && inherited) {
        t->bar = *inherited;
        t->bar.first = c->first;
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

/* The caption's panel that is its bar, or NULL. */
static struct uncap_panel *bar_of(const struct uncap_track *t, const struct uncap_caption *c)
{
    struct uncap_panel *last = c->n_panels ? &c->panels[c->n_panels - 1] : NULL;
    const struct uncap_rect r = t->bar.rect;
    const bool is_bar =
        last && !uncap_rect_empty(r) && uncap_rect_holds(last->rect, r) && uncap_rect_holds(r, last->rect);
    return is_bar ? last : NULL;
}

/* Let it stand in frames [first, end) as well, unseen. */
static int stand_longer(struct uncap_caption *c, int64_t first, int64_t end, struct uncap_error *err)
{
    const int64_t to = c->end > end ? c->end : end;
    const int64_t n_before = first < c->first ? c->first - first : 0;
    uint8_t *opacity = uncap_alloc((size_t)(to - c->first + n_before), 1);
    if (!opacity)
        return uncap_fail_nomem(err, "caption opacity");
    for (int64_t i = c->first; i < c->end; i++)
        opacity[i - c->first + n_before] = c->opacity ? c->opacity[i - c->first] : 255;
    uncap_free(c->opacity);
    c->opacity = opacity;
    if (c->poses && n_before) {
        uncap_free(c->poses); /* of frames that are not its first ones any more */
        c->poses = NULL;
    }
    c->n_growing += c->n_growing ? (int)n_before : 0;
    c->first -= n_before;
    c->end = to;
    return UNCAP_OK;
}

int uncap_life_stretch(const struct uncap_track *t, struct uncap_caption *first, struct uncap_caption *last,
                       struct uncap_error *err)
{
    struct uncap_panel *begin = bar_of(t, first), *end = bar_of(t, last);
    int status = UNCAP_OK;
    if (begin && t->bar.first < first->first) {
        begin->first = t->bar.first;
        status = stand_longer(first, t->bar.first, first->end, err);
    }
    if (!status && end && t->bar.end > last->end) {
        end->end = t->bar.end;
        status = stand_longer(last, last->first, t->bar.end, err);
    }
    return status;
}
