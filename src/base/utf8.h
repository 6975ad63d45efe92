/* SPDX-License-Identifier: Apache-2.0 */
/* Code points of UTF-8 text. Pure. */
#ifndef UNCAP_BASE_UTF8_H
#define UNCAP_BASE_UTF8_H

#include <stdint.h>

/* Next code point of a text that has not ended; moves *text past it. A damaged byte counts as a point of its
 * own, UNCAP_UTF8_DAMAGED, so that the end is never passed. */
uint32_t uncap_utf8_next(const char **text);

#define UNCAP_UTF8_DAMAGED 0xfffdU

#endif
