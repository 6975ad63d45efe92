/* SPDX-License-Identifier: Apache-2.0 */
/* By how much the fill of a frame is off, known where a see-through box lets the background through, and from
 * there under the letters on it. */
#ifndef UNCAP_INPAINT_FLOW_MISMATCH_H
#define UNCAP_INPAINT_FLOW_MISMATCH_H

#include "inpaint/flow/fill/pushpull.h"
#include "inpaint/flow/unblend/visit.h"

enum { FLOW_MISMATCH_ROUNDS = 3 };

/* Something that is known here and there in a plane.
 *
 * cells  interpolates it
 * row    [width of the plane] its values in row row_y; -1: in none
 */
struct flow_mismatch_field {
    struct flow_pushpull cells;
    float *row;
    int row_y;
};

/* One plane.
 *
 * seen    its samples that the caption may cover
 * coarse  what is off, averaged until noise hardly counts
 * square  mean square of what is off, of what `coarse` leaves after the second round; in units of the noise
 * fine    what `coarse` leaves, as far as it is more than noise
 */
struct flow_mismatch_plane {
    int w, h;
    struct uncap_rect seen;
    float noise;
    bool is_known;
    struct flow_mismatch_field coarse, square, fine;
};

/* One frame at a time. round: of those that are solved */
struct flow_mismatch {
    const struct uncap_kernels *kernels;
    int n_planes, round;
    struct flow_mismatch_plane plane[UNCAP_MAX_PLANES];
};

/* For planes of w x h luma and cw x ch chroma samples, 0 for grey; takes less than a flow_scratch. False if
 * short of memory. */
bool flow_mismatch_open(struct flow_mismatch *m, int w, int h, int cw, int ch);
void flow_mismatch_close(struct flow_mismatch *m);

/* Begin a frame of the life. noise, noise_c: least variance, squared grey levels, of what is seen of a
 * sample's background, luma and chroma. */
void flow_mismatch_start(struct flow_mismatch *m, const struct flow_life *life, int t, float noise,
                         float noise_c);

/* What is seen of a sample's background, with an error of variance `noise`, less its fill is `off`. The same
 * samples are added in each of the rounds, which a solve ends. */
void flow_mismatch_add(struct flow_mismatch *m, const struct flow_visit *v, float off, float noise);
void flow_mismatch_solve(struct flow_mismatch *m);

/* After all rounds: what the fill is off around a sample; 0 where nothing is known. */
float flow_mismatch_around(struct flow_mismatch *m, const struct flow_visit *v);
/* The same for a sample that is not seen itself, in more detail. */
float flow_mismatch_under(struct flow_mismatch *m, const struct flow_visit *v);
/* Variance of the fill less what flow_mismatch_around says it is off; `unknown` where nothing is known. */
float flow_mismatch_left(struct flow_mismatch *m, const struct flow_visit *v, float unknown);

#endif
