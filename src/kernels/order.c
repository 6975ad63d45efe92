/* SPDX-License-Identifier: Apache-2.0 */
#include "kernels/order.h"

#include <stdlib.h>
#include <string.h>

static void compare_exchange(uint8_t *restrict a, uint8_t *restrict b, size_t len)
{
    for (size_t i = 0; i < len; i++) {
        const uint8_t lo = a[i] < b[i] ? a[i] : b[i];
        const uint8_t hi = a[i] < b[i] ? b[i] : a[i];
        a[i] = lo;
        b[i] = hi;
    }
}

/* Batcher's odd-even merge sort, the form for any n (Knuth, TAOCP 3, 5.3.4). */
void uncap_order_sort(uint8_t *rows, int n, size_t len)
{
    for (int p = 1; p < n; p *= 2)
        for (int k = p; k >= 1; k /= 2)
            for (int j = k % p; j + k < n; j += 2 * k)
                for (int i = j; i < j + k && i + k < n; i++)
                    if (i / (2 * p) == (i + k) / (2 * p))
                        compare_exchange(rows + (size_t)i * len, rows + (size_t)(i + k) * len, len);
}

enum { TABLES = 4 }; /* neighbours are often alike: the next count need not wait for the last one */

/* Quantile of what TABLES histograms have counted; -1 if that is nothing. */
static int quantile_of(uint32_t (*counts)[256], double q)
{
    size_t sum[256], n = 0;
    for (int v = 0; v < 256; v++) {
        sum[v] = (size_t)counts[0][v] + counts[1][v] + counts[2][v] + counts[3][v];
        n += sum[v];
    }
    if (n == 0)
        return -1;
    size_t left = (size_t)(q * (double)(n - 1));
    int v = 0;
    for (; left >= sum[v]; v++)
        left -= sum[v];
    return v;
}

int uncap_order_quantile(const uint8_t *values, const uint8_t *pick, int value, size_t len, double q)
{
    uint32_t counts[TABLES][256] = {{0}};
    for (size_t i = 0; i < len; i++)
        if (pick[i] == value)
            counts[i % TABLES][values[i]]++;
    return quantile_of(counts, q);
}

void uncap_order_quantiles(const uint8_t *values, const uint8_t *pick, const int value[2], size_t len,
                           const double q[2], int out[2])
{
    uint32_t counts[3][TABLES][256] = {{{0}}}; /* of either value, and of all others */
    uint8_t group[256];
    memset(group, 2, sizeof(group));
    group[value[0]] = 0;
    group[value[1]] = 1;
    for (size_t i = 0; i < len; i++)
        counts[group[pick[i]]][i % TABLES][values[i]]++;
    for (int k = 0; k < 2; k++)
        out[k] = quantile_of(counts[k], q[k]);
}

static int by_value(const void *a, const void *b)
{
    const float x = *(const float *)a, y = *(const float *)b;
    return (x > y) - (x < y);
}

void uncap_order_floats(float *values, size_t n)
{
    if (n)
        qsort(values, n, sizeof(*values), by_value);
}
