/* SPDX-License-Identifier: Apache-2.0 */
/* Every SIMD level of the matched filter's rows gives the bytes of a plain reference. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "base/rng.h"
#include "kernels/kernels.h"

enum { MAX_W = 300, SIDE = 9, ROWS = 5, LANES = 8 };

static const int widths[] = {1, 7, 8, 9, 31, 64, 100, MAX_W};
enum { N_WIDTHS = sizeof(widths) / sizeof(widths[0]) };

static void count_levels(const char *name)
{
    int n = 0;
    for (int l = UNCAP_SIMD_C + 1; l < UNCAP_SIMD_LEVELS; l++)
        n += uncap_kernels_level((enum uncap_simd)l) != NULL;
    printf("%s: %d of %d SIMD levels run here and are checked\n", name, n, UNCAP_SIMD_LEVELS - 1);
}

static void rows_stand_out_of_squares(void **state)
{
    (void)state;
    static uint8_t px[ROWS][MAX_W + SIDE];
    static uint32_t sums[ROWS + 1][MAX_W + SIDE + 1];
    count_levels("stand_out");
    for (int y = 0; y < ROWS; y++)
        for (int x = 0; x < MAX_W + SIDE; x++) {
            px[y][x] = (uint8_t)(uncap_rng_u64(1, (uint64_t)y, (uint64_t)x) % 256);
            sums[y + 1][x + 1] = px[y][x] + sums[y][x + 1] + sums[y + 1][x] - sums[y][x];
        }
    for (int i = 0; i < N_WIDTHS; i++)
        for (int l = UNCAP_SIMD_C; l < UNCAP_SIMD_LEVELS; l++) {
            const struct uncap_kernels *k = uncap_kernels_level((enum uncap_simd)l);
            const float share = 1.0F / (SIDE * (ROWS - 1));
            float got[MAX_W + 1];
            if (!k)
                continue;
            got[widths[i]] = 77;
            k->stand_out(px[2], sums[1], sums[ROWS], SIDE, widths[i], share, got);
            for (int x = 0; x < widths[i]; x++) {
                int sum = 0;
                for (int y = 1; y < ROWS; y++)
                    for (int u = 0; u < SIDE; u++)
                        sum += px[y][x + u];
                const float want = (float)px[2][x] - (float)sum * share;
                assert_memory_equal(&got[x], &want, sizeof(want));
            }
            assert_true(got[widths[i]] >= 77 && got[widths[i]] <= 77);
        }
}

static void rows_add_up(void **state)
{
    (void)state;
    uint8_t px[MAX_W];
    uint32_t above[MAX_W], got[MAX_W + 1];
    count_levels("add_up");
    for (int x = 0; x < MAX_W; x++) {
        px[x] = (uint8_t)(x < MAX_W / 2 ? 255 : uncap_rng_u64(3, 0, (uint64_t)x) % 256);
        above[x] = (uint32_t)uncap_rng_u64(3, 1, (uint64_t)x);
    }
    for (int i = 0; i < N_WIDTHS; i++)
        for (int l = UNCAP_SIMD_C; l < UNCAP_SIMD_LEVELS; l++) {
            const struct uncap_kernels *k = uncap_kernels_level((enum uncap_simd)l);
            uint32_t row = 0;
            if (!k)
                continue;
            got[widths[i]] = 77;
            k->add_up(px, above, widths[i], got);
            for (int x = 0; x < widths[i]; x++) {
                row += px[x];
                assert_int_equal(got[x], above[x] + row);
            }
            assert_int_equal(got[widths[i]], 77);
        }
}

static float in_order(const float lanes[LANES])
{
    float sum = 0;
    for (int i = 0; i < LANES; i++)
        sum += lanes[i];
    return sum;
}

static void sums_go_by_lanes(void **state)
{
    (void)state;
    static float pattern[MAX_W], image[MAX_W];
    count_levels("agree");
    for (int x = 0; x < MAX_W; x++) {
        const uint64_t r = uncap_rng_u64(2, 0, (uint64_t)x);
        image[x] = (float)(int)(r % 2000 - 1000) / 7;
        pattern[x] = r % 3 ? 0 : (float)(int)(r / 3 % 2000 - 1000) / 11;
    }
    pattern[4] = -0.0F; /* is none */
    for (int i = 0; i < N_WIDTHS; i++) {
        float p[LANES] = {0}, e[LANES] = {0}, a[LANES] = {0};
        for (int x = 0; x < widths[i]; x++) {
            const int lane = x < widths[i] / LANES * LANES ? x % LANES : 0;
            p[lane] += pattern[x] * image[x];
            if (pattern[x] < 0 || pattern[x] > 0)
                e[lane] += image[x] * image[x];
            a[lane] += image[x] * image[x];
        }
        const float want[3] = {in_order(p), in_order(e), in_order(a)};
        for (int l = UNCAP_SIMD_C; l < UNCAP_SIMD_LEVELS; l++) {
            const struct uncap_kernels *k = uncap_kernels_level((enum uncap_simd)l);
            float got[3];
            if (!k)
                continue;
            k->agree(pattern, image, widths[i], got);
            assert_memory_equal(got, want, sizeof(want));
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(rows_add_up),
        cmocka_unit_test(rows_stand_out_of_squares),
        cmocka_unit_test(sums_go_by_lanes),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
