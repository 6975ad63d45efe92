/* SPDX-License-Identifier: Apache-2.0 */
/* The embedding of the empty prompt, kept beside the text encoder that made it.
 *
 * It depends on the text encoder alone, and making it is the only thing that half a gigabyte of weights is
 * read for. A file that is missing, damaged or of other weights is no error: the embedding is made again. */
#ifndef UNCAP_INPAINT_DIFFUERASER_PROMPT_CACHE_H
#define UNCAP_INPAINT_DIFFUERASER_PROMPT_CACHE_H

#include <stdbool.h>
#include <stddef.h>

#include "nn/weights.h"

#define UNCAP_PROMPT_CACHE_ENDING ".empty-prompt"

/* Say what an embedding depends on, as one SHA-256.
 *
 * weights  name, type and shape of every tensor, and the first and last 4 KiB of its data: all 490 MB would
 *          take longer than the embedding itself.
 * path     the file they come from: its size and time of change stand for what is not read. NULL: no file.
 * maker    what else decides the last bits: runtime and device.
 * hex      64 lower-case digits and a zero byte, out.
 */
void uncap_prompt_cache_digest(const struct uncap_weights *weights, const char *path, const char *maker,
                               char hex[65]);

/* Read n floats that were written under the same digest. False: there are none, and out may be anything. */
bool uncap_prompt_cache_read(const char *path, const char digest[65], float *out, size_t n);

/* Write them: whole or not at all, in place of what was there. False: it could not be done, and what was
 * there stays. */
bool uncap_prompt_cache_write(const char *path, const char digest[65], const float *values, size_t n);

#endif
