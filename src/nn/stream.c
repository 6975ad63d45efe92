/* SPDX-License-Identifier: Apache-2.0 */
#include "nn/stream.h"

#include <math.h>

static const double TWO_PI = 6.283185307179586;

uint64_t uncap_stream_seed(uint64_t seed, const char *piece)
{
    for (; *piece; piece++)
        seed = (seed ^ (uint8_t)*piece) * UINT64_C(0x100000001b3);
    return seed;
}

void uncap_stream_fill(float *out, size_t n, uint64_t seed, uint64_t first, double base, double amplitude)
{
    for (size_t k = 0; k < n; k++)
        out[k] = (float)(base + (2.0 * uncap_stream_uniform(seed, first + k) - 1.0) * amplitude);
}

void uncap_stream_normal(float *out, size_t n, uint64_t seed, uint64_t first)
{
    for (size_t k = 0; k < n; k += 2) {
        const double r = sqrt(-2.0 * log(1.0 - uncap_stream_uniform(seed, first + k)));
        const double t = TWO_PI * uncap_stream_uniform(seed, first + k + 1);
        out[k] = (float)(r * cos(t));
        if (k + 1 < n)
            out[k + 1] = (float)(r * sin(t));
    }
}
