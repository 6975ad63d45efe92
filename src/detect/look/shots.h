/* SPDX-License-Identifier: Apache-2.0 */
/* Shot cuts, to the frame, from small thumbnails. Pure, streaming.
 *
 * The distance of two frames is the mean over 48 blocks of a 64x36 thumbnail of the best match within +-4
 * samples, so that pans and fast motion cost little. A cut is a distance that stands far above those of the
 * frames around it: a flash makes two of them side by side and is none, a dissolve makes none. Nor is what
 * the two thirds of the blocks that change least do not show: a bar over all of the picture's width. */
#ifndef UNCAP_DETECT_LOOK_SHOTS_H
#define UNCAP_DETECT_LOOK_SHOTS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "detect/look/luma.h"

enum {
    UNCAP_SHOTS_DELAY = 3, /* frames that must follow before a frame is decided */
    UNCAP_SHOTS_W = 64,
    UNCAP_SHOTS_H = 36,
};

/* Zero-initialise; nothing to free. */
struct uncap_shots {
    int64_t n, n_decided;                        /* frames pushed, frames decided */
    uint8_t last[UNCAP_SHOTS_H * UNCAP_SHOTS_W]; /* thumbnail of frame n - 1 */
    float distance[2 * UNCAP_SHOTS_DELAY + 1];   /* of frame i to i - 1, at i modulo the length */
    float rest[2 * UNCAP_SHOTS_DELAY + 1];       /* the same of the blocks that change least */
};

/* Take frame n. Returns true if a frame is decided by it: *frame = n - DELAY, *is_cut whether it starts a
 * shot. */
bool uncap_shots_push(struct uncap_shots *s, const struct uncap_luma *luma, int64_t *frame, bool *is_cut);

/* Does one of the frames that wait to be decided start a shot, as far as is known yet? */
bool uncap_shots_seem_cut(const struct uncap_shots *s);

/* At the end of the video: decide frames that still wait, one a call, until false. */
bool uncap_shots_drain(struct uncap_shots *s, int64_t *frame, bool *is_cut);

#endif
