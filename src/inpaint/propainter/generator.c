/* SPDX-License-Identifier: Apache-2.0 */
#include "inpaint/propainter/generator.h"

#include <string.h>

#include "base/memory.h"
#include "inpaint/propainter/feature_propagation.h"
#include "inpaint/propainter/generator_graphs.h"
#include "inpaint/propainter/tokens.h"
#include "nn/session.h"

enum { C = 128, D = UNCAP_TOKEN_WIDTH, SPREAD = C * UNCAP_TOKEN_PATCH * UNCAP_TOKEN_PATCH };

struct uncap_generator {
    struct uncap_runtime *runtime;
    const struct uncap_weights *weights;
    struct uncap_slices *slices;
    const struct uncap_probe *probe;
    struct uncap_session *encode, *split, *spread, *compose, *decode;
    struct uncap_propagation_nets nets;
    struct uncap_transformer *transformer;
};

int uncap_generator_open(struct uncap_generator **out, struct uncap_runtime *runtime,
                         const struct uncap_weights *weights, struct uncap_slices *slices,
                         const struct uncap_probe *probe, struct uncap_error *err)
{
    *out = NULL;
    struct uncap_generator *g = uncap_alloc(1, sizeof(*g));
    if (!g)
        return uncap_fail_nomem(err, "the generator");
    g->runtime = runtime;
    g->weights = weights;
    g->slices = slices;
    g->probe = probe;
    const struct {
        struct uncap_session **session;
        void (*build)(struct uncap_graph *g, const void *opaque);
        bool is_forward;
    } parts[] = {
        {&g->encode, uncap_generator_build_encode, false},
        {&g->split, uncap_generator_build_split, false},
        {&g->spread, uncap_generator_build_spread, false},
        {&g->compose, uncap_generator_build_compose, false},
        {&g->decode, uncap_generator_build_decode, false},
        {&g->nets.first[0], uncap_generator_build_first, false},
        {&g->nets.first[1], uncap_generator_build_first, true},
        {&g->nets.step[0], uncap_generator_build_step, false},
        {&g->nets.step[1], uncap_generator_build_step, true},
        {&g->nets.fuse, uncap_generator_build_fuse, false},
    };
    const struct uncap_session_options options = {.allows_half = true};
    int status = UNCAP_OK;
    for (size_t i = 0; !status && i < sizeof(parts) / sizeof(*parts); i++) {
        const struct uncap_generator_graph o = {.is_forward = parts[i].is_forward};
        status = uncap_graph_build(parts[i].session, runtime, weights, parts[i].build, &o, &options, err);
    }
    if (!status)
        status = uncap_transformer_open(&g->transformer, runtime, weights, slices, probe, err);
    if (status) {
        uncap_generator_close(&g);
        return status;
    }
    *out = g;
    return UNCAP_OK;
}

void uncap_generator_close(struct uncap_generator **generator)
{
    struct uncap_generator *g = *generator;
    if (!g)
        return;
    struct uncap_session **const all[] = {
        &g->encode,        &g->split,         &g->spread,       &g->compose,      &g->decode,
        &g->nets.first[0], &g->nets.first[1], &g->nets.step[0], &g->nets.step[1], &g->nets.fuse};
    for (size_t i = 0; i < sizeof(all) / sizeof(*all); i++)
        uncap_session_close(all[i]);
    uncap_transformer_close(&g->transformer);
    uncap_free(g);
    *generator = NULL;
}

struct uncap_transformer *uncap_generator_transformer(struct uncap_generator *g)
{
    return g->transformer;
}

/* Run a network from one image to one image. */
static int run_image(struct uncap_session *session, const char *in, const float *x, struct uncap_shape from,
                     const char *out, float *y, struct uncap_shape to, struct uncap_cancel *cancel,
                     struct uncap_error *err)
{
    struct uncap_tensor a = uncap_tensor_view(UNCAP_F32, from, x);
    struct uncap_tensor b = uncap_tensor_view(UNCAP_F32, to, y);
    return uncap_session_run(session, &(struct uncap_port){in, &a}, 1, &(struct uncap_port){out, &b}, 1,
                             cancel, err);
}

int uncap_generator_encode(struct uncap_generator *g, const float *frame, const float *mask_in,
                           const float *mask_upd, int height, int width, float *features,
                           struct uncap_cancel *cancel, struct uncap_error *err)
{
    const size_t plane = (size_t)height * (size_t)width;
    float *x = uncap_alloc(5 * plane, sizeof(*x));
    if (!x)
        return uncap_fail_nomem(err, "the generator's input");
    memcpy(x, frame, 3 * plane * sizeof(*x));
    memcpy(x + 3 * plane, mask_in, plane * sizeof(*x));
    memcpy(x + 4 * plane, mask_upd, plane * sizeof(*x));
    const int status = run_image(g->encode, "x", x, UNCAP_SHAPE(1, 5, height, width), "out", features,
                                 UNCAP_SHAPE(1, C, height / 4, width / 4), cancel, err);
    uncap_free(x);
    return status;
}

int uncap_generator_split(struct uncap_generator *g, const float *features, int h, int w, float *tokens,
                          struct uncap_cancel *cancel, struct uncap_error *err)
{
    return run_image(g->split, "x", features, UNCAP_SHAPE(1, C, h, w), "tokens", tokens,
                     UNCAP_SHAPE(1, uncap_token_side(h), uncap_token_side(w), D), cancel, err);
}

int uncap_generator_decode(struct uncap_generator *g, const float *features, int h, int w, float *out,
                           struct uncap_cancel *cancel, struct uncap_error *err)
{
    return run_image(g->decode, "x", features, UNCAP_SHAPE(1, C, h, w), "out", out,
                     UNCAP_SHAPE(1, 3, 4 * h, 4 * w), cancel, err);
}

int uncap_generator_compose(struct uncap_generator *g, const float *tokens, const float *features, int h,
                            int w, float *comp, float *out, struct uncap_cancel *cancel,
                            struct uncap_error *err)
{
    const int64_t rows = (int64_t)uncap_token_side(h) * uncap_token_side(w);
    const struct uncap_shape shape = UNCAP_SHAPE(1, C, h, w);
    struct uncap_tensor patches = {.dtype = UNCAP_F32};
    struct uncap_tensor folded = {.dtype = UNCAP_F32};
    struct uncap_tensor x = uncap_tensor_view(UNCAP_F32, UNCAP_SHAPE(rows, D), tokens);
    struct uncap_tensor skip = uncap_tensor_view(UNCAP_F32, shape, features);
    struct uncap_tensor sum = uncap_tensor_view(UNCAP_F32, shape, out);
    struct uncap_tensor by_itself = uncap_tensor_view(UNCAP_F32, shape, comp);
    int status = uncap_tensor_open(&folded, UNCAP_F32, shape, err);
    if (!status)
        status = uncap_session_run(g->spread, &(struct uncap_port){"x", &x}, 1,
                                   &(struct uncap_port){"out", &patches}, 1, cancel, err);
    if (!status) {
        uncap_token_fold(patches.data, C, h, w, folded.data, g->slices);
        const struct uncap_port in[] = {{"folded", &folded}, {"x", &skip}};
        const struct uncap_port to[] = {{"out", &sum}, {"comp", &by_itself}};
        status = uncap_session_run(g->compose, in, 2, to, comp ? 2 : 1, cancel, err);
    }
    uncap_tensor_close(&patches);
    uncap_tensor_close(&folded);
    return status;
}

/* What one window works on, at feature size. */
struct work {
    float *flow_f, *flow_b; /* [n_local-1][2][h][w] */
    float *masks;           /* [n_local][2][h][w]: mask_in, mask_upd */
    float *token_masks;     /* [n_local][fh][fw] */
    float *local;           /* [n_local][128][h][w] */
    float *tokens;          /* [n][fh][fw][512] */
    float *sum;             /* [128][h][w] */
    float *comp;            /* the same, only for tests */
    int h, w, fh, fw;
};

static void close_work(struct work *k)
{
    uncap_free(k->flow_f);
    uncap_free(k->flow_b);
    uncap_free(k->masks);
    uncap_free(k->token_masks);
    uncap_free(k->local);
    uncap_free(k->tokens);
    uncap_free(k->sum);
    uncap_free(k->comp);
}

static int open_work(struct work *k, const struct uncap_generator_window *win, bool has_comp,
                     struct uncap_error *err)
{
    *k = (struct work){.h = win->height / 4, .w = win->width / 4};
    k->fh = uncap_token_side(k->h);
    k->fw = uncap_token_side(k->w);
    const size_t plane = (size_t)k->h * (size_t)k->w * sizeof(float);
    const size_t n_local = (size_t)win->n_local;
    k->flow_f = uncap_alloc(n_local * 2, plane);
    k->flow_b = uncap_alloc(n_local * 2, plane);
    k->masks = uncap_alloc(n_local * 2, plane);
    k->token_masks = uncap_alloc(n_local * (size_t)k->fh, (size_t)k->fw * sizeof(float));
    k->local = uncap_alloc(n_local * C, plane);
    k->tokens = uncap_alloc((size_t)win->n * (size_t)k->fh, (size_t)k->fw * D * sizeof(float));
    k->sum = uncap_alloc(C, plane);
    k->comp = uncap_alloc(has_comp ? C : 0, plane);
    const bool is_ready =
        k->flow_f && k->flow_b && k->masks && k->token_masks && k->local && k->tokens && k->sum && k->comp;
    return is_ready ? UNCAP_OK : uncap_fail_nomem(err, "a window of the generator");
}

size_t uncap_generator_bytes(int n, int n_local, int height, int width)
{
    const size_t pixels = (size_t)(height / 4) * (size_t)(width / 4) * sizeof(float);
    const size_t tokens = (size_t)uncap_token_side(height / 4) * (size_t)uncap_token_side(width / 4);
    const size_t features = (size_t)n_local * pixels * (6 + 3 * C);
    /* One frame in the encoder or decoder: some 64 planes of full size in all; one frame's spread tokens
     * twice. */
    const size_t images = (size_t)height * (size_t)width * 4 * 160;
    return features + images + tokens * SPREAD * sizeof(float) * 2 + (size_t)n * tokens * D * sizeof(float) +
           uncap_transformer_bytes(n, height / 4, width / 4);
}

/* Quarter of the size: the mean of the middle 2 x 2 of each 4 x 4, a quarter of the length. */
static void shrink_flow(const float *flow, int planes, int height, int width, float *out)
{
    for (int c = 0; c < planes; c++)
        for (int y = 0; y < height / 4; y++)
            for (int x = 0; x < width / 4; x++) {
                const float *p = flow + ((ptrdiff_t)c * height + 4 * y + 1) * width + 4 * x + 1;
                *out++ = (p[0] * 0.25f + p[1] * 0.25f + p[width] * 0.25f + p[width + 1] * 0.25f) / 4.0f;
            }
}

static void shrink_mask(const float *mask, int height, int width, float *out)
{
    for (int y = 0; y < height / 4; y++)
        for (int x = 0; x < width / 4; x++)
            *out++ = mask[(ptrdiff_t)4 * y * width + 4 * x];
}

/* Largest value of each token's 7 x 7 patch. */
static void pool_mask(const float *mask, int h, int w, float *out)
{
    for (int ty = 0; ty < uncap_token_side(h); ty++)
        for (int tx = 0; tx < uncap_token_side(w); tx++) {
            float most = 0;
            for (int y = 3 * ty - 3; y < 3 * ty + 4; y++)
                for (int x = 3 * tx - 3; x < 3 * tx + 4; x++)
                    if (y >= 0 && y < h && x >= 0 && x < w && mask[(ptrdiff_t)y * w + x] > most)
                        most = mask[(ptrdiff_t)y * w + x];
            *out++ = most;
        }
}

static int shrink(struct uncap_generator *g, const struct uncap_generator_window *win, struct work *k,
                  struct uncap_error *err)
{
    const size_t plane = (size_t)k->h * (size_t)k->w;
    shrink_flow(win->flow_f, 2 * (win->n_local - 1), win->height, win->width, k->flow_f);
    shrink_flow(win->flow_b, 2 * (win->n_local - 1), win->height, win->width, k->flow_b);
    for (int t = 0; t < win->n_local; t++) {
        float *masks = k->masks + (size_t)t * 2 * plane;
        shrink_mask(win->mask_in[t], win->height, win->width, masks);
        shrink_mask(win->mask_upd[t], win->height, win->width, masks + plane);
        pool_mask(masks, k->h, k->w, k->token_masks + (size_t)t * (size_t)k->fh * (size_t)k->fw);
    }
    const struct uncap_probe *p = g->probe;
    const int64_t n = win->n_local;
    int status = uncap_probe_show(p, "ds_flow_f", UNCAP_SHAPE(n - 1, 2, k->h, k->w), k->flow_f, 0, 1, err);
    if (!status)
        status = uncap_probe_show(p, "ds_flow_b", UNCAP_SHAPE(n - 1, 2, k->h, k->w), k->flow_b, 0, 1, err);
    if (!status)
        status = uncap_probe_show(p, "ds_masks", UNCAP_SHAPE(n, 2, k->h, k->w), k->masks, 0, 1, err);
    if (!status)
        status = uncap_probe_show(p, "mask_pool", UNCAP_SHAPE(n, k->fh, k->fw), k->token_masks, 0, 1, err);
    return status;
}

/* Features of frame t of the window: propagated for local frames, as encoded for references. */
static const float *features_at(const struct uncap_generator_window *win, const struct work *k, int t)
{
    return t < win->n_local ? k->local + (size_t)t * C * (size_t)k->h * (size_t)k->w : win->features[t];
}

static int transform(struct uncap_generator *g, const struct uncap_generator_window *win, struct work *k,
                     struct uncap_cancel *cancel, struct uncap_error *err)
{
    const size_t frame = (size_t)k->fh * (size_t)k->fw * D;
    int status = UNCAP_OK;
    for (int t = 0; !status && t < win->n; t++)
        status = uncap_generator_split(g, features_at(win, k, t), k->h, k->w, k->tokens + (size_t)t * frame,
                                       cancel, err);
    if (!status)
        status =
            uncap_probe_show(g->probe, "tokens", UNCAP_SHAPE(win->n, k->fh, k->fw, D), k->tokens, 0, 1, err);
    /* Nobody decodes the references, so the last block leaves them alone; only tests look at them. */
    const bool has_all = uncap_probe_wants(g->probe, "comp") || uncap_probe_wants(g->probe, "block7");
    const int n_wanted = has_all ? win->n : win->n_local;
    const struct uncap_token_map map = {k->tokens, k->token_masks, win->n, win->n_local,
                                        n_wanted,  k->h,           k->w};
    return status ? status
                  : uncap_transformer_run(g->transformer, &map, 0, UNCAP_GENERATOR_BLOCKS, cancel, err);
}

/* Back from tokens to pictures. Only tests ask for the composition of references. */
static int decode(struct uncap_generator *g, const struct uncap_generator_window *win, struct work *k,
                  float *out, struct uncap_cancel *cancel, struct uncap_error *err)
{
    const size_t frame = (size_t)k->fh * (size_t)k->fw * D;
    const bool has_comp = uncap_probe_wants(g->probe, "comp");
    int status = UNCAP_OK;
    for (int t = 0; !status && t < (has_comp ? win->n : win->n_local); t++) {
        status = uncap_generator_compose(g, k->tokens + (size_t)t * frame, features_at(win, k, t), k->h, k->w,
                                         has_comp ? k->comp : NULL, k->sum, cancel, err);
        if (!status)
            status = uncap_probe_show(g->probe, "comp", UNCAP_SHAPE(C, k->h, k->w), k->comp, t, win->n, err);
        if (!status && t < win->n_local)
            status = uncap_generator_decode(g, k->sum, k->h, k->w,
                                            out + (size_t)t * 3 * (size_t)win->height * (size_t)win->width,
                                            cancel, err);
    }
    return status;
}

int uncap_generator_fill(struct uncap_generator *g, const struct uncap_generator_window *win, float *out,
                         struct uncap_cancel *cancel, struct uncap_error *err)
{
    struct work k;
    int status = open_work(&k, win, uncap_probe_wants(g->probe, "comp"), err);
    if (!status)
        status = shrink(g, win, &k, err);
    if (!status) {
        const struct uncap_feature_propagation p = {.nets = &g->nets,
                                                    .features = win->features,
                                                    .flow_f = k.flow_f,
                                                    .flow_b = k.flow_b,
                                                    .masks = k.masks,
                                                    .n = win->n_local,
                                                    .h = k.h,
                                                    .w = k.w,
                                                    .is_clamped = win->is_clamped,
                                                    .out = k.local};
        status = uncap_propagate_features(&p, g->slices, g->probe, cancel, err);
    }
    if (!status)
        status = transform(g, win, &k, cancel, err);
    if (!status)
        status = decode(g, win, &k, out, cancel, err);
    close_work(&k);
    return status;
}

int uncap_generator_align(struct uncap_generator *g, bool is_forward, const float *x, const float *cond,
                          const float *flow, int h, int w, struct uncap_error *err)
{
    static const char *const names[] = {"raw", "offset", "out"};
    struct uncap_session *session;
    const struct uncap_generator_graph o = {.is_forward = is_forward};
    const struct uncap_session_options options = {.allows_half = true};
    int status =
        uncap_graph_build(&session, g->runtime, g->weights, uncap_generator_build_align, &o, &options, err);
    if (status)
        return status;
    struct uncap_tensor a = uncap_tensor_view(UNCAP_F32, UNCAP_SHAPE(1, C, h, w), x);
    struct uncap_tensor b = uncap_tensor_view(UNCAP_F32, UNCAP_SHAPE(1, 261, h, w), cond);
    struct uncap_tensor f = uncap_tensor_view(UNCAP_F32, UNCAP_SHAPE(1, 2, h, w), flow);
    struct uncap_tensor out[3] = {{.dtype = UNCAP_F32}};
    const struct uncap_port in[] = {{"x", &a}, {"cond", &b}, {"flow", &f}};
    const struct uncap_port to[] = {{names[0], &out[0]}, {names[1], &out[1]}, {names[2], &out[2]}};
    status = uncap_session_run(session, in, 3, to, 3, NULL, err);
    for (int i = 0; i < 3; i++) {
        if (!status)
            status = uncap_probe_show(g->probe, names[i], UNCAP_SHAPE(out[i].shape.dims[1], h, w),
                                      out[i].data, 0, 1, err);
        uncap_tensor_close(&out[i]);
    }
    uncap_session_close(&session);
    return status;
}
