/* SPDX-License-Identifier: Apache-2.0 */
/* Eight float lanes, which a level lowers to its own registers.
 *
 * Included after UNCAP_TARGET is defined as the level's function attribute (empty for the C reference).
 * Vectors go by pointer alone: by value their calling convention would differ between levels. */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

enum { LANES = 8 };

typedef float lanes __attribute__((vector_size(32)));
typedef float half_lanes __attribute__((vector_size(16)));
typedef int32_t lane_bits __attribute__((vector_size(32)));

#define KERNEL UNCAP_TARGET static inline

KERNEL void lanes_load(lanes *out, const float *p)
{
    memcpy(out, p, sizeof(*out));
}

KERNEL void lanes_store(float *p, const lanes *v)
{
    memcpy(p, v, sizeof(*v));
}

/* Sum of all lanes, halves folded onto each other: the one order every level uses. */
KERNEL float lanes_sum(const lanes *v)
{
    half_lanes low;
    half_lanes high;
    memcpy(&low, v, sizeof(low));
    memcpy(&high, (const char *)v + sizeof(low), sizeof(high));
    low += high;
    return (low[0] + low[2]) + (low[1] + low[3]);
}

/* Sizes, and what is less than `least` raised to it. */
KERNEL void lanes_size(lanes *v, float least)
{
    const lanes bound = {least, least, least, least, least, least, least, least};
    const lanes size = (lanes)((lane_bits)*v & 0x7fffffff);
    const lane_bits above = size > bound;
    *v = (lanes)(((lane_bits)size & above) | ((lane_bits)bound & ~above));
}
