/* SPDX-License-Identifier: Apache-2.0 */
/* The last frames of the video: references to the newest, reduced luma of more. */
#ifndef UNCAP_DETECT_LOOK_RING_H
#define UNCAP_DETECT_LOOK_RING_H

#include <stdbool.h>
#include <stdint.h>

#include "base/error.h"
#include "base/picture.h"
#include "detect/look/luma.h"

/* How the detector keeps a frame that it was shown. retain returns a second reference (NULL: short of memory)
 * that keeps the samples of the picture alive; release drops it. Called on the pushing thread alone. */
struct uncap_frame_keeper {
    void *(*retain)(void *frame);
    void (*release)(void *held);
};

struct uncap_ring_slot {
    struct uncap_picture picture;
    void *held;
    int64_t frame; /* -1: empty */
};

/* Frames [end - n_lumas, end) have a luma, [end - n_frames, end) a picture, as far as they exist. */
struct uncap_ring {
    struct uncap_frame_keeper keeper;
    struct uncap_ring_slot *slots;
    struct uncap_luma *lumas;
    uint8_t *luma_block; /* NULL: lumas are the pictures' own planes */
    int n_frames, n_lumas, factor;
    int64_t end;
};

/* n_frames <= n_lumas; if they are the same, lumas that are a plane of the picture are not copied. Errors:
 * NOMEM. */
int uncap_ring_open(struct uncap_ring *ring, int w, int h, struct uncap_format format, int n_frames,
                    int n_lumas, struct uncap_frame_keeper keeper, struct uncap_error *err);
void uncap_ring_close(struct uncap_ring *ring);

/* Take frame ring->end; its luma is made later by uncap_ring_reduce. Errors: NOMEM. */
int uncap_ring_push(struct uncap_ring *ring, const struct uncap_picture *picture, void *frame,
                    struct uncap_error *err);

/* Make the luma of a frame that has its picture. Different frames may be reduced at the same time. */
void uncap_ring_reduce(struct uncap_ring *ring, int64_t frame);

/* NULL when the frame is not, or no more, there. */
const struct uncap_picture *uncap_ring_picture(const struct uncap_ring *ring, int64_t frame);
const struct uncap_luma *uncap_ring_luma(const struct uncap_ring *ring, int64_t frame);

/* Oldest frame with a luma, with a picture. */
int64_t uncap_ring_first_luma(const struct uncap_ring *ring);
int64_t uncap_ring_first_picture(const struct uncap_ring *ring);

#endif
