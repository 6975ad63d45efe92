/* SPDX-License-Identifier: Apache-2.0 */
/* The kernels of smooth interpolation do what their descriptions say, at every SIMD level. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "base/rng.h"
#include "kernels/kernels.h"

enum { MOST = 700, ROWS = 24, GUARD = 16 };

static const int WIDTHS[] = {1, 2, 3, 8, 15, 16, 17, 40, 255, 256, 257, 258, 511, 600};
enum { N_WIDTHS = sizeof(WIDTHS) / sizeof(WIDTHS[0]) };

static float noise(uint64_t seed, size_t i)
{
    return (float)uncap_rng_uniform(seed, 0, i);
}

/* No weight in every third cell, and more than 1 in some. */
static float weight_at(uint64_t seed, size_t i)
{
    return i % 3 ? 2 * noise(seed, i) : 0;
}

static float clamped(const float *row, int w, int i)
{
    return row[i < 0 ? 0 : i >= w ? w - 1 : i];
}

/* Written from the description alone. */
static float plain_between(const float *near, const float *next, int w, int x)
{
    const int c = x / 2, n = x % 2 ? c + 1 : c - 1;
    const float a = 0.75f * near[c] + 0.25f * clamped(near, w, n);
    const float b = 0.75f * next[c] + 0.25f * clamped(next, w, n);
    return 0.75f * a + 0.25f * b;
}

static void rows_are_interpolated(void **state)
{
    (void)state;
    float near[MOST], next[MOST], got[2 * MOST + GUARD];
    for (size_t i = 0; i < MOST; i++) {
        near[i] = 255 * noise(1, i);
        next[i] = 255 * noise(2, i);
    }
    for (int l = UNCAP_SIMD_C; l < UNCAP_SIMD_LEVELS; l++)
        for (int i = 0; i < N_WIDTHS; i++)
            for (int cut = 0; cut < 4; cut++) {
                const struct uncap_kernels *k = uncap_kernels_level((enum uncap_simd)l);
                const int w = WIDTHS[i], first = cut & 1 ? w / 2 : 0, end = 2 * w - (cut & 2 ? w / 3 : 0);
                if (!k)
                    continue;
                got[end - first] = -7;
                k->interpolate(got, near, next, w, first, end);
                for (int x = first; x < end; x++)
                    assert_true(got[x - first] == plain_between(near, next, w, x));
                assert_true(got[end - first] == -7);
            }
}

static void cells_take_what_they_lack(void **state)
{
    (void)state;
    float near[MOST], next[MOST], value[2 * MOST], weight[2 * MOST], got[2 * MOST];
    for (size_t i = 0; i < MOST; i++) {
        near[i] = noise(3, i) - 0.5f;
        next[i] = noise(4, i) - 0.5f;
    }
    for (size_t i = 0; i < 2 * MOST; i++) {
        value[i] = noise(5, i) - 0.5f;
        weight[i] = weight_at(6, i) < 1 ? weight_at(6, i) : 1;
    }
    for (int l = UNCAP_SIMD_C; l < UNCAP_SIMD_LEVELS; l++)
        for (int i = 0; i < N_WIDTHS; i++) {
            const struct uncap_kernels *k = uncap_kernels_level((enum uncap_simd)l);
            const int w = WIDTHS[i], first = w / 3, end = 2 * w - w / 4;
            if (!k)
                continue;
            memcpy(got, value, sizeof(got));
            k->pull(got, weight, near, next, w, first, end);
            for (int x = 0; x < 2 * w; x++) {
                const float lent = (1 - weight[x]) * plain_between(near, next, w, x);
                const bool changes = x >= first && x < end && weight[x] < 1;
                assert_true(got[x] == (changes ? weight[x] * value[x] + lent : value[x]));
            }
        }
}

static void cells_are_pushed(void **state)
{
    (void)state;
    static float value[2][MOST], weight[2][MOST], want[2][MOST], kept[2][MOST];
    float up_value[MOST], up_weight[MOST];
    for (int l = UNCAP_SIMD_C; l < UNCAP_SIMD_LEVELS; l++)
        for (int i = 0; i < 2 * N_WIDTHS; i++) {
            const struct uncap_kernels *k = uncap_kernels_level((enum uncap_simd)l);
            const int n = WIDTHS[i / 2], rows = 1 + i % 2;
            float sum[MOST] = {0}, mass[MOST] = {0};
            if (!k)
                continue;
            for (int r = 0; r < rows; r++)
                for (int x = 0; x < n; x++) {
                    const size_t at = (size_t)(r * n + x);
                    const float w = weight[r][x] = weight_at(7, at);
                    value[r][x] = w * noise(8, at);
                    want[r][x] = w > 0 ? value[r][x] / w : 0;
                    kept[r][x] = w < 1 ? w : 1;
                    sum[x / 2] += kept[r][x] * want[r][x];
                    mass[x / 2] += kept[r][x];
                }
            k->push(value[0], weight[0], MOST, rows, n, i % 3 ? up_value : NULL, i % 3 ? up_weight : NULL);
            for (int r = 0; r < rows; r++) {
                assert_memory_equal(value[r], want[r], (size_t)n * sizeof(float));
                assert_memory_equal(weight[r], kept[r], (size_t)n * sizeof(float));
            }
            for (int c = 0; i % 3 && c < (n + 1) / 2; c++)
                assert_true(up_value[c] == sum[c] && up_weight[c] == mass[c]);
        }
}

/* Rows that the hole has no part in. */
static bool is_left_out(int y)
{
    return y % 5 == 3;
}

/* A hole over half of the samples, some of them at the edge. */
static bool is_open(int x, int y)
{
    return !is_left_out(y) && (x / 3 + y / 2) % 2 == 0;
}

static void plain_relax(float *p, int w, int h, int colour)
{
    for (int y = 0; y < h; y++)
        for (int x = 0; x < w; x++) {
            if ((x + y) % 2 != colour || !is_open(x, y))
                continue;
            float *at = &p[y * w + x];
            const float left = x ? at[-1] : *at, right = x + 1 < w ? at[1] : *at;
            const float up = y ? at[-w] : *at, down = y + 1 < h ? at[w] : *at;
            *at += UNCAP_LAPLACE_RATE * (0.25f * (left + right + up + down) - *at);
        }
}

static void holes_are_relaxed(void **state)
{
    (void)state;
    static float want[MOST * ROWS], value[2 * MOST * (ROWS + 2)], rate[2 * MOST * (ROWS + 2)];
    int n_levels = 0;
    for (int l = UNCAP_SIMD_C; l < UNCAP_SIMD_LEVELS; l++) {
        const struct uncap_kernels *k = uncap_kernels_level((enum uncap_simd)l);
        n_levels += k && l > UNCAP_SIMD_C;
        for (int i = 0; k && i < 4 * N_WIDTHS; i++) {
            static const int HEIGHTS[] = {1, 2, 7, ROWS};
            const int w = WIDTHS[i / 4], h = HEIGHTS[i % 4], half = uncap_laplace_half(w);
            const size_t n = uncap_laplace_floats(w, h);
            int32_t span[ROWS][2];
            const struct uncap_laplace hole = {.w = w,
                                               .h = h,
                                               .half = half,
                                               .value = {value + half, value + n / 2 + half},
                                               .rate = {rate + half, rate + n / 2 + half},
                                               .span = (const int32_t(*)[2])span};
            assert_true(n <= sizeof(value) / sizeof(value[0]));
            memset(value, 0, n * sizeof(float));
            memset(rate, 0, n * sizeof(float));
            for (int y = 0; y < h; y++)
                for (int x = 0; x < w; x++) {
                    span[y][0] = is_left_out(y) ? 8 * (w / 32) : 0;
                    span[y][1] = is_left_out(y) ? 0 : (w + 1) / 2;
                    const size_t at = (size_t)((x + y) % 2) * n / 2 + (size_t)(half + y * half + x / 2);
                    want[y * w + x] = value[at] = 255 * noise(9, (size_t)(y * w + x));
                    rate[at] = is_open(x, y) ? UNCAP_LAPLACE_RATE : 0;
                }
            k->laplace(&hole, 3);
            for (int step = 0; step < 6; step++)
                plain_relax(want, w, h, step % 2);
            for (int y = 0; y < h; y++)
                for (int x = 0; x < w; x++)
                    assert_true(hole.value[(x + y) % 2][y * half + x / 2] == want[y * w + x]);
        }
    }
    printf("smooth: %d of %d SIMD levels run here and are checked\n", n_levels, UNCAP_SIMD_LEVELS - 1);
}

enum { SITES = 150, NO_SOURCE = -1000 };

static void candidates_are_added(void **state)
{
    (void)state;
    static const int COUNTS[] = {1, 7, 63, 64, 65, SITES};
    uint32_t place[SITES];
    float value[SITES], missing[2 * SITES], precision[SITES], residual[SITES], cost[4 * SITES];
    for (int i = 0; i < SITES; i++) {
        place[i] = (uint32_t)(i + i / 3) | 7u << 16;
        value[i] = i % 5 ? 255 * noise(1, (size_t)i) : NO_SOURCE;
        precision[i] = noise(2, (size_t)i);
        residual[i] = 30 * noise(3, (size_t)i);
        missing[2 * i] = missing[2 * i + 1] = noise(4, (size_t)i) - 0.5f;
        cost[4 * i + 1] = 20 * noise(5, (size_t)i);
    }
    for (int l = 0; l < 2 * UNCAP_SIMD_LEVELS; l++) {
        const struct uncap_kernels *k = uncap_kernels_level((enum uncap_simd)(l / 2));
        for (size_t c = 0; k && c < sizeof(COUNTS) / sizeof(*COUNTS); c++) {
            float sum[SITES] = {1, 2, 3}, weight[SITES] = {4, 5, 6};
            const struct uncap_candidate_row row = {
                COUNTS[c], place,    value, missing,   l % 2 ? precision : NULL,
                residual,  cost + 1, 4,     NO_SOURCE, 0.5f,
                0.8f,      10,       sum,   weight};
            k->fuse(&row);
            for (int i = 0; i < SITES; i++) {
                const int x = i + i / 3;
                const bool has = i < COUNTS[c] && i % 5;
                const float w = l % 2
                                    ? precision[i]
                                    : 1 / (0.5f + residual[x / 2] * (1 + 0.8f * fminf(cost[4 * i + 1], 10)));
                const float first = i < 3 ? (float)(i + 1) : 0, first_weight = i < 3 ? (float)(i + 4) : 0;
                assert_true(sum[i] == (has ? first + w * (value[i] + missing[x]) : first));
                assert_true(weight[i] == (has ? first_weight + w : first_weight));
            }
        }
    }
}

/* As the samples' own variance is stored: rounded, and never 0. */
static uint16_t stored(float variance)
{
    const float units = variance * 16 + 0.5f;
    return (uint16_t)(units < 1 ? 1 : units > 65535 ? 65535 : units);
}

static void candidates_are_merged(void **state)
{
    (void)state;
    static const int COUNTS[] = {1, 7, 8, 33, 64, SITES};
    static const uint16_t VARIANCES[] = {1, 7, 800, 65535};
    float sum[SITES], weight[SITES];
    for (int i = 0; i < SITES; i++) {
        const float size = i % 4 ? 1 : 1e-5f; /* of no weight beside the largest variance, and of much */
        weight[i] = i % 5 ? size * (i % 7 ? noise(1, (size_t)i) : 100) : 0;
        sum[i] = weight[i] * 300 * (noise(2, (size_t)i) - 0.1f);
    }
    for (int l = 0; l < UNCAP_SIMD_LEVELS; l++) {
        const struct uncap_kernels *k = uncap_kernels_level((enum uncap_simd)l);
        for (size_t c = 0; k && c < sizeof(COUNTS) / sizeof(*COUNTS); c++) {
            float value[SITES];
            uint16_t variance[SITES];
            for (int i = 0; i < SITES; i++) {
                value[i] = (float)i;
                variance[i] = VARIANCES[i / 2 % 4];
            }
            k->merge(sum, weight, 1.0f / 16, COUNTS[c], value, variance);
            for (int i = 0; i < SITES; i++) {
                const uint16_t old = VARIANCES[i / 2 % 4];
                const float before = 1 / ((float)old / 16), all = before + weight[i];
                const bool merges = i < COUNTS[c];
                assert_true(value[i] == (merges ? (before * (float)i + sum[i]) / all : (float)i));
                assert_int_equal(variance[i], merges && weight[i] > 0 ? stored(1 / all) : old);
            }
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(candidates_are_added),  cmocka_unit_test(candidates_are_merged),
        cmocka_unit_test(rows_are_interpolated), cmocka_unit_test(cells_take_what_they_lack),
        cmocka_unit_test(cells_are_pushed),      cmocka_unit_test(holes_are_relaxed),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
