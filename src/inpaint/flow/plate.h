/* SPDX-License-Identifier: Apache-2.0 */
/* What was seen most at each place under the scene's global motion: the background that moving things pass in
 * front of.
 *
 * A sample keeps one pointer to where its background was last seen and votes for it. A frame that shows the
 * same colour there adds a vote and becomes the source; one that shows another takes a vote away, and when
 * none is left, replaces it. Unlike the other chains a plate does not break where something moves through. */
#ifndef UNCAP_INPAINT_FLOW_PLATE_H
#define UNCAP_INPAINT_FLOW_PLATE_H

#include "inpaint/flow/pointers.h"

/* One sample of a plate. frame < 0: nothing seen yet. drift: pixels the affine chain may be off by now. */
struct flow_seen {
    float x, y, drift;
    int16_t frame, votes;
};

/* seen, spare  [h][w] of the luma plane; rows [y0, y1) are kept: all, since the window after
 * may have its holes in others */
struct flow_plate {
    struct flow_seen *seen, *spare;
    int y0, y1;
};

bool flow_plate_open(struct flow_plate *p, int w, int h);
void flow_plate_close(struct flow_plate *p);
size_t flow_plate_bytes(int w, int h);
/* Forget everything. */
void flow_plate_start(struct flow_plate *p, const struct flow_work *work);

/* Carry the plate from frame t - step to frame t and let that frame vote with its known samples.
 *
 * out  [hole.n] where each covered sample was seen in the frames before t in the direction of the sweep,
 *          or NULL
 */
void flow_plate_step(struct flow_plate *p, const struct flow_work *work, int t, int step,
                     struct flow_pointer *out);

/* Where each sample of rows [y0, y1) of frame t, whose step was the last, was seen.
 *
 * out    [(y1 - y0) w]
 * votes  [h][w] u8, of those rows alone: frames that have shown the same, at most 255
 */
void flow_plate_look(const struct flow_plate *p, const struct flow_work *work, struct flow_pointer *out,
                     uint8_t *votes);

/* Take over what frame `source` shows, which lies under the frame whose step was the last.
 *
 * votes  [h][w] u8 that its samples are worth
 */
void flow_plate_learn(struct flow_plate *p, const struct flow_work *work, int source, const uint8_t *votes);

#endif
