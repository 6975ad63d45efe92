/* SPDX-License-Identifier: Apache-2.0 */
#include "inpaint/flow/fill/candidate.h"

#include "inpaint/flow/motion/cubic.h"
#include "inpaint/flow/motion/sample.h"

#define CHROMA_KNOWN 0.25f /* bilinear weight of known chroma samples that is enough */

/* Sources lie in many frames, so that no processor foresees where the next one is read: samples are asked for
 * some sites ahead. */
enum { AHEAD = 24 };

void flow_candidate_adopt(const struct flow_work *work, const struct flow_sites *sites,
                          const struct flow_pointer *inner, struct flow_pointer *ring)
{
    const struct flow_site_list *l = &sites->luma;
    const struct flow_area area = flow_work_area(work);
    const struct flow_frame *frames = work->frames;
    const uint32_t *inner_place = l->place;
    const uint32_t *place = l->place + l->n_inner;
    const uint32_t *from = sites->from;
    const int n = l->n - l->n_inner;
    for (int k = 0; k < n; k++) {
        __builtin_prefetch(&inner[from[k + AHEAD < n ? k + AHEAD : k]]);
        const uint32_t there = inner_place[from[k]];
        struct flow_pointer p = inner[from[k]];
        p.x -= (float)(flow_place_x(there) - flow_place_x(place[k]));
        p.y -= (float)(flow_place_y(there) - flow_place_y(place[k]));
        if (p.frame >= 0 && (!flow_area_has(area, p.x, p.y) || !flow_work_clear(&frames[p.frame], p.x, p.y)))
            p.frame = -1;
        ring[k] = p;
    }
}

static inline const uint8_t *place_of(const struct uncap_picture *p, int plane, int x, int y, bool is_deep)
{
    return p->data[plane] + (ptrdiff_t)y * p->stride[plane] + (ptrdiff_t)x * (is_deep ? 2 : 1);
}

static inline float sample_at(const uint8_t *row, int x, bool is_deep)
{
    return is_deep ? (float)((const uint16_t *)(const void *)row)[x] : (float)row[x];
}

/* Luma of a frame, native, at a place whose bilinear footprint is known; sharp where more around it is. */
static inline float read_luma(const struct flow_frame *f, float x, float y, bool is_sharp, bool is_deep)
{
    const struct uncap_picture *p = &f->picture;
    if (is_sharp && flow_cubic_fits(x, y, p->w, p->h) && (!f->is_covered || flow_cubic_clear(&f->hole, x, y)))
        return flow_cubic_at(p, x, y, is_deep);
    return is_deep ? flow_sample_bilinear_deep(p, x, y) : flow_sample_bilinear_byte(p, x, y);
}

/* The rows that it reads, and outside of the picture what does no harm. */
static inline void ask_for_luma(const struct uncap_picture *p, const struct flow_pointer *q, bool is_sharp,
                                bool is_deep)
{
    const uint8_t *at = place_of(p, 0, (int)q->x, (int)q->y, is_deep);
    for (int k = is_sharp ? -1 : 0; k <= (is_sharp ? 2 : 1); k++)
        __builtin_prefetch(at + k * p->stride[0]);
}

static inline void read_places(const struct flow_work *work, const struct flow_pointer *pointers, int n,
                               float *value, bool is_sharp, bool is_deep)
{
    const float scale = flow_sample_scale(work->window->format);
    for (int i = 0; i < n; i++) {
        const struct flow_pointer *q = &pointers[i + AHEAD < n ? i + AHEAD : i];
        if (q->frame >= 0)
            ask_for_luma(&work->frames[q->frame].picture, q, is_sharp, is_deep);
        q = &pointers[i];
        value[i] = q->frame < 0 ? FLOW_NO_COLOUR
                                : scale * read_luma(&work->frames[q->frame], q->x, q->y, is_sharp, is_deep);
    }
}

void flow_candidate_luma(const struct flow_work *work, const struct flow_sites *sites,
                         const struct flow_sources *sources, float *value)
{
    const int n_inner = sites->luma.n_inner;
    const int n_ring = sites->luma.n - n_inner;
    if (work->window->format.depth > 8) {
        read_places(work, sources->inner, n_inner, value, true, true);
        read_places(work, sources->ring, n_ring, value + n_inner, false, true);
    } else {
        read_places(work, sources->inner, n_inner, value, true, false);
        read_places(work, sources->ring, n_ring, value + n_inner, false, false);
    }
}

/* Four samples of a chroma plane and their bilinear weights, 0 where covered. */
struct footprint {
    int x0, x1, y0, y1;
    float k[4], weight;
};

static inline struct footprint footprint_at(const struct flow_frame *f, float x, float y, int w, int h)
{
    x = x < 0 ? 0 : x > (float)(w - 1) ? (float)(w - 1) : x;
    y = y < 0 ? 0 : y > (float)(h - 1) ? (float)(h - 1) : y;
    struct footprint p = {.x0 = (int)x, .y0 = (int)y};
    p.x1 = p.x0 + 1 < w ? p.x0 + 1 : p.x0;
    p.y1 = p.y0 + 1 < h ? p.y0 + 1 : p.y0;
    const float fx = x - (float)p.x0;
    const float fy = y - (float)p.y0;
    p.k[0] = (1 - fx) * (1 - fy);
    p.k[1] = fx * (1 - fy);
    p.k[2] = (1 - fx) * fy;
    p.k[3] = fx * fy;
    if (f->is_covered) {
        p.k[0] = flow_mask_has(&f->hole_c, p.x0, p.y0) ? 0 : p.k[0];
        p.k[1] = flow_mask_has(&f->hole_c, p.x1, p.y0) ? 0 : p.k[1];
        p.k[2] = flow_mask_has(&f->hole_c, p.x0, p.y1) ? 0 : p.k[2];
        p.k[3] = flow_mask_has(&f->hole_c, p.x1, p.y1) ? 0 : p.k[3];
    }
    p.weight = p.k[0] + p.k[1] + p.k[2] + p.k[3];
    return p;
}

static inline float footprint_mean(const struct footprint *p, const struct uncap_picture *from, int plane,
                                   bool is_deep)
{
    const uint8_t *top = place_of(from, plane, 0, p->y0, is_deep);
    const uint8_t *bottom = place_of(from, plane, 0, p->y1, is_deep);
    const float sum = p->k[0] * sample_at(top, p->x0, is_deep) + p->k[1] * sample_at(top, p->x1, is_deep) +
                      p->k[2] * sample_at(bottom, p->x0, is_deep) +
                      p->k[3] * sample_at(bottom, p->x1, is_deep);
    return sum / p->weight;
}

static void ask_for_chroma(const struct flow_work *work, const struct flow_pointer *q, bool is_deep)
{
    if (q->frame < 0)
        return;
    const struct uncap_format format = work->window->format;
    const struct uncap_picture *p = &work->frames[q->frame].picture;
    for (int plane = 1; plane < 3; plane++) {
        const uint8_t *at =
            place_of(p, plane, (int)q->x >> format.shift_x, (int)q->y >> format.shift_y, is_deep);
        __builtin_prefetch(at);
        __builtin_prefetch(at + p->stride[plane]);
    }
}

static inline void read_chroma(const struct flow_work *work, const struct flow_sites *sites,
                               const struct flow_pointer *pointers, float *const value[2], bool is_deep)
{
    const struct uncap_format format = work->window->format;
    const float scale = flow_sample_scale(format);
    const float step_x = 1.0f / (float)(1 << format.shift_x);
    const float step_y = 1.0f / (float)(1 << format.shift_y);
    const int n = sites->chroma.n;
    for (int i = 0; i < n; i++) {
        ask_for_chroma(work, &pointers[i + AHEAD < n ? i + AHEAD : i], is_deep);
        const struct flow_pointer *q = &pointers[i];
        value[0][i] = value[1][i] = FLOW_NO_COLOUR;
        if (q->frame < 0)
            continue;
        const uint32_t luma = sites->luma.place[sites->first[i]];
        const uint32_t place = sites->chroma.place[i];
        const struct flow_frame *f = &work->frames[q->frame];
        const struct footprint p = footprint_at(
            f, (float)flow_place_x(place) + (q->x - (float)flow_place_x(luma)) * step_x,
            (float)flow_place_y(place) + (q->y - (float)flow_place_y(luma)) * step_y, work->cw, work->ch);
        if (p.weight < CHROMA_KNOWN)
            continue;
        for (int c = 0; c < 2; c++)
            value[c][i] = scale * footprint_mean(&p, &f->picture, 1 + c, is_deep);
    }
}

void flow_candidate_chroma(const struct flow_work *work, const struct flow_sites *sites,
                           const struct flow_pointer *pointers, float *const value[2])
{
    if (work->window->format.depth > 8)
        read_chroma(work, sites, pointers, value, true);
    else
        read_chroma(work, sites, pointers, value, false);
}
