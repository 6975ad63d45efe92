/* SPDX-License-Identifier: Apache-2.0 */
#include "detect/look/luma.h"

#include <string.h>

#include "kernels/kernels.h"

enum { SIDE_MAX = 720 };

int uncap_luma_factor(int w, int h)
{
    const int side = w < h ? w : h;
    return side <= SIDE_MAX ? 1 : (side + SIDE_MAX - 1) / SIDE_MAX;
}

void uncap_luma_size(int w, int h, int factor, int *out_w, int *out_h)
{
    *out_w = w / factor > 0 ? w / factor : 1;
    *out_h = h / factor > 0 ? h / factor : 1;
}

static void row_8(const uint8_t *from, ptrdiff_t stride, int factor, int w, uint8_t *to)
{
    const unsigned area = (unsigned)(factor * factor);
    for (int x = 0; x < w; x++) {
        unsigned sum = area / 2;
        for (int v = 0; v < factor; v++)
            for (int u = 0; u < factor; u++)
                sum += from[v * stride + x * factor + u];
        to[x] = (uint8_t)(sum / area);
    }
}

static void row_16(const uint8_t *from, ptrdiff_t stride, int factor, int shift, int w, uint8_t *to)
{
    const unsigned area = (unsigned)(factor * factor);
    for (int x = 0; x < w; x++) {
        unsigned sum = 0;
        for (int v = 0; v < factor; v++) {
            const uint16_t *line = (const uint16_t *)(const void *)(from + v * stride);
            for (int u = 0; u < factor; u++)
                sum += line[x * factor + u];
        }
        const unsigned value = (sum / area) >> shift;
        to[x] = (uint8_t)(value > 255 ? 255 : value);
    }
}

bool uncap_luma_is_plane(struct uncap_format format, int factor)
{
    return factor == 1 && format.depth == 8;
}

struct uncap_luma uncap_luma_view(const struct uncap_picture *p)
{
    return (struct uncap_luma){p->data[0], p->w, p->h, p->stride[0]};
}

void uncap_luma_reduce(const struct uncap_picture *p, int factor, struct uncap_luma *out)
{
    const struct uncap_kernels *kernels = uncap_kernels_best();
    uncap_luma_size(p->w, p->h, factor, &out->w, &out->h);
    out->stride = out->w;
    /* A side shorter than the factor: one block, of what there is. */
    const int f = factor <= p->w && factor <= p->h ? factor : 1;
    for (int y = 0; y < out->h; y++) {
        const uint8_t *from = p->data[0] + (ptrdiff_t)y * f * p->stride[0];
        uint8_t *to = out->data + y * out->stride;
        if (p->format.depth > 8)
            row_16(from, p->stride[0], f, p->format.depth - 8, out->w, to);
        else if (f == 1)
            memcpy(to, from, (size_t)out->w);
        else if (f == 2)
            kernels->halve(from, from + p->stride[0], out->w, to);
        else
            row_8(from, p->stride[0], f, out->w, to);
    }
}

float uncap_luma_share(const struct uncap_luma *luma, struct uncap_rect r)
{
    const struct uncap_rect in = uncap_rect_intersect(r, (struct uncap_rect){0, 0, luma->w, luma->h});
    return uncap_rect_empty(in) ? 0
                                : (float)uncap_rect_w(in) * (float)uncap_rect_h(in) /
                                      ((float)uncap_rect_w(r) * (float)uncap_rect_h(r));
}

void uncap_luma_row(const struct uncap_luma *luma, int x, int y, int n, uint8_t *out)
{
    const uint8_t *row = luma->data + y * luma->stride;
    const int left = x < 0 ? (-x < n ? -x : n) : 0;
    const int right = x + n > luma->w ? (x + n - luma->w < n ? x + n - luma->w : n) : 0;
    memset(out, row[0], (size_t)left);
    if (left + right < n)
        memcpy(out + left, row + x + left, (size_t)(n - left - right));
    memset(out + n - right, row[luma->w - 1], (size_t)right);
}
