/* SPDX-License-Identifier: Apache-2.0 */
#include "media/orientation.h"

#include <string.h>

#include <libavutil/pixdesc.h>

#include "media/pixel_format.h"
#include "media/side_data.h"

static const int n_orientations = 8;

/* EXIF goes around: as it is, left to right, both, top to bottom. */
static bool mirrors_x(int orientation)
{
    return ((orientation ^ orientation >> 1) & 1) != 0;
}

static bool mirrors_y(int orientation)
{
    return (orientation >> 1 & 1) != 0;
}

bool uncap_orientation_swaps_sides(int orientation)
{
    return (orientation & 4) != 0;
}

static int compose(bool swaps_sides, bool is_mirrored_x, bool is_mirrored_y)
{
    for (int o = 0; o < n_orientations; o++)
        if (uncap_orientation_swaps_sides(o) == swaps_sides && mirrors_x(o) == is_mirrored_x &&
            mirrors_y(o) == is_mirrored_y)
            return o;
    return 0;
}

/* Less than a degree beside it, as players see it too; a matrix may come from a rounded angle. */
static bool is_negligible(int32_t part, int32_t beside)
{
    const int64_t small = part < 0 ? -(int64_t)part : part;
    const int64_t large = beside < 0 ? -(int64_t)beside : beside;
    return 57 * small < large;
}

/* The point (p, q) of the coded picture is shown at (m[0] p + m[3] q, m[1] p + m[4] q). */
int uncap_orientation_of_matrix(const int32_t m[9])
{
    if (is_negligible(m[3], m[0]) && is_negligible(m[1], m[4]))
        return compose(false, m[0] < 0, m[4] < 0);
    if (is_negligible(m[0], m[3]) && is_negligible(m[4], m[1]))
        return compose(true, m[3] < 0, m[1] < 0);
    return 0;
}

int uncap_orientation_of_stream(const AVStream *stream, enum AVPixelFormat planar)
{
    const int32_t *matrix = uncap_side_data_get(stream, AV_PKT_DATA_DISPLAYMATRIX);
    const int orientation = matrix ? uncap_orientation_of_matrix(matrix) : 0;
    const bool has_form = planar == AV_PIX_FMT_NONE || uncap_pixel_swapped(planar) != AV_PIX_FMT_NONE;
    return uncap_orientation_swaps_sides(orientation) && !has_form ? 0 : orientation;
}

int uncap_orientation_inverse(int orientation)
{
    return uncap_orientation_swaps_sides(orientation)
               ? compose(true, mirrors_y(orientation), mirrors_x(orientation))
               : orientation;
}

/* A plane read in another order: its first sample, and the way to the next one of a row and of a column. */
struct walk {
    const uint8_t *first;
    ptrdiff_t right, down; /* bytes */
};

/* w, h: of the turned plane. */
static struct walk walk_of(const uint8_t *data, ptrdiff_t stride, ptrdiff_t bytes, int w, int h,
                           int orientation)
{
    const bool swaps_sides = uncap_orientation_swaps_sides(orientation);
    struct walk s = {data, swaps_sides ? stride : bytes, swaps_sides ? bytes : stride};
    if (mirrors_x(orientation)) {
        s.first += (w - 1) * s.right;
        s.right = -s.right;
    }
    if (mirrors_y(orientation)) {
        s.first += (h - 1) * s.down;
        s.down = -s.down;
    }
    return s;
}

enum { TILE = 32 }; /* samples a side: columns become rows within the first cache */

static void turn_tile(uint8_t *dst, ptrdiff_t stride, struct walk s, int bytes, int w, int h)
{
    for (int y = 0; y < h; y++) {
        uint8_t *to = dst + y * stride;
        const uint8_t *from = s.first + y * s.down;
        if (bytes == 1)
            for (int x = 0; x < w; x++)
                to[x] = from[x * s.right];
        else
            for (int x = 0; x < w; x++)
                memcpy(to + 2 * x, from + x * s.right, 2);
    }
}

static void turn_plane(uint8_t *dst, ptrdiff_t stride, struct walk s, int bytes, int w, int h)
{
    for (int y = 0; y < h; y += TILE)
        for (int x = 0; x < w; x += TILE) {
            const struct walk tile = {s.first + y * s.down + x * s.right, s.right, s.down};
            turn_tile(dst + y * stride + (ptrdiff_t)x * bytes, stride, tile, bytes, FFMIN(TILE, w - x),
                      FFMIN(TILE, h - y));
        }
}

static void turn_planes(AVFrame *dst, const AVFrame *src, int orientation)
{
    const AVPixFmtDescriptor *d = av_pix_fmt_desc_get((enum AVPixelFormat)dst->format);
    for (int p = 0; p < d->nb_components; p++) {
        const bool is_chroma = p == 1 || p == 2;
        const int w = AV_CEIL_RSHIFT(dst->width, is_chroma ? d->log2_chroma_w : 0);
        const int h = AV_CEIL_RSHIFT(dst->height, is_chroma ? d->log2_chroma_h : 0);
        const int bytes = d->comp[0].step;
        turn_plane(dst->data[p], dst->linesize[p],
                   walk_of(src->data[p], src->linesize[p], bytes, w, h, orientation), bytes, w, h);
    }
}

static AVRational swapped(AVRational aspect)
{
    return aspect.num ? av_inv_q(aspect) : aspect; /* 0 / 1: not known */
}

int uncap_orientation_turn(AVFrame **out, const AVFrame *src, int orientation, struct uncap_error *err)
{
    const bool swaps_sides = uncap_orientation_swaps_sides(orientation);
    AVFrame *dst = *out = av_frame_alloc();
    if (!dst)
        return uncap_fail_nomem(err, "a turned frame");
    dst->format = swaps_sides ? uncap_pixel_swapped((enum AVPixelFormat)src->format) : src->format;
    dst->width = swaps_sides ? src->height : src->width;
    dst->height = swaps_sides ? src->width : src->height;
    if (av_frame_get_buffer(dst, 0) < 0 || av_frame_copy_props(dst, src) < 0) {
        av_frame_free(out);
        return uncap_fail_nomem(err, "a turned frame");
    }
    if (swaps_sides)
        dst->sample_aspect_ratio = swapped(src->sample_aspect_ratio);
    av_frame_remove_side_data(dst, AV_FRAME_DATA_DISPLAYMATRIX);
    turn_planes(dst, src, orientation);
    return UNCAP_OK;
}

void uncap_orientation_turn_info(struct uncap_video_info *info, int orientation)
{
    if (!uncap_orientation_swaps_sides(orientation))
        return;
    const int w = info->w;
    info->w = info->h;
    info->h = w;
    info->sample_aspect_ratio = swapped(info->sample_aspect_ratio);
    info->pix_fmt = uncap_pixel_swapped(info->pix_fmt);
    info->format = uncap_pixel_format(info->pix_fmt);
}

/* Where a chroma sample lies among its 2 x 2 luma samples: 0 on the first, 1 between, 2 on the last. */
static const struct {
    enum AVChromaLocation name;
    int x, y;
} sitings[] = {
    {AVCHROMA_LOC_LEFT, 0, 1}, {AVCHROMA_LOC_CENTER, 1, 1},     {AVCHROMA_LOC_TOPLEFT, 0, 0},
    {AVCHROMA_LOC_TOP, 1, 0},  {AVCHROMA_LOC_BOTTOMLEFT, 0, 2}, {AVCHROMA_LOC_BOTTOM, 1, 2},
};

static enum AVChromaLocation siting_at(int x, int y)
{
    for (size_t i = 0; i < FF_ARRAY_ELEMS(sitings); i++)
        if (sitings[i].x == x && sitings[i].y == y)
            return sitings[i].name;
    return AVCHROMA_LOC_UNSPECIFIED;
}

enum AVChromaLocation uncap_orientation_turn_siting(enum AVChromaLocation siting, int orientation)
{
    for (size_t i = 0; i < FF_ARRAY_ELEMS(sitings); i++) {
        if (sitings[i].name != siting)
            continue;
        const bool swaps_sides = uncap_orientation_swaps_sides(orientation);
        const int x = swaps_sides ? sitings[i].y : sitings[i].x;
        const int y = swaps_sides ? sitings[i].x : sitings[i].y;
        return siting_at(mirrors_x(orientation) ? 2 - x : x, mirrors_y(orientation) ? 2 - y : y);
    }
    return AVCHROMA_LOC_UNSPECIFIED;
}
