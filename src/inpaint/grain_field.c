/* SPDX-License-Identifier: Apache-2.0 */
#include "inpaint/grain_field.h"

#include <math.h>
#include <stddef.h>

#include "base/rng.h"
#include "inpaint/grain.h"

enum { R = UNCAP_GRAIN_RADIUS, SIZE_STEPS = 20 };

/* taps [2 R + 1] of a Gaussian with unit energy, so that the variance of white noise stays; 0 beyond the
 * reach, which is returned. */
static int gaussian(float size, float taps[2 * R + 1])
{
    const int wanted = (int)ceilf(3 * size);
    const int reach = size < 0.05f ? 0 : wanted < R ? wanted : R;
    float energy = 0;
    for (int i = -R; i <= R; i++) {
        const float x = reach ? (float)i / size : 0;
        taps[i + R] = i < -reach || i > reach ? 0 : expf(-0.5f * x * x);
        energy += taps[i + R] * taps[i + R];
    }
    for (int i = 0; i <= 2 * R; i++)
        taps[i] /= sqrtf(energy);
    return reach;
}

static float correlation(const float taps[2 * R + 1], int lag)
{
    float sum = 0;
    for (int i = 0; i + lag <= 2 * R; i++)
        sum += taps[i] * taps[i + lag];
    return sum;
}

float uncap_grain_response(float size, int step)
{
    float taps[2 * R + 1];
    gaussian(size, taps);
    const float axis = 6 - 8 * correlation(taps, step) + 2 * correlation(taps, 2 * step);
    return axis * axis;
}

float uncap_grain_size_of(float quotient)
{
    float above = 1; /* white noise */
    for (int i = 1; i <= SIZE_STEPS; i++) {
        const float size = UNCAP_GRAIN_MAX_SIZE * (float)i / SIZE_STEPS;
        const float here = uncap_grain_response(size, 1) / uncap_grain_response(size, 2);
        if (quotient >= here && above > here) {
            const float part = quotient >= above ? 0 : (above - quotient) / (above - here);
            return UNCAP_GRAIN_MAX_SIZE * ((float)i - 1 + part) / SIZE_STEPS;
        }
        above = here;
    }
    return UNCAP_GRAIN_MAX_SIZE;
}

/* Sum of four uniform numbers: normal as far as an eye can tell, and the same on every machine. */
static float normal(uint64_t seed, int64_t frame, int plane, int x, int y)
{
    const uint64_t element =
        ((uint64_t)plane << 48) + ((uint64_t)(uint32_t)(y + R) << 24) + (uint32_t)(x + R);
    const uint64_t bits = uncap_rng_u64(seed, (uint64_t)frame, element);
    const int sum =
        (int)(bits & 0xffff) + (int)(bits >> 16 & 0xffff) + (int)(bits >> 32 & 0xffff) + (int)(bits >> 48);
    const float unit = 1.0f / 37837.0f; /* 65536 / sqrt(3): the sum's standard deviation */
    return ((float)sum - 131070.0f) * unit;
}

void uncap_grain_field(float *out, float *scratch, struct uncap_rect where, int plane, int64_t frame,
                       uint64_t seed, float size)
{
    float taps[2 * R + 1];
    const int reach = gaussian(size, taps);
    const int w = uncap_rect_w(where);
    const int h = uncap_rect_h(where);
    const ptrdiff_t stride = w + 2 * R;
    for (int y = R - reach; y < h + R + reach; y++)
        for (int x = R - reach; x < w + R + reach; x++)
            scratch[y * stride + x] = normal(seed, frame, plane, where.x0 + x - R, where.y0 + y - R);
    for (int y = R - reach; y < h + R + reach; y++)
        for (int x = 0; x < w; x++) {
            float sum = 0;
            for (int i = R - reach; i <= R + reach; i++)
                sum += taps[i] * scratch[y * stride + x + i];
            scratch[y * stride + x] = sum; /* what is still to be read lies to the right */
        }
    for (int y = 0; y < h; y++)
        for (int x = 0; x < w; x++) {
            float sum = 0;
            for (int i = R - reach; i <= R + reach; i++)
                sum += taps[i] * scratch[(y + i) * stride + x];
            out[(ptrdiff_t)y * w + x] = sum;
        }
}
