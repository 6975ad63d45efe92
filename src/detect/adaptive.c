/* SPDX-License-Identifier: Apache-2.0 */
#include "detect/adaptive.h"

enum {
    REST = 4,       /* frames after a look without a trigger */
    FIRST_LOOK = 2, /* frame of the first look: a video may begin with a black or broken frame */
};

static const float bar_min = 4, bar_max = 40;

void uncap_adaptive_start(struct uncap_adaptive *a, double frames_per_second)
{
    const double fps = frames_per_second > 0 ? frames_per_second : 25;
    *a = (struct uncap_adaptive){.period = fps < 1      ? 1
                                           : fps > 1000 ? 1000
                                                        : (int)(fps + 0.5),
                                 .last_look = -1,
                                 .bar = bar_min};
}

static bool is_due(const struct uncap_adaptive *a, int64_t frame, bool is_changed)
{
    if (a->last_look < 0)
        return frame >= FIRST_LOOK || a->is_pending;
    const int64_t rest = frame - a->last_look;
    return rest >= a->period || (is_changed && rest >= 2) || (a->is_pending && rest >= REST);
}

bool uncap_adaptive_push(struct uncap_adaptive *a, int64_t frame, float novelty, bool is_changed,
                         bool *is_triggered)
{
    /* Sinks to the minimum within about four seconds. */
    a->bar -= (a->bar - bar_min) / (2 * (float)a->period);
    a->is_pending = a->is_pending || novelty >= a->bar;
    *is_triggered = a->is_pending;
    if (!is_due(a, frame, is_changed))
        return false;
    a->last_look = frame;
    a->is_pending = false;
    return true;
}

void uncap_adaptive_result(struct uncap_adaptive *a, bool has_new)
{
    a->bar = has_new ? bar_min : a->bar * 1.6f;
    if (a->bar > bar_max)
        a->bar = bar_max;
}
