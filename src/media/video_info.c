/* SPDX-License-Identifier: Apache-2.0 */
#include "media/video_info.h"

#include <math.h>
#include <stdio.h>

#include <libavcodec/avcodec.h>
#include <libavutil/pixdesc.h>

#include "media/orientation.h"
#include "media/pixel_format.h"
#include "media/side_data.h"

static void fill_hdr(struct uncap_video_tags *tags, const AVStream *stream, const AVFrame *first)
{
    const AVFrameSideData *mastering =
        av_frame_get_side_data(first, AV_FRAME_DATA_MASTERING_DISPLAY_METADATA);
    const AVFrameSideData *light = av_frame_get_side_data(first, AV_FRAME_DATA_CONTENT_LIGHT_LEVEL);
    const void *m =
        mastering ? mastering->data : uncap_side_data_get(stream, AV_PKT_DATA_MASTERING_DISPLAY_METADATA);
    const void *l = light ? light->data : uncap_side_data_get(stream, AV_PKT_DATA_CONTENT_LIGHT_LEVEL);
    if (m)
        tags->mastering = *(const AVMasteringDisplayMetadata *)m;
    if (l)
        tags->light = *(const AVContentLightMetadata *)l;
    tags->has_mastering = m && (tags->mastering.has_primaries || tags->mastering.has_luminance);
    tags->has_light = l != NULL;
}

static void fill_tags(struct uncap_video_tags *tags, const AVStream *stream, const AVFrame *first)
{
    tags->range = first->color_range;
    tags->primaries = first->color_primaries;
    tags->transfer = first->color_trc;
    tags->matrix = first->colorspace;
    tags->siting = first->chroma_location;
    if (uncap_pixel_is_full_range_twin((enum AVPixelFormat)first->format))
        tags->range = AVCOL_RANGE_JPEG;
    fill_hdr(tags, stream, first);
}

static struct uncap_colour colour_of(const struct uncap_video_info *info)
{
    const bool is_rgb = (av_pix_fmt_desc_get(info->pix_fmt)->flags & AV_PIX_FMT_FLAG_RGB) != 0;
    struct uncap_colour colour = {.matrix = (int)info->tags.matrix,
                                  .is_full_range = is_rgb ? info->tags.range != AVCOL_RANGE_MPEG
                                                          : info->tags.range == AVCOL_RANGE_JPEG};
    if (is_rgb)
        colour.matrix = AVCOL_SPC_RGB;
    else if (colour.matrix == AVCOL_SPC_UNSPECIFIED || colour.matrix == AVCOL_SPC_RGB)
        colour.matrix = info->h > 576 ? AVCOL_SPC_BT709 : AVCOL_SPC_SMPTE170M;
    return colour;
}

static bool is_interlaced(const AVFrame *frame, bool *is_top_first)
{
#if LIBAVUTIL_VERSION_INT >= AV_VERSION_INT(58, 7, 100)
    *is_top_first = (frame->flags & AV_FRAME_FLAG_TOP_FIELD_FIRST) != 0;
    return (frame->flags & AV_FRAME_FLAG_INTERLACED) != 0;
#else
    *is_top_first = frame->top_field_first;
    return frame->interlaced_frame;
#endif
}

static enum AVFieldOrder field_order_of(const AVStream *stream, const AVFrame *first)
{
    bool is_top_first;
    const enum AVFieldOrder stated = stream->codecpar->field_order;
    if (stated != AV_FIELD_UNKNOWN || !is_interlaced(first, &is_top_first))
        return stated;
    return is_top_first ? AV_FIELD_TT : AV_FIELD_BB;
}

static double duration_of(const AVFormatContext *format, const AVStream *stream)
{
    if (stream->duration != AV_NOPTS_VALUE)
        return (double)stream->duration * av_q2d(stream->time_base);
    return format->duration != AV_NOPTS_VALUE ? (double)format->duration / AV_TIME_BASE : 0;
}

static int64_t guess_n_frames(const struct uncap_video_info *info, const AVStream *stream)
{
    if (stream->nb_frames > 0)
        return stream->nb_frames;
    return info->frame_rate.den ? llround(info->duration_s * av_q2d(info->frame_rate)) : 0;
}

int uncap_video_info_fill(struct uncap_video_info *info, const struct uncap_demux *demux,
                          const AVFrame *first, struct uncap_error *err)
{
    AVStream *stream = uncap_demux_video(demux);
    const enum AVPixelFormat raw = (enum AVPixelFormat)first->format;
    info->pix_fmt = uncap_pixel_planar(raw);
    if (info->pix_fmt == AV_PIX_FMT_NONE)
        return uncap_fail(err, UNCAP_ERR_UNSUPPORTED, "'%s': pictures of sample format %s are not supported",
                          demux->path, av_get_pix_fmt_name(raw) ? av_get_pix_fmt_name(raw) : "unknown");
    info->w = first->width;
    info->h = first->height;
    info->format = uncap_pixel_format(info->pix_fmt);
    info->time_base = stream->time_base;
    info->frame_rate = av_guess_frame_rate(demux->format, stream, NULL);
    info->sample_aspect_ratio = av_guess_sample_aspect_ratio(demux->format, stream, (AVFrame *)first);
    info->duration_s = duration_of(demux->format, stream);
    info->n_frames_guess = guess_n_frames(info, stream);
    info->codec_id = stream->codecpar->codec_id;
    info->has_constant_rate =
        stream->avg_frame_rate.num > 0 && !av_cmp_q(stream->avg_frame_rate, stream->r_frame_rate);
    info->field_order = field_order_of(stream, first);
    fill_tags(&info->tags, stream, first);
    info->colour = colour_of(info); /* by the coded height */
    info->orientation = uncap_orientation_of_stream(stream, info->pix_fmt);
    uncap_orientation_turn_info(info, info->orientation);
    snprintf(info->codec, sizeof(info->codec), "%s", avcodec_get_name(info->codec_id));
    snprintf(info->container, sizeof(info->container), "%s", demux->format->iformat->name);
    return UNCAP_OK;
}
