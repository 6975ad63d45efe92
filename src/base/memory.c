/* SPDX-License-Identifier: Apache-2.0 */
#include "base/memory.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

bool uncap_mul(size_t a, size_t b, size_t *out)
{
    if (b && a > SIZE_MAX / b)
        return false;
    *out = a * b;
    return true;
}

bool uncap_add(size_t a, size_t b, size_t *out)
{
    if (a > SIZE_MAX - b)
        return false;
    *out = a + b;
    return true;
}

/* calloc and an alignment of our own: before glibc 2.38 a block from aligned_alloc, once freed, is too small
 * for the next aligned_alloc of the same size, and the heap grows without end
 * (https://sourceware.org/bugzilla/show_bug.cgi?id=14581). The pointer that calloc gave lies just below the
 * block. What is new from the system is zero already, and there from when it is touched. */
void *uncap_alloc(size_t n, size_t size)
{
    size_t bytes;
    if (!uncap_mul(n, size, &bytes) || !uncap_add(bytes, UNCAP_ALIGN + sizeof(void *), &bytes))
        return NULL;
    void *whole = calloc(1, bytes);
    if (!whole)
        return NULL;
    const uintptr_t least = (uintptr_t)whole + sizeof(void *);
    const uintptr_t start = (least + UNCAP_ALIGN - 1) / UNCAP_ALIGN * UNCAP_ALIGN;
    void *p = (char *)whole + (start - (uintptr_t)whole);
    ((void **)p)[-1] = whole;
    return p;
}

bool uncap_grow(void **items, size_t *capacity, size_t n, size_t size)
{
    if (n <= *capacity)
        return true;
    size_t want = *capacity > SIZE_MAX / 2 ? n : *capacity * 2;
    if (want < 16)
        want = 16;
    if (want < n)
        want = n;
    void *p = uncap_alloc(want, size);
    if (!p)
        return false;
    if (*items)
        memcpy(p, *items, *capacity * size);
    uncap_free(*items);
    *items = p;
    *capacity = want;
    return true;
}

char *uncap_strdup(const char *s)
{
    if (!s)
        return NULL;
    const size_t n = strlen(s) + 1;
    char *copy = uncap_alloc(n, 1);
    if (copy)
        memcpy(copy, s, n);
    return copy;
}

void uncap_free(void *p)
{
    if (p)
        free(((void **)p)[-1]);
}
