/* SPDX-License-Identifier: Apache-2.0 */
/* Pass 1: a reader thread and one that looks, in order; the network calls run side by side on slices. */
#include <stdbool.h>
#include <stdint.h>

#include "base/caption.h"
#include "base/memory.h"
#include "detect/detector.h"
#include "media/decode.h"
#include "media/identity.h"
#include "pipeline/job.h"
#include "pipeline/queue.h"
#include "pipeline/report.h"
#include "pipeline/threads.h"

/* The detector waits for its networks now and then, while decoding goes on. */
enum {
    FRAME_QUEUE = 64,       /* frames at most ... */
    QUEUE_SHARE = 8,        /* ... in this part of the memory option, though one at least */
    DEFAULT_MEMORY_MB = 512 /* of that option */
};

struct pass {
    const char *in;
    const struct uncap_detect_options *options;
    const struct uncap_control *control;
    struct uncap_report *report;
    struct uncap_job *job;
    struct uncap_slices *slices;
    struct uncap_decoder *decoder; /* the reader's */
    struct uncap_video_info info;  /* the reader's until the first frame has come */
    int64_t n_lost;                /* the reader's, until it ends */
    struct uncap_detector *detector;
    struct uncap_queue *frames;            /* of struct uncap_frame */
    struct uncap_control detector_control; /* log lines to the caller, cancel by the job */
    struct uncap_captions *captions;
    struct uncap_source source; /* the reader's, but for n_frames, until the captions take it */
    int64_t *pts; /* [n_pts] of every frame, for the captions' times; the reader's until it ends */
    size_t n_pts, pts_capacity;
};

static void free_frame(void *item)
{
    struct uncap_frame *frame = item;
    uncap_frame_unref(frame);
    uncap_free(frame);
}

/* ---- how the detector holds frames ---- */

static void *retain(void *item)
{
    struct uncap_frame *copy = uncap_alloc(1, sizeof(*copy));
    if (copy && !uncap_frame_ref(copy, item)) {
        uncap_free(copy);
        return NULL;
    }
    return copy;
}

/* ---- threads ---- */

static int note_time(struct pass *p, const struct uncap_frame *frame, struct uncap_error *err)
{
    if (!uncap_grow((void **)&p->pts, &p->pts_capacity, p->n_pts + 1, sizeof(*p->pts)))
        return uncap_fail_nomem(err, "the frames' times");
    p->pts[p->n_pts++] = frame->pts;
    return UNCAP_OK;
}

static int read_frame(struct pass *p, bool *is_end, struct uncap_error *err)
{
    struct uncap_frame *frame = uncap_alloc(1, sizeof(*frame));
    if (!frame)
        return uncap_fail_nomem(err, "a frame");
    double mark_s = uncap_clock_s();
    int status = uncap_decoder_next(p->decoder, frame, err);
    *is_end = !frame->av;
    uncap_stage_lap(&p->report->stages[UNCAP_STAGE_PREPROCESSING], &mark_s, !status && !*is_end);
    if (!status && !*is_end)
        status = note_time(p, frame, err);
    if (!status && !*is_end) {
        status = uncap_queue_push(p->frames, frame, uncap_picture_bytes(p->info.format, p->info.w, p->info.h),
                                  err);
        if (!status)
            return UNCAP_OK;
    }
    free_frame(frame);
    return status;
}

static int open_decoder(struct pass *p, struct uncap_error *err)
{
    const struct uncap_decoder_options o = {.threads = p->options->workers,
                                            .allow_damaged = p->options->allow_damaged};
    const int status = uncap_decoder_open(&p->decoder, p->in, &o, uncap_job_cancel(p->job), err);
    if (status)
        return status;
    p->info = *uncap_decoder_info(p->decoder);
    uncap_job_expect(p->job, p->info.n_frames_guess);
    return UNCAP_OK;
}

/* The video, and then, while the detector is at its last frames, which video it is. */
static int run_reader(void *opaque, struct uncap_error *err)
{
    struct pass *p = opaque;
    int status = open_decoder(p, err);
    for (bool is_end = false; !status && !is_end;)
        status = read_frame(p, &is_end, err);
    if (status)
        return status;
    p->n_lost = uncap_decoder_damaged(p->decoder);
    uncap_queue_end(p->frames);
    uncap_decoder_close(&p->decoder);
    return uncap_identity_read(&p->source, p->in, uncap_job_cancel(p->job), err);
}

static int start_detector(struct pass *p, struct uncap_error *err)
{
    const struct uncap_video_info *info = &p->info;
    const double rate =
        info->frame_rate.den ? (double)info->frame_rate.num / (double)info->frame_rate.den : 0;
    const struct uncap_detector_video video = {.w = info->w,
                                               .h = info->h,
                                               .format = info->format,
                                               .colour = info->colour,
                                               .frames_per_second = rate,
                                               .keeper = {.retain = retain, .release = free_frame}};
    return uncap_detector_start(p->detector, &video, err);
}

/* Its networks are opened while the file is, and its first frames decoded. What is wrong with the file is
 * said first, whichever of them fails first. */
static int open_detector(struct pass *p, void **first, struct uncap_error *err)
{
    struct uncap_error failure = {.status = UNCAP_OK};
    if (p->control)
        p->detector_control = *p->control;
    p->detector_control.cancel = uncap_job_cancel(p->job);
    const int opened =
        uncap_detector_open(&p->detector, p->options, p->slices, &p->detector_control, &failure);
    const int status = uncap_queue_pop(p->frames, first, err);
    if (!status && opened && err)
        *err = failure;
    if (status || opened)
        return status ? status : opened;
    return start_detector(p, err);
}

/* Show a frame, and free it. */
static int push(struct pass *p, void *item, struct uncap_error *err)
{
    double mark_s = uncap_clock_s();
    const struct uncap_picture picture = uncap_frame_picture(item);
    const int status = uncap_detector_push(p->detector, &picture, item, err);
    free_frame(item);
    uncap_stage_lap(&p->report->stages[UNCAP_STAGE_MASKS], &mark_s, 1);
    if (!status)
        uncap_job_advance(p->job, 1);
    return status;
}

static int run_detector(void *opaque, struct uncap_error *err)
{
    struct pass *p = opaque;
    void *item = NULL;
    int status = open_detector(p, &item, err);
    if (status && item)
        free_frame(item);
    while (!status && item) {
        status = push(p, item, err);
        item = NULL;
        if (!status)
            status = uncap_queue_pop(p->frames, &item, err);
    }
    double mark_s = uncap_clock_s();
    if (!status)
        status = uncap_detector_finish(p->detector, &p->captions, err);
    uncap_stage_lap(&p->report->stages[UNCAP_STAGE_MASKS], &mark_s, 0);
    return status;
}

/* ---- setting up ---- */

static int set_up(struct pass *p, struct uncap_error *err)
{
    const size_t asked = p->options->max_memory_bytes;
    const size_t memory = asked ? asked : (size_t)DEFAULT_MEMORY_MB << 20;
    int status = uncap_job_open(&p->job, "detect", 0, p->control, err);
    if (!status)
        status = uncap_slices_open(&p->slices, uncap_threads(p->options->workers), err);
    if (!status)
        status = uncap_queue_open(&p->frames, FRAME_QUEUE, memory / QUEUE_SHARE, free_frame,
                                  uncap_job_cancel(p->job), err);
    return status;
}

static int run(struct pass *p, struct uncap_error *err)
{
    struct uncap_error failure = {.status = UNCAP_OK};
    int status = uncap_job_start(p->job, run_reader, p, &failure);
    if (!status)
        status = uncap_job_start(p->job, run_detector, p, &failure);
    if (status)
        uncap_job_fail(p->job, &failure);
    return uncap_job_wait(p->job, err);
}

/* Tell the captions which video they are of. */
static void set_source(struct pass *p)
{
    p->source.n_frames = p->captions->source.n_frames;
    p->captions->source = p->source;
    p->source.name = NULL;
}

/* When frame i is shown; the one after the last lasts as long as the one before it. */
static double time_of(const struct pass *p, int64_t i)
{
    const AVRational base = p->info.time_base;
    const int64_t n = (int64_t)p->n_pts;
    const int64_t pts = i < n ? p->pts[i] : n > 1 ? 2 * p->pts[n - 1] - p->pts[n - 2] : p->pts[n - 1] + 1;
    return (double)(pts - p->pts[0]) * base.num / base.den;
}

static void set_times(struct pass *p)
{
    for (size_t i = 0; i < p->captions->n; i++) {
        p->captions->items[i].first_s = time_of(p, p->captions->items[i].first);
        p->captions->items[i].end_s = time_of(p, p->captions->items[i].end);
    }
}

static void fill_report(const struct pass *p)
{
    const struct uncap_detector_stats stats = uncap_detector_stats(p->detector);
    struct uncap_report *r = p->report;
    r->detector_calls += stats.n_looks;
    r->recogniser_calls += stats.n_recogniser_calls;
    uncap_report_device(r, stats.device);
    r->n_frames = stats.n_frames;
    r->n_frames_lost = p->n_lost;
    r->n_captions = uncap_captions_count(p->captions);
    r->n_removed = uncap_captions_count_removed(p->captions);
}

static void tear_down(struct pass *p)
{
    uncap_free(p->pts);
    uncap_free(p->source.name);
    uncap_queue_close(&p->frames);
    uncap_detector_close(&p->detector);
    uncap_slices_close(&p->slices);
    uncap_job_close(&p->job);
    uncap_decoder_close(&p->decoder);
}

int uncap_detect(const char *in, const struct uncap_detect_options *options,
                 const struct uncap_control *control, struct uncap_captions **out,
                 struct uncap_report *report, struct uncap_error *err)
{
    *out = NULL;
    const double started_s = uncap_clock_s();
    const struct uncap_detect_options defaults = {.batch = 0};
    struct uncap_report own = {.n_frames = 0};
    struct pass p = {.in = in,
                     .options = options ? options : &defaults,
                     .control = control,
                     .report = report ? report : &own};
    int status = set_up(&p, err);
    if (!status)
        status = run(&p, err);
    if (!status) {
        set_source(&p);
        set_times(&p);
        fill_report(&p);
    }
    tear_down(&p);
    if (status)
        uncap_captions_close(&p.captions);
    *out = p.captions;
    uncap_report_finish(p.report, started_s);
    return status;
}
