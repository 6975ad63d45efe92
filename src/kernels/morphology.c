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

static void spread(const uint8_t *src, uint8_t *dst, uint8_t *tmp, int w, int h, int rx, int ry,
                   void (*into)(uint8_t *restrict, const uint8_t *restrict, int))
{
    for (int y = 0; y < h; y++) {
        const uint8_t *from = src + (ptrdiff_t)y * w;
        uint8_t *to = tmp + (ptrdiff_t)y * w;
        memcpy(to, from, (size_t)w);
        for (int k = 1; k <= rx && k < w; k++) {
            into(to, from + k, w - k);
            into(to + k, from, w - k);
        }
    }
    for (int y = 0; y < h; y++) {
        uint8_t *to = dst + (ptrdiff_t)y * w;
        memcpy(to, tmp + (ptrdiff_t)y * w, (size_t)w);
        for (int k = 1; k <= ry; k++) {
            if (y + k < h)
                into(to, tmp + (ptrdiff_t)(y + k) * w, w);
            if (y - k >= 0)
                into(to, tmp + (ptrdiff_t)(y - k) * w, w);
        }
    }
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
