/* SPDX-License-Identifier: Apache-2.0 */
/* The streams of the source that are not encoded anew, copied packet for packet by a demuxer of their own.
 *
 * A second demuxer, because the one that feeds the decoder runs a window ahead of the encoder: sharing it
 * would mean to hold the sound of a whole window, or a reader and a muxer that wait for each other. */
#ifndef UNCAP_MEDIA_COPIER_H
#define UNCAP_MEDIA_COPIER_H

#include <stdbool.h>

#include "base/error.h"
#include "media/decode.h"
#include "media/output.h"
#include "uncaption/control.h"

struct uncap_copier;

/* Open source for copying into output. Errors: as opening a decoder. */
int uncap_copier_open(struct uncap_copier **out, const char *source, struct uncap_output *output,
                      const struct uncap_control *control, struct uncap_error *err);
void uncap_copier_close(struct uncap_copier **copier);

/* Parameters of the video stream, and the stream itself; borrowed. */
const AVStream *uncap_copier_video(const struct uncap_copier *copier);
/* Name of the source's demuxer. */
const char *uncap_copier_container(const struct uncap_copier *copier);

/* Add the output's streams in the source's order, chapters and tags. What the container cannot hold is named
 * in a warning.
 *
 * video  out: the stream for the encoder, without codec parameters, with the source's tags. NULL: the video
 *        is copied like the rest.
 * tags   of the video to be encoded.
 * is_upright  it is encoded as it is seen: the source's display matrix stays behind.
 * Errors  UNSUPPORTED (the video is to be copied and cannot be), NOMEM.
 */
int uncap_copier_add_streams(struct uncap_copier *copier, AVStream **video,
                             const struct uncap_video_tags *tags, bool is_upright, struct uncap_error *err);

/* Microseconds to add to every time of the source: broadcast streams start anywhere, other containers start
 * near 0. */
int64_t uncap_copier_offset_us(const struct uncap_copier *copier);

/* Write the packets that stand before time_us of the output; INT64_MAX: all that is left.
 * Errors  IO, MEDIA, CANCELLED; UNSUPPORTED (the video is copied, and does not tell when pictures are
 *         shown). */
int uncap_copier_until(struct uncap_copier *copier, int64_t time_us, struct uncap_error *err);

#endif
