/* SPDX-License-Identifier: Apache-2.0 */
#include "inpaint/window.h"

#include <stdbool.h>
#include <stdlib.h>

#include "base/coverage.h"
#include "base/memory.h"

enum {
    OVERLAP = 8 /* frames of a seam in the middle of a caption */
};

/* One caption within one shot. */
struct piece {
    struct uncap_rect area;
    int64_t first, end;
    int band;
};

struct pieces {
    struct piece *items;
    size_t n, capacity;
};

/* Limits that engine and priors agree on. */
struct limits {
    int context, core, margin, align;
    size_t engine_bytes;
};

static int64_t min64(int64_t a, int64_t b)
{
    return a < b ? a : b;
}

static int64_t max64(int64_t a, int64_t b)
{
    return a > b ? a : b;
}

static int ask(const struct uncap_window_request *q, const struct uncap_plan_request *of, struct limits *out,
               struct uncap_error *err)
{
    *out = (struct limits){.core = INT32_MAX, .align = 1};
    for (const struct uncap_engine *const *e = q->engines; *e; e++) {
        struct uncap_plan p = {.context = 0};
        const int status = (*e)->ops->plan(*e, of, &p, err);
        if (status)
            return status;
        if (p.context > out->context)
            out->context = p.context;
        if (p.core < out->core)
            out->core = p.core;
        if (p.margin > out->margin)
            out->margin = p.margin;
        if (p.align > out->align)
            out->align = p.align;
        if (p.window_bytes > out->engine_bytes)
            out->engine_bytes = p.window_bytes;
    }
    return UNCAP_OK;
}

static int add_pieces(struct pieces *out, const struct uncap_caption *c, int64_t shot_first, int64_t shot_end,
                      struct uncap_error *err)
{
    const int64_t first = max64(c->first, shot_first);
    const int64_t end = min64(c->end, shot_end);
    if (c->keep || first >= end)
        return UNCAP_OK;
    if (!uncap_grow((void **)&out->items, &out->capacity, out->n + 1, sizeof(*out->items)))
        return uncap_fail_nomem(err, "the window plan");
    out->items[out->n++] =
        (struct piece){.area = uncap_coverage_bounds(c, first, end), .first = first, .end = end};
    return UNCAP_OK;
}

/* Grown by the margin, edges on multiples of align, inside the picture; the far edge may be the picture's
 * own. */
static struct uncap_rect crop_of(struct uncap_rect r, const struct limits *l,
                                 const struct uncap_window_request *q)
{
    const struct uncap_rect picture = {0, 0, q->w, q->h};
    const int ax = l->align > 1 << q->format.shift_x ? l->align : 1 << q->format.shift_x;
    const int ay = l->align > 1 << q->format.shift_y ? l->align : 1 << q->format.shift_y;
    r = uncap_rect_intersect(uncap_rect_grow(r, l->margin, l->margin), picture);
    return uncap_rect_intersect(uncap_rect_align(r, ax, ay), picture);
}

/* Give every piece a band: pieces whose crops touch share one, until nothing touches any more. */
static int group(struct pieces *p, struct uncap_rect *crops, const struct limits *l,
                 const struct uncap_window_request *q)
{
    const struct uncap_rect picture = {0, 0, q->w, q->h};
    int n = 0;
    for (size_t i = 0; i < p->n; i++) {
        p->items[i].band = -1;
        if (!uncap_rect_empty(uncap_rect_intersect(p->items[i].area, picture))) {
            crops[n] = crop_of(p->items[i].area, l, q);
            p->items[i].band = n++;
        }
    }
    for (bool is_changed = true; is_changed;) {
        is_changed = false;
        for (int a = 0; a < n; a++)
            for (int b = a + 1; b < n; b++) {
                if (uncap_rect_empty(uncap_rect_intersect(crops[a], crops[b])))
                    continue;
                crops[a] = uncap_rect_union(crops[a], crops[b]);
                crops[b] = crops[--n];
                for (size_t i = 0; i < p->n; i++) {
                    if (p->items[i].band == b)
                        p->items[i].band = a;
                    if (p->items[i].band == n)
                        p->items[i].band = b;
                }
                is_changed = true;
            }
    }
    return n;
}

/* First frame >= from that a piece of the band covers; INT64_MAX if none. */
static int64_t next_covered(const struct pieces *p, int band, int64_t from)
{
    int64_t next = INT64_MAX;
    for (size_t i = 0; i < p->n; i++)
        if (p->items[i].band == band && p->items[i].end > from)
            next = min64(next, max64(p->items[i].first, from));
    return next;
}

static bool is_covered(const struct pieces *p, int band, int64_t frame)
{
    return next_covered(p, band, frame) == frame;
}

/* Where the core that begins at `first` and holds more than `least` frames ends: behind the last stretch that
 * fits and is near, else at the last caption border that fits, else at the limit. */
static int64_t core_end_of(const struct pieces *p, int band, int64_t first, int least, const struct limits *l)
{
    int64_t clear = first; /* last frame so far behind which nothing is covered */
    int64_t border = first;
    for (size_t i = 0; i < p->n; i++) {
        const int64_t ends[2] = {p->items[i].first, p->items[i].end};
        for (int k = 0; k < 2; k++) {
            if (p->items[i].band != band || ends[k] <= first + least || ends[k] - first > l->core)
                continue;
            border = max64(border, ends[k]);
            if (!is_covered(p, band, ends[k]) && is_covered(p, band, ends[k] - 1))
                clear = max64(clear, ends[k]);
        }
    }
    if (clear > first) {
        /* Stop at the first long gap: frames far apart do not help each other. */
        for (int64_t at = first; at < clear;) {
            const int64_t gap = next_covered(p, band, at) - at;
            if (gap > l->context && at > first)
                return at;
            at += gap > 0 ? gap : 1;
        }
        return clear;
    }
    return border > first ? border : first + l->core;
}

static bool is_border(const struct pieces *p, int band, int64_t frame)
{
    for (size_t i = 0; i < p->n; i++)
        if (p->items[i].band == band && (p->items[i].first == frame || p->items[i].end == frame))
            return true;
    return false;
}

/* Luma samples of its crop that a band's captions cover in one frame, at most. */
static size_t most_covered(const struct pieces *p, int band, struct uncap_rect crop)
{
    size_t most = 0;
    for (size_t i = 0; i < p->n; i++) {
        size_t n = 0;
        for (size_t k = 0; k < p->n && p->items[i].band == band; k++) {
            const struct piece *o = &p->items[k];
            const struct uncap_rect r = uncap_rect_intersect(o->area, crop);
            if (o->band == band && o->first <= p->items[i].first && o->end > p->items[i].first)
                n += (size_t)uncap_rect_w(r) * (size_t)uncap_rect_h(r);
        }
        most = n > most ? n : most;
    }
    return most;
}

static int add_windows(struct uncap_window_plans *out, const struct pieces *p, int band,
                       struct uncap_window_plan base, const struct limits *l, struct uncap_error *err)
{
    const int64_t shot_first = base.first;
    const int64_t shot_end = base.end;
    int fade_in = 0;
    for (int64_t at = next_covered(p, band, shot_first); at < shot_end;) {
        struct uncap_window_plan w = base;
        w.core_first = at;
        w.core_end = min64(core_end_of(p, band, at, fade_in, l), shot_end);
        w.first = max64(shot_first, at - l->context);
        w.end = min64(shot_end, w.core_end + l->context);
        w.fade_in = fade_in;
        if (!uncap_grow((void **)&out->items, &out->capacity, out->n + 1, sizeof(*out->items)))
            return uncap_fail_nomem(err, "the window plan");
        out->items[out->n++] = w;
        const bool is_cut = w.core_end - at == l->core && w.core_end < shot_end &&
                            is_covered(p, band, w.core_end) && !is_border(p, band, w.core_end);
        fade_in = is_cut && l->core > 2 * OVERLAP ? OVERLAP : 0;
        at = next_covered(p, band, w.core_end - fade_in);
    }
    return UNCAP_OK;
}

static int plan_shot(struct uncap_window_plans *out, const struct uncap_window_request *q, int64_t first,
                     int64_t end, struct uncap_error *err)
{
    struct pieces p = {.n = 0};
    struct uncap_rect *crops = NULL;
    struct limits l;
    const struct uncap_plan_request any = {.format = q->format, .w = 16, .h = 16, .budget = SIZE_MAX};
    int status = ask(q, &any, &l, err); /* margin and align do not depend on the size */
    for (size_t i = 0; i < q->captions->n && !status; i++)
        status = add_pieces(&p, &q->captions->items[i], first, end, err);
    if (!status && p.n && !(crops = uncap_alloc(p.n, sizeof(*crops))))
        status = uncap_fail_nomem(err, "the window plan");
    const int n = !status && p.n ? group(&p, crops, &l, q) : 0;
    for (int band = 0; band < n && !status; band++) {
        const int w = uncap_rect_w(crops[band]);
        const int h = uncap_rect_h(crops[band]);
        struct limits own;
        const size_t budget = q->budget_bytes / (size_t)(n > 1 ? 2 : 1);
        const struct uncap_plan_request of = {.format = q->format,
                                              .w = w,
                                              .h = h,
                                              .covered = most_covered(&p, band, crops[band]),
                                              .budget = budget};
        status = ask(q, &of, &own, err);
        if (status)
            break;
        const size_t frame_bytes = uncap_picture_bytes(q->format, w, h) + (size_t)w * (size_t)h;
        const struct uncap_window_plan base = {.band = out->n_bands++,
                                               .crop = crops[band],
                                               .first = first,
                                               .end = end,
                                               .budget = budget,
                                               .bytes = own.engine_bytes +
                                                        (size_t)(2 * own.context + own.core) * frame_bytes};
        status = add_windows(out, &p, band, base, &own, err);
    }
    uncap_free(crops);
    uncap_free(p.items);
    return status;
}

static int by_core(const void *a, const void *b)
{
    const struct uncap_window_plan *x = a;
    const struct uncap_window_plan *y = b;
    if (x->core_first != y->core_first)
        return x->core_first < y->core_first ? -1 : 1;
    return x->band - y->band;
}

int uncap_windows_plan(struct uncap_window_plans *out, const struct uncap_window_request *q,
                       struct uncap_error *err)
{
    *out = (struct uncap_window_plans){.n = 0};
    int status = UNCAP_OK;
    const struct uncap_captions *c = q->captions;
    for (size_t i = 0; i < (c->n_shots ? c->n_shots : 1) && !status; i++) {
        const int64_t first = c->n_shots ? c->shots[i] : 0;
        const int64_t end = i + 1 < c->n_shots ? c->shots[i + 1] : q->n_frames;
        status = plan_shot(out, q, first, end, err);
    }
    if (status) {
        uncap_windows_clear(out);
        return status;
    }
    if (out->n)
        qsort(out->items, out->n, sizeof(*out->items), by_core);
    return UNCAP_OK;
}

void uncap_windows_clear(struct uncap_window_plans *plans)
{
    uncap_free(plans->items);
    *plans = (struct uncap_window_plans){.n = 0};
}
