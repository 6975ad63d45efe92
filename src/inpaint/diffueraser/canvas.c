/* SPDX-License-Identifier: Apache-2.0 */
#include "inpaint/diffueraser/canvas.h"

#include <string.h>

#include "base/memory.h"
#include "inpaint/pillow_resize.h"
#include "media/colour.h"

enum { EDGE = 8, MIN_EDGE = 64 /* the deepest level of the UNet still has a sample */ };

static int extended(int n)
{
    const int up = (n + EDGE - 1) / EDGE * EDGE;
    return up < MIN_EDGE ? MIN_EDGE : up;
}

struct uncap_canvas uncap_canvas_of(int w, int h, int limit, struct uncap_colour colour)
{
    struct uncap_canvas c = {.crop = {w, h}, .colour = colour};
    c.is_reduced = (w > h ? w : h) > limit;
    struct uncap_size size = c.is_reduced ? uncap_size_processing(c.crop, limit) : c.crop;
    c.size = (struct uncap_size){extended(size.w), extended(size.h)};
    return c;
}

static size_t pixels(struct uncap_size size)
{
    return (size_t)size.w * (size_t)size.h;
}

/* Place an image [from.h][from.w][channels] at the top left and repeat its edges. */
static void extend(const uint8_t *image, struct uncap_size from, uint8_t *out, struct uncap_size to,
                   size_t channels)
{
    for (int y = 0; y < to.h; y++) {
        const uint8_t *row = image + (size_t)(y < from.h ? y : from.h - 1) * (size_t)from.w * channels;
        uint8_t *line = out + (size_t)y * (size_t)to.w * channels;
        memcpy(line, row, (size_t)from.w * channels);
        for (int x = from.w; x < to.w; x++)
            memcpy(line + (size_t)x * channels, row + (size_t)(from.w - 1) * channels, channels);
    }
}

int uncap_canvas_draw(const struct uncap_canvas *c, const struct uncap_picture *picture, uint8_t *out,
                      struct uncap_error *err)
{
    uint8_t *rgb = uncap_alloc(pixels(c->crop), 3);
    if (!rgb)
        return uncap_fail_nomem(err, "a frame for the diffusion engine");
    uncap_colour_to_rgb8(picture, c->colour, rgb);
    int rc = UNCAP_OK;
    if (c->is_reduced)
        rc = uncap_pillow_bicubic(rgb, c->crop.w, c->crop.h, 3, out, c->size.w, c->size.h, err);
    else
        extend(rgb, c->crop, out, c->size, 3);
    uncap_free(rgb);
    return rc;
}

void uncap_canvas_hole(const struct uncap_canvas *c, const uint8_t *coverage, uint8_t *hole)
{
    if (!c->is_reduced) {
        extend(coverage, c->crop, hole, c->size, 1);
        for (size_t i = 0; i < pixels(c->size); i++)
            hole[i] = hole[i] ? 255 : 0;
        return;
    }
    memset(hole, 0, pixels(c->size));
    for (int y = 0; y < c->crop.h;
         y++) /* any covered pixel counts: a nearest resize would lose thin strokes */
        for (int x = 0; x < c->crop.w; x++)
            if (coverage[(size_t)y * (size_t)c->crop.w + (size_t)x]) {
                const size_t to_y = (size_t)y * (size_t)c->size.h / (size_t)c->crop.h;
                hole[to_y * (size_t)c->size.w + (size_t)x * (size_t)c->size.w / (size_t)c->crop.w] = 255;
            }
}

/* The canvas at the crop's size, as floats 0..1. */
static int undraw(const struct uncap_canvas *c, const uint8_t *rgb, float *out, struct uncap_error *err)
{
    uint8_t *enlarged = NULL;
    if (c->is_reduced) {
        enlarged = uncap_alloc(pixels(c->crop), 3);
        if (!enlarged)
            return uncap_fail_nomem(err, "a frame of the diffusion engine");
        const int rc =
            uncap_pillow_bicubic(rgb, c->size.w, c->size.h, 3, enlarged, c->crop.w, c->crop.h, err);
        if (rc) {
            uncap_free(enlarged);
            return rc;
        }
        rgb = enlarged;
    }
    const size_t stride = (size_t)(c->is_reduced ? c->crop.w : c->size.w) * 3;
    const size_t row = (size_t)c->crop.w * 3;
    for (size_t y = 0; y < (size_t)c->crop.h; y++)
        for (size_t i = 0; i < row; i++)
            out[y * row + i] = (float)rgb[y * stride + i] / 255.0f;
    uncap_free(enlarged);
    return UNCAP_OK;
}

/* True if coverage touches the luma samples that sample (x, y) of a plane covers. */
static bool touches(const uint8_t *coverage, struct uncap_size size, int x, int y, int shift_x, int shift_y)
{
    for (int v = y << shift_y; v < (y + 1) << shift_y && v < size.h; v++)
        for (int u = x << shift_x; u < (x + 1) << shift_x && u < size.w; u++)
            if (coverage[(size_t)v * (size_t)size.w + (size_t)u])
                return true;
    return false;
}

static void put_plane(const struct uncap_picture *from, const uint8_t *coverage,
                      const struct uncap_picture *to, int plane)
{
    const struct uncap_format f = to->format;
    const size_t bytes = uncap_sample_bytes(f);
    const struct uncap_size size = {to->w, to->h};
    for (int y = 0; y < uncap_plane_h(f, plane, to->h); y++)
        for (int x = 0; x < uncap_plane_w(f, plane, to->w); x++)
            if (touches(coverage, size, x, y, plane ? f.shift_x : 0, plane ? f.shift_y : 0))
                memcpy(to->data[plane] + y * to->stride[plane] + (ptrdiff_t)((size_t)x * bytes),
                       from->data[plane] + y * from->stride[plane] + (ptrdiff_t)((size_t)x * bytes), bytes);
}

int uncap_canvas_put(const struct uncap_canvas *c, const uint8_t *rgb, const uint8_t *coverage,
                     const struct uncap_picture *picture, struct uncap_error *err)
{
    struct uncap_picture native = {.w = 0};
    float *values = uncap_alloc(pixels(c->crop) * 3, sizeof(*values));
    int rc = values && uncap_picture_alloc(&native, picture->format, picture->w, picture->h)
                 ? UNCAP_OK
                 : uncap_fail_nomem(err, "a frame of the diffusion engine");
    if (!rc)
        rc = undraw(c, rgb, values, err);
    if (!rc) {
        uncap_colour_from_rgb(values, c->colour, &native);
        for (int plane = 0; plane < picture->format.n_planes; plane++)
            put_plane(&native, coverage, picture, plane);
    }
    uncap_free(values);
    if (native.data[0])
        uncap_picture_free(&native);
    return rc;
}
