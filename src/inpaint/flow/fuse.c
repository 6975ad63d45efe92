/* SPDX-License-Identifier: Apache-2.0 */
#include "inpaint/flow/fuse.h"

#include <math.h>
#include <string.h>

#include "inpaint/flow/adopt.h"
#include "inpaint/flow/sample.h"

#define NO_SAMPLE -1e9f
#define OUTLIER 25.0f      /* grey levels: width of the ring's robust weight */
#define RHO_UNKNOWN 20.0f  /* residual of a candidate that the ring says nothing about */
#define CHROMA_KNOWN 0.25f /* bilinear weight of known chroma samples that is enough */

/* Mean square error of a candidate, fitted on seven captioned clips with known truth:
 * base + rho^1.5 * scale * (1 + slope * min(cost, top)), rho the residual that its own sources leave on the ring.
 * The power fits the chains and the smooth fill alike (free fits: 1.5, 1.48, 1.66). */
static const struct {
    float scale, slope, top;
} VARIANCE[FLOW_CHAINS] = {
    [FLOW_CHAIN_LOCAL] = {2.5f, 0.8f, 10},
    [FLOW_CHAIN_PLATE] = {4.6f, 1.5f, 6.5f},
};
#define VARIANCE_BASE 0.5f

/* One plane of the frame that is filled. `luma_need` is the set the pointers belong to. */
struct fused_plane {
    int plane, shift_x, shift_y;
    const struct flow_mask *hole, *need; /* of this plane */
    const struct flow_mask *luma_need;
    float *value, *sum, *weight; /* [need->n], [hole->n], [hole->n] */
    uint16_t *variance;
    bool keeps_variance; /* another plane that shares it is still to come */
};

static float variance_of(enum flow_chain chain, const struct flow_pointer *p, float rho)
{
    const float cost = p->cost < VARIANCE[chain].top ? p->cost : VARIANCE[chain].top;
    return VARIANCE_BASE + rho * sqrtf(rho) * VARIANCE[chain].scale * (1 + VARIANCE[chain].slope * cost);
}

/* Bilinear chroma sample over known samples alone. */
static float read_chroma(const struct flow_frame *f, int plane, float x, float y, int w, int h)
{
    x = x < 0 ? 0 : x > (float)(w - 1) ? (float)(w - 1) : x;
    y = y < 0 ? 0 : y > (float)(h - 1) ? (float)(h - 1) : y;
    const int xi = (int)x;
    const int yi = (int)y;
    const float fx = x - (float)xi;
    const float fy = y - (float)yi;
    const int xn = xi + 1 < w ? xi + 1 : xi;
    const int yn = yi + 1 < h ? yi + 1 : yi;
    const float k[4] = {(1 - fx) * (1 - fy), fx * (1 - fy), (1 - fx) * fy, fx * fy};
    const int px[4] = {xi, xn, xi, xn};
    const int py[4] = {yi, yi, yn, yn};
    float sum = 0;
    float weight = 0;
    for (int i = 0; i < 4; i++) {
        if (f->is_covered && flow_mask_has(&f->hole_c, px[i], py[i]))
            continue;
        sum += k[i] * flow_sample_get(&f->picture, plane, px[i], py[i]);
        weight += k[i];
    }
    return weight < CHROMA_KNOWN ? NO_SAMPLE : sum / weight;
}

/* The pointer behind sample (x, y) of a plane, which is number i of its need, and the luma sample it belongs to. */
static const struct flow_pointer *pointer_of(const struct flow_work *work, const struct fused_plane *p,
                                             const struct flow_pointer *pointers, int i, int x, int y, int *lx, int *ly)
{
    *lx = x;
    *ly = y;
    if (!p->plane)
        return &pointers[i];
    flow_work_luma_of(work, p->luma_need, x, y, lx, ly);
    return &pointers[flow_mask_rank(p->luma_need, *lx, *ly)];
}

static void sample_plane(const struct flow_work *work, const struct fused_plane *p, const struct flow_pointer *pointers)
{
    const float scale = flow_sample_scale(work->window->format);
    const float step_x = 1.0f / (float)(1 << p->shift_x);
    const float step_y = 1.0f / (float)(1 << p->shift_y);
    int i = 0;
    for (int y = 0; y < p->need->h; y++)
        for (int x = flow_mask_next(p->need, 0, y); x < p->need->w; x = flow_mask_next(p->need, x + 1, y), i++) {
            int lx;
            int ly;
            const struct flow_pointer *q = pointer_of(work, p, pointers, i, x, y, &lx, &ly);
            float v = NO_SAMPLE;
            if (q->frame >= 0 && !p->plane)
                v = flow_sample_bilinear(&work->frames[q->frame].picture, q->x, q->y);
            else if (q->frame >= 0)
                v = read_chroma(&work->frames[q->frame], p->plane, (float)x + (q->x - (float)lx) * step_x,
                               (float)y + (q->y - (float)ly) * step_y, p->need->w, p->need->h);
            p->value[i] = v <= NO_SAMPLE ? v : scale * v;
        }
}

/* Membrane: leave in s->smooth what the candidate lacks on the ring, spread smoothly over the hole. */
static void correct_plane(const struct fused_plane *p, const struct uncap_picture *picture, struct flow_scratch *s)
{
    const float scale = flow_sample_scale(picture->format);
    flow_pushpull_start(&s->smooth, p->need->w, p->need->h);
    int i = 0;
    for (int y = 0; y < p->need->h; y++)
        for (int x = flow_mask_next(p->need, 0, y); x < p->need->w; x = flow_mask_next(p->need, x + 1, y), i++) {
            if (p->value[i] <= NO_SAMPLE || flow_mask_has(p->hole, x, y))
                continue;
            const float delta = scale * flow_sample_get(picture, p->plane, x, y) - p->value[i];
            const float r = delta / OUTLIER;
            flow_pushpull_add(&s->smooth, x, y, delta, 1 / (1 + r * r));
        }
    flow_pushpull_solve(&s->smooth);
}

/* Box mean over 5 x 5 cells of the membrane, into out. */
static void blur(const struct flow_pushpull *m, float *out, float *rows)
{
    const int w = m->w[0];
    const int h = m->h[0];
    for (int y = 0; y < h; y++)
        for (int x = 0; x < w; x++) {
            float sum = 0;
            int n = 0;
            for (int k = x < 2 ? 0 : x - 2; k <= x + 2 && k < w; k++, n++)
                sum += m->value[0][(ptrdiff_t)y * w + k];
            rows[(ptrdiff_t)y * w + x] = sum / (float)n;
        }
    for (int y = 0; y < h; y++) {
        float *to = out + (ptrdiff_t)y * w;
        memset(to, 0, (size_t)w * sizeof(*to));
        int n = 0;
        for (int k = y < 2 ? 0 : y - 2; k <= y + 2 && k < h; k++, n++)
            for (int x = 0; x < w; x++)
                to[x] += rows[(ptrdiff_t)k * w + x];
        for (int x = 0; x < w; x++)
            to[x] /= (float)n;
    }
}

/* Leave in s->error the size of the luma residual that the blurred membrane does not explain. */
static void measure_luma(const struct fused_plane *p, const struct uncap_picture *picture, struct flow_scratch *s)
{
    const float scale = flow_sample_scale(picture->format);
    float *smooth = s->plane[7];
    blur(&s->smooth, smooth, s->plane[8]);
    flow_pushpull_start(&s->error, p->need->w, p->need->h);
    int i = 0;
    for (int y = 0; y < p->need->h; y++)
        for (int x = flow_mask_next(p->need, 0, y); x < p->need->w; x = flow_mask_next(p->need, x + 1, y), i++) {
            if (p->value[i] <= NO_SAMPLE || flow_mask_has(p->hole, x, y))
                continue;
            const float delta = scale * flow_sample_get(picture, 0, x, y) - p->value[i];
            const float residual = fabsf(delta - smooth[(ptrdiff_t)(y >> 1) * s->smooth.w[0] + (x >> 1)]);
            flow_pushpull_add(&s->error, x, y, residual, 1);
        }
    flow_pushpull_solve(&s->error);
}

/* Add the candidate to the running sums of the hole. */
static void add_candidate(const struct flow_work *work, const struct fused_plane *p, enum flow_chain chain,
                          const struct flow_pointer *pointers, const struct flow_scratch *s)
{
    const bool measured = s->error.weight[s->error.n_levels - 1][0] > 0;
    int i = 0;
    int k = 0;
    for (int y = 0; y < p->need->h; y++)
        for (int x = flow_mask_next(p->need, 0, y); x < p->need->w; x = flow_mask_next(p->need, x + 1, y), i++) {
            if (!flow_mask_has(p->hole, x, y))
                continue;
            const int at = k++;
            if (p->value[i] <= NO_SAMPLE)
                continue;
            int lx;
            int ly;
            const struct flow_pointer *q = pointer_of(work, p, pointers, i, x, y, &lx, &ly);
            const float rho = measured ? flow_pushpull_cell(&s->error, lx, ly) : RHO_UNKNOWN;
            const float weight = 1 / variance_of(chain, q, rho);
            p->sum[at] += weight * (p->value[i] + flow_pushpull_at(&s->smooth, x, y));
            p->weight[at] += weight;
        }
}

/* Merge the sums with what stands in the picture. */
static void merge_plane(const struct flow_frame *f, const struct fused_plane *p)
{
    const float scale = flow_sample_scale(f->picture.format);
    int k = 0;
    for (int y = 0; y < p->hole->h; y++)
        for (int x = flow_mask_next(p->hole, 0, y); x < p->hole->w; x = flow_mask_next(p->hole, x + 1, y), k++) {
            if (p->weight[k] <= 0)
                continue;
            const float before = 1 / flow_variance_load(p->variance[k]);
            const float sum = before + p->weight[k];
            const float value = scale * flow_sample_get(&f->picture, p->plane, x, y);
            flow_sample_put(&f->picture, p->plane, x, y, (before * value + p->sum[k]) / sum);
            if (!p->keeps_variance)
                p->variance[k] = flow_variance_store(1 / sum);
        }
}

static void fuse_plane(const struct flow_work *work, int t, struct fused_plane *p, struct flow_scratch *s,
                       enum flow_chain chain)
{
    const struct flow_frame *f = &work->frames[t];
    sample_plane(work, p, s->adopted);
    correct_plane(p, &f->picture, s);
    if (!p->plane)
        measure_luma(p, &f->picture, s);
    add_candidate(work, p, chain, s->adopted, s);
}

void flow_fuse(const struct flow_work *work, int t, const struct flow_mask *need,
               struct flow_pointer *const pointers[FLOW_CHAINS], struct flow_scratch *s)
{
    struct flow_frame *f = &work->frames[t];
    const struct uncap_format format = work->window->format;
    const int n_planes = work->cw ? 3 : 1;
    struct fused_plane planes[UNCAP_MAX_PLANES];
    if (n_planes > 1)
        flow_mask_reduce(&s->need_c, need, format.shift_x, format.shift_y);
    for (int i = 0; i < n_planes; i++) {
        planes[i] = (struct fused_plane){.plane = i,
                                         .shift_x = i ? format.shift_x : 0,
                                         .shift_y = i ? format.shift_y : 0,
                                         .hole = i ? &f->hole_c : &f->hole,
                                         .need = i ? &s->need_c : need,
                                         .luma_need = need,
                                         .value = s->plane[0],
                                         .sum = s->plane[1 + 2 * i],
                                         .weight = s->plane[2 + 2 * i],
                                         .variance = i ? f->variance_c : f->variance,
                                         .keeps_variance = i == 1};
        memset(planes[i].sum, 0, (size_t)planes[i].hole->n * sizeof(float));
        memset(planes[i].weight, 0, (size_t)planes[i].hole->n * sizeof(float));
    }
    flow_adopt_near(&f->hole, need, s->near);
    for (int c = 0; c < FLOW_CHAINS; c++) {
        flow_adopt(work, need, s->near, pointers[c], s->adopted);
        for (int i = 0; i < n_planes; i++)
            fuse_plane(work, t, &planes[i], s, (enum flow_chain)c);
    }
    for (int i = 0; i < n_planes; i++)
        merge_plane(f, &planes[i]);
}
