/* SPDX-License-Identifier: Apache-2.0 */
/* Fail the Nth allocation of a pass, for growing N up to the last one: right status, nothing kept, no hang.
 *
 * Usage: fault_allocation CLIP FOLDER                  the two passes with the built-in engine
 *        fault_allocation CLIP FOLDER ENGINE MODELS CAPTIONS    pass 2 with a neural engine
 * FOLDER is empty, and stays empty but for the whole result.
 * The method is sqlite's test_malloc. Linked with --wrap for calloc and free, which base/memory.c
 * alone calls for memory of ours; that also counts what is still held after a pass, so leaks show without a
 * sanitizer. */
#include <dirent.h>
#include <pthread.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "uncaption/uncaption.h"

enum {
    EVERY_ONE_UP_TO = 25,
    MORE_PER_CENT = 14,          /* then N grows by that, so that the whole test stays within minutes */
    NEURAL_EVERY_ONE_UP_TO = 20, /* a neural pass takes seconds */
    NEURAL_MORE_PER_CENT = 5,
    HANG_S = 300,    /* a pass takes about a second, a neural one a few; SIGALRM ends the test */
    SLOTS = 1 << 16, /* of the table of live blocks; far more than a pass holds */
};

void *__real_calloc(size_t count, size_t size);
void __real_free(void *p);
void *__wrap_calloc(size_t count, size_t size);
void __wrap_free(void *p);

/* The allocations of the running pass; guarded by lock. */
static struct {
    pthread_mutex_t lock;
    long n, fail_at; /* 0: none fails */
    bool is_lasting; /* all from fail_at on fail, not that one alone */
    long n_live;
    void *live[SLOTS];
} heap = {.lock = PTHREAD_MUTEX_INITIALIZER};

/* First slot that holds want, from where p belongs on; NULL if there is none. */
static void **find(const void *p, const void *want)
{
    const size_t home = (size_t)((uintptr_t)p >> 6) * 2654435761u;
    for (size_t i = 0; i < SLOTS; i++) {
        void **slot = &heap.live[(home + i) % SLOTS];
        if (*slot == want)
            return slot;
    }
    return NULL;
}

void *__wrap_calloc(size_t count, size_t size)
{
    pthread_mutex_lock(&heap.lock);
    const long n = ++heap.n;
    const bool fails = heap.fail_at && (heap.is_lasting ? n >= heap.fail_at : n == heap.fail_at);
    void *p = fails ? NULL : __real_calloc(count, size);
    if (p) {
        void **slot = find(p, NULL);
        if (!slot)
            abort(); /* SLOTS is too small */
        *slot = p;
        heap.n_live++;
    }
    pthread_mutex_unlock(&heap.lock);
    return p;
}

void __wrap_free(void *p)
{
    pthread_mutex_lock(&heap.lock);
    void **slot = p ? find(p, p) : NULL;
    if (slot) {
        *slot = NULL;
        heap.n_live--;
    }
    pthread_mutex_unlock(&heap.lock);
    __real_free(p);
}

/* One pass over the clip; the same every time it is called. */
struct pass {
    const char *name, *clip, *out;
    const struct uncap_captions *captions;
    const char *engine, *models; /* NULL: the built-in one */
    int every_one_up_to, more_per_cent;
};

static int run_detect(const struct pass *pass, struct uncap_captions **out, struct uncap_error *err)
{
    const struct uncap_detect_options options = {.device = "cpu", .workers = 2};
    return uncap_detect(pass->clip, &options, NULL, out, NULL, err);
}

static int run_pass(const struct pass *pass, struct uncap_error *err)
{
    if (pass->captions) {
        const bool is_propainter = pass->engine && !strcmp(pass->engine, "propainter");
        const char *const settings[] = {is_propainter ? "raft-iter=1" : "nframes=4",
                                        is_propainter ? "context=0" : "dilation=1", NULL};
        const struct uncap_erase_options options = {.device = "cpu",
                                                    .threads = 2,
                                                    .encoder = "ffv1",
                                                    .engine = pass->engine,
                                                    .prior = pass->engine && !is_propainter ? "flow" : NULL,
                                                    .models = pass->models,
                                                    .max_memory_bytes = pass->engine ? (uint64_t)3 << 30 : 0,
                                                    .engine_options = pass->engine ? settings : NULL};
        struct uncap_report report = {.n_frames = 0};
        const int status = uncap_erase(pass->clip, pass->captions, pass->out, &options, NULL, &report, err);
        uncap_report_clear(&report);
        return status;
    }
    struct uncap_captions *captions = NULL;
    const int status = run_detect(pass, &captions, err);
    uncap_captions_close(&captions);
    return status;
}

static bool is_empty(const char *folder)
{
    DIR *dir = opendir(folder);
    bool empty = dir != NULL;
    for (struct dirent *e = dir ? readdir(dir) : NULL; e; e = readdir(dir))
        empty = empty && (!strcmp(e->d_name, ".") || !strcmp(e->d_name, ".."));
    if (dir)
        closedir(dir);
    return empty;
}

/* Run the pass with its n-th allocation failing; returns what is wrong with how it ended, or NULL. */
static const char *try_failure(const struct pass *pass, const char *folder, long n, bool is_lasting,
                               int *status)
{
    struct uncap_error err = {.status = UNCAP_OK};
    const long live_before = heap.n_live;
    heap.n = 0;
    heap.is_lasting = is_lasting;
    heap.fail_at = n;
    alarm(HANG_S);
    *status = run_pass(pass, &err);
    alarm(0);
    heap.fail_at = 0;
    if (heap.n_live != live_before)
        return "memory of ours is still held";
    if (*status == UNCAP_OK) /* an allocation that only makes something faster may fail unseen */
        return is_lasting && n < heap.n ? "it claims success without any memory" : (unlink(pass->out), NULL);
    if (*status != UNCAP_ERR_NOMEM || err.status != UNCAP_ERR_NOMEM)
        return "the status is not 'out of memory'";
    if (!err.message[0])
        return "there is no message";
    return is_empty(folder) ? NULL : "a file was left behind";
}

static int fail_each(const struct pass *pass, const char *folder)
{
    int status;
    struct uncap_error err = {.status = UNCAP_OK};
    if (run_pass(pass, &err)) { /* warms up what is kept for the process */
        printf("%s without a failure: %s\n", pass->name, err.message);
        return 1;
    }
    const char *wrong = try_failure(pass, folder, 0, false, &status);
    if (wrong || status) {
        printf("%s, second run without a failure: status %d, %s\n", pass->name, status,
               wrong ? wrong : "failed");
        return 1;
    }
    const long total = heap.n;
    int n_runs = 0;
    int n_wrong = 0;
    for (long n = 1; n <= total; n += n < pass->every_one_up_to ? 1 : n * pass->more_per_cent / 100) {
        for (int lasting = 0; lasting < 2; lasting++, n_runs++) {
            wrong = try_failure(pass, folder, n, lasting, &status);
            if (wrong) {
                printf("%s, allocation %ld%s of %ld fails: status %d, %s\n", pass->name, n,
                       lasting ? " and all after it" : "", total, status, wrong);
                n_wrong++;
            }
        }
    }
    printf("%s: %d runs with a failing allocation among %ld, %d wrong\n", pass->name, n_runs, total, n_wrong);
    return n_wrong > 0;
}

/* Captions of the clip, from a file if one is named; NULL: there are none to remove. */
static struct uncap_captions *find_captions(const struct pass *pass, const char *file)
{
    struct uncap_captions *captions = NULL;
    struct uncap_error err = {.status = UNCAP_OK};
    const int status = file ? uncap_captions_load(file, &captions, &err) : run_detect(pass, &captions, &err);
    if (status || !uncap_captions_count_removed(captions)) {
        printf("no captions to erase: %s\n", err.message);
        uncap_captions_close(&captions);
    }
    return captions;
}

int main(int argc, char **argv)
{
    if (argc != 3 && argc != 6)
        return 2;
    setvbuf(stdout, NULL, _IONBF, 0); /* a hang ends by a signal, and what was said must be seen */
    uncap_silence_libraries();
    char out[4096];
    snprintf(out, sizeof(out), "%s/result.mkv", argv[2]);
    struct pass pass = {.name = "detect",
                        .clip = argv[1],
                        .out = out,
                        .every_one_up_to = EVERY_ONE_UP_TO,
                        .more_per_cent = MORE_PER_CENT};
    int failed = argc == 3 ? fail_each(&pass, argv[2]) : 0;
    struct uncap_captions *captions = find_captions(&pass, argc == 6 ? argv[5] : NULL);
    if (!captions)
        return 1;
    pass.name = "erase";
    pass.captions = captions;
    if (argc == 6) {
        pass.name = pass.engine = argv[3];
        pass.models = argv[4];
        pass.every_one_up_to = NEURAL_EVERY_ONE_UP_TO;
        pass.more_per_cent = NEURAL_MORE_PER_CENT;
    }
    failed |= fail_each(&pass, argv[2]);
    uncap_captions_close(&captions);
    return failed;
}
