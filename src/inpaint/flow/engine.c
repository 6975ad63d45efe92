/* SPDX-License-Identifier: Apache-2.0 */
#include "inpaint/flow/engine.h"

#include "base/memory.h"
#include "inpaint/engine.h"
#include "inpaint/engine_option.h"
#include "inpaint/flow/bars.h"
#include "inpaint/flow/fill/backdrop.h"
#include "inpaint/flow/fill/fill.h"
#include "inpaint/flow/fill/settings.h"
#include "inpaint/flow/fill/work.h"
#include "inpaint/flow/inset.h"
#include "inpaint/flow/kept.h"
#include "inpaint/flow/room.h"
#include "inpaint/flow/tile.h"
#include "inpaint/flow/unblend/unblend.h"
#include "kernels/kernels.h"

enum {
    MARGIN = 48, /* luma pixels of context around the captions */
    CORE = 100,  /* frames wanted in a window */
    MIN_CORE = 4,
    MIN_CONTEXT = 4,
    GOOD_CONTEXT = 8, /* shorter cores are better than less of it */
};

struct flow_engine {
    struct flow_settings settings;
    const struct uncap_kernels *kernels;
    struct flow_kept kept;
    struct flow_backdrops backdrops;
    struct flow_tallies tallies;
};

static int flow_check(const struct uncap_erase_options *o, struct uncap_error *err)
{
    static const char *const keys[] = {NULL};
    return uncap_engine_option_check(o, uncap_flow_engine.name, keys, err);
}

static int flow_open(struct uncap_engine *e, const struct uncap_erase_options *o, struct uncap_error *err)
{
    struct flow_engine *f = e->priv;
    f->settings = flow_settings_of(o->preset);
    f->kernels = uncap_kernels_best();
    return flow_check(o, err);
}

static void flow_close(struct uncap_engine *e)
{
    struct flow_engine *f = e->priv;
    flow_kept_clear(&f->kept);
    flow_backdrops_clear(&f->backdrops);
    flow_tallies_clear(&f->tallies);
}

/* Engine bytes that frames of the window take at most. Those before the core are not filled, those of the
 * core are filled in place. */
static size_t frames_bytes(const struct uncap_plan_request *q, int w, const struct uncap_plan *plan)
{
    const size_t area = (size_t)w * (size_t)q->h;
    const size_t luma = q->covered < area ? q->covered : area;
    const size_t edges = (size_t)w + (size_t)q->h; /* of the covered part, where chroma is rounded up */
    const size_t chroma =
        q->format.n_planes > 1 ? ((luma + edges) >> (q->format.shift_x + q->format.shift_y)) + edges : 0;
    const size_t any =
        sizeof(struct flow_frame) + 2 * flow_mask_bytes(w, q->h) + 2 * flow_motion_bytes(w, q->h);
    const size_t variance = (luma + chroma) * sizeof(uint16_t) + (size_t)2 * UNCAP_ALIGN;
    const size_t core = (size_t)plan->core;
    const size_t context = (size_t)plan->context;
    return (core + 2 * context) * any + (core + context) * variance +
           context * uncap_picture_bytes(q->format, w, q->h);
}

/* One step towards less memory; false if there is none. */
static bool take_less(struct uncap_plan *plan)
{
    if (plan->context > GOOD_CONTEXT && 2 * plan->context > plan->core)
        plan->context--;
    else if (plan->core > (plan->context > MIN_CONTEXT ? GOOD_CONTEXT : MIN_CORE))
        plan->core--;
    else if (plan->context > MIN_CONTEXT)
        plan->context--;
    else
        return false;
    return true;
}

static int flow_plan(const struct uncap_engine *e, const struct uncap_plan_request *q,
                     struct uncap_plan *plan, struct uncap_error *err)
{
    const struct flow_engine *f = e->priv;
    const int w = q->w;
    const int h = q->h;
    const struct flow_room room = flow_room_of(q->format, w, h, uncap_slices_threads(e->slices), q->budget);
    const size_t held =
        uncap_picture_bytes(q->format, w, h) + (size_t)w * (size_t)h; /* window's: samples, coverage */
    const size_t origins = (size_t)w * (size_t)h * sizeof(struct uncap_origin);
    *plan = (struct uncap_plan){.context = f->settings.reach, .core = CORE, .margin = MARGIN, .align = 2};
    for (;;) {
        const size_t frames = (size_t)(plan->core + 2 * plan->context);
        plan->window_bytes = room.fixed_bytes + frames_bytes(q, room.tile_w, plan) +
                             2 * flow_backdrop_bytes(q->format, w, h) +
                             flow_tiles_bytes(&room, q->format, h, (int)frames, plan->core) +
                             flow_part_bytes((int)frames, plan->core) + (size_t)plan->core * origins;
        const size_t need = plan->window_bytes + (frames + (size_t)plan->core) * held;
        if (need <= q->budget)
            return UNCAP_OK;
        if (!take_less(plan))
            return uncap_fail(err, UNCAP_ERR_NOMEM,
                              "engine flow needs %zu MiB for a band of %dx%d, and %zu MiB are left for it; "
                              "raise --max-memory",
                              (need >> 20) + 1, w, h, q->budget >> 20);
    }
}

/* ---- one window ---- */

/* Free all of the frames but their motion. */
static void frames_close(struct flow_work *work)
{
    for (int t = 0; work->frames && t < work->n; t++) {
        struct flow_frame *f = &work->frames[t];
        flow_mask_close(&f->hole);
        flow_mask_close(&f->hole_c);
        uncap_free(f->variance);
        uncap_free(f->variance_c);
        f->variance = f->variance_c = NULL;
        if (f->owns_picture)
            uncap_picture_free(&f->picture);
        f->owns_picture = false;
    }
}

/* What captions did in frames before the core, the windows before have counted. */
static bool is_filled(const struct flow_work *work, int t)
{
    const struct uncap_window *win = work->window;
    if (t < win->core_end)
        return t >= win->core_first;
    for (int k = 0; k < win->n_captions; k++) {
        const struct uncap_window_caption *c = &win->captions[k];
        if (t >= c->first && t < c->end && flow_work_reaches_core(work, c))
            return true;
    }
    return false;
}

/* What a frame needs that is filled: a picture to write to, variances. */
static bool open_fill(struct flow_work *work, int t)
{
    const struct uncap_window *win = work->window;
    struct flow_frame *f = &work->frames[t];
    f->variance = uncap_alloc((size_t)f->hole.n, sizeof(*f->variance));
    f->variance_c = uncap_alloc((size_t)f->hole_c.n, sizeof(*f->variance_c));
    if (!f->variance || !f->variance_c)
        return false;
    if (t >= win->core_first && t < win->core_end) {
        f->picture = win->filled[t - win->core_first];
        return true;
    }
    if (!uncap_picture_alloc(&f->picture, win->format, work->w, work->h))
        return false;
    f->owns_picture = true;
    uncap_picture_copy(&f->picture, &f->source);
    return true;
}

static bool cover_frame(struct flow_work *work, int t)
{
    const struct uncap_window *win = work->window;
    struct flow_frame *f = &work->frames[t];
    if (!flow_mask_open(&f->hole, work->w, work->h) || !flow_mask_open(&f->hole_c, work->cw, work->ch))
        return false;
    flow_mask_from_coverage(&f->hole, win->coverage[t], work->stride);
    if (work->cw)
        flow_mask_reduce(&f->hole_c, &f->hole, win->format.shift_x, win->format.shift_y);
    f->is_covered = f->hole.n > 0;
    return true;
}

/* Now that holes and captions are known: say what is filled. */
static int open_fills(struct flow_work *work, struct uncap_error *err)
{
    for (int t = 0; t < work->n; t++) {
        struct flow_frame *f = &work->frames[t];
        f->is_filled = f->is_covered && is_filled(work, t);
        if (f->is_filled && !open_fill(work, t))
            return uncap_fail_nomem(err, "the fill of a window");
    }
    return UNCAP_OK;
}

static int work_open(struct flow_work *work, struct uncap_engine *e, const struct uncap_window *win,
                     int stride, bool stands, struct uncap_error *err)
{
    struct flow_engine *engine = e->priv;
    *work = (struct flow_work){.window = win,
                               .kernels = engine->kernels,
                               .settings = &engine->settings,
                               .slices = e->slices,
                               .w = uncap_rect_w(win->crop),
                               .h = uncap_rect_h(win->crop),
                               .n = win->n,
                               .stride = stride,
                               .stands = stands};
    if (win->format.n_planes > 1) {
        work->cw = uncap_plane_w(win->format, 1, work->w);
        work->ch = uncap_plane_h(win->format, 1, work->h);
    }
    work->frames = uncap_alloc((size_t)win->n + 1, sizeof(*work->frames));
    bool ok = work->frames != NULL;
    for (int t = 0; ok && t < win->n; t++) {
        work->frames[t].source = work->frames[t].picture = win->frames[t];
        if (win->coverage[t])
            ok = cover_frame(work, t);
    }
    if (ok)
        flow_kept_give(&engine->kept, work);
    for (int t = 0; ok && t + 1 < win->n; t++)
        if (!work->frames[t].next.is_known && (work->frames[t].is_covered || work->frames[t + 1].is_covered))
            ok = flow_motion_open(&work->frames[t].next, work->w, work->h) &&
                 flow_motion_open(&work->frames[t + 1].prev, work->w, work->h);
    for (int t = 0; ok && stands && t + 1 < win->n; t++) /* no motion, which is what there is room for */
        work->frames[t].next.is_known = work->frames[t + 1].prev.is_known = true;
    return ok ? UNCAP_OK : uncap_fail_nomem(err, "a window of the flow engine");
}

/* Show the window what the one before knew, as a frame behind its own, and have it leave what it knows. */
static int open_backdrops(struct flow_work *work, struct flow_backdrops *all, struct flow_backdrop *behind,
                          struct flow_backdrop *next_behind, struct uncap_error *err)
{
    if (flow_backdrops_take(all, work->window, behind)) {
        work->behind = behind;
        work->frames[work->n] = (struct flow_frame){.source = behind->picture,
                                                    .picture = behind->picture,
                                                    .is_covered = true,
                                                    .hole = behind->hole,
                                                    .hole_c = behind->hole_c};
    }
    if (!flow_backdrop_open(next_behind, work))
        return uncap_fail_nomem(err, "the background of a window");
    work->next_behind = next_behind;
    return UNCAP_OK;
}

/* What the fill of a tile needs besides it. */
struct fill_job {
    struct uncap_engine *engine;
    struct uncap_cancel *cancel;
    int batch;
};

/* Fill, and again while enough has become known by it. is_renewed tells whether motion was measured again. */
static int fill_and_refill(struct flow_work *work, struct flow_caption *captions, bool *is_renewed,
                           struct uncap_error *err)
{
    const struct flow_settings *s = work->settings;
    double freed = 0;
    int status = UNCAP_OK;
    for (work->refill = 0; !status; work->refill++) {
        status = flow_fill(work, err);
        if (!status)
            status = flow_unblend(work, captions, work->refill < s->refills ? &freed : NULL, err);
        if (work->refill == s->refills || freed <= s->refill_worth[work->refill])
            break;
        if (work->refill >= s->renews_from) {
            flow_forget_motion(work);
            *is_renewed = true;
        }
    }
    return status;
}

/* What moves as one: a window, its picture without bars and inset, or one of these. */
static int fill_part(void *opaque, const struct uncap_window *win, int stride, bool stands,
                     struct uncap_error *err)
{
    const struct fill_job *job = opaque;
    struct flow_engine *engine = job->engine->priv;
    struct flow_work work;
    struct flow_caption *captions = NULL;
    struct flow_backdrop behind = {.frame = 0};
    struct flow_backdrop next_behind = {.frame = 0};
    bool is_renewed = false;
    int status = work_open(&work, job->engine, win, stride, stands, err);
    work.cancel = job->cancel;
    work.batch = job->batch;
    if (!status)
        status = open_backdrops(&work, &engine->backdrops, &behind, &next_behind, err);
    if (!status && !flow_captions_open(&captions, &work, &engine->tallies))
        status = uncap_fail_nomem(err, "the captions of a window");
    if (!status)
        status = flow_unblend_ahead(&work, captions, err);
    if (!status)
        status = open_fills(&work, err);
    if (!status)
        status = fill_and_refill(&work, captions, &is_renewed, err);
    if (!status && !flow_captions_leave(captions, &work, &engine->tallies))
        status = uncap_fail_nomem(err, "what captions did so far");
    flow_captions_close(&captions, win->n_captions);
    frames_close(&work);
    flow_backdrop_close(&behind);
    if (!status && !flow_backdrops_give(&engine->backdrops, &next_behind, win->first, work.settings->reach))
        status = uncap_fail_nomem(err, "the background of a window");
    flow_backdrop_close(&next_behind);
    flow_kept_take(&engine->kept, &work);
    if (status || is_renewed)
        flow_kept_clear(&engine->kept);
    return status;
}

static int fill_without_bars(void *opaque, const struct uncap_window *win, int stride, bool stands,
                             struct uncap_error *err)
{
    return stands ? fill_part(opaque, win, stride, true, err)
                  : flow_inset_fill(win, stride, fill_part, opaque, err);
}

/* A tile, or a window that is one. */
static int fill_tile(void *opaque, const struct uncap_window *win, int stride, bool stands,
                     struct uncap_error *err)
{
    (void)stands;
    return flow_bars_fill(win, stride, fill_without_bars, opaque, err);
}

static int flow_fill_window(struct uncap_engine *e, const struct uncap_window *win,
                            struct uncap_cancel *cancel, struct uncap_error *err)
{
    const struct flow_room room =
        flow_room_of(win->format, uncap_rect_w(win->crop), uncap_rect_h(win->crop),
                     uncap_slices_threads(e->slices), win->budget ? win->budget : SIZE_MAX);
    return flow_tiles_fill(win, &room, fill_tile, &(struct fill_job){e, cancel, room.batch}, err);
}

const struct uncap_engine_ops uncap_flow_engine = {
    .name = "flow",
    .description = "true pixels from other frames by optical flow; no model files, no GPU",
    .priv_size = sizeof(struct flow_engine),
    .check = flow_check,
    .open = flow_open,
    .plan = flow_plan,
    .fill = flow_fill_window,
    .close = flow_close,
};
