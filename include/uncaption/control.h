/* SPDX-License-Identifier: Apache-2.0 */
/* How a caller watches and stops a running job. */
#ifndef UNCAPTION_CONTROL_H
#define UNCAPTION_CONTROL_H

#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

enum uncap_log_level { UNCAP_LOG_WARNING, UNCAP_LOG_INFO, UNCAP_LOG_DEBUG };

struct uncap_progress {
    const char *stage;   /* "detect", "erase", ...: static string */
    int64_t done, total; /* frames; total is 0 while unknown */
    double elapsed_s;
    double fps;   /* over the last seconds */
    double eta_s; /* < 0 while unknown */
};

/* A token that stops jobs. Thread-safe; not callable from a signal handler. */
struct uncap_cancel;

/* Make a token. Errors: NULL if memory is short. */
struct uncap_cancel *uncap_cancel_open(void);
/* Ask every job that holds the token to stop; returns at once. NULL-safe. */
void uncap_cancel_trigger(struct uncap_cancel *cancel);
/* Free the token after all jobs that hold it have returned. NULL-safe, sets NULL. */
void uncap_cancel_close(struct uncap_cancel **cancel);

/* Zero-initialise; every member is optional.
 *
 * on_progress  runs on the thread that called the job, about ten times a second; non-zero cancels.
 * on_log       may run on any thread, one call at a time.
 */
struct uncap_control {
    void *opaque;
    int (*on_progress)(void *opaque, const struct uncap_progress *progress);
    void (*on_log)(void *opaque, enum uncap_log_level level, const char *line);
    struct uncap_cancel *cancel;
};

#ifdef __cplusplus
}
#endif
#endif
