/* SPDX-License-Identifier: Apache-2.0 */
#include <math.h>
#include <stdlib.h>

#include "base/memory.h"
#include "inpaint/grain.h"
#include "inpaint/grain_field.h"
#include "inpaint/grain_filter.h"

enum {
    BLOCK = 8,
    MIN_PAIRS = 6, /* of neighbouring frames that are measured */
    MAX_PAIRS = 24,
    ENOUGH_BLOCKS = 8192,
    MIN_BLOCKS = 16,
    MAX_TESTED = 32, /* flat blocks whose surroundings are looked for in the next frame */
    PATCH = 24,      /* samples square of those surroundings */
    SEARCH = 15,     /* samples they may have moved by */
};

#define FLAT_QUANTILE 0.25f /* of all blocks counts as flat, whatever the picture shows */
#define FLAT_SPREAD 2.5f    /* and what has at most this many times its energy */
#define MAX_LIKENESS 0.4f   /* correlation above which it is the same texture */
#define MIN_LEVEL 0.6f      /* grey levels: less is not seen */
#define MAX_CHANGE 60.0f    /* grey levels a neighbouring frame may differ by on average: more is a flash */

/* Mean energy of the filter's answer, squared native levels: of the picture at step 2, and of what is new in
 * it.
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
    for (int y = y0 - GRAIN_EDGE; y < y0 + BLOCK + GRAIN_EDGE; y++)
        for (int x = x0 - GRAIN_EDGE; x < x0 + BLOCK + GRAIN_EDGE; x++)
            if (grain_is_covered(m->w, t, m->plane, x, y))
                return false;
    return true;
}

static struct block measure_block(const struct measurement *m, int t, int x0, int y0)
{
    enum { SIDE = BLOCK + 2 * GRAIN_EDGE };
    struct block b = {.detail = -1, .t = t, .x = x0, .y = y0};
    float now[SIDE * SIDE];
    float change[SIDE * SIDE];
    float total = 0;
    if (!is_clear(m, t, x0, y0) || !is_clear(m, t + 1, x0, y0))
        return b;
    for (int y = 0; y < SIDE; y++)
        for (int x = 0; x < SIDE; x++) {
            const int i = y * SIDE + x;
            now[i] = grain_get(&m->w->frames[t], m->plane, x0 - GRAIN_EDGE + x, y0 - GRAIN_EDGE + y);
            change[i] =
                grain_get(&m->w->frames[t + 1], m->plane, x0 - GRAIN_EDGE + x, y0 - GRAIN_EDGE + y) - now[i];
            total += fabsf(change[i]);
        }
    if (total > MAX_CHANGE * SIDE * SIDE * (float)(1 << (m->w->format.depth - 8)))
        return b;
    float detail = 0;
    for (int y = GRAIN_EDGE; y < GRAIN_EDGE + BLOCK; y++)
        for (int x = GRAIN_EDGE; x < GRAIN_EDGE + BLOCK; x++) {
            const ptrdiff_t i = y * SIDE + x;
            const float d = grain_filter(now + i, SIDE, 2);
            detail += d * d;
            for (int step = 1; step <= 2; step++) {
                const float f = grain_filter(change + i, SIDE, step);
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
            *out++ = measure_block(m, t, GRAIN_EDGE + x * BLOCK, GRAIN_EDGE + y * BLOCK);
}

/* The filter's answer at step 2 in frame t; x, y at least GRAIN_EDGE away from the plane's edges. */
static float answer(const struct measurement *m, int t, int x, int y)
{
    const struct uncap_picture *p = &m->w->frames[t];
    float at[3][3];
    for (int j = 0; j < 3; j++)
        for (int i = 0; i < 3; i++)
            at[j][i] = grain_get(p, m->plane, x + 2 * i - 2, y + 2 * j - 2);
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

/* Nothing like what surrounds the block is to be found near it in the next frame: it is noise, not texture
 * that stands or moves. */
static bool is_new(const struct measurement *m, const struct block *b)
{
    enum { SIDE = PATCH + 2 * SEARCH };
    if (m->width < PATCH + 2 * GRAIN_EDGE || m->height < PATCH + 2 * GRAIN_EDGE)
        return false;
    const int x0 = GRAIN_EDGE +
                   grain_clip(b->x + (BLOCK - PATCH) / 2 - GRAIN_EDGE, m->width - 2 * GRAIN_EDGE - PATCH + 1);
    const int y0 = GRAIN_EDGE + grain_clip(b->y + (BLOCK - PATCH) / 2 - GRAIN_EDGE,
                                           m->height - 2 * GRAIN_EDGE - PATCH + 1);
    float here[PATCH * PATCH];
    float there[SIDE * SIDE];
    for (int y = 0; y < PATCH; y++)
        for (int x = 0; x < PATCH; x++)
            here[y * PATCH + x] = answer(m, b->t, x0 + x, y0 + y);
    for (int y = 0; y < SIDE; y++)
        for (int x = 0; x < SIDE; x++)
            there[y * SIDE + x] = answer(
                m, b->t + 1, GRAIN_EDGE + grain_clip(x0 - SEARCH + x - GRAIN_EDGE, m->width - 2 * GRAIN_EDGE),
                GRAIN_EDGE + grain_clip(y0 - SEARCH + y - GRAIN_EDGE, m->height - 2 * GRAIN_EDGE));
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

/* Grain that explains the mean energies. */
static struct uncap_grain explain(const struct block *mean, int depth)
{
    struct uncap_grain g = {0, 0};
    const float fine = mean->fresh[0] - GRAIN_ROUNDING;
    const float coarse = mean->fresh[1] - GRAIN_ROUNDING;
    if (fine <= 0 || coarse <= 0)
        return g;
    const float size = uncap_grain_size_of(fine / coarse);
    const float fresh = grain_step(size) == 1 ? fine : coarse;
    const float variance = fminf(fresh / uncap_grain_response(size, grain_step(size)),
                                 (mean->detail - GRAIN_ROUNDING) / uncap_grain_response(size, 2));
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
    m.cols = (m.width - 2 * GRAIN_EDGE) / BLOCK;
    m.rows = (m.height - 2 * GRAIN_EDGE) / BLOCK;
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
