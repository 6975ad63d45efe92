/* SPDX-License-Identifier: Apache-2.0 */
/* Every allocation of the project's own: checked sizes, aligned for SIMD, zeroed.
 *
 * Tests make the Nth of them fail by wrapping these symbols at link time (tests/fault). */
#ifndef UNCAP_BASE_MEMORY_H
#define UNCAP_BASE_MEMORY_H

#include <stdbool.h>
#include <stddef.h>

#define UNCAP_ALIGN 64 /* bytes; a cache line, and an AVX-512 vector */

/* Allocate n * size zeroed bytes, UNCAP_ALIGN-aligned. NULL if short of memory or if the product overflows.
 * n * size == 0 gives a valid pointer. Free with uncap_free. */
void *uncap_alloc(size_t n, size_t size);

/* Grow an array from uncap_alloc to hold at least n items, doubling; old items are kept, new ones zeroed.
 * *capacity is in items. Returns false and changes nothing if short of memory. */
bool uncap_grow(void **items, size_t *capacity, size_t n, size_t size);

/* Copy a string. NULL if short of memory or s is NULL. */
char *uncap_strdup(const char *s);

/* Free what uncap_alloc, uncap_grow or uncap_strdup gave. NULL-safe. */
void uncap_free(void *p);

/* *out = a * b or a + b; false if it overflows. */
bool uncap_mul(size_t a, size_t b, size_t *out);
bool uncap_add(size_t a, size_t b, size_t *out);

#endif
