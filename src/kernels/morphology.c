/* SPDX-License-Identifier: Apache-2.0 */
#include "kernels/morphology.h"

#include <stddef.h>
#include <string.h>

/* Both operations are one loop over shifted rows; max(a, b) = ~min(~a, ~b) would cost a pass more. */
static void max_into(uint8_t *restrict dst, const uint8_t *restrict src, int n)
{
    for (int i = 0; i < n; i++)
        dst[i] = src[i] > dst[i] ? src[i] : dst[i];
}

static void min_into(uint8_t *restrict dst, const uint8_t *restrict src, int n)
{
    for (int i = 0; i < n; i++)
        dst[i] = src[i] < dst[i] ? src[i] : dst[i];
}

typedef void pairwise(uint8_t *restrict, const uint8_t *restrict, int);

/* b[i] = of a[i] and a[i + step], where there is one. */
static void join(const uint8_t *a, uint8_t *b, int n, int step, pairwise into)
{
    memcpy(b, a, (size_t)n);
    if (step < n)
        into(b, a + step, n - step);
}

/* The largest or smallest value within r units of `unit` values to either side: first of each and those
 * behind it, in windows twice as wide each time, then of two such windows, the one that ends here and the one
 * that begins here. Before the first unit there is nothing, so there the first window stands for what is
 * missing.
 *
 * a  [n] values, then scratch; b [n] scratch. Returns the one that holds the result. */
static uint8_t *within(uint8_t *a, uint8_t *b, int n, int unit, int r, pairwise into)
{
    int seen = 1; /* units that a window holds */
    while (seen < r + 1) {
        const int step = seen <= r + 1 - seen ? seen : r + 1 - seen;
        join(a, b, n, step * unit, into);
        seen += step;
        uint8_t *const full = b;
        b = a;
        a = full;
    }
    memcpy(b, a, (size_t)n);
    for (int i = 0; i < r && i * unit < n; i++)
        into(b + i * unit, a, unit);
    if (r * unit < n)
        into(b + r * unit, a, n - r * unit);
    return b;
}

static void spread(const uint8_t *src, uint8_t *dst, uint8_t *tmp, int w, int h, int rx, int ry,
                   pairwise into)
{
    const size_t size = (size_t)w * (size_t)h;
    for (int y = 0; y < h; y++) {
        uint8_t *a = tmp + (ptrdiff_t)y * w, *b = dst + (ptrdiff_t)y * w;
        memcpy(a, src + (ptrdiff_t)y * w, (size_t)w);
        if (within(a, b, w, 1, rx, into) != a)
            memcpy(a, b, (size_t)w);
    }
    if (within(tmp, dst, w * h, w, ry, into) != dst)
        memcpy(dst, tmp, size);
}

void uncap_morph_dilate(const uint8_t *src, uint8_t *dst, uint8_t *tmp, int w, int h, int rx, int ry)
{
    spread(src, dst, tmp, w, h, rx, ry, max_into);
}

void uncap_morph_erode(const uint8_t *src, uint8_t *dst, uint8_t *tmp, int w, int h, int rx, int ry)
{
    spread(src, dst, tmp, w, h, rx, ry, min_into);
}

void uncap_morph_hat_bright(const uint8_t *src, uint8_t *hat, uint8_t *tmp, int w, int h, int r)
{
    spread(src, hat, tmp, w, h, r, r, min_into);
    spread(hat, hat, tmp, w, h, r, r, max_into);
    for (ptrdiff_t i = 0; i < (ptrdiff_t)w * h; i++)
        hat[i] = (uint8_t)(src[i] - hat[i]);
}

void uncap_morph_hat_dark(const uint8_t *src, uint8_t *hat, uint8_t *tmp, int w, int h, int r)
{
    spread(src, hat, tmp, w, h, r, r, max_into);
    spread(hat, hat, tmp, w, h, r, r, min_into);
    for (ptrdiff_t i = 0; i < (ptrdiff_t)w * h; i++)
        hat[i] = (uint8_t)(hat[i] - src[i]);
}
