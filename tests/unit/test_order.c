/* SPDX-License-Identifier: Apache-2.0 */
/* Sorting pixels over time and quantiles of picked values, against plain code. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/rng.h"
#include "kernels/order.h"

enum { LEN = 37, MAX_ROWS = 33 };

static int by_value(const void *a, const void *b)
{
    return *(const uint8_t *)a - *(const uint8_t *)b;
}

static void sorts_any_number_of_rows(void **state)
{
    (void)state;
    for (int n = 1; n <= MAX_ROWS; n++) {
        uint8_t rows[MAX_ROWS * LEN];
        uint8_t plain[LEN][MAX_ROWS];
        for (int i = 0; i < n; i++)
            for (int x = 0; x < LEN; x++) {
                rows[i * LEN + x] = (uint8_t)uncap_rng_u64(1, (uint64_t)n, (uint64_t)(i * LEN + x));
                plain[x][i] = rows[i * LEN + x];
            }
        uncap_order_sort(rows, n, LEN);
        for (int x = 0; x < LEN; x++) {
            qsort(plain[x], (size_t)n, 1, by_value);
            for (int i = 0; i < n; i++)
                assert_int_equal(rows[i * LEN + x], plain[x][i]);
        }
    }
}

static void quantiles_of_picked_values(void **state)
{
    (void)state;
    const uint8_t values[8] = {9, 1, 7, 200, 3, 5, 255, 0};
    const uint8_t pick[8] = {2, 2, 2, 1, 2, 2, 0, 1};
    assert_int_equal(uncap_order_quantile(values, pick, 2, 8, 0.0), 1);
    assert_int_equal(uncap_order_quantile(values, pick, 2, 8, 0.5), 5);
    assert_int_equal(uncap_order_quantile(values, pick, 2, 8, 1.0), 9);
    assert_int_equal(uncap_order_quantile(values, pick, 1, 8, 1.0), 200);
    assert_int_equal(uncap_order_quantile(values, pick, 3, 8, 0.5), -1);
}

static void two_quantiles_at_once(void **state)
{
    (void)state;
    const uint8_t values[8] = {9, 1, 7, 200, 3, 5, 255, 0};
    const uint8_t pick[8] = {2, 2, 2, 1, 2, 2, 0, 1};
    int out[2];
    uncap_order_quantiles(values, pick, (const int[2]){2, 1}, 8, (const double[2]){0.5, 1.0}, out);
    assert_int_equal(out[0], 5);
    assert_int_equal(out[1], 200);
    uncap_order_quantiles(values, pick, (const int[2]){3, 0}, 8, (const double[2]){0.5, 0.0}, out);
    assert_int_equal(out[0], -1);
    assert_int_equal(out[1], 255);
}

static void floats_stand_in_order(void **state)
{
    (void)state;
    float values[] = {2, -1.5f, 0, 2, 1e9f, -1e-9f};
    uncap_order_floats(values, 6);
    for (int i = 1; i < 6; i++)
        assert_true(values[i - 1] <= values[i]);
    assert_true(values[0] < -1 && values[5] > 1e8f);
    uncap_order_floats(NULL, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(sorts_any_number_of_rows),
        cmocka_unit_test(quantiles_of_picked_values),
        cmocka_unit_test(two_quantiles_at_once),
        cmocka_unit_test(floats_stand_in_order),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
