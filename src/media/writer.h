/* SPDX-License-Identifier: Apache-2.0 */
/* The output file: encoded video plus every other stream of the source, copied packet for packet.
 *
 * Written to a part file beside the target and renamed by uncap_writer_finish; uncap_writer_close without it
 * removes the part file. Copied streams come from a second demuxer over the source, interleaved by time.
 *
 * Frames come upright. Beside a source whose pictures lie otherwise they are turned back, and the source's
 * display matrix is written, if the container has one; else they are encoded as they are seen. */
#ifndef UNCAP_MEDIA_WRITER_H
#define UNCAP_MEDIA_WRITER_H

#include "base/cancel.h"
#include "base/error.h"
#include "media/decode.h"
#include "media/encode.h"
#include "media/frame.h"
#include "uncaption/control.h"

struct uncap_writer;

struct uncap_writer_options {
    const char *source; /* file whose other streams, metadata, chapters are copied; NULL: none */
    const struct uncap_video_info *info; /* of the frames to come */
    struct uncap_encoder_options encoder;
};

/* Refuse what can be refused before a frame is known, so that no work is lost: an unknown encoder, a
 * container that cannot hold what it makes, a place that cannot be written. Leaves nothing behind.
 * Errors  as uncap_writer_open. */
int uncap_writer_check(const char *path, const char *source, const struct uncap_encoder_options *encoder,
                       struct uncap_error *err);

/* Open path for writing. The container is chosen by the file name's ending.
 * What the container cannot hold is named in a warning through control, never dropped in silence.
 * Errors  ARG (unknown encoder or container, output equal to source), IO, BACKEND (encoder refused),
 *         UNSUPPORTED (the container refuses a stream), NOMEM.
 */
int uncap_writer_open(struct uncap_writer **out, const char *path, const struct uncap_writer_options *options,
                      const struct uncap_control *control, struct uncap_error *err);
void uncap_writer_close(struct uncap_writer **writer);

/* Encode one frame; frames come in display order. Takes no ownership. Errors: IO (disk full), BACKEND, NOMEM,
 * CANCELLED. */
int uncap_writer_frame(struct uncap_writer *writer, const struct uncap_frame *frame, struct uncap_error *err);

/* Flush, write the trailer, rename to the target. */
int uncap_writer_finish(struct uncap_writer *writer, struct uncap_error *err);

/* Name of the encoder in use ("libx264"), for the report. */
const char *uncap_writer_encoder(const struct uncap_writer *writer);

/* Copy the whole file, video included, as it is (a video with no captions). Same part-file rule.
 * Errors  as uncap_writer_open; UNSUPPORTED if path's container cannot take the video's own packets. */
int uncap_remux(const char *source, const char *path, const struct uncap_control *control,
                struct uncap_error *err);

#endif
