/* SPDX-License-Identifier: Apache-2.0 */
#include "media/composite.h"

#include <stdbool.h>
#include <string.h>

/* Exact at both ends: cover 0 gives d, 255 gives f. */
static unsigned mix(unsigned d, unsigned f, unsigned cover)
{
    return (d * (255 - cover) + f * cover + 127) / 255;
}

static void mix_row8(uint8_t *dst, const uint8_t *fill, const uint8_t *cover, int w)
{
    for (int x = 0; x < w; x++)
        dst[x] = (uint8_t)mix(dst[x], fill[x], cover[x]);
}

static void mix_row16(uint16_t *dst, const uint16_t *fill, const uint8_t *cover, int w)
{
    for (int x = 0; x < w; x++)
        dst[x] = (uint16_t)mix(dst[x], fill[x], cover[x]);
}

static void mix_row(uint8_t *dst, const uint8_t *fill, const uint8_t *cover, int w, bool is_wide)
{
    if (is_wide)
        mix_row16((uint16_t *)(void *)dst, (const uint16_t *)(const void *)fill, cover, w);
    else
        mix_row8(dst, fill, cover, w);
}

/* Nothing of the row is covered; n > 0. */
static bool is_bare(const uint8_t *coverage, int n)
{
    return !coverage[0] && !memcmp(coverage, coverage + 1, (size_t)n - 1);
}

/* All luma rows under row y of a subsampled plane are; the last ones may be cut off. */
static bool are_bare(const uint8_t *coverage, int stride, int w, int h, int y, int shift_y)
{
    const int y1 = (y + 1) << shift_y < h ? (y + 1) << shift_y : h;
    for (int j = y << shift_y; j < y1; j++)
        if (!is_bare(coverage + (ptrdiff_t)j * stride, w))
            return false;
    return true;
}

/* Largest coverage of the luma samples that chroma sample (x, y) covers; the last ones may be cut off. */
static uint8_t cover_chroma(const uint8_t *coverage, int stride, int w, int h, int x, int y, int shift_x,
                            int shift_y)
{
    const int x1 = (x + 1) << shift_x < w ? (x + 1) << shift_x : w;
    const int y1 = (y + 1) << shift_y < h ? (y + 1) << shift_y : h;
    uint8_t most = 0;
    for (int j = y << shift_y; j < y1; j++)
        for (int i = x << shift_x; i < x1; i++)
            if (coverage[(ptrdiff_t)j * stride + i] > most)
                most = coverage[(ptrdiff_t)j * stride + i];
    return most;
}

enum { CHUNK = 256 }; /* chroma samples whose coverage is gathered at a time, on the stack */

static void mix_subsampled(const struct uncap_picture *dst, const struct uncap_picture *fill, int plane,
                           const uint8_t *coverage, int stride)
{
    const struct uncap_format f = dst->format;
    const int w = uncap_plane_w(f, plane, dst->w);
    const int h = uncap_plane_h(f, plane, dst->h);
    const ptrdiff_t bytes = (ptrdiff_t)uncap_sample_bytes(f);
    for (int y = 0; y < h; y++) {
        if (are_bare(coverage, stride, dst->w, dst->h, y, f.shift_y))
            continue;
        for (int x = 0; x < w; x += CHUNK) {
            uint8_t cover[CHUNK];
            const int n = w - x < CHUNK ? w - x : CHUNK;
            for (int i = 0; i < n; i++)
                cover[i] = cover_chroma(coverage, stride, dst->w, dst->h, x + i, y, f.shift_x, f.shift_y);
            mix_row(dst->data[plane] + y * dst->stride[plane] + x * bytes,
                    fill->data[plane] + y * fill->stride[plane] + x * bytes, cover, n, bytes == 2);
        }
    }
}

void uncap_composite(const struct uncap_picture *dst, const struct uncap_picture *fill,
                     const uint8_t *coverage, int stride, struct uncap_rect crop)
{
    const struct uncap_picture part = uncap_picture_crop(dst, crop);
    const struct uncap_format f = part.format;
    for (int i = 0; i < f.n_planes; i++) {
        if (i && (f.shift_x || f.shift_y)) {
            mix_subsampled(&part, fill, i, coverage, stride);
            continue;
        }
        for (int y = 0; y < part.h; y++)
            if (!is_bare(coverage + (ptrdiff_t)y * stride, part.w))
                mix_row(part.data[i] + y * part.stride[i], fill->data[i] + y * fill->stride[i],
                        coverage + (ptrdiff_t)y * stride, part.w, f.depth > 8);
    }
}
