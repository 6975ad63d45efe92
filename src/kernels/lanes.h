/* SPDX-License-Identifier: Apache-2.0 */
/* Sixteen float lanes, which a level lowers to its own registers.
 *
 * Included after UNCAP_TARGET is defined as the level's function attribute (empty for the C reference). Vectors go by
 * pointer alone: by value their calling convention would differ between levels. */
#include <stdbool.h>
#include <stddef.h>
#include <string.h>

typedef float lanes __attribute__((vector_size(64)));

#define KERNEL UNCAP_TARGET static inline

/* Two rows of eight samples. */
KERNEL void lanes_rows(lanes *out, const float *p, int pitch)
{
    memcpy(out, p, 32);
    memcpy((char *)out + 32, p + pitch, 32);
}

/* Sum of all lanes, halves folded onto each other: the one order every level uses. */
KERNEL float lanes_sum(const lanes *v)
{
    float t[16];
    memcpy(t, v, sizeof(t));
    for (int half = 8; half; half /= 2)
        for (int i = 0; i < half; i++)
            t[i] += t[i + half];
    return t[0];
}
