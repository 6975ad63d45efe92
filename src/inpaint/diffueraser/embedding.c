/* SPDX-License-Identifier: Apache-2.0 */
#include "inpaint/diffueraser/embedding.h"

#include <math.h>

static const double LOG_10000 = 9.210340371976184;

void uncap_embedding_time(float *out, int t, int channels)
{
    const int half = channels / 2;
    for (int i = 0; i < half; i++) {
        /* Product, quotient, exponential, in float32 and in this order: the phase of a large t keeps the
         * rounding. */
        const float frequency = expf((float)i * (float)-LOG_10000 / (float)half);
        const float phase = (float)t * frequency;
        out[i] = cosf(phase);
        out[half + i] = sinf(phase);
    }
}

void uncap_embedding_positions(float *out, int length, int channels)
{
    const float slope = (float)(-LOG_10000 / channels);
    for (int p = 0; p < length; p++)
        for (int k = 0; k < channels / 2; k++) {
            const float phase = (float)p * expf((float)(2 * k) * slope);
            *out++ = sinf(phase);
            *out++ = cosf(phase);
        }
}

void uncap_embedding_resample(const float *table, int length, int channels, float *out, int new_length)
{
    for (int p = 0; p < new_length; p++) {
        const double at = (double)p * (length - 1) / (new_length - 1);
        const int row = (int)at < length - 1 ? (int)at : length - 2;
        const float share = (float)(at - row);
        for (int k = 0; k < channels; k++) {
            const float a = table[row * channels + k];
            const float b = table[(row + 1) * channels + k];
            *out++ = a + (b - a) * share;
        }
    }
}
