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

static float sample(const struct uncap_picture *p, int plane, int x, int y)
{
    const uint8_t *row = p->data[plane] + y * p->stride[plane];
    return p->format.depth > 8 ? (float)((const uint16_t *)(const void *)row)[x] : (float)row[x];
}

static void put(const struct uncap_picture *p, int plane, int x, int y, float value, float max)
{
    const float v = fminf(fmaxf(value, 0), max) + 0.5f;
    uint8_t *row = p->data[plane] + y * p->stride[plane];
    if (p->format.depth > 8)
        ((uint16_t *)(void *)row)[x] = (uint16_t)v;
    else
        row[x] = (uint8_t)v;
}

static float unit(float v)
{
    return fminf(fmaxf(v, 0), 1);
}

/* Where a luma coordinate falls between two chroma samples. */
struct tap {
    int i0, i1;
    float t;
};

static struct tap tap_at(int x, int shift, bool is_centred, int n)
{
    const float step = (float)(1 << shift);
    const float pos = ((float)x - (is_centred ? (step - 1) / 2 : 0)) / step;
    const int i = (int)floorf(pos);
    struct tap tap = {i, i + 1, pos - (float)i};
    tap.i0 = tap.i0 < 0 ? 0 : tap.i0;
    tap.i1 = tap.i1 > n - 1 ? n - 1 : tap.i1;
    return tap;
}

static float chroma(const struct uncap_picture *p, int plane, struct tap h, struct tap v)
{
    const float a = sample(p, plane, h.i0, v.i0), b = sample(p, plane, h.i1, v.i0);
    if (v.t == 0)
        return a + (b - a) * h.t;
    const float c = sample(p, plane, h.i0, v.i1), d = sample(p, plane, h.i1, v.i1);
    const float upper = a + (b - a) * h.t, lower = c + (d - c) * h.t;
    return upper + (lower - upper) * v.t;
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

static void read_pixel(const struct reader *r, int x, int y, struct tap v, float rgb[3])
{
    const struct uncap_picture *p = r->p;
    const struct coding *c = &r->coding;
    const float luma = (sample(p, 0, x, y) - c->luma_offset) / c->luma_scale;
    if (r->is_rgb) {
        rgb[0] = unit((sample(p, 2, x, y) - c->luma_offset) / c->luma_scale);
        rgb[1] = unit(luma);
        rgb[2] = unit((sample(p, 1, x, y) - c->luma_offset) / c->luma_scale);
        return;
    }
    if (p->format.n_planes == 1) {
        rgb[0] = rgb[1] = rgb[2] = unit(luma);
        return;
    }
    const struct tap h = tap_at(x, p->format.shift_x, false, uncap_plane_w(p->format, 1, p->w));
    const float cb = (chroma(p, 1, h, v) - c->chroma_offset) / c->chroma_scale;
    const float cr = (chroma(p, 2, h, v) - c->chroma_offset) / c->chroma_scale;
    const float red = luma + 2 * (1 - r->k.r) * cr;
    const float blue = luma + 2 * (1 - r->k.b) * cb;
    rgb[0] = unit(red);
    rgb[1] = unit((luma - r->k.r * red - r->k.b * blue) / r->k.g);
    rgb[2] = unit(blue);
}

static struct tap row_tap(const struct uncap_picture *p, int y)
{
    return tap_at(y, p->format.shift_y, true, uncap_plane_h(p->format, 1, p->h));
}

void uncap_colour_to_rgb(const struct uncap_picture *p, struct uncap_colour colour, float *rgb)
{
    const struct reader r = reader_of(p, colour);
    for (int y = 0; y < p->h; y++) {
        const struct tap v = row_tap(p, y);
        for (int x = 0; x < p->w; x++, rgb += 3)
            read_pixel(&r, x, y, v, rgb);
    }
}

void uncap_colour_to_rgb8(const struct uncap_picture *p, struct uncap_colour colour, uint8_t *rgb)
{
    const struct reader r = reader_of(p, colour);
    for (int y = 0; y < p->h; y++) {
        const struct tap v = row_tap(p, y);
        for (int x = 0; x < p->w; x++, rgb += 3) {
            float pixel[3];
            read_pixel(&r, x, y, v, pixel);
            for (int c = 0; c < 3; c++)
                rgb[c] = (uint8_t)(pixel[c] * 255 + 0.5f);
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
