/* SPDX-License-Identifier: Apache-2.0 */
#include "inpaint/propainter/propainter.h"

#include <string.h>

#include "base/memory.h"
#include "inpaint/propainter/flow_completion.h"
#include "inpaint/propainter/generator.h"
#include "inpaint/propainter/image_propagation.h"
#include "inpaint/propainter/raft.h"

enum { FLOW_OVERLAP = 5, IMAGE_OVERLAP = 10, IMAGE_MOST = 100, FEATURES = 8 /* floats a pixel */ };

struct uncap_propainter {
    struct uncap_raft *raft;
    struct uncap_flow_completion *completion;
    struct uncap_generator *generator;
    struct uncap_slices *slices;
};

/* One run. Arrays are contiguous over frames, [n][...][h][w]. */
struct run {
    struct uncap_propainter *pp;
    const struct uncap_propainter_clip *clip;
    const struct uncap_propainter_rule *rule;
    size_t plane;
    float *flow_f, *flow_b;   /* completed, [n-1][2] */
    float *frames, *masks_in; /* what the generator is told: [n][3], [n] */
    float *masks_upd;         /* what image propagation left */
    float **features;         /* [n], made when first needed */
    struct uncap_cancel *cancel;
    struct uncap_error *err;
};

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

static float *floats(const struct run *r, int frames, int planes)
{
    return uncap_alloc((size_t)frames * (size_t)planes, r->plane * sizeof(float));
}

/* Flow between neighbours, both ways. Each frame is looked at once. */
static int find_flows(const struct run *r, const float *frames, int n, float *flow_f, float *flow_b)
{
    const int h = r->clip->h;
    const int w = r->clip->w;
    struct uncap_raft_frame seen[2] = {{.h = 0}};
    int status = UNCAP_OK;
    for (int t = 0; !status && t < n; t++) {
        struct uncap_raft_frame *now = &seen[t % 2];
        const struct uncap_raft_frame *before = &seen[(t + 1) % 2];
        uncap_raft_frame_close(now);
        status =
            uncap_raft_look(r->pp->raft, frames + (size_t)t * 3 * r->plane, h, w, now, r->cancel, r->err);
        if (status || t == 0)
            continue;
        const size_t at = (size_t)(t - 1) * 2 * r->plane;
        const int iterations = r->rule->raft_iterations;
        status = uncap_raft_flow(r->pp->raft, before, now, iterations, flow_f + at, NULL, r->cancel, r->err);
        if (!status)
            status =
                uncap_raft_flow(r->pp->raft, now, before, iterations, flow_b + at, NULL, r->cancel, r->err);
    }
    uncap_raft_frame_close(&seen[0]);
    uncap_raft_frame_close(&seen[1]);
    return status;
}

/* Copy k frames of `planes` planes each. */
static void copy_frames(const struct run *r, float *to, const float *from, int k, int planes)
{
    memcpy(to, from, (size_t)k * (size_t)planes * r->plane * sizeof(float));
}

/* Complete flows in sub-videos; raw flows in, completed ones out. */
static int complete_flows(const struct run *r, const float *raw_f, const float *raw_b, const float *masks,
                          int n, float *flow_f, float *flow_b)
{
    struct uncap_stretch s;
    int status = UNCAP_OK;
    for (int i = 0; !status && uncap_stretch_at(n - 1, r->rule->window.subvideo_length, FLOW_OVERLAP, i, &s);
         i++) {
        const int count = s.end - s.first;
        const int keep = s.keep_end - s.keep_first;
        const size_t from = (size_t)s.first * 2 * r->plane;
        const size_t to = (size_t)s.keep_first * 2 * r->plane;
        const size_t offset = to - from;
        float *f = floats(r, count, 2);
        float *b = floats(r, count, 2);
        status = f && b ? UNCAP_OK : uncap_fail_nomem(r->err, "flow completion");
        if (!status) {
            copy_frames(r, f, raw_f + from, count, 2);
            copy_frames(r, b, raw_b + from, count, 2);
            status = uncap_flow_completion_run(r->pp->completion, f, b, masks + (size_t)s.first * r->plane,
                                               count + 1, r->clip->h, r->clip->w, r->cancel, r->err);
        }
        if (!status) {
            copy_frames(r, flow_f + to, f + offset, keep, 2);
            copy_frames(r, flow_b + to, b + offset, keep, 2);
        }
        uncap_free(f);
        uncap_free(b);
    }
    return status;
}

/* frame * (1 - mask) for k frames. */
static void cut_holes(const struct run *r, float *to, const float *frames, const float *masks, int k)
{
    for (size_t t = 0; t < (size_t)k; t++)
        for (size_t i = 0; i < 3 * r->plane; i++)
            to[t * 3 * r->plane + i] =
                frames[t * 3 * r->plane + i] * (1 - masks[t * r->plane + i % r->plane]);
}

/* One stretch: x (k frames) and m are scratch that ends up holding the propagated frames and masks. */
static int propagate_stretch(const struct run *r, const struct uncap_stretch *s, const float *frames,
                             const float *masks, const float *flow_f, const float *flow_b, float *out,
                             float *out_masks, float *x, float *m)
{
    const int k = s->end - s->first;
    const size_t pair = (size_t)s->first * 2 * r->plane;
    frames += (size_t)s->first * 3 * r->plane;
    masks += (size_t)s->first * r->plane;
    cut_holes(r, x, frames, masks, k);
    copy_frames(r, m, masks, k, 1);
    const int status = uncap_propagate_images(x, m, flow_f + pair, flow_b + pair, k, r->clip->h, r->clip->w,
                                              r->pp->slices, NULL, r->cancel, r->err);
    for (int t = s->keep_first; !status && t < s->keep_end; t++) {
        const size_t from = (size_t)(t - s->first);
        const float *mask = masks + from * r->plane;
        for (size_t i = 0; i < 3 * r->plane; i++) {
            const float hole = mask[i % r->plane];
            out[(size_t)t * 3 * r->plane + i] =
                frames[from * 3 * r->plane + i] * (1 - hole) + x[from * 3 * r->plane + i] * hole;
        }
        copy_frames(r, out_masks + (size_t)t * r->plane, m + from * r->plane, 1, 1);
    }
    return status;
}

/* Image propagation in sub-videos: updated frames and masks out (not in place). */
static int propagate(const struct run *r, const float *frames, const float *masks, const float *flow_f,
                     const float *flow_b, int n, float *out, float *out_masks)
{
    int sub = r->rule->window.subvideo_length;
    sub = sub < IMAGE_MOST ? sub : IMAGE_MOST;
    struct uncap_stretch s;
    const int most = n < sub + 2 * IMAGE_OVERLAP ? n : sub + 2 * IMAGE_OVERLAP;
    float *x = floats(r, most, 3);
    float *m = floats(r, most, 1);
    int status = x && m ? UNCAP_OK : uncap_fail_nomem(r->err, "image propagation");
    for (int i = 0; !status && uncap_stretch_at(n, sub, IMAGE_OVERLAP, i, &s); i++)
        status = propagate_stretch(r, &s, frames, masks, flow_f, flow_b, out, out_masks, x, m);
    uncap_free(x);
    uncap_free(m);
    return status;
}

/* Arrays of the sampled frames in DiffuEraser's first propagation. */
struct sample {
    float *frames, *masks, *raw_f, *raw_b, *flow_f, *flow_b, *out, *out_masks;
};

static int run_sample(const struct run *r, struct sample *k, int n, int rate, float *frames, float *masks)
{
    for (int i = 0; i < n; i++) {
        copy_frames(r, k->frames + (size_t)i * 3 * r->plane, frames + (size_t)i * (size_t)rate * 3 * r->plane,
                    1, 3);
        copy_frames(r, k->masks + (size_t)i * r->plane, masks + (size_t)i * (size_t)rate * r->plane, 1, 1);
    }
    int status = find_flows(r, k->frames, n, k->raw_f, k->raw_b);
    if (!status)
        status = complete_flows(r, k->raw_f, k->raw_b, k->masks, n, k->flow_f, k->flow_b);
    if (!status)
        status = propagate(r, k->frames, k->masks, k->flow_f, k->flow_b, n, k->out, k->out_masks);
    for (int i = 0; !status && i < n; i++) {
        copy_frames(r, frames + (size_t)i * (size_t)rate * 3 * r->plane, k->out + (size_t)i * 3 * r->plane, 1,
                    3);
        copy_frames(r, masks + (size_t)i * (size_t)rate * r->plane, k->out_masks + (size_t)i * r->plane, 1,
                    1);
    }
    return status;
}

/* DiffuEraser: on a long clip, frames far apart see each other first; every rate-th frame and mask is
 * replaced. */
static int propagate_far(const struct run *r, float *frames, float *masks)
{
    int sub = r->rule->window.subvideo_length;
    sub = sub < IMAGE_MOST ? sub : IMAGE_MOST;
    if (!r->rule->is_diffueraser || r->clip->n <= sub)
        return UNCAP_OK;
    const int rate = r->clip->n / (sub > 1 ? sub / 2 : 1);
    const int n = (r->clip->n + rate - 1) / rate;
    struct sample k = {floats(r, n, 3), floats(r, n, 1), floats(r, n, 2), floats(r, n, 2),
                       floats(r, n, 2), floats(r, n, 2), floats(r, n, 3), floats(r, n, 1)};
    const bool is_ready =
        k.frames && k.masks && k.raw_f && k.raw_b && k.flow_f && k.flow_b && k.out && k.out_masks;
    const int status =
        is_ready ? run_sample(r, &k, n, rate, frames, masks) : uncap_fail_nomem(r->err, "far propagation");
    float *const all[] = {k.frames, k.masks, k.raw_f, k.raw_b, k.flow_f, k.flow_b, k.out, k.out_masks};
    for (size_t i = 0; i < sizeof(all) / sizeof(*all); i++)
        uncap_free(all[i]);
    return status;
}

static int show(const struct run *r, const char *name, const float *data, int n, int planes)
{
    const struct uncap_shape images = UNCAP_SHAPE(n, planes, r->clip->h, r->clip->w);
    const struct uncap_shape masks = UNCAP_SHAPE(n, r->clip->h, r->clip->w);
    return uncap_probe_show(r->clip->probe, name, planes > 1 ? images : masks, data, 0, 1, r->err);
}

/* Optical flow and its completion. */
static int make_flows(struct run *r)
{
    const int pairs = r->clip->n - 1;
    float *raw_f = floats(r, pairs, 2);
    float *raw_b = floats(r, pairs, 2);
    int status = raw_f && raw_b ? UNCAP_OK : uncap_fail_nomem(r->err, "optical flow");
    if (!status)
        status = find_flows(r, r->clip->frames, r->clip->n, raw_f, raw_b);
    if (!status)
        status = show(r, "raft_f", raw_f, pairs, 2);
    if (!status)
        status = show(r, "raft_b", raw_b, pairs, 2);
    if (!status)
        status = complete_flows(r, raw_f, raw_b, r->clip->masks, r->clip->n, r->flow_f, r->flow_b);
    uncap_free(raw_f);
    uncap_free(raw_b);
    if (!status)
        status = show(r, "comp_f", r->flow_f, pairs, 2);
    if (!status)
        status = show(r, "comp_b", r->flow_b, pairs, 2);
    return status;
}

/* Frames and masks as the generator gets them. */
static int update_frames(struct run *r)
{
    const int n = r->clip->n;
    float *frames = floats(r, n, 3);
    int status = frames ? UNCAP_OK : uncap_fail_nomem(r->err, "image propagation");
    if (!status) {
        copy_frames(r, frames, r->clip->frames, n, 3);
        copy_frames(r, r->masks_in, r->clip->masks, n, 1);
        status = propagate_far(r, frames, r->masks_in);
    }
    if (!status)
        status = propagate(r, frames, r->masks_in, r->flow_f, r->flow_b, n, r->frames, r->masks_upd);
    uncap_free(frames);
    if (!status)
        status = show(r, "upd_frames", r->frames, n, 3);
    if (!status)
        status = show(r, "upd_masks", r->masks_upd, n, 1);
    return status;
}

static int encode(struct run *r, int t)
{
    if (r->features[t])
        return UNCAP_OK;
    r->features[t] = floats(r, 1, FEATURES);
    if (!r->features[t])
        return uncap_fail_nomem(r->err, "a frame's features");
    return uncap_generator_encode(r->pp->generator, r->frames + (size_t)t * 3 * r->plane,
                                  r->masks_in + (size_t)t * r->plane, r->masks_upd + (size_t)t * r->plane,
                                  r->clip->h, r->clip->w, r->features[t], r->cancel, r->err);
}

/* Pointers of one window; room for all frames of the clip. */
struct window {
    const float **features, **mask_in, **mask_upd;
    int *refs;
    float *out;
};

static int fill_window(struct run *r, struct window *k, int f, int *n_done)
{
    int first;
    int end;
    uncap_window_local(&r->rule->window, r->clip->n, f, &first, &end);
    const int n_local = end - first;
    const int n = n_local + uncap_window_references(&r->rule->window, r->clip->n, f, k->refs);
    int status = UNCAP_OK;
    for (int i = 0; !status && i < n; i++) {
        const int t = i < n_local ? first + i : k->refs[i - n_local];
        status = encode(r, t);
        k->features[i] = r->features[t];
        k->mask_in[i] = r->masks_in + (size_t)t * r->plane;
        k->mask_upd[i] = r->masks_upd + (size_t)t * r->plane;
    }
    if (status)
        return status;
    const size_t pair = (size_t)first * 2 * r->plane;
    const struct uncap_generator_window win = {
        n,          n_local,     r->clip->h,       r->clip->w,       k->features,
        k->mask_in, k->mask_upd, r->flow_f + pair, r->flow_b + pair, r->rule->is_diffueraser};
    status = uncap_generator_fill(r->pp->generator, &win, k->out, r->cancel, r->err);
    if (!status && f == r->rule->probe_window)
        status = show(r, "gen", k->out, n_local, 3);
    for (int t = first; !status && t < end; t++)
        r->clip->put(r->clip->opaque, t, k->out + (size_t)(t - first) * 3 * r->plane, t >= *n_done);
    *n_done = end > *n_done ? end : *n_done;
    return status;
}

static int generate(struct run *r)
{
    const size_t n = (size_t)r->clip->n;
    const int step = uncap_window_step(&r->rule->window);
    struct window k = {uncap_alloc(n, sizeof(float *)), uncap_alloc(n, sizeof(float *)),
                       uncap_alloc(n, sizeof(float *)), uncap_alloc(n, sizeof(int)),
                       floats(r, 2 * step + 1, 3)};
    int n_done = 0;
    int status = k.features && k.mask_in && k.mask_upd && k.refs && k.out
                     ? UNCAP_OK
                     : uncap_fail_nomem(r->err, "the generator");
    for (int f = 0; !status && f < r->clip->n; f += step)
        status = fill_window(r, &k, f, &n_done);
    uncap_free(k.features);
    uncap_free(k.mask_in);
    uncap_free(k.mask_upd);
    uncap_free(k.refs);
    uncap_free(k.out);
    return status;
}

static void close_run(struct run *r)
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
    struct run r = {.pp = pp,
                    .clip = clip,
                    .rule = rule,
                    .plane = (size_t)clip->h * (size_t)clip->w,
                    .cancel = cancel,
                    .err = err};
    r.flow_f = floats(&r, clip->n - 1, 2);
    r.flow_b = floats(&r, clip->n - 1, 2);
    r.frames = floats(&r, clip->n, 3);
    r.masks_in = floats(&r, clip->n, 1);
    r.masks_upd = floats(&r, clip->n, 1);
    r.features = uncap_alloc((size_t)clip->n, sizeof(*r.features));
    const bool is_ready = r.flow_f && r.flow_b && r.frames && r.masks_in && r.masks_upd && r.features;
    int status = is_ready ? UNCAP_OK : uncap_fail_nomem(err, "ProPainter's frames");
    if (!status)
        status = make_flows(&r);
    if (!status)
        status = update_frames(&r);
    if (!status)
        status = generate(&r);
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
    const int flows = n - 1 < sub + 2 * FLOW_OVERLAP ? n - 1 : sub + 2 * FLOW_OVERLAP;
    const int images = n < sub + 2 * IMAGE_OVERLAP ? n : sub + 2 * IMAGE_OVERLAP;
    const int step = uncap_window_step(&rule->window);
    const int n_local = n < 2 * step + 1 ? n : 2 * step + 1;
    /* Kept all the time: completed flows 4 planes, frames 3, masks 2. */
    const size_t always = frames * pixel_floats * 9;
    const size_t volume = (size_t)(h / 8) * (size_t)(w / 8) * (size_t)(h / 8) * (size_t)(w / 8) * 6;
    const size_t raft = frames * pixel_floats * 4 + volume + pixel_floats * (2 * 18 + 60);
    const size_t completion = frames * pixel_floats * 4 + (size_t)flows * pixel_floats * 4 +
                              uncap_flow_completion_bytes(flows, h, w);
    const size_t propagation = frames * pixel_floats * 3 + (size_t)images * pixel_floats * 4;
    const size_t generation = frames * pixel_floats * FEATURES + (size_t)n_local * pixel_floats * 3 +
                              uncap_generator_bytes(uncap_window_most(&rule->window, n), n_local, h, w);
    return always + larger(larger(raft, completion), larger(propagation, generation));
}
