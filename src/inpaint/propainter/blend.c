/* SPDX-License-Identifier: Apache-2.0 */
#include "inpaint/propainter/blend.h"

void uncap_rgb8_normalise(const uint8_t *rgb, size_t pixels, float *planes)
{
    for (size_t i = 0; i < pixels; i++)
        for (size_t c = 0; c < 3; c++)
            planes[c * pixels + i] = (float)rgb[3 * i + c] / 255.0f * 2.0f - 1.0f;
}

void uncap_rgb8_blend(const float *pred, const uint8_t *mask, const uint8_t *original, size_t pixels,
                      bool is_first, uint8_t *final)
{
    for (size_t i = 0; i < 3 * pixels; i++) {
        const float p = pred[i % 3 * pixels + i / 3];
        const uint8_t v = mask[i / 3] ? (uint8_t)((p + 1.0f) / 2.0f * 255.0f) : original[i];
        /* Half of each, then cut: the halves are exact, so this is the whole part of the mean. */
        final[i] = is_first ? v : (uint8_t)((final[i] + v) / 2);
    }
}
