/* SPDX-License-Identifier: Apache-2.0 */
#include "pipeline/erase_pass.h"

#include <stdio.h>

#include "base/log.h"
#include "base/memory.h"
#include "inpaint/engine_chain.h"
#include "inpaint/grain.h"
#include "inpaint/provenance.h"
#include "media/identity.h"
#include "pipeline/cropper.h"
#include "pipeline/job.h"
#include "pipeline/report.h"
#include "pipeline/threads.h"
#include "pipeline/window_work.h"

enum { FRAME_QUEUE = 4, DEFAULT_MEMORY_MIB = 256 };

/* Everything that is alive while the pass runs; opened and closed in this file alone. */
struct pass {
    const char *in;
    const struct uncap_captions *captions;
    const struct uncap_erase_options *options;
    const struct uncap_sink *sink;
    const struct uncap_control *control;
    struct uncap_report *report;
    struct uncap_job *job;
    struct uncap_slices *slices;
    struct uncap_engine_chain chain;
    struct uncap_window_plans plans;
    struct uncap_provenance_count *counts; /* [captions->n] */
    int64_t n_core, n_filled;              /* core frames of all windows, and of those that are filled */
    int64_t n_current;                     /* of the one that is being filled */
    struct uncap_cropper cropper;
    struct uncap_compositor compositor;
    struct uncap_stage_report decoding[2]; /* one a decoder thread */
};

static void free_work(void *work)
{
    struct uncap_window_work *w = work;
    uncap_window_work_close(&w);
}

/* ---- the engine's thread ---- */

/* An engine tells how far it is in the current window. */
static void take_share(void *opaque, double share)
{
    struct pass *p = opaque;
    uncap_job_estimate(p->job, ((double)p->n_filled + share * (double)p->n_current) / (double)p->n_core);
}

/* Fill with the last prior first; each engine starts from the result of the one behind it. Grain comes last:
 * none of them should see it. */
static int fill(struct pass *p, struct uncap_window_work *work, struct uncap_error *err)
{
    struct uncap_cancel *cancel = uncap_job_cancel(p->job);
    work->window.prior = NULL;
    for (int i = p->chain.n - 1; i >= 0; i--) {
        struct uncap_engine *e = p->chain.engines[i];
        const int status = e->ops->fill(e, &work->window, cancel, err);
        if (status)
            return status;
        work->window.prior = work->filled;
    }
    return p->options->no_grain ? UNCAP_OK
                                : uncap_grain_apply(&work->window, p->options->seed, p->slices, cancel, err);
}

/* Add the window's pixels to its captions' accounts. */
static int count_origins(struct pass *p, const struct uncap_window_work *work, struct uncap_error *err)
{
    const struct uncap_window *w = &work->window;
    uint8_t *paint = uncap_alloc((size_t)uncap_rect_w(w->crop) * (size_t)uncap_rect_h(w->crop), 1);
    if (!paint)
        return uncap_fail_nomem(err, "counting the pixels of a window");
    for (int i = 0; i < w->n_captions; i++) {
        const struct uncap_caption *c = w->captions[i].caption;
        uncap_provenance_add(&p->counts[c - p->captions->items], w, work->plan->fade_in, c, paint);
    }
    uncap_free(paint);
    return UNCAP_OK;
}

static int run_engine(void *opaque, struct uncap_error *err)
{
    struct pass *p = opaque;
    struct uncap_stage_report *stage = &p->report->stages[UNCAP_STAGE_INPAINTING];
    int status;
    for (;;) {
        void *item;
        status = uncap_queue_pop(p->cropper.windows, &item, err);
        if (status || !item)
            break;
        struct uncap_window_work *work = item;
        double mark_s = uncap_clock_s();
        p->n_current = work->window.core_end - work->window.core_first;
        status = fill(p, work, err);
        if (!status)
            status = count_origins(p, work, err);
        p->n_filled += p->n_current;
        uncap_stage_lap(stage, &mark_s, work->window.core_end - work->window.core_first);
        uncap_window_work_drop_context(work);
        if (!status)
            status = uncap_queue_push(p->compositor.filled, work, work->plan->bytes / 2, err);
        if (status) {
            uncap_window_work_close(&work);
            break;
        }
    }
    if (!status)
        uncap_queue_end(p->compositor.filled);
    return status;
}

/* ---- the sink's thread ---- */

static int run_sink(void *opaque, struct uncap_error *err)
{
    struct pass *p = opaque;
    struct uncap_stage_report *stage = &p->report->stages[UNCAP_STAGE_ENCODING];
    int status;
    double mark_s;
    for (;;) {
        void *item;
        status = uncap_queue_pop(p->compositor.frames, &item, err);
        mark_s = uncap_clock_s();
        if (status || !item)
            break;
        status = p->sink->frame(p->sink->opaque, item, err);
        uncap_composited_free(item);
        uncap_stage_lap(stage, &mark_s, 1);
        if (status)
            return status;
        uncap_job_advance(p->job, 1);
        p->report->n_frames++;
    }
    if (!status)
        status = p->sink->finish(p->sink->opaque, err);
    uncap_stage_lap(stage, &mark_s, 0);
    return status;
}

/* ---- setting up ---- */

static int open_engines(struct pass *p, struct uncap_error *err)
{
    const int status = uncap_engine_chain_open(&p->chain, p->options, p->slices, p->control, err);
    if (status)
        return status;
    for (int i = 0; i < p->chain.n; i++)
        if (p->chain.engines[i]->device)
            uncap_report_device(p->report, p->chain.engines[i]->device);
    struct uncap_engine *chosen = p->chain.engines[0]; /* its priors are the small part */
    chosen->on_share = take_share;
    chosen->opaque = p;
    snprintf(p->report->engine, sizeof(p->report->engine), "%s", chosen->ops->name);
    return UNCAP_OK;
}

static int open_decoders(struct pass *p, struct uncap_error *err)
{
    const struct uncap_decoder_options o = {.threads = p->options->threads,
                                            .allow_damaged = p->options->allow_damaged};
    struct uncap_cancel *cancel = uncap_job_cancel(p->job);
    int status = uncap_decoder_open(&p->compositor.decoder, p->in, &o, cancel, err);
    if (!status)
        status = uncap_decoder_open(&p->cropper.decoder, p->in, &o, cancel, err);
    return status;
}

static int plan_windows(struct pass *p, struct uncap_error *err)
{
    const struct uncap_video_info *info = uncap_decoder_info(p->compositor.decoder);
    const size_t frame_bytes = uncap_picture_bytes(info->format, info->w, info->h);
    const size_t budget = p->options->max_memory_bytes ? (size_t)p->options->max_memory_bytes
                                                       : (size_t)DEFAULT_MEMORY_MIB << 20;
    const struct uncap_format drawn = {.n_planes = 3, .depth = 8};
    const size_t queued =
        2 * FRAME_QUEUE * frame_bytes +
        (p->sink->wants_provenance ? FRAME_QUEUE * uncap_picture_bytes(drawn, info->w, info->h) : 0);
    if (budget <= queued)
        return uncap_fail(
            err, UNCAP_ERR_NOMEM,
            "--max-memory of %zu MiB is too small: the frame queues alone take %zu MiB for %dx%d",
            budget >> 20, (queued >> 20) + 1, info->w, info->h);
    const struct uncap_window_request request = {.captions = p->captions,
                                                 .format = info->format,
                                                 .w = info->w,
                                                 .h = info->h,
                                                 .n_frames = p->captions->source.n_frames,
                                                 .engines =
                                                     (const struct uncap_engine *const *)p->chain.engines,
                                                 .budget_bytes = budget - queued};
    const int status = uncap_windows_plan(&p->plans, &request, err);
    for (size_t i = 0; i < p->plans.n; i++)
        p->n_core += p->plans.items[i].core_end - p->plans.items[i].core_first;
    return status;
}

static int open_queues(struct pass *p, struct uncap_error *err)
{
    struct uncap_cancel *cancel = uncap_job_cancel(p->job);
    int status = uncap_queue_open(&p->cropper.windows, 1, SIZE_MAX, free_work, cancel, err);
    if (!status)
        status = uncap_queue_open(&p->compositor.filled, 1, SIZE_MAX, free_work, cancel, err);
    if (!status)
        status = uncap_queue_open(&p->compositor.frames, FRAME_QUEUE, SIZE_MAX, uncap_composited_free, cancel,
                                  err);
    return status;
}

static int start(struct pass *p, struct uncap_error *err)
{
    struct uncap_cropper *crop = &p->cropper;
    crop->captions = p->captions;
    crop->plans = &p->plans;
    crop->decoding = &p->decoding[0];
    crop->cancel = uncap_job_cancel(p->job);
    struct uncap_compositor *comp = &p->compositor;
    comp->plans = &p->plans;
    comp->decoding = &p->decoding[1];
    comp->compositing = &p->report->stages[UNCAP_STAGE_COMPOSITING];
    comp->keep_source = p->sink->wants_source;
    comp->draw_provenance = p->sink->wants_provenance;
    int status = p->sink->open(p->sink->opaque, uncap_decoder_info(comp->decoder), err);
    if (!status)
        status = uncap_job_start(p->job, uncap_cropper_run, crop, err);
    if (!status)
        status = uncap_job_start(p->job, run_engine, p, err);
    if (!status)
        status = uncap_job_start(p->job, uncap_compositor_run, comp, err);
    if (!status)
        status = uncap_job_start(p->job, run_sink, p, err);
    return status;
}

static int set_up(struct pass *p, struct uncap_error *err)
{
    int status = uncap_identity_check(&p->captions->source, p->in, uncap_job_cancel(p->job), err);
    if (!status)
        status = uncap_slices_open(&p->slices, uncap_threads(p->options->threads), err);
    if (!status)
        status = open_engines(p, err);
    if (!status)
        status = open_decoders(p, err);
    if (!status)
        status = plan_windows(p, err);
    if (!status)
        status = open_queues(p, err);
    p->counts = uncap_alloc(p->captions->n, sizeof(*p->counts));
    p->report->fills = uncap_alloc(p->captions->n, sizeof(*p->report->fills));
    if (!status && (!p->counts || !p->report->fills))
        status = uncap_fail_nomem(err, "the captions' accounts");
    return status;
}

static void tear_down(struct pass *p)
{
    uncap_queue_close(&p->compositor.frames);
    uncap_queue_close(&p->compositor.filled);
    uncap_queue_close(&p->cropper.windows);
    uncap_windows_clear(&p->plans);
    uncap_decoder_close(&p->cropper.decoder);
    uncap_decoder_close(&p->compositor.decoder);
    uncap_engine_chain_close(&p->chain);
    uncap_slices_close(&p->slices);
    uncap_job_close(&p->job);
    uncap_free(p->counts);
}

static void add_decoding(struct pass *p)
{
    struct uncap_stage_report *stage = &p->report->stages[UNCAP_STAGE_PREPROCESSING];
    for (int i = 0; i < 2; i++)
        stage->seconds += p->decoding[i].seconds;
    stage->frames += p->report->n_frames;
    p->report->n_frames_lost = uncap_decoder_damaged(p->compositor.decoder);
}

static void add_fills(struct pass *p)
{
    for (size_t i = 0; i < p->captions->n; i++) {
        const struct uncap_caption *c = &p->captions->items[i];
        const int64_t *n = p->counts[i].n;
        if (c->keep)
            continue;
        p->report->fills[p->report->n_fills++] = (struct uncap_fill_report){
            .id = c->id,
            .first = c->first,
            .end = c->end,
            .n_pixels = n[UNCAP_ORIGIN_UNBLENDED] + n[UNCAP_ORIGIN_COPIED] + n[UNCAP_ORIGIN_INVENTED],
            .n_unblended = n[UNCAP_ORIGIN_UNBLENDED],
            .n_copied = n[UNCAP_ORIGIN_COPIED],
            .n_invented = n[UNCAP_ORIGIN_INVENTED]};
    }
}

int uncap_erase_pass(const char *in, const struct uncap_captions *captions,
                     const struct uncap_erase_options *options, const struct uncap_sink *sink,
                     const struct uncap_control *control, struct uncap_report *report,
                     struct uncap_error *err)
{
    struct pass p = {.in = in,
                     .captions = captions,
                     .options = options,
                     .sink = sink,
                     .control = control,
                     .report = report};
    report->n_frames = 0;
    uncap_report_clear(report);
    int status = uncap_job_open(&p.job, "erase", captions->source.n_frames, control, err);
    if (!status)
        status = set_up(&p, err);
    if (!status) {
        struct uncap_error failure = {.status = UNCAP_OK};
        if (start(&p, &failure))
            uncap_job_fail(p.job, &failure);
        status = uncap_job_wait(p.job, err);
        add_decoding(&p);
        add_fills(&p);
    }
    tear_down(&p);
    return status;
}
