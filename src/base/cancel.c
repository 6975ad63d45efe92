/* SPDX-License-Identifier: Apache-2.0 */
#include "base/cancel.h"

#include <pthread.h>
#include <stdatomic.h>

#include "base/memory.h"

struct uncap_cancel {
    atomic_bool triggered;
    pthread_mutex_t lock; /* guards listeners */
    struct uncap_cancel_listener *listeners;
};

struct uncap_cancel *uncap_cancel_open(void)
{
    struct uncap_cancel *c = uncap_alloc(1, sizeof(*c));
    if (!c)
        return NULL;
    if (pthread_mutex_init(&c->lock, NULL)) {
        uncap_free(c);
        return NULL;
    }
    return c;
}

void uncap_cancel_trigger(struct uncap_cancel *cancel)
{
    if (!cancel || atomic_exchange(&cancel->triggered, true))
        return;
    pthread_mutex_lock(&cancel->lock);
    for (struct uncap_cancel_listener *l = cancel->listeners; l; l = l->next)
        l->wake(l->opaque);
    pthread_mutex_unlock(&cancel->lock);
}

void uncap_cancel_close(struct uncap_cancel **cancel)
{
    if (!*cancel)
        return;
    pthread_mutex_destroy(&(*cancel)->lock);
    uncap_free(*cancel);
    *cancel = NULL;
}

bool uncap_cancelled(const struct uncap_cancel *cancel)
{
    return cancel && atomic_load_explicit(&cancel->triggered, memory_order_relaxed);
}

int uncap_cancel_check(const struct uncap_cancel *cancel, struct uncap_error *err)
{
    return uncap_cancelled(cancel) ? uncap_fail(err, UNCAP_ERR_CANCELLED, "cancelled") : UNCAP_OK;
}

void uncap_cancel_add(struct uncap_cancel *cancel, struct uncap_cancel_listener *listener)
{
    if (!cancel)
        return;
    pthread_mutex_lock(&cancel->lock);
    listener->next = cancel->listeners;
    cancel->listeners = listener;
    if (atomic_load(&cancel->triggered))
        listener->wake(listener->opaque);
    pthread_mutex_unlock(&cancel->lock);
}

void uncap_cancel_remove(struct uncap_cancel *cancel, struct uncap_cancel_listener *listener)
{
    if (!cancel)
        return;
    pthread_mutex_lock(&cancel->lock);
    for (struct uncap_cancel_listener **l = &cancel->listeners; *l; l = &(*l)->next)
        if (*l == listener) {
            *l = listener->next;
            break;
        }
    pthread_mutex_unlock(&cancel->lock);
}
