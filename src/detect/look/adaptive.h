/* SPDX-License-Identifier: Apache-2.0 */
/* When `adaptive` sampling runs the detector: when strokes have appeared that stay, when some stand that no
 * look has seen, and at the latest one second after the last look. A trigger that finds nothing raises the
 * bar for the next ones of its kind; the bar sinks with time. Pure. */
#ifndef UNCAP_DETECT_LOOK_ADAPTIVE_H
#define UNCAP_DETECT_LOOK_ADAPTIVE_H

#include <stdbool.h>
#include <stdint.h>

/* Why a look is asked for. */
enum {
    UNCAP_ASKED_ANYWHERE = 1, /* strokes have appeared, more than chance makes appear ... */
    UNCAP_ASKED_HOME = 2,     /* ... or fewer, where text has been found before; */
    UNCAP_ASKED_UNSEEN = 4,   /* or strokes stand that no look has seen */
};

/* Births per cell that ask for a look, and unseen strokes. A false alarm raises them. Text that is found
 * lowers the bar at home alone: it says nothing about how often strokes appear elsewhere by chance. */
struct uncap_adaptive_bars {
    float anywhere, home, unseen;
};

struct uncap_adaptive {
    int period;        /* frames a second, at least 1 */
    int64_t last_look; /* frame of the last look, -1: none yet */
    int64_t clock;     /* the same, but those that unseen strokes alone asked for: they are extra */
    struct uncap_adaptive_bars bars;
    int pending; /* reasons to look that came too soon after a look */
};

/* frames_per_second  0 or less: 25. */
void uncap_adaptive_start(struct uncap_adaptive *a, double frames_per_second);

/* Tell the novelty of a frame, in order; is_changed: something is known to have ended. Returns true if the
 * detector shall look at this frame; *reasons: what novelty gives for it, 0 if none. */
bool uncap_adaptive_push(struct uncap_adaptive *a, int64_t frame, struct uncap_adaptive_bars novelty,
                         bool is_changed, int *reasons);

/* Tell what a look that was asked for found; has_new: text that was not known. */
void uncap_adaptive_result(struct uncap_adaptive *a, int reasons, bool has_new);

#endif
