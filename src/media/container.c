/* SPDX-License-Identifier: Apache-2.0 */
#include "media/container.h"

#include <string.h>

#include <libavcodec/avcodec.h>

bool uncap_container_is(const AVOutputFormat *format, const char *name)
{
    return !strcmp(format->name, name);
}

static bool is_one_of(const AVOutputFormat *format, const char *const *names)
{
    for (; *names; names++)
        if (uncap_container_is(format, *names))
            return true;
    return false;
}

bool uncap_container_is_mp4(const AVOutputFormat *format)
{
    static const char *const names[] = {"mp4", "mov", "ipod", "3gp", "3g2", "psp", "f4v", "ismv", NULL};
    return is_one_of(format, names);
}

bool uncap_container_is_matroska(const AVOutputFormat *format)
{
    static const char *const names[] = {"matroska", "webm", NULL};
    return is_one_of(format, names);
}

bool uncap_container_has_display_matrix(const AVOutputFormat *format)
{
    return uncap_container_is_mp4(format);
}

bool uncap_container_has_fixed_rate(const AVOutputFormat *format)
{
    return uncap_container_is(format, "avi");
}

int uncap_container_find(const AVOutputFormat **out, const char *path, struct uncap_error *err)
{
    *out = av_guess_format(NULL, path, NULL);
    if (*out && !((*out)->flags & (AVFMT_NOFILE | AVFMT_NEEDNUMBER)) &&
        (*out)->video_codec != AV_CODEC_ID_NONE)
        return UNCAP_OK;
    return uncap_fail(
        err, UNCAP_ERR_ARG,
        "cannot tell a video container from the name '%s'; end it in .mp4, .mkv, .mov, .webm, .ts or .avi",
        path);
}

/* What ISO/IEC 13818-1 and its users define; libavformat would write anything else as private data that no
 * player reads. */
static bool transport_stream_holds(enum AVCodecID codec)
{
    static const enum AVCodecID codecs[] = {
        AV_CODEC_ID_MPEG1VIDEO, AV_CODEC_ID_MPEG2VIDEO, AV_CODEC_ID_MPEG4,        AV_CODEC_ID_H264,
        AV_CODEC_ID_HEVC,       AV_CODEC_ID_VC1,        AV_CODEC_ID_DIRAC,        AV_CODEC_ID_MP1,
        AV_CODEC_ID_MP2,        AV_CODEC_ID_MP3,        AV_CODEC_ID_AAC,          AV_CODEC_ID_AAC_LATM,
        AV_CODEC_ID_AC3,        AV_CODEC_ID_EAC3,       AV_CODEC_ID_DTS,          AV_CODEC_ID_TRUEHD,
        AV_CODEC_ID_OPUS,       AV_CODEC_ID_S302M,      AV_CODEC_ID_DVB_SUBTITLE, AV_CODEC_ID_DVB_TELETEXT,
        AV_CODEC_ID_SMPTE_KLV,  AV_CODEC_ID_TIMED_ID3,
    };
    for (size_t i = 0; i < sizeof(codecs) / sizeof(codecs[0]); i++)
        if (codecs[i] == codec)
            return true;
    return false;
}

bool uncap_container_holds(const AVOutputFormat *format, enum AVMediaType type, enum AVCodecID codec)
{
    if (uncap_container_is(format, "mpegts"))
        return transport_stream_holds(codec);
    if (type == AVMEDIA_TYPE_ATTACHMENT)
        return uncap_container_is(format, "matroska");
    if (codec == AV_CODEC_ID_NONE)
        return false;
    const int answer = avformat_query_codec(format, codec, FF_COMPLIANCE_NORMAL);
    if (answer != AVERROR_PATCHWELCOME)
        return answer > 0;
    /* The muxer does not say: take the kinds of streams that it has a codec of its own for. */
    return (type == AVMEDIA_TYPE_VIDEO && format->video_codec != AV_CODEC_ID_NONE) ||
           (type == AVMEDIA_TYPE_AUDIO && format->audio_codec != AV_CODEC_ID_NONE) ||
           (type == AVMEDIA_TYPE_SUBTITLE && format->subtitle_codec != AV_CODEC_ID_NONE);
}

uint32_t uncap_container_tag(const AVOutputFormat *format, const AVCodecParameters *source)
{
    unsigned ours;
    if (!format->codec_tag || av_codec_get_id(format->codec_tag, source->codec_tag) == source->codec_id ||
        !av_codec_get_tag2(format->codec_tag, source->codec_id, &ours))
        return source->codec_tag;
    return 0;
}
