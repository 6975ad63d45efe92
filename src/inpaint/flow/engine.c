/* SPDX-License-Identifier: Apache-2.0 */
#include "inpaint/flow/engine.h"

#include "base/memory.h"
#include "inpaint/engine.h"
#include "inpaint/flow/fill.h"
#include "inpaint/flow/settings.h"
#include "inpaint/flow/unblend.h"
#include "inpaint/flow/work.h"
#include "kernels/kernels.h"

enum {
    MARGIN = 48, /* luma pixels of context around the captions */
    MIN_CORE = 4,
    MIN_CONTEXT = 4,
};

struct flow_engine {
    struct flow_settings settings;
    const struct uncap_kernels *kernels;
};

static int flow_open(struct uncap_engine *e, const struct uncap_erase_options *o, struct uncap_error *err)
{
    (void)err;
    struct flow_engine *f = e->priv;
    f->settings = flow_settings_of(o->preset);
    f->kernels = uncap_kernels_best();
    return UNCAP_OK;
}

static void flow_close(struct uncap_engine *e)
{
    (void)e;
}

/* Engine bytes a frame of the window takes at most: everything covered. */
static size_t frame_bytes(struct uncap_format format, int w, int h)
{
    const size_t luma = (size_t)w * (size_t)h;
    const size_t chroma =
        format.n_planes > 1 ? (size_t)uncap_plane_w(format, 1, w) * (size_t)uncap_plane_h(format, 1, h) : 0;
    return sizeof(struct flow_frame) + 2 * flow_mask_bytes(w, h) + (luma + chroma) * sizeof(uint16_t) +
           2 * flow_motion_bytes(w, h) + uncap_picture_bytes(format, w, h);
}

/* Regression of the captions: fits of every caption of a window, sums of one. Captions of one window follow
 * or stand beside each other, so together they hardly exceed the crop twice. */
static size_t caption_bytes(struct uncap_format format, int w, int h)
{
    const size_t luma = (size_t)w * (size_t)h;
    const size_t chroma = format.n_planes > 1 ? (size_t)2 * (size_t)uncap_plane_w(format, 1, w) *
                                                    (size_t)uncap_plane_h(format, 1, h)
                                              : 0;
    return (luma + chroma) * (2 * sizeof(struct flow_fit) + sizeof(struct flow_sums)) + luma * sizeof(float);
}

static int flow_plan(const struct uncap_engine *e, struct uncap_format format, int w, int h, size_t budget,
                     struct uncap_plan *plan, struct uncap_error *err)
{
    const struct flow_engine *f = e->priv;
    const size_t fixed =
        flow_fill_bytes(format, w, h, uncap_slices_threads(e->slices)) + caption_bytes(format, w, h);
    const size_t own = frame_bytes(format, w, h);
    const size_t held =
        uncap_picture_bytes(format, w, h) + (size_t)w * (size_t)h; /* window's: samples, coverage */
    const size_t origins = (size_t)w * (size_t)h * sizeof(struct uncap_origin);
    *plan = (struct uncap_plan){
        .context = f->settings.reach, .core = f->settings.core, .margin = MARGIN, .align = 2};
    for (;;) {
        const size_t frames = (size_t)(plan->core + 2 * plan->context);
        plan->window_bytes = fixed + frames * own + (size_t)plan->core * origins;
        if (plan->window_bytes + frames * held + (size_t)plan->core * held <= budget)
            return UNCAP_OK;
        if (plan->context > MIN_CONTEXT && 2 * plan->context > plan->core)
            plan->context--;
        else if (plan->core > MIN_CORE)
            plan->core--;
        else if (plan->context > MIN_CONTEXT)
            plan->context--;
        else
            return uncap_fail(
                err, UNCAP_ERR_NOMEM,
                "planning to fill %d x %d pixels needs %zu MiB, but %zu MiB are allowed; raise --max-memory",
                w, h, (plan->window_bytes + frames * 2 * held) >> 20, budget >> 20);
    }
}

/* ---- one window ---- */

static void work_close(struct flow_work *work)
{
    for (int t = 0; work->frames && t < work->n; t++) {
        struct flow_frame *f = &work->frames[t];
        flow_mask_close(&f->hole);
        flow_mask_close(&f->hole_c);
        uncap_free(f->variance);
        uncap_free(f->variance_c);
        flow_motion_close(&f->next);
        flow_motion_close(&f->prev);
        if (f->owns_picture)
            uncap_picture_free(&f->picture);
    }
    uncap_free(work->frames);
}

/* What a covered frame needs: its hole, a picture to write to, variances. */
static bool cover_frame(struct flow_work *work, int t)
{
    const struct uncap_window *win = work->window;
    struct flow_frame *f = &work->frames[t];
    if (!flow_mask_open(&f->hole, work->w, work->h) || !flow_mask_open(&f->hole_c, work->cw, work->ch))
        return false;
    flow_mask_from_coverage(&f->hole, win->coverage[t], work->w);
    if (work->cw)
        flow_mask_reduce(&f->hole_c, &f->hole, win->format.shift_x, win->format.shift_y);
    f->is_covered = f->hole.n > 0;
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

static int work_open(struct flow_work *work, struct uncap_engine *e, const struct uncap_window *win,
                     struct uncap_cancel *cancel, struct uncap_error *err)
{
    const struct flow_engine *engine = e->priv;
    *work = (struct flow_work){.window = win,
                               .kernels = engine->kernels,
                               .settings = &engine->settings,
                               .slices = e->slices,
                               .cancel = cancel,
                               .w = uncap_rect_w(win->crop),
                               .h = uncap_rect_h(win->crop),
                               .n = win->n};
    if (win->format.n_planes > 1) {
        work->cw = uncap_plane_w(win->format, 1, work->w);
        work->ch = uncap_plane_h(win->format, 1, work->h);
    }
    work->frames = uncap_alloc((size_t)win->n, sizeof(*work->frames));
    bool ok = work->frames != NULL;
    for (int t = 0; ok && t < win->n; t++) {
        work->frames[t].source = work->frames[t].picture = win->frames[t];
        if (win->coverage[t])
            ok = cover_frame(work, t);
    }
    for (int t = 0; ok && t + 1 < win->n; t++)
        if (work->frames[t].is_covered || work->frames[t + 1].is_covered)
            ok = flow_motion_open(&work->frames[t].next, work->w, work->h) &&
                 flow_motion_open(&work->frames[t + 1].prev, work->w, work->h);
    return ok ? UNCAP_OK : uncap_fail_nomem(err, "a window of the flow engine");
}

static int flow_fill_window(struct uncap_engine *e, const struct uncap_window *win,
                            struct uncap_cancel *cancel, struct uncap_error *err)
{
    struct flow_work work;
    struct flow_caption *captions = NULL;
    int status = work_open(&work, e, win, cancel, err);
    if (!status && !flow_captions_open(&captions, &work))
        status = uncap_fail_nomem(err, "the captions of a window");
    for (int pass = 0; !status && pass <= work.settings->refills; pass++) {
        status = flow_fill(&work, err);
        if (!status)
            status = flow_unblend(&work, captions, pass < work.settings->refills, err);
    }
    flow_captions_close(&captions, win->n_captions);
    work_close(&work);
    return status;
}

const struct uncap_engine_ops uncap_flow_engine = {
    .name = "flow",
    .description = "true pixels from other frames by optical flow; no model files, no GPU",
    .priv_size = sizeof(struct flow_engine),
    .open = flow_open,
    .plan = flow_plan,
    .fill = flow_fill_window,
    .close = flow_close,
};
