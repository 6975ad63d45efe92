/* SPDX-License-Identifier: Apache-2.0 */
/* How a player turns the coded picture before it shows it (the container's display matrix).
 *
 * One of eight, numbered as EXIF does, less one: 0 as coded, 1 mirrored left to right, 2 turned by 180
 * degrees, 3 mirrored top to bottom; 4 to 7 the same once rows and columns have changed places, so 5 is a
 * quarter turn clockwise and 7 one against the clock.
 *
 * Between decoder and writer pictures are upright, as they are seen; only those two know of this. */
#ifndef UNCAP_MEDIA_ORIENTATION_H
#define UNCAP_MEDIA_ORIENTATION_H

#include <stdbool.h>
#include <stdint.h>

#include <libavformat/avformat.h>

#include "base/error.h"
#include "media/decode.h"

/* What a display matrix (libavutil/display.h) asks for; 0 where it asks for anything but quarter turns (to
 * within a degree) and mirrors. Its scale and its displacement are left out. */
int uncap_orientation_of_matrix(const int32_t matrix[9]);

/* The same of a stream, 0 if it has no matrix. 0 too where pictures of the format `planar` (NONE: not known)
 * have no form with rows and columns changed: 4:1:1, and 4:2:2 of rare depths. */
int uncap_orientation_of_stream(const AVStream *stream, enum AVPixelFormat planar);

/* Do rows and columns change places? */
bool uncap_orientation_swaps_sides(int orientation);

/* What turns back what `orientation` has turned. */
int uncap_orientation_inverse(int orientation);

/* Copy a frame of a planar format into a new one, turned: every sample of every plane, and what else belongs
 * to the frame but its own display matrix. Turned back it is the same, sample for sample; where a side that
 * is mirrored is no whole number of chroma samples, chroma lies one luma sample off in between.
 * Errors  NOMEM, *out is NULL then. */
int uncap_orientation_turn(AVFrame **out, const AVFrame *src, int orientation, struct uncap_error *err);

/* Make of info what it is of turned frames: sides, aspect ratio and sample format. `orientation` itself, and
 * what an encoder is to be told of the coded pictures (siting, fields), stay. */
void uncap_orientation_turn_info(struct uncap_video_info *info, int orientation);

/* Where chroma lies in turned pictures; UNSPECIFIED where no name tells. */
enum AVChromaLocation uncap_orientation_turn_siting(enum AVChromaLocation siting, int orientation);

#endif
