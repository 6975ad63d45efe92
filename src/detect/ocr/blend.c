/* SPDX-License-Identifier: Apache-2.0 */
#include "detect/ocr/blend.h"

#include <string.h>

#include "base/memory.h"

static void add_8(const uint8_t *row, int n, uint32_t *sum)
{
    for (int x = 0; x < n; x++)
        sum[x] += row[x];
}

static void add_16(const uint16_t *row, int n, uint32_t *sum)
{
    for (int x = 0; x < n; x++)
        sum[x] += row[x];
}

/* Row y of plane i, as wide as out's. */
static void blend_row(const struct uncap_picture *parts, int n, int i, int y, uint32_t *sum,
                      const struct uncap_picture *out)
{
    const int w = uncap_plane_w(out->format, i, out->w);
    const float gain = 65535.0f / (float)(((1 << parts[0].format.depth) - 1) * n);
    uint16_t *to = (uint16_t *)(void *)(out->data[i] + y * out->stride[i]);
    memset(sum, 0, (size_t)w * sizeof(*sum));
    for (int k = 0; k < n; k++) {
        const void *row = parts[k].data[i] + y * parts[k].stride[i];
        if (parts[k].format.depth > 8)
            add_16(row, w, sum);
        else
            add_8(row, w, sum);
    }
    for (int x = 0; x < w; x++)
        to[x] = (uint16_t)((float)sum[x] * gain + 0.5f);
}

int uncap_blend(const struct uncap_picture *pictures, int n, struct uncap_rect r, struct uncap_picture *out,
                struct uncap_error *err)
{
    struct uncap_format wide = pictures[0].format;
    wide.depth = 16;
    struct uncap_picture *parts = uncap_alloc((size_t)n, sizeof(*parts));
    uint32_t *sum = uncap_alloc((size_t)uncap_rect_w(r), sizeof(*sum));
    const bool has_all = parts && sum && uncap_picture_alloc(out, wide, uncap_rect_w(r), uncap_rect_h(r));
    for (int k = 0; has_all && k < n; k++)
        parts[k] = uncap_picture_crop(&pictures[k], r);
    for (int i = 0; has_all && i < wide.n_planes; i++)
        for (int y = 0; y < uncap_plane_h(wide, i, out->h); y++)
            blend_row(parts, n, i, y, sum, out);
    uncap_free(sum);
    uncap_free(parts);
    return has_all ? UNCAP_OK : uncap_fail_nomem(err, "the mean of pictures");
}
