/* SPDX-License-Identifier: Apache-2.0 */
#include "media/side_data.h"

#include <string.h>

#include <libavcodec/avcodec.h>

#if LIBAVFORMAT_VERSION_MAJOR >= 61
static const AVPacketSideData *items(const AVStream *s, int *n)
{
    *n = s->codecpar->nb_coded_side_data;
    return s->codecpar->coded_side_data;
}

static void *add(AVStream *s, enum AVPacketSideDataType type, size_t size)
{
    AVPacketSideData *item = av_packet_side_data_new(&s->codecpar->coded_side_data,
                                                     &s->codecpar->nb_coded_side_data, type, size, 0);
    return item ? item->data : NULL;
}
#else
static const AVPacketSideData *items(const AVStream *s, int *n)
{
    *n = s->nb_side_data;
    return s->side_data;
}

static void *add(AVStream *s, enum AVPacketSideDataType type, size_t size)
{
    return av_stream_new_side_data(s, type, size);
}
#endif

const void *uncap_side_data_get(const AVStream *stream, enum AVPacketSideDataType type)
{
    int n;
    const AVPacketSideData *all = items(stream, &n);
    for (int i = 0; i < n; i++)
        if (all[i].type == type)
            return all[i].data;
    return NULL;
}

static int put(AVStream *dst, enum AVPacketSideDataType type, const void *data, size_t size,
               struct uncap_error *err)
{
    void *copy = add(dst, type, size);
    if (!copy)
        return uncap_fail_nomem(err, "stream side data");
    memcpy(copy, data, size);
    return UNCAP_OK;
}

static int copy(AVStream *dst, const AVStream *src, bool (*is_wanted)(enum AVPacketSideDataType),
                struct uncap_error *err)
{
    int n;
    const AVPacketSideData *all = items(src, &n);
    int status = UNCAP_OK;
    for (int i = 0; i < n && !status; i++)
        if (is_wanted(all[i].type) && !uncap_side_data_get(dst, all[i].type))
            status = put(dst, all[i].type, all[i].data, all[i].size, err);
    return status;
}

static bool is_any(enum AVPacketSideDataType type)
{
    (void)type;
    return true;
}

static bool is_of_upright_picture(enum AVPacketSideDataType type)
{
    return type == AV_PKT_DATA_STEREO3D || type == AV_PKT_DATA_SPHERICAL || type == AV_PKT_DATA_ICC_PROFILE;
}

static bool is_of_picture(enum AVPacketSideDataType type)
{
    return type == AV_PKT_DATA_DISPLAYMATRIX || is_of_upright_picture(type);
}

int uncap_side_data_copy_all(AVStream *dst, const AVStream *src, struct uncap_error *err)
{
    return copy(dst, src, is_any, err);
}

int uncap_side_data_copy_picture(AVStream *dst, const AVStream *src, const struct uncap_video_tags *tags,
                                 bool is_upright, struct uncap_error *err)
{
    int status = src ? copy(dst, src, is_upright ? is_of_upright_picture : is_of_picture, err) : UNCAP_OK;
    if (!status && tags->has_mastering)
        status =
            put(dst, AV_PKT_DATA_MASTERING_DISPLAY_METADATA, &tags->mastering, sizeof(tags->mastering), err);
    if (!status && tags->has_light)
        status = put(dst, AV_PKT_DATA_CONTENT_LIGHT_LEVEL, &tags->light, sizeof(tags->light), err);
    return status;
}
