/* SPDX-License-Identifier: Apache-2.0 */
#include "inpaint/diffueraser/levels.h"

#include <math.h>

void uncap_levels_table(float table[256])
{
    for (int level = 0; level < 256; level++)
        table[level] = (float)level / 255.0f * 2.0f - 1.0f;
}

void uncap_levels_to_planes(const uint8_t *images, size_t n, size_t pixels, float *planes)
{
    float table[256];
    uncap_levels_table(table);
    for (size_t frame = 0; frame < n; frame++)
        for (size_t c = 0; c < 3; c++)
            for (size_t i = 0; i < pixels; i++)
                planes[(frame * 3 + c) * pixels + i] = table[images[(frame * pixels + i) * 3 + c]];
}

static uint8_t level_of(float v)
{
    const float unit = v / 2.0f + 0.5f;
    const float clipped = unit > 0.0f ? unit < 1.0f ? unit : 1.0f : 0.0f; /* a NaN becomes 0 */
    return (uint8_t)rintf(clipped * 255.0f);
}

void uncap_levels_from_planes(const float *planes, size_t n, size_t pixels, uint8_t *images)
{
    for (size_t frame = 0; frame < n; frame++)
        for (size_t i = 0; i < pixels; i++)
            for (size_t c = 0; c < 3; c++)
                images[(frame * pixels + i) * 3 + c] = level_of(planes[(frame * 3 + c) * pixels + i]);
}
