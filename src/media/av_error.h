/* SPDX-License-Identifier: Apache-2.0 */
/* libav's error codes as our errors. */
#ifndef UNCAP_MEDIA_AV_ERROR_H
#define UNCAP_MEDIA_AV_ERROR_H

#include "base/error.h"

/* Fill err with "<formatted text>: <what libav says>" and return the status.
 *
 * code    a negative AVERROR; becomes err->cause.
 * status  what it is unless the code itself says more: ENOMEM gives NOMEM, AVERROR_EXIT CANCELLED, and
 *         errors of the file system (no space, no such file, ...) IO.
 */
int uncap_fail_av(struct uncap_error *err, enum uncap_status status, int code, const char *fmt, ...)
    UNCAP_PRINTF(4, 5);

#endif
