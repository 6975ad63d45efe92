/* SPDX-License-Identifier: Apache-2.0 */
#include "detect/look/sampling.h"

bool uncap_sampling_takes(enum uncap_sample sample, int64_t frame)
{
    return sample == UNCAP_SAMPLE_EVERY || (sample == UNCAP_SAMPLE_EVEN && frame % 2 == 0);
}

void uncap_sampling_life(enum uncap_sample sample, int64_t first_seen, int64_t last_seen, int64_t n_frames,
                         int64_t *first, int64_t *end)
{
    const int64_t reach = sample == UNCAP_SAMPLE_EVEN ? 1 : 0;
    *first = first_seen > reach ? first_seen - reach : 0;
    *end = last_seen + reach + 1 < n_frames ? last_seen + reach + 1 : n_frames;
}
