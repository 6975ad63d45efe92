/* SPDX-License-Identifier: Apache-2.0 */
#include "inpaint/flow/unblend/visit.h"

#include <math.h>

#include "inpaint/flow/unblend/own.h"

/* What the rows of one frame share. */
struct pass {
    const struct flow_life *life;
    const struct flow_frame *f;
    struct flow_own own;
    int t;
    flow_visitor *fn;
    void *opaque;
};

static struct pass pass_of(const struct flow_life *life, int t, flow_visitor *fn, void *opaque)
{
    return (struct pass){.life = life,
                         .f = &life->work->frames[t],
                         .own = flow_own_at(life, t),
                         .t = t,
                         .fn = fn,
                         .opaque = opaque};
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
    const struct flow_own_row row = flow_own_row_at(&p->own, y);
    const struct flow_samples source = flow_samples_of(&p->f->source, 0);
    const struct flow_samples picture = flow_samples_of(&p->f->picture, 0);
    struct flow_visit v = {.t = p->t, .y = y};
    struct batch batch = {.n = 0};
    const ptrdiff_t at = (ptrdiff_t)ly * uncap_rect_w(r) - p->own.a.dx - r.x0;
    const int end = row.matte.x1 < p->life->work->w ? row.matte.x1 : p->life->work->w;
    for (int i = row.matte.x0 > 0 ? row.matte.x0 >> 6 : 0; 64 * i < end; i++) {
        const uint64_t own = flow_own_word(&p->own, &row, hole.words[i], 64 * i);
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
        const int y = life->c->area.y0 + p.own.a.dy + ly;
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
    struct flow_own_row row[MOST_ROWS];
};

static struct own_rows own_rows_at(const struct pass *p, int chroma_y)
{
    const struct flow_work *work = p->life->work;
    const int shift_y = work->window->format.shift_y;
    struct own_rows rows = {.n = 0};
    for (int y = chroma_y << shift_y; y < (chroma_y + 1) << shift_y && y < work->h; y++)
        rows.row[rows.n++] = flow_own_row_at(&p->own, y);
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
            own |= flow_own_word(&p->own, &rows->row[r], covered & ~members, 64 * j);
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
    const int dx = p.own.a.dx >> format.shift_x;
    const int dy = p.own.a.dy >> format.shift_y;
    if (!p.f->is_covered || !p.f->hole_c.n)
        return;
    for (int ly = first; ly < end; ly++) {
        const int y = life->c->area_c.y0 + dy + ly;
        if (y >= 0 && y < life->work->ch)
            visit_chroma_row(&p, dx, y, ly);
    }
}
