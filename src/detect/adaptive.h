/* SPDX-License-Identifier: Apache-2.0 */
/* When `adaptive` sampling runs the detector: when strokes have appeared that stay, and at the latest one
 * second after the last look. A trigger that finds nothing raises the bar for the next ones; the bar sinks
 * with time. Pure. */
#ifndef UNCAP_DETECT_ADAPTIVE_H
#define UNCAP_DETECT_ADAPTIVE_H

#include <stdbool.h>
#include <stdint.h>

struct uncap_adaptive {
    int period;        /* frames a second, at least 1 */
    int64_t last_look; /* frame of the last look, -1: none yet */
    float bar;         /* births per cell that trigger a look */
    bool is_pending;   /* a trigger came too soon after a look */
};

/* frames_per_second  0 or less: 25. */
void uncap_adaptive_start(struct uncap_adaptive *a, double frames_per_second);

/* Tell the novelty of a frame, in order; is_changed: something is known to have ended. Returns true if the
 * detector shall look at this frame; *is_triggered tells whether novelty asks for it. */
bool uncap_adaptive_push(struct uncap_adaptive *a, int64_t frame, float novelty, bool is_changed,
                         bool *is_triggered);

/* Tell what the look at a frame found; has_new: a caption that was not known. */
void uncap_adaptive_result(struct uncap_adaptive *a, bool has_new);

#endif
