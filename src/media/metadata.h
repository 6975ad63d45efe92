/* SPDX-License-Identifier: Apache-2.0 */
/* Titles, languages, chapters: what a file says about itself, carried to another container. */
#ifndef UNCAP_MEDIA_METADATA_H
#define UNCAP_MEDIA_METADATA_H

#include <stdbool.h>

#include <libavformat/avformat.h>

#include "base/error.h"

/* Copy the file's tags, without those that describe the old file's bytes (brands, writing program).
 * Errors: NOMEM. */
int uncap_metadata_copy_file(AVFormatContext *dst, const AVFormatContext *src, struct uncap_error *err);

/* Copy a stream's tags. is_encoded: leave out those of the old bit stream (statistics, encoder). */
int uncap_metadata_copy_stream(AVStream *dst, const AVStream *src, bool is_encoded, struct uncap_error *err);

/* Copy every chapter with its tags. Errors: NOMEM. */
int uncap_metadata_copy_chapters(AVFormatContext *dst, const AVFormatContext *src, struct uncap_error *err);

/* True if a tag has no place among MP4's fixed ones. */
bool uncap_metadata_needs_free_keys(const AVDictionary *tags);

#endif
