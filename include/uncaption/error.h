/* SPDX-License-Identifier: Apache-2.0 */
/* What went wrong, for a program (status) and for a person (message). */
#ifndef UNCAPTION_ERROR_H
#define UNCAPTION_ERROR_H

#ifdef __cplusplus
extern "C" {
#endif

enum uncap_status {
    UNCAP_OK = 0,
    UNCAP_ERR_NOMEM = -1,       /* an allocation failed, or --max-memory is too small */
    UNCAP_ERR_ARG = -2,         /* the caller asked for something that makes no sense */
    UNCAP_ERR_IO = -3,          /* a file could not be opened, read, written or renamed */
    UNCAP_ERR_MEDIA = -4,       /* not a video, damaged, or no decoder for it */
    UNCAP_ERR_MODEL = -5,       /* a model file is missing, damaged or of another network */
    UNCAP_ERR_BACKEND = -6,     /* ONNX Runtime or an encoder is missing or refused to work */
    UNCAP_ERR_UNSUPPORTED = -7, /* valid, but this build cannot do it */
    UNCAP_ERR_CANCELLED = -8,   /* the caller cancelled; nothing is left behind */
};

/* Filled by the leaf that failed. Zero-initialise before the call.
 *
 * message  what was attempted, on what, why it failed, what to do. UTF-8.
 * cause    errno or the library's own code, 0 if there is none.
 */
struct uncap_error {
    enum uncap_status status;
    int cause;
    char message[1024];
};

/* Name a status: "ok", "out of memory", ... Never NULL. */
const char *uncap_status_name(enum uncap_status status);

#ifdef __cplusplus
}
#endif
#endif
