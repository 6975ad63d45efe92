/* SPDX-License-Identifier: Apache-2.0 */
#include "media/encoder_open.h"

#include <stdio.h>
#include <string.h>

#include <libavutil/pixdesc.h>

#include "media/container.h"
#include "media/pixel_format.h"

enum AVPixelFormat uncap_encoder_exact_format(const struct uncap_encoder_kind *kind, const AVCodec *codec,
                                              const struct uncap_video_info *info)
{
    if (kind->max_depth && info->format.depth > kind->max_depth)
        return AV_PIX_FMT_NONE;
    const bool is_full = info->tags.range == AVCOL_RANGE_JPEG;
    enum AVPixelFormat found = AV_PIX_FMT_NONE;
    for (const enum AVPixelFormat *f = codec->pix_fmts; f && *f != AV_PIX_FMT_NONE; f++) {
        if (*f == info->pix_fmt)
            return *f;
        const bool is_twin = uncap_pixel_is_full_range_twin(*f);
        if (found == AV_PIX_FMT_NONE && uncap_pixel_same_samples(*f, info->pix_fmt) && (!is_twin || is_full))
            found = *f;
    }
    return codec->pix_fmts ? found : info->pix_fmt;
}

bool uncap_encoder_knows_preset(const struct uncap_encoder_kind *kind, const char *preset)
{
    for (const char *const *p = kind->presets; p && *p; p++)
        if (!strcmp(*p, preset))
            return true;
    return false;
}

static int refuse_preset(const struct uncap_encoder_kind *kind, const char *preset, struct uncap_error *err)
{
    char all[256] = "";
    for (const char *const *p = kind->presets; p && *p; p++)
        snprintf(all + strlen(all), sizeof(all) - strlen(all), "%s%s", *all ? ", " : "", *p);
    if (!*all)
        return uncap_fail(err, UNCAP_ERR_ARG, "the encoder %s has no presets; leave '%s' out", kind->codec,
                          preset);
    return uncap_fail(err, UNCAP_ERR_ARG, "the encoder %s has no preset '%s'; it has %s", kind->codec, preset,
                      all);
}

int uncap_encoder_check_options(const struct uncap_encoder_kind *kind, const struct uncap_encoder_options *o,
                                struct uncap_error *err)
{
    if (o->preset && !uncap_encoder_knows_preset(kind, o->preset))
        return refuse_preset(kind, o->preset, err);
    if (o->quality != 0 && kind->quality_max == 0)
        return uncap_fail(err, UNCAP_ERR_ARG, "the encoder %s takes no quality; leave it out", kind->codec);
    if (o->quality != 0 && !(o->quality >= 0 && o->quality <= kind->quality_max))
        return uncap_fail(err, UNCAP_ERR_ARG,
                          "quality %g is outside of what %s takes: above 0, at most %g (less is better)",
                          o->quality, kind->codec, kind->quality_max);
    return UNCAP_OK;
}

/* What libswscale makes of RGB when it is told nothing. */
static void set_converted_rgb(AVCodecContext *ctx)
{
    ctx->colorspace = AVCOL_SPC_SMPTE170M;
    ctx->color_range = AVCOL_RANGE_MPEG;
}

static void set_picture(AVCodecContext *ctx, const struct uncap_video_info *info)
{
    ctx->width = info->w;
    ctx->height = info->h;
    ctx->sample_aspect_ratio = info->sample_aspect_ratio;
    ctx->framerate = info->frame_rate;
    ctx->color_range = info->tags.range;
    ctx->color_primaries = info->tags.primaries;
    ctx->color_trc = info->tags.transfer;
    ctx->colorspace = info->tags.matrix;
    ctx->chroma_sample_location = info->tags.siting;
    ctx->field_order = info->field_order;
    const AVPixFmtDescriptor *d = av_pix_fmt_desc_get(ctx->pix_fmt);
    if (d->flags & AV_PIX_FMT_FLAG_RGB)
        ctx->colorspace = AVCOL_SPC_RGB;
    else if (ctx->colorspace == AVCOL_SPC_RGB ||
             av_pix_fmt_desc_get(info->pix_fmt)->flags & AV_PIX_FMT_FLAG_RGB)
        set_converted_rgb(ctx);
}

static void set_times(AVCodecContext *ctx, const struct uncap_encoder_order *o, bool counts_frames)
{
    const bool is_fixed = o->options->container && uncap_container_has_fixed_rate(o->options->container);
    ctx->time_base = o->info->time_base;
    if ((is_fixed || counts_frames) && o->info->frame_rate.num > 0)
        ctx->time_base = av_inv_q(o->info->frame_rate);
    if (is_fixed)
        ctx->max_b_frames = 0; /* no place for a decode time beside the display time */
}

static void set_options(AVCodecContext *ctx, const struct uncap_encoder_kind *kind,
                        const struct uncap_encoder_order *o, AVDictionary **private_options)
{
    if (kind->preset_key)
        av_dict_set(private_options, kind->preset_key,
                    o->options->preset ? o->options->preset : kind->presets[0], 0);
    char quality[32];
    snprintf(quality, sizeof(quality), "%g", o->options->quality > 0 ? o->options->quality : kind->quality);
    if (kind->quality_key)
        av_dict_set(private_options, kind->quality_key, quality, 0);
    if (kind->configure)
        kind->configure(ctx, private_options, o->info, o->options);
}

int uncap_encoder_open_kind(AVCodecContext **out, const struct uncap_encoder_kind *kind, const AVCodec *codec,
                            enum AVPixelFormat format, const struct uncap_encoder_order *o)
{
    AVCodecContext *ctx = avcodec_alloc_context3(codec);
    if (!ctx)
        return AVERROR(ENOMEM);
    AVDictionary *private_options = NULL;
    ctx->log_level_offset = AV_LOG_TRACE; /* errors come back as codes; the library prints nothing */
    ctx->strict_std_compliance = FF_COMPLIANCE_UNOFFICIAL; /* limited range in MJPEG */
    ctx->pix_fmt = format;
    ctx->thread_count = o->options->threads;
    set_picture(ctx, o->info);
    set_times(ctx, o, kind->counts_frames);
    if (o->global_header)
        ctx->flags |= AV_CODEC_FLAG_GLOBAL_HEADER;
    set_options(ctx, kind, o, &private_options);
    const int code = avcodec_open2(ctx, codec, &private_options);
    av_dict_free(&private_options);
    if (code < 0)
        avcodec_free_context(&ctx);
    *out = ctx;
    return code;
}

static bool needs_end(const AVCodecContext *encoder)
{
    for (const struct uncap_encoder_kind *const *k = uncap_encoder_kinds; *k; k++)
        if (!strcmp((*k)->codec, encoder->codec->name))
            return (*k)->needs_end;
    return false;
}

/* It must have had one frame too before the end is told. What it makes of all this is thrown away. */
static void end(AVCodecContext *encoder)
{
    AVFrame *frame = av_frame_alloc();
    AVPacket *packet = av_packet_alloc();
    if (frame && packet) {
        frame->format = encoder->pix_fmt;
        frame->width = encoder->width;
        frame->height = encoder->height;
        if (av_frame_get_buffer(frame, 0) >= 0) {
            for (int i = 0; i < AV_NUM_DATA_POINTERS && frame->buf[i]; i++)
                memset(frame->buf[i]->data, 0, frame->buf[i]->size);
            avcodec_send_frame(encoder, frame);
        }
        avcodec_send_frame(encoder, NULL);
        while (avcodec_receive_packet(encoder, packet) >= 0)
            av_packet_unref(packet);
    }
    av_packet_free(&packet);
    av_frame_free(&frame);
}

void uncap_encoder_close(AVCodecContext **encoder)
{
    if (*encoder && needs_end(*encoder))
        end(*encoder);
    avcodec_free_context(encoder);
}
