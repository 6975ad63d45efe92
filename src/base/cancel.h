/* SPDX-License-Identifier: Apache-2.0 */
/* Inside of the cancel token: a flag to poll, and listeners that wake what waits. */
#ifndef UNCAP_BASE_CANCEL_H
#define UNCAP_BASE_CANCEL_H

#include <stdbool.h>

#include "base/error.h"
#include "uncaption/control.h"

/* True once triggered. Cheap: one relaxed load. NULL-safe (false). */
bool uncap_cancelled(const struct uncap_cancel *cancel);

/* CANCELLED with a message if triggered, else OK. For loops over frames. */
int uncap_cancel_check(const struct uncap_cancel *cancel, struct uncap_error *err);

/* A wake-up. The caller keeps the node alive between add and remove; wake runs on the triggering thread,
 * at once if the token is triggered already, and must not add or remove listeners. NULL cancel: nothing
 * happens. */
struct uncap_cancel_listener {
    void (*wake)(void *opaque);
    void *opaque;
    struct uncap_cancel_listener *next;
};

void uncap_cancel_add(struct uncap_cancel *cancel, struct uncap_cancel_listener *listener);
void uncap_cancel_remove(struct uncap_cancel *cancel, struct uncap_cancel_listener *listener);

#endif
