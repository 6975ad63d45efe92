/* SPDX-License-Identifier: Apache-2.0 */
#include "media/encode.h"

#include <libswscale/swscale.h>

#include "media/av_error.h"
#include "media/pixel_format.h"

/* Lossy: another depth or subsampling. Only where no encoder takes the samples as they are. */
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

/* The same planes, at most with an alpha plane too many. */
static bool is_laid_out_alike(enum AVPixelFormat from, enum AVPixelFormat to)
{
    if (uncap_pixel_is_full_range_twin(to))
        to = uncap_pixel_planar(to);
    return from == to || uncap_pixel_opaque(from) == to;
}

int uncap_encoder_frame(AVFrame **out, const AVCodecContext *encoder, const AVFrame *src,
                        struct uncap_error *err)
{
    *out = NULL;
    const enum AVPixelFormat from = (enum AVPixelFormat)src->format;
    int status = UNCAP_OK;
    if (is_laid_out_alike(from, encoder->pix_fmt)) {
        *out = av_frame_clone(src);
        if (!*out)
            return uncap_fail_nomem(err, "a frame");
        (*out)->format = encoder->pix_fmt;
    } else if (uncap_pixel_same_samples(uncap_pixel_opaque(from), encoder->pix_fmt) ||
               uncap_pixel_same_samples(from, encoder->pix_fmt)) {
        status = uncap_pixel_repack(out, src, encoder->pix_fmt, err);
    } else {
        status = convert(out, encoder, src, err);
    }
    if (!status)
        (*out)->pict_type = AV_PICTURE_TYPE_NONE;
    return status;
}
