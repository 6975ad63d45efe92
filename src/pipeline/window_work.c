/* SPDX-License-Identifier: Apache-2.0 */
#include "pipeline/window_work.h"

#include <stdatomic.h>
#include <stdbool.h>

#include "base/coverage.h"
#include "base/memory.h"

struct uncap_crop {
    atomic_int holders;
    struct uncap_picture picture;
    uint8_t *coverage; /* NULL: no caption in this frame */
};

/* Paint every caption that is to be removed; true if any pixel is covered. */
static bool paint(const struct uncap_captions *captions, int64_t index, struct uncap_rect crop,
                  uint8_t *coverage)
{
    const int w = uncap_rect_w(crop);
    for (size_t i = 0; i < captions->n; i++)
        if (!captions->items[i].keep)
            uncap_coverage_paint(&captions->items[i], index, coverage, w, crop);
    const size_t n = (size_t)w * (size_t)uncap_rect_h(crop);
    for (size_t i = 0; i < n; i++)
        if (coverage[i])
            return true;
    return false;
}

struct uncap_crop *uncap_crop_open(const struct uncap_picture *frame, int64_t index, struct uncap_rect crop,
                                   const struct uncap_captions *captions)
{
    struct uncap_crop *c = uncap_alloc(1, sizeof(*c));
    if (!c)
        return NULL;
    atomic_init(&c->holders, 1);
    const int w = uncap_rect_w(crop);
    const int h = uncap_rect_h(crop);
    c->coverage = uncap_alloc((size_t)w * (size_t)h, 1);
    if (!c->coverage || !uncap_picture_alloc(&c->picture, frame->format, w, h)) {
        uncap_crop_close(&c);
        return NULL;
    }
    const struct uncap_picture view = uncap_picture_crop(frame, crop);
    uncap_picture_copy(&c->picture, &view);
    if (!paint(captions, index, crop, c->coverage)) {
        uncap_free(c->coverage);
        c->coverage = NULL;
    }
    return c;
}

struct uncap_crop *uncap_crop_ref(struct uncap_crop *crop)
{
    atomic_fetch_add_explicit(&crop->holders, 1, memory_order_relaxed);
    return crop;
}

void uncap_crop_close(struct uncap_crop **crop)
{
    struct uncap_crop *c = *crop;
    *crop = NULL;
    if (!c || atomic_fetch_sub(&c->holders, 1) != 1)
        return;
    uncap_picture_free(&c->picture);
    uncap_free(c->coverage);
    uncap_free(c);
}

static bool is_present(const struct uncap_caption *c, const struct uncap_window_plan *p)
{
    return !c->keep && c->first < p->end && c->end > p->first &&
           !uncap_rect_empty(uncap_rect_intersect(uncap_coverage_bounds(c, c->first, c->end), p->crop));
}

static void list_captions(struct uncap_window_work *work, const struct uncap_captions *captions)
{
    const struct uncap_window_plan *p = work->plan;
    for (size_t i = 0; i < captions->n; i++) {
        const struct uncap_caption *c = &captions->items[i];
        if (!is_present(c, p))
            continue;
        const int64_t first = c->first > p->first ? c->first : p->first;
        const int64_t end = c->end < p->end ? c->end : p->end;
        work->captions[work->window.n_captions++] = (struct uncap_window_caption){
            .caption = c, .first = (int)(first - p->first), .end = (int)(end - p->first)};
    }
}

int uncap_window_work_open(struct uncap_window_work **out, const struct uncap_window_plan *plan,
                           const struct uncap_captions *captions, struct uncap_error *err)
{
    *out = NULL;
    struct uncap_window_work *work = uncap_alloc(1, sizeof(*work));
    if (!work)
        return uncap_fail_nomem(err, "a window");
    work->plan = plan;
    work->capacity = (int)(plan->end - plan->first);
    const size_t n = (size_t)work->capacity;
    work->crops = uncap_alloc(n, sizeof(*work->crops));
    work->frames = uncap_alloc(n, sizeof(*work->frames));
    work->coverage = uncap_alloc(n, sizeof(*work->coverage));
    work->captions = uncap_alloc(captions->n, sizeof(*work->captions));
    if (!work->crops || !work->frames || !work->coverage || !work->captions) {
        uncap_window_work_close(&work);
        return uncap_fail_nomem(err, "a window");
    }
    list_captions(work, captions);
    *out = work;
    return UNCAP_OK;
}

static void drop_crops(struct uncap_window_work *work, int first, int end)
{
    for (int i = first; i < end; i++)
        uncap_crop_close(&work->crops[i]);
}

void uncap_window_work_close(struct uncap_window_work **work)
{
    struct uncap_window_work *w = *work;
    if (!w)
        return;
    if (w->crops)
        drop_crops(w, 0, w->window.n);
    if (w->filled)
        for (int i = 0; i < w->window.core_end - w->window.core_first; i++)
            uncap_picture_free(&w->filled[i]);
    if (w->origins)
        for (int i = 0; i < w->window.core_end - w->window.core_first; i++)
            uncap_free(w->origins[i]);
    uncap_free(w->origins);
    uncap_free(w->filled);
    uncap_free(w->captions);
    uncap_free(w->coverage);
    uncap_free(w->frames);
    uncap_free(w->crops);
    uncap_free(w);
    *work = NULL;
}

void uncap_window_work_add(struct uncap_window_work *work, struct uncap_crop *crop)
{
    const int i = work->window.n++;
    work->crops[i] = uncap_crop_ref(crop);
    work->frames[i] = crop->picture;
    work->coverage[i] = crop->coverage;
}

/* Covered samples are taken for invented until an engine says otherwise. */
static int preset_origins(struct uncap_window_work *work, struct uncap_error *err)
{
    const struct uncap_window *w = &work->window;
    const size_t n = (size_t)uncap_rect_w(w->crop) * (size_t)uncap_rect_h(w->crop);
    for (int i = 0; i < w->core_end - w->core_first; i++) {
        const uint8_t *coverage = work->coverage[w->core_first + i];
        if (!coverage)
            continue;
        struct uncap_origin *o = work->origins[i] = uncap_alloc(n, sizeof(*o));
        if (!o)
            return uncap_fail_nomem(err, "the origins of a window's pixels");
        for (size_t k = 0; k < n; k++)
            if (coverage[k])
                o[k] = (struct uncap_origin){.kind = UNCAP_ORIGIN_INVENTED, .error = 255};
    }
    return UNCAP_OK;
}

static int fill_preset(struct uncap_window_work *work, struct uncap_error *err)
{
    struct uncap_window *w = &work->window;
    for (int i = 0; i < w->core_end - w->core_first; i++) {
        const struct uncap_picture *source = &work->frames[w->core_first + i];
        if (!uncap_picture_alloc(&work->filled[i], source->format, source->w, source->h))
            return uncap_fail_nomem(err, "a window's filled frames");
        uncap_picture_copy(&work->filled[i], source);
    }
    return UNCAP_OK;
}

int uncap_window_work_finish(struct uncap_window_work *work, struct uncap_format format,
                             struct uncap_colour colour, struct uncap_error *err)
{
    const struct uncap_window_plan *p = work->plan;
    struct uncap_window *w = &work->window;
    w->crop = p->crop;
    w->budget = p->budget;
    w->format = format;
    w->colour = colour;
    w->first = p->first;
    w->core_first = (int)(p->core_first - p->first);
    w->core_end = (int)(p->core_end - p->first);
    if (w->core_end > w->n)
        w->core_end = w->n;
    if (w->core_first > w->core_end)
        w->core_first = w->core_end;
    for (int i = 0; i < w->n_captions; i++) {
        struct uncap_window_caption *c = &work->captions[i];
        c->end = c->end > w->n ? w->n : c->end;
        c->first = c->first > c->end ? c->end : c->first;
    }
    work->filled = uncap_alloc((size_t)(w->core_end - w->core_first), sizeof(*work->filled));
    work->origins = uncap_alloc((size_t)(w->core_end - w->core_first), sizeof(*work->origins));
    if (!work->filled || !work->origins)
        return uncap_fail_nomem(err, "a window's filled frames");
    w->frames = work->frames;
    w->coverage = work->coverage;
    w->captions = work->captions;
    w->filled = work->filled;
    w->origins = work->origins;
    const int status = fill_preset(work, err);
    return status ? status : preset_origins(work, err);
}

void uncap_window_work_drop_context(struct uncap_window_work *work)
{
    drop_crops(work, 0, work->window.core_first);
    drop_crops(work, work->window.core_end, work->window.n);
}
