/* SPDX-License-Identifier: Apache-2.0 */
#include "inpaint/propainter/engine.h"

#include <string.h>

#include "base/log.h"
#include "base/memory.h"
#include "inpaint/engine_option.h"
#include "inpaint/propainter/crop.h"
#include "inpaint/propainter/files.h"
#include "inpaint/propainter/propainter.h"
#include "nn/runtime.h"

enum {
    MARGIN = 64, /* luma pixels of surroundings: flow needs structure around the hole */
    LEAST_CORE = 8,
    /* Checkpoints, mapped and unaligned ones copied, and what ONNX Runtime packs for its kernels: 590 MB
       measured. */
    FIXED_BYTES = 640 << 20,
};

static const char NAME[] = "propainter";

struct engine {
    struct uncap_propainter_rule rule;
    int dilation, context;
    struct uncap_runtime *runtime;
    struct uncap_propainter_files files;
    struct uncap_propainter *networks;
};

static int read_settings(struct engine *e, const struct uncap_erase_options *o, struct uncap_error *err)
{
    e->rule = uncap_propainter_default_rule();
    e->dilation = 4;
    e->context = 10;
    const struct {
        const char *key;
        int min, max, *value;
    } numbers[] = {
        {"raft-iter", 1, 64, &e->rule.raft_iterations},
        {"neighbor-length", 2, 40, &e->rule.window.neighbour_length},
        {"ref-stride", 1, 100, &e->rule.window.ref_stride},
        {"subvideo-length", 10, 200, &e->rule.window.subvideo_length},
        {"dilation", 0, 64, &e->dilation},
        {"context", 0, 40, &e->context},
    };
    enum { N = sizeof(numbers) / sizeof(*numbers) };
    const char *keys[N + 1] = {NULL};
    for (int i = 0; i < N; i++)
        keys[i] = numbers[i].key;
    int status = uncap_engine_option_check(o, NAME, keys, err);
    for (int i = 0; !status && i < N; i++)
        status = uncap_engine_option_int(o, NAME, numbers[i].key, numbers[i].min, numbers[i].max,
                                         numbers[i].value, err);
    /* As DiffuEraser's prior the program differs a little from ProPainter's own. */
    e->rule.is_diffueraser = o->engine && !strcmp(o->engine, "diffueraser");
    return status;
}

static int check(const struct uncap_erase_options *o, struct uncap_error *err)
{
    struct engine none = {.dilation = 0};
    return read_settings(&none, o, err);
}

static int open_engine(struct uncap_engine *base, const struct uncap_erase_options *o,
                       struct uncap_error *err)
{
    struct engine *e = base->priv;
    const struct uncap_runtime_options options = {
        .threads = o->threads, .device = o->device, .precision = o->precision, .control = base->control};
    int status = read_settings(e, o, err);
    if (!status)
        status = uncap_propainter_files_open(&e->files, o->models, err);
    if (!status)
        status = uncap_runtime_open(&e->runtime, &options, err);
    if (status)
        return status;
    base->device = uncap_runtime_device(e->runtime);
    uncap_log(base->control, UNCAP_LOG_INFO,
              "ProPainter's models may be used for non-commercial purposes only "
              "(S-Lab License 1.0); see `uncaption models`");
    return UNCAP_OK;
}

static void close_engine(struct uncap_engine *base)
{
    struct engine *e = base->priv;
    uncap_propainter_close(&e->networks);
    uncap_runtime_close(&e->runtime);
    uncap_propainter_files_close(&e->files);
}

/* What a window of core frames and the context around them takes; frames of the window as given not counted.
 */
static size_t window_bytes(const struct engine *e, int core, int w, int h)
{
    const int n = core + 2 * e->context < 2 ? 2 : core + 2 * e->context;
    w = uncap_propainter_side(w);
    h = uncap_propainter_side(h);
    return FIXED_BYTES + uncap_propainter_crop_bytes(n, core, h, w) +
           uncap_propainter_bytes(&e->rule, n, h, w);
}

static int plan(const struct uncap_engine *base, const struct uncap_plan_request *q, struct uncap_plan *p,
                struct uncap_error *err)
{
    const struct engine *e = base->priv;
    const size_t frame = uncap_picture_bytes(q->format, q->w, q->h) * 2 + (size_t)q->w * (size_t)q->h;
    *p = (struct uncap_plan){.context = e->context, .margin = MARGIN, .align = 8};
    size_t need = 0;
    for (p->core = e->rule.window.subvideo_length; p->core >= LEAST_CORE; p->core -= p->core > 16 ? 8 : 4) {
        p->window_bytes = window_bytes(e, p->core, q->w, q->h);
        need = p->window_bytes + (size_t)(p->core + 2 * p->context) * frame;
        if (need <= q->budget)
            return UNCAP_OK;
    }
    return uncap_fail(
        err, UNCAP_ERR_NOMEM,
        "engine propainter needs %zu MiB for a band of %dx%d, and %zu MiB are left for it; raise "
        "--max-memory, or lower its context",
        (need >> 20) + 1, q->w, q->h, q->budget >> 20);
}

static void put(void *opaque, int t, const float *prediction, bool is_first)
{
    uncap_propainter_crop_put(opaque, t, prediction, is_first);
}

static int fill_crop(struct engine *e, struct uncap_propainter_crop *crop, struct uncap_cancel *cancel,
                     struct uncap_error *err)
{
    const struct uncap_propainter_clip clip = {.n = crop->n,
                                               .h = crop->h,
                                               .w = crop->w,
                                               .frames = crop->frames,
                                               .masks = crop->masks,
                                               .opaque = crop,
                                               .put = put};
    const int status = uncap_propainter_run(e->networks, &clip, &e->rule, cancel, err);
    return status ? status : uncap_propainter_crop_finish(crop, err);
}

static int fill(struct uncap_engine *base, const struct uncap_window *window, struct uncap_cancel *cancel,
                struct uncap_error *err)
{
    struct engine *e = base->priv;
    int status = uncap_cancel_check(cancel, err);
    if (!status && !e->networks) { /* half a second; not spent on a video without captions */
        const struct uncap_propainter_weights weights = uncap_propainter_files_weights(&e->files);
        status = uncap_propainter_open(&e->networks, e->runtime, &weights, base->slices, err);
    }
    if (status)
        return status;
    struct uncap_propainter_crop crop;
    status = uncap_propainter_crop_open(&crop, window, e->dilation, err);
    if (status)
        return status;
    status = fill_crop(e, &crop, cancel, err);
    uncap_propainter_crop_close(&crop);
    return status;
}

const struct uncap_engine_ops uncap_propainter_engine = {
    .name = NAME,
    .description = "ProPainter: optical flow and a transformer, from its published models (non-commercial)",
    .priv_size = sizeof(struct engine),
    .check = check,
    .open = open_engine,
    .plan = plan,
    .fill = fill,
    .close = close_engine,
};
