/* SPDX-License-Identifier: Apache-2.0 */
#include "pipeline/cropper.h"

#include <stdbool.h>

#include "base/memory.h"
#include "pipeline/report.h"
#include "pipeline/window_work.h"

/* Windows between `done` and `seen` are being collected; those before `done` have been handed over. */
struct state {
    struct uncap_cropper *c;
    struct uncap_window_work *
        *work;                 /* [plans->n], NULL before the window's first frame and after hand-over */
    struct uncap_crop **crops; /* [plans->n_bands], of the current frame */
    size_t done;
    int64_t reach; /* most frames that a window begins before its core */
};

static int64_t longest_reach(const struct uncap_window_plans *plans)
{
    int64_t reach = 0;
    for (size_t i = 0; i < plans->n; i++)
        if (plans->items[i].core_first - plans->items[i].first > reach)
            reach = plans->items[i].core_first - plans->items[i].first;
    return reach;
}

static int add_frame(struct state *s, size_t i, const struct uncap_picture *picture, int64_t index,
                     struct uncap_error *err)
{
    const struct uncap_window_plan *plan = &s->c->plans->items[i];
    if (!s->work[i]) {
        const int status = uncap_window_work_open(&s->work[i], plan, s->c->captions, err);
        if (status)
            return status;
    }
    struct uncap_crop **crop = &s->crops[plan->band];
    if (!*crop)
        *crop = uncap_crop_open(picture, index, plan->crop, s->c->captions);
    if (!*crop)
        return uncap_fail_nomem(err, "a cropped frame");
    uncap_window_work_add(s->work[i], *crop);
    return UNCAP_OK;
}

static int crop_frame(struct state *s, const struct uncap_frame *frame, struct uncap_error *err)
{
    const struct uncap_window_plans *plans = s->c->plans;
    const struct uncap_picture picture = uncap_frame_picture(frame);
    int status = UNCAP_OK;
    for (size_t i = s->done; i < plans->n && !status; i++) {
        const struct uncap_window_plan *p = &plans->items[i];
        if (p->core_first > frame->index + s->reach)
            break;
        if (p->first <= frame->index && frame->index < p->end)
            status = add_frame(s, i, &picture, frame->index, err);
    }
    for (int band = 0; band < plans->n_bands; band++)
        uncap_crop_close(&s->crops[band]);
    return status;
}

static int deliver(struct state *s, struct uncap_error *err)
{
    const struct uncap_video_info *info = uncap_decoder_info(s->c->decoder);
    struct uncap_window_work *work = s->work[s->done];
    int status = uncap_window_work_finish(work, info->format, info->colour, err);
    if (!status)
        status = uncap_queue_push(s->c->windows, work, work->plan->bytes, err);
    if (!status)
        s->work[s->done++] = NULL;
    return status;
}

/* Hand over, in order, every window that needs no frame from `index` on. */
static int deliver_complete(struct state *s, int64_t index, struct uncap_error *err)
{
    int status = UNCAP_OK;
    while (!status && s->done < s->c->plans->n && s->c->plans->items[s->done].end <= index)
        status = deliver(s, err);
    return status;
}

/* The video ended before the captions said it would: hand over what there is. */
static int deliver_rest(struct state *s, struct uncap_error *err)
{
    int status = UNCAP_OK;
    while (!status && s->done < s->c->plans->n && s->work[s->done])
        status = deliver(s, err);
    return status;
}

static int run(struct state *s, struct uncap_error *err)
{
    double mark_s = uncap_clock_s();
    int status = UNCAP_OK;
    while (!status && s->done < s->c->plans->n) {
        struct uncap_frame frame = {.av = NULL};
        status = uncap_decoder_next(s->c->decoder, &frame, err);
        if (!status && !frame.av) {
            status = deliver_rest(s, err);
            break;
        }
        if (!status)
            status = crop_frame(s, &frame, err);
        const int64_t next = frame.index + 1;
        uncap_frame_unref(&frame);
        uncap_stage_lap(s->c->decoding, &mark_s, 1);
        if (!status)
            status = deliver_complete(s, next, err);
        mark_s = uncap_clock_s(); /* waiting for the engine is not decoding */
    }
    return status;
}

int uncap_cropper_run(void *cropper, struct uncap_error *err)
{
    struct uncap_cropper *c = cropper;
    struct state s = {.c = c, .reach = longest_reach(c->plans)};
    s.work = uncap_alloc(c->plans->n, sizeof(struct uncap_window_work *));
    s.crops = uncap_alloc((size_t)c->plans->n_bands, sizeof(struct uncap_crop *));
    const int status = s.work && s.crops ? run(&s, err) : uncap_fail_nomem(err, "the windows");
    for (size_t i = 0; s.work && i < c->plans->n; i++)
        uncap_window_work_close(&s.work[i]);
    uncap_free(s.crops);
    uncap_free(s.work);
    if (!status)
        uncap_queue_end(c->windows);
    return status;
}
