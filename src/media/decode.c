/* SPDX-License-Identifier: Apache-2.0 */
#include "media/decode.h"

#include <inttypes.h>
#include <math.h>

#include <libavcodec/avcodec.h>
#include <libavutil/cpu.h>

#include "base/memory.h"
#include "media/av_error.h"
#include "media/demux.h"
#include "media/orientation.h"
#include "media/pixel_format.h"
#include "media/video_info.h"

/* Read errors in a row after which a damaged file is taken to have ended. */
enum { MAX_READ_ERRORS = 4096 };

struct uncap_decoder {
    struct uncap_demux *demux;
    struct uncap_cancel *cancel;
    AVCodecContext *codec;
    AVPacket *packet;
    AVFrame *raw; /* as the decoder gives it */
    struct uncap_decoder_options options;
    struct uncap_video_info info;
    enum AVPixelFormat raw_format, planar_format; /* of the coded picture, as it comes and as it is held */
    int raw_w, raw_h;
    int64_t next_index, next_pts; /* next_pts: the earliest the next frame may have; NOPTS before the first */
    int64_t damaged;
    int read_errors;  /* in a row */
    bool has_pending; /* raw holds a frame that was not given out yet */
    bool is_drained;  /* the codec was told that there are no more packets */
    bool is_ended;
};

static const char *path_of(const struct uncap_decoder *d)
{
    return d->demux->path;
}

/* A recording that was joined in the middle starts with pictures whose references were never in the file. */
static bool is_joining(const struct uncap_decoder *d)
{
    return !d->next_index && d->demux->format->iformat->flags & AVFMT_TS_DISCONT;
}

static int damage(struct uncap_decoder *d, int code, const char *what, struct uncap_error *err)
{
    if (code == AVERROR(ENOMEM) || code == AVERROR_EXIT)
        return uncap_fail_av(err, UNCAP_ERR_MEDIA, code, "cannot decode '%s'", path_of(d));
    if (is_joining(d))
        return UNCAP_OK;
    if (!d->options.allow_damaged)
        return uncap_fail_cause(err, UNCAP_ERR_MEDIA, code,
                                "'%s' is damaged: %s after frame %" PRId64
                                "; --allow-damaged goes on with what is left",
                                path_of(d), what, d->next_index);
    d->damaged++;
    return UNCAP_OK;
}

/* Read the next packet of the video stream; *is_end after the last one. */
static int read_packet(struct uncap_decoder *d, bool *is_end, struct uncap_error *err)
{
    for (;;) {
        int status = uncap_cancel_check(d->cancel, err);
        if (status)
            return status;
        const int code = av_read_frame(d->demux->format, d->packet);
        if (code == AVERROR_EOF) {
            *is_end = true;
            return UNCAP_OK;
        }
        if (code >= 0) {
            d->read_errors = 0;
            if (d->packet->stream_index == d->demux->video)
                return UNCAP_OK;
            av_packet_unref(d->packet);
            continue;
        }
        status = damage(d, code, "a packet cannot be read", err);
        if (status)
            return status;
        if (++d->read_errors >= MAX_READ_ERRORS || code == AVERROR(EIO)) {
            *is_end = true;
            return UNCAP_OK;
        }
    }
}

static int feed(struct uncap_decoder *d, struct uncap_error *err)
{
    bool is_end = false;
    int status = read_packet(d, &is_end, err);
    if (status)
        return status;
    if (is_end) {
        d->is_drained = true;
        avcodec_send_packet(d->codec, NULL);
        return UNCAP_OK;
    }
    if (d->packet->flags & AV_PKT_FLAG_CORRUPT)
        status = damage(d, AVERROR_INVALIDDATA, "an incomplete packet", err);
    if (!status) {
        const int code = avcodec_send_packet(d->codec, d->packet);
        if (code < 0 && code != AVERROR(EAGAIN))
            status = damage(d, code, "a packet cannot be decoded", err);
    }
    av_packet_unref(d->packet);
    return status;
}

static bool is_faulty(const AVFrame *frame)
{
    return frame->flags & AV_FRAME_FLAG_CORRUPT || frame->decode_error_flags;
}

/* Decode until d->raw holds a frame, or the end. */
static int receive(struct uncap_decoder *d, struct uncap_error *err)
{
    for (;;) {
        const int code = avcodec_receive_frame(d->codec, d->raw);
        int status = UNCAP_OK;
        if (code >= 0) {
            d->has_pending = true;
            return is_faulty(d->raw) ? damage(d, AVERROR_INVALIDDATA, "a picture with errors", err)
                                     : UNCAP_OK;
        }
        if (code == AVERROR_EOF || (code == AVERROR(EAGAIN) && d->is_drained)) {
            d->is_ended = true;
            return UNCAP_OK;
        }
        if (code == AVERROR(EAGAIN))
            status = feed(d, err);
        else
            status = damage(d, code, "a packet cannot be decoded", err);
        if (status)
            return status;
    }
}

static int64_t frame_duration(const struct uncap_decoder *d, const AVFrame *av)
{
#if LIBAVUTIL_VERSION_MAJOR >= 58
    const int64_t stated = av->duration;
#else
    const int64_t stated = av->pkt_duration;
#endif
    if (stated > 0 || !d->info.frame_rate.num)
        return stated;
    return av_rescale_q(1, av_inv_q(d->info.frame_rate), d->info.time_base);
}

/* Frames without a time follow their predecessor at the frame rate; time never stands still or runs back. */
static void stamp(struct uncap_decoder *d, struct uncap_frame *frame)
{
    const int64_t stated = frame->av->best_effort_timestamp;
    frame->index = d->next_index++;
    frame->duration = frame_duration(d, frame->av);
    const int64_t step = frame->duration > 0 ? frame->duration : 1;
    if (stated != AV_NOPTS_VALUE && (d->next_pts == AV_NOPTS_VALUE || stated >= d->next_pts))
        frame->pts = stated;
    else
        frame->pts = d->next_pts == AV_NOPTS_VALUE ? 0
                     : stated == AV_NOPTS_VALUE    ? d->next_pts - 1 + step
                                                   : d->next_pts;
    d->next_pts = frame->pts + 1;
    frame->av->pts = frame->pts;
}

/* Turn the frame as a player does; it stays as it is, at no cost, where there is nothing to turn. */
static int set_upright(const struct uncap_decoder *d, struct uncap_frame *frame, struct uncap_error *err)
{
    if (!d->info.orientation)
        return UNCAP_OK;
    AVFrame *coded = frame->av;
    const int status = uncap_orientation_turn(&frame->av, coded, d->info.orientation, err);
    av_frame_free(&coded);
    return status;
}

/* Move d->raw into a planar frame of the same sides. */
static int take_planar(struct uncap_decoder *d, AVFrame **out, struct uncap_error *err)
{
    const AVFrame *raw = d->raw;
    const enum AVPixelFormat format = d->planar_format;
    if (raw->format != (int)format && !uncap_pixel_is_full_range_twin(d->raw_format)) {
        const int status = uncap_pixel_repack(out, raw, format, err);
        if (!status)
            av_frame_unref(d->raw);
        return status;
    }
    *out = av_frame_alloc();
    if (!*out)
        return uncap_fail_nomem(err, "a frame");
    av_frame_move_ref(*out, d->raw);
    (*out)->format = format;
    return UNCAP_OK;
}

/* Move d->raw into the form that the others see. */
static int take(struct uncap_decoder *d, struct uncap_frame *frame, struct uncap_error *err)
{
    const AVFrame *raw = d->raw;
    if (raw->width != d->raw_w || raw->height != d->raw_h || raw->format != (int)d->raw_format)
        return uncap_fail(
            err, UNCAP_ERR_UNSUPPORTED,
            "'%s': the picture changes from %dx%d to %dx%d or its sample format changes at frame %" PRId64
            "; split the file there",
            path_of(d), d->raw_w, d->raw_h, raw->width, raw->height, d->next_index);
    int status = take_planar(d, &frame->av, err);
    if (status)
        return status;
    if (uncap_pixel_is_full_range_twin(d->raw_format))
        frame->av->color_range = AVCOL_RANGE_JPEG;
    d->has_pending = false;
    status = set_upright(d, frame, err);
    if (!status)
        stamp(d, frame);
    return status;
}

/* Frames that the file should have had but for its missing end. */
static void count_missing(struct uncap_decoder *d)
{
    if (d->demux->is_cut && d->info.n_frames_guess > d->next_index + d->damaged)
        d->damaged = d->info.n_frames_guess - d->next_index;
}

int uncap_decoder_next(struct uncap_decoder *d, struct uncap_frame *frame, struct uncap_error *err)
{
    *frame = (struct uncap_frame){.av = NULL};
    int status = uncap_cancel_check(d->cancel, err);
    if (!status && !d->has_pending && !d->is_ended) {
        status = receive(d, err);
        if (!status && d->is_ended)
            count_missing(d);
    }
    if (status || !d->has_pending)
        return status;
    return take(d, frame, err);
}

/* Frame threads take a tenth more of the processors than one thread does, and whoever waits for the
 * frames has more to do with a small one than decoding took: it gets half of the processors, a large one
 * all. */
static int threads_for(const struct uncap_decoder *d, const AVCodecParameters *video)
{
    enum { SMALL = 1280 * 720, MOST = 16 };
    const int asked = d->options.threads > 0 ? d->options.threads : av_cpu_count();
    const int n = (int64_t)video->width * video->height > SMALL ? asked : asked / 2;
    return n < 1 ? 1 : n > MOST ? MOST : n;
}

static int open_codec(struct uncap_decoder *d, struct uncap_error *err)
{
    const AVStream *stream = uncap_demux_video(d->demux);
    const AVCodec *codec = avcodec_find_decoder(stream->codecpar->codec_id);
    if (!codec)
        return uncap_fail(err, UNCAP_ERR_MEDIA,
                          "cannot decode '%s': this build of FFmpeg has no decoder for %s", path_of(d),
                          avcodec_get_name(stream->codecpar->codec_id));
    d->codec = avcodec_alloc_context3(codec);
    d->packet = av_packet_alloc();
    d->raw = av_frame_alloc();
    if (!d->codec || !d->packet || !d->raw)
        return uncap_fail_nomem(err, "a decoder");
    int code = avcodec_parameters_to_context(d->codec, stream->codecpar);
    d->codec->pkt_timebase = stream->time_base;
    d->codec->thread_count = threads_for(d, stream->codecpar);
    /* A frame thread marks a concealed picture after it may have been handed out; an error code is never
     * late. */
    if (!d->options.allow_damaged)
        d->codec->err_recognition |= AV_EF_EXPLODE;
    d->codec->log_level_offset = AV_LOG_TRACE; /* errors come back as codes; the library prints nothing */
    if (code >= 0)
        code = avcodec_open2(d->codec, codec, NULL);
    return code < 0
               ? uncap_fail_av(err, UNCAP_ERR_MEDIA, code, "cannot decode '%s' (%s)", path_of(d), codec->name)
               : UNCAP_OK;
}

static int open_first(struct uncap_decoder *d, struct uncap_error *err)
{
    if (d->demux->is_cut && !d->options.allow_damaged)
        return uncap_fail(err, UNCAP_ERR_MEDIA,
                          "'%s' is cut short: it is shorter than it says itself; copy or download it "
                          "again, or use --allow-damaged to go on with what is left",
                          path_of(d));
    int status = receive(d, err);
    if (status)
        return status;
    if (d->is_ended)
        return uncap_fail(err, UNCAP_ERR_MEDIA, "'%s': no picture could be decoded", path_of(d));
    d->raw_format = (enum AVPixelFormat)d->raw->format;
    d->planar_format = uncap_pixel_planar(d->raw_format);
    d->raw_w = d->raw->width;
    d->raw_h = d->raw->height;
    return uncap_video_info_fill(&d->info, d->demux, d->raw, err);
}

int uncap_decoder_open(struct uncap_decoder **out, const char *path,
                       const struct uncap_decoder_options *options, struct uncap_cancel *cancel,
                       struct uncap_error *err)
{
    *out = NULL;
    struct uncap_decoder *d = uncap_alloc(1, sizeof(*d));
    if (!d)
        return uncap_fail_nomem(err, "a decoder");
    if (options)
        d->options = *options;
    d->cancel = cancel;
    d->next_pts = AV_NOPTS_VALUE;
    int status = uncap_demux_open(&d->demux, path, cancel, err);
    if (!status) {
        uncap_demux_keep_only(d->demux, d->demux->video);
        status = open_codec(d, err);
    }
    if (!status)
        status = open_first(d, err);
    if (status)
        uncap_decoder_close(&d);
    *out = d;
    return status;
}

void uncap_decoder_close(struct uncap_decoder **decoder)
{
    struct uncap_decoder *d = *decoder;
    if (!d)
        return;
    avcodec_free_context(&d->codec);
    av_packet_free(&d->packet);
    av_frame_free(&d->raw);
    uncap_demux_close(&d->demux);
    uncap_free(d);
    *decoder = NULL;
}

const struct uncap_video_info *uncap_decoder_info(const struct uncap_decoder *decoder)
{
    return &decoder->info;
}

int64_t uncap_decoder_damaged(const struct uncap_decoder *decoder)
{
    return decoder->damaged;
}
