/* SPDX-License-Identifier: Apache-2.0 */
#include "base/slices.h"

#include <pthread.h>
#include <stdbool.h>

#include "base/memory.h"

struct uncap_slices {
    pthread_t *workers;
    int n_workers;
    pthread_mutex_t lock; /* guards all below */
    pthread_cond_t work, done;
    void (*fn)(void *opaque, int i);
    void *opaque;
    int next, n, running;
    bool quit;
};

/* Take and run slices until none is left; called with the lock held. */
static void drain(struct uncap_slices *s)
{
    while (s->next < s->n) {
        const int i = s->next++;
        s->running++;
        pthread_mutex_unlock(&s->lock);
        s->fn(s->opaque, i);
        pthread_mutex_lock(&s->lock);
        s->running--;
    }
    if (!s->running)
        pthread_cond_signal(&s->done);
}

static void *worker(void *arg)
{
    struct uncap_slices *s = arg;
    pthread_mutex_lock(&s->lock);
    while (!s->quit) {
        if (s->next < s->n)
            drain(s);
        else
            pthread_cond_wait(&s->work, &s->lock);
    }
    pthread_mutex_unlock(&s->lock);
    return NULL;
}

int uncap_slices_open(struct uncap_slices **out, int n_threads, struct uncap_error *err)
{
    *out = NULL;
    struct uncap_slices *s = uncap_alloc(1, sizeof(*s));
    if (!s)
        return uncap_fail_nomem(err, "worker threads");
    pthread_mutex_init(&s->lock, NULL);
    pthread_cond_init(&s->work, NULL);
    pthread_cond_init(&s->done, NULL);
    const int want = n_threads > 1 ? n_threads - 1 : 0;
    s->workers = uncap_alloc((size_t)want, sizeof(*s->workers));
    if (!s->workers) {
        uncap_slices_close(&s);
        return uncap_fail_nomem(err, "worker threads");
    }
    for (; s->n_workers < want; s->n_workers++) {
        const int cause = pthread_create(&s->workers[s->n_workers], NULL, worker, s);
        if (cause) {
            uncap_slices_close(&s);
            return uncap_fail_cause(err, UNCAP_ERR_NOMEM, cause, "cannot start worker thread %d of %d",
                                    s->n_workers + 1, want);
        }
    }
    *out = s;
    return UNCAP_OK;
}

void uncap_slices_close(struct uncap_slices **slices)
{
    struct uncap_slices *s = *slices;
    if (!s)
        return;
    pthread_mutex_lock(&s->lock);
    s->quit = true;
    pthread_cond_broadcast(&s->work);
    pthread_mutex_unlock(&s->lock);
    for (int i = 0; i < s->n_workers; i++)
        pthread_join(s->workers[i], NULL);
    pthread_cond_destroy(&s->done);
    pthread_cond_destroy(&s->work);
    pthread_mutex_destroy(&s->lock);
    uncap_free(s->workers);
    uncap_free(s);
    *slices = NULL;
}

void uncap_slices_start(struct uncap_slices *s, int n, void (*fn)(void *opaque, int i), void *opaque)
{
    if (!s || !s->n_workers) {
        for (int i = 0; i < n; i++)
            fn(opaque, i);
        return;
    }
    pthread_mutex_lock(&s->lock);
    s->fn = fn;
    s->opaque = opaque;
    s->next = 0;
    s->n = n;
    pthread_cond_broadcast(&s->work);
    pthread_mutex_unlock(&s->lock);
}

void uncap_slices_wait(struct uncap_slices *s)
{
    if (!s)
        return;
    pthread_mutex_lock(&s->lock);
    drain(s);
    while (s->running)
        pthread_cond_wait(&s->done, &s->lock);
    s->n = s->next = 0;
    pthread_mutex_unlock(&s->lock);
}

bool uncap_slices_are_done(struct uncap_slices *s)
{
    if (!s)
        return true;
    pthread_mutex_lock(&s->lock);
    const bool are_done = s->next >= s->n && !s->running;
    pthread_mutex_unlock(&s->lock);
    return are_done;
}

void uncap_slices_run(struct uncap_slices *s, int n, void (*fn)(void *opaque, int i), void *opaque)
{
    /* A single one wakes nobody. */
    uncap_slices_start(n < 2 ? NULL : s, n, fn, opaque);
    uncap_slices_wait(s);
}

int uncap_slices_threads(const struct uncap_slices *slices)
{
    return slices ? slices->n_workers + 1 : 1;
}
