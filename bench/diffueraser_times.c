/* SPDX-License-Identifier: Apache-2.0 */
/* Seconds per frame (and step) of the engine's networks at full width, in the columns of
 * specs/diffueraser/TIMES.md.
 *
 * bench_diffueraser PART WIDTHxHEIGHT FRAMES THREADS REPEAT [MODELS] [BATCH] [packed]
 * PART     text, vae-encode, vae-decode, brushnet, unet.
 * MODELS   folder of checkpoints in the published layout, mapped; "-" or absent: synthetic weights in memory.
 * BATCH    frames a graph takes at once (4).
 * packed   let ONNX Runtime repack the weights: faster runs, slower start, a second copy in memory. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <time.h>

#include "base/memory.h"
#include "inpaint/diffueraser/files.h"
#include "inpaint/diffueraser/text.h"
#include "inpaint/diffueraser/unet.h"
#include "inpaint/diffueraser/vae.h"
#include "nn/locate.h"
#include "nn/stream.h"

enum { MAX_BOUND = 40 };

struct bench {
    const char *part;
    int w, h, n, threads, repeat, batch;
    bool is_packed;
    struct uncap_runtime *runtime;
    struct uncap_slices *slices;
    struct uncap_diffuser_widths widths;
    struct uncap_checkpoint checkpoint;
    struct uncap_chain *chain;
    float *bound[MAX_BOUND];
    int n_bound;
};

static double seconds(clockid_t clock)
{
    struct timespec t;
    clock_gettime(clock, &t);
    return (double)t.tv_sec + (double)t.tv_nsec * 1e-9;
}

/* Bind n random values under a name. */
static void bind(struct bench *b, const char *name, size_t n)
{
    float *data = uncap_alloc(n, sizeof(*data));
    if (!data || b->n_bound == MAX_BOUND)
        abort();
    uncap_stream_normal(data, n, uncap_stream_seed(UNCAP_STREAM_START, name), 0);
    b->bound[b->n_bound++] = data;
    uncap_chain_bind(b->chain, name, data);
}

static void bind_all(struct bench *b)
{
    const size_t n = (size_t)b->n;
    const size_t pixels = (size_t)b->w * (size_t)b->h;
    const size_t values = pixels / 64;
    if (b->n_bound)
        return;
    bind(b, "image", n * 3 * pixels);
    bind(b, "moments", n * 8 * values);
    bind(b, "z", n * 4 * values);
    bind(b, "latents", n * 4 * values);
    bind(b, "cond", n * 5 * values);
    bind(b, "eps", n * 4 * values);
    bind(b, "sin", (size_t)b->widths.unet[0]);
    bind(b, "text", (size_t)UNCAP_DIFFUSER_TOKENS * (size_t)b->widths.text);
    bind(b, "tokens", (size_t)UNCAP_DIFFUSER_TOKENS * UNCAP_TEXT_WIDTH);
    bind(b, "emb", (size_t)UNCAP_DIFFUSER_TOKENS * UNCAP_TEXT_WIDTH);
    for (int k = 0; k < UNCAP_DIFFUSER_RESIDUALS; k++) {
        char name[16];
        const struct uncap_shape s = uncap_residual_shape(k, &b->widths, b->h / 8, b->w / 8);
        uncap_residual_name(k, name);
        bind(b, name, n * (size_t)(s.dims[0] * s.dims[1] * s.dims[2]));
    }
}

static enum uncap_diffuser_model model_of(const char *part)
{
    return !strcmp(part, "unet")       ? UNCAP_DIFFUSER_UNET
           : !strcmp(part, "brushnet") ? UNCAP_DIFFUSER_BRUSHNET
           : !strcmp(part, "text")     ? UNCAP_DIFFUSER_TEXT
                                       : UNCAP_DIFFUSER_VAE;
}

static int open_chain(struct bench *b, struct uncap_error *err)
{
    const struct uncap_chain_options options = {.runtime = b->runtime,
                                                .weights = b->checkpoint.weights,
                                                .slices = b->slices,
                                                .n = b->n,
                                                .frames = b->n,
                                                .batch = b->batch < b->n ? b->batch : b->n,
                                                .is_lean = !b->is_packed};
    const int rc = uncap_chain_open(&b->chain, &options, err);
    if (rc)
        return rc;
    if (!strcmp(b->part, "unet"))
        uncap_unet_build(b->chain, &b->widths, b->h / 8, b->w / 8, true);
    else if (!strcmp(b->part, "brushnet"))
        uncap_brushnet_build(b->chain, &b->widths, b->h / 8, b->w / 8);
    else if (!strcmp(b->part, "vae-encode"))
        uncap_vae_build_encoder(b->chain, &b->widths, b->h, b->w);
    else if (!strcmp(b->part, "vae-decode"))
        uncap_vae_build_decoder(b->chain, &b->widths, b->h / 8, b->w / 8);
    else
        uncap_text_build(b->chain);
    return uncap_chain_finish(b->chain, err);
}

static int open_weights(struct bench *b, const char *models, struct uncap_error *err)
{
    const enum uncap_diffuser_model model = model_of(b->part);
    struct uncap_diffuser_file file = {.path = NULL};
    if (!models || !strcmp(models, "-"))
        return uncap_checkpoint_synthesise(&b->checkpoint, model, "", &b->widths, NULL, err);
    for (int i = 0; uncap_diffuser_file_at(i, 2, &file) && file.model != model;)
        i++;
    char path[UNCAP_PATH_MAX];
    const int rc = uncap_locate_model(models, file.path, "", path, err);
    return rc ? rc : uncap_checkpoint_open(&b->checkpoint, model, path, &b->widths, err);
}

static int measure(struct bench *b, const char *models, struct uncap_error *err)
{
    double mark_s = seconds(CLOCK_MONOTONIC);
    int rc = open_weights(b, models, err);
    const double weights_s = seconds(CLOCK_MONOTONIC) - mark_s;
    mark_s = seconds(CLOCK_MONOTONIC);
    double cpu_s = seconds(CLOCK_PROCESS_CPUTIME_ID);
    if (!rc)
        rc = open_chain(b, err);
    if (rc)
        return rc;
    printf("| %s | %dx%d | %d | %d | weights %.3f s, open %.3f s (cpu %.3f)", b->part, b->w, b->h, b->n,
           b->threads, weights_s, seconds(CLOCK_MONOTONIC) - mark_s,
           seconds(CLOCK_PROCESS_CPUTIME_ID) - cpu_s);
    bind_all(b);
    for (int k = 0; k <= b->repeat && !rc; k++) { /* the first run touches memory for the first time */
        mark_s = seconds(CLOCK_MONOTONIC);
        cpu_s = seconds(CLOCK_PROCESS_CPUTIME_ID);
        rc = uncap_chain_run(b->chain, NULL, NULL, err);
        printf(" | %.3f s (cpu %.3f)", (seconds(CLOCK_MONOTONIC) - mark_s) / b->n,
               (seconds(CLOCK_PROCESS_CPUTIME_ID) - cpu_s) / b->n);
        fflush(stdout);
    }
    struct rusage usage;
    getrusage(RUSAGE_SELF, &usage);
    printf(" | %.2f GB |\n", (double)usage.ru_maxrss * 1024e-9);
    return rc;
}

int main(int argc, char **argv)
{
    struct bench b = {.widths = uncap_diffuser_widths_full(), .batch = 4};
    struct uncap_error err = {0};
    if (argc < 6 || sscanf(argv[2], "%dx%d", &b.w, &b.h) != 2) {
        fprintf(stderr, "usage: %s PART WIDTHxHEIGHT FRAMES THREADS REPEAT [MODELS|-] [BATCH] [packed]\n",
                argv[0]);
        return 2;
    }
    b.part = argv[1];
    b.n = atoi(argv[3]);
    b.threads = atoi(argv[4]);
    b.repeat = atoi(argv[5]);
    if (argc > 7)
        b.batch = atoi(argv[7]);
    b.is_packed = argc > 8;
    const struct uncap_runtime_options options = {.threads = b.threads, .device = "cpu"};
    int rc = uncap_runtime_open(&b.runtime, &options, &err);
    if (!rc)
        rc = uncap_slices_open(&b.slices, b.threads, &err);
    if (!rc)
        rc = measure(&b, argc > 6 ? argv[6] : NULL, &err);
    if (rc)
        fprintf(stderr, "%s\n", err.message);
    uncap_chain_close(&b.chain);
    for (int k = 0; k < b.n_bound; k++)
        uncap_free(b.bound[k]);
    uncap_checkpoint_close(&b.checkpoint);
    uncap_slices_close(&b.slices);
    uncap_runtime_close(&b.runtime);
    return rc ? 1 : 0;
}
