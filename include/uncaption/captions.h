/* SPDX-License-Identifier: Apache-2.0 */
/* The captions of one video: found by uncap_detect, editable, used by uncap_erase.
 *
 * The file form is JSON, described in docs/captions-format.md. */
#ifndef UNCAPTION_CAPTIONS_H
#define UNCAPTION_CAPTIONS_H

#include <stddef.h>
#include <stdint.h>

#include "uncaption/error.h"

#ifdef __cplusplus
extern "C" {
#endif

struct uncap_captions;

/* Read a captions file. It is treated as hostile: every number is checked before it is used.
 * Errors  IO; ARG with line and column for damaged JSON, or a field that makes no sense; UNSUPPORTED (a newer
 *         program's file); NOMEM.
 */
int uncap_captions_load(const char *path, struct uncap_captions **out, struct uncap_error *err);

/* Write a captions file, whole or not at all. Same captions, same bytes. Errors: IO, NOMEM. */
int uncap_captions_save(const struct uncap_captions *captions, const char *path, struct uncap_error *err);

/* Write the removed captions' text as subtitles, whole or not at all: SubRip, or Advanced SubStation Alpha
 * with each line where and as it stood: size, colours, outline, shadow or box, fades, motion. A caption
 * that was not read stands there as "[not read]". Errors: IO, NOMEM.
 */
int uncap_captions_save_srt(const struct uncap_captions *captions, const char *path, struct uncap_error *err);
int uncap_captions_save_ass(const struct uncap_captions *captions, const char *path, struct uncap_error *err);

/* Choose by script (ISO 15924: "Latn", "Hani", ...; several with commas; case does not matter).
 *
 * keep    captions in one of these stay in the picture, those in a script that is not known do not; NULL:
 *         none.
 * remove  captions in any other script, or in one that is not known, stay; NULL: no such rule.
 */
void uncap_captions_filter_script(struct uncap_captions *captions, const char *keep, const char *remove);

void uncap_captions_close(struct uncap_captions **captions);

/* Number of captions, and how many of them will be removed (keep is false). */
size_t uncap_captions_count(const struct uncap_captions *captions);
size_t uncap_captions_count_removed(const struct uncap_captions *captions);

#ifdef __cplusplus
}
#endif
#endif
