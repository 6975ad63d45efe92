/* SPDX-License-Identifier: Apache-2.0 */
#include "media/frame.h"

#include "media/pixel_format.h"

void uncap_frame_unref(struct uncap_frame *frame)
{
    if (frame)
        av_frame_free(&frame->av);
}

bool uncap_frame_ref(struct uncap_frame *dst, const struct uncap_frame *src)
{
    AVFrame *av = av_frame_clone(src->av);
    if (!av)
        return false;
    *dst = *src;
    dst->av = av;
    return true;
}

struct uncap_picture uncap_frame_picture(const struct uncap_frame *frame)
{
    const AVFrame *av = frame->av;
    struct uncap_picture p = {
        .format = uncap_pixel_format((enum AVPixelFormat)av->format), .w = av->width, .h = av->height};
    for (int i = 0; i < p.format.n_planes; i++) {
        p.data[i] = av->data[i];
        p.stride[i] = av->linesize[i];
    }
    return p;
}
