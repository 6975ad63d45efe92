/* SPDX-License-Identifier: Apache-2.0 */
#include "detect/captions/text_buffer.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "base/memory.h"

void uncap_text_put(struct uncap_text *t, const char *s, size_t n)
{
    if (!t->has_failed && !uncap_grow((void **)&t->bytes, &t->capacity, t->n + n + 1, 1))
        t->has_failed = true;
    if (t->has_failed)
        return;
    memcpy(t->bytes + t->n, s, n);
    t->n += n;
    t->bytes[t->n] = 0;
}

void uncap_text_print(struct uncap_text *t, const char *fmt, ...)
{
    char line[512];
    va_list args;
    va_start(args, fmt);
    const int n = vsnprintf(line, sizeof(line), fmt, args);
    va_end(args);
    uncap_text_put(t, line, n < 0 ? 0 : n < (int)sizeof(line) ? (size_t)n : sizeof(line) - 1);
}
