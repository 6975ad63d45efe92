/* SPDX-License-Identifier: Apache-2.0 */
#include "detect/look/adaptive.h"

#include <math.h>

enum {
    REST = 4,       /* frames after a look without a trigger */
    FIRST_LOOK = 2, /* frame of the first look: a video may begin with a black or broken frame */
};

static const float bar_min = 4, bar_max = 40;
/* Letters cover a third of their cells with strokes, what moves slowly less. */
static const float unseen_min = 28;

void uncap_adaptive_start(struct uncap_adaptive *a, double frames_per_second)
{
    const double fps = frames_per_second > 0 ? frames_per_second : 25;
    *a = (struct uncap_adaptive){.period = fps < 1      ? 1
                                           : fps > 1000 ? 1000
                                                        : (int)(fps + 0.5),
                                 .last_look = -1,
                                 .bars = {bar_min, bar_min, unseen_min}};
}

static bool is_due(const struct uncap_adaptive *a, int64_t frame, bool is_changed)
{
    if (a->last_look < 0)
        return frame >= FIRST_LOOK || a->pending;
    const int64_t rest = frame - a->last_look;
    return frame - a->clock >= a->period || (is_changed && rest >= 2) || (a->pending && rest >= REST);
}

bool uncap_adaptive_push(struct uncap_adaptive *a, int64_t frame, struct uncap_adaptive_bars novelty,
                         bool is_changed, int *reasons)
{
    /* They sink to the minimum within about four seconds. */
    const float rate = 1 / (2 * (float)a->period);
    a->bars.anywhere -= (a->bars.anywhere - bar_min) * rate;
    a->bars.home -= (a->bars.home - bar_min) * rate;
    a->bars.unseen -= (a->bars.unseen - unseen_min) * rate;
    a->pending |= novelty.anywhere >= a->bars.anywhere ? UNCAP_ASKED_ANYWHERE : 0;
    a->pending |= novelty.home >= a->bars.home ? UNCAP_ASKED_HOME : 0;
    a->pending |= novelty.unseen >= a->bars.unseen ? UNCAP_ASKED_UNSEEN : 0;
    *reasons = a->pending;
    if (!is_due(a, frame, is_changed))
        return false;
    a->last_look = frame;
    a->clock = a->pending == UNCAP_ASKED_UNSEEN ? a->clock : frame;
    a->pending = 0;
    return true;
}

/* The bar that what a look found says something about. */
static float *bar_of(struct uncap_adaptive_bars *bars, int reasons)
{
    return reasons & UNCAP_ASKED_HOME       ? &bars->home
           : reasons & UNCAP_ASKED_ANYWHERE ? &bars->anywhere
                                            : &bars->unseen;
}

void uncap_adaptive_result(struct uncap_adaptive *a, int reasons, bool has_new)
{
    float *bar = bar_of(&a->bars, reasons);
    if (!has_new)
        *bar = fminf(*bar * 1.6f, bar_max);
    else if (reasons & UNCAP_ASKED_HOME)
        a->bars.home = bar_min;
}
