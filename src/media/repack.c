/* SPDX-License-Identifier: Apache-2.0 */
#include "media/pixel_format.h"

#include <string.h>

#include <libavutil/pixdesc.h>

#include "base/memory.h"

/* 1 bit formats where a set bit is black. */
static bool is_inverted(enum AVPixelFormat f)
{
    return f == AV_PIX_FMT_MONOWHITE;
}

static void widen(uint16_t *row, int w, int from_depth, int to_depth)
{
    const unsigned from = (1u << from_depth) - 1;
    const unsigned to = (1u << to_depth) - 1;
    for (int x = 0; x < w; x++)
        row[x] = (uint16_t)((row[x] * to + from / 2) / from);
}

/* A palette entry is 0xAARRGGBB; component 0 is red. */
static void look_up(uint16_t *row, int w, const uint8_t *palette, int component)
{
    const uint32_t *entries = (const uint32_t *)(const void *)palette;
    for (int x = 0; x < w; x++)
        row[x] = (uint16_t)(entries[row[x] & 255] >> (16 - 8 * component) & 255);
}

static void read_row(const AVFrame *src, const AVPixFmtDescriptor *d, int component, int y, int w,
                     uint16_t *row)
{
    const bool is_pal = (d->flags & AV_PIX_FMT_FLAG_PAL) != 0;
    av_read_image_line2(row, (const uint8_t **)(const void *)src->data, src->linesize, d, 0, y,
                        is_pal ? 0 : component, w, 0, sizeof(*row));
    if (is_pal)
        look_up(row, w, src->data[1], component);
    if (is_inverted((enum AVPixelFormat)src->format))
        for (int x = 0; x < w; x++)
            row[x] ^= 1;
}

static void move_samples(AVFrame *dst, const AVFrame *src, uint16_t *row)
{
    const AVPixFmtDescriptor *to = av_pix_fmt_desc_get((enum AVPixelFormat)dst->format);
    const AVPixFmtDescriptor *from = av_pix_fmt_desc_get((enum AVPixelFormat)src->format);
    const bool is_pal = (from->flags & AV_PIX_FMT_FLAG_PAL) != 0;
    for (int c = 0; c < to->nb_components; c++) {
        const bool is_chroma = c == 1 || c == 2;
        const int shift_x = is_chroma ? to->log2_chroma_w : 0;
        const int shift_y = is_chroma ? to->log2_chroma_h : 0;
        const int w = AV_CEIL_RSHIFT(src->width, shift_x);
        const int h = AV_CEIL_RSHIFT(src->height, shift_y);
        const int depth = is_pal ? 8 : from->comp[c].depth;
        for (int y = 0; y < h; y++) {
            read_row(src, from, c, y, w, row);
            if (depth < to->comp[c].depth)
                widen(row, w, depth, to->comp[c].depth);
            av_write_image_line2(row, dst->data, dst->linesize, to, 0, y, c, w, sizeof(*row));
        }
    }
}

/* av_write_image_line2 ors the bits into what is there. */
static void clear(AVFrame *frame)
{
    for (int i = 0; i < AV_NUM_DATA_POINTERS && frame->buf[i]; i++)
        memset(frame->buf[i]->data, 0, frame->buf[i]->size);
}

int uncap_pixel_repack(AVFrame **out, const AVFrame *src, enum AVPixelFormat format, struct uncap_error *err)
{
    AVFrame *dst = av_frame_alloc();
    uint16_t *row = uncap_alloc((size_t)src->width, sizeof(*row));
    if (!dst || !row)
        goto fail;
    dst->format = format;
    dst->width = src->width;
    dst->height = src->height;
    if (av_frame_get_buffer(dst, 0) < 0 || av_frame_copy_props(dst, src) < 0)
        goto fail;
    clear(dst);
    move_samples(dst, src, row);
    uncap_free(row);
    *out = dst;
    return UNCAP_OK;
fail:
    uncap_free(row);
    av_frame_free(&dst);
    return uncap_fail_nomem(err, "a frame of another pixel layout");
}
