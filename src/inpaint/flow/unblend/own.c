/* SPDX-License-Identifier: Apache-2.0 */
#include "inpaint/flow/unblend/own.h"

static struct flow_appearance appearance_at(const struct flow_work *work, const struct flow_caption *c, int t)
{
    struct flow_appearance a = {.work = work, .c = c, .t = t};
    uncap_caption_motion(c->caption->caption, work->window->first + t, &a.dx, &a.dy);
    return a;
}

/* Bits of a row's columns [x0, x1) among the 64 from base on. */
static uint64_t span_word(int x0, int x1, int base)
{
    const int first = x0 > base ? x0 - base : 0;
    const int end = x1 < base + 64 ? x1 - base : 64;
    return first < end ? ~UINT64_C(0) >> (64 - (end - first)) << first : 0;
}

/* Columns of row y, 64 from base on, where one of the caption's panels stands: no mixture of its letters with
 * the scene. */
static uint64_t panel_word(const struct flow_appearance *a, int y, int base)
{
    const struct uncap_caption *c = a->c->caption->caption;
    const struct uncap_window *win = a->work->window;
    const int64_t frame = win->first + a->t;
    uint64_t word = 0;
    for (size_t i = 0; i < c->n_panels; i++) {
        const struct uncap_rect r = uncap_rect_move(c->panels[i].rect, -win->crop.x0, -win->crop.y0);
        if (frame >= c->panels[i].first && frame < c->panels[i].end && y >= r.y0 && y < r.y1)
            word |= span_word(r.x0, r.x1, base);
    }
    return word;
}

static struct flow_matte_row matte_row_at(const struct flow_appearance *a, int y)
{
    const struct uncap_rect r = uncap_rect_move(a->c->whole, a->dx, a->dy);
    if (y < r.y0 || y >= r.y1)
        return (struct flow_matte_row){.x0 = 0};
    const struct uncap_matte *m = a->c->caption->caption->matte;
    return (struct flow_matte_row){r.x0, r.x1,
                                   m ? m->coverage + (ptrdiff_t)(y - r.y0) * uncap_rect_w(r) : NULL};
}

static uint64_t matte_word(const struct flow_matte_row *row, int base)
{
    const uint64_t span = span_word(row->x0, row->x1, base);
    if (!row->coverage || !span)
        return span;
    const int first = row->x0 > base ? row->x0 : base;
    const int end = row->x1 < base + 64 ? row->x1 : base + 64;
    return flow_mask_word(row->coverage + first - row->x0, end - first) << (first - base);
}

/* The next of the captions after k that stands in frame t beside the visited one, or -1. */
static int next_other(const struct flow_life *life, int t, int k)
{
    for (k++; k < life->work->window->n_captions; k++) {
        const struct flow_caption *other = &life->captions[k];
        if (other != life->c && t >= other->caption->first && t < other->caption->end)
            return k;
    }
    return -1;
}

/* Columns of row y, 64 from base on, that other captions cover. */
static uint64_t others_word(const struct flow_life *life, int t, int y, int base)
{
    uint64_t word = 0;
    for (int k = -1; (k = next_other(life, t, k)) >= 0;) {
        const struct flow_appearance a = appearance_at(life->work, &life->captions[k], t);
        const struct flow_matte_row row = matte_row_at(&a, y);
        word |= matte_word(&row, base) | panel_word(&a, y, base);
    }
    return word;
}

/* Another caption may cover something of the rectangle. */
static bool has_company(const struct flow_life *life, int t, struct uncap_rect r)
{
    for (int k = -1; (k = next_other(life, t, k)) >= 0;) {
        const struct flow_caption *other = &life->captions[k];
        const struct flow_appearance a = appearance_at(life->work, other, t);
        const struct uncap_rect whole = uncap_rect_move(other->whole, a.dx, a.dy);
        if (other->caption->caption->n_panels || !uncap_rect_empty(uncap_rect_intersect(whole, r)))
            return true;
    }
    return false;
}

/* Every word of the caption has been seen by frame t. */
static bool is_whole(const struct flow_life *life, int t)
{
    for (int x = 0; x < uncap_rect_w(life->c->area); x++)
        if (life->c->from[x] > life->work->window->first + t)
            return false;
    return true;
}

struct flow_own flow_own_at(const struct flow_life *life, int t)
{
    return (struct flow_own){.life = life,
                             .a = appearance_at(life->work, life->c, t),
                             .is_bare = life->c->has_veil && flow_life_bar_alone(life, t),
                             .is_plain = !life->c->caption->caption->n_panels && is_whole(life, t)};
}

struct flow_own_row flow_own_row_at(const struct flow_own *o, int y)
{
    const struct flow_matte_row m = matte_row_at(&o->a, y);
    return (struct flow_own_row){y, m,
                                 has_company(o->life, o->a.t, (struct uncap_rect){m.x0, y, m.x1, y + 1})};
}

/* Those of the columns, 64 from base on, whose words have been seen. */
static uint64_t built_word(const struct flow_own *o, uint64_t columns, int base)
{
    const int64_t *from = o->a.c->from;
    const int area_x0 = o->a.c->area.x0 + o->a.dx;
    uint64_t word = 0;
    for (; columns; columns &= columns - 1) {
        const int k = __builtin_ctzll(columns);
        word |= (uint64_t)(from[base + k - area_x0] <= o->life->work->window->first + o->a.t) << k;
    }
    return word;
}

uint64_t flow_own_word(const struct flow_own *o, const struct flow_own_row *row, uint64_t samples, int base)
{
    samples &= matte_word(&row->matte, base);
    if (samples && row->has_company)
        samples &= ~others_word(o->life, o->a.t, row->y, base);
    if (!samples || o->is_plain)
        return samples;
    const uint64_t panel = panel_word(&o->a, row->y, base);
    return o->is_bare ? samples & panel : built_word(o, samples & ~panel, base);
}
