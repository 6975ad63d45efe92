/* SPDX-License-Identifier: Apache-2.0 */
/* The file being written: a muxer on a part file. */
#ifndef UNCAP_MEDIA_OUTPUT_H
#define UNCAP_MEDIA_OUTPUT_H

#include <libavformat/avformat.h>

#include "base/cancel.h"
#include "base/error.h"
#include "base/part_file.h"

struct uncap_output {
    AVFormatContext *format;
    struct uncap_part_file part;
    char *name; /* as the caller wrote it, for messages */
};

/* Choose the container by path's ending and open the part file; the caller adds streams to output->format.
 *
 * source  file that must not be overwritten; NULL: none.
 * Errors  ARG, IO, NOMEM; *output is closed then.
 */
int uncap_output_open(struct uncap_output *output, const char *path, const char *source,
                      struct uncap_cancel *cancel, struct uncap_error *err);

/* Write the header once all streams are there; they may get other time bases by it.
 * source_container  demuxer's name of the source, "" if there is none. Errors: IO, UNSUPPORTED. */
int uncap_output_start(struct uncap_output *output, const char *source_container, struct uncap_error *err);

/* Write a packet whose times are in its stream's time base; takes the reference. Errors: IO, MEDIA. */
int uncap_output_packet(struct uncap_output *output, AVPacket *packet, struct uncap_error *err);

/* Write the trailer and rename. Errors: IO. */
int uncap_output_finish(struct uncap_output *output, struct uncap_error *err);

/* Remove what was not finished. A zeroed one is fine. */
void uncap_output_close(struct uncap_output *output);

#endif
