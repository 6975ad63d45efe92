/* SPDX-License-Identifier: Apache-2.0 */
#include "media/encoders.h"

#include <math.h>
#include <stdio.h>

static const char *const nvenc_presets[] = {"p4", "p1", "p2", "p3", "p5", "p6", "p7", NULL};
static const char *const x264_presets[] = {"veryfast", "ultrafast", "superfast", "faster",  "fast", "medium",
                                           "slow",     "slower",    "veryslow",  "placebo", NULL};
static const char *const x265_presets[] = {"fast", "ultrafast", "superfast", "veryfast", "faster", "medium",
                                           "slow", "slower",    "veryslow",  "placebo",  NULL};
static const char *const svt_presets[] = {"10", "0", "1", "2",  "3",  "4",  "5", "6",
                                          "7",  "8", "9", "11", "12", "13", NULL};
static const char *const vpx_presets[] = {"4", "0", "1", "2", "3", "5", "6", "7", "8", NULL};

/* Constant quality: without bit_rate 0 NVENC caps the rate at libavcodec's default of 200 kb/s. */
static void configure_nvenc(AVCodecContext *ctx, AVDictionary **private_options,
                            const struct uncap_video_info *info, const struct uncap_encoder_options *options)
{
    (void)info;
    (void)options;
    ctx->bit_rate = 0;
    av_dict_set(private_options, "rc", "vbr", 0);
}

static bool is_interlaced(enum AVFieldOrder order)
{
    return order == AV_FIELD_TT || order == AV_FIELD_BB || order == AV_FIELD_TB || order == AV_FIELD_BT;
}

static void configure_interlaced(AVCodecContext *ctx, AVDictionary **private_options,
                                 const struct uncap_video_info *info,
                                 const struct uncap_encoder_options *options)
{
    (void)private_options;
    (void)options;
    if (is_interlaced(info->field_order))
        ctx->flags |= AV_CODEC_FLAG_INTERLACED_DCT | AV_CODEC_FLAG_INTERLACED_ME;
}

/* Left alone, x264 writes the clock of the container into the stream as its frame rate (VFR input); a player
 * of a raw or transport stream would believe it. */
static void configure_x264(AVCodecContext *ctx, AVDictionary **private_options,
                           const struct uncap_video_info *info, const struct uncap_encoder_options *options)
{
    if (info->has_constant_rate)
        av_dict_set(private_options, "x264-params", "force-cfr=1", 0);
    configure_interlaced(ctx, private_options, info, options);
}

/* H.265 HDR values as x265 wants them: chromaticity in 1/50000, luminance in 1/10000 cd/m2. */
static void x265_hdr(char *text, size_t size, const struct uncap_video_tags *tags)
{
    const AVMasteringDisplayMetadata *m = &tags->mastering;
    int n = 0;
    text[0] = 0;
    if (tags->has_mastering && m->has_primaries && m->has_luminance) {
        long v[10];
        for (int i = 0; i < 6; i++) /* red, green, blue */
            v[i] = lround(av_q2d(m->display_primaries[i / 2][i % 2]) * 50000);
        for (int i = 0; i < 2; i++)
            v[6 + i] = lround(av_q2d(m->white_point[i]) * 50000);
        v[8] = lround(av_q2d(m->max_luminance) * 10000);
        v[9] = lround(av_q2d(m->min_luminance) * 10000);
        n = snprintf(text, size, ":master-display=G(%ld,%ld)B(%ld,%ld)R(%ld,%ld)WP(%ld,%ld)L(%ld,%ld)", v[2],
                     v[3], v[4], v[5], v[0], v[1], v[6], v[7], v[8], v[9]);
    }
    if (tags->has_light && n >= 0 && (size_t)n < size)
        snprintf(text + n, size - (size_t)n, ":max-cll=%u,%u", tags->light.MaxCLL, tags->light.MaxFALL);
}

/* x265 prints on its own, past libavcodec's log; its threads are its own too. */
static void configure_x265(AVCodecContext *ctx, AVDictionary **private_options,
                           const struct uncap_video_info *info, const struct uncap_encoder_options *options)
{
    (void)ctx;
    char hdr[256], pools[32] = "", text[512];
    x265_hdr(hdr, sizeof(hdr), &info->tags);
    if (options->threads)
        snprintf(pools, sizeof(pools), ":pools=%d", options->threads);
    snprintf(text, sizeof(text), "log-level=none%s%s", pools, hdr);
    av_dict_set(private_options, "x265-params", text, 0);
}

static void configure_svt(AVCodecContext *ctx, AVDictionary **private_options,
                          const struct uncap_video_info *info, const struct uncap_encoder_options *options)
{
    (void)ctx;
    const AVMasteringDisplayMetadata *m = &info->tags.mastering;
    char text[512];
    int n = snprintf(text, sizeof(text), "lp=%d", options->threads);
    if (info->tags.has_mastering && m->has_primaries && m->has_luminance) {
        const AVRational(*p)[2] = m->display_primaries;
        n += snprintf(text + n, sizeof(text) - (size_t)n,
                      ":mastering-display=G(%.5f,%.5f)B(%.5f,%.5f)R(%.5f,%.5f)WP(%.5f,%.5f)L(%.4f,%.4f)",
                      av_q2d(p[1][0]), av_q2d(p[1][1]), av_q2d(p[2][0]), av_q2d(p[2][1]), av_q2d(p[0][0]),
                      av_q2d(p[0][1]), av_q2d(m->white_point[0]), av_q2d(m->white_point[1]),
                      av_q2d(m->max_luminance), av_q2d(m->min_luminance));
    }
    if (info->tags.has_light)
        snprintf(text + n, sizeof(text) - (size_t)n, ":content-light=%u,%u", info->tags.light.MaxCLL,
                 info->tags.light.MaxFALL);
    av_dict_set(private_options, "svtav1-params", text, 0);
}

/* Archive settings: version 3 with checksums, every frame a key frame; the slice count is fixed, because
 * libavcodec's own choice follows the number of processors and the bytes would too. */
static void configure_ffv1(AVCodecContext *ctx, AVDictionary **private_options,
                           const struct uncap_video_info *info, const struct uncap_encoder_options *options)
{
    (void)options;
    ctx->level = 3;
    ctx->gop_size = 1;
    ctx->slices = info->w >= 640 && info->h >= 360 ? 16 : 4;
    av_dict_set(private_options, "slicecrc", "1", 0);
}

static void configure_vpx(AVCodecContext *ctx, AVDictionary **private_options,
                          const struct uncap_video_info *info, const struct uncap_encoder_options *options)
{
    (void)info;
    (void)options;
    ctx->bit_rate = 0;
    av_dict_set(private_options, "row-mt", "1", 0);
}

/* VP8 takes crf only under a cap. */
static void configure_vp8(AVCodecContext *ctx, AVDictionary **private_options,
                          const struct uncap_video_info *info, const struct uncap_encoder_options *options)
{
    (void)private_options;
    (void)options;
    ctx->bit_rate = (int64_t)info->w * info->h * 8;
}

static void configure_qscale(AVCodecContext *ctx, AVDictionary **private_options,
                             const struct uncap_video_info *info, const struct uncap_encoder_options *options)
{
    const double q = options->quality > 0 ? options->quality : 2;
    ctx->flags |= AV_CODEC_FLAG_QSCALE;
    ctx->global_quality = (int)(q * FF_QP2LAMBDA);
    ctx->max_b_frames = 0; /* frame numbers stand for times, so they must come out in order */
    configure_interlaced(ctx, private_options, info, options);
}

static const struct uncap_encoder_kind h264_nvenc = {
    .name = "nvenc",
    .codec = "h264_nvenc",
    .preset_key = "preset",
    .presets = nvenc_presets,
    .quality_key = "cq",
    .quality = 28,
    .quality_max = 51,
    .max_depth = 8,
    .is_hardware = true,
    .configure = configure_nvenc,
};
static const struct uncap_encoder_kind hevc_nvenc = {
    .name = "nvenc",
    .codec = "hevc_nvenc",
    .preset_key = "preset",
    .presets = nvenc_presets,
    .quality_key = "cq",
    .quality = 28,
    .quality_max = 51,
    .max_depth = 10,
    .is_hardware = true,
    .configure = configure_nvenc,
};
static const struct uncap_encoder_kind x264 = {
    .name = "x264",
    .codec = "libx264",
    .preset_key = "preset",
    .presets = x264_presets,
    .quality_key = "crf",
    .quality = 20,
    .quality_max = 51,
    .max_depth = 8,
    .configure = configure_x264,
};
static const struct uncap_encoder_kind x264_rgb = {
    .name = "x264",
    .codec = "libx264rgb",
    .preset_key = "preset",
    .presets = x264_presets,
    .quality_key = "crf",
    .quality = 20,
    .quality_max = 51,
    .configure = configure_x264,
};
static const struct uncap_encoder_kind x265 = {
    .name = "x265",
    .codec = "libx265",
    .preset_key = "preset",
    .presets = x265_presets,
    .quality_key = "crf",
    .quality = 22,
    .quality_max = 51,
    .configure = configure_x265,
};
/* After x265: nearly nothing plays 10 bit H.264, so it is made only for who asks for it. */
static const struct uncap_encoder_kind x264_deep = {
    .name = "x264",
    .codec = "libx264",
    .preset_key = "preset",
    .presets = x264_presets,
    .quality_key = "crf",
    .quality = 20,
    .quality_max = 51,
    .configure = configure_x264,
};
static const struct uncap_encoder_kind av1 = {
    .name = "av1",
    .codec = "libsvtav1",
    .preset_key = "preset",
    .presets = svt_presets,
    .quality_key = "crf",
    .quality = 35,
    .quality_max = 63,
    .needs_end =
        true, /* SVT-AV1 1.4: "deinit called without sending EOS!", then it waits for its own threads */
    .configure = configure_svt,
};
static const struct uncap_encoder_kind vp9 = {
    .name = "vp9",
    .codec = "libvpx-vp9",
    .preset_key = "cpu-used",
    .presets = vpx_presets,
    .quality_key = "crf",
    .quality = 28,
    .quality_max = 63,
    .configure = configure_vpx,
};
static const struct uncap_encoder_kind ffv1 = {
    .name = "ffv1",
    .codec = "ffv1",
    .configure = configure_ffv1,
};
static const struct uncap_encoder_kind vp8 = {
    .codec = "libvpx",
    .preset_key = "cpu-used",
    .presets = vpx_presets,
    .quality_key = "crf",
    .quality = 8,
    .quality_max = 63,
    .configure = configure_vp8,
};
static const struct uncap_encoder_kind mpeg4 = {
    .codec = "mpeg4",
    .quality = 2,
    .quality_max = 31,
    .counts_frames = true,
    .configure = configure_qscale,
};
static const struct uncap_encoder_kind mpeg2 = {
    .codec = "mpeg2video",
    .quality = 2,
    .quality_max = 31,
    .counts_frames = true,
    .configure = configure_qscale,
};
static const struct uncap_encoder_kind mpeg1 = {
    .codec = "mpeg1video",
    .quality = 2,
    .quality_max = 31,
    .counts_frames = true,
    .configure = configure_qscale,
};
static const struct uncap_encoder_kind mjpeg = {
    .codec = "mjpeg",
    .quality = 2,
    .quality_max = 31,
    .configure = configure_qscale,
};
static const struct uncap_encoder_kind prores = {
    .codec = "prores_ks",
    .configure = configure_interlaced,
};

const struct uncap_encoder_kind *const uncap_encoder_kinds[] = {
    &h264_nvenc, &hevc_nvenc, &x264,  &x264_rgb, &x265,  &x264_deep, &av1,    &vp9,
    &ffv1,       &vp8,        &mpeg4, &mpeg2,    &mpeg1, &mjpeg,     &prores, NULL};
