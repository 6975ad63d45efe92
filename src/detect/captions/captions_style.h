/* SPDX-License-Identifier: Apache-2.0 */
/* The style of a caption in the captions file (docs/captions-format.md). */
#ifndef UNCAP_DETECT_CAPTIONS_CAPTIONS_STYLE_H
#define UNCAP_DETECT_CAPTIONS_CAPTIONS_STYLE_H

#include "base/style.h"
#include "detect/captions/field.h"

/* Read the object obj, which is treated as hostile.
 *
 * w, h    of the picture, in which its rectangles lie.
 * Errors  ARG; NOMEM.
 */
int uncap_style_parse(const json_t *obj, const struct uncap_field_path *path, int w, int h,
                      struct uncap_style *out, struct uncap_error *err);

#endif
