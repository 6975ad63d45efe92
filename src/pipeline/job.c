/* SPDX-License-Identifier: Apache-2.0 */
#include "pipeline/job.h"

#include <errno.h>
#include <pthread.h>
#include <stdatomic.h>
#include <string.h>

#include "base/memory.h"
#include "pipeline/clock.h"

enum { MAX_THREADS = 8, TICK_MS = 100, SPEED_TICKS = 30 };

struct thread {
    pthread_t id;
    struct uncap_job *job;
    int (*fn)(void *opaque, struct uncap_error *err);
    void *opaque;
};

struct uncap_job {
    const struct uncap_control *control;
    struct uncap_cancel *cancel;
    struct uncap_cancel_listener caller; /* the caller's token triggers ours */
    struct thread threads[MAX_THREADS];
    int n_threads;
    pthread_mutex_t lock; /* guards n_running and first */
    pthread_cond_t finished;
    int n_running;
    struct uncap_error first;
    const char *stage;
    atomic_llong total, done;
    atomic_int share_ppm; /* of the work, in millionths; 0: frames tell */
    double started_s;
    int64_t recent[SPEED_TICKS]; /* done at the last ticks, for the speed */
    double recent_s[SPEED_TICKS];
    int n_ticks;
};

static void trigger(void *opaque)
{
    uncap_cancel_trigger(opaque);
}

int uncap_job_open(struct uncap_job **out, const char *stage, int64_t total,
                   const struct uncap_control *control, struct uncap_error *err)
{
    *out = NULL;
    struct uncap_job *job = uncap_alloc(1, sizeof(*job));
    struct uncap_cancel *cancel = uncap_cancel_open();
    if (!job || !cancel) {
        uncap_free(job);
        uncap_cancel_close(&cancel);
        return uncap_fail_nomem(err, "the job");
    }
    job->control = control;
    job->cancel = cancel;
    job->stage = stage;
    atomic_init(&job->total, total);
    job->started_s = uncap_clock_s();
    pthread_mutex_init(&job->lock, NULL);
    pthread_condattr_t attributes;
    pthread_condattr_init(&attributes);
    pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC);
    pthread_cond_init(&job->finished, &attributes);
    pthread_condattr_destroy(&attributes);
    job->caller = (struct uncap_cancel_listener){.wake = trigger, .opaque = cancel};
    uncap_cancel_add(control ? control->cancel : NULL, &job->caller);
    *out = job;
    return UNCAP_OK;
}

void uncap_job_close(struct uncap_job **job)
{
    if (!*job)
        return;
    const struct uncap_control *control = (*job)->control;
    uncap_cancel_remove(control ? control->cancel : NULL, &(*job)->caller);
    pthread_cond_destroy(&(*job)->finished);
    pthread_mutex_destroy(&(*job)->lock);
    uncap_cancel_close(&(*job)->cancel);
    uncap_free(*job);
    *job = NULL;
}

struct uncap_cancel *uncap_job_cancel(struct uncap_job *job)
{
    return job->cancel;
}

void uncap_job_fail(struct uncap_job *job, const struct uncap_error *err)
{
    pthread_mutex_lock(&job->lock);
    if (!job->first.status)
        job->first = *err;
    pthread_mutex_unlock(&job->lock);
    uncap_cancel_trigger(job->cancel);
}

static void *run(void *arg)
{
    struct thread *t = arg;
    struct uncap_error err = {.status = UNCAP_OK};
    const int status = t->fn(t->opaque, &err);
    if (status) {
        if (!err.status)
            uncap_fail(&err, status, "%s", uncap_status_name(status));
        uncap_job_fail(t->job, &err);
    }
    pthread_mutex_lock(&t->job->lock);
    t->job->n_running--;
    pthread_cond_signal(&t->job->finished);
    pthread_mutex_unlock(&t->job->lock);
    return NULL;
}

int uncap_job_start(struct uncap_job *job, int (*fn)(void *opaque, struct uncap_error *err), void *opaque,
                    struct uncap_error *err)
{
    if (job->n_threads == MAX_THREADS)
        return uncap_fail(err, UNCAP_ERR_ARG, "a job has at most %d threads", MAX_THREADS);
    struct thread *t = &job->threads[job->n_threads];
    *t = (struct thread){.job = job, .fn = fn, .opaque = opaque};
    pthread_mutex_lock(&job->lock);
    job->n_running++;
    pthread_mutex_unlock(&job->lock);
    const int cause = pthread_create(&t->id, NULL, run, t);
    if (cause) {
        pthread_mutex_lock(&job->lock);
        job->n_running--;
        pthread_mutex_unlock(&job->lock);
        return uncap_fail_cause(err, UNCAP_ERR_NOMEM, cause, "cannot start a thread: %s", strerror(cause));
    }
    job->n_threads++;
    return UNCAP_OK;
}

void uncap_job_expect(struct uncap_job *job, int64_t total)
{
    atomic_store(&job->total, total);
}

void uncap_job_advance(struct uncap_job *job, int64_t n)
{
    atomic_fetch_add(&job->done, n);
}

void uncap_job_estimate(struct uncap_job *job, double share)
{
    atomic_store(&job->share_ppm, (int)(share * 1e6));
}

static struct uncap_progress measure(struct uncap_job *job)
{
    const double now_s = uncap_clock_s();
    const int64_t done = atomic_load(&job->done), total = atomic_load(&job->total);
    const int slot = job->n_ticks % SPEED_TICKS;
    const int oldest = job->n_ticks < SPEED_TICKS ? 0 : slot;
    struct uncap_progress p = {.stage = job->stage, .done = done, .total = total, .eta_s = -1};
    p.elapsed_s = now_s - job->started_s;
    const double since_s = job->n_ticks ? job->recent_s[oldest] : job->started_s;
    const int64_t since = job->n_ticks ? job->recent[oldest] : 0;
    if (now_s > since_s)
        p.fps = (double)(done - since) / (now_s - since_s);
    if (total && done > 0 && p.elapsed_s > 0)
        p.eta_s = (double)(total - done) * p.elapsed_s / (double)done;
    const double share = (double)atomic_load(&job->share_ppm) * 1e-6;
    if (share > 0.0 && done < total) /* the share is the window under way; there is none at the end */
        p.eta_s = p.elapsed_s * (1.0 - share) / share;
    job->recent[slot] = done;
    job->recent_s[slot] = now_s;
    job->n_ticks++;
    return p;
}

static void report(struct uncap_job *job)
{
    const struct uncap_control *c = job->control;
    if (!c || !c->on_progress)
        return;
    const struct uncap_progress p = measure(job);
    if (c->on_progress(c->opaque, &p) && !uncap_cancelled(job->cancel)) {
        struct uncap_error err = {.status = UNCAP_OK};
        uncap_fail(&err, UNCAP_ERR_CANCELLED, "cancelled");
        uncap_job_fail(job, &err);
    }
}

static void wait_tick(struct uncap_job *job)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    t.tv_nsec += TICK_MS * 1000000L;
    t.tv_sec += t.tv_nsec / 1000000000L;
    t.tv_nsec %= 1000000000L;
    pthread_cond_timedwait(&job->finished, &job->lock, &t);
}

int uncap_job_wait(struct uncap_job *job, struct uncap_error *err)
{
    pthread_mutex_lock(&job->lock);
    while (job->n_running) {
        wait_tick(job);
        pthread_mutex_unlock(&job->lock);
        report(job);
        pthread_mutex_lock(&job->lock);
    }
    pthread_mutex_unlock(&job->lock);
    for (int i = 0; i < job->n_threads; i++)
        pthread_join(job->threads[i].id, NULL);
    job->n_threads = 0;
    if (err && job->first.status)
        *err = job->first;
    return job->first.status;
}
