/* SPDX-License-Identifier: Apache-2.0 */
#include "inpaint/diffueraser/hole.h"

#include <string.h>

#include "base/memory.h"
#include "inpaint/pillow_resize.h"

enum { BLUR_TAPS = 21, BLUR_REACH = BLUR_TAPS / 2 };

static const uint16_t BLUR[BLUR_TAPS] = {0,  2,  2,  4,  6,  11, 15, 20, 25, 28, 30,
                                         28, 25, 20, 15, 11, 6,  4,  2,  2,  0}; /* sum 256 */

void uncap_hole_grey(const uint8_t *rgb, uint8_t *grey, size_t n)
{
    for (size_t i = 0; i < n; i++)
        grey[i] =
            (uint8_t)((19595 * rgb[3 * i] + 38470 * rgb[3 * i + 1] + 7471 * rgb[3 * i + 2] + 32768) >> 16);
}

/* One line of a binary dilation: on where any of the 2 reach + 1 neighbours is on. Samples lie `step` apart.
 */
static void grow_line(const uint8_t *from, uint8_t *to, int n, size_t step, int reach)
{
    int on = 0; /* how many samples of the window are on */
    for (int k = 0; k < reach && k < n; k++)
        on += from[(size_t)k * step] != 0;
    for (int k = 0; k < n; k++) {
        if (k + reach < n)
            on += from[(size_t)(k + reach) * step] != 0;
        if (k > reach)
            on -= from[(size_t)(k - reach - 1) * step] != 0;
        to[(size_t)k * step] = on ? 255 : 0;
    }
}

int uncap_hole_grow(uint8_t *hole, struct uncap_size size, int reach, struct uncap_error *err)
{
    if (reach <= 0)
        return UNCAP_OK;
    const size_t w = (size_t)size.w;
    uint8_t *across = uncap_alloc(w * (size_t)size.h, 1);
    if (!across)
        return uncap_fail_nomem(err, "growing a mask");
    for (int y = 0; y < size.h; y++)
        grow_line(hole + (size_t)y * w, across + (size_t)y * w, size.w, 1, reach);
    for (int x = 0; x < size.w; x++)
        grow_line(across + x, hole + x, size.h, w, reach);
    uncap_free(across);
    return UNCAP_OK;
}

int uncap_hole_read(const uint8_t *grey, struct uncap_size from, struct uncap_size size, int dilation,
                    uint8_t *hole, struct uncap_error *err)
{
    const size_t n = (size_t)size.w * (size_t)size.h;
    uncap_pillow_nearest(grey, from.w, from.h, hole, size.w, size.h);
    /* An erosion is the growth of the complement. */
    for (size_t i = 0; i < n; i++)
        hole[i] = hole[i] ? 0 : 255;
    const int rc = uncap_hole_grow(hole, size, 1, err);
    for (size_t i = 0; i < n; i++)
        hole[i] = (uint8_t)~hole[i];
    return rc ? rc : uncap_hole_grow(hole, size, dilation, err);
}

void uncap_hole_cut(const uint8_t *image, const uint8_t *hole, uint8_t *out, size_t n)
{
    for (size_t i = 0; i < n; i++)
        for (size_t c = 0; c < 3; c++)
            out[3 * i + c] = hole[i] ? 0 : image[3 * i + c];
}

void uncap_hole_latent(const uint8_t *hole, struct uncap_size size, float *out)
{
    for (int y = 0; y < size.h / 8; y++)
        for (int x = 0; x < size.w / 8; x++)
            *out++ = hole[(size_t)(8 * y) * (size_t)size.w + (size_t)(8 * x)] ? 0.0f : 1.0f;
}

/* Index of a line of n samples mirrored at both ends: ... 2 1 0 1 2 ... */
static int mirrored(int k, int n)
{
    while (n > 1 && (k < 0 || k >= n))
        k = k < 0 ? -k : 2 * (n - 1) - k;
    return n > 1 ? k : 0;
}

/* sums [h][w] u16: exact horizontal sums. padded has room for w + 20 samples. */
static void blur_across(const uint8_t *hole, struct uncap_size size, uint8_t *padded, uint16_t *sums)
{
    for (int y = 0; y < size.h; y++) {
        const uint8_t *row = hole + (size_t)y * (size_t)size.w;
        for (int k = 0; k < size.w + 2 * BLUR_REACH; k++)
            padded[k] = row[mirrored(k - BLUR_REACH, size.w)];
        uint16_t *to = sums + (size_t)y * (size_t)size.w;
        memset(to, 0, (size_t)size.w * sizeof(*to));
        for (int k = 0; k < BLUR_TAPS; k++)
            for (int x = 0; x < size.w; x++)
                to[x] = (uint16_t)(to[x] + BLUR[k] * padded[x + k]);
    }
}

static void blur_down(const uint16_t *sums, struct uncap_size size, uint32_t *line, uint8_t *out)
{
    for (int y = 0; y < size.h; y++) {
        for (int x = 0; x < size.w; x++)
            line[x] = 32768;
        for (int k = 0; k < BLUR_TAPS; k++) {
            const uint16_t *from = sums + (size_t)mirrored(y + k - BLUR_REACH, size.h) * (size_t)size.w;
            for (int x = 0; x < size.w; x++)
                line[x] += (uint32_t)BLUR[k] * from[x];
        }
        for (int x = 0; x < size.w; x++)
            out[(size_t)y * (size_t)size.w + (size_t)x] = (uint8_t)(line[x] >> 16);
    }
}

int uncap_hole_blur(const uint8_t *hole, struct uncap_size size, uint8_t *out, struct uncap_error *err)
{
    const size_t w = (size_t)size.w;
    uint8_t *padded = uncap_alloc(w + 2 * BLUR_REACH, 1);
    uint16_t *sums = uncap_alloc(w * (size_t)size.h, sizeof(*sums));
    uint32_t *line = uncap_alloc(w, sizeof(*line));
    int rc = UNCAP_OK;
    if (padded && sums && line) {
        blur_across(hole, size, padded, sums);
        blur_down(sums, size, line, out);
    } else {
        rc = uncap_fail_nomem(err, "blurring a mask");
    }
    uncap_free(padded);
    uncap_free(sums);
    uncap_free(line);
    return rc;
}

void uncap_hole_alpha_table(uint8_t table[256])
{
    for (int level = 0; level < 256; level++)
        table[level] = (uint8_t)((1.0 - (1.0 - level / 255.0)) * 255.0); /* truncates: not the identity */
}

void uncap_hole_alpha(const uint8_t *hole, uint8_t *blurred, const uint8_t table[256], size_t n)
{
    for (size_t i = 0; i < n; i++)
        blurred[i] = hole[i] ? 255 : table[blurred[i]];
}

void uncap_hole_blend(const uint8_t *image, const uint8_t *generated, const uint8_t *alpha, uint8_t *out,
                      size_t n)
{
    for (size_t i = 0; i < n; i++) {
        const float a = (float)alpha[i] / 255.0f;
        for (size_t c = 3 * i; c < 3 * i + 3; c++)
            out[c] = (uint8_t)((float)generated[c] * a + (float)image[c] * (1.0f - a));
    }
}
