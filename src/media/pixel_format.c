/* SPDX-License-Identifier: Apache-2.0 */
#include "media/pixel_format.h"

#include <string.h>

#include <libavutil/pixdesc.h>

static const struct {
    enum AVPixelFormat full, plain;
} full_range_twins[] = {
    {AV_PIX_FMT_YUVJ420P, AV_PIX_FMT_YUV420P}, {AV_PIX_FMT_YUVJ422P, AV_PIX_FMT_YUV422P},
    {AV_PIX_FMT_YUVJ444P, AV_PIX_FMT_YUV444P}, {AV_PIX_FMT_YUVJ440P, AV_PIX_FMT_YUV440P},
    {AV_PIX_FMT_YUVJ411P, AV_PIX_FMT_YUV411P},
};

static enum AVPixelFormat without_full_range(enum AVPixelFormat any)
{
    for (size_t i = 0; i < sizeof(full_range_twins) / sizeof(full_range_twins[0]); i++)
        if (full_range_twins[i].full == any)
            return full_range_twins[i].plain;
    return any;
}

bool uncap_pixel_is_full_range_twin(enum AVPixelFormat any)
{
    return without_full_range(any) != any;
}

static bool is_other_byte_order(const AVPixFmtDescriptor *d)
{
    const uint16_t one = 1;
    const bool is_big_host = *(const uint8_t *)&one == 0;
    return d->comp[0].depth > 8 && !(d->flags & AV_PIX_FMT_FLAG_BE) == is_big_host;
}

/* One plane a component, samples in the low bits of whole bytes, native order. */
static bool is_native_planar(const AVPixFmtDescriptor *d)
{
    const uint64_t refused = AV_PIX_FMT_FLAG_HWACCEL | AV_PIX_FMT_FLAG_FLOAT | AV_PIX_FMT_FLAG_BAYER |
                             AV_PIX_FMT_FLAG_PAL | AV_PIX_FMT_FLAG_BITSTREAM;
    if (d->flags & refused || is_other_byte_order(d) || d->comp[0].depth < 8 || d->comp[0].depth > 16)
        return false;
    unsigned seen = 0;
    for (int c = 0; c < d->nb_components; c++) {
        const AVComponentDescriptor *comp = &d->comp[c];
        if (comp->shift || comp->step != (comp->depth > 8 ? 2 : 1) || comp->depth != d->comp[0].depth)
            return false;
        seen |= 1u << comp->plane;
    }
    return seen == (1u << d->nb_components) - 1;
}

static int depth_of(const AVPixFmtDescriptor *d)
{
    int depth = 8;
    for (int c = 0; c < d->nb_components; c++)
        if (d->comp[c].depth > depth)
            depth = d->comp[c].depth;
    return depth;
}

static bool has_alpha(const AVPixFmtDescriptor *d)
{
    return d->flags & AV_PIX_FMT_FLAG_ALPHA && d->nb_components % 2 == 0;
}

static bool is_rgb(const AVPixFmtDescriptor *d)
{
    return (d->flags & AV_PIX_FMT_FLAG_RGB) != 0;
}

static bool fits(const AVPixFmtDescriptor *d, const AVPixFmtDescriptor *want, int n_components, int shift_x,
                 int shift_y)
{
    return is_native_planar(d) && d->nb_components == n_components && depth_of(d) == depth_of(want) &&
           is_rgb(d) == is_rgb(want) && d->log2_chroma_w == shift_x && d->log2_chroma_h == shift_y;
}

static enum AVPixelFormat find_subsampled(const AVPixFmtDescriptor *want, int n_components, int shift_x,
                                          int shift_y)
{
    for (const AVPixFmtDescriptor *d = NULL; (d = av_pix_fmt_desc_next(d));) {
        const enum AVPixelFormat id = av_pix_fmt_desc_get_id(d);
        if (!uncap_pixel_is_full_range_twin(id) && fits(d, want, n_components, shift_x, shift_y))
            return id;
    }
    return AV_PIX_FMT_NONE;
}

static enum AVPixelFormat find_planar(const AVPixFmtDescriptor *want, int n_components)
{
    return find_subsampled(want, n_components, want->log2_chroma_w, want->log2_chroma_h);
}

enum AVPixelFormat uncap_pixel_planar(enum AVPixelFormat any)
{
    any = without_full_range(any);
    if (any == AV_PIX_FMT_PAL8)
        return AV_PIX_FMT_GBRP;
    const AVPixFmtDescriptor *d = av_pix_fmt_desc_get(any);
    if (!d || any == AV_PIX_FMT_XYZ12LE || any == AV_PIX_FMT_XYZ12BE)
        return AV_PIX_FMT_NONE;
    if (any ==
        AV_PIX_FMT_UYYVYY411) /* its luma samples are unevenly spaced, which descriptors cannot express */
        return AV_PIX_FMT_NONE;
    if (d->flags & (AV_PIX_FMT_FLAG_HWACCEL | AV_PIX_FMT_FLAG_FLOAT | AV_PIX_FMT_FLAG_BAYER))
        return AV_PIX_FMT_NONE;
    if (is_native_planar(d))
        return any;
    const enum AVPixelFormat same = find_planar(d, d->nb_components);
    if (same != AV_PIX_FMT_NONE || !has_alpha(d))
        return same;
    return find_planar(d, d->nb_components - 1);
}

enum AVPixelFormat uncap_pixel_opaque(enum AVPixelFormat planar)
{
    const AVPixFmtDescriptor *d = av_pix_fmt_desc_get(planar);
    return d && has_alpha(d) ? find_planar(d, d->nb_components - 1) : planar;
}

enum AVPixelFormat uncap_pixel_swapped(enum AVPixelFormat planar)
{
    const AVPixFmtDescriptor *d = av_pix_fmt_desc_get(planar);
    return d->log2_chroma_w == d->log2_chroma_h
               ? planar
               : find_subsampled(d, d->nb_components, d->log2_chroma_h, d->log2_chroma_w);
}

struct uncap_format uncap_pixel_format(enum AVPixelFormat planar)
{
    const AVPixFmtDescriptor *d = av_pix_fmt_desc_get(planar);
    struct uncap_format f = {.n_planes = d->nb_components >= 3 ? 3 : 1, .depth = d->comp[0].depth};
    if (f.n_planes == 3) {
        f.shift_x = d->log2_chroma_w;
        f.shift_y = d->log2_chroma_h;
    }
    return f;
}

bool uncap_pixel_same_samples(enum AVPixelFormat a, enum AVPixelFormat b)
{
    const AVPixFmtDescriptor *da = av_pix_fmt_desc_get(a);
    const AVPixFmtDescriptor *db = av_pix_fmt_desc_get(b);
    if (!da || !db ||
        (da->flags | db->flags) & (AV_PIX_FMT_FLAG_HWACCEL | AV_PIX_FMT_FLAG_FLOAT | AV_PIX_FMT_FLAG_PAL))
        return false;
    if (da->nb_components != db->nb_components || is_rgb(da) != is_rgb(db) ||
        da->log2_chroma_w != db->log2_chroma_w || da->log2_chroma_h != db->log2_chroma_h)
        return false;
    for (int c = 0; c < da->nb_components; c++)
        if (da->comp[c].depth != db->comp[c].depth)
            return false;
    return true;
}
