/* SPDX-License-Identifier: Apache-2.0 */
/* The mean of several pictures of the same thing. Pure. */
#ifndef UNCAP_DETECT_OCR_BLEND_H
#define UNCAP_DETECT_OCR_BLEND_H

#include "base/error.h"
#include "base/picture.h"

/* Mean of a part of n pictures of one size and format, in 16 bits whatever theirs are, so that little of it
 * is rounded off.
 *
 * r       inside the pictures, from a chroma sample on.
 * out     the part; uncap_picture_free frees it.
 * Errors  NOMEM.
 */
int uncap_blend(const struct uncap_picture *pictures, int n, struct uncap_rect r, struct uncap_picture *out,
                struct uncap_error *err);

#endif
