/* SPDX-License-Identifier: Apache-2.0 */
#include "base/picture.h"

#include <string.h>

#include "base/memory.h"

bool uncap_format_equal(struct uncap_format a, struct uncap_format b)
{
    return a.n_planes == b.n_planes && a.depth == b.depth && a.shift_x == b.shift_x && a.shift_y == b.shift_y;
}

struct uncap_picture uncap_picture_crop(const struct uncap_picture *p, struct uncap_rect r)
{
    struct uncap_picture out = *p;
    out.w = uncap_rect_w(r);
    out.h = uncap_rect_h(r);
    const ptrdiff_t bytes = (ptrdiff_t)uncap_sample_bytes(p->format);
    for (int i = 0; i < p->format.n_planes; i++) {
        const ptrdiff_t x = i ? r.x0 >> p->format.shift_x : r.x0;
        const ptrdiff_t y = i ? r.y0 >> p->format.shift_y : r.y0;
        out.data[i] += y * p->stride[i] + x * bytes;
    }
    return out;
}

static size_t row_bytes(struct uncap_format f, int plane, int w)
{
    const size_t bytes = (size_t)uncap_plane_w(f, plane, w) * uncap_sample_bytes(f);
    return (bytes + UNCAP_ALIGN - 1) / UNCAP_ALIGN * UNCAP_ALIGN;
}

size_t uncap_picture_bytes(struct uncap_format f, int w, int h)
{
    size_t total = 0;
    for (int i = 0; i < f.n_planes; i++)
        total += row_bytes(f, i, w) * (size_t)uncap_plane_h(f, i, h);
    return total;
}

bool uncap_picture_alloc(struct uncap_picture *out, struct uncap_format f, int w, int h)
{
    uint8_t *block = uncap_alloc(1, uncap_picture_bytes(f, w, h));
    if (!block)
        return false;
    *out = (struct uncap_picture){.format = f, .w = w, .h = h};
    for (int i = 0; i < f.n_planes; i++) {
        out->data[i] = block;
        out->stride[i] = (ptrdiff_t)row_bytes(f, i, w);
        block += row_bytes(f, i, w) * (size_t)uncap_plane_h(f, i, h);
    }
    return true;
}

void uncap_picture_free(struct uncap_picture *p)
{
    uncap_free(p->data[0]);
    *p = (struct uncap_picture){.w = 0};
}

void uncap_picture_copy(const struct uncap_picture *dst, const struct uncap_picture *src)
{
    for (int i = 0; i < src->format.n_planes; i++) {
        const size_t row = (size_t)uncap_plane_w(src->format, i, src->w) * uncap_sample_bytes(src->format);
        const int h = uncap_plane_h(src->format, i, src->h);
        for (int y = 0; y < h; y++)
            memcpy(dst->data[i] + y * dst->stride[i], src->data[i] + y * src->stride[i], row);
    }
}
