/* SPDX-License-Identifier: Apache-2.0 */
/* The threads of one pass: started together, stopped together, first error wins.
 *
 * The caller's thread waits in uncap_job_wait, reports progress and turns cancellation (its token, or a
 * non-zero on_progress) into the job's own token, on which every queue and loop of the pass waits. */
#ifndef UNCAP_PIPELINE_JOB_H
#define UNCAP_PIPELINE_JOB_H

#include <stdint.h>

#include "base/cancel.h"
#include "base/error.h"
#include "uncaption/control.h"

struct uncap_job;

/* stage: static name for progress; total: frames, 0 while unknown. control may be NULL. */
int uncap_job_open(struct uncap_job **out, const char *stage, int64_t total,
                   const struct uncap_control *control, struct uncap_error *err);
/* All threads must have been waited for. */
void uncap_job_close(struct uncap_job **job);

/* The token that stops this job's threads. */
struct uncap_cancel *uncap_job_cancel(struct uncap_job *job);

/* Run fn(opaque) on a thread of its own. A status other than OK stops the whole job. */
int uncap_job_start(struct uncap_job *job, int (*fn)(void *opaque, struct uncap_error *err), void *opaque,
                    struct uncap_error *err);

/* Tell how many frames there will be, once that is known, from any thread. */
void uncap_job_expect(struct uncap_job *job, int64_t total);

/* Count n frames as done, from any thread. */
void uncap_job_advance(struct uncap_job *job, int64_t n);

/* Tell which share of all work is done, 0..1, where frames alone do not tell; the estimate of the time
 * left follows. */
void uncap_job_estimate(struct uncap_job *job, double share);

/* Stop the job with this error, as a thread that fails does (for a failure before all threads have
 * started). */
void uncap_job_fail(struct uncap_job *job, const struct uncap_error *err);

/* Wait for all threads, reporting progress; fills err with the first failure. */
int uncap_job_wait(struct uncap_job *job, struct uncap_error *err);

#endif
