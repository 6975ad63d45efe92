/* SPDX-License-Identifier: Apache-2.0 */
/* Rows of the matched filter: what stands out of its surroundings, and how that agrees with a pattern.
 * Included after kernels/lanes.h. */
#include <stdint.h>

typedef int32_t lane_bits __attribute__((vector_size(32)));

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
