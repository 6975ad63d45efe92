/* SPDX-License-Identifier: Apache-2.0 */
/* Lines that move over the screen at constant speed, along one of its axes: credits, tickers. Pure. */
#ifndef UNCAP_DETECT_TRACK_MOTION_H
#define UNCAP_DETECT_TRACK_MOTION_H

#include <stdbool.h>

#include "detect/look/ring.h"
#include "detect/track/template.h"

/* Luma pixels a frame; one of vx, vy is 0. reach: frames over which the speed was measured.
 * is_free: it moves on a way of its own (path.h) instead, and the rest tells nothing. */
struct uncap_motion {
    bool is_moving, is_free;
    float vx, vy;
    int reach;
};

/* Displacement after a number of frames, which may be negative. */
void uncap_motion_at(const struct uncap_motion *m, int64_t n_frames, int *dx, int *dy);

/* Find how the pattern, which was learned from `frame`, moves in the frames beside it. What stands still, or
 * moves neither level nor upright, or at a changing speed, is not moving in this sense.
 * Errors: NOMEM. */
int uncap_motion_find(const struct uncap_template *t, const struct uncap_ring *ring, int64_t frame,
                      struct uncap_template_scratch *scratch, struct uncap_motion *out,
                      struct uncap_error *err);

/* How the pattern stands on its way in another frame of the ring: the best place within a pixel of where the
 * motion leads. share: how much of its rectangle lies in the picture there, 0..1; a longer way makes the
 * motion more exact. Errors: NOMEM. */
int uncap_motion_match(const struct uncap_template *t, const struct uncap_ring *ring, int64_t from,
                       int64_t frame, struct uncap_motion *m, struct uncap_template_scratch *scratch,
                       struct uncap_match *out, float *share, struct uncap_error *err);

enum { UNCAP_MOTION_REACH = 8 }; /* frames over which a speed is measured at first: a power of two */

/* How far a line is from its place, luma pixels, UNCAP_MOTION_REACH frames before and after. */
struct uncap_shifts {
    int dx[2], dy[2];
};

/* Does the picture around the line, or much of the rest of it, move with it? Then it is filmed text.
 *
 * texts   [n_texts] luma rectangles that are left out, the line itself among them.
 * Errors  NOMEM. */
int uncap_motion_is_shared(struct uncap_rect line, const struct uncap_rect *texts, int n_texts,
                           const struct uncap_ring *ring, int64_t frame, const struct uncap_shifts *shifts,
                           struct uncap_template_scratch *scratch, bool *out, struct uncap_error *err);

#endif
