/* SPDX-License-Identifier: Apache-2.0 */
/* Eight float lanes, which a level lowers to its own registers.
 *
 * Included after UNCAP_TARGET is defined as the level's function attribute (empty for the C reference).
 * Vectors go by pointer alone: by value their calling convention would differ between levels. */
#include <stdbool.h>
#include <stddef.h>
#include <string.h>

enum { LANES = 8 };

typedef float lanes __attribute__((vector_size(32)));

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
    float t[8];
    memcpy(t, v, sizeof(t));
    return ((t[0] + t[4]) + (t[2] + t[6])) + ((t[1] + t[5]) + (t[3] + t[7]));
}
