/* SPDX-License-Identifier: Apache-2.0 */
/* How long a file says it is, against how long it is: finds downloads and copies that were cut short.
 *
 * Demuxers read such files to their end without a word, so the frames that are missing would go unnoticed. */
#ifndef UNCAP_MEDIA_TRUNCATION_H
#define UNCAP_MEDIA_TRUNCATION_H

#include <stdbool.h>
#include <stdint.h>

#include "base/error.h"

/* Look at the outermost boxes of MP4/MOV, Matroska/WebM and RIFF (AVI), and in MPEG transport streams for a
 * last packet that is not whole.
 *
 * size_bytes  of the file.
 * is_cut      out: what matters reaches past the end. False for other containers and open-ended ones.
 * Errors      IO.
 */
int uncap_truncation_check(const char *path, int64_t size_bytes, bool *is_cut, struct uncap_error *err);

#endif
