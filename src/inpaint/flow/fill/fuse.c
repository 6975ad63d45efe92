/* SPDX-License-Identifier: Apache-2.0 */
#include "inpaint/flow/fill/fuse.h"

#include <math.h>
#include <string.h>

#include "inpaint/flow/fill/candidate.h"
#include "inpaint/flow/motion/sample.h"

#define OUTLIER 25.0f     /* grey levels: width of the ring's robust weight */
#define RHO_UNKNOWN 20.0f /* residual of a candidate that the ring says nothing about */

/* Mean square error of a candidate, fitted on seven captioned clips with known truth:
 * base + rho^1.5 * scale * (1 + slope * min(cost, top)), rho the residual that its own sources leave on the
 * ring. The power fits the chains and the smooth fill alike (free fits: 1.5, 1.48, 1.66). */
static const struct {
    float scale, slope, top;
} VARIANCE[FLOW_CHAINS] = {
    [FLOW_CHAIN_LOCAL] = {2.5f, 0.8f, 10},
    [FLOW_CHAIN_PLATE] = {4.6f, 1.5f, 6.5f},
};
#define VARIANCE_BASE 0.5f

/* Grey levels that a candidate may be darker or brighter than the ring all around: a change of light between
 * two frames. A plate that is off by more shows the scene without what stands before it now. */
static const float LIGHT[FLOW_CHAINS] = {[FLOW_CHAIN_LOCAL] = 256, [FLOW_CHAIN_PLATE] = 4};

/* One plane of the frame that is filled. */
struct fused_plane {
    int plane, w, h;
    struct uncap_rect bounds; /* of its sites */
    const struct flow_mask *hole;
    const struct flow_site_list *sites;
    float *value, *sum, *weight; /* [sites], [hole], [hole] */
    uint16_t *variance;
    bool keeps_variance; /* another plane that shares it is still to come */
};

/* By how much a candidate is off the known sample (x, y). */
struct lack {
    int x, y;
    float delta;
};

/* At site k; false if the candidate says nothing there. */
static inline bool find_lack(const struct fused_plane *p, struct flow_samples samples, int k,
                             struct lack *out)
{
    const uint32_t place = p->sites->place[k];
    const float value = p->value[k];
    if (value <= FLOW_NO_COLOUR)
        return false;
    const int x = flow_place_x(place), y = flow_place_y(place);
    *out = (struct lack){x, y, flow_sample_get(samples, x, y) - value};
    return true;
}

/* Membrane: leave in s->smooth what the candidate lacks on the ring, spread smoothly over the hole. */
static void correct_plane(const struct flow_work *work, const struct fused_plane *p,
                          const struct uncap_picture *picture, struct flow_scratch *s)
{
    const struct flow_samples samples = flow_samples_of(picture, p->plane);
    const struct flow_site_list *l = p->sites;
    flow_pushpull_start(&s->smooth, p->w, p->h, p->bounds);
    for (int k = l->n_inner; k < l->n; k++) {
        struct lack at;
        if (!find_lack(p, samples, k, &at))
            continue;
        const float r = at.delta / OUTLIER;
        flow_pushpull_add(&s->smooth, at.x, at.y, at.delta, 1 / (1 + r * r));
    }
    flow_pushpull_solve(&s->smooth, work->kernels);
}

enum { BLUR = 2 }; /* cells to each side */

/* Mean over a row's cells x - BLUR .. x + BLUR. */
static void blur_row(float *out, const float *in, int x0, int x1, int w)
{
    for (int x = x0; x < x1; x++) {
        float sum = 0;
        int n = 0;
        for (int k = x < BLUR ? 0 : x - BLUR; k <= x + BLUR && k < w; k++, n++)
            sum += in[k];
        out[x] = sum / (float)n;
    }
}

/* Box mean over 5 x 5 cells of the membrane, at the cells of `bounds`, into out. */
static void blur(const struct flow_pushpull *m, struct uncap_rect bounds, float *out, float *rows)
{
    const int w = m->w[0];
    const int h = m->h[0];
    const int x0 = bounds.x0 >> 1;
    const int x1 = (bounds.x1 + 1) >> 1;
    const int y0 = bounds.y0 >> 1;
    const int y1 = (bounds.y1 + 1) >> 1;
    const int left = x0 < BLUR ? BLUR : x0;
    const int right = x1 > w - BLUR ? w - BLUR : x1;
    for (int y = y0 < BLUR ? 0 : y0 - BLUR; y < y1 + BLUR && y < h; y++) {
        const float *in = m->value[0] + (ptrdiff_t)y * w;
        float *to = rows + (ptrdiff_t)y * w;
        blur_row(to, in, x0, left < x1 ? left : x1, w);
        for (int x = left; x < right; x++)
            to[x] = (in[x - 2] + in[x - 1] + in[x] + in[x + 1] + in[x + 2]) / 5.0f;
        blur_row(to, in, right > left ? right : left < x1 ? left : x1, x1, w);
    }
    for (int y = y0; y < y1; y++) {
        float *to = out + (ptrdiff_t)y * w;
        memset(to + x0, 0, (size_t)(x1 - x0) * sizeof(*to));
        int n = 0;
        for (int k = y < BLUR ? 0 : y - BLUR; k <= y + BLUR && k < h; k++, n++)
            for (int x = x0; x < x1; x++)
                to[x] += rows[(ptrdiff_t)k * w + x];
        for (int x = x0; x < x1; x++)
            to[x] /= (float)n;
    }
}

/* Leave in s->error the size of the luma residual that the blurred membrane does not explain, and how much
 * more than `light` the membrane itself is. */
static void measure_luma(const struct flow_work *work, const struct fused_plane *p,
                         const struct uncap_picture *picture, float light, struct flow_scratch *s)
{
    const struct flow_samples samples = flow_samples_of(picture, 0);
    const struct flow_site_list *l = p->sites;
    const float *smooth = s->cells[0];
    blur(&s->smooth, p->bounds, s->cells[0], s->cells[1]);
    flow_pushpull_start(&s->error, p->w, p->h, p->bounds);
    for (int k = l->n_inner; k < l->n; k++) {
        struct lack at;
        if (!find_lack(p, samples, k, &at))
            continue;
        const float shift = smooth[(ptrdiff_t)(at.y >> 1) * s->smooth.w[0] + (at.x >> 1)];
        const float residual = fabsf(at.delta - shift) + fmaxf(fabsf(shift) - light, 0);
        flow_pushpull_add(&s->error, at.x, at.y, residual, 1);
    }
    flow_pushpull_solve(&s->error, work->kernels);
}

/* Leave in `out`, for each cell that the sites touch, the part of a candidate's error that its cost does not
 * change. */
static void size_residuals(const struct fused_plane *p, const struct flow_pushpull *error, float scale,
                           float *out)
{
    const int w = error->w[0];
    const bool is_measured = error->weight[error->n_levels - 1][0] > 0;
    const int x1 = (p->bounds.x1 + 1) >> 1;
    const int y1 = (p->bounds.y1 + 1) >> 1;
    for (int y = p->bounds.y0 >> 1; y < y1; y++)
        for (int x = p->bounds.x0 >> 1; x < x1; x++) {
            const ptrdiff_t o = (ptrdiff_t)y * w + x;
            const float rho = is_measured ? error->value[0][o] : RHO_UNKNOWN;
            out[o] = rho * sqrtf(rho) * scale;
        }
}

/* What is known of how wrong a candidate is. inner: its pointers of the hole; residual: of size_residuals,
 * [..][w]. */
struct doubt {
    const struct flow_pointer *inner;
    const float *residual;
    int w;
    float slope, top;
};

static float precision_at(const struct doubt *d, uint32_t place, float cost)
{
    const float residual =
        d->residual[(ptrdiff_t)(flow_place_y(place) >> 1) * d->w + (flow_place_x(place) >> 1)];
    return 1 / (VARIANCE_BASE + residual * (1 + d->slope * (cost < d->top ? cost : d->top)));
}

/* No chain has offered chroma a source yet. */
static void forget_choice(struct flow_scratch *s)
{
    for (int k = 0; k < s->sites.chroma.n; k++) {
        s->chosen[k] = FLOW_NOWHERE;
        s->trust[k] = 0;
    }
}

/* A chroma site takes the chain's source where it is the surer one. */
static void choose_chroma(const struct flow_sites *sites, const struct flow_sources *sources,
                          const struct doubt *doubt, struct flow_scratch *s)
{
    for (int k = 0; k < sites->chroma.n; k++) {
        const uint32_t site = sites->first[k];
        const struct flow_pointer *p = flow_sources_at(sources, sites, site);
        if (p->frame < 0)
            continue;
        const float precision = precision_at(doubt, sites->luma.place[site], p->cost);
        if (precision > s->trust[k]) {
            s->trust[k] = precision;
            s->chosen[k] = *p;
        }
    }
}

/* Members of the hole above row y. */
static int row_first(const struct flow_mask *hole, int y)
{
    return y < hole->h ? (int)hole->rank[(ptrdiff_t)y * hole->words] : hole->n;
}

/* Add the candidate to the running sums of the hole. doubt: of luma, NULL for chroma; precision: [hole] of
 * chroma, NULL for luma. */
static void add_candidate(const struct flow_work *work, const struct fused_plane *p,
                          const struct doubt *doubt, const float *precision, const struct flow_scratch *s)
{
    for (int y = p->bounds.y0; y < p->bounds.y1; y++) {
        const int k = row_first(p->hole, y);
        const int n = row_first(p->hole, y + 1) - k;
        if (!n)
            continue;
        flow_pushpull_row(&s->smooth, work->kernels, p->bounds.x0, p->bounds.x1, y, s->row + p->bounds.x0);
        struct uncap_candidate_row row = {.n = n,
                                          .place = p->sites->place + k,
                                          .value = p->value + k,
                                          .missing = s->row,
                                          .precision = precision ? precision + k : NULL,
                                          .none = FLOW_NO_COLOUR,
                                          .sum = p->sum + k,
                                          .weight = p->weight + k};
        if (doubt) {
            row.residual = doubt->residual + (ptrdiff_t)(y >> 1) * doubt->w;
            row.cost = &doubt->inner[k].cost;
            row.pitch = (int)(sizeof(*doubt->inner) / sizeof(float));
            row.base = VARIANCE_BASE;
            row.slope = doubt->slope;
            row.top = doubt->top;
        }
        work->kernels->fuse(&row);
    }
}

enum { MERGED = 64 }; /* sites at once */

/* Merge the sums of the sites k .. k + n - 1 with what stands in the picture. */
static void merge_sites(const struct flow_work *work, struct flow_samples samples,
                        const struct fused_plane *p, int k, int n)
{
    const uint32_t *place = p->sites->place + k;
    float value[MERGED];
    uint16_t kept[MERGED];
    uint16_t *variance = p->variance + k;
    if (p->keeps_variance)
        variance = memcpy(kept, variance, (size_t)n * sizeof(*kept));
    for (int i = 0; i < n; i++)
        value[i] = flow_sample_get(samples, flow_place_x(place[i]), flow_place_y(place[i]));
    work->kernels->merge(p->sum + k, p->weight + k, 1.0f / FLOW_VARIANCE_UNITS, n, value, variance);
    for (int i = 0; i < n; i++)
        flow_sample_put(samples, flow_place_x(place[i]), flow_place_y(place[i]), value[i]);
}

static void merge_plane(const struct flow_work *work, const struct flow_frame *f, const struct fused_plane *p)
{
    const struct flow_samples samples = flow_samples_of(&f->picture, p->plane);
    const int n = p->sites->n_inner;
    for (int k = 0; k < n; k += MERGED)
        merge_sites(work, samples, p, k, n - k < MERGED ? n - k : MERGED);
}

/* Luma of one chain: its residual says how good the candidate is, and which one chroma takes. */
static void add_luma(const struct flow_work *work, const struct flow_frame *f, const struct fused_plane *luma,
                     const struct flow_pointer *pointers, struct flow_scratch *s, enum flow_chain chain)
{
    const struct flow_sources sources = {pointers, s->adopted};
    const struct doubt doubt = {.inner = pointers,
                                .residual = s->cells[0],
                                .w = (luma->w + 1) / 2,
                                .slope = VARIANCE[chain].slope,
                                .top = VARIANCE[chain].top};
    flow_candidate_adopt(work, &s->sites, pointers, s->adopted);
    flow_candidate_luma(work, &s->sites, &sources, luma->value);
    correct_plane(work, luma, &f->picture, s);
    measure_luma(work, luma, &f->picture, LIGHT[chain], s);
    size_residuals(luma, &s->error, VARIANCE[chain].scale, s->cells[0]);
    add_candidate(work, luma, &doubt, NULL, s);
    choose_chroma(&s->sites, &sources, &doubt, s);
}

/* Chroma of the sources chosen since it was added last. Nothing to do for grey. */
static void add_chroma(const struct flow_work *work, const struct flow_frame *f,
                       const struct fused_plane *planes, int n_planes, struct flow_scratch *s)
{
    if (n_planes > 1)
        flow_candidate_chroma(work, &s->sites, s->chosen,
                              (float *const[2]){planes[1].value, planes[2].value});
    for (int i = 1; i < n_planes; i++) {
        correct_plane(work, &planes[i], &f->picture, s);
        add_candidate(work, &planes[i], NULL, s->trust, s);
    }
    forget_choice(s);
}

static struct fused_plane plane_of(const struct flow_work *work, const struct flow_frame *f,
                                   struct flow_scratch *s, int i)
{
    const struct uncap_format format = work->window->format;
    struct uncap_rect r = s->sites.bounds;
    if (i)
        r = (struct uncap_rect){r.x0 >> format.shift_x, r.y0 >> format.shift_y,
                                (r.x1 + (1 << format.shift_x) - 1) >> format.shift_x,
                                (r.y1 + (1 << format.shift_y) - 1) >> format.shift_y};
    return (struct fused_plane){.plane = i,
                                .w = i ? work->cw : work->w,
                                .h = i ? work->ch : work->h,
                                .bounds = r,
                                .hole = i ? &f->hole_c : &f->hole,
                                .sites = i ? &s->sites.chroma : &s->sites.luma,
                                .value = s->value[i],
                                .sum = s->sum[i],
                                .weight = s->weight[i],
                                .variance = i ? f->variance_c : f->variance,
                                .keeps_variance = i == 1};
}

/* Frames under a caption that stands still have one and the same hole. */
static void list_sites(const struct flow_work *work, const struct flow_frame *f, struct flow_scratch *s)
{
    const struct uncap_format format = work->window->format;
    if (s->listed_for == FLOW_FUSION && flow_mask_equals(&s->listed, &f->hole))
        return;
    flow_mask_copy(&s->listed, &f->hole);
    s->listed_for = FLOW_FUSION;
    flow_mask_grow(&s->need, &f->hole, work->settings->ring);
    if (format.n_planes > 1)
        flow_mask_reduce(&s->need_c, &s->need, format.shift_x, format.shift_y);
    flow_sites_list(&s->sites, format, &f->hole, &s->need, &f->hole_c, &s->need_c);
}

void flow_fuse(const struct flow_work *work, int t, struct flow_pointer *const pointers[FLOW_CHAINS],
               struct flow_scratch *s)
{
    const struct flow_frame *f = &work->frames[t];
    const int n_planes = work->cw ? 3 : 1;
    const bool chroma_once = work->refill < work->settings->chroma_once;
    struct fused_plane planes[UNCAP_MAX_PLANES];
    list_sites(work, f, s);
    for (int i = 0; i < n_planes; i++) {
        planes[i] = plane_of(work, f, s, i);
        memset(planes[i].sum, 0, (size_t)planes[i].sites->n_inner * sizeof(float));
        memset(planes[i].weight, 0, (size_t)planes[i].sites->n_inner * sizeof(float));
    }
    forget_choice(s);
    for (int c = 0; c < FLOW_CHAINS; c++) {
        if (!pointers[c])
            continue;
        add_luma(work, f, &planes[0], pointers[c], s, (enum flow_chain)c);
        if (!chroma_once)
            add_chroma(work, f, planes, n_planes, s);
    }
    if (chroma_once)
        add_chroma(work, f, planes, n_planes, s);
    for (int i = 0; i < n_planes; i++)
        merge_plane(work, f, &planes[i]);
}
