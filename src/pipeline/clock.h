/* SPDX-License-Identifier: Apache-2.0 */
/* Monotonic seconds, for progress and reports alone; no result depends on them. */
#ifndef UNCAP_PIPELINE_CLOCK_H
#define UNCAP_PIPELINE_CLOCK_H

#include <time.h>

static inline double uncap_clock_s(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
}

#endif
