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

/* One of the caption's panels stands there: no mixture of its letters with the scene. */
static bool has_panel(const struct appearance *a, int x, int y)
{
    const struct uncap_window *win = a->work->window;
    return uncap_caption_has_panel(a->c->caption->caption, win->first + a->t, x + win->crop.x0,
                                   y + win->crop.y0);
}

static bool covers(const struct appearance *a, int x, int y)
{
    if (has_panel(a, x, y))
        return true;
    const struct uncap_rect r = a->c->whole;
    const int lx = x - a->dx - r.x0;
    const int ly = y - a->dy - r.y0;
    if (lx < 0 || ly < 0 || lx >= uncap_rect_w(r) || ly >= uncap_rect_h(r))
        return false;
    const struct uncap_matte *m = a->c->caption->caption->matte;
    return !m || m->coverage[(ptrdiff_t)ly * uncap_rect_w(r) + lx];
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

/* Another caption covers the sample too. */
static bool is_shared(const struct flow_life *life, int t, int x, int y)
{
    for (int k = -1; (k = next_other(life, t, k)) >= 0;) {
        const struct appearance a = appearance_at(life->work, &life->captions[k], t);
        if (covers(&a, x, y))
            return true;
    }
    return false;
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

/* What the caption covers of one luma row.
 *
 * x0, x1       columns it may cover
 * area_x0      first column of the caption's area, where its words' frames are counted from
 * coverage     of x0; NULL: of all of them
 * has_company  another caption may cover some of it too
 */
struct covered_row {
    int x0, x1, area_x0;
    const uint8_t *coverage;
    bool has_company;
};

static struct covered_row row_at(const struct pass *p, int y)
{
    const struct flow_caption *c = p->a.c;
    const int w = uncap_rect_w(c->whole);
    const int ly = y - p->a.dy - c->whole.y0;
    if (ly < 0 || ly >= uncap_rect_h(c->whole))
        return (struct covered_row){.x0 = 0};
    const struct uncap_matte *m = c->caption->caption->matte;
    const int x0 = c->whole.x0 + p->a.dx;
    return (struct covered_row){
        .x0 = x0,
        .x1 = x0 + w,
        .area_x0 = c->area.x0 + p->a.dx,
        .coverage = m ? m->coverage + (ptrdiff_t)ly * w : NULL,
        .has_company = has_company(p->life, p->t, (struct uncap_rect){x0, y, x0 + w, y + 1}),
    };
}

/* The word that reaches this column has been seen. Of a caption that moves, columns are no measure. */
static inline bool is_built(const struct pass *p, const struct covered_row *row, int x)
{
    return p->a.c->from[x - row->area_x0] <= p->life->work->window->first + p->t;
}

/* The luma sample is the caption's, and its alone. */
static inline bool is_own(const struct pass *p, const struct covered_row *row, int x, int y)
{
    if (x < row->x0 || x >= row->x1 || (row->coverage && !row->coverage[x - row->x0]))
        return false;
    if (row->has_company && is_shared(p->life, p->t, x, y))
        return false;
    return p->is_plain || ((p->is_bare || is_built(p, row, x)) && has_panel(&p->a, x, y) == p->is_bare);
}

/* How far the sample is from what a fit makes of its fill. */
static float misfit(const struct flow_life *life, const struct flow_visit *v, const struct flow_fit *fit)
{
    const struct flow_mixture m = flow_regress_mixture(fit, 0, flow_life_opacity(life, v->t), v->b);
    return fabsf(v->i - m.q - m.k * v->b);
}

const struct flow_fit *flow_visit_fit(const struct flow_life *life, const struct flow_visit *v)
{
    const struct flow_caption *c = life->c;
    const struct flow_fit *own = v->plane ? &c->fit_c[v->at] : &c->fit[v->at];
    const struct flow_fit *bare = &c->bare[v->plane];
    if (own->veiled || !c->has_veil || !flow_life_bar_alone(life, v->t))
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

/* Row y of the frame, which is row ly of the area. */
static void visit_luma_row(const struct pass *p, int y, int ly)
{
    const struct uncap_rect r = p->life->c->area;
    const struct flow_mask *hole = &p->f->hole;
    const int x0 = r.x0 + p->a.dx < 0 ? 0 : r.x0 + p->a.dx;
    const int x1 = r.x1 + p->a.dx > p->life->work->w ? p->life->work->w : r.x1 + p->a.dx;
    const uint64_t *words = hole->bits + (ptrdiff_t)y * hole->words;
    const struct covered_row row = row_at(p, y);
    const struct flow_samples source = flow_samples_of(&p->f->source, 0);
    const struct flow_samples picture = flow_samples_of(&p->f->picture, 0);
    struct flow_visit v = {.t = p->t, .y = y};
    struct batch batch;
    const ptrdiff_t at = (ptrdiff_t)ly * uncap_rect_w(r) - p->a.dx - r.x0;
    if (x0 >= x1)
        return;
    v.rank = flow_mask_rank(hole, x0, y);
    for (int i = x0 >> 6; i <= (x1 - 1) >> 6; i++) {
        uint64_t left = i == x0 >> 6 ? words[i] >> (x0 & 63) << (x0 & 63) : words[i];
        if (i == (x1 - 1) >> 6)
            left &= ~UINT64_C(0) >> (63 - ((x1 - 1) & 63));
        batch.n = 0;
        for (; left; left &= left - 1, v.rank++) {
            v.x = 64 * i + __builtin_ctzll(left);
            if (!is_own(p, &row, v.x, y))
                continue;
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

/* Chroma row y of the frame, which is row ly of the area; dx: the displacement in chroma samples. */
static void visit_chroma_row(const struct pass *p, int dx, int y, int ly)
{
    const struct flow_work *work = p->life->work;
    const struct uncap_rect r = p->life->c->area_c;
    const struct flow_mask *hole = &p->f->hole_c;
    const struct flow_samples source[] = {flow_samples_of(&p->f->source, 1),
                                          flow_samples_of(&p->f->source, 2)};
    const struct flow_samples picture[] = {flow_samples_of(&p->f->picture, 1),
                                           flow_samples_of(&p->f->picture, 2)};
    const ptrdiff_t plane_size = (ptrdiff_t)uncap_rect_w(r) * uncap_rect_h(r);
    const int x0 = r.x0 + dx < 0 ? 0 : r.x0 + dx;
    const int x1 = r.x1 + dx > work->cw ? work->cw : r.x1 + dx;
    struct batch batch = {.n = 0};
    int x = x0 < x1 ? flow_mask_next(hole, x0, y) : x1;
    int rank = x < x1 ? flow_mask_rank(hole, x, y) : 0;
    int row_y = -1;
    struct covered_row row = {.x0 = 0};
    for (; x < x1; x = flow_mask_next(hole, x + 1, y), rank++) {
        int lx;
        int luma_y;
        flow_work_luma_of(work, &p->f->hole, x, y, &lx, &luma_y);
        if (luma_y != row_y)
            row = row_at(p, row_y = luma_y);
        if (!is_own(p, &row, lx, luma_y))
            continue;
        const ptrdiff_t at = (ptrdiff_t)ly * uncap_rect_w(r) + x - dx - r.x0;
        for (int plane = 1; plane < 3; plane++)
            batch.v[batch.n++] = (struct flow_visit){.t = p->t,
                                                     .plane = plane,
                                                     .x = x,
                                                     .y = y,
                                                     .rank = rank,
                                                     .at = (plane - 1) * plane_size + at,
                                                     .i = flow_visit_read(source[plane - 1], x, y),
                                                     .b = flow_visit_read(picture[plane - 1], x, y)};
        if (batch.n == FLOW_VISITED)
            pass_on(p, &batch);
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
