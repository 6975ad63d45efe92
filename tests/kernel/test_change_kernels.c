/* SPDX-License-Identifier: Apache-2.0 */
/* Every SIMD level of the kernels that look at changes gives the bytes of a plain reference. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/rng.h"
#include "kernels/kernels.h"

enum { MAX_W = 300, FRAMES = 6, WEAK = 28, BLOCKS = UNCAP_DIFFERENCES_W / 8, MAX_H = 32, PITCH = 80 };

static void noise(uint8_t *out, size_t n, uint64_t seed, unsigned range)
{
    for (size_t i = 0; i < n; i++)
        out[i] = (uint8_t)(uncap_rng_u64(seed, 0, i) % range);
}

static void count_levels(const char *name)
{
    int n = 0;
    for (int l = UNCAP_SIMD_C + 1; l < UNCAP_SIMD_LEVELS; l++)
        n += uncap_kernels_level((enum uncap_simd)l) != NULL;
    printf("%s: %d of %d SIMD levels run here and are checked\n", name, n, UNCAP_SIMD_LEVELS - 1);
}

static void differences_are_sums_of_blocks(void **state)
{
    (void)state;
    static const int heights[] = {1, 6, 17, MAX_H};
    static uint8_t a[MAX_H * PITCH], b[MAX_H * PITCH];
    count_levels("differences");
    for (size_t i = 0; i < sizeof(heights) / sizeof(heights[0]); i++) {
        noise(a, sizeof(a), 2 * i, 256);
        noise(b, sizeof(b), 2 * i + 1, 256);
        memset(a, 255, 20); /* the largest there are */
        memset(b, 0, 20);
        unsigned want[BLOCKS] = {0};
        for (int y = 0; y < heights[i]; y++)
            for (int x = 0; x < UNCAP_DIFFERENCES_W; x++)
                want[x / 8] += (unsigned)abs(a[y * PITCH + x] - b[y * (PITCH - 1) + x]);
        for (int l = UNCAP_SIMD_C; l < UNCAP_SIMD_LEVELS; l++) {
            const struct uncap_kernels *k = uncap_kernels_level((enum uncap_simd)l);
            uint16_t sums[BLOCKS];
            if (!k)
                continue;
            k->differences(a, PITCH, b, PITCH - 1, heights[i], sums);
            for (int n = 0; n < BLOCKS; n++)
                assert_int_equal(sums[n], want[n]);
        }
    }
}

static void halves_are_means_of_four(void **state)
{
    (void)state;
    static const int widths[] = {1, 7, 16, 33, 64, 100, MAX_W / 2};
    static uint8_t rows[2 * MAX_W], got[MAX_W];
    count_levels("halve");
    for (size_t i = 0; i < sizeof(widths) / sizeof(widths[0]); i++)
        for (int l = UNCAP_SIMD_C; l < UNCAP_SIMD_LEVELS; l++) {
            const struct uncap_kernels *k = uncap_kernels_level((enum uncap_simd)l);
            if (!k)
                continue;
            noise(rows, sizeof(rows), i, 256);
            memset(rows + 4, 255, 6); /* the largest there are */
            memset(rows + MAX_W + 4, 255, 6);
            memset(got, 77, sizeof(got));
            k->halve(rows, rows + MAX_W, widths[i], got);
            for (int x = 0; x < widths[i]; x++)
                assert_int_equal(
                    got[x],
                    (rows[2 * x] + rows[2 * x + 1] + rows[MAX_W + 2 * x] + rows[MAX_W + 2 * x + 1] + 2) / 4);
            assert_int_equal(got[widths[i]], 77);
        }
}

static void columns_are_sums_over_rows(void **state)
{
    (void)state;
    static const int widths[] = {1, 100, 128, 129, 256, MAX_W}, heights[] = {1, 20, UNCAP_COLUMN_ROWS};
    static uint8_t rows[UNCAP_COLUMN_ROWS * (MAX_W + 3)];
    count_levels("columns");
    noise(rows, sizeof(rows), 7, 256);
    for (int y = 0; y < UNCAP_COLUMN_ROWS; y++)
        rows[y * (MAX_W + 3)] = 255; /* the largest sum there is */
    for (size_t i = 0; i < sizeof(widths) / sizeof(widths[0]) * 3; i++)
        for (int l = UNCAP_SIMD_C; l < UNCAP_SIMD_LEVELS; l++) {
            const struct uncap_kernels *k = uncap_kernels_level((enum uncap_simd)l);
            const int w = widths[i / 3], h = heights[i % 3];
            uint16_t sums[MAX_W + 1];
            if (!k)
                continue;
            sums[w] = 77;
            k->columns(rows, MAX_W + 3, w, h, sums);
            for (int x = 0; x < w; x++) {
                unsigned want = 0;
                for (int y = 0; y < h; y++)
                    want += rows[y * (MAX_W + 3) + x];
                assert_int_equal(sums[x], want);
            }
            assert_int_equal(sums[w], 77);
        }
}

/* State of one row over time. */
struct row {
    uint8_t code[MAX_W], count[MAX_W], born[MAX_W], cells[(MAX_W + 7) / 8];
};

/* Written from the description alone. */
static void plain_births(const uint8_t *rows, int w, struct row *r)
{
    for (int x = 0; x < w; x++) {
        const bool is_end = x == 0 || x == w - 1;
        const int gx = is_end ? 0 : rows[x + 1] - rows[x - 1], gy = is_end ? 0 : rows[x + w] - rows[x - w];
        int code = 0;
        if (abs(gx) >= abs(gy) && abs(gx) >= WEAK)
            code = gx > 0 ? 1 : 2;
        else if (abs(gy) > abs(gx) && abs(gy) >= WEAK)
            code = gy > 0 ? 3 : 4;
        const int count = !code ? 0 : code != r->code[x] ? 1 : r->count[x] < 255 ? r->count[x] + 1 : 255;
        r->code[x] = (uint8_t)code;
        r->count[x] = (uint8_t)count;
        r->born[x] = count == UNCAP_BIRTHS_STEADY;
        r->cells[x / 8] = (uint8_t)(r->cells[x / 8] + r->born[x]);
    }
}

static void births_are_as_described(void **state)
{
    (void)state;
    static const int widths[] = {3, 8, 9, 31, 64, 65, 200, MAX_W};
    static uint8_t rows[3 * MAX_W];
    count_levels("births");
    for (size_t i = 0; i < sizeof(widths) / sizeof(widths[0]); i++)
        for (int l = UNCAP_SIMD_C; l < UNCAP_SIMD_LEVELS; l++) {
            const struct uncap_kernels *k = uncap_kernels_level((enum uncap_simd)l);
            struct row want = {.code = {0}}, got = {.code = {0}};
            const int w = widths[i];
            if (!k)
                continue;
            memset(want.count + w / 2, 255, (size_t)(w - 1 - w / 2)); /* nothing counts on beyond it */
            memcpy(got.count, want.count, sizeof(got.count));
            for (int f = 0; f < 3 * FRAMES; f++) {
                /* Each picture stays for some frames, and half of it for longer. */
                noise(rows, (size_t)(3 * w), 100 * i + (size_t)(f / 4), f % 2 ? 80 : 256);
                noise(rows, (size_t)(2 * w), i, 100);
                plain_births(rows + w, w, &want);
                k->births(rows + w, w, w, WEAK, got.code, got.count, got.born, got.cells);
                assert_memory_equal(&want, &got, sizeof(want));
            }
        }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(differences_are_sums_of_blocks),
        cmocka_unit_test(halves_are_means_of_four),
        cmocka_unit_test(columns_are_sums_over_rows),
        cmocka_unit_test(births_are_as_described),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
