/* SPDX-License-Identifier: Apache-2.0 */
#include "inpaint/diffueraser/schedule.h"

#include <string.h>

static int stride_of(int clip)
{
    return clip - clip / 4;
}

int uncap_schedule_max_windows(int n, int clip)
{
    return n <= clip ? 1 : (n - clip) / stride_of(clip) + 3;
}

int uncap_schedule_starts(int n, int clip, int step, int *starts)
{
    int count = 0;
    const int last = n - clip;
    if (last > 0 && starts)
        starts[0] = 0;
    if (last > 0)
        count = 1;
    for (int at = step % 2 ? clip / 2 : stride_of(clip); at < last; at += stride_of(clip), count++)
        if (starts)
            starts[count] = at;
    if (starts)
        starts[count] = last > 0 ? last : 0;
    return count + 1;
}

void uncap_schedule_fuse(float *fused, const float *part, int start, int clip, int covered,
                         size_t frame_values)
{
    const int shared = covered > start ? covered - start : 0;
    const int kept = shared > 0 ? shared - 1 : 0;
    for (int i = 0; i < kept; i++) {
        const float share = (float)((double)(i + 1) / (double)(shared + 1));
        float *to = fused + (size_t)(start + i) * frame_values;
        const float *from = part + (size_t)i * frame_values;
        for (size_t k = 0; k < frame_values; k++)
            to[k] = to[k] * (1.0f - share) + from[k] * share;
    }
    memcpy(fused + (size_t)(start + kept) * frame_values, part + (size_t)kept * frame_values,
           (size_t)(clip - kept) * frame_values * sizeof(*fused));
}

int uncap_schedule_samples(int n, int clip, int samples[UNCAP_SCHEDULE_MAX_SAMPLES])
{
    const double spacing = (double)n / (double)clip;
    int count = 0;
    for (int k = 0; k < clip && count < UNCAP_SCHEDULE_MAX_SAMPLES; k++)
        samples[count++] = (int)(k * spacing);
    return count;
}
