/* SPDX-License-Identifier: Apache-2.0 */
#include "media/copier.h"

#include <string.h>

#include "base/log.h"
#include "base/memory.h"
#include "media/av_error.h"
#include "media/container.h"
#include "media/demux.h"
#include "media/metadata.h"
#include "media/side_data.h"

/* The decoder judges damage before the copier meets it; a file that gives nothing but errors ends here. */
enum { MAX_DAMAGED = 4096 };

/* One stream of the source. */
struct route {
    int to; /* index in the output, -1: not copied */
    int64_t last_dts, last_duration;
};

struct uncap_copier {
    struct uncap_demux *demux;
    struct uncap_output *output;
    const struct uncap_control *control;
    struct route *routes;
    AVPacket *packet;
    bool has_packet; /* packet holds one that was not due yet */
    bool is_ended;
    int n_damaged; /* packets that could not be read */
    int64_t offset_us;
};

static struct uncap_cancel *cancel_of(const struct uncap_control *control)
{
    return control ? control->cancel : NULL;
}

/* A transport or program stream keeps the clock of its sender. Moved to 0 unless the output keeps such a
 * clock too. */
static int64_t choose_offset(const struct uncap_copier *c)
{
    const AVFormatContext *in = c->demux->format;
    if (!(in->iformat->flags & AVFMT_TS_DISCONT) || in->start_time == AV_NOPTS_VALUE ||
        uncap_container_is(c->output->format->oformat, "mpegts"))
        return 0;
    return -in->start_time;
}

int uncap_copier_open(struct uncap_copier **out, const char *source, struct uncap_output *output,
                      const struct uncap_control *control, struct uncap_error *err)
{
    *out = NULL;
    struct uncap_copier *c = uncap_alloc(1, sizeof(*c));
    if (!c)
        return uncap_fail_nomem(err, "a stream copier");
    c->output = output;
    c->control = control;
    int status = uncap_demux_open(&c->demux, source, cancel_of(control), err);
    if (!status) {
        c->packet = av_packet_alloc();
        c->routes = uncap_alloc(c->demux->format->nb_streams, sizeof(*c->routes));
        c->offset_us = choose_offset(c);
        if (!c->packet || !c->routes)
            status = uncap_fail_nomem(err, "a stream copier");
    }
    if (status)
        uncap_copier_close(&c);
    *out = c;
    return status;
}

void uncap_copier_close(struct uncap_copier **copier)
{
    struct uncap_copier *c = *copier;
    if (!c)
        return;
    av_packet_free(&c->packet);
    uncap_demux_close(&c->demux);
    uncap_free(c->routes);
    uncap_free(c);
    *copier = NULL;
}

const AVStream *uncap_copier_video(const struct uncap_copier *copier)
{
    return uncap_demux_video(copier->demux);
}

const char *uncap_copier_container(const struct uncap_copier *copier)
{
    return copier->demux->format->iformat->name;
}

int64_t uncap_copier_offset_us(const struct uncap_copier *copier)
{
    return copier->offset_us;
}

static AVStream *new_stream(struct uncap_copier *c, const AVStream *in)
{
    AVStream *out = avformat_new_stream(c->output->format, NULL);
    if (!out)
        return NULL;
    if (uncap_container_is(c->output->format->oformat, "mpegts"))
        out->id = in->id;
    out->time_base = in->time_base;
    out->start_time = in->start_time;
    out->duration = in->duration;
    out->disposition = in->disposition;
    out->sample_aspect_ratio = in->sample_aspect_ratio;
    out->avg_frame_rate = in->avg_frame_rate;
    out->r_frame_rate = in->r_frame_rate;
    return out;
}

/* Matroska stores a cover picture as an attached file. */
static int make_attachment(AVStream *out, const AVStream *in, struct uncap_error *err)
{
    AVCodecParameters *par = out->codecpar;
    const bool is_png = par->codec_id == AV_CODEC_ID_PNG;
    const size_t size = (size_t)in->attached_pic.size;
    par->codec_type = AVMEDIA_TYPE_ATTACHMENT;
    par->codec_tag = 0;
    av_freep(&par->extradata);
    par->extradata_size = 0;
    par->extradata = av_mallocz(size + AV_INPUT_BUFFER_PADDING_SIZE);
    if (!par->extradata ||
        av_dict_set(&out->metadata, "filename", is_png ? "cover.png" : "cover.jpg", AV_DICT_DONT_OVERWRITE) <
            0 ||
        av_dict_set(&out->metadata, "mimetype", is_png ? "image/png" : "image/jpeg", AV_DICT_DONT_OVERWRITE) <
            0)
        return uncap_fail_nomem(err, "a cover picture");
    memcpy(par->extradata, in->attached_pic.data, size);
    par->extradata_size = (int)size;
    out->disposition = 0;
    return UNCAP_OK;
}

static bool is_picture_file(const AVStream *in)
{
    return uncap_demux_is_cover(in) && in->attached_pic.size > 0 &&
           (in->codecpar->codec_id == AV_CODEC_ID_MJPEG || in->codecpar->codec_id == AV_CODEC_ID_PNG);
}

/* Quarter turns of a video that is encoded anew are made instead; what is copied stays as it lies. */
static void warn_unturned(const struct uncap_copier *c, const AVStream *in)
{
    if (uncap_side_data_get(in, AV_PKT_DATA_DISPLAYMATRIX) &&
        !uncap_container_has_display_matrix(c->output->format->oformat))
        uncap_log(c->control, UNCAP_LOG_WARNING,
                  "stream %d is to be turned by players, and %s cannot tell them so; .mp4 and .mov can",
                  in->index, c->output->format->oformat->long_name);
}

static int add_copied(struct uncap_copier *c, int i, struct uncap_error *err)
{
    const AVStream *in = c->demux->format->streams[i];
    AVStream *out = new_stream(c, in);
    if (!out || avcodec_parameters_copy(out->codecpar, in->codecpar) < 0)
        return uncap_fail_nomem(err, "a stream");
    out->codecpar->codec_tag = uncap_container_tag(c->output->format->oformat, in->codecpar);
    int status = uncap_metadata_copy_stream(out, in, false, err);
    if (!status && is_picture_file(in) && uncap_container_is(c->output->format->oformat, "matroska"))
        return make_attachment(out, in, err);
    if (!status)
        status = uncap_side_data_copy_all(out, in, err);
    warn_unturned(c, in);
    c->routes[i].to = out->index;
    return status;
}

/* Chapters and time codes of MOV come as data streams too; they are carried as chapters and as a tag. */
static bool is_carried_otherwise(const AVFormatContext *in, const AVStream *s)
{
    if (s->codecpar->codec_type != AVMEDIA_TYPE_DATA)
        return false;
    const bool is_chapter_text = s->discard == AVDISCARD_ALL && in->nb_chapters;
    return is_chapter_text || s->codecpar->codec_tag == MKTAG('t', 'm', 'c', 'd');
}

static bool can_hold(const struct uncap_copier *c, const AVStream *in)
{
    const AVOutputFormat *to = c->output->format->oformat;
    if (is_picture_file(in) && uncap_container_is(to, "matroska"))
        return true;
    if (uncap_demux_is_cover(in))
        return uncap_container_is_mp4(to) &&
               uncap_container_holds(to, AVMEDIA_TYPE_VIDEO, in->codecpar->codec_id);
    return uncap_container_holds(to, in->codecpar->codec_type, in->codecpar->codec_id);
}

static void warn_left_out(const struct uncap_copier *c, const AVStream *in)
{
    const AVDictionaryEntry *language = av_dict_get(in->metadata, "language", NULL, 0);
    const char *type = av_get_media_type_string(in->codecpar->codec_type);
    uncap_log(c->control, UNCAP_LOG_WARNING,
              "stream %d (%s %s%s%s) is left out: %s cannot hold it; .mkv holds more", in->index,
              uncap_demux_is_cover(in) ? "cover picture"
              : type                   ? type
                                       : "unknown",
              avcodec_get_name(in->codecpar->codec_id), language ? ", " : "", language ? language->value : "",
              c->output->format->oformat->long_name);
}

static int add_encoded(struct uncap_copier *c, int i, AVStream **video, const struct uncap_video_tags *tags,
                       bool is_upright, struct uncap_error *err)
{
    const AVStream *in = c->demux->format->streams[i];
    *video = new_stream(c, in);
    if (!*video)
        return uncap_fail_nomem(err, "a stream");
    if (!is_upright)
        warn_unturned(c, in);
    const int status = uncap_metadata_copy_stream(*video, in, true, err);
    return status ? status : uncap_side_data_copy_picture(*video, in, tags, is_upright, err);
}

int uncap_copier_add_streams(struct uncap_copier *c, AVStream **video, const struct uncap_video_tags *tags,
                             bool is_upright, struct uncap_error *err)
{
    AVFormatContext *in = c->demux->format;
    int status = UNCAP_OK;
    for (int i = 0; i < (int)in->nb_streams && !status; i++) {
        AVStream *s = in->streams[i];
        c->routes[i] = (struct route){.to = -1, .last_dts = AV_NOPTS_VALUE};
        if (video && i == c->demux->video)
            status = add_encoded(c, i, video, tags, is_upright, err);
        else if (is_carried_otherwise(in, s))
            continue;
        else if (can_hold(c, s))
            status = add_copied(c, i, err);
        else if (i == c->demux->video)
            status = uncap_fail(err, UNCAP_ERR_UNSUPPORTED, "%s cannot hold the video of '%s' (%s)",
                                c->output->format->oformat->long_name, c->demux->path,
                                avcodec_get_name(s->codecpar->codec_id));
        else
            warn_left_out(c, s);
        if (c->routes[i].to < 0)
            s->discard = AVDISCARD_ALL;
    }
    if (!status)
        status = uncap_metadata_copy_file(c->output->format, in, err);
    return status ? status : uncap_metadata_copy_chapters(c->output->format, in, err);
}

/* What an edit list of MP4 hides. Other containers have no edit lists, so there it would be heard; the last
 * packets before the beginning stay, as a sound decoder needs them to warm up. */
static bool is_cut_away(const struct uncap_copier *c, const AVPacket *p)
{
    if (!(p->flags & AV_PKT_FLAG_DISCARD) || uncap_container_is_mp4(c->output->format->oformat))
        return false;
    const int64_t warm_up_us = 100000;
    const int64_t t =
        av_rescale_q(p->pts, c->demux->format->streams[p->stream_index]->time_base, AV_TIME_BASE_Q);
    return t >= 0 || t < -warm_up_us;
}

/* Read the next packet that is to be copied; *is_ended after the last one. */
static int read_packet(struct uncap_copier *c, struct uncap_error *err)
{
    while (!c->has_packet && !c->is_ended) {
        const int status = uncap_cancel_check(cancel_of(c->control), err);
        if (status)
            return status;
        const int code = av_read_frame(c->demux->format, c->packet);
        if (code == AVERROR_EOF) {
            c->is_ended = true;
        } else if (code == AVERROR_INVALIDDATA && c->n_damaged < MAX_DAMAGED) {
            if (!c->n_damaged++)
                uncap_log(c->control, UNCAP_LOG_WARNING,
                          "'%s' is damaged: parts of its other streams are lost", c->demux->path);
        } else if (code < 0) {
            return uncap_fail_av(err, UNCAP_ERR_MEDIA, code, "cannot read '%s'", c->demux->path);
        } else if (c->routes[c->packet->stream_index].to >= 0 && !is_cut_away(c, c->packet)) {
            c->has_packet = true;
        } else {
            av_packet_unref(c->packet);
        }
    }
    return UNCAP_OK;
}

static int64_t time_us(const struct uncap_copier *c)
{
    const AVPacket *p = c->packet;
    const int64_t t = p->dts != AV_NOPTS_VALUE ? p->dts : p->pts;
    if (t == AV_NOPTS_VALUE)
        return INT64_MIN; /* follows what was read before it */
    return av_rescale_q(t, c->demux->format->streams[p->stream_index]->time_base, AV_TIME_BASE_Q) +
           c->offset_us;
}

/* Up to version 59 libavformat's Matroska demuxer takes the codec delay of Opus off and its muxer does not
 * put it back (that line is commented out), so sound would run ahead by 6.5 ms with every copy. */
static int64_t codec_delay(const struct uncap_copier *c, const AVStream *in, AVRational time_base)
{
    const AVCodecParameters *par = in->codecpar;
    if (LIBAVFORMAT_VERSION_MAJOR > 59 || par->codec_id != AV_CODEC_ID_OPUS || !par->initial_padding ||
        !uncap_container_is_matroska(c->output->format->oformat) ||
        !strstr(uncap_copier_container(c), "matroska"))
        return 0;
    return av_rescale_q(par->initial_padding, (AVRational){1, 48000}, time_base);
}

/* Matroska stores no decode times, and libavformat cannot tell those of the first packets where pictures are
 * reordered: they lie that many frames before the first picture. All in the output's time base. */
static int64_t missing_dts(const AVStream *in, const struct route *r, const AVPacket *p, AVRational time_base)
{
    if (r->last_dts != AV_NOPTS_VALUE)
        return p->pts == AV_NOPTS_VALUE ? r->last_dts + r->last_duration
                                        : FFMIN(r->last_dts + r->last_duration, p->pts);
    if (p->pts == AV_NOPTS_VALUE)
        return 0;
    int64_t duration = p->duration;
    if (!duration && in->avg_frame_rate.num > 0)
        duration = av_rescale_q(1, av_inv_q(in->avg_frame_rate), time_base);
    return p->pts - in->codecpar->video_delay * duration;
}

/* Give the packet the output's times; dts never runs back. */
static void stamp(struct uncap_copier *c, struct route *r)
{
    AVPacket *p = c->packet;
    const AVStream *in = c->demux->format->streams[p->stream_index];
    const AVStream *out = c->output->format->streams[r->to];
    av_packet_rescale_ts(p, in->time_base, out->time_base);
    const int64_t offset =
        av_rescale_q(c->offset_us, AV_TIME_BASE_Q, out->time_base) + codec_delay(c, in, out->time_base);
    if (p->pts != AV_NOPTS_VALUE)
        p->pts += offset;
    const bool has_no_time = p->pts == AV_NOPTS_VALUE && p->dts == AV_NOPTS_VALUE;
    p->dts = p->dts != AV_NOPTS_VALUE ? p->dts + offset : missing_dts(in, r, p, out->time_base);
    if (has_no_time)
        p->pts = p->dts;
    const int64_t step = c->output->format->oformat->flags & AVFMT_TS_NONSTRICT ? 0 : 1;
    if (r->last_dts != AV_NOPTS_VALUE && p->dts < r->last_dts + step)
        p->dts = r->last_dts + step;
    if (p->pts != AV_NOPTS_VALUE && p->pts < p->dts)
        p->pts = p->dts;
    r->last_dts = p->dts;
    r->last_duration = p->duration > 0 ? p->duration : 1;
    p->stream_index = r->to;
    p->pos = -1;
}

/* Raw streams and AVI do not tell when a picture is shown: where they are reordered only a decoder knows. */
static bool is_timeless(const struct uncap_copier *c)
{
    const AVOutputFormat *to = c->output->format->oformat;
    return c->packet->stream_index == c->demux->video && c->packet->pts == AV_NOPTS_VALUE &&
           !(to->flags & AVFMT_NOTIMESTAMPS) && !uncap_container_has_fixed_rate(to);
}

int uncap_copier_until(struct uncap_copier *c, int64_t until_us, struct uncap_error *err)
{
    for (;;) {
        int status = read_packet(c, err);
        if (status || c->is_ended)
            return status;
        if (time_us(c) >= until_us && until_us != INT64_MAX)
            return UNCAP_OK;
        if (is_timeless(c))
            return uncap_fail(err, UNCAP_ERR_UNSUPPORTED, "'%s' does not tell when its pictures are shown",
                              c->demux->path);
        stamp(c, &c->routes[c->packet->stream_index]);
        c->has_packet = false;
        status = uncap_output_packet(c->output, c->packet, err);
        if (status)
            return status;
    }
}
