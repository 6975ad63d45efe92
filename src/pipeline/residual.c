/* SPDX-License-Identifier: Apache-2.0 */
/* Looking for what is left of removed captions in a finished video. */
#include <stdbool.h>
#include <stdint.h>

#include "base/caption.h"
#include "base/memory.h"
#include "detect/ocr/looks.h"
#include "media/decode.h"
#include "pipeline/job.h"
#include "pipeline/threads.h"
#include "uncaption/erase.h"

/* Pixels of the network's input: the detector at its most thorough. */
enum { CHUNK = 8, MAX_PIXELS = 960 * 544 };

/* A box counts as a caption's rest when it covers this share of the caption's text box. */
#define REST_SHARE 0.2

struct pass {
    const struct uncap_captions *captions;
    struct uncap_residual *result;
    struct uncap_job *job;
    struct uncap_slices *slices;
    struct uncap_runtime *runtime;
    struct uncap_textnet *net;
    struct uncap_decoder *decoder;
    struct uncap_looks looks;
    bool has_looks;
    struct uncap_frame frames[CHUNK];
    struct uncap_picture pictures[CHUNK];
    struct uncap_look items[CHUNK];
    int n_items;
    bool *is_left; /* [captions->n] */
};

static bool has_removed(const struct pass *p, int64_t frame)
{
    for (size_t i = 0; i < p->captions->n; i++) {
        const struct uncap_caption *c = &p->captions->items[i];
        if (!c->keep && frame >= c->first && frame < c->end)
            return true;
    }
    return false;
}

static double area(struct uncap_rect r)
{
    return (double)uncap_rect_w(r) * uncap_rect_h(r);
}

/* Compare what the detector saw in one frame with the captions that stood there. */
static void judge(struct pass *p, const struct uncap_look *look)
{
    bool is_frame_left = false;
    for (size_t i = 0; i < p->captions->n; i++) {
        const struct uncap_caption *c = &p->captions->items[i];
        if (c->keep || look->frame < c->first || look->frame >= c->end)
            continue;
        const struct uncap_rect box = uncap_quad_bounds(&c->quad);
        for (size_t k = 0; k < look->boxes.n; k++) {
            const struct uncap_rect found = uncap_quad_bounds(&look->boxes.items[k].quad);
            if (area(uncap_rect_intersect(box, found)) < REST_SHARE * area(box))
                continue;
            is_frame_left = true;
            p->result->n_captions_left += !p->is_left[i];
            p->is_left[i] = true;
        }
    }
    p->result->n_frames_looked_at++;
    if (is_frame_left && !p->result->n_frames_left++)
        p->result->first_frame_left = look->frame;
}

static int look(struct pass *p, struct uncap_error *err)
{
    const int status = uncap_looks_run(&p->looks, p->items, p->n_items, err);
    for (int i = 0; i < p->n_items; i++) {
        if (!status)
            judge(p, &p->items[i]);
        uncap_frame_unref(&p->frames[i]);
    }
    p->n_items = 0;
    return status;
}

static int step(struct pass *p, bool *is_end, struct uncap_error *err)
{
    struct uncap_frame frame = {.av = NULL};
    const int status = uncap_decoder_next(p->decoder, &frame, err);
    *is_end = !frame.av;
    if (status || *is_end)
        return status;
    uncap_job_advance(p->job, 1);
    if (!has_removed(p, frame.index)) {
        uncap_frame_unref(&frame);
        return UNCAP_OK;
    }
    const struct uncap_video_info *info = uncap_decoder_info(p->decoder);
    const struct uncap_rect picture = {0, 0, info->w, info->h};
    const int i = p->n_items++;
    p->frames[i] = frame;
    p->pictures[i] = uncap_frame_picture(&frame);
    p->items[i].frame = frame.index;
    p->items[i].picture = &p->pictures[i];
    p->items[i].plan = uncap_textnet_scale(picture, 0, 0, MAX_PIXELS);
    return p->n_items == CHUNK ? look(p, err) : UNCAP_OK;
}

static int run(void *opaque, struct uncap_error *err)
{
    struct pass *p = opaque;
    int status = UNCAP_OK;
    for (bool is_end = false; !status && !is_end;)
        status = step(p, &is_end, err);
    return status ? status : look(p, err);
}

static int open_looks(struct pass *p, const struct uncap_detect_options *o,
                      const struct uncap_control *control, struct uncap_error *err)
{
    const struct uncap_runtime_options runtime = {
        .threads = o->workers, .device = o->device, .control = control};
    int status = uncap_runtime_open(&p->runtime, &runtime, err);
    if (!status)
        status = uncap_textnet_open(&p->net, p->runtime, o->detector, err);
    if (status)
        return status;
    p->looks = (struct uncap_looks){.net = p->net,
                                    .slices = p->slices,
                                    .colour = uncap_decoder_info(p->decoder)->colour,
                                    .options = uncap_boxes_defaults(),
                                    .batch = o->batch ? o->batch : 1,
                                    .cancel = uncap_job_cancel(p->job)};
    status = uncap_looks_open(&p->looks, err);
    p->has_looks = !status;
    return status;
}

static int set_up(struct pass *p, const char *video, const struct uncap_detect_options *o,
                  const struct uncap_control *control, struct uncap_error *err)
{
    const struct uncap_decoder_options d = {.threads = o->workers, .allow_damaged = o->allow_damaged};
    int status = uncap_job_open(&p->job, "verify", p->captions->source.n_frames, control, err);
    if (!status)
        status = uncap_decoder_open(&p->decoder, video, &d, uncap_job_cancel(p->job), err);
    if (!status)
        status = uncap_slices_open(&p->slices, uncap_threads(o->workers), err);
    if (!status)
        status = open_looks(p, o, control, err);
    if (!status && !(p->is_left = uncap_alloc(p->captions->n, sizeof(*p->is_left))))
        status = uncap_fail_nomem(err, "the verification");
    return status;
}

/* A result whose container has no display matrix is upright itself. */
static int check_picture(const struct pass *p, const char *video, struct uncap_error *err)
{
    const struct uncap_video_info *info = uncap_decoder_info(p->decoder);
    const struct uncap_source *s = &p->captions->source;
    if (info->orientation && info->orientation != s->orientation)
        return uncap_fail(
            err, UNCAP_ERR_ARG,
            "a player turns the picture of %s, and the captions are of a video where it does not, "
            "or not in that way",
            video);
    if (info->w == s->w && info->h == s->h)
        return UNCAP_OK;
    return uncap_fail(err, UNCAP_ERR_ARG, "%s is %dx%d, but the captions are of a video of %dx%d", video,
                      info->w, info->h, s->w, s->h);
}

static void tear_down(struct pass *p)
{
    for (int i = 0; i < CHUNK; i++) {
        uncap_frame_unref(&p->frames[i]);
        uncap_boxes_clear(&p->items[i].boxes);
    }
    if (p->has_looks)
        uncap_looks_close(&p->looks);
    uncap_textnet_close(&p->net);
    uncap_runtime_close(&p->runtime);
    uncap_slices_close(&p->slices);
    uncap_decoder_close(&p->decoder);
    uncap_job_close(&p->job);
    uncap_free(p->is_left);
}

int uncap_verify_residual(const char *video, const struct uncap_captions *captions,
                          const struct uncap_detect_options *options, const struct uncap_control *control,
                          struct uncap_residual *result, struct uncap_error *err)
{
    *result = (struct uncap_residual){.first_frame_left = -1};
    const struct uncap_detect_options defaults = {.batch = 0};
    struct pass p = {.captions = captions, .result = result};
    int status = set_up(&p, video, options ? options : &defaults, control, err);
    if (!status)
        status = check_picture(&p, video, err);
    if (!status)
        status = uncap_job_start(p.job, run, &p, err);
    if (!status)
        status = uncap_job_wait(p.job, err);
    tear_down(&p);
    return status;
}
