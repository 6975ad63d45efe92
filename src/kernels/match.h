/* SPDX-License-Identifier: Apache-2.0 */
/* Rows of the matched filter: what stands out of its surroundings, and how that agrees with a pattern.
 * Included after kernels/lanes.h. */
#include <stdint.h>

typedef int32_t lane_bits __attribute__((vector_size(32)));

typedef uint32_t counts __attribute__((vector_size(4 * LANES)));

/* Every lane becomes the sum of itself and those before it. */
KERNEL void counts_add_up(counts *v)
{
    const counts none = {0};
    *v += __builtin_shufflevector(none, *v, 0, 8, 9, 10, 11, 12, 13, 14);
    *v += __builtin_shufflevector(none, *v, 0, 1, 8, 9, 10, 11, 12, 13);
    *v += __builtin_shufflevector(none, *v, 0, 1, 2, 3, 8, 9, 10, 11);
}

/* See struct uncap_kernels, add_up. */
UNCAP_TARGET static void add_up(const uint8_t *restrict in, const uint32_t *restrict above, int n,
                                uint32_t *restrict to)
{
    counts row = {0}; /* sum of the row so far, in all lanes */
    int x = 0;
    for (int i = 0; i < n; i++)
        to[i] = in[i];
    for (; x + LANES <= n; x += LANES) {
        counts v, up;
        memcpy(&v, to + x, sizeof(v));
        memcpy(&up, above + x, sizeof(up));
        counts_add_up(&v);
        v += row;
        row = __builtin_shufflevector(v, v, 7, 7, 7, 7, 7, 7, 7, 7);
        up += v;
        memcpy(to + x, &up, sizeof(up));
    }
    for (uint32_t sum = row[0]; x < n; x++) {
        sum += to[x];
        to[x] = above[x] + sum;
    }
}

/* See struct uncap_kernels, stand_out. */
UNCAP_TARGET static void stand_out(const uint8_t *restrict in, const uint32_t *restrict top,
                                   const uint32_t *restrict bottom, int side, int n, float share,
                                   float *restrict out)
{
    for (int x = 0; x < n; x++) {
        const uint32_t sum = bottom[x + side] - top[x + side] - bottom[x] + top[x];
        out[x] = (float)in[x] - (float)(int32_t)sum * share;
    }
}

/* One lane after the other: the order that all levels share. */
KERNEL float lanes_in_order(const lanes *v)
{
    float t[LANES], sum = 0;
    lanes_store(t, v);
    for (int i = 0; i < LANES; i++)
        sum += t[i];
    return sum;
}

/* See struct uncap_kernels, agree. */
UNCAP_TARGET static void agree(const float *pattern, const float *image, int n, float sums[3])
{
    lanes product = {0}, energy = {0}, all = {0};
    for (int x = 0; x + LANES <= n; x += LANES) {
        lanes p, v;
        lanes_load(&p, pattern + x);
        lanes_load(&v, image + x);
        const lanes stroke = (lanes)((lane_bits)v & (p != 0));
        product += p * v;
        energy += stroke * stroke;
        all += v * v;
    }
    for (int x = n - n % LANES; x < n; x++) {
        const float v = image[x], stroke = pattern[x] < 0 || pattern[x] > 0 ? v : 0;
        product[0] += pattern[x] * v;
        energy[0] += stroke * stroke;
        all[0] += v * v;
    }
    sums[0] = lanes_in_order(&product);
    sums[1] = lanes_in_order(&energy);
    sums[2] = lanes_in_order(&all);
}
