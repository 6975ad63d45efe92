/* SPDX-License-Identifier: Apache-2.0 */
#include "inpaint/propainter/propainter.h"

#include <string.h>

#include "base/memory.h"
#include "inpaint/propainter/run.h"

int uncap_propainter_open(struct uncap_propainter **out, struct uncap_runtime *runtime,
                          const struct uncap_propainter_weights *weights, struct uncap_slices *slices,
                          struct uncap_error *err)
{
    *out = NULL;
    struct uncap_propainter *pp = uncap_alloc(1, sizeof(*pp));
    if (!pp)
        return uncap_fail_nomem(err, "ProPainter");
    pp->slices = slices;
    int status = uncap_raft_open(&pp->raft, runtime, weights->raft, slices, NULL, err);
    if (!status)
        status = uncap_flow_completion_open(&pp->completion, runtime, weights->flow_completion, NULL, err);
    if (!status)
        status = uncap_generator_open(&pp->generator, runtime, weights->generator, slices, NULL, err);
    if (status) {
        uncap_propainter_close(&pp);
        return status;
    }
    *out = pp;
    return UNCAP_OK;
}

void uncap_propainter_close(struct uncap_propainter **pointer)
{
    struct uncap_propainter *pp = *pointer;
    if (!pp)
        return;
    uncap_raft_close(&pp->raft);
    uncap_flow_completion_close(&pp->completion);
    uncap_generator_close(&pp->generator);
    uncap_free(pp);
    *pointer = NULL;
}

struct uncap_propainter_rule uncap_propainter_default_rule(void)
{
    return (struct uncap_propainter_rule){
        .window = {.neighbour_length = 10, .ref_stride = 10, .subvideo_length = 80},
        .raft_iterations = 20,
        .probe_window = -1,
    };
}

float *uncap_run_floats(const struct uncap_propainter_run *r, int frames, int planes)
{
    return uncap_alloc((size_t)frames * (size_t)planes, r->plane * sizeof(float));
}

void uncap_run_copy(const struct uncap_propainter_run *r, float *to, const float *from, int k, int planes)
{
    memcpy(to, from, (size_t)k * (size_t)planes * r->plane * sizeof(float));
}

int uncap_run_show(const struct uncap_propainter_run *r, const char *name, const float *data, int n,
                   int planes)
{
    const struct uncap_shape images = UNCAP_SHAPE(n, planes, r->clip->h, r->clip->w);
    const struct uncap_shape masks = UNCAP_SHAPE(n, r->clip->h, r->clip->w);
    return uncap_probe_show(r->clip->probe, name, planes > 1 ? images : masks, data, 0, 1, r->err);
}

static void close_run(struct uncap_propainter_run *r)
{
    for (int t = 0; r->features && t < r->clip->n; t++)
        uncap_free(r->features[t]);
    uncap_free(r->features);
    uncap_free(r->flow_f);
    uncap_free(r->flow_b);
    uncap_free(r->frames);
    uncap_free(r->masks_in);
    uncap_free(r->masks_upd);
}

int uncap_propainter_run(struct uncap_propainter *pp, const struct uncap_propainter_clip *clip,
                         const struct uncap_propainter_rule *rule, struct uncap_cancel *cancel,
                         struct uncap_error *err)
{
    if (clip->n < 2 || clip->h < 8 || clip->w < 8 || clip->h % 8 || clip->w % 8)
        return uncap_fail(err, UNCAP_ERR_ARG,
                          "ProPainter needs two frames of sides that are multiples of 8, not %d of %d x %d",
                          clip->n, clip->w, clip->h);
    struct uncap_propainter_run r = {.pp = pp,
                                     .clip = clip,
                                     .rule = rule,
                                     .plane = (size_t)clip->h * (size_t)clip->w,
                                     .cancel = cancel,
                                     .err = err};
    r.flow_f = uncap_run_floats(&r, clip->n - 1, 2);
    r.flow_b = uncap_run_floats(&r, clip->n - 1, 2);
    r.frames = uncap_run_floats(&r, clip->n, 3);
    r.masks_in = uncap_run_floats(&r, clip->n, 1);
    r.masks_upd = uncap_run_floats(&r, clip->n, 1);
    r.features = uncap_alloc((size_t)clip->n, sizeof(*r.features));
    const bool is_ready = r.flow_f && r.flow_b && r.frames && r.masks_in && r.masks_upd && r.features;
    int status = is_ready ? UNCAP_OK : uncap_fail_nomem(err, "ProPainter's frames");
    if (!status)
        status = uncap_flow_pass(&r);
    if (!status)
        status = uncap_image_pass(&r);
    if (!status)
        status = uncap_window_pass(&r);
    close_run(&r);
    return status;
}

static size_t larger(size_t a, size_t b)
{
    return a > b ? a : b;
}

size_t uncap_propainter_bytes(const struct uncap_propainter_rule *rule, int n, int h, int w)
{
    const size_t pixel_floats = (size_t)h * (size_t)w * sizeof(float);
    const size_t frames = (size_t)n;
    const int sub = rule->window.subvideo_length;
    const int flows = n - 1 < sub + 2 * UNCAP_FLOW_OVERLAP ? n - 1 : sub + 2 * UNCAP_FLOW_OVERLAP;
    const int images = n < sub + 2 * UNCAP_IMAGE_OVERLAP ? n : sub + 2 * UNCAP_IMAGE_OVERLAP;
    const int step = uncap_window_step(&rule->window);
    const int n_local = n < 2 * step + 1 ? n : 2 * step + 1;
    /* Kept all the time: completed flows 4 planes, frames 3, masks 2. */
    const size_t always = frames * pixel_floats * 9;
    const size_t volume = (size_t)(h / 8) * (size_t)(w / 8) * (size_t)(h / 8) * (size_t)(w / 8) * 6;
    const size_t raft = frames * pixel_floats * 4 + volume + pixel_floats * (2 * 18 + 60);
    const size_t completion = frames * pixel_floats * 4 + (size_t)flows * pixel_floats * 4 +
                              uncap_flow_completion_bytes(flows, h, w);
    const size_t propagation = frames * pixel_floats * 3 + (size_t)images * pixel_floats * 4;
    const size_t generation = frames * pixel_floats * UNCAP_FEATURES + (size_t)n_local * pixel_floats * 3 +
                              uncap_generator_bytes(uncap_window_most(&rule->window, n), n_local, h, w);
    return always + larger(larger(raft, completion), larger(propagation, generation));
}
