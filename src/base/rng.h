/* SPDX-License-Identifier: Apache-2.0 */
/* Counter-based random numbers: a pure function of (seed, frame, element), so any order and any thread
 * count gives the same numbers. */
#ifndef UNCAP_BASE_RNG_H
#define UNCAP_BASE_RNG_H

#include <stdint.h>

/* 64 well-mixed bits (SplitMix64's finaliser over the three keys). */
static inline uint64_t uncap_rng_u64(uint64_t seed, uint64_t frame, uint64_t element)
{
    uint64_t z = seed + frame * UINT64_C(0x9e3779b97f4a7c15) + element * UINT64_C(0xd1b54a32d192ed03);
    for (int round = 0; round < 2; round++) {
        z += UINT64_C(0x9e3779b97f4a7c15);
        z = (z ^ (z >> 30)) * UINT64_C(0xbf58476d1ce4e5b9);
        z = (z ^ (z >> 27)) * UINT64_C(0x94d049bb133111eb);
        z ^= z >> 31;
    }
    return z;
}

/* Uniform in [0, 1). */
static inline double uncap_rng_uniform(uint64_t seed, uint64_t frame, uint64_t element)
{
    return (double)(uncap_rng_u64(seed, frame, element) >> 11) * 0x1p-53;
}

#endif
