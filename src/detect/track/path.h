/* SPDX-License-Identifier: Apache-2.0 */
/* Where a line that moves freely is, frame by frame: it goes askew, is thrown back by the picture's edges,
 * swings. Pure. */
#ifndef UNCAP_DETECT_TRACK_PATH_H
#define UNCAP_DETECT_TRACK_PATH_H

#include <stdbool.h>

#include "detect/look/ring.h"
#include "detect/track/template.h"

/* Displacement from where the pattern was learned, luma pixels; to a part of a pixel. */
struct uncap_place {
    float x, y;
};

/* Places in frames [first, first + n). */
struct uncap_path {
    int64_t first;
    struct uncap_place *items;
    size_t n, capacity;
};

void uncap_path_clear(struct uncap_path *path);

/* The place in a frame; beyond the ends, that of the end. */
struct uncap_place uncap_path_at(const struct uncap_path *path, int64_t frame);

/* Put in a place: of a frame on the path or right beside one of its ends, or of any frame if it is empty.
 * Errors: NOMEM. */
int uncap_path_set(struct uncap_path *path, int64_t frame, struct uncap_place place, struct uncap_error *err);

/* Is there a path from `frame`, from which the pattern was learned? It must be found in each of some frames
 * on one side, displaced, without jumps.
 *
 * out     the frame itself and that side; empty if there is none. The caller clears it.
 * Errors  NOMEM.
 */
int uncap_path_find(const struct uncap_template *t, const struct uncap_ring *ring, int64_t frame,
                    struct uncap_template_scratch *scratch, struct uncap_path *out, struct uncap_error *err);

/* Follow the pattern to the frame before or after the path, which the ring has: near where its last step
 * leads, else anywhere as near as anything moves. Where it is not found the path goes straight on.
 *
 * out     how it stands at the place.
 * share   how much of its rectangle lies in the picture there, 0..1.
 * Errors  NOMEM.
 */
int uncap_path_step(struct uncap_path *path, const struct uncap_template *t, const struct uncap_ring *ring,
                    int64_t frame, struct uncap_template_scratch *scratch, struct uncap_match *out,
                    float *share, struct uncap_error *err);

#endif
