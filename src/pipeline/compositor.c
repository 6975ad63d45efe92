/* SPDX-License-Identifier: Apache-2.0 */
#include "pipeline/compositor.h"

#include <math.h>
#include <stdbool.h>

#include <libavutil/frame.h>

#include "base/memory.h"
#include "inpaint/provenance.h"
#include "media/composite.h"
#include "pipeline/report.h"
#include "pipeline/window_work.h"

enum { MAX_ACTIVE = 64 };

struct state {
    struct uncap_compositor *c;
    struct uncap_window_work
        *active[MAX_ACTIVE]; /* cores that reach the current frame, in the plan's order */
    int n_active;
    size_t next; /* first plan not taken yet */
    bool is_ended;
};

void uncap_composited_free(void *composited)
{
    struct uncap_composited *c = composited;
    if (!c)
        return;
    uncap_frame_unref(&c->source);
    uncap_frame_unref(&c->result);
    uncap_frame_unref(&c->provenance);
    uncap_free(c);
}

static void drop_past(struct state *s, int64_t index)
{
    int kept = 0;
    for (int i = 0; i < s->n_active; i++) {
        if (s->active[i]->plan->core_end > index)
            s->active[kept++] = s->active[i];
        else
            uncap_window_work_close(&s->active[i]);
    }
    s->n_active = kept;
}

/* Take every window whose core begins at or before index. */
static int take(struct state *s, int64_t index, struct uncap_error *err)
{
    drop_past(s, index);
    while (!s->is_ended && s->next < s->c->plans->n && s->c->plans->items[s->next].core_first <= index) {
        void *work;
        const int status = uncap_queue_pop(s->c->filled, &work, err);
        if (status)
            return status;
        if (!work) {
            s->is_ended = true;
            break;
        }
        s->next++;
        if (s->n_active == MAX_ACTIVE) {
            struct uncap_window_work *w = work;
            uncap_window_work_close(&w);
            return uncap_fail(err, UNCAP_ERR_UNSUPPORTED,
                              "more than %d groups of captions at one time near frame %lld", MAX_ACTIVE,
                              (long long)index);
        }
        s->active[s->n_active++] = work;
    }
    return UNCAP_OK;
}

/* fill = fill + (later - fill) * weight in every sample. */
static void blend(const struct uncap_picture *fill, const struct uncap_picture *later, float weight)
{
    const long w = lrintf(weight * 256);
    for (int plane = 0; plane < fill->format.n_planes; plane++) {
        const int width = uncap_plane_w(fill->format, plane, fill->w);
        const int height = uncap_plane_h(fill->format, plane, fill->h);
        for (int y = 0; y < height; y++) {
            uint8_t *a8 = fill->data[plane] + y * fill->stride[plane];
            const uint8_t *b8 = later->data[plane] + y * later->stride[plane];
            uint16_t *a16 = (uint16_t *)(void *)a8;
            const uint16_t *b16 = (const uint16_t *)(const void *)b8;
            for (int x = 0; x < width; x++) {
                if (fill->format.depth > 8)
                    a16[x] = (uint16_t)((a16[x] * (256 - w) + b16[x] * w + 128) >> 8);
                else
                    a8[x] = (uint8_t)((a8[x] * (256 - w) + b8[x] * w + 128) >> 8);
            }
        }
    }
}

static struct uncap_picture *filled_at(struct uncap_window_work *work, int64_t index)
{
    const int64_t k = index - work->plan->core_first;
    return k < work->window.core_end - work->window.core_first ? &work->filled[k] : NULL;
}

/* The earlier window of an overlap speaks for both: it has blended the later one in. */
static bool is_spoken_for(const struct state *s, int i)
{
    for (int k = 0; k < i; k++)
        if (s->active[k]->plan->band == s->active[i]->plan->band)
            return true;
    return false;
}

/* Composite window i at index, blended with the window of the same band that follows while they overlap. */
static void apply(struct state *s, int i, int64_t index, const struct uncap_picture *frame)
{
    struct uncap_window_work *work = s->active[i];
    struct uncap_picture *fill = filled_at(work, index);
    const uint8_t *coverage = work->coverage[index - work->plan->first];
    if (!fill || !coverage || is_spoken_for(s, i))
        return;
    for (int k = i + 1; k < s->n_active; k++) {
        struct uncap_window_work *later = s->active[k];
        const struct uncap_picture *later_fill = filled_at(later, index);
        if (later->plan->band == work->plan->band && later_fill)
            blend(fill, later_fill,
                  uncap_window_weight(later->plan->fade_in, index - later->plan->core_first));
    }
    uncap_composite(frame, fill, coverage, uncap_rect_w(work->plan->crop), work->plan->crop);
}

static bool needs_change(const struct state *s, int64_t index)
{
    for (int i = 0; i < s->n_active; i++) {
        const struct uncap_window_work *w = s->active[i];
        if (index < w->plan->first + w->window.n && w->coverage[index - w->plan->first])
            return true;
    }
    return false;
}

/* Leave in item->provenance a picture of the same time. */
static int draw_provenance(const struct state *s, struct uncap_composited *item, struct uncap_error *err)
{
    AVFrame *av = av_frame_alloc();
    item->provenance = item->result;
    item->provenance.av = av;
    if (av) {
        av->format = AV_PIX_FMT_GBRP;
        av->width = item->result.av->width;
        av->height = item->result.av->height;
        av->pts = item->result.av->pts;
    }
    if (!av || av_frame_get_buffer(av, 0) < 0)
        return uncap_fail_nomem(err, "a picture of the provenance");
    const struct uncap_picture to = uncap_frame_picture(&item->provenance);
    const struct uncap_picture source = uncap_frame_picture(&item->result);
    uncap_provenance_draw_source(&to, &source);
    for (int i = 0; i < s->n_active; i++) {
        const struct uncap_window_work *work = s->active[i];
        const int64_t k = item->result.index - work->plan->core_first;
        if (k < work->window.core_end - work->window.core_first && work->origins[k] && !is_spoken_for(s, i))
            uncap_provenance_draw(&to, work->coverage[work->window.core_first + k], work->origins[k],
                                  work->plan->crop);
    }
    return UNCAP_OK;
}

static int composite(struct state *s, struct uncap_composited *item, struct uncap_error *err)
{
    const int64_t index = item->result.index;
    const int status = s->c->draw_provenance ? draw_provenance(s, item, err) : UNCAP_OK;
    if (status || !needs_change(s, index))
        return status;
    if (s->c->keep_source && !uncap_frame_ref(&item->source, &item->result))
        return uncap_fail_nomem(err, "a frame");
    if (av_frame_make_writable(item->result.av) < 0)
        return uncap_fail_nomem(err, "a frame");
    const struct uncap_picture picture = uncap_frame_picture(&item->result);
    for (int i = 0; i < s->n_active; i++)
        apply(s, i, index, &picture);
    return UNCAP_OK;
}

/* One frame: decode, wait for its windows, composite, hand on. *is_end at the end of the video. */
static int step(struct state *s, bool *is_end, struct uncap_error *err)
{
    struct uncap_composited *item = uncap_alloc(1, sizeof(*item));
    if (!item)
        return uncap_fail_nomem(err, "a frame");
    double mark_s = uncap_clock_s();
    int status = uncap_decoder_next(s->c->decoder, &item->result, err);
    *is_end = !item->result.av;
    uncap_stage_lap(s->c->decoding, &mark_s, 0);
    if (!status && !*is_end)
        status = take(s, item->result.index, err);
    mark_s = uncap_clock_s();
    if (!status && !*is_end) {
        status = composite(s, item, err);
        uncap_stage_lap(s->c->compositing, &mark_s, item->source.av || s->n_active ? 1 : 0);
    }
    if (!status && !*is_end) {
        status = uncap_queue_push(s->c->frames, item, 1, err);
        if (!status)
            return UNCAP_OK;
    }
    uncap_composited_free(item);
    return status;
}

int uncap_compositor_run(void *compositor, struct uncap_error *err)
{
    struct uncap_compositor *c = compositor;
    struct state s = {.c = c};
    int status = UNCAP_OK;
    for (bool is_end = false; !status && !is_end;)
        status = step(&s, &is_end, err);
    for (int i = 0; i < s.n_active; i++)
        uncap_window_work_close(&s.active[i]);
    if (!status)
        uncap_queue_end(c->frames);
    return status;
}
