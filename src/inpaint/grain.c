/* SPDX-License-Identifier: Apache-2.0 */
#include "inpaint/grain.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "inpaint/grain_field.h"

enum {
    BLOCK = 8,
    EDGE = 2,      /* what the filter reads around a block at step 2 */
    MIN_PAIRS = 6, /* of neighbouring frames that are measured */
    MAX_PAIRS = 24,
    ENOUGH_BLOCKS = 8192,
    MIN_BLOCKS = 16,
    MAX_TESTED = 32, /* flat blocks whose surroundings are looked for in the next frame */
    PATCH = 24,      /* samples square of those surroundings */
    SEARCH = 15,     /* samples they may have moved by */
    NEAR = 4,        /* the fill's own noise is the mean over 9 x 9 samples */
};

#define FLAT_QUANTILE 0.25f /* of all blocks counts as flat, whatever the picture shows */
#define FLAT_SPREAD 2.5f    /* and what has at most this many times its energy */
#define MAX_LIKENESS 0.4f   /* correlation above which it is the same texture */
#define MIN_LEVEL 0.6f      /* grey levels: less is not seen */
#define MAX_CHANGE 60.0f    /* grey levels a neighbouring frame may differ by on average: more is a flash */
#define MAX_ENERGY 4.0f     /* times the wanted one: more is an edge, which says nothing about noise */
#define COARSE_SIZE 0.6f    /* grain size from which the filter's taps stand two samples apart */
#define ROUNDING (36.0f / 12.0f) /* filter's answer to rounding to whole native levels */

static float get(const struct uncap_picture *p, int plane, int x, int y)
{
    const uint8_t *row = p->data[plane] + y * p->stride[plane];
    return p->format.depth > 8 ? (float)((const uint16_t *)(const void *)row)[x] : (float)row[x];
}

/* The filter [1 -2 1] x [1 -2 1] on a plane of floats, taps `step` apart. */
static float filter(const float *at, ptrdiff_t stride, int step)
{
    const ptrdiff_t d = step * stride;
    return at[-d - step] + at[-d + step] + at[d - step] + at[d + step] -
           2 * (at[-d] + at[d] + at[-step] + at[step]) + 4 * at[0];
}

/* A sample of a plane is covered if any of its luma samples is. */
static bool is_covered(const struct uncap_window *w, int t, int plane, int x, int y)
{
    const int width = uncap_rect_w(w->crop);
    const int height = uncap_rect_h(w->crop);
    const int sx = plane ? w->format.shift_x : 0;
    const int sy = plane ? w->format.shift_y : 0;
    for (int v = y << sy; v < (y + 1) << sy && v < height; v++)
        for (int u = x << sx; u < (x + 1) << sx && u < width; u++)
            if (w->coverage[t][(ptrdiff_t)v * width + u])
                return true;
    return false;
}

/* ---- measuring ---- */

/* Mean energy of the filter's answer, squared native levels: of the picture at step 2, and of what is new in it.
 *
 * detail   < 0: not to be used
 * fresh    at step 1 and 2
 * t, x, y  window frame and first sample
 */
struct block {
    float detail, fresh[2];
    int t, x, y;
};

struct measurement {
    const struct uncap_window *w;
    int plane, cols, rows; /* blocks */
    int width, height;     /* samples */
    int n_pairs;
    struct block *blocks; /* [n_pairs][rows][cols] */
    size_t stride;        /* of the blocks that are tested */
    bool is_new[MAX_TESTED];
};

static bool is_clear(const struct measurement *m, int t, int x0, int y0)
{
    if (!m->w->coverage[t])
        return true;
    for (int y = y0 - EDGE; y < y0 + BLOCK + EDGE; y++)
        for (int x = x0 - EDGE; x < x0 + BLOCK + EDGE; x++)
            if (is_covered(m->w, t, m->plane, x, y))
                return false;
    return true;
}

static struct block measure_block(const struct measurement *m, int t, int x0, int y0)
{
    enum { SIDE = BLOCK + 2 * EDGE };
    struct block b = {.detail = -1, .t = t, .x = x0, .y = y0};
    float now[SIDE * SIDE];
    float change[SIDE * SIDE];
    float total = 0;
    if (!is_clear(m, t, x0, y0) || !is_clear(m, t + 1, x0, y0))
        return b;
    for (int y = 0; y < SIDE; y++)
        for (int x = 0; x < SIDE; x++) {
            const int i = y * SIDE + x;
            now[i] = get(&m->w->frames[t], m->plane, x0 - EDGE + x, y0 - EDGE + y);
            change[i] = get(&m->w->frames[t + 1], m->plane, x0 - EDGE + x, y0 - EDGE + y) - now[i];
            total += fabsf(change[i]);
        }
    if (total > MAX_CHANGE * SIDE * SIDE * (float)(1 << (m->w->format.depth - 8)))
        return b;
    float detail = 0;
    for (int y = EDGE; y < EDGE + BLOCK; y++)
        for (int x = EDGE; x < EDGE + BLOCK; x++) {
            const ptrdiff_t i = y * SIDE + x;
            const float d = filter(now + i, SIDE, 2);
            detail += d * d;
            for (int step = 1; step <= 2; step++) {
                const float f = filter(change + i, SIDE, step);
                b.fresh[step - 1] += 0.5f * f * f; /* two frames' noise */
            }
        }
    if (detail == 0 && b.fresh[0] == 0)
        return b; /* painted, not filmed: a letterbox, a plain background */
    b.detail = detail / (BLOCK * BLOCK);
    for (int i = 0; i < 2; i++)
        b.fresh[i] /= BLOCK * BLOCK;
    return b;
}

static void measure_pair(void *opaque, int i)
{
    const struct measurement *m = opaque;
    const int t = (int)((int64_t)i * (m->w->n - 1) / m->n_pairs);
    struct block *out = m->blocks + (ptrdiff_t)i * m->rows * m->cols;
    for (int y = 0; y < m->rows; y++)
        for (int x = 0; x < m->cols; x++)
            *out++ = measure_block(m, t, EDGE + x * BLOCK, EDGE + y * BLOCK);
}

/* The filter's answer at step 2 in frame t; x, y at least EDGE away from the plane's edges. */
static float answer(const struct measurement *m, int t, int x, int y)
{
    const struct uncap_picture *p = &m->w->frames[t];
    float at[3][3];
    for (int j = 0; j < 3; j++)
        for (int i = 0; i < 3; i++)
            at[j][i] = get(p, m->plane, x + 2 * i - 2, y + 2 * j - 2);
    return at[0][0] + at[0][2] + at[2][0] + at[2][2] - 2 * (at[0][1] + at[1][0] + at[1][2] + at[2][1]) +
           4 * at[1][1];
}

/* Correlation of two patches of answers. */
static float correlate(const float *a, const float *b, ptrdiff_t b_stride)
{
    float ab[PATCH] = {0};
    float aa[PATCH] = {0};
    float bb[PATCH] = {0};
    for (int y = 0; y < PATCH; y++)
        for (int x = 0; x < PATCH; x++) {
            const float u = a[y * PATCH + x];
            const float v = b[y * b_stride + x];
            ab[x] += u * v;
            aa[x] += u * u;
            bb[x] += v * v;
        }
    for (int x = 1; x < PATCH; x++) {
        ab[0] += ab[x];
        aa[0] += aa[x];
        bb[0] += bb[x];
    }
    return ab[0] / sqrtf(aa[0] * bb[0] + 1e-6f);
}

static int clip(int v, int end)
{
    return v < 0 ? 0 : v >= end ? end - 1 : v;
}

/* Nothing like what surrounds the block is to be found near it in the next frame: it is noise, not texture that stands
 * or moves. */
static bool is_new(const struct measurement *m, const struct block *b)
{
    enum { SIDE = PATCH + 2 * SEARCH };
    if (m->width < PATCH + 2 * EDGE || m->height < PATCH + 2 * EDGE)
        return false;
    const int x0 = EDGE + clip(b->x + (BLOCK - PATCH) / 2 - EDGE, m->width - 2 * EDGE - PATCH + 1);
    const int y0 = EDGE + clip(b->y + (BLOCK - PATCH) / 2 - EDGE, m->height - 2 * EDGE - PATCH + 1);
    float here[PATCH * PATCH];
    float there[SIDE * SIDE];
    for (int y = 0; y < PATCH; y++)
        for (int x = 0; x < PATCH; x++)
            here[y * PATCH + x] = answer(m, b->t, x0 + x, y0 + y);
    for (int y = 0; y < SIDE; y++)
        for (int x = 0; x < SIDE; x++)
            there[y * SIDE + x] =
                answer(m, b->t + 1, EDGE + clip(x0 - SEARCH + x - EDGE, m->width - 2 * EDGE),
                       EDGE + clip(y0 - SEARCH + y - EDGE, m->height - 2 * EDGE));
    for (int y = 0; y <= 2 * SEARCH; y++)
        for (int x = 0; x <= 2 * SEARCH; x++)
            if (correlate(here, there + y * SIDE + x, SIDE) > MAX_LIKENESS)
                return false;
    return true;
}

static void test_block(void *opaque, int i)
{
    struct measurement *m = opaque;
    m->is_new[i] = is_new(m, &m->blocks[(size_t)i * m->stride]);
}

static int by_detail(const void *a, const void *b)
{
    const struct block *x = a;
    const struct block *y = b;
    if (x->detail != y->detail)
        return x->detail < y->detail ? -1 : 1;
    return x->t != y->t ? x->t - y->t : x->y != y->y ? x->y - y->y : x->x - y->x;
}

/* Bring the flattest blocks to the front; returns how many those are, 0 if there are too few. */
static size_t sort_flat(struct block *blocks, size_t n)
{
    size_t n_used = 0;
    for (size_t i = 0; i < n; i++)
        if (blocks[i].detail >= 0)
            blocks[n_used++] = blocks[i];
    if (n_used < MIN_BLOCKS)
        return 0;
    qsort(blocks, n_used, sizeof(*blocks), by_detail);
    const float limit = FLAT_SPREAD * blocks[(size_t)(FLAT_QUANTILE * (float)n_used)].detail;
    size_t n_flat = 0;
    while (n_flat < n_used && blocks[n_flat].detail <= limit)
        n_flat++;
    return n_flat < MIN_BLOCKS ? 0 : n_flat;
}

static struct block average(const struct block *blocks, size_t n)
{
    double sum[3] = {0, 0, 0};
    for (size_t i = 0; i < n; i++) {
        sum[0] += (double)blocks[i].detail;
        sum[1] += (double)blocks[i].fresh[0];
        sum[2] += (double)blocks[i].fresh[1];
    }
    return (struct block){.detail = (float)(sum[0] / (double)n),
                          .fresh = {(float)(sum[1] / (double)n), (float)(sum[2] / (double)n)}};
}

/* Three of four flat blocks hold noise. */
static bool are_new(struct measurement *m, size_t n_flat, struct uncap_slices *slices)
{
    const size_t n = n_flat < MAX_TESTED ? n_flat : MAX_TESTED;
    m->stride = n_flat / n;
    uncap_slices_run(slices, (int)n, test_block, m);
    size_t n_new = 0;
    for (size_t i = 0; i < n; i++)
        n_new += m->is_new[i];
    return 4 * n_new >= 3 * n;
}

static int step_of(float size)
{
    return size < COARSE_SIZE ? 1 : 2;
}

/* Grain that explains the mean energies. */
static struct uncap_grain explain(const struct block *mean, int depth)
{
    struct uncap_grain g = {0, 0};
    const float fine = mean->fresh[0] - ROUNDING;
    const float coarse = mean->fresh[1] - ROUNDING;
    if (fine <= 0 || coarse <= 0)
        return g;
    const float size = uncap_grain_size_of(fine / coarse);
    const float fresh = step_of(size) == 1 ? fine : coarse;
    const float variance = fminf(fresh / uncap_grain_response(size, step_of(size)),
                                 (mean->detail - ROUNDING) / uncap_grain_response(size, 2));
    const float level = sqrtf(fmaxf(variance, 0)) / (float)(1 << (depth - 8));
    if (level < MIN_LEVEL)
        return g;
    g.level = fminf(level, UNCAP_GRAIN_MAX_LEVEL);
    g.size = size;
    return g;
}

/* Pairs of frames that are worth looking at: few of a large crop say enough. */
static int pairs_of(const struct measurement *m)
{
    const int a_pair = m->cols > 0 && m->rows > 0 ? m->cols * m->rows : 1;
    const int wanted = ENOUGH_BLOCKS / a_pair < MIN_PAIRS ? MIN_PAIRS : ENOUGH_BLOCKS / a_pair;
    const int most = m->w->n - 1 < MAX_PAIRS ? m->w->n - 1 : MAX_PAIRS;
    return wanted < most ? wanted : most;
}

int uncap_grain_measure(const struct uncap_window *w, int plane, struct uncap_slices *slices,
                        struct uncap_grain *out, struct uncap_error *err)
{
    *out = (struct uncap_grain){0, 0};
    struct measurement m = {.w = w,
                            .plane = plane,
                            .width = uncap_plane_w(w->format, plane, uncap_rect_w(w->crop)),
                            .height = uncap_plane_h(w->format, plane, uncap_rect_h(w->crop))};
    m.cols = (m.width - 2 * EDGE) / BLOCK;
    m.rows = (m.height - 2 * EDGE) / BLOCK;
    m.n_pairs = pairs_of(&m);
    if (m.n_pairs < 1 || m.cols < 1 || m.rows < 1)
        return UNCAP_OK;
    const size_t n = (size_t)m.n_pairs * (size_t)m.rows * (size_t)m.cols;
    m.blocks = uncap_alloc(n, sizeof(*m.blocks));
    if (!m.blocks)
        return uncap_fail_nomem(err, "measuring the grain of a window");
    uncap_slices_run(slices, m.n_pairs, measure_pair, &m);
    const size_t n_flat = sort_flat(m.blocks, n);
    if (n_flat) {
        const struct block mean = average(m.blocks, n_flat);
        const struct uncap_grain g = explain(&mean, w->format.depth);
        if (g.level > 0 && are_new(&m, n_flat, slices))
            *out = g;
    }
    uncap_free(m.blocks);
    return UNCAP_OK;
}

/* ---- adding ---- */

enum { PAD = UNCAP_GRAIN_RADIUS };

/* Of one slice, of the luma plane's size with PAD samples around it.
 *
 * value    native levels of the part that is worked on, EDGE samples of its surroundings included
 * hole     1 where covered, laid out alike
 * lack     energy that the filter's answer lacks; own: share of the filter's weights that lies on covered samples
 * rows     for sums over neighbours; field: for uncap_grain_field
 */
struct scratch {
    float *value, *lack, *own, *rows, *field;
    uint8_t *hole;
};

struct addition {
    const struct uncap_window *w;
    struct uncap_grain grain[UNCAP_MAX_PLANES];
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
    for (int y = r.y0 - EDGE; y < r.y1 + EDGE; y++)
        for (int x = r.x0 - EDGE; x < r.x1 + EDGE; x++) {
            *value++ = get(p, plane, clip(x, w), clip(y, h));
            *hole++ = is_covered(a->w, t, plane, clip(x, w), clip(y, h));
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
    const ptrdiff_t stride = w + 2 * EDGE;
    for (int y = 0; y < h; y++)
        for (int x = 0; x < w; x++) {
            const ptrdiff_t from = (y + EDGE) * stride + x + EDGE;
            const ptrdiff_t to = (ptrdiff_t)y * w + x;
            s->lack[to] = s->own[to] = 0;
            if (!s->hole[from])
                continue;
            const float f = filter(s->value + from, stride, step);
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
    const float response = uncap_grain_response(g.size, step_of(g.size));
    load(a, t, p, plane, r, s);
    find_lack(s, w, h, step_of(g.size), native * native * response + ROUNDING);
    sum_near(s->lack, s->rows, w, h);
    sum_near(s->own, s->rows, w, h);
    const int dx = win->crop.x0 >> (plane ? win->format.shift_x : 0);
    const int dy = win->crop.y0 >> (plane ? win->format.shift_y : 0);
    uncap_grain_field(s->rows, s->field, (struct uncap_rect){r.x0 + dx, r.y0 + dy, r.x1 + dx, r.y1 + dy},
                      plane, win->first + t, a->seed, g.size);
    for (int y = 0; y < h; y++)
        for (int x = 0; x < w; x++) {
            const ptrdiff_t i = (ptrdiff_t)y * w + x;
            if (!s->hole[(y + EDGE) * (ptrdiff_t)(w + 2 * EDGE) + x + EDGE] || s->lack[i] <= 0)
                continue;
            const float lack = fminf(sqrtf(s->lack[i] / (s->own[i] * response)), native);
            put(p, plane, r.x0 + x, r.y0 + y, get(p, plane, r.x0 + x, r.y0 + y) + lack * s->rows[i]);
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
    return is_seen ? add(&a, slices, cancel, err) : UNCAP_OK;
}
