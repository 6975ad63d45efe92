/* SPDX-License-Identifier: Apache-2.0 */
/* Bounded hand-over between one producer and one consumer thread. Items move; they are never copied.
 *
 * Bounded by items and by bytes; may overshoot the bytes by one item, so that a large item always fits.
 * Every wait ends when the cancel token is triggered. */
#ifndef UNCAP_PIPELINE_QUEUE_H
#define UNCAP_PIPELINE_QUEUE_H

#include <stddef.h>

#include "base/cancel.h"
#include "base/error.h"

struct uncap_queue;

/* free_item frees what is left in the queue when it is closed. cancel may be NULL. */
int uncap_queue_open(struct uncap_queue **out, size_t max_items, size_t max_bytes,
                     void (*free_item)(void *item), struct uncap_cancel *cancel, struct uncap_error *err);
void uncap_queue_close(struct uncap_queue **queue);

/* Hand over item (not NULL), waiting for room. On failure (CANCELLED) the item stays the caller's. */
int uncap_queue_push(struct uncap_queue *queue, void *item, size_t bytes, struct uncap_error *err);

/* No more items will come; the consumer gets NULL after the last one. Not for a producer that failed: its
 * consumer would take what came for all there is, and finish, before the failure has cancelled the job. */
void uncap_queue_end(struct uncap_queue *queue);

/* Take the oldest item, waiting for one; *item is NULL at the end. Errors: CANCELLED. */
int uncap_queue_pop(struct uncap_queue *queue, void **item, struct uncap_error *err);

#endif
