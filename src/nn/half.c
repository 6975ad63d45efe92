/* SPDX-License-Identifier: Apache-2.0 */
#include "nn/half.h"

#include <string.h>

static float from_bits(uint32_t bits)
{
    float f;
    memcpy(&f, &bits, sizeof(f));
    return f;
}

static float from_half(uint16_t h)
{
    const uint32_t sign = (uint32_t)(h & 0x8000u) << 16;
    const uint32_t exponent = (h >> 10) & 31u;
    const uint32_t mantissa = h & 0x3ffu;
    if (exponent == 0) { /* zero and subnormals: mantissa * 2^-24 is exact */
        const float magnitude = (float)mantissa * 0x1p-24f;
        return sign ? -magnitude : magnitude;
    }
    if (exponent == 31)
        return from_bits(sign | 0x7f800000u | mantissa << 13);
    return from_bits(sign | (exponent + 112u) << 23 | mantissa << 13);
}

void uncap_half_widen(enum uncap_dtype dtype, const void *data, size_t n, float *out)
{
    if (dtype == UNCAP_F32) {
        memcpy(out, data, n * sizeof(*out));
        return;
    }
    for (size_t k = 0; k < n; k++) {
        uint16_t bits;
        memcpy(&bits, (const uint8_t *)data + k * sizeof(bits), sizeof(bits));
        out[k] = dtype == UNCAP_F16 ? from_half(bits) : from_bits((uint32_t)bits << 16);
    }
}

static uint16_t to_half(float v)
{
    uint32_t bits;
    memcpy(&bits, &v, sizeof(bits));
    const uint32_t sign = bits >> 16 & 0x8000u;
    const uint32_t magnitude = bits & 0x7fffffffu;
    if (magnitude > 0x7f800000u)
        return (uint16_t)(sign | 0x7e00u);
    if (magnitude >= 0x477ff000u) /* rounds to 65536 or more */
        return (uint16_t)(sign | 0x7c00u);
    if (magnitude <
        0x38800000u) { /* subnormal: adding 0.5 leaves the value, rounded to 2^-24, in the low bits */
        const float shifted = from_bits(magnitude) + 0.5f;
        memcpy(&bits, &shifted, sizeof(bits));
        return (uint16_t)(sign | (bits - 0x3f000000u));
    }
    const uint32_t odd = magnitude >> 13 & 1u;
    return (uint16_t)(sign | (magnitude - 0x38000000u + 0xfffu + odd) >> 13);
}

void uncap_half_narrow(const float *values, size_t n, uint16_t *out)
{
    for (size_t k = 0; k < n; k++) {
        float v;
        memcpy(&v, (const char *)values + k * sizeof(v), sizeof(v));
        const uint16_t half = to_half(v);
        memcpy((char *)out + k * sizeof(half), &half, sizeof(half));
    }
}
