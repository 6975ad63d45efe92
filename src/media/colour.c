/* SPDX-License-Identifier: Apache-2.0 */
#include "media/colour.h"

#include <math.h>

/* Luma weights of red and blue for a matrix of ITU-T H.273; what is unknown is taken as BT.601. */
struct weights {
    float r, g, b;
};

static struct weights weights_of(int matrix)
{
    switch (matrix) {
    case 1: return (struct weights){0.2126f, 0.7152f, 0.0722f};
    case 4: return (struct weights){0.30f, 0.59f, 0.11f};
    case 7: return (struct weights){0.212f, 0.701f, 0.087f};
    case 9:
    case 10: return (struct weights){0.2627f, 0.6780f, 0.0593f};
    default: return (struct weights){0.299f, 0.587f, 0.114f};
    }
}

/* sample = offset + value * scale, for luma (0..1) and chroma (-0.5..0.5). */
struct coding {
    float luma_offset, luma_scale, chroma_offset, chroma_scale, max;
};

static struct coding coding_of(struct uncap_format f, struct uncap_colour colour)
{
    const float max = (float)((1 << f.depth) - 1);
    const float unit = (float)(1 << (f.depth - 8));
    const float middle = 128 * unit;
    if (colour.is_full_range)
        return (struct coding){0, max, middle, max, max};
    return (struct coding){16 * unit, 219 * unit, middle, 224 * unit, max};
}

static void put(const struct uncap_picture *p, int plane, int x, int y, float value, float max)
{
    const float v = (value < 0 ? 0 : value > max ? max : value) + 0.5f;
    uint8_t *row = p->data[plane] + y * p->stride[plane];
    if (p->format.depth > 8)
        ((uint16_t *)(void *)row)[x] = (uint16_t)v;
    else
        row[x] = (uint8_t)v;
}

static float unit(float v)
{
    return v < 0 ? 0 : v > 1 ? 1 : v;
}

/* Pixels are read in spans of a row, so that what is gathered for them fits on the stack and loops vectorise.
 * A multiple of every chroma step. */
enum { SPAN = 256 };

/* n samples from x on, as they are. */
static void load(const struct uncap_picture *p, int plane, int x, int y, int n, float *out)
{
    const uint8_t *row = p->data[plane] + y * p->stride[plane];
    if (p->format.depth > 8)
        for (int i = 0; i < n; i++)
            out[i] = ((const uint16_t *)(const void *)row)[x + i];
    else
        for (int i = 0; i < n; i++)
            out[i] = row[x + i];
}

/* Where a luma row falls between two chroma rows. */
struct tap {
    int y0, y1;
    float t;
};

static struct tap tap_at(const struct uncap_picture *p, int y)
{
    const int h = uncap_plane_h(p->format, 1, p->h);
    const float step = (float)(1 << p->format.shift_y);
    const float at = ((float)y - (step - 1) / 2) / step;
    const int above = (int)floorf(at);
    return (struct tap){above < 0 ? 0 : above, above + 1 > h - 1 ? h - 1 : above + 1, at - (float)above};
}

/* Chroma at n luma positions from x on. A chroma column stands on the first of the luma columns it covers. */
static void load_chroma(const struct uncap_picture *p, int plane, int x, struct tap v, int n, float *out)
{
    const int shift = p->format.shift_x;
    const int first = x >> shift;
    const int left = uncap_plane_w(p->format, plane, p->w) - first;
    const int wanted = ((n - 1) >> shift) + 2; /* the last one only to lean on */
    const int m = wanted < left ? wanted : left;
    float a[SPAN + 1], b[SPAN + 1];
    load(p, plane, first, v.y0, m, a);
    if (v.t > 0) {
        load(p, plane, first, v.y1, m, b);
        for (int i = 0; i < m; i++)
            a[i] += (b[i] - a[i]) * v.t;
    }
    if (m < wanted)
        a[m] = a[m - 1];
    const float step = 1 / (float)(1 << shift);
    for (int i = 0; i < n; i++) {
        const float t = (float)(i & ((1 << shift) - 1)) * step;
        out[i] = a[i >> shift] + (a[(i >> shift) + 1] - a[i >> shift]) * t;
    }
}

struct reader {
    const struct uncap_picture *p;
    struct coding coding;
    struct weights k;
    bool is_rgb;
};

static struct reader reader_of(const struct uncap_picture *p, struct uncap_colour colour)
{
    return (struct reader){p, coding_of(p->format, colour), weights_of(colour.matrix),
                           p->format.n_planes == 3 && colour.matrix == 0};
}

static void read_planes(const struct reader *r, int x, int y, int n, float *rgb)
{
    static const int channel_of_plane[3] = {1, 2, 0}; /* planes are G, B, R */
    float plane[SPAN];
    for (int i = 0; i < 3; i++) {
        const bool is_grey = r->p->format.n_planes == 1;
        load(r->p, is_grey ? 0 : i, x, y, n, plane);
        for (int k = 0; k < n; k++)
            rgb[3 * k + channel_of_plane[i]] =
                unit((plane[k] - r->coding.luma_offset) / r->coding.luma_scale);
    }
}

/* n <= SPAN pixels of a row from x on, which is a multiple of SPAN. */
static void read_span(const struct reader *r, int x, int y, struct tap v, int n, float *rgb)
{
    if (r->is_rgb || r->p->format.n_planes == 1) {
        read_planes(r, x, y, n, rgb);
        return;
    }
    const struct coding c = r->coding;
    const struct weights k = r->k;
    float luma[SPAN], cb[SPAN], cr[SPAN];
    load(r->p, 0, x, y, n, luma);
    load_chroma(r->p, 1, x, v, n, cb);
    load_chroma(r->p, 2, x, v, n, cr);
    const float luma_unit = 1 / c.luma_scale, chroma_unit = 1 / c.chroma_scale, green_unit = 1 / k.g;
    for (int i = 0; i < n; i++) {
        const float l = (luma[i] - c.luma_offset) * luma_unit;
        const float red = l + 2 * (1 - k.r) * chroma_unit * (cr[i] - c.chroma_offset);
        const float blue = l + 2 * (1 - k.b) * chroma_unit * (cb[i] - c.chroma_offset);
        rgb[3 * i] = unit(red);
        rgb[3 * i + 1] = unit((l - k.r * red - k.b * blue) * green_unit);
        rgb[3 * i + 2] = unit(blue);
    }
}

void uncap_colour_to_rgb(const struct uncap_picture *p, struct uncap_colour colour, float *rgb)
{
    const struct reader r = reader_of(p, colour);
    for (int y = 0; y < p->h; y++) {
        const struct tap v = tap_at(p, y);
        for (int x = 0; x < p->w; x += SPAN) {
            const int n = p->w - x < SPAN ? p->w - x : SPAN;
            read_span(&r, x, y, v, n, rgb);
            rgb += 3 * n;
        }
    }
}

void uncap_colour_to_rgb8(const struct uncap_picture *p, struct uncap_colour colour, uint8_t *rgb)
{
    const struct reader r = reader_of(p, colour);
    for (int y = 0; y < p->h; y++) {
        const struct tap v = tap_at(p, y);
        for (int x = 0; x < p->w; x += SPAN) {
            float span[3 * SPAN];
            const int n = p->w - x < SPAN ? p->w - x : SPAN;
            read_span(&r, x, y, v, n, span);
            for (int i = 0; i < 3 * n; i++)
                *rgb++ = (uint8_t)(span[i] * 255 + 0.5f);
        }
    }
}

static float luma_of(const float *rgb, struct weights k)
{
    return k.r * rgb[0] + k.g * rgb[1] + k.b * rgb[2];
}

static void put_rgb_planes(const float *rgb, const struct uncap_picture *p, const struct coding *c)
{
    static const int channel_of_plane[3] = {1, 2, 0}; /* planes are G, B, R */
    for (int y = 0; y < p->h; y++)
        for (int x = 0; x < p->w; x++, rgb += 3)
            for (int i = 0; i < 3; i++)
                put(p, i, x, y, c->luma_offset + rgb[channel_of_plane[i]] * c->luma_scale, c->max);
}

/* Mean chroma of the luma samples that chroma sample (x, y) covers. */
static void put_chroma(const float *rgb, const struct uncap_picture *p, const struct coding *c,
                       struct weights k, int x, int y)
{
    const struct uncap_format f = p->format;
    float cb = 0, cr = 0;
    int n = 0;
    for (int j = y << f.shift_y; j < (y + 1) << f.shift_y && j < p->h; j++)
        for (int i = x << f.shift_x; i < (x + 1) << f.shift_x && i < p->w; i++, n++) {
            const float *pixel = rgb + ((ptrdiff_t)j * p->w + i) * 3;
            const float luma = luma_of(pixel, k);
            cb += (pixel[2] - luma) / (2 * (1 - k.b));
            cr += (pixel[0] - luma) / (2 * (1 - k.r));
        }
    put(p, 1, x, y, c->chroma_offset + cb / (float)n * c->chroma_scale, c->max);
    put(p, 2, x, y, c->chroma_offset + cr / (float)n * c->chroma_scale, c->max);
}

void uncap_colour_from_rgb(const float *rgb, struct uncap_colour colour, const struct uncap_picture *p)
{
    const struct coding c = coding_of(p->format, colour);
    const struct weights k = weights_of(colour.matrix);
    if (p->format.n_planes == 3 && colour.matrix == 0) {
        put_rgb_planes(rgb, p, &c);
        return;
    }
    for (int y = 0; y < p->h; y++)
        for (int x = 0; x < p->w; x++)
            put(p, 0, x, y, c.luma_offset + luma_of(rgb + ((ptrdiff_t)y * p->w + x) * 3, k) * c.luma_scale,
                c.max);
    if (p->format.n_planes == 1)
        return;
    for (int y = 0; y < uncap_plane_h(p->format, 1, p->h); y++)
        for (int x = 0; x < uncap_plane_w(p->format, 1, p->w); x++)
            put_chroma(rgb, p, &c, k, x, y);
}
