/* SPDX-License-Identifier: Apache-2.0 */
/* One text line that is being followed through the video. */
#ifndef UNCAP_DETECT_TRACK_H
#define UNCAP_DETECT_TRACK_H

#include "base/caption.h"
#include "base/error.h"
#include "detect/boxes.h"
#include "detect/evidence.h"
#include "detect/ring.h"
#include "detect/template.h"
#include "uncaption/detect.h"

/* Presence of a line's strokes, one value a frame from `first` on. */
struct uncap_presence {
    int64_t first;
    float *values;
    size_t n, capacity;
};

/* found        frame of the look that found it; the template is of this frame and its steady neighbours.
 * is_steady    the strokes stand still around `found`: the template can tell where it begins and ends.
 * first        first frame of its life as far as known; begin: opacity of frames [first, first + n_begin).
 * gone         first frame in which the strokes were missed, -1: they stand in all frames so far.
 */
struct uncap_track {
    int id;
    struct uncap_quad quad, hull; /* latest and all, picture coordinates */
    struct uncap_observation *observations;
    size_t n_observations, capacity;
    double score_sum;
    int64_t found, first, gone;
    uint8_t *begin;
    int n_begin;
    int n_missed, n_all_missed; /* looks that did not see it: since the last one that did, and all */
    bool is_steady;
    float steadiness; /* mean presence in the frames beside `found` */
    struct uncap_template pattern;
    struct uncap_template_scratch scratch;
    struct uncap_presence presence;
    struct uncap_evidence evidence;
};

/* Start following a box seen at frame: learn the template from the ring, find the beginning, gather evidence from
 * the ring. On error the track is empty. Errors: NOMEM.
 *
 * w, h  of the picture.
 */
int uncap_track_start(struct uncap_track *t, const struct uncap_box *box, int64_t frame, const struct uncap_ring *ring,
                      int w, int h, struct uncap_error *err);
void uncap_track_clear(struct uncap_track *t);

/* The detector saw it again. A box that reaches well beyond the hull makes it learn anew. Errors: NOMEM. */
int uncap_track_see(struct uncap_track *t, const struct uncap_box *box, int64_t frame, const struct uncap_ring *ring,
                    int w, int h, struct uncap_error *err);

/* Match the template in the ring's new frames up to its end, and note where it goes missing. Errors: NOMEM. */
int uncap_track_follow(struct uncap_track *t, const struct uncap_ring *ring, struct uncap_error *err);

/* Keep crops of frames [from, to) in which it stands. Errors: NOMEM. */
int uncap_track_gather(struct uncap_track *t, const struct uncap_ring *ring, int64_t from, int64_t to,
                       struct uncap_error *err);

/* Does it stand in this frame (as far as is known)? */
bool uncap_track_stands(const struct uncap_track *t, int64_t frame);

/* Presence at a frame; 0 where unknown. */
float uncap_track_presence(const struct uncap_track *t, int64_t frame);

/* Rectangle of the ring's luma that a quad covers. */
struct uncap_rect uncap_track_luma_rect(const struct uncap_quad *quad, int factor);

#endif
