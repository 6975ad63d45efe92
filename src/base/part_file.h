/* SPDX-License-Identifier: Apache-2.0 */
/* A file that appears under its name whole or not at all: written beside the target, renamed at the end. */
#ifndef UNCAP_BASE_PART_FILE_H
#define UNCAP_BASE_PART_FILE_H

#include <stddef.h>

#include "base/error.h"

struct uncap_part_file {
    char *target; /* where it will stand; a symbolic link is followed */
    char *path;   /* ".<name>.part-XXXXXX" in the same folder; NULL once renamed or removed */
};

/* Check that path can be written and create an empty part file beside it, which nobody else has.
 *
 * source  a file that must not be overwritten, NULL: none.
 * Errors  ARG (path is source, a folder, or something that is no regular file), IO, NOMEM.
 */
int uncap_part_file_open(struct uncap_part_file *part, const char *path, const char *source,
                         struct uncap_error *err);

/* Rename to the target. Errors: IO. */
int uncap_part_file_finish(struct uncap_part_file *part, struct uncap_error *err);

/* Remove the part file if it is still there, free the names. A zeroed one is fine. */
void uncap_part_file_close(struct uncap_part_file *part);

/* Write a whole file of length bytes by way of a part file, synced to the disk before it gets its name. What
 * is no regular file (a pipe, /dev/stdout) is written straight through.
 *
 * Errors  ARG (a folder), IO, NOMEM.
 */
int uncap_part_file_save(const char *path, const char *bytes, size_t length, struct uncap_error *err);

#endif
