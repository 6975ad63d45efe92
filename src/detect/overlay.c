/* SPDX-License-Identifier: Apache-2.0 */
#include "detect/overlay.h"

#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/coverage.h"
#include "detect/glyphs.h"

/* Sample values of one colour. */
struct ink {
    unsigned value[UNCAP_MAX_PLANES];
};

/* 8-bit full-range RGB into the picture's samples. */
static struct ink ink_of(struct uncap_format f, struct uncap_colour colour, double r, double g, double b)
{
    const double unit = 1 << (f.depth - 8);
    struct ink ink = {{0}};
    const double kr = colour.matrix == 1                          ? 0.2126
                      : colour.matrix == 9 || colour.matrix == 10 ? 0.2627
                                                                  : 0.299;
    const double kb = colour.matrix == 1                          ? 0.0722
                      : colour.matrix == 9 || colour.matrix == 10 ? 0.0593
                                                                  : 0.114;
    const double y = kr * r + (1 - kr - kb) * g + kb * b;
    if (f.n_planes == 3 && colour.matrix == 0) {
        ink = (struct ink){{(unsigned)(g * unit), (unsigned)(b * unit), (unsigned)(r * unit)}};
        return ink;
    }
    const double cb = (b - y) / (2 * (1 - kb)), cr = (r - y) / (2 * (1 - kr));
    const double luma = colour.is_full_range ? y : 16 + y * 219 / 255;
    const double gain = colour.is_full_range ? 1 : 224 / 255.0;
    ink.value[0] = (unsigned)(luma * unit);
    ink.value[1] = (unsigned)fmin(fmax(128 + cb * gain, 0), 255) * (unsigned)unit;
    ink.value[2] = (unsigned)fmin(fmax(128 + cr * gain, 0), 255) * (unsigned)unit;
    return ink;
}

/* Blend ink into one sample; weight 0..256. */
static void blend(const struct uncap_picture *p, int plane, int x, int y, unsigned value, unsigned weight)
{
    uint8_t *row = p->data[plane] + (ptrdiff_t)y * p->stride[plane];
    if (p->format.depth > 8) {
        uint16_t *s = (uint16_t *)(void *)row + x;
        *s = (uint16_t)((*s * (256 - weight) + value * weight + 128) >> 8);
    } else {
        row[x] = (uint8_t)((row[x] * (256 - weight) + value * weight + 128) >> 8);
    }
}

static void dot(const struct uncap_picture *p, const struct ink *ink, int x, int y, unsigned weight)
{
    if (x < 0 || y < 0 || x >= p->w || y >= p->h)
        return;
    blend(p, 0, x, y, ink->value[0], weight);
    const int sx = p->format.shift_x, sy = p->format.shift_y;
    const bool has_chroma = p->format.n_planes == 3 && x % (1 << sx) == 0 && y % (1 << sy) == 0;
    for (int i = 1; has_chroma && i < 3; i++)
        blend(p, i, x >> sx, y >> sy, ink->value[i], weight);
}

static void fill(const struct uncap_picture *p, const struct ink *ink, int x0, int y0, int w, int h)
{
    for (int y = y0; y < y0 + h; y++)
        for (int x = x0; x < x0 + w; x++)
            dot(p, ink, x, y, 256);
}

static void line(const struct uncap_picture *p, const struct ink *ink, struct uncap_point a,
                 struct uncap_point b, int width)
{
    const float length = fmaxf(fabsf(b.x - a.x), fabsf(b.y - a.y));
    const int n = length < 1 ? 1 : (int)fminf(length, 65536);
    for (int i = 0; i <= n; i++) {
        const float t = (float)i / (float)n;
        fill(p, ink, (int)lrintf(a.x + t * (b.x - a.x)), (int)lrintf(a.y + t * (b.y - a.y)), width, width);
    }
}

static void text(const struct uncap_picture *p, const struct ink *ink, const struct ink *paper, const char *s,
                 int x, int y, int size)
{
    const int step = (UNCAP_GLYPH_W + 1) * size;
    fill(p, paper, x - size, y - size, (int)strlen(s) * step + size, (UNCAP_GLYPH_H + 2) * size);
    for (; *s; s++, x += step)
        for (int v = 0; v < UNCAP_GLYPH_H; v++)
            for (int u = 0; u < UNCAP_GLYPH_W; u++)
                if (uncap_glyph_pixel(*s, u, v))
                    fill(p, ink, x + u * size, y + v * size, size, size);
}

static void tint(const struct uncap_picture *p, const struct ink *ink, const uint8_t *coverage)
{
    for (int y = 0; y < p->h; y++)
        for (int x = 0; x < p->w; x++) {
            const unsigned c = coverage[(ptrdiff_t)y * p->w + x];
            if (c)
                dot(p, ink, x, y, c * 150 / 255);
        }
}

/* Did the detector see a caption in just this frame? */
static bool has_detection(const struct uncap_captions *captions, int64_t frame)
{
    for (size_t i = 0; i < captions->n; i++) {
        const struct uncap_caption *c = &captions->items[i];
        enum uncap_observation_kind kind;
        if (!uncap_caption_opacity(c, frame))
            continue;
        uncap_coverage_quad(c, frame, &kind);
        if (kind == UNCAP_OBSERVATION_DETECTED)
            return true;
    }
    return false;
}

void uncap_overlay_draw(const struct uncap_picture *p, struct uncap_colour colour,
                        const struct uncap_captions *captions, int64_t frame, const uint8_t *coverage)
{
    const struct ink green = ink_of(p->format, colour, 0, 220, 0),
                     yellow = ink_of(p->format, colour, 255, 220, 0);
    const struct ink grey = ink_of(p->format, colour, 160, 160, 160),
                     black = ink_of(p->format, colour, 0, 0, 0);
    const struct ink white = ink_of(p->format, colour, 255, 255, 255);
    const int size = p->h / 360 > 0 ? p->h / 360 : 1;
    char label[32];
    tint(p, has_detection(captions, frame) ? &green : &yellow, coverage);
    for (size_t i = 0; i < captions->n; i++) {
        const struct uncap_caption *c = &captions->items[i];
        if (!uncap_caption_opacity(c, frame))
            continue;
        enum uncap_observation_kind kind;
        const struct uncap_quad q = uncap_coverage_quad(c, frame, &kind);
        const struct ink *ink = c->keep ? &grey : kind == UNCAP_OBSERVATION_DETECTED ? &green : &yellow;
        for (int k = 0; k < 4; k++)
            line(p, ink, q.p[k], q.p[(k + 1) % 4], size + 1);
        const struct uncap_rect r = uncap_quad_bounds(&q);
        snprintf(label, sizeof(label), "#%d", c->id);
        text(p, ink, &black, label, r.x0 + size, r.y0 - (UNCAP_GLYPH_H + 3) * size, size);
    }
    snprintf(label, sizeof(label), "%" PRId64, frame);
    text(p, &white, &black, label, 4 * size, 4 * size, 2 * size);
}
