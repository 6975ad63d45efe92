/* SPDX-License-Identifier: Apache-2.0 */
#include "inpaint/grain.h"

#include <math.h>
#include <string.h>

#include "base/memory.h"
#include "inpaint/grain_field.h"
#include "inpaint/grain_filter.h"
#include "inpaint/grain_painted.h"

enum {
    NEAR = 4, /* the fill's own noise is the mean over 9 x 9 samples */
    PAD = UNCAP_GRAIN_RADIUS,
};

#define MAX_ENERGY 4.0f /* times the wanted one: more is an edge, which says nothing about noise */

/* Of one slice, of the luma plane's size with PAD samples around it.
 *
 * value    native levels of the part that is worked on, GRAIN_EDGE samples of its surroundings included
 * hole     1 where covered, laid out alike
 * lack     energy that the filter's answer lacks; own: share of the filter's weights that lies on covered
 *          samples
 * rows     for sums over neighbours; field: for uncap_grain_field
 */
struct scratch {
    float *value, *lack, *own, *rows, *field;
    uint8_t *hole;
};

/* rows, columns  of a plane, 1: painted, gets no grain; NULL: the plane has none */
struct addition {
    const struct uncap_window *w;
    struct uncap_grain grain[UNCAP_MAX_PLANES];
    uint8_t *rows[UNCAP_MAX_PLANES], *columns[UNCAP_MAX_PLANES];
    uint64_t seed;
    int first; /* core frame of the batch's first slice */
    struct scratch *scratch;
};

static void scratch_close(struct scratch *s)
{
    uncap_free(s->value);
    uncap_free(s->lack);
    uncap_free(s->own);
    uncap_free(s->rows);
    uncap_free(s->field);
    uncap_free(s->hole);
}

static bool scratch_open(struct scratch *s, int w, int h)
{
    const size_t n = (size_t)(w + 2 * PAD) * (size_t)(h + 2 * PAD);
    s->value = uncap_alloc(n, sizeof(float));
    s->lack = uncap_alloc(n, sizeof(float));
    s->own = uncap_alloc(n, sizeof(float));
    s->rows = uncap_alloc(n, sizeof(float));
    s->field = uncap_alloc(n, sizeof(float));
    s->hole = uncap_alloc(n, 1);
    return s->value && s->lack && s->own && s->rows && s->field && s->hole;
}

/* Bounds of the covered samples of a plane, crop coordinates. */
static struct uncap_rect bounds_of(const struct uncap_window *w, int t, int plane)
{
    const int width = uncap_rect_w(w->crop);
    const int height = uncap_rect_h(w->crop);
    struct uncap_rect r = {width, height, 0, 0};
    for (int y = 0; y < height; y++)
        for (int x = 0; x < width; x++)
            if (w->coverage[t][(ptrdiff_t)y * width + x]) {
                r.x0 = x < r.x0 ? x : r.x0;
                r.x1 = x + 1 > r.x1 ? x + 1 : r.x1;
                r.y0 = y < r.y0 ? y : r.y0;
                r.y1 = y + 1;
            }
    if (!plane || uncap_rect_empty(r))
        return r;
    return (struct uncap_rect){r.x0 >> w->format.shift_x, r.y0 >> w->format.shift_y,
                               uncap_plane_w(w->format, plane, r.x1), uncap_plane_h(w->format, plane, r.y1)};
}

static void load(const struct addition *a, int t, const struct uncap_picture *p, int plane,
                 struct uncap_rect r, struct scratch *s)
{
    const int w = uncap_plane_w(p->format, plane, p->w);
    const int h = uncap_plane_h(p->format, plane, p->h);
    float *value = s->value;
    uint8_t *hole = s->hole;
    for (int y = r.y0 - GRAIN_EDGE; y < r.y1 + GRAIN_EDGE; y++)
        for (int x = r.x0 - GRAIN_EDGE; x < r.x1 + GRAIN_EDGE; x++) {
            *value++ = grain_get(p, plane, grain_clip(x, w), grain_clip(y, h));
            *hole++ = grain_is_covered(a->w, t, plane, grain_clip(x, w), grain_clip(y, h));
        }
}

/* Share of the filter's squared weights, 36 in all, that lies on covered samples. */
static float own_share(const uint8_t *at, ptrdiff_t stride, int step)
{
    const ptrdiff_t d = step * stride;
    const int corners = at[-d - step] + at[-d + step] + at[d - step] + at[d + step];
    const int sides = at[-d] + at[d] + at[-step] + at[step];
    return (float)(corners + 4 * sides + 16 * at[0]) / 36.0f;
}

/* What each covered sample's answer lacks against noise of the wanted energy; 0 elsewhere. */
static void find_lack(struct scratch *s, int w, int h, int step, float wanted)
{
    const ptrdiff_t stride = w + 2 * GRAIN_EDGE;
    for (int y = 0; y < h; y++)
        for (int x = 0; x < w; x++) {
            const ptrdiff_t from = (y + GRAIN_EDGE) * stride + x + GRAIN_EDGE;
            const ptrdiff_t to = (ptrdiff_t)y * w + x;
            s->lack[to] = s->own[to] = 0;
            if (!s->hole[from])
                continue;
            const float f = grain_filter(s->value + from, stride, step);
            s->lack[to] = wanted - fminf(f * f, MAX_ENERGY * wanted);
            s->own[to] = own_share(s->hole + from, stride, step);
        }
}

/* Sums over the neighbourhood, in place. */
static void sum_near(float *p, float *rows, int w, int h)
{
    for (int y = 0; y < h; y++)
        for (int x = 0; x < w; x++) {
            float sum = 0;
            for (int i = x < NEAR ? 0 : x - NEAR; i <= x + NEAR && i < w; i++)
                sum += p[(ptrdiff_t)y * w + i];
            rows[(ptrdiff_t)y * w + x] = sum;
        }
    for (int y = 0; y < h; y++) {
        float *to = p + (ptrdiff_t)y * w;
        memset(to, 0, (size_t)w * sizeof(*to));
        for (int i = y < NEAR ? 0 : y - NEAR; i <= y + NEAR && i < h; i++)
            for (int x = 0; x < w; x++)
                to[x] += rows[(ptrdiff_t)i * w + x];
    }
}

static void put(const struct uncap_picture *p, int plane, int x, int y, float value)
{
    uint8_t *row = p->data[plane] + y * p->stride[plane];
    const float top = (float)((1 << p->format.depth) - 1);
    const float v = value < 0 ? 0 : value > top ? top : value + 0.5f;
    if (p->format.depth > 8)
        ((uint16_t *)(void *)row)[x] = (uint16_t)v;
    else
        row[x] = (uint8_t)v;
}

static void add_to_plane(const struct addition *a, int k, int plane, struct scratch *s)
{
    const struct uncap_window *win = a->w;
    const struct uncap_picture *p = &win->filled[k];
    const int t = win->core_first + k;
    const struct uncap_rect r = bounds_of(win, t, plane);
    const struct uncap_grain g = a->grain[plane];
    if (uncap_rect_empty(r))
        return;
    const int w = uncap_rect_w(r);
    const int h = uncap_rect_h(r);
    const float native = g.level * (float)(1 << (win->format.depth - 8));
    const float response = uncap_grain_response(g.size, grain_step(g.size));
    load(a, t, p, plane, r, s);
    find_lack(s, w, h, grain_step(g.size), native * native * response + GRAIN_ROUNDING);
    sum_near(s->lack, s->rows, w, h);
    sum_near(s->own, s->rows, w, h);
    const int dx = win->crop.x0 >> (plane ? win->format.shift_x : 0);
    const int dy = win->crop.y0 >> (plane ? win->format.shift_y : 0);
    uncap_grain_field(s->rows, s->field, (struct uncap_rect){r.x0 + dx, r.y0 + dy, r.x1 + dx, r.y1 + dy},
                      plane, win->first + t, a->seed, g.size);
    for (int y = 0; y < h; y++)
        for (int x = 0; x < w; x++) {
            const ptrdiff_t i = (ptrdiff_t)y * w + x;
            if (!s->hole[(y + GRAIN_EDGE) * (ptrdiff_t)(w + 2 * GRAIN_EDGE) + x + GRAIN_EDGE] ||
                s->lack[i] <= 0 || a->rows[plane][r.y0 + y] || a->columns[plane][r.x0 + x])
                continue;
            const float lack = fminf(sqrtf(s->lack[i] / (s->own[i] * response)), native);
            put(p, plane, r.x0 + x, r.y0 + y, grain_get(p, plane, r.x0 + x, r.y0 + y) + lack * s->rows[i]);
        }
}

static void add_to_frame(void *opaque, int i)
{
    const struct addition *a = opaque;
    const int k = a->first + i;
    if (!a->w->coverage[a->w->core_first + k])
        return;
    for (int plane = 0; plane < a->w->format.n_planes; plane++)
        if (a->grain[plane].level > 0)
            add_to_plane(a, k, plane, &a->scratch[i]);
}

static int add(struct addition *a, struct uncap_slices *slices, struct uncap_cancel *cancel,
               struct uncap_error *err)
{
    const int n = a->w->core_end - a->w->core_first;
    const int threads = uncap_slices_threads(slices);
    const int batch = threads < n ? threads : n;
    int status = UNCAP_OK;
    a->scratch = uncap_alloc((size_t)batch, sizeof(*a->scratch));
    for (int i = 0; i < batch && !status; i++)
        if (!a->scratch || !scratch_open(&a->scratch[i], uncap_rect_w(a->w->crop), uncap_rect_h(a->w->crop)))
            status = uncap_fail_nomem(err, "adding grain to a window");
    for (a->first = 0; a->first < n && !status; a->first += batch) {
        uncap_slices_run(slices, n - a->first < batch ? n - a->first : batch, add_to_frame, a);
        status = uncap_cancel_check(cancel, err);
    }
    for (int i = 0; a->scratch && i < batch; i++)
        scratch_close(&a->scratch[i]);
    uncap_free(a->scratch);
    return status;
}

static void painted_close(struct addition *a)
{
    for (int plane = 0; plane < UNCAP_MAX_PLANES; plane++) {
        uncap_free(a->rows[plane]);
        uncap_free(a->columns[plane]);
    }
}

static int find_painted(struct addition *a, struct uncap_error *err)
{
    const struct uncap_window *win = a->w;
    int status = UNCAP_OK;
    for (int plane = 0; plane < win->format.n_planes && !status; plane++) {
        if (a->grain[plane].level <= 0)
            continue;
        a->rows[plane] = uncap_alloc((size_t)uncap_plane_h(win->format, plane, uncap_rect_h(win->crop)), 1);
        a->columns[plane] =
            uncap_alloc((size_t)uncap_plane_w(win->format, plane, uncap_rect_w(win->crop)), 1);
        if (!a->rows[plane] || !a->columns[plane])
            return uncap_fail_nomem(err, "adding grain to a window");
        status =
            uncap_grain_find_painted(win, plane, a->grain[plane], a->rows[plane], a->columns[plane], err);
    }
    return status;
}

int uncap_grain_apply(const struct uncap_window *window, uint64_t seed, struct uncap_slices *slices,
                      struct uncap_cancel *cancel, struct uncap_error *err)
{
    struct addition a = {.w = window, .seed = seed};
    bool is_seen = false;
    for (int plane = 0; plane < window->format.n_planes; plane++) {
        const int status = uncap_grain_measure(window, plane, slices, &a.grain[plane], err);
        if (status)
            return status;
        is_seen = is_seen || a.grain[plane].level > 0;
    }
    int status = is_seen ? find_painted(&a, err) : UNCAP_OK;
    if (is_seen && !status)
        status = add(&a, slices, cancel, err);
    painted_close(&a);
    return status;
}
