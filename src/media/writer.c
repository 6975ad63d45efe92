/* SPDX-License-Identifier: Apache-2.0 */
#include "media/writer.h"

#include <libavutil/pixdesc.h>

#include "base/log.h"
#include "base/memory.h"
#include "media/av_error.h"
#include "media/container.h"
#include "media/copier.h"
#include "media/orientation.h"
#include "media/output.h"
#include "media/side_data.h"

/* A frame inside the encoder: under which time it knows it, and which time and duration it really has. */
struct in_flight {
    int64_t encoder_pts, pts, duration; /* pts and duration in the source's time base */
};

struct uncap_writer {
    struct uncap_output output;
    struct uncap_copier *copier; /* NULL: nothing to copy */
    const struct uncap_control *control;
    AVCodecContext *encoder;
    AVStream *stream;
    AVPacket *packet;
    AVRational time_base;         /* of the frames */
    struct uncap_video_info info; /* of the pictures as they are encoded */
    int turn;                     /* from the frames to those pictures */
    bool is_upright;              /* those of the source lie otherwise, these do not */
    struct in_flight *in_flight;
    size_t n_in_flight, in_flight_capacity;
    int64_t last_encoder_pts;
    bool has_frames;
};

static struct uncap_cancel *cancel_of(const struct uncap_control *control)
{
    return control ? control->cancel : NULL;
}

int uncap_writer_check(const char *path, const char *source, const struct uncap_encoder_options *encoder,
                       struct uncap_error *err)
{
    struct uncap_encoder_options options = *encoder;
    struct uncap_part_file part = {.target = NULL};
    int status = uncap_container_find(&options.container, path, err);
    if (!status)
        status = uncap_encoder_check(&options, err);
    if (!status)
        status = uncap_part_file_open(&part, path, source, err);
    uncap_part_file_close(&part);
    return status;
}

/* Turned fields are no fields of their picture any more, or change their order. */
static void set_progressive(AVFrame *frame)
{
#if LIBAVUTIL_VERSION_INT >= AV_VERSION_INT(58, 7, 100)
    frame->flags &= ~(AV_FRAME_FLAG_INTERLACED | AV_FRAME_FLAG_TOP_FIELD_FIRST);
#else
    frame->interlaced_frame = frame->top_field_first = 0;
#endif
}

static void choose_orientation(struct uncap_writer *w, const struct uncap_writer_options *o)
{
    w->info = *o->info;
    if (o->source && uncap_container_has_display_matrix(w->output.format->oformat)) {
        w->turn = uncap_orientation_inverse(w->info.orientation);
        uncap_orientation_turn_info(&w->info, w->turn);
    } else if (w->info.orientation) {
        w->is_upright = true;
        w->info.tags.siting = uncap_orientation_turn_siting(w->info.tags.siting, w->info.orientation);
        if (w->info.field_order != AV_FIELD_UNKNOWN)
            w->info.field_order = AV_FIELD_PROGRESSIVE;
    }
}

static int open_encoder(struct uncap_writer *w, const struct uncap_writer_options *o, struct uncap_error *err)
{
    const AVOutputFormat *container = w->output.format->oformat;
    struct uncap_encoder_options options = o->encoder;
    options.container = container;
    const AVCodecParameters *source = w->copier ? uncap_copier_video(w->copier)->codecpar : NULL;
    return uncap_encoder_open(&w->encoder, &w->info, &options, source,
                              (container->flags & AVFMT_GLOBALHEADER) != 0, w->control, err);
}

static int add_streams(struct uncap_writer *w, struct uncap_error *err)
{
    if (w->copier)
        return uncap_copier_add_streams(w->copier, &w->stream, &w->info.tags, w->is_upright, err);
    w->stream = avformat_new_stream(w->output.format, NULL);
    if (!w->stream)
        return uncap_fail_nomem(err, "a stream");
    w->stream->disposition = AV_DISPOSITION_DEFAULT;
    return uncap_side_data_copy_picture(w->stream, NULL, &w->info.tags, w->is_upright, err);
}

static int describe_video(struct uncap_writer *w, struct uncap_error *err)
{
    if (avcodec_parameters_from_context(w->stream->codecpar, w->encoder) < 0)
        return uncap_fail_nomem(err, "a stream");
    w->stream->time_base = w->encoder->time_base;
    w->stream->avg_frame_rate = w->info.frame_rate;
    w->stream->sample_aspect_ratio = w->info.sample_aspect_ratio;
    if (w->encoder->codec_id == AV_CODEC_ID_HEVC && uncap_container_is_mp4(w->output.format->oformat))
        w->stream->codecpar->codec_tag = MKTAG('h', 'v', 'c', '1'); /* Apple's players know no hev1 */
    return UNCAP_OK;
}

static int start(struct uncap_writer *w, const char *path, const struct uncap_writer_options *o,
                 struct uncap_error *err)
{
    int status = uncap_output_open(&w->output, path, o->source, cancel_of(w->control), err);
    if (!status && o->source)
        status = uncap_copier_open(&w->copier, o->source, &w->output, w->control, err);
    if (!status) {
        choose_orientation(w, o);
        status = open_encoder(w, o, err);
    }
    if (!status)
        status = add_streams(w, err);
    if (!status)
        status = describe_video(w, err);
    if (!status && !(w->packet = av_packet_alloc()))
        status = uncap_fail_nomem(err, "a packet");
    return status ? status
                  : uncap_output_start(&w->output, w->copier ? uncap_copier_container(w->copier) : "", err);
}

int uncap_writer_open(struct uncap_writer **out, const char *path, const struct uncap_writer_options *options,
                      const struct uncap_control *control, struct uncap_error *err)
{
    *out = NULL;
    struct uncap_writer *w = uncap_alloc(1, sizeof(*w));
    if (!w)
        return uncap_fail_nomem(err, "a writer");
    w->control = control;
    w->time_base = options->info->time_base;
    const int status = start(w, path, options, err);
    if (status)
        uncap_writer_close(&w);
    *out = w;
    return status;
}

void uncap_writer_close(struct uncap_writer **writer)
{
    struct uncap_writer *w = *writer;
    if (!w)
        return;
    uncap_encoder_close(&w->encoder);
    av_packet_free(&w->packet);
    uncap_copier_close(&w->copier);
    uncap_output_close(&w->output);
    uncap_free(w->in_flight);
    uncap_free(w);
    *writer = NULL;
}

/* Note the frame's time and give the time under which the encoder gets it: strictly rising whatever the
 * rounding. */
static int enter(struct uncap_writer *w, const struct uncap_frame *frame, int64_t *encoder_pts,
                 struct uncap_error *err)
{
    if (!uncap_grow((void **)&w->in_flight, &w->in_flight_capacity, w->n_in_flight + 1,
                    sizeof(*w->in_flight)))
        return uncap_fail_nomem(err, "frame times");
    int64_t pts = av_rescale_q(frame->pts, w->time_base, w->encoder->time_base);
    if (w->has_frames && pts <= w->last_encoder_pts)
        pts = w->last_encoder_pts + 1;
    w->has_frames = true;
    w->last_encoder_pts = *encoder_pts = pts;
    w->in_flight[w->n_in_flight++] = (struct in_flight){pts, frame->pts, frame->duration};
    return UNCAP_OK;
}

static struct in_flight leave(struct uncap_writer *w, int64_t encoder_pts)
{
    for (size_t i = 0; i < w->n_in_flight; i++)
        if (w->in_flight[i].encoder_pts == encoder_pts) {
            const struct in_flight found = w->in_flight[i];
            w->in_flight[i] = w->in_flight[--w->n_in_flight];
            return found;
        }
    return (struct in_flight){encoder_pts, av_rescale_q(encoder_pts, w->encoder->time_base, w->time_base), 0};
}

/* Encoder times to the output's. Where the encoder's grid is coarser than the container's, the frame's own
 * time holds (those encoders do not reorder, so it is the decode time too). */
static void stamp(struct uncap_writer *w, AVPacket *p)
{
    const struct in_flight frame = leave(w, p->pts);
    const AVRational from = w->encoder->time_base, to = w->stream->time_base;
    const bool is_exact = !av_cmp_q(from, w->time_base);
    const bool keeps_grid = uncap_container_has_fixed_rate(w->output.format->oformat);
    if (is_exact || keeps_grid)
        av_packet_rescale_ts(p, from, to);
    else
        p->pts = p->dts = av_rescale_q(frame.pts, w->time_base, to);
    p->duration = frame.duration > 0 && !keeps_grid ? av_rescale_q(frame.duration, w->time_base, to) : 0;
    if (w->copier) {
        const int64_t offset = av_rescale_q(uncap_copier_offset_us(w->copier), AV_TIME_BASE_Q, to);
        p->pts += offset;
        p->dts += offset;
    }
    p->stream_index = w->stream->index;
}

/* Write what the encoder has ready, each packet after the copied ones that stand before it. */
static int drain(struct uncap_writer *w, struct uncap_error *err)
{
    for (;;) {
        const int code = avcodec_receive_packet(w->encoder, w->packet);
        if (code == AVERROR(EAGAIN) || code == AVERROR_EOF)
            return UNCAP_OK;
        if (code < 0)
            return uncap_fail_av(err, UNCAP_ERR_BACKEND, code, "encoding with %s failed",
                                 w->encoder->codec->name);
        stamp(w, w->packet);
        int status = UNCAP_OK;
        if (w->copier)
            status = uncap_copier_until(
                w->copier, av_rescale_q(w->packet->dts, w->stream->time_base, AV_TIME_BASE_Q), err);
        if (!status)
            status = uncap_output_packet(&w->output, w->packet, err);
        if (status)
            return status;
    }
}

static int send(struct uncap_writer *w, const AVFrame *frame, struct uncap_error *err)
{
    const int code = avcodec_send_frame(w->encoder, frame);
    if (code < 0 && code != AVERROR_EOF)
        return uncap_fail_av(err, UNCAP_ERR_BACKEND, code, "encoding with %s failed",
                             w->encoder->codec->name);
    return drain(w, err);
}

/* A frame as the encoder takes it. */
static int prepare(const struct uncap_writer *w, AVFrame **out, const AVFrame *frame, struct uncap_error *err)
{
    AVFrame *turned = NULL;
    int status = w->turn ? uncap_orientation_turn(&turned, frame, w->turn, err) : UNCAP_OK;
    if (!status)
        status = uncap_encoder_frame(out, w->encoder, turned ? turned : frame, err);
    av_frame_free(&turned);
    if (!status && w->is_upright)
        set_progressive(*out);
    return status;
}

int uncap_writer_frame(struct uncap_writer *w, const struct uncap_frame *frame, struct uncap_error *err)
{
    AVFrame *av = NULL;
    int64_t pts = 0;
    int status = uncap_cancel_check(cancel_of(w->control), err);
    if (!status)
        status = prepare(w, &av, frame->av, err);
    if (!status)
        status = enter(w, frame, &pts, err);
    if (!status) {
        av->pts = pts;
        status = send(w, av, err);
    }
    av_frame_free(&av);
    return status;
}

int uncap_writer_finish(struct uncap_writer *w, struct uncap_error *err)
{
    int status = uncap_cancel_check(cancel_of(w->control), err);
    if (!status)
        status = send(w, NULL, err);
    if (!status && w->copier)
        status = uncap_copier_until(w->copier, INT64_MAX, err);
    return status ? status : uncap_output_finish(&w->output, err);
}

const char *uncap_writer_encoder(const struct uncap_writer *writer)
{
    return writer->encoder->codec->name;
}
