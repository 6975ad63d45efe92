/* SPDX-License-Identifier: Apache-2.0 */
/* What was seen most at each place under the scene's global motion: the background that moving things pass in
 * front of.
 *
 * Each cell names the frame that its background was last seen in and votes for it. A frame that shows the
 * same colour there adds a vote and becomes the source; one that shows another takes a vote away, and when
 * none is left, replaces it. Unlike the other chains a plate does not break where something moves through.
 *
 * Cells stand still while frames move over them. Where a cell lies in a frame is an affine map of that frame,
 * composed of the steps from one frame to the next; when the present frame has moved too far off the cells,
 * they are laid out anew under it. */
#ifndef UNCAP_INPAINT_FLOW_PLATE_H
#define UNCAP_INPAINT_FLOW_PLATE_H

#include "inpaint/flow/fill/pointers.h"

enum { FLOW_PLATE_VOTES = UNCAP_PLATE_VOTES };

/* What was seen at each place, [h][w] like the luma plane.
 *
 * value   luma, native
 * ballot  (FLOW_PLATE_VOTES + 1) times the source's frame, plus its votes; negative: nothing seen yet
 */
struct flow_cells {
    float *value;
    int32_t *ballot;
};

/* A frame under the plate.
 *
 * place   where the cell (X, Y) lies in it: x = X + place[0] + place[1] X + place[2] Y, y likewise; rounded
 *         in at
 * luma    its samples; hole [h][words]: what is covered of them, NULL: nothing
 */
struct flow_plate_frame {
    double place[6];
    float at[6];
    int words;
    const uint64_t *hole;
    const uint8_t *luma;
    ptrdiff_t stride;
};

/* All rows of the cells are kept, since the window after may have its holes in others. spare: room to lay
 * them out anew.
 * frames  [n] of the window, and its backdrop */
struct flow_plate {
    struct flow_cells cells, spare;
    struct flow_plate_frame *frames;
};

/* For windows of n frames of w x h samples. False if short of memory. */
bool flow_plate_open(struct flow_plate *p, int w, int h, int n);
void flow_plate_close(struct flow_plate *p);
/* Without what it keeps for each frame. */
size_t flow_plate_bytes(int w, int h);
/* Forget everything. */
void flow_plate_start(struct flow_plate *p, const struct flow_work *work);

/* Move on from frame t - step to frame t and let that frame vote with its known samples.
 *
 * out  [hole.n] where each covered sample was seen in the frames before t in the direction of the sweep,
 *          or NULL
 */
void flow_plate_step(struct flow_plate *p, const struct flow_work *work, int t, int step,
                     struct flow_pointer *out);

/* Where each sample of frame t, whose step was the last, was seen.
 *
 * out    [h][w]
 * votes  [h][w] u8: frames that have shown the same, at most 255
 */
void flow_plate_look(const struct flow_plate *p, const struct flow_work *work, int t,
                     struct flow_pointer *out, uint8_t *votes);

/* Take over what frame `source` shows, which lies under frame t, whose step was the last.
 *
 * votes  [h][w] u8 that its samples are worth
 */
void flow_plate_learn(struct flow_plate *p, const struct flow_work *work, int t, int source,
                      const uint8_t *votes);

#endif
