/* SPDX-License-Identifier: Apache-2.0 */
/* The captions' text as subtitles. Pure.
 *
 * Lines that stand together, one above the other for the same frames, are one subtitle. Times are the
 * captions' own, exact for variable frame rates too; without them, frames times the source's mean frame
 * duration. A caption that was not read is
 * exported as UNCAP_SUBTITLE_UNREAD, so that its times are not lost; texts of the scene and those that are
 * kept are left out. */
#ifndef UNCAP_DETECT_CAPTIONS_SUBTITLES_H
#define UNCAP_DETECT_CAPTIONS_SUBTITLES_H

#include <stddef.h>

#include "base/caption.h"
#include "base/error.h"

#define UNCAP_SUBTITLE_UNREAD "[not read]"

enum uncap_subtitle_format {
    UNCAP_SUBTITLE_SRT, /* SubRip */
    UNCAP_SUBTITLE_ASS, /* Advanced SubStation Alpha v4+, each line where and as it stood */
};

/* out: UTF-8, NUL-terminated, caller frees with uncap_free. Errors: NOMEM. */
int uncap_subtitles_print(const struct uncap_captions *captions, enum uncap_subtitle_format format,
                          char **out, size_t *length, struct uncap_error *err);

#endif
