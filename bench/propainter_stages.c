/* SPDX-License-Identifier: Apache-2.0 */
/* Seconds of ProPainter's stages on synthetic weights, row by row the same as the PyTorch times of the
 * specification (torch/times.py): run both one after the other on a quiet machine and take ratios from that
 * alone.
 *
 *     bench_propainter [--size 432x240] [--threads 2] [--repeat 3] [--only TEXT]
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <time.h>

#include "base/memory.h"
#include "base/slices.h"
#include "inpaint/propainter/flow_completion.h"
#include "inpaint/propainter/generator.h"
#include "inpaint/propainter/image_propagation.h"
#include "inpaint/propainter/manifest.h"
#include "inpaint/propainter/raft.h"
#include "inpaint/propainter/synth.h"
#include "nn/runtime.h"

enum { FRAMES = 20, LOCAL = 11, MOST = LOCAL + 7 };

struct bench {
    int w, h, threads, repeat;
    const char *only;
    struct uncap_runtime *runtime;
    struct uncap_slices *slices;
    struct uncap_weights *weights[3];
    struct uncap_raft *raft;
    struct uncap_flow_completion *completion;
    struct uncap_generator *generator;
    float *frames, *masks, *flow_f, *flow_b; /* [FRAMES][3], [FRAMES], [FRAMES-1][2] planes */
    float *scratch, *scratch_masks, *flow;
    float *features[MOST];
    struct uncap_raft_frame seen[2];
    int iterations, references;
};

static void check(int status, const struct uncap_error *err)
{
    if (!status)
        return;
    fprintf(stderr, "%s\n", err->message);
    exit(1);
}

static double seconds(clockid_t clock)
{
    struct timespec t;
    clock_gettime(clock, &t);
    return (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
}

static int by_value(const void *a, const void *b)
{
    const double d = *(const double *)a - *(const double *)b;
    return d < 0 ? -1 : d > 0;
}

/* Median wall and CPU seconds of fn, divided by per. */
static double measure(struct bench *b, const char *name, void (*fn)(struct bench *b), int per)
{
    double wall[32];
    double cpu[32];
    if (!strstr(name, b->only))
        return 0;
    fn(b);
    for (int i = 0; i < b->repeat; i++) {
        const double w = seconds(CLOCK_MONOTONIC);
        const double c = seconds(CLOCK_PROCESS_CPUTIME_ID);
        fn(b);
        wall[i] = (seconds(CLOCK_MONOTONIC) - w) / per;
        cpu[i] = (seconds(CLOCK_PROCESS_CPUTIME_ID) - c) / per;
    }
    qsort(wall, (size_t)b->repeat, sizeof(*wall), by_value);
    qsort(cpu, (size_t)b->repeat, sizeof(*cpu), by_value);
    printf("| %s | %.3f | %.3f | %.3f |\n", name, wall[b->repeat / 2], wall[0], cpu[b->repeat / 2]);
    fflush(stdout);
    return wall[b->repeat / 2];
}

static size_t plane(const struct bench *b)
{
    return (size_t)b->w * (size_t)b->h;
}

static void run_pair(struct bench *b)
{
    struct uncap_error err = {0};
    struct uncap_raft_frame f[2];
    for (size_t i = 0; i < 2; i++)
        check(uncap_raft_look(b->raft, b->frames + i * 3 * plane(b), b->h, b->w, &f[i], NULL, &err), &err);
    check(uncap_raft_flow(b->raft, &f[0], &f[1], b->iterations, b->flow, NULL, NULL, &err), &err);
    uncap_raft_frame_close(&f[0]);
    uncap_raft_frame_close(&f[1]);
}

static void run_look(struct bench *b)
{
    struct uncap_error err = {0};
    struct uncap_raft_frame f;
    check(uncap_raft_look(b->raft, b->frames, b->h, b->w, &f, NULL, &err), &err);
    uncap_raft_frame_close(&f);
}

static void run_flow(struct bench *b)
{
    struct uncap_error err = {0};
    check(uncap_raft_flow(b->raft, &b->seen[0], &b->seen[1], b->iterations, b->flow, NULL, NULL, &err), &err);
}

static void run_correlation(struct bench *b)
{
    struct uncap_error err = {0};
    struct uncap_correlation c;
    check(uncap_raft_correlate(b->raft, &b->seen[0], &b->seen[1], &c, NULL, &err), &err);
    uncap_correlation_close(&c);
}

static void run_completion(struct bench *b)
{
    struct uncap_error err = {0};
    const size_t n = (FRAMES - 1) * 2 * plane(b);
    memcpy(b->scratch, b->flow_f, n * sizeof(float));
    memcpy(b->flow, b->flow_b, n * sizeof(float));
    check(uncap_flow_completion_run(b->completion, b->scratch, b->flow, b->masks, FRAMES, b->h, b->w, NULL,
                                    &err),
          &err);
}

static void run_images(struct bench *b)
{
    struct uncap_error err = {0};
    memcpy(b->scratch, b->frames, FRAMES * 3 * plane(b) * sizeof(float));
    memcpy(b->scratch_masks, b->masks, FRAMES * plane(b) * sizeof(float));
    check(uncap_propagate_images(b->scratch, b->scratch_masks, b->flow_f, b->flow_b, FRAMES, b->h, b->w,
                                 b->slices, NULL, NULL, &err),
          &err);
}

static void run_encoder(struct bench *b)
{
    struct uncap_error err = {0};
    check(uncap_generator_encode(b->generator, b->frames, b->masks, b->masks, b->h, b->w, b->features[0],
                                 NULL, &err),
          &err);
}

static void run_window(struct bench *b)
{
    struct uncap_error err = {0};
    const float *masks[LOCAL];
    for (int i = 0; i < LOCAL; i++)
        masks[i] = b->masks + (size_t)i * plane(b);
    const struct uncap_generator_window win = {LOCAL + b->references,
                                               LOCAL,
                                               b->h,
                                               b->w,
                                               (const float *const *)b->features,
                                               masks,
                                               masks,
                                               b->flow_f,
                                               b->flow_b,
                                               false};
    check(uncap_generator_fill(b->generator, &win, b->scratch, NULL, &err), &err);
}

static void run_decoder(struct bench *b)
{
    struct uncap_error err = {0};
    check(uncap_generator_decode(b->generator, b->features[0], b->h / 4, b->w / 4, b->scratch, NULL, &err),
          &err);
}

/* The same kind of scene as times.py: a texture that drifts, a caption over the lower fifth, flows of two
 * pixels. */
static void make_scene(struct bench *b)
{
    const size_t p = plane(b);
    b->frames = uncap_alloc(FRAMES * 3, p * sizeof(float));
    b->masks = uncap_alloc(FRAMES, p * sizeof(float));
    b->flow_f = uncap_alloc(FRAMES * 2, p * sizeof(float));
    b->flow_b = uncap_alloc(FRAMES * 2, p * sizeof(float));
    b->scratch = uncap_alloc(FRAMES * 3, p * sizeof(float));
    b->scratch_masks = uncap_alloc(FRAMES, p * sizeof(float));
    b->flow = uncap_alloc(FRAMES * 2, p * sizeof(float));
    for (size_t i = 0; i < FRAMES * p; i++) {
        const int t = (int)(i / p);
        const int y = (int)(i % p) / b->w;
        const int x = (int)(i % p) % b->w;
        for (size_t c = 0; c < 3; c++) {
            const int u = (x + 2 * t) / 8 * 13 + (int)c * 7;
            const int v = (y + t) / 8 * 29;
            b->frames[((size_t)t * 3 + c) * p + i % p] = (float)((u * u + v * v) % 251) / 125.0f - 1.0f;
        }
        b->masks[i] =
            y >= b->h * 3 / 4 && y < b->h * 93 / 100 && x >= b->w / 10 && x < b->w * 9 / 10 ? 1.0f : 0.0f;
        if (t < FRAMES - 1)
            for (size_t c = 0; c < 2; c++) {
                const float flow = (c ? -1.0f : -2.0f) + 0.3f * (float)(t % 3 - 1);
                b->flow_f[((size_t)t * 2 + c) * p + i % p] = flow;
                b->flow_b[((size_t)t * 2 + c) * p + i % p] = -flow;
            }
    }
}

static void open_bench(struct bench *b)
{
    static const char *const *const manifests[] = {uncap_propainter_raft_manifest,
                                                   uncap_propainter_flow_completion_manifest,
                                                   uncap_propainter_generator_manifest};
    struct uncap_error err = {0};
    check(uncap_runtime_open(&b->runtime, &(struct uncap_runtime_options){.threads = b->threads}, &err),
          &err);
    check(uncap_slices_open(&b->slices, b->threads, &err), &err);
    for (int i = 0; i < 3; i++)
        check(uncap_propainter_synth(&b->weights[i], manifests[i], "synthetic", "#7", &err), &err);
    check(uncap_raft_open(&b->raft, b->runtime, b->weights[0], b->slices, NULL, &err), &err);
    check(uncap_flow_completion_open(&b->completion, b->runtime, b->weights[1], NULL, &err), &err);
    check(uncap_generator_open(&b->generator, b->runtime, b->weights[2], b->slices, NULL, &err), &err);
    make_scene(b);
    for (size_t i = 0; i < 2; i++)
        check(uncap_raft_look(b->raft, b->frames + i * 3 * plane(b), b->h, b->w, &b->seen[i], NULL, &err),
              &err);
    for (size_t i = 0; i < MOST; i++) {
        b->features[i] = uncap_alloc(8, plane(b) * sizeof(float));
        check(uncap_generator_encode(b->generator, b->frames + i * 3 * plane(b), b->masks, b->masks, b->h,
                                     b->w, b->features[i], NULL, &err),
              &err);
    }
}

static void run_bench(struct bench *b)
{
    printf("\n%dx%d, %d thread(s), %s, ONNX Runtime %s\n\n| stage | wall s | fastest | CPU s "
           "|\n|---|---|---|---|\n",
           b->w, b->h, b->threads, uncap_runtime_device(b->runtime), uncap_runtime_version(b->runtime));
    b->iterations = 20;
    const double pair20 = measure(b, "RAFT, directed pair, 20 iterations", run_pair, 1);
    b->iterations = 8;
    measure(b, "RAFT, directed pair, 8 iterations", run_pair, 1);
    const double look = measure(b, "RAFT, fnet and cnet of one frame", run_look, 1);
    measure(b, "RAFT, correlation pyramid of one pair", run_correlation, 1);
    b->iterations = 20;
    const double flow = measure(b, "RAFT, correlation, 20 updates and one upsampling", run_flow, 1);
    const double completion =
        measure(b, "flow completion, both directions, per frame", run_completion, FRAMES);
    const double images = measure(b, "image propagation, per frame", run_images, FRAMES);
    const double encoder = measure(b, "generator encoder, per frame", run_encoder, 1);
    measure(b, "generator decoder, per local frame", run_decoder, 1);
    static const int references[] = {1, 7};
    for (int i = 0; i < 2; i++) {
        char name[80];
        b->references = references[i];
        snprintf(name, sizeof(name), "whole window of 11 + %d, features given", b->references);
        const double window = measure(b, name, run_window, 1);
        printf("| total per output frame, a window per 5, + %d | %.2f | | |\n", b->references,
               look + 2 * flow + completion + images + encoder + window / 5);
    }
    struct rusage use;
    getrusage(RUSAGE_SELF, &use);
    printf("\n(a directed pair by itself: %.3f s) peak resident memory: %ld MiB\n", pair20,
           use.ru_maxrss / 1024);
}

static void close_bench(struct bench *b)
{
    float *const all[] = {b->frames, b->masks, b->flow_f, b->flow_b, b->scratch, b->scratch_masks, b->flow};
    for (size_t i = 0; i < sizeof(all) / sizeof(*all); i++)
        uncap_free(all[i]);
    for (int i = 0; i < MOST; i++)
        uncap_free(b->features[i]);
    uncap_raft_frame_close(&b->seen[0]);
    uncap_raft_frame_close(&b->seen[1]);
    uncap_generator_close(&b->generator);
    uncap_flow_completion_close(&b->completion);
    uncap_raft_close(&b->raft);
    for (int i = 0; i < 3; i++)
        uncap_weights_close(&b->weights[i]);
    uncap_slices_close(&b->slices);
    uncap_runtime_close(&b->runtime);
}

int main(int argc, char **argv)
{
    struct bench b = {.w = 432, .h = 240, .threads = 2, .repeat = 3, .only = ""};
    for (int i = 1; i + 1 < argc; i += 2) {
        if (!strcmp(argv[i], "--size") && sscanf(argv[i + 1], "%dx%d", &b.w, &b.h) == 2)
            continue;
        if (!strcmp(argv[i], "--threads"))
            b.threads = atoi(argv[i + 1]);
        else if (!strcmp(argv[i], "--repeat"))
            b.repeat = atoi(argv[i + 1]);
        else if (!strcmp(argv[i], "--only"))
            b.only = argv[i + 1];
    }
    if (b.w % 8 || b.h % 8 || b.w < 128 || b.h < 128 || b.threads < 1 || b.repeat < 1 || b.repeat > 32) {
        fprintf(stderr, "sizes are multiples of 8, at least 128; threads 1 or more; repeat 1..32\n");
        return 2;
    }
    open_bench(&b);
    run_bench(&b);
    close_bench(&b);
    return 0;
}
