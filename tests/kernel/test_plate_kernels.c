/* SPDX-License-Identifier: Apache-2.0 */
/* The plate's kernels do what their descriptions say, at every SIMD level. */
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

enum { W = 150, H = 40, SPAN = UNCAP_PLATE_SPAN, VOTES = UNCAP_PLATE_VOTES };

static const int LENGTHS[] = {1, 7, 8, 31, 32, 33, 63, SPAN};
static const float PLACES[][6] = {
    {0},
    {3, 0, 0, -2, 0, 0},
    {0.01f, 0, 0, -0.02f, 0, 0}, /* within what counts as still */
    {0.5f, 0, 0, 0, 0, 0},
    {0, 0, 0, 0.25f, 0, 0},
    {1.3f, 1e-4f, -2e-4f, -0.7f, 2e-4f, 1e-4f},
    {-2, 0.05f, 0.01f, 1, -0.02f, 0.03f}, /* over samples, and out of the frame */
    {90, 0, 0, 20, 0, 0},
};

static float noise(uint64_t seed, size_t i)
{
    return (float)uncap_rng_uniform(seed, 0, i);
}

static float near_sample(float v)
{
    const float sample = (float)(int)(v + 0.5f);
    return fabsf(v - sample) < 0.03f ? sample : v;
}

/* Written from the description alone. */
static struct uncap_plate_span plain_place(const float a[6], int x0, int y0, int n)
{
    struct uncap_plate_span s = {.n = n, .is_row = true};
    for (int k = 0; k < n; k++) {
        const float x = (float)(x0 + k), y = (float)y0;
        s.x[k] = near_sample(x + (a[0] + a[1] * x + a[2] * y));
        s.y[k] = near_sample(y + (a[3] + a[4] * x + a[5] * y));
        if (s.x[k] >= 0 && s.y[k] >= 0 && s.x[k] <= W - 1 && s.y[k] <= H - 1)
            s.known |= UINT64_C(1) << k;
        if ((int)s.x[k] != (int)s.x[0] + k || (int)s.y[k] != (int)s.y[0])
            s.is_row = false;
        if (s.x[k] > (float)(int)s.x[k])
            s.is_beside = true;
        if (s.y[k] > (float)(int)s.y[k])
            s.is_below = true;
    }
    return s;
}

static void spans_are_placed(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof(PLACES) / sizeof(PLACES[0]); i++)
        for (size_t j = 0; j < sizeof(LENGTHS) / sizeof(LENGTHS[0]); j++)
            for (int l = UNCAP_SIMD_C; l < UNCAP_SIMD_LEVELS; l++) {
                const struct uncap_kernels *k = uncap_kernels_level((enum uncap_simd)l);
                const int n = LENGTHS[j];
                struct uncap_plate_span got = {.n = n};
                if (!k)
                    continue;
                const struct uncap_plate_span want = plain_place(PLACES[i], 70, 21, n);
                k->plate_place(&got, PLACES[i], 70, 21, W, H);
                assert_memory_equal(&want, &got, sizeof(want));
            }
}

static float sample_at(const void *samples, bool is_deep, float x, float y)
{
    const int i = (int)y * W + (int)x;
    return (float)(is_deep ? ((const uint16_t *)samples)[i] : ((const uint8_t *)samples)[i]);
}

static float plain_bilinear(const void *samples, bool is_deep, float x, float y)
{
    const float fx = x - (float)(int)x, fy = y - (float)(int)y, right = x + (fx > 0), low = y + (fy > 0);
    const float a = sample_at(samples, is_deep, x, y), b = sample_at(samples, is_deep, right, y);
    const float c = sample_at(samples, is_deep, x, low), d = sample_at(samples, is_deep, right, low);
    const float top = a + fx * (b - a), bottom = c + fx * (d - c);
    return top + fy * (bottom - top);
}

static void rows_are_read(void **state)
{
    (void)state;
    static uint16_t words[H * W];
    static uint8_t bytes[H * W];
    int n_read = 0;
    for (size_t i = 0; i < H * W; i++) {
        words[i] = (uint16_t)(1024 * noise(1, i));
        bytes[i] = (uint8_t)(256 * noise(2, i));
    }
    for (size_t i = 0; i < sizeof(PLACES) / sizeof(PLACES[0]); i++)
        for (size_t j = 0; j < sizeof(LENGTHS) / sizeof(LENGTHS[0]); j++)
            for (int l = 2 * UNCAP_SIMD_C; l < 2 * UNCAP_SIMD_LEVELS; l++) {
                const struct uncap_kernels *k = uncap_kernels_level((enum uncap_simd)(l / 2));
                const bool is_deep = l % 2;
                const void *samples = is_deep ? (const void *)words : (const void *)bytes;
                struct uncap_plate_span s = plain_place(PLACES[i], 20, 9, LENGTHS[j]);
                if (!k || !s.is_row)
                    continue;
                const size_t at = (size_t)s.y[0] * W + (size_t)s.x[0];
                k->plate_read(&s, (const uint8_t *)samples + at * (is_deep ? 2 : 1), is_deep ? 2 * W : W,
                              is_deep);
                for (int c = 0; c < s.n; c++)
                    assert_true(s.value[c] == plain_bilinear(samples, is_deep, s.x[c], s.y[c]));
                n_read++;
            }
    assert_true(n_read > 60);
}

static void plain_vote(const struct uncap_plate_span *s, int t, float limit, float *value, int32_t *ballot)
{
    for (int k = 0; k < s->n; k++) {
        const int votes = ballot[k] % (VOTES + 1);
        const bool is_seen = ballot[k] >= 0, agrees = is_seen && fabsf(value[k] - s->value[k]) <= limit;
        if (!(s->known >> k & 1))
            continue;
        if (is_seen && !agrees && votes > 0) {
            ballot[k]--;
            continue;
        }
        value[k] = s->value[k];
        ballot[k] = t * (VOTES + 1) + (!agrees ? 0 : votes < VOTES ? votes + 1 : VOTES);
    }
}

static void known_cells_vote(void **state)
{
    (void)state;
    static const uint64_t KNOWN[] = {~UINT64_C(0), 0, UINT64_C(0x8000000180000001),
                                     UINT64_C(0x00ff5a5a12345678)};
    int n_levels = 0;
    for (int l = UNCAP_SIMD_C; l < UNCAP_SIMD_LEVELS; l++) {
        const struct uncap_kernels *k = uncap_kernels_level((enum uncap_simd)l);
        n_levels += k && l > UNCAP_SIMD_C;
        for (size_t i = 0; k && i < sizeof(KNOWN) / sizeof(KNOWN[0]) * sizeof(LENGTHS) / sizeof(LENGTHS[0]);
             i++) {
            struct uncap_plate_span s = {.n = LENGTHS[i / 4], .known = KNOWN[i % 4]};
            float want[SPAN], got[SPAN];
            int32_t want_ballot[SPAN], got_ballot[SPAN];
            for (int c = 0; c < SPAN; c++) {
                want[c] = got[c] = (float)(int)(30 * noise(i, (size_t)c));
                want_ballot[c] = got_ballot[c] =
                    c % 5 ? c % 3 ? c * (VOTES + 1) + c : c * (VOTES + 1) + VOTES : -1;
            }
            for (int t = 100; t < 140; t++) { /* until cells are full and empty again */
                for (int c = 0; c < SPAN; c++)
                    s.value[c] =
                        t / 10 % 2 ? (float)(5 * (c % 7)) : (float)(int)(30 * noise((uint64_t)t, (size_t)c));
                plain_vote(&s, t, 4, want, want_ballot);
                k->plate_vote(&s, t, 4, got, got_ballot);
                assert_memory_equal(want, got, sizeof(want));
                assert_memory_equal(want_ballot, got_ballot, sizeof(want_ballot));
            }
        }
    }
    printf("plate: %d of %d SIMD levels run here and are checked\n", n_levels, UNCAP_SIMD_LEVELS - 1);
}

/* What the sample at x finds, but for whether its place is covered. Written from the description alone. */
static void plain_find(const struct uncap_plate_view *v, int x, int y, float *px, float *py, float *cost,
                       int *frame)
{
    const float *a = v->cell;
    const float cx = (float)x + (a[0] + a[1] * (float)x + a[2] * (float)y);
    const float cy = (float)y + (a[3] + a[4] * (float)x + a[5] * (float)y);
    *frame = -1;
    if (cx < 0 || cy < 0 || cx > W - 1 || cy > H - 1)
        return;
    const int ballot = v->ballot[(int)(cy + 0.5f) * W + (int)(cx + 0.5f)];
    const float *to = v->places + ballot / (VOTES + 1) * v->pitch;
    if (ballot < 0)
        return;
    *px = near_sample(cx + (to[0] + to[1] * cx + to[2] * cy));
    *py = near_sample(cy + (to[3] + to[4] * cx + to[5] * cy));
    *cost = v->drift * fabsf((float)(v->t - ballot / (VOTES + 1))) +
            v->unsure / (float)(1 + ballot % (VOTES + 1));
    if (*px >= 0 && *py >= 0 && *px <= W - 1 && *py <= H - 1)
        *frame = ballot / (VOTES + 1);
}

static void sources_are_found(void **state)
{
    (void)state;
    enum { N = sizeof(PLACES) / sizeof(PLACES[0]), PITCH = 9 };
    static int32_t ballot[W * H];
    float places[N * PITCH] = {0};
    int n_found = 0;
    for (int i = 0; i < W * H; i++)
        ballot[i] = i % 11 ? (int32_t)((float)(N * (VOTES + 1)) * noise(7, (size_t)i)) : -1;
    for (size_t f = 0; f < N; f++)
        memcpy(places + f * PITCH, PLACES[f], sizeof(PLACES[f]));
    for (size_t i = 0; i < N; i++)
        for (int l = UNCAP_SIMD_C; l < UNCAP_SIMD_LEVELS; l++) {
            const struct uncap_kernels *k = uncap_kernels_level((enum uncap_simd)l);
            const struct uncap_plate_view view = {3, W, H, PLACES[i], ballot, places, PITCH, 0.05f, 6};
            for (int at = 0; k && at < 3 * H; at++) {
                struct uncap_plate_sources s;
                const int x0 = at % 3 * SPAN, y = at / 3;
                k->plate_find(&s, &view, x0, y);
                for (int c = 0; c < SPAN; c++) {
                    float x = 0, y_there = 0, cost = 0;
                    int frame;
                    plain_find(&view, x0 + c, y, &x, &y_there, &cost, &frame);
                    assert_int_equal(s.frame[c], frame);
                    if (frame < 0)
                        continue;
                    assert_true(s.x[c] == x && s.y[c] == y_there && s.cost[c] == cost);
                    n_found++;
                }
            }
        }
    assert_true(n_found > 10000);
}

/* Index of the old cell that the new cell (x, y) is, or -1. */
static int plain_lay(const float a[6], int x, int y)
{
    const float cx = (float)x + (a[0] + a[1] * (float)x + a[2] * (float)y);
    const float cy = (float)y + (a[3] + a[4] * (float)x + a[5] * (float)y);
    return cx >= 0 && cy >= 0 && cx <= W - 1 && cy <= H - 1 ? (int)(cy + 0.5f) * W + (int)(cx + 0.5f) : -1;
}

static void cells_are_laid_out(void **state)
{
    (void)state;
    static float value[W * H];
    static int32_t ballot[W * H];
    int n_laid = 0, n_lost = 0;
    for (int i = 0; i < W * H; i++) {
        value[i] = noise(8, (size_t)i);
        ballot[i] = i % 11 ? i : -1;
    }
    for (size_t i = 0; i < sizeof(PLACES) / sizeof(PLACES[0]); i++)
        for (int l = UNCAP_SIMD_C; l < UNCAP_SIMD_LEVELS; l++) {
            const struct uncap_kernels *k = uncap_kernels_level((enum uncap_simd)l);
            const struct uncap_plate_layout old = {W, H, PLACES[i], value, ballot};
            for (int y = 0; k && y < H; y++) {
                float values[W + 1];
                int32_t ballots[W + 1];
                ballots[W] = 77;
                k->plate_lay(&old, y, values, ballots);
                assert_int_equal(ballots[W], 77);
                for (int x = 0; x < W; x++) {
                    const int at = plain_lay(PLACES[i], x, y);
                    assert_int_equal(ballots[x], at < 0 ? -1 : ballot[at]);
                    assert_true(at < 0 || values[x] == value[at]);
                    n_laid += at >= 0;
                    n_lost += at < 0;
                }
            }
        }
    assert_true(n_laid > 10000 && n_lost > 1000);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(spans_are_placed),   cmocka_unit_test(rows_are_read),
        cmocka_unit_test(known_cells_vote),   cmocka_unit_test(sources_are_found),
        cmocka_unit_test(cells_are_laid_out),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
