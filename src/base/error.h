/* SPDX-License-Identifier: Apache-2.0 */
/* Filling struct uncap_error where something fails. */
#ifndef UNCAP_BASE_ERROR_H
#define UNCAP_BASE_ERROR_H

#include "uncaption/error.h"

#if defined(__GNUC__)
#define UNCAP_PRINTF(fmt, args) __attribute__((format(printf, fmt, args)))
#else
#define UNCAP_PRINTF(fmt, args)
#endif

/* Fill err (may be NULL) and return status, so that a leaf can `return uncap_fail(...)`.
 * A message that is already there is replaced. */
int uncap_fail(struct uncap_error *err, enum uncap_status status, const char *fmt, ...) UNCAP_PRINTF(3, 4);

/* The same with errno or a library's code as cause. */
int uncap_fail_cause(struct uncap_error *err, enum uncap_status status, int cause, const char *fmt, ...)
    UNCAP_PRINTF(4, 5);

/* "out of memory for <what>", status NOMEM. */
int uncap_fail_nomem(struct uncap_error *err, const char *what);

#endif
