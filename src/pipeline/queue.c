/* SPDX-License-Identifier: Apache-2.0 */
#include "pipeline/queue.h"

#include <pthread.h>

#include "base/memory.h"

struct slot {
    void *item;
    size_t bytes;
};

struct uncap_queue {
    pthread_mutex_t lock; /* guards all below */
    pthread_cond_t changed;
    struct slot *slots; /* ring of max_items */
    size_t max_items, max_bytes, first, n, bytes;
    bool is_ended;
    void (*free_item)(void *item);
    struct uncap_cancel *cancel;
    struct uncap_cancel_listener listener;
};

static void wake(void *opaque)
{
    struct uncap_queue *q = opaque;
    pthread_mutex_lock(&q->lock);
    pthread_cond_broadcast(&q->changed);
    pthread_mutex_unlock(&q->lock);
}

int uncap_queue_open(struct uncap_queue **out, size_t max_items, size_t max_bytes,
                     void (*free_item)(void *item), struct uncap_cancel *cancel, struct uncap_error *err)
{
    *out = NULL;
    struct uncap_queue *q = uncap_alloc(1, sizeof(*q));
    struct slot *slots = uncap_alloc(max_items, sizeof(*slots));
    if (!q || !slots) {
        uncap_free(q);
        uncap_free(slots);
        return uncap_fail_nomem(err, "a queue");
    }
    pthread_mutex_init(&q->lock, NULL);
    pthread_cond_init(&q->changed, NULL);
    q->slots = slots;
    q->max_items = max_items;
    q->max_bytes = max_bytes;
    q->free_item = free_item;
    q->cancel = cancel;
    q->listener = (struct uncap_cancel_listener){.wake = wake, .opaque = q};
    uncap_cancel_add(cancel, &q->listener);
    *out = q;
    return UNCAP_OK;
}

void uncap_queue_close(struct uncap_queue **queue)
{
    struct uncap_queue *q = *queue;
    if (!q)
        return;
    uncap_cancel_remove(q->cancel, &q->listener);
    for (size_t i = 0; i < q->n; i++)
        q->free_item(q->slots[(q->first + i) % q->max_items].item);
    pthread_cond_destroy(&q->changed);
    pthread_mutex_destroy(&q->lock);
    uncap_free(q->slots);
    uncap_free(q);
    *queue = NULL;
}

int uncap_queue_push(struct uncap_queue *q, void *item, size_t bytes, struct uncap_error *err)
{
    pthread_mutex_lock(&q->lock);
    while (!uncap_cancelled(q->cancel) && (q->n == q->max_items || (q->n && q->bytes + bytes > q->max_bytes)))
        pthread_cond_wait(&q->changed, &q->lock);
    const int status = uncap_cancel_check(q->cancel, err);
    if (!status) {
        q->slots[(q->first + q->n++) % q->max_items] = (struct slot){item, bytes};
        q->bytes += bytes;
        pthread_cond_broadcast(&q->changed);
    }
    pthread_mutex_unlock(&q->lock);
    return status;
}

void uncap_queue_end(struct uncap_queue *q)
{
    pthread_mutex_lock(&q->lock);
    q->is_ended = true;
    pthread_cond_broadcast(&q->changed);
    pthread_mutex_unlock(&q->lock);
}

int uncap_queue_pop(struct uncap_queue *q, void **item, struct uncap_error *err)
{
    *item = NULL;
    pthread_mutex_lock(&q->lock);
    while (!uncap_cancelled(q->cancel) && !q->n && !q->is_ended)
        pthread_cond_wait(&q->changed, &q->lock);
    const int status = uncap_cancel_check(q->cancel, err);
    if (!status && q->n) {
        const struct slot s = q->slots[q->first];
        *item = s.item;
        q->bytes -= s.bytes;
        q->first = (q->first + 1) % q->max_items;
        q->n--;
        pthread_cond_broadcast(&q->changed);
    }
    pthread_mutex_unlock(&q->lock);
    return status;
}
