/* SPDX-License-Identifier: Apache-2.0 */
#include <string.h>

#include <libavutil/frame.h>

#include "base/coverage.h"
#include "base/memory.h"
#include "detect/overlay.h"
#include "media/identity.h"
#include "media/writer.h"
#include "pipeline/job.h"
#include "uncaption/erase.h"

struct pass {
    const struct uncap_captions *captions;
    const struct uncap_overlay_options *options;
    struct uncap_job *job;
    struct uncap_decoder *decoder;
    struct uncap_writer *writer;
    struct uncap_video_info info; /* of the frames that are written */
};

/* A grey frame of its own at the same time as source, white where captions cover it. */
static int draw_matte(struct pass *p, struct uncap_frame *frame, struct uncap_error *err)
{
    AVFrame *grey = av_frame_alloc();
    if (!grey)
        return uncap_fail_nomem(err, "a matte");
    grey->format = AV_PIX_FMT_GRAY8;
    grey->width = p->info.w;
    grey->height = p->info.h;
    grey->color_range = AVCOL_RANGE_JPEG;
    if (av_frame_get_buffer(grey, 0) < 0) {
        av_frame_free(&grey);
        return uncap_fail_nomem(err, "a matte");
    }
    const struct uncap_rect picture = {0, 0, grey->width, grey->height};
    for (int y = 0; y < grey->height; y++)
        memset(grey->data[0] + (ptrdiff_t)y * grey->linesize[0], 0, (size_t)grey->width);
    for (size_t i = 0; i < p->captions->n; i++)
        if (!p->captions->items[i].keep)
            uncap_coverage_paint(&p->captions->items[i], frame->index, grey->data[0], grey->linesize[0],
                                 picture);
    grey->pts = frame->av->pts;
    av_frame_free(&frame->av);
    frame->av = grey;
    return UNCAP_OK;
}

static int draw_view(struct pass *p, struct uncap_frame *frame, struct uncap_error *err)
{
    const struct uncap_rect whole = {0, 0, p->info.w, p->info.h};
    uint8_t *coverage = uncap_alloc((size_t)p->info.w * (size_t)p->info.h, 1);
    if (!coverage || av_frame_make_writable(frame->av) < 0) {
        uncap_free(coverage);
        return uncap_fail_nomem(err, "the debug view");
    }
    for (size_t i = 0; i < p->captions->n; i++)
        if (!p->captions->items[i].keep)
            uncap_coverage_paint(&p->captions->items[i], frame->index, coverage, p->info.w, whole);
    const struct uncap_picture picture = uncap_frame_picture(frame);
    uncap_overlay_draw(&picture, p->info.colour, p->captions, frame->index, coverage);
    uncap_free(coverage);
    return UNCAP_OK;
}

static int step(struct pass *p, bool *is_end, struct uncap_error *err)
{
    struct uncap_frame frame = {.av = NULL};
    int status = uncap_decoder_next(p->decoder, &frame, err);
    *is_end = !frame.av;
    if (status || *is_end)
        return status;
    status = p->options->matte_only ? draw_matte(p, &frame, err) : draw_view(p, &frame, err);
    if (!status)
        status = uncap_writer_frame(p->writer, &frame, err);
    uncap_frame_unref(&frame);
    uncap_job_advance(p->job, 1);
    return status;
}

static int run(void *opaque, struct uncap_error *err)
{
    int status = UNCAP_OK;
    for (bool is_end = false; !status && !is_end;)
        status = step(opaque, &is_end, err);
    struct pass *p = opaque;
    return status ? status : uncap_writer_finish(p->writer, err);
}

static int open_writer(struct pass *p, const char *in, const char *out, const struct uncap_control *control,
                       struct uncap_error *err)
{
    p->info = *uncap_decoder_info(p->decoder);
    struct uncap_writer_options w = {
        .source = in,
        .info = &p->info,
        .encoder = {.name = p->options->encoder, .threads = p->options->threads}};
    if (p->options->matte_only) {
        p->info.pix_fmt = AV_PIX_FMT_GRAY8;
        p->info.format = (struct uncap_format){.n_planes = 1, .depth = 8};
        p->info.colour = (struct uncap_colour){.matrix = 2, .is_full_range = true};
        w.source = NULL;
        w.encoder.name = "ffv1";
    }
    return uncap_writer_open(&p->writer, out, &w, control, err);
}

static int overlay(struct pass *p, const char *in, const char *out, const struct uncap_control *control,
                   struct uncap_error *err)
{
    int status = uncap_identity_check(&p->captions->source, in, NULL, err);
    if (!status)
        status = uncap_job_open(&p->job, "overlay", p->captions->source.n_frames, control, err);
    const struct uncap_decoder_options o = {.threads = p->options->threads,
                                            .allow_damaged = p->options->allow_damaged};
    if (!status)
        status = uncap_decoder_open(&p->decoder, in, &o, uncap_job_cancel(p->job), err);
    if (!status)
        status = open_writer(p, in, out, control, err);
    if (!status)
        status = uncap_job_start(p->job, run, p, err);
    return status ? status : uncap_job_wait(p->job, err);
}

int uncap_overlay(const char *in, const struct uncap_captions *captions, const char *out,
                  const struct uncap_overlay_options *options, const struct uncap_control *control,
                  struct uncap_error *err)
{
    const struct uncap_overlay_options defaults = {.matte_only = false};
    struct pass p = {.captions = captions, .options = options ? options : &defaults};
    const int status = overlay(&p, in, out, control, err);
    uncap_writer_close(&p.writer);
    uncap_decoder_close(&p.decoder);
    uncap_job_close(&p.job);
    return status;
}
