/* SPDX-License-Identifier: Apache-2.0 */
#include "inpaint/flow/unblend/visit.h"

#include <math.h>

/* One caption in one frame: its displacement. */
struct appearance {
    const struct flow_work *work;
    const struct flow_caption *c;
    int t, dx, dy;
};

static struct appearance appearance_at(const struct flow_work *work, const struct flow_caption *c, int t)
{
    struct appearance a = {.work = work, .c = c, .t = t};
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
static uint64_t panel_word(const struct appearance *a, int y, int base)
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

/* What the matte covers of one luma row: columns [x0, x1), NULL: all of them, else those whose coverage, of
 * x0 on, is not 0. */
struct matte_row {
    int x0, x1;
    const uint8_t *coverage;
};

static struct matte_row matte_row_at(const struct appearance *a, int y)
{
    const struct uncap_rect r = uncap_rect_move(a->c->whole, a->dx, a->dy);
    if (y < r.y0 || y >= r.y1)
        return (struct matte_row){.x0 = 0};
    const struct uncap_matte *m = a->c->caption->caption->matte;
    return (struct matte_row){r.x0, r.x1, m ? m->coverage + (ptrdiff_t)(y - r.y0) * uncap_rect_w(r) : NULL};
}

static uint64_t matte_word(const struct matte_row *row, int base)
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
        const struct appearance a = appearance_at(life->work, &life->captions[k], t);
        const struct matte_row row = matte_row_at(&a, y);
        word |= matte_word(&row, base) | panel_word(&a, y, base);
    }
    return word;
}

/* Another caption may cover something of the rectangle. */
static bool has_company(const struct flow_life *life, int t, struct uncap_rect r)
{
    for (int k = -1; (k = next_other(life, t, k)) >= 0;) {
        const struct flow_caption *other = &life->captions[k];
        const struct appearance a = appearance_at(life->work, other, t);
        const struct uncap_rect whole = uncap_rect_move(other->whole, a.dx, a.dy);
        if (other->caption->caption->n_panels || !uncap_rect_empty(uncap_rect_intersect(whole, r)))
            return true;
    }
    return false;
}

/* What the rows of one frame share.
 *
 * is_bare   a see-through bar stands alone
 * is_plain  no panel stands and every word has been seen
 */
struct pass {
    const struct flow_life *life;
    const struct flow_frame *f;
    struct appearance a;
    int t;
    bool is_bare, is_plain;
    flow_visitor *fn;
    void *opaque;
};

/* Every word of the caption has been seen by frame t. */
static bool is_whole(const struct flow_life *life, int t)
{
    for (int x = 0; x < uncap_rect_w(life->c->area); x++)
        if (life->c->from[x] > life->work->window->first + t)
            return false;
    return true;
}

static struct pass pass_of(const struct flow_life *life, int t, flow_visitor *fn, void *opaque)
{
    return (struct pass){.life = life,
                         .f = &life->work->frames[t],
                         .a = appearance_at(life->work, life->c, t),
                         .t = t,
                         .is_bare = life->c->has_veil && flow_life_bar_alone(life, t),
                         .is_plain = !life->c->caption->caption->n_panels && is_whole(life, t),
                         .fn = fn,
                         .opaque = opaque};
}

/* A luma row of the caption.
 *
 * y            of the crop
 * has_company  another caption may cover some of it too
 */
struct own_row {
    int y;
    struct matte_row matte;
    bool has_company;
};

static struct own_row own_row_at(const struct pass *p, int y)
{
    const struct matte_row m = matte_row_at(&p->a, y);
    return (struct own_row){y, m, has_company(p->life, p->t, (struct uncap_rect){m.x0, y, m.x1, y + 1})};
}

/* Those of the columns, 64 from base on, whose words have been seen. */
static uint64_t built_word(const struct pass *p, uint64_t columns, int base)
{
    const int64_t *from = p->a.c->from;
    const int area_x0 = p->a.c->area.x0 + p->a.dx;
    uint64_t word = 0;
    for (; columns; columns &= columns - 1) {
        const int k = __builtin_ctzll(columns);
        word |= (uint64_t)(from[base + k - area_x0] <= p->life->work->window->first + p->t) << k;
    }
    return word;
}

/* Those of the row's samples, 64 from base on, that are the caption's and its alone. */
static uint64_t own_word(const struct pass *p, const struct own_row *row, uint64_t samples, int base)
{
    samples &= matte_word(&row->matte, base);
    if (samples && row->has_company)
        samples &= ~others_word(p->life, p->t, row->y, base);
    if (!samples || p->is_plain)
        return samples;
    const uint64_t panel = panel_word(&p->a, row->y, base);
    return p->is_bare ? samples & panel : built_word(p, samples & ~panel, base);
}

/* How far the sample is from what a fit makes of its fill. */
static float misfit(const struct flow_life *life, const struct flow_visit *v, const struct flow_fit *fit)
{
    const struct flow_mixture m = flow_regress_mixture(fit, 0, flow_life_opacity(life, v->t), v->b);
    return fabsf(v->i - m.q - m.k * v->b);
}

const struct flow_fit *flow_visit_fit_bare(const struct flow_life *life, const struct flow_visit *v,
                                           const struct flow_fit *own)
{
    const struct flow_fit *bare = &life->c->bare[v->plane];
    if (!flow_life_bar_alone(life, v->t))
        return own;
    /* Letters have gone, the soft edge and round corners of the bar have not. */
    return misfit(life, v, bare) < misfit(life, v, own) ? bare : own;
}

/* Samples that are visited together. */
struct batch {
    int n;
    struct flow_visit v[FLOW_VISITED];
};

static void pass_on(const struct pass *p, struct batch *b)
{
    if (b->n)
        p->fn(p->opaque, b->v, b->n);
    b->n = 0;
}

/* A row of a plane's hole that is visited. words: of its bits; rank: of its first sample */
struct visited_row {
    const uint64_t *words;
    const uint32_t *rank;
};

static struct visited_row visited_row_of(const struct flow_mask *hole, int y)
{
    const ptrdiff_t first = (ptrdiff_t)y * hole->words;
    return (struct visited_row){hole->bits + first, hole->rank + first};
}

/* Row y of the frame, which is row ly of the area. */
static void visit_luma_row(const struct pass *p, int y, int ly)
{
    const struct uncap_rect r = p->life->c->area;
    const struct visited_row hole = visited_row_of(&p->f->hole, y);
    const struct own_row row = own_row_at(p, y);
    const struct flow_samples source = flow_samples_of(&p->f->source, 0);
    const struct flow_samples picture = flow_samples_of(&p->f->picture, 0);
    struct flow_visit v = {.t = p->t, .y = y};
    struct batch batch = {.n = 0};
    const ptrdiff_t at = (ptrdiff_t)ly * uncap_rect_w(r) - p->a.dx - r.x0;
    const int end = row.matte.x1 < p->life->work->w ? row.matte.x1 : p->life->work->w;
    for (int i = row.matte.x0 > 0 ? row.matte.x0 >> 6 : 0; 64 * i < end; i++) {
        const uint64_t own = own_word(p, &row, hole.words[i], 64 * i);
        v.rank = (int)hole.rank[i];
        for (uint64_t left = own ? hole.words[i] : 0; left; left &= left - 1, v.rank++) {
            const int k = __builtin_ctzll(left);
            if (!(own >> k & 1))
                continue;
            v.x = 64 * i + k;
            v.at = at + v.x;
            v.i = flow_visit_read(source, v.x, y);
            v.b = flow_visit_read(picture, v.x, y);
            batch.v[batch.n++] = v;
        }
        pass_on(p, &batch);
    }
}

void flow_visit_luma(const struct flow_life *life, int t, int first, int end, flow_visitor *fn, void *opaque)
{
    const struct pass p = pass_of(life, t, fn, opaque);
    if (!p.f->is_covered || !p.f->hole.n)
        return;
    for (int ly = first; ly < end; ly++) {
        const int y = life->c->area.y0 + p.a.dy + ly;
        if (y >= 0 && y < life->work->h)
            visit_luma_row(&p, y, ly);
    }
}

/* The first member of each pair of neighbours speaks for both: members, and the caption's own among them,
 * packed into the low half. */
static void pair_up(uint64_t *members, uint64_t *own)
{
    const uint64_t even = UINT64_C(0x5555555555555555);
    *own = flow_mask_halved((*own & even) | (*own >> 1 & even & ~*members));
    *members = flow_mask_halved(*members);
}

/* Luma rows under a row of chroma. */
enum { MOST_ROWS = 4 };
struct own_rows {
    int n;
    struct own_row row[MOST_ROWS];
};

static struct own_rows own_rows_at(const struct pass *p, int chroma_y)
{
    const struct flow_work *work = p->life->work;
    const int shift_y = work->window->format.shift_y;
    struct own_rows rows = {.n = 0};
    for (int y = chroma_y << shift_y; y < (chroma_y + 1) << shift_y && y < work->h; y++)
        rows.row[rows.n++] = own_row_at(p, y);
    return rows;
}

/* Columns of chroma word i whose first covered luma sample is the caption's own. */
static uint64_t own_chroma_word(const struct pass *p, const struct own_rows *rows, int i)
{
    const int shift_x = p->life->work->window->format.shift_x;
    const struct flow_mask *hole = &p->f->hole;
    uint64_t word = 0;
    for (int k = 0; k < 1 << shift_x && (i << shift_x) + k < hole->words; k++) {
        const int j = (i << shift_x) + k;
        uint64_t members = 0;
        uint64_t own = 0;
        for (int r = 0; r < rows->n; r++) {
            const uint64_t covered = visited_row_of(hole, rows->row[r].y).words[j];
            own |= own_word(p, &rows->row[r], covered & ~members, 64 * j);
            members |= covered;
        }
        for (int s = 0; s < shift_x; s++)
            pair_up(&members, &own);
        word |= own << k * (64 >> shift_x);
    }
    return word;
}

/* Chroma row y of the frame, which is row ly of the area; dx: the displacement in chroma samples. */
static void visit_chroma_row(const struct pass *p, int dx, int y, int ly)
{
    const struct uncap_rect r = p->life->c->area_c;
    const struct visited_row hole = visited_row_of(&p->f->hole_c, y);
    const struct own_rows rows = own_rows_at(p, y);
    const struct flow_samples source[] = {flow_samples_of(&p->f->source, 1),
                                          flow_samples_of(&p->f->source, 2)};
    const struct flow_samples picture[] = {flow_samples_of(&p->f->picture, 1),
                                           flow_samples_of(&p->f->picture, 2)};
    const ptrdiff_t plane_size = (ptrdiff_t)uncap_rect_w(r) * uncap_rect_h(r);
    const ptrdiff_t at = (ptrdiff_t)ly * uncap_rect_w(r) - dx - r.x0;
    const int first = r.x0 + dx > 0 ? r.x0 + dx : 0;
    const int end = r.x1 + dx < p->life->work->cw ? r.x1 + dx : p->life->work->cw;
    struct batch batch = {.n = 0};
    for (int i = first >> 6; 64 * i < end; i++) {
        const uint64_t own = own_chroma_word(p, &rows, i);
        int rank = (int)hole.rank[i];
        for (uint64_t left = own ? hole.words[i] : 0; left; left &= left - 1, rank++) {
            const int k = __builtin_ctzll(left);
            const int x = 64 * i + k;
            if (!(own >> k & 1))
                continue;
            for (int plane = 1; plane < 3; plane++)
                batch.v[batch.n++] = (struct flow_visit){.t = p->t,
                                                         .plane = plane,
                                                         .x = x,
                                                         .y = y,
                                                         .rank = rank,
                                                         .at = (plane - 1) * plane_size + at + x,
                                                         .i = flow_visit_read(source[plane - 1], x, y),
                                                         .b = flow_visit_read(picture[plane - 1], x, y)};
            if (batch.n == FLOW_VISITED)
                pass_on(p, &batch);
        }
    }
    pass_on(p, &batch);
}

void flow_visit_chroma(const struct flow_life *life, int t, int first, int end, flow_visitor *fn,
                       void *opaque)
{
    const struct uncap_format format = life->work->window->format;
    const struct pass p = pass_of(life, t, fn, opaque);
    const int dx = p.a.dx >> format.shift_x;
    const int dy = p.a.dy >> format.shift_y;
    if (!p.f->is_covered || !p.f->hole_c.n)
        return;
    for (int ly = first; ly < end; ly++) {
        const int y = life->c->area_c.y0 + dy + ly;
        if (y >= 0 && y < life->work->ch)
            visit_chroma_row(&p, dx, y, ly);
    }
}
