/* SPDX-License-Identifier: Apache-2.0 */
/* How many threads to use. */
#ifndef UNCAP_PIPELINE_THREADS_H
#define UNCAP_PIPELINE_THREADS_H

#include <unistd.h>

/* asked, or one per processor when that is 0. At least 1. */
static inline int uncap_threads(int asked)
{
    if (asked > 0)
        return asked;
    const long n = sysconf(_SC_NPROCESSORS_ONLN);
    return n > 0 ? (int)n : 1;
}

#endif
