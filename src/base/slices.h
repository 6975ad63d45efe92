/* SPDX-License-Identifier: Apache-2.0 */
/* A fixed set of worker threads that share out the slices of one piece of work.
 *
 * Which thread runs which slice is open, so a slice's result must depend on its index alone: that is what
 * makes results the same for any thread count. */
#ifndef UNCAP_BASE_SLICES_H
#define UNCAP_BASE_SLICES_H

#include <stdbool.h>

#include "base/error.h"

struct uncap_slices;

/* Start n_threads - 1 workers (the caller is the last one); 1 or less starts none. */
int uncap_slices_open(struct uncap_slices **out, int n_threads, struct uncap_error *err);
void uncap_slices_close(struct uncap_slices **slices);

/* Run fn(opaque, i) for i = 0..n-1 and return when all are done. One call at a time per set.
 * NULL slices: runs on the caller alone. fn must not call uncap_slices_run on the same set. */
void uncap_slices_run(struct uncap_slices *slices, int n, void (*fn)(void *opaque, int i), void *opaque);

/* Hand fn(opaque, i) for i = 0..n-1 to the workers and return; without workers (or a set) it is done on
 * return. The set takes no other call until uncap_slices_wait. */
void uncap_slices_start(struct uncap_slices *slices, int n, void (*fn)(void *opaque, int i), void *opaque);

/* Help with what was started and return when all is done; at once if nothing was. */
void uncap_slices_wait(struct uncap_slices *slices);

/* Is all done that was started? Then uncap_slices_wait returns at once. */
bool uncap_slices_are_done(struct uncap_slices *slices);

int uncap_slices_threads(const struct uncap_slices *slices);

#endif
