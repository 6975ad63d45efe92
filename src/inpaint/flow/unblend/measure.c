/* SPDX-License-Identifier: Apache-2.0 */
#include "inpaint/flow/unblend/measure.h"

#include <math.h>
#include <string.h>

#include "base/memory.h"
#include "inpaint/flow/unblend/chroma.h"
#include "inpaint/flow/unblend/noise.h"
#include "inpaint/flow/unblend/veil.h"
#include "inpaint/flow/unblend/visit.h"
#include "kernels/order.h"

enum { N_SLICES = 16 };

#define CODING_DEFAULT 9.0f /* variance of coding noise where it cannot be measured */
#define CODING_MIN 2.0f
#define CODING_MAX 80.0f
#define CODING_SHARE 0.3f /* percentile of the solid samples' residuals */
#define SOLID_K 0.2f      /* below it a sample shows the caption alone */
#define SOLID_VAR_B 30.0f /* the background must have moved for that to be known */
#define SOLID_LEAST 16    /* samples of the kind that tell something */

/* A caption that is measured, and what its slices share. */
struct measurement {
    struct flow_life life;
    int first_slice;        /* of those that run at once */
    struct flow_sums *sums; /* [batch][2][room] */
    size_t room;            /* sums a slice has, twice */
};

/* The part of an area that one slice has to itself.
 *
 * first, end  rows
 * n_planes  1 for luma, 2 for chroma
 * sums     of those rows: [n_planes][rows][w]
 * core     the same without the frames behind the core
 * skipped  samples of a plane above the rows
 * plane, whole_plane  samples of a plane in the rows, and in the whole area
 */
struct part {
    const struct flow_life *life;
    int first, end, n_planes;
    struct flow_sums *sums, *core;
    ptrdiff_t skipped, plane, whole_plane;
};

/* known: sums of the whole area to start from, or NULL */
static struct part part_of(const struct measurement *m, int i, struct uncap_rect area, int n_planes,
                           const struct flow_sums *known)
{
    const int h = uncap_rect_h(area);
    const ptrdiff_t w = uncap_rect_w(area);
    const int slice = m->first_slice + i;
    struct part p = {.life = &m->life,
                     .first = h * slice / N_SLICES,
                     .end = h * (slice + 1) / N_SLICES,
                     .n_planes = n_planes,
                     .sums = m->sums + (size_t)(2 * i) * m->room,
                     .core = m->sums + (size_t)(2 * i + 1) * m->room};
    p.skipped = p.first * w;
    p.plane = (p.end - p.first) * w;
    p.whole_plane = h * w;
    memset(p.sums, 0, m->room * sizeof(*p.sums));
    for (int k = 0; known && k < n_planes; k++)
        memcpy(p.sums + k * p.plane, known + k * p.whole_plane + p.skipped,
               (size_t)p.plane * sizeof(*p.sums));
    return p;
}

static void add_luma(void *opaque, const struct flow_visit *v, int n)
{
    const struct part p = *(const struct part *)opaque;
    const uint16_t *variance = p.life->work->frames[v->t].variance;
    for (; n; n--, v++)
        flow_sums_add(&p.sums[v->at - p.skipped], v->i, v->b, flow_variance_load(variance[v->rank]));
}

static void add_chroma(void *opaque, const struct flow_visit *v, int n)
{
    const struct part p = *(const struct part *)opaque;
    const uint16_t *variance = p.life->work->frames[v->t].variance_c;
    for (; n; n--, v++) {
        const ptrdiff_t at = v->at - (v->plane - 1) * p.whole_plane - p.skipped;
        flow_sums_add(&p.sums[(v->plane - 1) * p.plane + at], v->i, v->b,
                      flow_variance_load(variance[v->rank]));
    }
}

typedef void visit_rows(const struct flow_life *life, int t, int first, int end, flow_visitor *fn,
                        void *opaque);

/* Add the frames of [first, end) that are new and filled. */
static void add_frames(struct part *p, int first, int end, visit_rows *visit, flow_visitor *add)
{
    const struct flow_life *life = p->life;
    const struct uncap_window_caption *c = life->c->caption;
    const int64_t counted = life->c->before.luma ? life->c->before.end - life->work->window->first : 0;
    for (int t = c->first > first ? c->first : first; t < c->end && t < end; t++)
        if (t >= counted && life->work->frames[t].is_filled && flow_life_is_measured(life, t))
            visit(life, t, p->first, p->end, add, p);
}

/* Add all frames, the core's first. */
static void add_life(struct part *p, visit_rows *visit, flow_visitor *add)
{
    const struct flow_work *work = p->life->work;
    add_frames(p, 0, work->window->core_end, visit, add);
    memcpy(p->core, p->sums, (size_t)(p->n_planes * p->plane) * sizeof(*p->core));
    add_frames(p, work->window->core_end, work->n, visit, add);
}

/* New fits replace old ones unless far fewer new frames speak for them: what left the holes is measured no
 * longer. known: frames of the windows before, in all of them. */
static bool is_better(const struct flow_sums *s, const struct flow_fit *old, float known)
{
    return s->n > 0 && 2 * (s->n - known) >= old->n - known;
}

static void fit_luma(void *opaque, int i)
{
    const struct measurement *m = opaque;
    struct flow_caption *c = m->life.c;
    struct part p = part_of(m, i, c->area, 1, c->before.luma);
    add_life(&p, flow_visit_luma, add_luma);
    for (ptrdiff_t k = 0; k < p.plane; k++) {
        const ptrdiff_t at = p.skipped + k;
        if (!is_better(&p.sums[k], &c->fit[at], c->before.luma ? c->before.luma[at].n : 0))
            continue;
        c->fit[at] = flow_regress(&p.sums[k]);
        if (c->after.luma)
            c->after.luma[at] = p.core[k];
    }
}

static bool is_solid(const struct flow_fit *f)
{
    return f->n >= 3 && fabsf(f->k) < SOLID_K && f->var_b > SOLID_VAR_B;
}

/* What the samples tell where the caption alone is seen: the variance of coding noise, a low percentile of
 * the residuals; and how dark and how bright the caption is. */
static void study_solid(struct flow_caption *c, float *solid)
{
    const size_t n = (size_t)uncap_rect_w(c->area) * (size_t)uncap_rect_h(c->area);
    size_t n_solid = 0;
    for (size_t i = 0; i < n; i++)
        if (is_solid(&c->fit[i]))
            solid[n_solid++] = c->fit[i].residual;
    c->coding = CODING_DEFAULT;
    c->dark = -2 * FLOW_REGRESS_ZERO;
    c->bright = 2 * FLOW_REGRESS_ZERO;
    if (n_solid < SOLID_LEAST)
        return;
    uncap_order_floats(solid, n_solid);
    c->coding = fminf(fmaxf(solid[(size_t)(CODING_SHARE * (float)n_solid)], CODING_MIN), CODING_MAX);
    n_solid = 0;
    for (size_t i = 0; i < n; i++)
        if (is_solid(&c->fit[i]))
            solid[n_solid++] = c->fit[i].q + c->fit[i].k * c->fit[i].mean;
    uncap_order_floats(solid, n_solid);
    c->dark = solid[n_solid / 10];
    c->bright = solid[n_solid - 1 - n_solid / 10];
}

static void fit_chroma(void *opaque, int i)
{
    const struct measurement *m = opaque;
    struct flow_caption *c = m->life.c;
    const struct uncap_rect r = c->area_c;
    struct part p = part_of(m, i, r, 2, c->before.chroma);
    add_life(&p, flow_visit_chroma, add_chroma);
    for (ptrdiff_t k = 0; k < 2 * p.plane; k++) {
        const ptrdiff_t at = p.skipped + k % p.plane;
        const ptrdiff_t o = k / p.plane * p.whole_plane + at;
        if (!is_better(&p.sums[k], &c->fit_c[o], c->before.chroma ? c->before.chroma[o].n : 0))
            continue;
        c->fit_c[o] = flow_chroma_fit(&m->life, &p.sums[k], r.x0 + (int)(at % uncap_rect_w(r)),
                                      r.y0 + (int)(at / uncap_rect_w(r)));
        if (c->after.chroma)
            c->after.chroma[o] = p.core[k];
    }
}

/* Sums of one slice of a caption of w x h luma and w_c x h_c chroma samples: luma, or both planes of
 * chroma. */
static size_t slice_sums(int w, int h, int w_c, int h_c)
{
    const size_t luma = (size_t)(h / N_SLICES + 1) * (size_t)w;
    const size_t chroma = (size_t)2 * (size_t)(h_c / N_SLICES + 1) * (size_t)w_c;
    return luma > chroma ? luma : chroma;
}

size_t flow_measure_bytes(struct uncap_format format, int w, int h, int batch)
{
    const int cw = format.n_planes > 1 ? uncap_plane_w(format, 1, w) + 1 : 0;
    const int ch = format.n_planes > 1 ? uncap_plane_h(format, 1, h) + 1 : 0;
    const size_t luma = (size_t)w * (size_t)h;
    const size_t all = luma + (size_t)2 * (size_t)cw * (size_t)ch;
    return 2 * all * (sizeof(struct flow_fit) + sizeof(struct flow_sums)) + luma * sizeof(float) +
           (size_t)batch * 2 * slice_sums(w, h, cw, ch) * sizeof(struct flow_sums);
}

static void run_slices(struct measurement *m, void (*fn)(void *opaque, int i))
{
    const struct flow_work *work = m->life.work;
    for (m->first_slice = 0; m->first_slice < N_SLICES; m->first_slice += work->batch) {
        const int left = N_SLICES - m->first_slice;
        uncap_slices_run(work->slices, left < work->batch ? left : work->batch, fn, m);
    }
}

/* Samples of a see-through box share one mixture. */
static void find_veil(struct flow_caption *c, size_t n)
{
    c->has_veil = flow_veil_find(c->fit, n, c->coding, &c->veil);
    if (c->has_veil)
        flow_veil_apply(&c->veil, c->fit, uncap_rect_w(c->area), uncap_rect_h(c->area), c->coding);
}

/* What it does to chroma, and where it stands without letters. */
static void finish_veil(const struct flow_life *life)
{
    struct flow_caption *c = life->c;
    if (life->work->cw)
        flow_veil_measure_chroma(&c->veil, c->fit_c,
                                 (size_t)uncap_rect_w(c->area_c) * (size_t)uncap_rect_h(c->area_c));
    for (int plane = 0; plane < UNCAP_MAX_PLANES; plane++)
        c->bare[plane] = flow_veil_fit(&c->veil, plane);
}

/* What shares err by is an error of the fill that their own scene hides: it comes to little as long as that
 * scene stays, but another one has other tones. */
static void doubt_shares(const struct flow_life *life, size_t n)
{
    struct flow_caption *c = life->c;
    if (!flow_life_outlives_shot(life))
        return;
    for (size_t i = 0; i < n; i++)
        flow_regress_doubt_share(&c->fit[i], c->var_share);
}

int flow_measure(const struct flow_life *life, struct uncap_error *err)
{
    struct flow_caption *c = life->c;
    struct measurement m = {.life = *life};
    const size_t n = (size_t)uncap_rect_w(c->area) * (size_t)uncap_rect_h(c->area);
    m.room = slice_sums(uncap_rect_w(c->area), uncap_rect_h(c->area), uncap_rect_w(c->area_c),
                        uncap_rect_h(c->area_c));
    m.sums = uncap_alloc((size_t)life->work->batch * 2 * m.room, sizeof(*m.sums));
    float *solid = uncap_alloc(n, sizeof(*solid));
    int status = UNCAP_OK;
    if (!m.sums || !solid) {
        status = uncap_fail_nomem(err, "regression of a caption");
    } else {
        run_slices(&m, fit_luma);
        study_solid(c, solid);
        for (size_t i = 0; i < n; i++)
            c->fit[i].touch = flow_regress_touch(&c->fit[i], c->coding);
        find_veil(c, n);
        c->scatter = flow_noise_blended(c->fit, n, solid);
        c->var_share = flow_noise_share(c->fit, n);
        doubt_shares(life, n);
        if (life->work->cw) {
            run_slices(&m, fit_chroma);
            c->tint = flow_noise_tint(c->fit, n, c->fit_c,
                                      (size_t)2 * (size_t)uncap_rect_w(c->area_c) *
                                          (size_t)uncap_rect_h(c->area_c));
            flow_chroma_refute(c, life->work->window->format);
        }
        if (c->has_veil)
            finish_veil(life);
    }
    uncap_free(m.sums);
    uncap_free(solid);
    return status;
}
