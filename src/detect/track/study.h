/* SPDX-License-Identifier: Apache-2.0 */
/* What can be learned of a track's line from the ring: its strokes, whether they stand still, where it
 * begins. */
#ifndef UNCAP_DETECT_TRACK_STUDY_H
#define UNCAP_DETECT_TRACK_STUDY_H

#include "detect/track/track.h"

/* Learn the template from frame and its steady neighbours, fill the series over the whole ring, find the
 * beginning. Errors: NOMEM. */
int uncap_study_first(struct uncap_track *t, int64_t frame, const struct uncap_ring *ring,
                      struct uncap_error *err);

/* Go on with a moving line whose hull is known better in this frame: template, series, beginning; what was
 * known of its life stays. Errors: NOMEM. */
int uncap_study_moving(struct uncap_track *t, int64_t frame, const struct uncap_ring *ring,
                       struct uncap_error *err);

/* The same from the frames of [from, to) in which it stands at its fullest; what lies before the ring stays
 * as it was known. Errors: NOMEM. */
int uncap_study_again(struct uncap_track *t, int64_t from, int64_t to, const struct uncap_ring *ring,
                      struct uncap_error *err);

/* Go on with the series up to the ring's end. Errors: NOMEM. */
int uncap_study_go_on(struct uncap_track *t, const struct uncap_ring *ring, struct uncap_error *err);

/* Start on a free path anew from `found`, in which the pattern was learned: backwards through the ring, with
 * the series; uncap_study_go_on goes on forwards. What of the path lies before the ring stays. Errors:
 * NOMEM. */
int uncap_study_path(struct uncap_track *t, const struct uncap_ring *ring, struct uncap_error *err);

/* How a line on a free path stands in the frame after the series: finds its place too. Errors: NOMEM. */
int uncap_study_path_next(struct uncap_track *t, const struct uncap_ring *ring, int64_t frame,
                          struct uncap_presence *out, struct uncap_error *err);

/* A line on a straight way that is lost inside the picture may have turned there: then it goes on freely,
 * with a path from `found`, which the ring must have. Errors: NOMEM. */
int uncap_study_turn(struct uncap_track *t, const struct uncap_ring *ring, struct uncap_error *err);

/* Does it stand for a frame or two around this one alone, before a picture that is the same before and after?
 * Then t->first is its first frame. Errors: NOMEM. */
int uncap_study_flash(struct uncap_track *t, int64_t frame, const struct uncap_ring *ring, bool *is_flash,
                      struct uncap_error *err);

/* How the line comes, or goes, between two frames that follow each other, in the first of which it stands, as
 * far as the ring has what is around them. Errors: NOMEM. */
int uncap_study_edge(struct uncap_track *t, const struct uncap_ring *ring, int64_t inside, int64_t outside,
                     struct uncap_edge *out, struct uncap_error *err);

/* In the middle of what looks like a fade: how like it is the best place near its own in which it stands
 * clearly more strongly than in its own? It moves on slowly then. *drift: 0 if there is none. Errors:
 * NOMEM. */
int uncap_study_drift(struct uncap_track *t, const struct uncap_ring *ring, int64_t frame, float *drift,
                      struct uncap_error *err);

/* Is the line clearly more like itself a few pixels beside its place than in it, in half of some frames of
 * [first, end) in which it stands, three at least, as far as the ring has them? What is filmed wanders while
 * it seems to stand; captions do not. Errors: NOMEM. */
int uncap_study_wander(struct uncap_track *t, const struct uncap_ring *ring, int64_t first, int64_t end,
                       bool *wanders, struct uncap_error *err);

#endif
