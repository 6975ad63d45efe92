/* SPDX-License-Identifier: Apache-2.0 */
#include "inpaint/flow/unblend/mismatch.h"

#include <math.h>

#include "base/memory.h"

#define OUTLIER 25.0f /* grey levels: width of the robust weight, as where candidates meet the ring */
#define MEAN_SHARE (1 / 16.0f) /* of a mean that one sample tells: it is taken over 4 x 4 of them at least */
#define SQUARE_SHARE (1 / 64.0f) /* of a mean square, which scatters more */
#define LEAST_LEFT 0.25f         /* variance of the best of fills */

enum { COARSE, LEFT, FINE };

static bool open_field(struct flow_mismatch_field *f, int w, int h)
{
    f->row = uncap_alloc((size_t)w, sizeof(*f->row));
    return f->row && flow_pushpull_open(&f->cells, w, h);
}

bool flow_mismatch_open(struct flow_mismatch *m, int w, int h, int cw, int ch)
{
    *m = (struct flow_mismatch){.n_planes = cw ? UNCAP_MAX_PLANES : 1};
    bool ok = true;
    for (int i = 0; ok && i < m->n_planes; i++) {
        struct flow_mismatch_plane *p = &m->plane[i];
        p->w = i ? cw : w;
        p->h = i ? ch : h;
        ok = open_field(&p->coarse, p->w, p->h) && open_field(&p->square, p->w, p->h) &&
             open_field(&p->fine, p->w, p->h);
    }
    return ok;
}

static void close_field(struct flow_mismatch_field *f)
{
    flow_pushpull_close(&f->cells);
    uncap_free(f->row);
}

void flow_mismatch_close(struct flow_mismatch *m)
{
    for (int i = 0; i < UNCAP_MAX_PLANES; i++) {
        close_field(&m->plane[i].coarse);
        close_field(&m->plane[i].square);
        close_field(&m->plane[i].fine);
    }
}

static void start_field(const struct flow_mismatch_plane *p, struct flow_mismatch_field *f)
{
    flow_pushpull_start(&f->cells, p->w, p->h, p->seen);
    f->row_y = -1;
}

void flow_mismatch_start(struct flow_mismatch *m, const struct flow_life *life, int t, float noise,
                         float noise_c)
{
    const struct flow_work *work = life->work;
    const struct uncap_format f = work->window->format;
    int dx;
    int dy;
    uncap_caption_motion(life->c->caption->caption, work->window->first + t, &dx, &dy);
    for (int i = 0; i < m->n_planes; i++) {
        struct flow_mismatch_plane *p = &m->plane[i];
        const struct uncap_rect r = i ? life->c->area_c : life->c->area;
        const struct uncap_rect seen = uncap_rect_move(r, i ? dx >> f.shift_x : dx, i ? dy >> f.shift_y : dy);
        p->seen = uncap_rect_intersect(seen, (struct uncap_rect){0, 0, p->w, p->h});
        p->noise = i ? noise_c : noise;
        p->is_known = false;
        start_field(p, &p->coarse);
        start_field(p, &p->square);
        start_field(p, &p->fine);
    }
    m->kernels = work->kernels;
    m->round = COARSE;
}

static float at(const struct flow_mismatch *m, const struct flow_mismatch_plane *p,
                struct flow_mismatch_field *f, const struct flow_visit *v)
{
    if (!p->is_known)
        return 0;
    if (f->row_y != v->y)
        flow_pushpull_row(&f->cells, m->kernels, p->seen.x0, p->seen.x1, v->y, f->row);
    f->row_y = v->y;
    return f->row[v->x - p->seen.x0];
}

/* Share that is real of something whose mean square is so many times that of noise. Noise of a coder is alike
 * in neighbours, so means of it get no smaller. */
static float real_share(float square)
{
    return square > 1 ? 1 - 1 / square : 0;
}

void flow_mismatch_add(struct flow_mismatch *m, const struct flow_visit *v, float off, float noise)
{
    struct flow_mismatch_plane *p = &m->plane[v->plane];
    const float left = m->round == COARSE ? off : off - at(m, p, &p->coarse, v);
    const float r = left / OUTLIER;
    const float robust = 1 / (1 + r * r);
    if (m->round == COARSE) {
        flow_pushpull_add(&p->coarse.cells, v->x, v->y, left, MEAN_SHARE * robust * p->noise / noise);
        p->is_known = true;
    }
    if (m->round == FINE) {
        const float real = fmaxf(at(m, p, &p->square, v) - 1, 0) * p->noise;
        flow_pushpull_add(&p->fine.cells, v->x, v->y, left, robust * real / (real + noise));
    } else {
        flow_pushpull_add(&p->square.cells, v->x, v->y, left * left / noise, SQUARE_SHARE * robust);
    }
}

/* Leave of what is off the share that is real. */
static void shrink(struct flow_mismatch_field *off, const struct flow_mismatch_field *square)
{
    const struct flow_pushpull *cells = &square->cells;
    const struct uncap_rect r = cells->area[0];
    for (int y = r.y0; y < r.y1; y++)
        for (int x = r.x0; x < r.x1; x++) {
            const ptrdiff_t o = (ptrdiff_t)y * cells->w[0] + x;
            off->cells.value[0][o] *= real_share(cells->value[0][o]);
        }
}

static void solve_plane(struct flow_mismatch_plane *p, const struct uncap_kernels *kernels, int round)
{
    struct flow_mismatch_field *off = round == COARSE ? &p->coarse : &p->fine;
    if (round != LEFT)
        flow_pushpull_solve(&off->cells, kernels);
    if (round != FINE)
        flow_pushpull_solve(&p->square.cells, kernels);
    if (round != LEFT)
        shrink(off, &p->square);
    if (round == COARSE)
        start_field(p, &p->square);
}

void flow_mismatch_solve(struct flow_mismatch *m)
{
    for (int i = 0; i < m->n_planes; i++)
        if (m->plane[i].is_known)
            solve_plane(&m->plane[i], m->kernels, m->round);
    m->round++;
}

float flow_mismatch_around(struct flow_mismatch *m, const struct flow_visit *v)
{
    struct flow_mismatch_plane *p = &m->plane[v->plane];
    return at(m, p, &p->coarse, v);
}

float flow_mismatch_under(struct flow_mismatch *m, const struct flow_visit *v)
{
    struct flow_mismatch_plane *p = &m->plane[v->plane];
    return at(m, p, &p->coarse, v) + at(m, p, &p->fine, v);
}

float flow_mismatch_left(struct flow_mismatch *m, const struct flow_visit *v, float unknown)
{
    struct flow_mismatch_plane *p = &m->plane[v->plane];
    return p->is_known ? fmaxf((at(m, p, &p->square, v) - 1) * p->noise, LEAST_LEFT) : unknown;
}
