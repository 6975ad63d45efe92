/* SPDX-License-Identifier: Apache-2.0 */
#include "media/encode.h"

#include <stdio.h>
#include <string.h>

#include "media/encoder_open.h"

/* Several rows may drive the same encoder. */
static bool is_first_of_codec(int row)
{
    for (int i = 0; i < row; i++)
        if (!strcmp(uncap_encoder_kinds[i]->codec, uncap_encoder_kinds[row]->codec))
            return false;
    return true;
}

static const struct uncap_encoder_kind *find_codec(int i)
{
    for (int row = 0; uncap_encoder_kinds[row]; row++)
        if (is_first_of_codec(row) && i-- == 0)
            return uncap_encoder_kinds[row];
    return NULL;
}

bool uncap_encoder_probe(int i, struct uncap_encoder_status *status)
{
    const struct uncap_encoder_kind *kind = find_codec(i);
    if (!kind)
        return false;
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
    const struct uncap_encoder_order o = {.info = &info, .options = &options};
    enum AVPixelFormat format = uncap_encoder_exact_format(kind, codec, &info);
    if (format == AV_PIX_FMT_NONE)
        format = codec->pix_fmts[0];
    AVCodecContext *ctx;
    const int code = uncap_encoder_open_kind(&ctx, kind, codec, format, &o);
    status->works = code >= 0;
    if (code < 0)
        snprintf(status->reason, sizeof(status->reason), "%s", av_err2str(code));
    uncap_encoder_close(&ctx);
    return true;
}
