/* SPDX-License-Identifier: Apache-2.0 */
/* A level moving line that is longer than the picture is wide, cut into pieces that are in the picture as
 * a whole. */
#ifndef UNCAP_DETECT_TRACK_TRACK_PIECES_H
#define UNCAP_DETECT_TRACK_TRACK_PIECES_H

#include "detect/track/track.h"

/* Look at one frame of a long line: start pieces that are wholly in the picture now, each behind the one
 * before on the line's way, and keep crops of those that are there. A line of less than half the picture's
 * width has none. Errors: NOMEM. */
int uncap_pieces_gather(struct uncap_track *t, const struct uncap_ring *ring, int64_t frame,
                        const struct uncap_picture *picture, struct uncap_error *err);

/* Is it a line that has ended and was in no frame wholly in the picture? Then it goes on as its pieces. */
bool uncap_pieces_are_needed(const struct uncap_track *t);

/* Cut the line into tracks of their own: the pieces with their crops, and what is left at its head and its
 * tail, as far as it ever was in the picture. Each has the line's motion and strokes, and its own life.
 *
 * w       of the picture.
 * out     receives *n tracks, each allocated alone; the caller gives them ids. The array is freed with
 *         uncap_free.
 * Errors  NOMEM; then there is nothing in out. t stays as it was, but for the crops.
 */
int uncap_pieces_cut(struct uncap_track *t, const struct uncap_ring *ring, int w, struct uncap_track ***out,
                     int *n, struct uncap_error *err);

#endif
