/* SPDX-License-Identifier: Apache-2.0 */
#include "media/encode.h"

#include <stdio.h>
#include <string.h>

#include <libavutil/pixdesc.h>
#include <libswscale/swscale.h>

#include "base/log.h"
#include "media/av_error.h"
#include "media/container.h"
#include "media/encoders.h"
#include "media/pixel_format.h"

/* What the choice among encoders needs, together. */
struct order {
    const struct uncap_video_info *info;
    const struct uncap_encoder_options *options;
    const AVCodecParameters *source;
    bool global_header;
    const struct uncap_control *control;
};

static const char *name_of(const struct order *o)
{
    return o->options->name ? o->options->name : "auto";
}

/* The encoder's format that holds the samples exactly; NONE if it has none. */
static enum AVPixelFormat exact_format(const AVCodec *codec, int max_depth,
                                       const struct uncap_video_info *info)
{
    if (max_depth && info->format.depth > max_depth)
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

static enum AVPixelFormat nearest_format(const AVCodec *codec, const struct uncap_video_info *info)
{
    return avcodec_find_best_pix_fmt_of_list(codec->pix_fmts, info->pix_fmt, 0, NULL);
}

static bool is_in_container(const struct order *o, const AVCodec *codec)
{
    return !o->options->container ||
           uncap_container_holds(o->options->container, AVMEDIA_TYPE_VIDEO, codec->id);
}

static bool is_preset(const struct uncap_encoder_kind *kind, const char *preset)
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

static int check_options(const struct uncap_encoder_kind *kind, const struct uncap_encoder_options *o,
                         struct uncap_error *err)
{
    if (o->preset && !is_preset(kind, o->preset))
        return refuse_preset(kind, o->preset, err);
    if (o->quality != 0 && kind->quality_max == 0)
        return uncap_fail(err, UNCAP_ERR_ARG, "the encoder %s takes no quality; leave it out", kind->codec);
    if (o->quality != 0 && !(o->quality >= 0 && o->quality <= kind->quality_max))
        return uncap_fail(err, UNCAP_ERR_ARG,
                          "quality %g is outside of what %s takes: above 0, at most %g (less is better)",
                          o->quality, kind->codec, kind->quality_max);
    return UNCAP_OK;
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
    else if (ctx->colorspace == AVCOL_SPC_RGB)
        ctx->colorspace = AVCOL_SPC_UNSPECIFIED;
}

static void set_times(AVCodecContext *ctx, const struct order *o, bool counts_frames)
{
    const bool is_fixed = o->options->container && uncap_container_has_fixed_rate(o->options->container);
    ctx->time_base = o->info->time_base;
    if ((is_fixed || counts_frames) && o->info->frame_rate.num > 0)
        ctx->time_base = av_inv_q(o->info->frame_rate);
    if (is_fixed)
        ctx->max_b_frames = 0; /* no place for a decode time beside the display time */
}

static void set_options(AVCodecContext *ctx, const struct uncap_encoder_kind *kind, const struct order *o,
                        AVDictionary **private_options)
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

/* Open one encoder; a negative AVERROR if it does not. */
static int open_kind(AVCodecContext **out, const struct uncap_encoder_kind *kind, const AVCodec *codec,
                     enum AVPixelFormat format, const struct order *o)
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

static int fail_open(const struct uncap_encoder_kind *kind, const struct order *o, int code,
                     struct uncap_error *err)
{
    return uncap_fail_av(err, UNCAP_ERR_BACKEND, code, "cannot open the encoder %s for %dx%d %s%s",
                         kind->codec, o->info->w, o->info->h, av_get_pix_fmt_name(o->info->pix_fmt),
                         kind->is_hardware ? "; it needs an NVIDIA card with an NVENC engine and its driver"
                                           : "");
}

/* Open `kind` for what it holds exactly. *out stays NULL, with OK, if it does not apply here. */
static int try_kind(AVCodecContext **out, const struct uncap_encoder_kind *kind, const struct order *o,
                    int *code)
{
    const AVCodec *codec = avcodec_find_encoder_by_name(kind->codec);
    *code = 0;
    if (!codec || !is_in_container(o, codec))
        return 0;
    const enum AVPixelFormat format = exact_format(codec, kind->max_depth, o->info);
    if (format == AV_PIX_FMT_NONE)
        return 0;
    *code = open_kind(out, kind, codec, format, o);
    return *code;
}

static bool is_named(const struct uncap_encoder_kind *kind, const char *name)
{
    return kind->name && !strcmp(kind->name, name);
}

static const struct uncap_encoder_kind *find_name(const char *name)
{
    for (const struct uncap_encoder_kind *const *k = uncap_encoder_kinds; *k; k++)
        if (is_named(*k, name))
            return *k;
    return NULL;
}

static const struct uncap_encoder_kind *find_codec_id(enum AVCodecID id)
{
    for (const struct uncap_encoder_kind *const *k = uncap_encoder_kinds; *k; k++) {
        const AVCodec *codec = avcodec_find_encoder_by_name((*k)->codec);
        if (codec && codec->id == id && !(*k)->is_hardware)
            return *k;
    }
    return NULL;
}

static int refuse_name(const char *name, struct uncap_error *err)
{
    return uncap_fail(
        err, UNCAP_ERR_ARG,
        "there is no encoder '%s'; choose auto, nvenc, x264, x265, av1, vp9, ffv1 or copy-codec", name);
}

int uncap_encoder_check(const char *name, struct uncap_error *err)
{
    const bool is_known = !name || !strcmp(name, "auto") || !strcmp(name, "copy-codec") || find_name(name);
    return is_known ? UNCAP_OK : refuse_name(name, err);
}

/* NVENC if it opens, else the first CPU encoder that fits; one line says so. */
static int open_auto(AVCodecContext **out, const struct order *o, struct uncap_error *err)
{
    const struct uncap_encoder_kind *tried = NULL;
    int code = 0, tried_code = 0;
    for (const struct uncap_encoder_kind *const *k = uncap_encoder_kinds; *k && (*k)->name; k++) {
        if (o->options->preset && !is_preset(*k, o->options->preset))
            continue; /* the user's word means an encoder that knows it */
        if (check_options(*k, o->options, err) && (*k)->quality_key)
            return err ? (int)err->status : UNCAP_ERR_ARG;
        try_kind(out, *k, o, &code);
        if (*out) {
            if (tried)
                uncap_log(o->control, UNCAP_LOG_INFO,
                          "%s is not usable here (%s): encoding on the CPU with %s", tried->codec,
                          av_err2str(tried_code), (*k)->codec);
            return UNCAP_OK;
        }
        if (code == AVERROR(ENOMEM))
            return uncap_fail_nomem(err, "an encoder");
        if (code < 0 && !tried) {
            tried = *k;
            tried_code = code;
        }
    }
    if (o->options->preset && !tried)
        return uncap_fail(err, UNCAP_ERR_ARG, "no encoder for this video has a preset '%s'",
                          o->options->preset);
    return uncap_fail_av(err, UNCAP_ERR_BACKEND, tried ? tried_code : AVERROR_ENCODER_NOT_FOUND,
                         "no encoder takes %dx%d %s%s%s", o->info->w, o->info->h,
                         av_get_pix_fmt_name(o->info->pix_fmt), o->options->container ? " for " : "",
                         o->options->container ? o->options->container->long_name : "");
}

/* The named encoder cannot take these samples as they are: another one can, or it takes them converted. */
static int open_instead(AVCodecContext **out, const struct uncap_encoder_kind *named, const struct order *o,
                        struct uncap_error *err)
{
    struct uncap_encoder_options options = *o->options;
    struct order other = *o;
    options.preset = NULL;
    options.quality = 0;
    other.options = &options;
    int code;
    const char *samples = av_get_pix_fmt_name(o->info->pix_fmt);
    for (const struct uncap_encoder_kind *const *k = uncap_encoder_kinds; *k && (*k)->name; k++) {
        if ((*k)->is_hardware || is_named(*k, named->name ? named->name : ""))
            continue;
        try_kind(out, *k, &other, &code);
        if (*out) {
            uncap_log(o->control, UNCAP_LOG_WARNING, "%s cannot store %s as it is: encoding with %s",
                      named->codec, samples, (*k)->codec);
            return UNCAP_OK;
        }
    }
    const AVCodec *codec = avcodec_find_encoder_by_name(named->codec);
    const enum AVPixelFormat format = codec ? nearest_format(codec, o->info) : AV_PIX_FMT_NONE;
    if (format == AV_PIX_FMT_NONE)
        return fail_open(named, o, AVERROR_ENCODER_NOT_FOUND, err);
    code = open_kind(out, named, codec, format, o);
    if (code < 0)
        return fail_open(named, o, code, err);
    uncap_log(o->control, UNCAP_LOG_WARNING, "no encoder stores %s as it is: %s gets %s", samples,
              named->codec, av_get_pix_fmt_name(format));
    return UNCAP_OK;
}

static int refuse_container(const struct uncap_encoder_kind *kind, const struct order *o,
                            struct uncap_error *err)
{
    return uncap_fail(err, UNCAP_ERR_ARG,
                      "%s cannot hold what the encoder %s makes; choose another encoder, or .mkv",
                      o->options->container->long_name, kind->codec);
}

/* Every row of that name in turn: the first that holds the samples decides. */
static int open_named(AVCodecContext **out, const struct uncap_encoder_kind *first, const struct order *o,
                      struct uncap_error *err)
{
    const int status = check_options(first, o->options, err);
    if (status)
        return status;
    const AVCodec *codec = avcodec_find_encoder_by_name(first->codec);
    if (!codec)
        return uncap_fail(err, UNCAP_ERR_BACKEND, "this build of FFmpeg has no encoder %s", first->codec);
    if (!is_in_container(o, codec))
        return refuse_container(first, o, err);
    for (const struct uncap_encoder_kind *const *k = uncap_encoder_kinds; *k; k++) {
        int code;
        if (*k != first && !(first->name && is_named(*k, first->name)))
            continue;
        try_kind(out, *k, o, &code);
        if (*out)
            return UNCAP_OK;
        if (code < 0)
            return fail_open(*k, o, code, err);
    }
    return open_instead(out, first, o, err);
}

static int open_copy_codec(AVCodecContext **out, const struct order *o, struct uncap_error *err)
{
    const enum AVCodecID id = o->source ? o->source->codec_id : o->info->codec_id;
    const struct uncap_encoder_kind *kind = find_codec_id(id);
    if (kind)
        return open_named(out, kind, o, err);
    const AVCodec *codec = avcodec_find_encoder(id);
    if (codec) { /* one that nothing is known about: its own defaults, at the source's bit rate */
        const struct uncap_encoder_kind plain = {.codec = codec->name};
        int code;
        if (!try_kind(out, &plain, o, &code) && *out)
            return UNCAP_OK;
    }
    struct order other = *o;
    struct uncap_encoder_options options = *o->options;
    options.name = NULL;
    other.options = &options;
    uncap_log(o->control, UNCAP_LOG_WARNING,
              "there is no encoder for the source's codec %s: choosing another", avcodec_get_name(id));
    return open_auto(out, &other, err);
}

int uncap_encoder_open(AVCodecContext **out, const struct uncap_video_info *info,
                       const struct uncap_encoder_options *options, const AVCodecParameters *source,
                       bool global_header, const struct uncap_control *control, struct uncap_error *err)
{
    const struct order o = {info, options, source, global_header, control};
    *out = NULL;
    if (!strcmp(name_of(&o), "auto"))
        return open_auto(out, &o, err);
    if (!strcmp(name_of(&o), "copy-codec"))
        return open_copy_codec(out, &o, err);
    const struct uncap_encoder_kind *kind = find_name(name_of(&o));
    return kind ? open_named(out, kind, &o, err) : refuse_name(name_of(&o), err);
}

static int convert(AVFrame **out, const AVCodecContext *encoder, const AVFrame *src, struct uncap_error *err)
{
    AVFrame *dst = av_frame_alloc();
    struct SwsContext *sws =
        sws_getContext(src->width, src->height, (enum AVPixelFormat)src->format, encoder->width,
                       encoder->height, encoder->pix_fmt,
                       SWS_BICUBIC | SWS_ACCURATE_RND | SWS_FULL_CHR_H_INT | SWS_BITEXACT, NULL, NULL, NULL);
    int code = dst && sws ? 0 : AVERROR(ENOMEM);
    if (code >= 0) {
        dst->format = encoder->pix_fmt;
        dst->width = encoder->width;
        dst->height = encoder->height;
        code = av_frame_get_buffer(dst, 0);
    }
    if (code >= 0)
        code = av_frame_copy_props(dst, src);
    if (code >= 0)
        code = sws_scale(sws, (const uint8_t *const *)src->data, src->linesize, 0, src->height, dst->data,
                         dst->linesize);
    sws_freeContext(sws);
    if (code < 0) {
        av_frame_free(&dst);
        return uncap_fail_av(err, UNCAP_ERR_BACKEND, code, "cannot convert a frame for the encoder %s",
                             encoder->codec->name);
    }
    *out = dst;
    return UNCAP_OK;
}

int uncap_encoder_frame(AVFrame **out, const AVCodecContext *encoder, const AVFrame *src,
                        struct uncap_error *err)
{
    *out = NULL;
    const enum AVPixelFormat from = (enum AVPixelFormat)src->format;
    int status = UNCAP_OK;
    if (from == encoder->pix_fmt ||
        (uncap_pixel_is_full_range_twin(encoder->pix_fmt) && uncap_pixel_planar(encoder->pix_fmt) == from)) {
        *out = av_frame_clone(src);
        if (!*out)
            return uncap_fail_nomem(err, "a frame");
        (*out)->format = encoder->pix_fmt;
    } else if (uncap_pixel_same_samples(from, encoder->pix_fmt)) {
        status = uncap_pixel_repack(out, src, encoder->pix_fmt, err);
    } else {
        status = convert(out, encoder, src, err);
    }
    if (!status)
        (*out)->pict_type = AV_PICTURE_TYPE_NONE;
    return status;
}

bool uncap_encoder_probe(int i, struct uncap_encoder_status *status)
{
    int n = 0;
    while (n <= i && uncap_encoder_kinds[n])
        n++;
    if (n <= i || i < 0)
        return false;
    const struct uncap_encoder_kind *kind = uncap_encoder_kinds[i];
    *status =
        (struct uncap_encoder_status){.name = kind->name ? kind->name : "copy-codec", .codec = kind->codec};
    const AVCodec *codec = avcodec_find_encoder_by_name(kind->codec);
    if (!codec) {
        snprintf(status->reason, sizeof(status->reason), "not in this build of FFmpeg");
        return true;
    }
    struct uncap_video_info info = {.w = 256,
                                    .h = 144,
                                    .pix_fmt = AV_PIX_FMT_YUV420P,
                                    .format = {3, 8, 1, 1},
                                    .time_base = {1, 25},
                                    .frame_rate = {25, 1},
                                    .sample_aspect_ratio = {1, 1}};
    const struct uncap_encoder_options options = {.threads = 1};
    const struct order o = {.info = &info, .options = &options};
    enum AVPixelFormat format = exact_format(codec, kind->max_depth, &info);
    if (format == AV_PIX_FMT_NONE)
        format = codec->pix_fmts[0];
    AVCodecContext *ctx;
    const int code = open_kind(&ctx, kind, codec, format, &o);
    status->works = code >= 0;
    if (code < 0)
        snprintf(status->reason, sizeof(status->reason), "%s", av_err2str(code));
    avcodec_free_context(&ctx);
    return true;
}
