/* SPDX-License-Identifier: Apache-2.0 */
/* The captions file's text form (docs/captions-format.md), without any file. */
#ifndef UNCAP_DETECT_CAPTIONS_CAPTIONS_JSON_H
#define UNCAP_DETECT_CAPTIONS_CAPTIONS_JSON_H

#include <stddef.h>

#include "base/caption.h"
#include "base/error.h"

enum {
    UNCAP_CAPTIONS_VERSION = 2,         /* newest */
    UNCAP_CAPTIONS_VERSION_UPRIGHT = 1, /* what was written before players' turns were followed, and still is
                                           where there is nothing to turn */
    UNCAP_CAPTIONS_MAX_SIDE = 32768,    /* largest picture side */
    UNCAP_CAPTIONS_MAX_COUNT = 1000000, /* captions in a file */
    UNCAP_CAPTIONS_MAX_FRAME = 1 << 30, /* display index: a year at 34 frames a second */
};

/* Most bytes of mattes, opacities and motions a file may unfold to. */
#define UNCAP_CAPTIONS_MAX_BYTES ((size_t)1 << 30)

/* Read text, which is treated as hostile.
 *
 * name    what messages call the text (a file's name).
 * Errors  ARG with line and column (damaged JSON) or the field's path (a value that makes no sense);
 *         UNSUPPORTED (a version from the future); NOMEM.
 */
int uncap_captions_parse(const char *text, size_t length, const char *name, struct uncap_captions **out,
                         struct uncap_error *err);

/* Write text: fields in a fixed order, one caption field a line. Same captions, same bytes.
 *
 * out     caller frees with uncap_free; ends with a newline and NUL.
 * Errors  NOMEM.
 */
int uncap_captions_print(const struct uncap_captions *captions, char **out, size_t *length,
                         struct uncap_error *err);

#endif
