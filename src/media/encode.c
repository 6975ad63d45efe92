/* SPDX-License-Identifier: Apache-2.0 */
#include "media/encode.h"

#include <string.h>

#include <libavutil/pixdesc.h>

#include "base/log.h"
#include "media/av_error.h"
#include "media/container.h"
#include "media/encoder_open.h"
#include "media/pixel_format.h"

typedef bool (*kind_filter)(const struct uncap_encoder_kind *kind, const struct uncap_encoder_kind *named);

static bool is_same_name(const struct uncap_encoder_kind *kind, const struct uncap_encoder_kind *named)
{
    return kind == named || (kind->name && named->name && !strcmp(kind->name, named->name));
}

static bool is_other_on_cpu(const struct uncap_encoder_kind *kind, const struct uncap_encoder_kind *named)
{
    return kind->name && !kind->is_hardware && !is_same_name(kind, named);
}

static const AVCodec *codec_for(const struct uncap_encoder_kind *kind, const struct uncap_encoder_order *o)
{
    const AVCodec *codec = avcodec_find_encoder_by_name(kind->codec);
    const AVOutputFormat *container = o->options->container;
    return codec && container && !uncap_container_holds(container, AVMEDIA_TYPE_VIDEO, codec->id) ? NULL
                                                                                                  : codec;
}

static int fail_open(const struct uncap_encoder_kind *kind, const struct uncap_encoder_order *o, int code,
                     struct uncap_error *err)
{
    return uncap_fail_av(err, UNCAP_ERR_BACKEND, code, "cannot open the encoder %s for %dx%d %s%s",
                         kind->codec, o->info->w, o->info->h, av_get_pix_fmt_name(o->info->pix_fmt),
                         kind->is_hardware ? "; it needs an NVIDIA card with an NVENC engine and its driver"
                                           : "");
}

/* Open `kind` if it takes the samples exactly and its stream fits the container; *out stays NULL otherwise.
 * Returns what opening said, 0 if it was not tried. */
static int try_kind(AVCodecContext **out, const struct uncap_encoder_kind *kind,
                    const struct uncap_encoder_order *o)
{
    const AVCodec *codec = codec_for(kind, o);
    const enum AVPixelFormat format =
        codec ? uncap_encoder_exact_format(kind, codec, o->info) : AV_PIX_FMT_NONE;
    return format == AV_PIX_FMT_NONE ? 0 : uncap_encoder_open_kind(out, kind, codec, format, o);
}

/* The first of the table that passes and opens; NULL if none does. *code is what the first failure said. */
static const struct uncap_encoder_kind *try_all(AVCodecContext **out, kind_filter filter,
                                                const struct uncap_encoder_kind *named,
                                                const struct uncap_encoder_order *o, int *code)
{
    *code = 0;
    for (const struct uncap_encoder_kind *const *k = uncap_encoder_kinds; *k; k++) {
        if (!filter(*k, named))
            continue;
        const int result = try_kind(out, *k, o);
        if (*out)
            return *k;
        if (result < 0 && !*code)
            *code = result;
    }
    return NULL;
}

/* Convert to the nearest that `kind` takes. */
static int open_nearest(AVCodecContext **out, const struct uncap_encoder_kind *kind,
                        const struct uncap_encoder_order *o, struct uncap_error *err)
{
    const AVCodec *codec = codec_for(kind, o);
    const enum AVPixelFormat format =
        codec && codec->pix_fmts
            ? avcodec_find_best_pix_fmt_of_list(codec->pix_fmts, o->info->pix_fmt, 1, NULL)
            : AV_PIX_FMT_NONE;
    const int code = format == AV_PIX_FMT_NONE ? AVERROR_ENCODER_NOT_FOUND
                                               : uncap_encoder_open_kind(out, kind, codec, format, o);
    if (code < 0)
        return fail_open(kind, o, code, err);
    uncap_log(o->control, UNCAP_LOG_WARNING, "%s cannot store %s as it is: it gets %s", kind->codec,
              av_get_pix_fmt_name(o->info->pix_fmt), av_get_pix_fmt_name(format));
    return UNCAP_OK;
}

/* Samples without their alpha plane, which most encoders cannot store. */
static struct uncap_video_info without_alpha(const struct uncap_video_info *info)
{
    struct uncap_video_info opaque = *info;
    opaque.pix_fmt = uncap_pixel_opaque(info->pix_fmt);
    return opaque;
}

/* An encoder that takes the samples with their alpha plane; NULL if none does. */
static const struct uncap_encoder_kind *find_alpha(const struct uncap_video_info *info)
{
    for (const struct uncap_encoder_kind *const *k = uncap_encoder_kinds; *k; k++) {
        const AVCodec *codec = (*k)->name ? avcodec_find_encoder_by_name((*k)->codec) : NULL;
        if (codec && uncap_encoder_exact_format(*k, codec, info) != AV_PIX_FMT_NONE)
            return *k;
    }
    return NULL;
}

static void say_alpha(const struct uncap_encoder_order *o, const char *codec)
{
    if (uncap_pixel_opaque(o->info->pix_fmt) == o->info->pix_fmt)
        return;
    const struct uncap_encoder_kind *other = find_alpha(o->info);
    uncap_log(o->control, UNCAP_LOG_WARNING, "transparency is left out: %s cannot store it%s%s%s", codec,
              other ? "; " : "", other ? other->name : "", other ? " in .mkv can" : "");
}

/* The named encoder has no format for these samples: another one at its defaults, or a conversion. */
static int open_instead(AVCodecContext **out, const struct uncap_encoder_kind *named,
                        const struct uncap_encoder_order *o, struct uncap_error *err)
{
    const struct uncap_encoder_options options = {.threads = o->options->threads,
                                                  .container = o->options->container};
    struct uncap_encoder_order other = *o;
    other.options = &options;
    int code;
    const struct uncap_encoder_kind *used = try_all(out, is_other_on_cpu, named, &other, &code);
    if (!used)
        return open_nearest(out, named, o, err);
    uncap_log(o->control, UNCAP_LOG_WARNING, "%s cannot store %s as it is: encoding with %s", named->codec,
              av_get_pix_fmt_name(o->info->pix_fmt), used->codec);
    return UNCAP_OK;
}

static int check_named(const struct uncap_encoder_kind *kind, const struct uncap_encoder_order *o,
                       struct uncap_error *err)
{
    if (!avcodec_find_encoder_by_name(kind->codec))
        return uncap_fail(err, UNCAP_ERR_BACKEND, "this build of FFmpeg has no encoder %s", kind->codec);
    if (!codec_for(kind, o))
        return uncap_fail(err, UNCAP_ERR_ARG,
                          "%s cannot hold what the encoder %s makes; choose another encoder, or .mkv",
                          o->options->container->long_name, kind->codec);
    return uncap_encoder_check_options(kind, o->options, err);
}

static int open_named(AVCodecContext **out, const struct uncap_encoder_kind *named,
                      const struct uncap_encoder_order *o, struct uncap_error *err)
{
    const int status = check_named(named, o, err);
    if (status)
        return status;
    int code;
    if (try_all(out, is_same_name, named, o, &code))
        return UNCAP_OK;
    const struct uncap_video_info info = without_alpha(o->info);
    struct uncap_encoder_order opaque = *o;
    opaque.info = &info;
    if (!code && try_all(out, is_same_name, named, &opaque, &code)) {
        say_alpha(o, named->codec);
        return UNCAP_OK;
    }
    return code < 0 ? fail_open(named, o, code, err) : open_instead(out, named, &opaque, err);
}

/* The codec matters more than the samples: those are converted if they must be. */
static int open_faithful(AVCodecContext **out, const struct uncap_encoder_kind *kind,
                         const struct uncap_encoder_order *o, struct uncap_error *err)
{
    const int status = check_named(kind, o, err);
    if (status)
        return status;
    int code;
    if (try_all(out, is_same_name, kind, o, &code))
        return UNCAP_OK;
    return code < 0 ? fail_open(kind, o, code, err) : open_nearest(out, kind, o, err);
}

/* "auto" takes every named encoder that knows the preset, if one is given. */
static bool is_candidate(const struct uncap_encoder_kind *kind, const struct uncap_encoder_order *o)
{
    return kind->name && (!o->options->preset || uncap_encoder_knows_preset(kind, o->options->preset));
}

static int fail_auto(const struct uncap_encoder_order *o, struct uncap_error *err)
{
    if (o->options->preset)
        return uncap_fail(err, UNCAP_ERR_ARG, "no encoder that could take this video has a preset '%s'",
                          o->options->preset);
    return uncap_fail(err, UNCAP_ERR_BACKEND, "this build of FFmpeg has no encoder for %dx%d %s%s%s",
                      o->info->w, o->info->h, av_get_pix_fmt_name(o->info->pix_fmt),
                      o->options->container ? " in " : "",
                      o->options->container ? o->options->container->long_name : "");
}

/* First what takes the samples exactly, NVENC before the CPU, saying so when it does not open. */
static int open_exact(AVCodecContext **out, const struct uncap_encoder_order *o, struct uncap_error *err)
{
    const struct uncap_encoder_kind *missed = NULL;
    int missed_code = 0;
    for (const struct uncap_encoder_kind *const *k = uncap_encoder_kinds; *k; k++) {
        if (!is_candidate(*k, o) || !codec_for(*k, o))
            continue;
        const int status =
            (*k)->quality_max > 0 ? uncap_encoder_check_options(*k, o->options, err) : UNCAP_OK;
        if (status)
            return status;
        const int code = try_kind(out, *k, o);
        if (*out && missed)
            uncap_log(o->control, UNCAP_LOG_INFO, "%s is not usable here (%s): encoding on the CPU with %s",
                      missed->codec, av_err2str(missed_code), (*k)->codec);
        if (*out)
            return UNCAP_OK;
        if (code < 0 && !missed) {
            missed = *k;
            missed_code = code;
        }
    }
    return UNCAP_OK;
}

static int open_auto(AVCodecContext **out, const struct uncap_encoder_order *o, struct uncap_error *err)
{
    const struct uncap_video_info info = without_alpha(o->info);
    struct uncap_encoder_order opaque = *o;
    opaque.info = &info;
    const int status = open_exact(out, &opaque, err);
    if (status)
        return status;
    if (*out) {
        say_alpha(o, (*out)->codec->name);
        return UNCAP_OK;
    }
    for (const struct uncap_encoder_kind *const *k = uncap_encoder_kinds; *k; k++)
        if (is_candidate(*k, o) && !(*k)->is_hardware && codec_for(*k, o))
            return open_nearest(out, *k, &opaque, err);
    return fail_auto(o, err);
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

/* A codec that the table does not know is opened at its own defaults. */
static int open_copy_codec(AVCodecContext **out, const struct uncap_encoder_order *o, struct uncap_error *err)
{
    const enum AVCodecID id = o->source ? o->source->codec_id : o->info->codec_id;
    const struct uncap_encoder_kind *known = find_codec_id(id);
    if (known)
        return open_faithful(out, known, o, err);
    const AVCodec *codec = avcodec_find_encoder(id);
    const struct uncap_encoder_kind plain = {.codec = codec ? codec->name : ""};
    if (codec && try_kind(out, &plain, o) >= 0 && *out)
        return UNCAP_OK;
    uncap_log(o->control, UNCAP_LOG_WARNING, "no encoder makes the source's codec %s here: choosing another",
              avcodec_get_name(id));
    return open_auto(out, o, err);
}

static const struct uncap_encoder_kind *find_name(const char *name)
{
    for (const struct uncap_encoder_kind *const *k = uncap_encoder_kinds; *k; k++)
        if ((*k)->name && !strcmp((*k)->name, name))
            return *k;
    return NULL;
}

static int refuse_name(const char *name, struct uncap_error *err)
{
    return uncap_fail(
        err, UNCAP_ERR_ARG,
        "there is no encoder '%s'; choose auto, nvenc, x264, x265, av1, vp9, ffv1 or copy-codec", name);
}

int uncap_encoder_check(const struct uncap_encoder_options *options, struct uncap_error *err)
{
    const char *name = options->name;
    if (!name || !strcmp(name, "auto") || !strcmp(name, "copy-codec"))
        return UNCAP_OK; /* they depend on the video */
    const struct uncap_encoder_kind *kind = find_name(name);
    if (!kind)
        return refuse_name(name, err);
    const struct uncap_encoder_order o = {.options = options};
    return check_named(kind, &o, err);
}

int uncap_encoder_open(AVCodecContext **out, const struct uncap_video_info *info,
                       const struct uncap_encoder_options *options, const AVCodecParameters *source,
                       bool global_header, const struct uncap_control *control, struct uncap_error *err)
{
    const struct uncap_encoder_order o = {info, options, source, global_header, control};
    const char *name = options->name ? options->name : "auto";
    *out = NULL;
    if (!strcmp(name, "auto"))
        return open_auto(out, &o, err);
    if (!strcmp(name, "copy-codec"))
        return open_copy_codec(out, &o, err);
    const struct uncap_encoder_kind *kind = find_name(name);
    if (kind)
        return open_named(out, kind, &o, err);
    return refuse_name(name, err);
}
