/* SPDX-License-Identifier: Apache-2.0 */
#include "inpaint/propainter/crop.h"

#include <string.h>

#include "base/memory.h"
#include "inpaint/exact_resize.h"
#include "media/colour.h"

enum { MULTIPLE = 8, LEAST = 128 };

int uncap_propainter_side(int side)
{
    const int even = (side + MULTIPLE - 1) / MULTIPLE * MULTIPLE;
    return even < LEAST ? LEAST : even;
}

size_t uncap_propainter_crop_bytes(int n, int core, int h, int w)
{
    return ((size_t)n * 4 + (size_t)core * 3) * (size_t)h * (size_t)w * sizeof(float);
}

static int at_most(int v, int high)
{
    return v < high ? v : high;
}

/* Frame t of the networks is frame source(t) of the window. */
static int source(const struct uncap_propainter_crop *c, int t)
{
    return at_most(t, c->window->n - 1);
}

/* rgb: scratch [crop h][crop w][3]. */
static void read_frame(const struct uncap_propainter_crop *c, int t, float *rgb)
{
    const struct uncap_picture *p = &c->window->frames[source(c, t)];
    const size_t plane = (size_t)c->h * (size_t)c->w;
    float *out = c->frames + (size_t)t * 3 * plane;
    uncap_colour_to_rgb(p, c->window->colour, rgb);
    for (int y = 0; y < c->h; y++)
        for (int x = 0; x < c->w; x++) {
            const float *v =
                rgb + ((size_t)at_most(y, p->h - 1) * (size_t)p->w + (size_t)at_most(x, p->w - 1)) * 3;
            for (size_t i = 0; i < 3; i++)
                out[i * plane + (size_t)y * (size_t)c->w + (size_t)x] = v[i] * 2.0f - 1.0f;
        }
}

static int read_mask(const struct uncap_propainter_crop *c, int t, int dilation, uint8_t *scratch,
                     struct uncap_error *err)
{
    const uint8_t *coverage = c->window->coverage[source(c, t)];
    const int cw = uncap_rect_w(c->window->crop);
    const int ch = uncap_rect_h(c->window->crop);
    const size_t plane = (size_t)c->h * (size_t)c->w;
    if (!coverage)
        return UNCAP_OK;
    memset(scratch, 0, plane);
    for (int y = 0; y < ch; y++)
        memcpy(scratch + (size_t)y * (size_t)c->w, coverage + (size_t)y * (size_t)cw, (size_t)cw);
    const int status = uncap_mask_dilate(scratch, c->w, c->h, dilation, scratch, err);
    for (size_t i = 0; !status && i < plane; i++)
        c->masks[(size_t)t * plane + i] = scratch[i];
    return status;
}

int uncap_propainter_crop_open(struct uncap_propainter_crop *c, const struct uncap_window *window,
                               int dilation, struct uncap_error *err)
{
    const int cw = uncap_rect_w(window->crop);
    const int ch = uncap_rect_h(window->crop);
    *c = (struct uncap_propainter_crop){.window = window,
                                        .n = window->n < 2 ? 2 : window->n,
                                        .h = uncap_propainter_side(ch),
                                        .w = uncap_propainter_side(cw)};
    const size_t plane = (size_t)c->h * (size_t)c->w;
    const size_t core = (size_t)(window->core_end - window->core_first);
    c->frames = uncap_alloc((size_t)c->n * 3, plane * sizeof(float));
    c->masks = uncap_alloc((size_t)c->n, plane * sizeof(float));
    c->mean = uncap_alloc(core * 3, plane * sizeof(float));
    float *rgb = uncap_alloc((size_t)cw * (size_t)ch, 3 * sizeof(float));
    uint8_t *scratch = uncap_alloc(plane, 1);
    int status = c->frames && c->masks && c->mean && rgb && scratch
                     ? UNCAP_OK
                     : uncap_fail_nomem(err, "ProPainter's frames");
    for (int t = 0; !status && t < c->n; t++) {
        read_frame(c, t, rgb);
        status = read_mask(c, t, dilation, scratch, err);
    }
    uncap_free(rgb);
    uncap_free(scratch);
    if (status)
        uncap_propainter_crop_close(c);
    return status;
}

void uncap_propainter_crop_close(struct uncap_propainter_crop *c)
{
    uncap_free(c->frames);
    uncap_free(c->masks);
    uncap_free(c->mean);
    *c = (struct uncap_propainter_crop){.window = NULL};
}

void uncap_propainter_crop_put(struct uncap_propainter_crop *c, int t, const float *prediction, bool is_first)
{
    const int core = t - c->window->core_first;
    if (core < 0 || t >= c->window->core_end)
        return;
    const size_t n = 3 * (size_t)c->h * (size_t)c->w;
    float *mean = c->mean + (size_t)core * n;
    for (size_t i = 0; i < n; i++)
        mean[i] = is_first ? prediction[i] : 0.5f * mean[i] + 0.5f * prediction[i];
}

static bool covers(const uint8_t *coverage, int w, int h, int x, int y, int shift_x, int shift_y)
{
    for (int yy = y << shift_y; yy < (y + 1) << shift_y && yy < h; yy++)
        for (int xx = x << shift_x; xx < (x + 1) << shift_x && xx < w; xx++)
            if (coverage[(size_t)yy * (size_t)w + (size_t)xx])
                return true;
    return false;
}

/* Copy the samples that coverage touches. */
static void copy_covered(const struct uncap_picture *from, const struct uncap_picture *to,
                         const uint8_t *coverage)
{
    const size_t bytes = uncap_sample_bytes(to->format);
    for (int p = 0; p < to->format.n_planes; p++) {
        const int sx = p ? to->format.shift_x : 0;
        const int sy = p ? to->format.shift_y : 0;
        for (int y = 0; y < uncap_plane_h(to->format, p, to->h); y++)
            for (int x = 0; x < uncap_plane_w(to->format, p, to->w); x++)
                if (covers(coverage, to->w, to->h, x, y, sx, sy))
                    memcpy(to->data[p] + y * to->stride[p] + (ptrdiff_t)((size_t)x * bytes),
                           from->data[p] + y * from->stride[p] + (ptrdiff_t)((size_t)x * bytes), bytes);
    }
}

/* Predictions inside the mask, the frame itself outside: chroma at the edge is a mean of both. */
static void write_rgb(const struct uncap_propainter_crop *c, int t, const struct uncap_picture *to,
                      float *rgb)
{
    const size_t plane = (size_t)c->h * (size_t)c->w;
    const float *mean = c->mean + (size_t)(t - c->window->core_first) * 3 * plane;
    const float *frame = c->frames + (size_t)t * 3 * plane;
    for (int y = 0; y < to->h; y++)
        for (int x = 0; x < to->w; x++) {
            const size_t at = (size_t)y * (size_t)c->w + (size_t)x;
            const bool is_hole = c->masks[(size_t)t * plane + at] > 0;
            for (size_t i = 0; i < 3; i++)
                *rgb++ = ((is_hole ? mean : frame)[i * plane + at] + 1.0f) * 0.5f;
        }
}

int uncap_propainter_crop_finish(const struct uncap_propainter_crop *c, struct uncap_error *err)
{
    const struct uncap_window *win = c->window;
    struct uncap_picture picture;
    const int cw = uncap_rect_w(win->crop);
    const int ch = uncap_rect_h(win->crop);
    float *rgb = uncap_alloc((size_t)cw * (size_t)ch, 3 * sizeof(float));
    if (!rgb || !uncap_picture_alloc(&picture, win->format, cw, ch)) {
        uncap_free(rgb);
        return uncap_fail_nomem(err, "ProPainter's result");
    }
    for (int t = win->core_first; t < win->core_end; t++) {
        if (!win->coverage[t])
            continue;
        write_rgb(c, t, &picture, rgb);
        uncap_colour_from_rgb(rgb, win->colour, &picture);
        copy_covered(&picture, &win->filled[t - win->core_first], win->coverage[t]);
    }
    uncap_picture_free(&picture);
    uncap_free(rgb);
    return UNCAP_OK;
}
