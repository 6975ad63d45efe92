/* SPDX-License-Identifier: Apache-2.0 */
#include "base/error.h"

#include <stdarg.h>
#include <stdio.h>

UNCAP_PRINTF(4, 0)
static void fill(struct uncap_error *err, enum uncap_status status, int cause, const char *fmt, va_list args)
{
    if (!err)
        return;
    /* Formatted aside first: a caller may pass its old message as an argument. */
    char message[sizeof(err->message)];
    vsnprintf(message, sizeof(message), fmt, args);
    snprintf(err->message, sizeof(err->message), "%s", message);
    err->status = status;
    err->cause = cause;
}

int uncap_fail(struct uncap_error *err, enum uncap_status status, const char *fmt, ...)
{
    va_list args;
    va_start(args, fmt);
    fill(err, status, 0, fmt, args);
    va_end(args);
    return status;
}

int uncap_fail_cause(struct uncap_error *err, enum uncap_status status, int cause, const char *fmt, ...)
{
    va_list args;
    va_start(args, fmt);
    fill(err, status, cause, fmt, args);
    va_end(args);
    return status;
}

int uncap_fail_nomem(struct uncap_error *err, const char *what)
{
    return uncap_fail(err, UNCAP_ERR_NOMEM, "out of memory for %s", what);
}

const char *uncap_status_name(enum uncap_status status)
{
    switch (status) {
    case UNCAP_OK: return "ok";
    case UNCAP_ERR_NOMEM: return "out of memory";
    case UNCAP_ERR_ARG: return "bad argument";
    case UNCAP_ERR_IO: return "input/output error";
    case UNCAP_ERR_MEDIA: return "bad media";
    case UNCAP_ERR_MODEL: return "bad model";
    case UNCAP_ERR_BACKEND: return "backend not usable";
    case UNCAP_ERR_UNSUPPORTED: return "not supported";
    case UNCAP_ERR_CANCELLED: return "cancelled";
    }
    return "unknown status";
}
