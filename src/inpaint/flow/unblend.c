/* SPDX-License-Identifier: Apache-2.0 */
#include "inpaint/flow/unblend.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/build_up.h"
#include "base/memory.h"
#include "inpaint/flow/origin.h"
#include "inpaint/flow/sample.h"

enum { N_SLICES = 16 };

#define CODING_DEFAULT 9.0f /* variance of coding noise where it cannot be measured */
#define CODING_MIN 2.0f
#define CODING_MAX 80.0f
#define CODING_SHARE 0.3f  /* percentile of the solid samples' residuals */
#define SOLID_K 0.2f       /* below it a sample shows the caption alone */
#define SOLID_VAR_B 30.0f  /* the background must have moved for that to be known */
#define SOLID_LEAST 16     /* samples of the kind that tell something */
#define SOLID_NEAR 16.0f   /* grey levels within which a sample looks like the caption */
#define SOLID_OFF 8.0f     /* grey levels by which the fill says otherwise */
#define FULL_OPACITY 0.97f /* frames below it are not measured on */
#define FADE_REACH 15      /* frames from either end of a life that may be fading, or have no caption yet */
#define FADE_CERTAIN 400.0 /* evidence, squared standard errors, that an opacity needs to be believed */
#define FADE_GONE 0.08     /* opacity below which there is no caption */
#define FREE_K 0.5f        /* background share from which a sample leaves the hole */
#define VARIANCE_FREED 0   /* marks a sample that leaves the hole; never stored otherwise */
#define FREE_VARIANCE 8.0f /* fills better than this are kept as they are */

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
    return (struct uncap_rect){r.x0 - crop.x0, r.y0 - crop.y0, r.x1 - crop.x0, r.y1 - crop.y0};
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
        c->opacity[t - c->caption->first] =
            (float)uncap_caption_opacity(caption, work->window->first + t) / 255.0f;
}

bool flow_captions_open(struct flow_caption **out, const struct flow_work *work)
{
    const struct uncap_window *win = work->window;
    struct flow_caption *all = uncap_alloc((size_t)win->n_captions, sizeof(*all));
    *out = all;
    if (!all)
        return false;
    const struct uncap_format f = win->format;
    for (int k = 0; k < win->n_captions; k++) {
        struct flow_caption *c = &all[k];
        c->caption = &win->captions[k];
        c->whole = area_of(work, c->caption->caption);
        c->area = seen_of(work, c);
        if (!flow_work_reaches_core(work, c->caption))
            continue;
        c->area_c = (struct uncap_rect){c->area.x0 >> f.shift_x, c->area.y0 >> f.shift_y,
                                        (c->area.x1 >> f.shift_x) + 1, (c->area.y1 >> f.shift_y) + 1};
        const size_t luma = (size_t)uncap_rect_w(c->area) * (size_t)uncap_rect_h(c->area);
        const size_t chroma = (size_t)uncap_rect_w(c->area_c) * (size_t)uncap_rect_h(c->area_c);
        c->fit = uncap_alloc(luma, sizeof(*c->fit));
        c->fit_c = uncap_alloc(work->cw ? 2 * chroma : 0, sizeof(*c->fit_c));
        c->from = uncap_alloc((size_t)uncap_rect_w(c->area), sizeof(*c->from));
        c->opacity = uncap_alloc((size_t)(c->caption->end - c->caption->first), sizeof(*c->opacity));
        if (!c->fit || !c->fit_c || !c->from || !c->opacity)
            return false;
        uncap_build_up_columns(c->caption->caption, c->area.x0 + win->crop.x0, uncap_rect_w(c->area),
                               c->from);
        start_opacity(work, c);
    }
    return true;
}

void flow_captions_close(struct flow_caption **captions, int n)
{
    struct flow_caption *all = *captions;
    for (int k = 0; all && k < n; k++) {
        uncap_free(all[k].fit);
        uncap_free(all[k].fit_c);
        uncap_free(all[k].from);
        uncap_free(all[k].opacity);
    }
    uncap_free(all);
    *captions = NULL;
}

/* ---- which samples are whose ---- */

/* One caption in one frame: its displacement, and the others that are there too. */
struct appearance {
    const struct flow_caption *c;
    int dx, dy;
};

static struct appearance appearance_at(const struct flow_work *work, const struct flow_caption *c, int t)
{
    struct appearance a = {.c = c};
    uncap_caption_motion(c->caption->caption, work->window->first + t, &a.dx, &a.dy);
    return a;
}

static bool covers(const struct appearance *a, int x, int y)
{
    const struct uncap_rect r = a->c->whole;
    const int lx = x - a->dx - r.x0;
    const int ly = y - a->dy - r.y0;
    if (lx < 0 || ly < 0 || lx >= uncap_rect_w(r) || ly >= uncap_rect_h(r))
        return false;
    const struct uncap_matte *m = a->c->caption->caption->matte;
    return !m || m->coverage[(ptrdiff_t)ly * uncap_rect_w(r) + lx];
}

/* The word that reaches this column has been seen. Of a caption that moves, columns are no measure. */
static bool is_built(const struct flow_work *work, const struct appearance *a, int t, int x)
{
    const int column = x - a->dx - a->c->area.x0;
    return a->c->from[column] <= work->window->first + t;
}

/* Everything the slices of one caption share. */
struct unblend_job {
    struct flow_work *work;
    struct flow_caption *captions, *c;
    struct flow_sums *sums; /* of the rows that one slice measures: [rows][w], chroma [2][rows][w] */
    size_t room;            /* sums a slice has */
    int first_slice;        /* of those that run at once */
    ptrdiff_t skipped;      /* samples of a plane above the slice's rows */
    ptrdiff_t plane;        /* samples of a chroma plane in the slice, */
    ptrdiff_t whole_plane;  /* and in the whole caption */
    bool free_more;
};

/* Another caption covers the sample too: what is seen there is no mixture of two. */
static bool is_shared(const struct unblend_job *j, int t, int x, int y)
{
    for (int k = 0; k < j->work->window->n_captions; k++) {
        const struct flow_caption *other = &j->captions[k];
        if (other == j->c || t < other->caption->first || t >= other->caption->end)
            continue;
        const struct appearance a = appearance_at(j->work, other, t);
        if (covers(&a, x, y))
            return true;
    }
    return false;
}

static bool has_company(const struct unblend_job *j, int t)
{
    for (int k = 0; k < j->work->window->n_captions; k++) {
        const struct flow_caption *other = &j->captions[k];
        if (other != j->c && t >= other->caption->first && t < other->caption->end)
            return true;
    }
    return false;
}

/* ---- visiting ---- */

/* One covered sample of the caption in frame t. at: index into fit (luma) or into one plane of fit_c. rank:
 * index of the hole's variance. */
struct visit {
    int t, plane, x, y, rank;
    ptrdiff_t at;
    float i, b; /* observed and filled, relative to FLOW_REGRESS_ZERO */
};

typedef void visitor(struct unblend_job *j, const struct visit *v, double *total);

static float relative(const struct uncap_picture *p, int plane, int x, int y)
{
    return flow_sample_scale(p->format) * flow_sample_get(p, plane, x, y) - FLOW_REGRESS_ZERO;
}

/* Local rows [first, end) of the caption in frame t, luma. */
static void visit_luma(struct unblend_job *j, int t, int first, int end, visitor *fn, double *total)
{
    const struct flow_frame *f = &j->work->frames[t];
    if (!f->is_covered || !f->hole.n)
        return;
    const struct appearance a = appearance_at(j->work, j->c, t);
    const struct uncap_rect r = j->c->area;
    const bool company = has_company(j, t);
    for (int ly = first; ly < end; ly++) {
        const int y = r.y0 + a.dy + ly;
        if (y < 0 || y >= j->work->h)
            continue;
        const int x0 = r.x0 + a.dx < 0 ? 0 : r.x0 + a.dx;
        const int x1 = r.x1 + a.dx > j->work->w ? j->work->w : r.x1 + a.dx;
        int x = x0 < x1 ? flow_mask_next(&f->hole, x0, y) : x1;
        int rank = x < x1 ? flow_mask_rank(&f->hole, x, y) : 0;
        for (; x < x1; x = flow_mask_next(&f->hole, x + 1, y), rank++) {
            if (!covers(&a, x, y) || !is_built(j->work, &a, t, x) || (company && is_shared(j, t, x, y)))
                continue;
            const struct visit v = {t,
                                    0,
                                    x,
                                    y,
                                    rank,
                                    (ptrdiff_t)ly * uncap_rect_w(r) + x - a.dx - r.x0,
                                    relative(&f->source, 0, x, y),
                                    relative(&f->picture, 0, x, y)};
            fn(j, &v, total);
        }
    }
}

/* Local chroma rows [first, end) of the caption in frame t, both planes. */
static void visit_chroma(struct unblend_job *j, int t, int first, int end, visitor *fn, double *total)
{
    const struct flow_work *work = j->work;
    const struct flow_frame *f = &work->frames[t];
    if (!f->is_covered || !f->hole_c.n)
        return;
    const struct appearance a = appearance_at(work, j->c, t);
    const struct uncap_rect r = j->c->area_c;
    const int dx = a.dx >> work->window->format.shift_x;
    const int dy = a.dy >> work->window->format.shift_y;
    const ptrdiff_t plane_size = (ptrdiff_t)uncap_rect_w(r) * uncap_rect_h(r);
    const bool company = has_company(j, t);
    for (int ly = first; ly < end; ly++) {
        const int y = r.y0 + dy + ly;
        if (y < 0 || y >= work->ch)
            continue;
        const int x0 = r.x0 + dx < 0 ? 0 : r.x0 + dx;
        const int x1 = r.x1 + dx > work->cw ? work->cw : r.x1 + dx;
        int x = x0 < x1 ? flow_mask_next(&f->hole_c, x0, y) : x1;
        int rank = x < x1 ? flow_mask_rank(&f->hole_c, x, y) : 0;
        for (; x < x1; x = flow_mask_next(&f->hole_c, x + 1, y), rank++) {
            int lx;
            int luma_y;
            flow_work_luma_of(work, &f->hole, x, y, &lx, &luma_y);
            if (!covers(&a, lx, luma_y) || !is_built(work, &a, t, lx) ||
                (company && is_shared(j, t, lx, luma_y)))
                continue;
            for (int plane = 1; plane < 3; plane++) {
                const struct visit v = {t,
                                        plane,
                                        x,
                                        y,
                                        rank,
                                        (plane - 1) * plane_size + (ptrdiff_t)ly * uncap_rect_w(r) + x - dx -
                                            r.x0,
                                        relative(&f->source, plane, x, y),
                                        relative(&f->picture, plane, x, y)};
                fn(j, &v, total);
            }
        }
    }
}

/* ---- sums and fits ---- */

static float opacity_of(const struct flow_caption *c, int t)
{
    return c->opacity[t - c->caption->first];
}

static void add_to_sums(struct unblend_job *j, const struct visit *v, double *total)
{
    (void)total;
    const struct flow_frame *f = &j->work->frames[v->t];
    if (v->plane)
        flow_sums_add(
            &j->sums[(v->plane - 1) * j->plane + v->at - (v->plane - 1) * j->whole_plane - j->skipped], v->i,
            v->b, flow_variance_load(f->variance_c[v->rank]));
    else
        flow_sums_add(&j->sums[v->at - j->skipped], v->i, v->b, flow_variance_load(f->variance[v->rank]));
}

static void slice_rows(int h, int slice, int *first, int *end)
{
    *first = h * slice / N_SLICES;
    *end = h * (slice + 1) / N_SLICES;
}

/* First and last frame of a life: the caption may be only half there. */
static bool is_edge(const struct unblend_job *j, int t)
{
    const struct uncap_caption *c = j->c->caption->caption;
    const int64_t index = j->work->window->first + t;
    return index == c->first || index + 1 == c->end;
}

/* Another shape of the caption: what is seen there is no mixture with the one that is measured. */
static bool is_growing(const struct unblend_job *j, int t)
{
    return uncap_caption_is_growing(j->c->caption->caption, j->work->window->first + t);
}

static bool is_measured(const struct unblend_job *j, int t)
{
    return opacity_of(j->c, t) >= FULL_OPACITY && !is_edge(j, t) && !is_growing(j, t);
}

/* The part of a job that slice i has to itself: rows [first, end) of an area, sums at 0. */
static struct unblend_job slice_job(const struct unblend_job *j, int i, struct uncap_rect area, int *first,
                                    int *end)
{
    struct unblend_job own = *j;
    slice_rows(uncap_rect_h(area), j->first_slice + i, first, end);
    own.sums = j->sums + (size_t)i * j->room;
    own.skipped = (ptrdiff_t)*first * uncap_rect_w(area);
    own.plane = (ptrdiff_t)(*end - *first) * uncap_rect_w(area);
    own.whole_plane = (ptrdiff_t)uncap_rect_h(area) * uncap_rect_w(area);
    memset(own.sums, 0, j->room * sizeof(*own.sums));
    return own;
}

/* New fits replace old ones unless far fewer frames speak for them: what left the holes is measured no
 * longer. */
static void fit_luma_slice(void *opaque, int i)
{
    const struct unblend_job *all = opaque;
    int first;
    int end;
    struct unblend_job j = slice_job(all, i, all->c->area, &first, &end);
    for (int t = j.c->caption->first; t < j.c->caption->end; t++)
        if (is_measured(&j, t))
            visit_luma(&j, t, first, end, add_to_sums, NULL);
    for (ptrdiff_t k = 0; k < j.plane; k++) {
        struct flow_fit *fit = &j.c->fit[j.skipped + k];
        if (j.sums[k].n > 0 && 2 * j.sums[k].n >= fit->n)
            *fit = flow_regress(&j.sums[k]);
    }
}

static int compare_floats(const void *a, const void *b)
{
    const float x = *(const float *)a;
    const float y = *(const float *)b;
    return (x > y) - (x < y);
}

static bool is_solid(const struct flow_fit *f)
{
    return f->n >= 3 && fabsf(f->k) < SOLID_K && f->var_b > SOLID_VAR_B;
}

/* What the samples tell where the caption alone is seen: the variance of coding noise, a low percentile of the
 * residuals; and how dark and how bright the caption is. */
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
    qsort(solid, n_solid, sizeof(*solid), compare_floats);
    c->coding = fminf(fmaxf(solid[(size_t)(CODING_SHARE * (float)n_solid)], CODING_MIN), CODING_MAX);
    n_solid = 0;
    for (size_t i = 0; i < n; i++)
        if (is_solid(&c->fit[i]))
            solid[n_solid++] = c->fit[i].q + c->fit[i].k * c->fit[i].mean;
    qsort(solid, n_solid, sizeof(*solid), compare_floats);
    c->dark = solid[n_solid / 10];
    c->bright = solid[n_solid - 1 - n_solid / 10];
}

/* Background share of a chroma sample: the mean of the luma samples that it covers; touch UNKNOWN if any of
 * them is. */
static float share_of_luma(const struct unblend_job *j, int cx, int cy, enum flow_touch *touch)
{
    const struct uncap_format f = j->work->window->format;
    const struct uncap_rect r = j->c->area;
    float sum = 0;
    int n = 0;
    *touch = FLOW_TOUCH_NONE;
    for (int y = cy << f.shift_y; y < (cy + 1) << f.shift_y; y++)
        for (int x = cx << f.shift_x; x < (cx + 1) << f.shift_x; x++, n++) {
            float k = 1;
            const bool inside = x >= r.x0 && y >= r.y0 && x < r.x1 && y < r.y1;
            const struct flow_fit *fit =
                inside ? &j->c->fit[(ptrdiff_t)(y - r.y0) * uncap_rect_w(r) + x - r.x0] : NULL;
            if (fit && fit->n > 0) {
                if (fit->touch == FLOW_TOUCH_UNKNOWN)
                    *touch = FLOW_TOUCH_UNKNOWN;
                else if (fit->touch == FLOW_TOUCH_BLENDED && *touch == FLOW_TOUCH_NONE)
                    *touch = FLOW_TOUCH_BLENDED;
                k = fit->touch == FLOW_TOUCH_BLENDED ? fit->k : 1;
            }
            sum += k;
        }
    return sum / (float)n;
}

/* Chroma moves too little to measure k by: it takes luma's, and q from the means. */
static struct flow_fit chroma_fit(const struct unblend_job *j, const struct flow_sums *s, int x, int y)
{
    enum flow_touch touch;
    const float k = share_of_luma(j, x, y, &touch);
    struct flow_fit f = flow_regress(s);
    if (f.n < 3)
        return f;
    const float free_k = f.k;
    f.k = k;
    f.q = s->i / s->w - k * f.mean;
    f.residual += (free_k - k) * (free_k - k) * f.var_b;
    f.var_k = 0.01f;
    f.touch = touch == FLOW_TOUCH_NONE ? flow_regress_touch(&f, j->c->coding) : touch;
    if (touch == FLOW_TOUCH_NONE && f.touch != FLOW_TOUCH_NONE)
        f.touch = FLOW_TOUCH_UNKNOWN;
    return f;
}

static void fit_chroma_slice(void *opaque, int i)
{
    const struct unblend_job *all = opaque;
    const struct uncap_rect r = all->c->area_c;
    int first;
    int end;
    struct unblend_job j = slice_job(all, i, r, &first, &end);
    for (int t = j.c->caption->first; t < j.c->caption->end; t++)
        if (is_measured(&j, t))
            visit_chroma(&j, t, first, end, add_to_sums, NULL);
    for (ptrdiff_t k = 0; k < 2 * j.plane; k++) {
        const ptrdiff_t at = j.skipped + k % j.plane;
        struct flow_fit *fit = &j.c->fit_c[k / j.plane * j.whole_plane + at];
        if (j.sums[k].n > 0 && 2 * j.sums[k].n >= fit->n)
            *fit = chroma_fit(&j, &j.sums[k], r.x0 + (int)(at % uncap_rect_w(r)),
                              r.y0 + (int)(at / uncap_rect_w(r)));
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

size_t flow_captions_bytes(struct uncap_format format, int w, int h, int batch)
{
    const int cw = format.n_planes > 1 ? uncap_plane_w(format, 1, w) + 1 : 0;
    const int ch = format.n_planes > 1 ? uncap_plane_h(format, 1, h) + 1 : 0;
    const size_t luma = (size_t)w * (size_t)h;
    const size_t all = luma + (size_t)2 * (size_t)cw * (size_t)ch;
    return 2 * all * sizeof(struct flow_fit) + luma * sizeof(float) +
           (size_t)batch * slice_sums(w, h, cw, ch) * sizeof(struct flow_sums);
}

static void run_slices(struct unblend_job *j, void (*fn)(void *opaque, int i))
{
    for (j->first_slice = 0; j->first_slice < N_SLICES; j->first_slice += j->work->batch) {
        const int left = N_SLICES - j->first_slice;
        uncap_slices_run(j->work->slices, left < j->work->batch ? left : j->work->batch, fn, j);
    }
}

static int measure_caption(struct unblend_job *j, struct uncap_error *err)
{
    struct flow_caption *c = j->c;
    const size_t n = (size_t)uncap_rect_w(c->area) * (size_t)uncap_rect_h(c->area);
    j->room = slice_sums(uncap_rect_w(c->area), uncap_rect_h(c->area), uncap_rect_w(c->area_c),
                         uncap_rect_h(c->area_c));
    j->sums = uncap_alloc((size_t)j->work->batch * j->room, sizeof(*j->sums));
    float *solid = uncap_alloc(n, sizeof(*solid));
    int status = UNCAP_OK;
    if (!j->sums || !solid) {
        status = uncap_fail_nomem(err, "regression of a caption");
    } else {
        run_slices(j, fit_luma_slice);
        study_solid(c, solid);
        for (size_t i = 0; i < n; i++)
            c->fit[i].touch = flow_regress_touch(&c->fit[i], c->coding);
        if (j->work->cw)
            run_slices(j, fit_chroma_slice);
    }
    uncap_free(j->sums);
    uncap_free(solid);
    return status;
}

/* ---- opacity ---- */

/* total[0] / total[1] is the least-squares opacity: observed change of the picture against the full
 * caption's. */
static void add_to_opacity(struct unblend_job *j, const struct visit *v, double *total)
{
    const struct flow_fit *fit = &j->c->fit[v->at];
    if (fit->n < 3 || fit->touch == FLOW_TOUCH_NONE)
        return;
    const float change = (fit->k - 1) * v->b + fit->q;
    const float weight = 1 / (flow_variance_load(j->work->frames[v->t].variance[v->rank]) + j->c->coding);
    total[0] += (double)(weight * change * (v->i - v->b));
    total[1] += (double)(weight * change * change);
}

/* Frames near the ends of a life tell by themselves how much caption they hold: fades, and frames that a
 * cautious detector added. */
static void measure_opacity(void *opaque, int i)
{
    struct unblend_job *j = opaque;
    const struct uncap_window_caption *c = j->c->caption;
    const int64_t index = j->work->window->first + c->first + i;
    if (index >= c->caption->first + FADE_REACH && index < c->caption->end - FADE_REACH)
        return;
    double total[2] = {0, 0};
    visit_luma(j, c->first + i, 0, uncap_rect_h(j->c->area), add_to_opacity, total);
    if (total[1] < FADE_CERTAIN)
        return;
    const double a = total[0] / total[1];
    j->c->opacity[i] = a < FADE_GONE ? 0 : a > (double)FULL_OPACITY ? 1 : (float)a;
}

/* ---- update ---- */

/* What is seen looks like the caption, and unlike the fill: whatever other frames say about the sample, here a
 * word may have been added. */
static bool looks_solid(const struct unblend_job *j, const struct visit *v)
{
    const struct flow_frame *f = &j->work->frames[v->t];
    int x = v->x;
    int y = v->y;
    if (v->plane) {
        const struct uncap_format format = j->work->window->format;
        x <<= format.shift_x;
        y <<= format.shift_y;
    }
    const float i = relative(&f->source, 0, x, y);
    return (i < j->c->dark + SOLID_NEAR || i > j->c->bright - SOLID_NEAR) &&
           fabsf(i - relative(&f->picture, 0, x, y)) > SOLID_OFF;
}

static void update_sample(struct unblend_job *j, const struct visit *v, double *total)
{
    (void)total;
    struct flow_frame *f = &j->work->frames[v->t];
    const struct flow_fit *fit = v->plane ? &j->c->fit_c[v->at] : &j->c->fit[v->at];
    if (fit->touch == FLOW_TOUCH_UNKNOWN)
        return;
    uint16_t *stored = v->plane ? &f->variance_c[v->rank] : &f->variance[v->rank];
    float variance = flow_variance_load(*stored);
    const float before = variance;
    const float opacity = opacity_of(j->c, v->t);
    /* A caption that pops up larger, or elsewhere, covers other samples than those it was measured on. */
    if (!is_measured(j, v->t) && !flow_regress_agrees(fit, j->c->coding, opacity, v->i, v->b, variance))
        return;
    if (fit->touch == FLOW_TOUCH_NONE && looks_solid(j, v))
        return;
    const float b = flow_regress_update(fit, j->c->coding, opacity, v->i, v->b, &variance);
    flow_sample_put(&f->picture, v->plane, v->x, v->y, b + FLOW_REGRESS_ZERO);
    if (v->plane)
        return;
    const bool leaves =
        j->free_more && before > FREE_VARIANCE && (fit->touch == FLOW_TOUCH_NONE || fit->k > FREE_K);
    *stored = leaves ? VARIANCE_FREED : flow_variance_store(variance);
}

static void update_slice(void *opaque, int i)
{
    struct unblend_job *j = opaque;
    const int t = j->c->caption->first + i;
    if (is_growing(j, t))
        return;
    if (j->work->cw)
        visit_chroma(j, t, 0, uncap_rect_h(j->c->area_c), update_sample, NULL);
    visit_luma(j, t, 0, uncap_rect_h(j->c->area), update_sample, NULL);
}

/* Take the marked samples out of the holes; returns which share of the holes they are. */
static double free_samples(struct flow_work *work)
{
    const struct uncap_format f = work->window->format;
    int64_t before = 0;
    int64_t after = 0;
    for (int t = 0; t < work->n; t++) {
        struct flow_frame *frame = &work->frames[t];
        if (!frame->is_filled)
            continue;
        before += frame->hole.n;
        int rank = 0;
        for (int y = 0; y < work->h; y++)
            for (int x = flow_mask_next(&frame->hole, 0, y); x < work->w;
                 x = flow_mask_next(&frame->hole, x + 1, y))
                if (frame->variance[rank++] == VARIANCE_FREED)
                    flow_mask_remove(&frame->hole, x, y);
        flow_mask_count(&frame->hole);
        after += frame->hole.n;
        if (work->cw)
            flow_mask_reduce(&frame->hole_c, &frame->hole, f.shift_x, f.shift_y);
    }
    return before ? (double)(before - after) / (double)before : 0;
}

int flow_unblend(struct flow_work *work, struct flow_caption *captions, double *freed,
                 struct uncap_error *err)
{
    for (int k = 0; k < work->window->n_captions; k++) {
        struct unblend_job j = {
            .work = work, .captions = captions, .c = &captions[k], .free_more = freed != NULL};
        if (!flow_work_reaches_core(work, j.c->caption))
            continue;
        int status = uncap_cancel_check(work->cancel, err);
        if (status)
            return status;
        status = measure_caption(&j, err);
        if (status)
            return status;
        const int frames = j.c->caption->end - j.c->caption->first;
        uncap_slices_run(work->slices, frames, measure_opacity, &j);
        uncap_slices_run(work->slices, frames, update_slice, &j);
    }
    flow_origin_settle(work);
    if (freed)
        *freed = free_samples(work);
    return UNCAP_OK;
}
