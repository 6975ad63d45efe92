/* SPDX-License-Identifier: Apache-2.0 */
#include "detect/matte/stack.h"

#include <string.h>

#include "base/memory.h"
#include "kernels/order.h"

/* Where one output column reads: sample i and its right neighbour, the latter with weight w16 / 16. */
struct tap {
    int i, i_next, w16;
};

static int clamp(int v, int lo, int hi)
{
    return v < lo ? lo : v > hi ? hi : v;
}

/* at16: position in sixteenths of a sample, n samples. */
static struct tap tap_at(int at16, int n)
{
    const int i = at16 >> 4;
    return (struct tap){clamp(i, 0, n - 1), clamp(i + 1, 0, n - 1), at16 & 15};
}

/* Scratch of one load: where every output column reads, and one row of samples. */
struct rows {
    struct tap *taps;
    uint32_t *line;
};

/* line = 16 times the samples between two rows of a plane. */
static void blend_rows(const uint8_t *restrict a, const uint8_t *restrict b, int w16, bool wide, int n,
                       uint32_t *restrict line)
{
    const uint32_t wb = (uint32_t)w16;
    const uint32_t wa = 16 - wb;
    if (!wide) {
        for (int i = 0; i < n; i++)
            line[i] = a[i] * wa + b[i] * wb;
        return;
    }
    for (int i = 0; i < n; i++) {
        uint16_t va;
        uint16_t vb;
        memcpy(&va, a + 2 * i, sizeof(va));
        memcpy(&vb, b + 2 * i, sizeof(vb));
        line[i] = va * wa + vb * wb;
    }
}

/* Chroma sits on the left luma sample horizontally and between the luma rows vertically. */
static void fill_taps(struct tap *taps, int w, int at, int n, int shift_x)
{
    for (int x = 0; x < w; x++)
        taps[x] = tap_at((at + x) * 16 >> shift_x, n);
}

/* to = one row from `line`, columns [x0, x1). */
static void blend_columns(const struct rows *rows, int x0, int x1, int down, uint8_t *to)
{
    for (int x = x0; x < x1; x++) {
        const struct tap t = rows->taps[x];
        const uint32_t w16 = (uint32_t)t.w16;
        const uint32_t v = rows->line[t.i] * (16 - w16) + rows->line[t.i_next] * w16 + (1U << (down - 1));
        to[x] = v >> down > 255 ? 255 : (uint8_t)(v >> down);
    }
}

/* The same of all w columns of 8 bit chroma of half the width, n samples: inside, every other column lies on
 * a sample and the next one halfway between two. */
static void blend_halves(const struct rows *rows, int x_at, int n, int w, uint8_t *to)
{
    const int x0 = clamp(x_at < 0 ? -x_at : x_at & 1, 0, w);
    const int i0 = (x_at + x0) / 2;
    const int n_pairs = clamp(n - 1 - i0, 0, (w - x0) / 2);
    const uint32_t *restrict line = rows->line + (n_pairs ? i0 : 0);
    uint8_t *restrict pairs = to + x0;
    for (int k = 0; k < n_pairs; k++) {
        pairs[2 * k] = (uint8_t)((16 * line[k] + 128) >> 8);
        pairs[2 * k + 1] = (uint8_t)((8 * (line[k] + line[k + 1]) + 128) >> 8);
    }
    blend_columns(rows, 0, x0, 8, to);
    blend_columns(rows, x0 + 2 * n_pairs, w, 8, to);
}

/* 8 bit samples of a plane that is not subsampled: nothing lies between two of them. */
static void copy_plane(const struct uncap_picture *p, int plane, int x_at, int y_at, uint8_t *to, int w,
                       int h)
{
    const int x0 = clamp(-x_at, 0, w), x1 = clamp(p->w - x_at, x0, w);
    for (int y = 0; y < h; y++, to += w) {
        const uint8_t *from = p->data[plane] + clamp(y_at + y, 0, p->h - 1) * p->stride[plane];
        memset(to, from[0], (size_t)x0);
        if (x0 < x1)
            memcpy(to + x0, from + x_at + x0, (size_t)(x1 - x0));
        memset(to + x1, from[p->w - 1], (size_t)(w - x1));
    }
}

static void load_plane(const struct uncap_picture *p, int plane, int x_at, int y_at, const struct rows *rows,
                       uint8_t *to, int w, int h)
{
    const bool is_chroma = plane > 0;
    const bool wide = p->format.depth > 8;
    const int down = p->format.depth; /* the weights add up to 256 */
    const int pw = uncap_plane_w(p->format, plane, p->w);
    const int ph = uncap_plane_h(p->format, plane, p->h);
    const int shift_y = is_chroma ? p->format.shift_y : 0, shift_x = is_chroma ? p->format.shift_x : 0;
    if (!wide && !shift_x && !shift_y) {
        copy_plane(p, plane, x_at, y_at, to, w, h);
        return;
    }
    fill_taps(rows->taps, w, x_at, pw, shift_x);
    for (int y = 0; y < h; y++, to += w) {
        const struct tap ty = tap_at(((2 * (y_at + y) + 1) * 8 >> shift_y) - 8, ph);
        blend_rows(p->data[plane] + ty.i * p->stride[plane], p->data[plane] + ty.i_next * p->stride[plane],
                   ty.w16, wide, pw, rows->line);
        if (!wide && shift_x == 1)
            blend_halves(rows, x_at, pw, w, to);
        else
            blend_columns(rows, 0, w, down, to);
    }
}

static int widest(const struct uncap_matte_sample *samples, int n)
{
    int w = 0;
    for (int i = 0; i < n; i++)
        w = samples[i].picture.w > w ? samples[i].picture.w : w;
    return w;
}

int uncap_matte_stack_open(struct uncap_matte_stack *stack, struct uncap_rect area,
                           const struct uncap_matte_sample *samples, int n, struct uncap_error *err)
{
    *stack = (struct uncap_matte_stack){.w = uncap_rect_w(area), .h = uncap_rect_h(area), .n = n};
    if (n == 0)
        return UNCAP_OK;
    stack->n_channels = samples[0].picture.format.n_planes;
    const struct rows rows = {uncap_alloc((size_t)stack->w, sizeof(*rows.taps)),
                              uncap_alloc((size_t)widest(samples, n), sizeof(*rows.line))};
    stack->px = uncap_alloc((size_t)(n * stack->n_channels), (size_t)stack->w * (size_t)stack->h);
    if (!rows.taps || !rows.line || !stack->px) {
        uncap_free(rows.taps);
        uncap_free(rows.line);
        uncap_matte_stack_close(stack);
        return uncap_fail_nomem(err, "the samples of a caption");
    }
    for (int i = 0; i < n; i++)
        for (int c = 0; c < stack->n_channels; c++)
            load_plane(&samples[i].picture, c, area.x0 + samples[i].dx - samples[i].rect.x0,
                       area.y0 + samples[i].dy - samples[i].rect.y0, &rows,
                       uncap_matte_stack_plane(stack, i, c), stack->w, stack->h);
    uncap_free(rows.taps);
    uncap_free(rows.line);
    return UNCAP_OK;
}

void uncap_matte_stack_close(struct uncap_matte_stack *stack)
{
    uncap_free(stack->px);
    *stack = (struct uncap_matte_stack){.w = 0};
}

void uncap_matte_stack_change(const struct uncap_matte_stack *a, int i, const struct uncap_matte_stack *b,
                              int j, uint8_t *restrict out)
{
    const size_t area = (size_t)a->w * (size_t)a->h;
    memset(out, 0, area);
    for (int c = 0; c < a->n_channels; c++) {
        const uint8_t *restrict p = uncap_matte_stack_plane(a, i, c);
        const uint8_t *restrict q = uncap_matte_stack_plane(b, j, c);
        for (size_t k = 0; k < area; k++) {
            const uint8_t d = (uint8_t)(p[k] > q[k] ? p[k] - q[k] : q[k] - p[k]);
            out[k] = d > out[k] ? d : out[k];
        }
    }
}

enum { BLOCK = 512 }; /* pixels sorted at once: 50 rows of them fit the first cache */

/* Which of n sorted samples span the spread, the low-th from either end, and 256 times what their distance is
 * worth as a standard deviation: deciles, so that one sample more or less changes little. Of a few samples none
 * is left out: what stands in all but one is no caption. */
struct span {
    int low, scale;
};

static struct span span_of(int n)
{
    if (n < 5)
        return (struct span){0, 190};
    return (struct span){(n - 2) / 10, 100}; /* 2.3 to 3.2 sigma; deciles: 2.6 */
}

/* Take off what changes from one state to the next, as a mean of each pixel. rows [n][len]. */
static void level_states(const int *state, int n, size_t len, uint8_t *rows)
{
    for (size_t k = 0; k < len; k++) {
        int all = 0;
        for (int i = 0; i < n; i++)
            all += rows[(size_t)i * len + k];
        for (int i = 0, end; i < n; i = end) {
            int own = 0;
            for (end = i; end < n && state[end] == state[i]; end++)
                own += rows[(size_t)end * len + k];
            const int off = all / n - own / (end - i);
            for (int j = i; j < end; j++) {
                const int v = rows[(size_t)j * len + k] + off;
                rows[(size_t)j * len + k] = (uint8_t)clamp(v, 0, 255);
            }
        }
    }
}

/* One block of one channel. rows [n][len]. */
static void load_block(const struct uncap_matte_stack *s, int first, int n, int c, size_t at, size_t len,
                       uint8_t *rows)
{
    for (int i = 0; i < n; i++)
        memcpy(rows + (size_t)i * len, uncap_matte_stack_plane(s, first + i, c) + at, len);
}

/* med and dev of one block of one channel; dev keeps the largest over channels. */
static void look_at_block(const struct uncap_matte_stack *s, int first, int n, int c, size_t at, size_t len,
                          uint8_t *rows, struct uncap_matte_look *look)
{
    const int *state = s->state + first;
    load_block(s, first, n, c, at, len, rows);
    uncap_order_sort(rows, n, len);
    const struct span span = span_of(n);
    memcpy(look->med[c] + at, rows + (size_t)(n / 2) * len, len);
    if (state[n - 1] != state[0]) {
        load_block(s, first, n, c, at, len, rows);
        level_states(state, n, len, rows);
        uncap_order_sort(rows, n, len);
    }
    const uint8_t *restrict q1 = rows + (size_t)span.low * len;
    const uint8_t *restrict q3 = rows + (size_t)(n - 1 - span.low) * len;
    uint8_t *restrict most = look->dev + at;
    for (size_t i = 0; i < len; i++) {
        const uint8_t dev = (uint8_t)((uint16_t)((q3[i] - q1[i]) * span.scale + 128) >> 8);
        most[i] = dev > most[i] ? dev : most[i];
    }
}

int uncap_matte_look_open(struct uncap_matte_look *look, const struct uncap_matte_stack *stack, int first,
                          int end, struct uncap_error *err)
{
    *look = (struct uncap_matte_look){.dev = NULL};
    const size_t area = (size_t)stack->w * (size_t)stack->h;
    uint8_t *rows = uncap_alloc((size_t)(end - first), BLOCK);
    look->dev = uncap_alloc(area, 1);
    bool ok = rows && look->dev;
    for (int c = 0; c < stack->n_channels; c++)
        ok = (look->med[c] = uncap_alloc(area, 1)) && ok;
    if (!ok) {
        uncap_free(rows);
        uncap_matte_look_close(look);
        return uncap_fail_nomem(err, "the statistics of a caption");
    }
    for (int c = 0; c < stack->n_channels; c++)
        for (size_t at = 0; at < area; at += BLOCK)
            look_at_block(stack, first, end - first, c, at, area - at < BLOCK ? area - at : BLOCK, rows,
                          look);
    uncap_free(rows);
    return UNCAP_OK;
}

void uncap_matte_look_close(struct uncap_matte_look *look)
{
    uncap_free(look->dev);
    for (int c = 0; c < UNCAP_MAX_PLANES; c++)
        uncap_free(look->med[c]);
    *look = (struct uncap_matte_look){.dev = NULL};
}
