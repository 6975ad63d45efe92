/* SPDX-License-Identifier: Apache-2.0 */
/* A source file opened for reading packets, and which of its streams is the video. */
#ifndef UNCAP_MEDIA_DEMUX_H
#define UNCAP_MEDIA_DEMUX_H

#include <stdbool.h>
#include <stdint.h>

#include <libavformat/avformat.h>

#include "base/cancel.h"
#include "base/error.h"

struct uncap_demux {
    AVFormatContext *format;
    int video;          /* index of the best video stream; never a cover picture */
    char *path;         /* for messages */
    int64_t size_bytes; /* of the file */
    bool is_cut;        /* shorter than the container says */
};

/* Open a local file. Only its own bytes are read: a playlist cannot lead to the network.
 * Errors  IO (missing, a folder, unreadable, empty), MEDIA (not a video, a still picture, audio only), NOMEM,
 *         CANCELLED.
 */
int uncap_demux_open(struct uncap_demux **out, const char *path, struct uncap_cancel *cancel,
                     struct uncap_error *err);
void uncap_demux_close(struct uncap_demux **demux);

/* The video stream. */
AVStream *uncap_demux_video(const struct uncap_demux *demux);

/* True if the stream holds one picture that belongs to the file as a whole. */
bool uncap_demux_is_cover(const AVStream *stream);

/* Read the packets of one stream alone. */
void uncap_demux_keep_only(struct uncap_demux *demux, int stream);

#endif
