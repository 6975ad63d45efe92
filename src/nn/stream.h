/* SPDX-License-Identifier: Apache-2.0 */
/* Number streams keyed by a name: the source of synthetic checkpoints and of the diffusion noise.
 *
 * Source  specification of the recorded vectors, section 2 (FNV-1a of the name, then SplitMix64 of a
 * counter). */
#ifndef UNCAP_NN_STREAM_H
#define UNCAP_NN_STREAM_H

#include <stddef.h>
#include <stdint.h>

#define UNCAP_STREAM_START UINT64_C(0xcbf29ce484222325) /* FNV offset basis */

/* Seed of a name given in pieces: start from UNCAP_STREAM_START, feed one piece after the other. */
uint64_t uncap_stream_seed(uint64_t seed, const char *piece);

/* Element i of the stream: uniform in [0, 1), a multiple of 2^-24, exact in double. */
static inline double uncap_stream_uniform(uint64_t seed, uint64_t i)
{
    uint64_t z = seed + (i + 1) * UINT64_C(0x9e3779b97f4a7c15);
    z = (z ^ (z >> 30)) * UINT64_C(0xbf58476d1ce4e5b9);
    z = (z ^ (z >> 27)) * UINT64_C(0x94d049bb133111eb);
    z ^= z >> 31;
    return (double)(z >> 40) * 0x1p-24;
}

/* out[k] = (float)(base + (2u - 1) * amplitude) for elements first .. first+n-1, computed in double. */
void uncap_stream_fill(float *out, size_t n, uint64_t seed, uint64_t first, double base, double amplitude);

/* Standard normal values by Box-Muller in double: elements 2k and 2k+1 give r cos t and r sin t.
 *
 * out    [n] f32: values number first .. first+n-1 of the stream; first is even.
 */
void uncap_stream_normal(float *out, size_t n, uint64_t seed, uint64_t first);

#endif
