/* SPDX-License-Identifier: Apache-2.0 */
/* Telling whether a captions file was made for this video. */
#ifndef UNCAP_MEDIA_IDENTITY_H
#define UNCAP_MEDIA_IDENTITY_H

#include <stdbool.h>

#include "base/cancel.h"
#include "base/caption.h"
#include "base/error.h"

/* Fill source from the file: size, duration, the picture's sides and orientation, FNV-1a 64 hashes of the
 * first and the last 16 packets of the best video stream. n_frames is left as it is: only decoding tells it.
 *
 * Cost    opens the file, reads its beginning and, from the last key frame on, its end; decodes nothing.
 * Memory  source->name is new; the caller frees it with uncap_free.
 * Errors  as opening a decoder.
 */
int uncap_identity_read(struct uncap_source *source, const char *path, struct uncap_cancel *cancel,
                        struct uncap_error *err);

/* True if both are the same video. Names and frame counts are not compared; the file may have moved.
 * reason  [size] why not, for a person; may be NULL. */
bool uncap_identity_equal(const struct uncap_source *wanted, const struct uncap_source *found, char *reason,
                          size_t size);

/* Refuse a file that is not the video `wanted` describes. Errors: ARG with reason; as uncap_identity_read. */
int uncap_identity_check(const struct uncap_source *wanted, const char *path, struct uncap_cancel *cancel,
                         struct uncap_error *err);

#endif
