/* SPDX-License-Identifier: Apache-2.0 */
/* Text that grows while it is printed. */
#ifndef UNCAP_DETECT_CAPTIONS_TEXT_BUFFER_H
#define UNCAP_DETECT_CAPTIONS_TEXT_BUFFER_H

#include <stdbool.h>
#include <stddef.h>

#include "base/error.h"

/* Zero-initialise. bytes is NUL-terminated after the first put; the owner frees it with uncap_free. Once
 * memory is short, everything after is dropped and has_failed stays set. */
struct uncap_text {
    char *bytes;
    size_t n, capacity;
    bool has_failed;
};

void uncap_text_put(struct uncap_text *t, const char *s, size_t n);

/* Up to 511 bytes at once; longer output is cut. */
void uncap_text_print(struct uncap_text *t, const char *fmt, ...) UNCAP_PRINTF(2, 3);

#endif
