/* SPDX-License-Identifier: Apache-2.0 */
/* Every SIMD level of the flow kernels gives the bytes of the C reference. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "base/memory.h"
#include "base/rng.h"
#include "kernels/kernels.h"

enum { PAD = UNCAP_FLOW_PAD, N_PLANES = 10 };

struct problem {
    int w, h, pitch;
    size_t n;
    float *plane[N_PLANES]; /* image, mask, gx, gy of a and of b, then u and v */
    float *scratch;
};

static float noise(uint64_t seed, int plane, size_t i)
{
    return (float)uncap_rng_uniform(seed, (uint64_t)plane, i);
}

static void problem_open(struct problem *p, int w, int h, int extra_pitch)
{
    *p = (struct problem){.w = w, .h = h, .pitch = (w + 2 * PAD + 15) / 16 * 16 + extra_pitch};
    p->n = (size_t)p->pitch * (size_t)(h + 2 * PAD);
    for (int i = 0; i < N_PLANES; i++)
        assert_non_null(p->plane[i] = uncap_alloc(p->n, sizeof(float)));
    assert_non_null(p->scratch = uncap_alloc(uncap_flow_scratch_floats(p->pitch, h), sizeof(float)));
}

static void problem_close(struct problem *p)
{
    for (int i = 0; i < N_PLANES; i++)
        uncap_free(p->plane[i]);
    uncap_free(p->scratch);
}

/* Noise everywhere, masks with holes in the middle and none in the pad. */
static void problem_start(struct problem *p, uint64_t seed)
{
    for (int k = 0; k < N_PLANES; k++)
        for (size_t i = 0; i < p->n; i++) {
            const float v = noise(seed, k, i);
            p->plane[k][i] = k % 4 == 0 ? 255 * v : k == 1 || k == 5 ? 0 : k >= 8 ? 4 * v - 2 : 60 * v - 30;
        }
    for (int y = 0; y < p->h; y++)
        for (int x = 0; x < p->w; x++)
            for (int k = 1; k <= 5; k += 4) {
                const size_t at = (size_t)(y + PAD) * (size_t)p->pitch + (size_t)(x + PAD);
                p->plane[k][at] = (x / 5 + y / 7) % 3 ? 1 : noise(seed, 20 + k, at) > 0.5f ? 0 : 0.25f;
            }
    memset(p->scratch, 0, uncap_flow_scratch_floats(p->pitch, p->h) * sizeof(float));
}

static struct uncap_flow_level level_of(const struct problem *p)
{
    const size_t o = (size_t)PAD * (size_t)p->pitch + PAD;
    return (struct uncap_flow_level){
        .a = {p->plane[0] + o, p->plane[1] + o, p->plane[2] + o, p->plane[3] + o},
        .b = {p->plane[4] + o, p->plane[5] + o, p->plane[6] + o, p->plane[7] + o},
        .w = p->w,
        .h = p->h,
        .pitch = p->pitch,
        .u = p->plane[8] + o,
        .v = p->plane[9] + o,
        .scratch = p->scratch,
    };
}

static void run(struct problem *p, const struct uncap_kernels *k, uint64_t seed)
{
    problem_start(p, seed);
    const struct uncap_flow_level level = level_of(p);
    k->dis(&level, 5, 1 + (int)(seed & 1), seed & 2 ? 0.02f : 0);
    k->refine(&level, 2, 4);
}

static void levels_agree(void **state)
{
    (void)state;
    static const struct {
        int w, h, extra;
    } SIZES[] = {{64, 48, 0},   {1, 1, 0},  {17, 9, 16},  {33, 20, 0},
                 {100, 31, 32}, {7, 64, 0}, {160, 25, 0}, {100, 31, 0}};
    int n_levels = 0;
    for (int l = UNCAP_SIMD_C + 1; l < UNCAP_SIMD_LEVELS; l++)
        n_levels += uncap_kernels_level((enum uncap_simd)l) != NULL;
    printf("flow kernels: %d of %d SIMD levels run here and are checked\n", n_levels, UNCAP_SIMD_LEVELS - 1);
    for (size_t s = 0; s < sizeof(SIZES) / sizeof(*SIZES); s++) {
        struct problem want;
        struct problem got;
        problem_open(&want, SIZES[s].w, SIZES[s].h, SIZES[s].extra);
        problem_open(&got, SIZES[s].w, SIZES[s].h, SIZES[s].extra);
        run(&want, uncap_kernels_level(UNCAP_SIMD_C), s);
        for (int l = UNCAP_SIMD_C + 1; l < UNCAP_SIMD_LEVELS; l++) {
            const struct uncap_kernels *k = uncap_kernels_level((enum uncap_simd)l);
            if (!k)
                continue;
            run(&got, k, s);
            for (int y = 0; y < want.h; y++) {
                const size_t row = (size_t)(y + PAD) * (size_t)want.pitch + PAD;
                const size_t bytes = (size_t)want.w * sizeof(float);
                assert_memory_equal(want.plane[8] + row, got.plane[8] + row, bytes);
                assert_memory_equal(want.plane[9] + row, got.plane[9] + row, bytes);
            }
        }
        problem_close(&want);
        problem_close(&got);
    }
}

/* Whatever else is near it, stillness is tried: what is almost still becomes so. */
static void almost_still_is_still(void **state)
{
    (void)state;
    struct problem p;
    problem_open(&p, 40, 24, 0);
    for (int l = 0; l < UNCAP_SIMD_LEVELS; l++) {
        const struct uncap_kernels *k = uncap_kernels_level((enum uncap_simd)l);
        if (!k)
            continue;
        problem_start(&p, 5);
        for (int i = 0; i < 4; i++)
            memcpy(p.plane[4 + i], p.plane[i], p.n * sizeof(float));
        const struct uncap_flow_level level = level_of(&p);
        for (int y = 0; y < p.h; y++)
            for (int x = 0; x < p.w; x++) {
                const size_t at = (size_t)(y + PAD) * (size_t)p.pitch + (size_t)(x + PAD);
                p.plane[1][at] = p.plane[5][at] = 1;
                p.plane[8][at] = p.plane[9][at] = 0.005f;
            }
        k->dis(&level, 0, 1, 0.02f);
        for (int y = 0; y < p.h; y++)
            for (int x = 0; x < p.w; x++)
                assert_true(level.u[y * p.pitch + x] == 0 && level.v[y * p.pitch + x] == 0);
    }
    problem_close(&p);
}

static float clamped(float v, float low, float high)
{
    return v < low ? low : v > high ? high : v;
}

/* Bilinear at (x, y), of which the last sample's pair is the one before it and itself if `is_bare`. */
static float plain_read(const struct uncap_flow_level *l, const float *plane, float x, float y, bool is_bare)
{
    int xi = (int)(x + PAD) - PAD;
    int yi = (int)(y + PAD) - PAD;
    xi -= is_bare && xi == l->w - 1;
    yi -= is_bare && yi == l->h - 1;
    const float fx = x - (float)xi;
    const float fy = y - (float)yi;
    const float *at = plane + (ptrdiff_t)yi * l->pitch + xi;
    const float top = at[0] + fx * (at[1] - at[0]);
    const float low = at[l->pitch] + fx * (at[l->pitch + 1] - at[l->pitch]);
    return top + fy * (low - top);
}

static void check_residual(const struct uncap_kernels *k, const struct uncap_flow_level *l, int y)
{
    float difference[160];
    float known[160];
    k->residual(l, y, difference, known);
    for (int x = 0; x < l->w; x++) {
        const ptrdiff_t o = (ptrdiff_t)y * l->pitch + x;
        const float tx = clamped((float)x + l->u[o], 2 - PAD, (float)(l->w + PAD - 4));
        const float ty = clamped((float)y + l->v[o], 2 - PAD, (float)(l->h + PAD - 4));
        const float w = l->a.mask[o] * plain_read(l, l->b.mask, tx, ty, false);
        const float r = plain_read(l, l->b.image, tx, ty, false) - l->a.image[o];
        assert_true(known[x] == w);
        assert_true(difference[x] == r);
    }
}

static void check_round_trip(const struct uncap_kernels *k, const struct uncap_flow_level *l, const float *gu,
                             const float *gv, int y)
{
    float off[160];
    k->round_trip(l, gu, gv, y, 2, off);
    for (int x = 0; x < l->w; x++) {
        const ptrdiff_t o = (ptrdiff_t)y * l->pitch + x;
        const float tx = clamped((float)x + l->u[o], 0, (float)(l->w - 1));
        const float ty = clamped((float)y + l->v[o], 0, (float)(l->h - 1));
        const float u = 2 * (l->u[o] + plain_read(l, gu, tx, ty, true));
        const float v = 2 * (l->v[o] + plain_read(l, gv, tx, ty, true));
        assert_true(off[x] == sqrtf(u * u + v * v));
    }
}

static void errors_are_as_described(void **state)
{
    (void)state;
    static const int SIZES[][2] = {{1, 1}, {2, 3}, {17, 9}, {64, 12}, {160, 25}};
    for (size_t s = 0; s < sizeof(SIZES) / sizeof(*SIZES); s++) {
        struct problem p;
        problem_open(&p, SIZES[s][0], SIZES[s][1], 0);
        problem_start(&p, s);
        const struct uncap_flow_level level = level_of(&p);
        for (int i = 0; i < UNCAP_SIMD_LEVELS; i++) {
            const struct uncap_kernels *k = uncap_kernels_level((enum uncap_simd)i);
            for (int y = 0; k && y < level.h; y++) {
                check_residual(k, &level, y);
                check_round_trip(k, &level, level.b.gx, level.b.gy, y);
            }
        }
        problem_close(&p);
    }
}

/* Bilinear between cells whose samples lie a quarter off their middle, in units of 1 / 1024 pixel. */
static int plain_motion(const struct uncap_motion_rows *r, int x, int component)
{
    const int c = x / 2;
    int beside = x % 2 ? c + 1 : c - 1;
    beside = beside < 0 ? 0 : beside >= r->n ? r->n - 1 : beside;
    return 9 * r->near[2 * c + component] + 3 * r->near[2 * beside + component] +
           3 * r->next[2 * c + component] + r->next[2 * beside + component];
}

static void check_steps(const struct uncap_kernels *k, const struct uncap_motion_rows *r, int w, int h, int y)
{
    for (int x0 = 0; x0 < w; x0 += UNCAP_STEPS) {
        struct uncap_steps s;
        k->follow(&s, r, x0, y, w, h);
        for (int x = x0; x < w && x < x0 + UNCAP_STEPS; x++) {
            const float dx = (float)plain_motion(r, x, 0) / 1024;
            const float dy = (float)plain_motion(r, x, 1) / 1024;
            const float tx = (float)x + dx;
            const float ty = (float)y + dy;
            const float error = (float)r->error[x / 2] / 16;
            const bool is_trusted = error <= 4 + 0.05f * sqrtf(dx * dx + dy * dy);
            const bool is_inside = tx >= 0 && ty >= 0 && tx <= (float)(w - 1) && ty <= (float)(h - 1);
            assert_true(s.x[x - x0] == tx && s.y[x - x0] == ty && s.error[x - x0] == error);
            assert_int_equal(s.reached >> (x - x0) & 1, is_trusted && is_inside);
        }
    }
}

static void steps_lead_where_motion_does(void **state)
{
    (void)state;
    enum { CELLS = 100, H = 20 };
    static const int WIDTHS[] = {1, 2, 63, 64, 65, 127, 128, 129, 191, 200};
    int16_t uv[2][2 * CELLS];
    uint8_t error[CELLS];
    for (size_t i = 0; i < 2 * CELLS; i++) {
        const float most = i % 40 < 4 ? 65534 : 2000; /* 16 pixels to each side, and far out */
        uv[0][i] = (int16_t)(most * (noise(3, 0, i) - 0.5f));
        uv[1][i] = (int16_t)(most * (noise(3, 1, i) - 0.5f));
        error[i / 2] = (uint8_t)(90 * noise(3, 2, i));
    }
    for (size_t i = 0; i < sizeof(WIDTHS) / sizeof(*WIDTHS); i++)
        for (int l = 0; l < UNCAP_SIMD_LEVELS; l++) {
            const struct uncap_kernels *k = uncap_kernels_level((enum uncap_simd)l);
            const struct uncap_motion_rows rows = {(WIDTHS[i] + 1) / 2, uv[0],     uv[1], error,
                                                   1.0f / 1024,         1.0f / 16, 4,     0.05f};
            for (int y = 0; k && y < H; y += 5)
                check_steps(k, &rows, WIDTHS[i], H, y);
        }
}

enum { MOST = 70 };

/* In the order of the samples, so that sums are off by rounding alone. */
static void plain_sums(const struct uncap_flow_samples *s, const double map[6], double narrowing,
                       double sums[UNCAP_AFFINE_SUMS])
{
    memset(sums, 0, UNCAP_AFFINE_SUMS * sizeof(*sums));
    for (int i = 0; i < s->n; i++) {
        const double x[3] = {1, ((double)s->x[i] - s->x0) * s->unit, ((double)s->y[i] - s->y0) * s->unit};
        const double flow[2] = {s->px * (double)s->u[i], s->px * (double)s->v[i]};
        double square = 0;
        for (int c = 0; c < 2; c++) {
            const double off = flow[c] - map[3 * c] - map[3 * c + 1] * x[1] - map[3 * c + 2] * x[2];
            square += off * off;
        }
        const double w = 1 / ((1 + square * narrowing) * (1 + square * narrowing));
        const double products[6] = {1, x[1], x[2], x[1] * x[1], x[1] * x[2], x[2] * x[2]};
        for (int k = 0; k < 6; k++) {
            sums[k] += w * products[k];
            sums[6 + k] += w * x[k % 3] * flow[k / 3];
        }
    }
}

static void affine_sums_are_as_described(void **state)
{
    (void)state;
    static const int COUNTS[] = {0, 1, 3, 4, 5, 32, 67};
    static const double map[6] = {0.5, -0.2, 0.1, -1, 0.3, 0.2};
    float at[4][MOST];
    for (size_t i = 0; i < (size_t)4 * MOST; i++)
        at[i / MOST][i % MOST] = i / MOST < 2 ? (float)(int)(100 * noise(9, 0, i)) : 6 * noise(9, 1, i) - 3;
    for (size_t i = 0; i < 2 * sizeof(COUNTS) / sizeof(*COUNTS); i++) {
        const struct uncap_flow_samples samples = {COUNTS[i / 2], at[0], at[1], at[2], at[3], 50, 40,
                                                   0.02,          2};
        double reference[UNCAP_AFFINE_SUMS];
        double plain[UNCAP_AFFINE_SUMS];
        uncap_kernels_level(UNCAP_SIMD_C)->affine_sums(&samples, map, i % 2 ? 0.7 : 0, reference);
        plain_sums(&samples, map, i % 2 ? 0.7 : 0, plain);
        for (int k = 0; k < UNCAP_AFFINE_SUMS; k++)
            assert_true(fabs(plain[k] - reference[k]) < 1e-9);
        for (int l = UNCAP_SIMD_C + 1; l < UNCAP_SIMD_LEVELS; l++) {
            const struct uncap_kernels *k = uncap_kernels_level((enum uncap_simd)l);
            double got[UNCAP_AFFINE_SUMS];
            if (!k)
                continue;
            k->affine_sums(&samples, map, i % 2 ? 0.7 : 0, got);
            assert_memory_equal(reference, got, sizeof(got));
        }
    }
}

static void best_is_a_level(void **state)
{
    (void)state;
    assert_non_null(uncap_kernels_best());
    assert_ptr_equal(uncap_kernels_level(UNCAP_SIMD_LEVELS), NULL);
    assert_string_equal(uncap_kernels_level(UNCAP_SIMD_C)->name, "c");
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(levels_agree),
                                       cmocka_unit_test(almost_still_is_still),
                                       cmocka_unit_test(errors_are_as_described),
                                       cmocka_unit_test(steps_lead_where_motion_does),
                                       cmocka_unit_test(affine_sums_are_as_described),
                                       cmocka_unit_test(best_is_a_level)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
