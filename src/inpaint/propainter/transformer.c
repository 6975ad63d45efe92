/* SPDX-License-Identifier: Apache-2.0 */
#include "inpaint/propainter/transformer.h"

#include <stdio.h>
#include <string.h>

#include "base/memory.h"
#include "inpaint/propainter/attention.h"
#include "inpaint/propainter/generator_graphs.h"
#include "inpaint/propainter/tokens.h"
#include "nn/session.h"

enum { D = UNCAP_TOKEN_WIDTH, WIDE = 1960, WIDE_CHANNELS = 40, MLP_ROWS = 4096 };

struct block {
    struct uncap_session *qkv, *project, *widen, *narrow;
    const float *norm_scale[2], *norm_bias[2], *pool_weight, *pool_bias;
};

struct uncap_transformer {
    struct block blocks[UNCAP_GENERATOR_BLOCKS];
    struct uncap_session *attend;
    struct uncap_slices *slices;
    const struct uncap_probe *probe;
};

/* Sizes of one window's token maps. */
struct sizes {
    int fh, fw, pad_h, pad_w;
    size_t rows, padded, pooled; /* tokens of all frames */
};

static struct sizes sizes_of(int n, int h, int w)
{
    struct sizes s = {.fh = uncap_token_side(h), .fw = uncap_token_side(w)};
    s.pad_h = (s.fh + UNCAP_ATTENTION_ROWS - 1) / UNCAP_ATTENTION_ROWS * UNCAP_ATTENTION_ROWS;
    s.pad_w = (s.fw + UNCAP_ATTENTION_COLUMNS - 1) / UNCAP_ATTENTION_COLUMNS * UNCAP_ATTENTION_COLUMNS;
    s.rows = (size_t)n * (size_t)s.fh * (size_t)s.fw;
    s.padded = (size_t)n * (size_t)s.pad_h * (size_t)s.pad_w;
    s.pooled = (size_t)n * (size_t)(s.pad_h / 4) * (size_t)(s.pad_w / 4);
    return s;
}

size_t uncap_transformer_bytes(int n, int h, int w)
{
    const struct sizes s = sizes_of(n, h, w);
    const size_t token = D * sizeof(float);
    const size_t window = (size_t)n * (UNCAP_ATTENTION_WINDOW + 193) + s.pooled;
    /* normalised, q, k, v and attention; the gathered window twice; the MLP's wide rows twice. */
    return (s.padded + s.pooled) * token * 4 + s.rows * token * 2 + window * token * 4 +
           (MLP_ROWS + (size_t)s.fh * (size_t)s.fw) * WIDE * sizeof(float) * 3;
}

static int find_floats(const struct uncap_weights *w, int block, const char *key, const float **out,
                       struct uncap_error *err)
{
    char name[128];
    snprintf(name, sizeof(name), "transformers.transformer.%d.%s", block, key);
    const struct uncap_weight *found = uncap_weights_find(w, name);
    if (!found || found->dtype != UNCAP_F32)
        return uncap_fail(err, UNCAP_ERR_MODEL, "%s: weight %s is missing or not float32", w->label, name);
    *out = found->data;
    return UNCAP_OK;
}

static int open_block(struct block *b, int number, struct uncap_runtime *runtime,
                      const struct uncap_weights *weights, struct uncap_error *err)
{
    const struct uncap_generator_graph o = {.block = number};
    const struct {
        struct uncap_session **session;
        void (*build)(struct uncap_graph *g, const void *opaque);
    } parts[] = {
        {&b->qkv, uncap_generator_build_qkv},
        {&b->project, uncap_generator_build_project},
        {&b->widen, uncap_generator_build_widen},
        {&b->narrow, uncap_generator_build_narrow},
    };
    const struct {
        const float **to;
        const char *key;
    } vectors[] = {
        {&b->norm_scale[0], "norm1.weight"},
        {&b->norm_bias[0], "norm1.bias"},
        {&b->norm_scale[1], "norm2.weight"},
        {&b->norm_bias[1], "norm2.bias"},
        {&b->pool_weight, "attention.pool_layer.weight"},
        {&b->pool_bias, "attention.pool_layer.bias"},
    };
    const struct uncap_session_options options = {.allows_half = true};
    int status = UNCAP_OK;
    for (size_t i = 0; !status && i < sizeof(parts) / sizeof(*parts); i++)
        status = uncap_graph_build(parts[i].session, runtime, weights, parts[i].build, &o, &options, err);
    for (size_t i = 0; !status && i < sizeof(vectors) / sizeof(*vectors); i++)
        status = find_floats(weights, number, vectors[i].key, vectors[i].to, err);
    return status;
}

int uncap_transformer_open(struct uncap_transformer **out, struct uncap_runtime *runtime,
                           const struct uncap_weights *weights, struct uncap_slices *slices,
                           const struct uncap_probe *probe, struct uncap_error *err)
{
    *out = NULL;
    struct uncap_transformer *t = uncap_alloc(1, sizeof(*t));
    if (!t)
        return uncap_fail_nomem(err, "the generator's transformer");
    t->slices = slices;
    t->probe = probe;
    const struct uncap_session_options options = {.allows_half = true};
    int status =
        uncap_graph_build(&t->attend, runtime, weights, uncap_generator_build_attend, NULL, &options, err);
    for (int i = 0; !status && i < UNCAP_GENERATOR_BLOCKS; i++)
        status = open_block(&t->blocks[i], i, runtime, weights, err);
    if (status) {
        uncap_transformer_close(&t);
        return status;
    }
    *out = t;
    return UNCAP_OK;
}

void uncap_transformer_close(struct uncap_transformer **transformer)
{
    struct uncap_transformer *t = *transformer;
    if (!t)
        return;
    for (int i = 0; i < UNCAP_GENERATOR_BLOCKS; i++) {
        uncap_session_close(&t->blocks[i].qkv);
        uncap_session_close(&t->blocks[i].project);
        uncap_session_close(&t->blocks[i].widen);
        uncap_session_close(&t->blocks[i].narrow);
    }
    uncap_session_close(&t->attend);
    uncap_free(t);
    *transformer = NULL;
}

/* A window is masked if any of its tokens is, in any local frame. */
static void mark_windows(const struct uncap_token_map *map, const struct sizes *s, bool *masked)
{
    const int across = s->pad_w / UNCAP_ATTENTION_COLUMNS;
    for (int t = 0; t < map->n_local; t++)
        for (int y = 0; y < s->fh; y++)
            for (int x = 0; x < s->fw; x++)
                if (map->masks[((size_t)t * (size_t)s->fh + (size_t)y) * (size_t)s->fw + (size_t)x] > 0)
                    masked[y / UNCAP_ATTENTION_ROWS * across + x / UNCAP_ATTENTION_COLUMNS] = true;
}

static int rows_session(struct uncap_session *session, const float *x, size_t rows, int in_width, float *out,
                        int out_width, struct uncap_cancel *cancel, struct uncap_error *err)
{
    struct uncap_tensor a = uncap_tensor_view(UNCAP_F32, UNCAP_SHAPE((int64_t)rows, in_width), x);
    struct uncap_tensor b = uncap_tensor_view(UNCAP_F32, UNCAP_SHAPE((int64_t)rows, out_width), out);
    return uncap_session_run(session, &(struct uncap_port){"x", &a}, 1, &(struct uncap_port){"out", &b}, 1,
                             cancel, err);
}

/* out = projected attention of norm1(x + add) for the first n_wanted frames, which look at all n; x becomes
 * the sum. normal: [padded + pooled][512] scratch. */
static int attention(struct uncap_transformer *t, const struct uncap_token_map *map, int number, int n_wanted,
                     const float *add, float *normal, float *out, struct uncap_cancel *cancel,
                     struct uncap_error *err)
{
    const struct block *b = &t->blocks[number];
    const struct sizes s = sizes_of(map->n, map->h, map->w);
    const struct sizes wanted = sizes_of(n_wanted, map->h, map->w);
    const struct uncap_token_norm norm = {
        map->tokens, add, b->norm_scale[0], b->norm_bias[0], normal, map->n, s.fh, s.fw, s.pad_h, s.pad_w};
    uncap_token_normalise(&norm, t->slices);
    uncap_token_pool(normal, map->n, s.pad_h, s.pad_w, b->pool_weight, b->pool_bias, normal + s.padded * D,
                     t->slices);
    struct uncap_tensor own = uncap_tensor_view(UNCAP_F32, UNCAP_SHAPE((int64_t)wanted.padded, D), normal);
    struct uncap_tensor all =
        uncap_tensor_view(UNCAP_F32, UNCAP_SHAPE((int64_t)(s.padded + s.pooled), D), normal);
    struct uncap_tensor qkv[3] = {{.dtype = UNCAP_F32}};
    const struct uncap_port in[] = {{"x", &own}, {"with_pooled", &all}};
    const struct uncap_port ports[] = {{"q", &qkv[0]}, {"k", &qkv[1]}, {"v", &qkv[2]}};
    bool *masked = uncap_alloc(s.padded / UNCAP_ATTENTION_WINDOW, sizeof(*masked));
    float *seen = uncap_alloc(wanted.rows, D * sizeof(*seen));
    int status = masked && seen ? UNCAP_OK : uncap_fail_nomem(err, "the generator's attention");
    if (!status)
        status = uncap_session_run(b->qkv, in, 2, ports, 3, cancel, err);
    if (!status) {
        mark_windows(map, &s, masked);
        const struct uncap_attention a = {.attend = t->attend,
                                          .q = qkv[0].data,
                                          .k = qkv[1].data,
                                          .v = qkv[2].data,
                                          .masked = masked,
                                          .n = map->n,
                                          .n_wanted = n_wanted,
                                          .h = s.fh,
                                          .w = s.fw,
                                          .pad_h = s.pad_h,
                                          .pad_w = s.pad_w,
                                          .first = map->n > 1 ? number % 2 : 0,
                                          .out = seen};
        status = uncap_attention_run(&a, t->slices, cancel, err);
    }
    if (!status)
        status = rows_session(b->project, seen, wanted.rows, D, out, D, cancel, err);
    for (int i = 0; i < 3; i++)
        uncap_tensor_close(&qkv[i]);
    uncap_free(masked);
    uncap_free(seen);
    return status;
}

/* out = mlp(norm2(x + add)) of the first n frames; x becomes the sum. A few frames at a time bound the wide
 * rows. */
static int feed_forward(struct uncap_transformer *t, const struct uncap_token_map *map, int number, int n,
                        const float *add, float *normal, float *out, struct uncap_cancel *cancel,
                        struct uncap_error *err)
{
    const struct block *b = &t->blocks[number];
    const struct sizes s = sizes_of(n, map->h, map->w);
    const struct uncap_token_norm norm = {
        map->tokens, add, b->norm_scale[1], b->norm_bias[1], normal, n, s.fh, s.fw, s.fh, s.fw};
    uncap_token_normalise(&norm, t->slices);
    const size_t frame = (size_t)s.fh * (size_t)s.fw;
    const int at_once = frame < MLP_ROWS ? (int)(MLP_ROWS / frame) : 1;
    float *wide = uncap_alloc(frame * (size_t)at_once, WIDE * sizeof(*wide));
    float *planes =
        uncap_alloc((size_t)at_once * WIDE_CHANNELS, (size_t)map->h * (size_t)map->w * sizeof(*planes));
    int status = wide && planes ? UNCAP_OK : uncap_fail_nomem(err, "the generator's feed-forward layers");
    for (int i = 0; !status && i < n; i += at_once) {
        const int count = n - i < at_once ? n - i : at_once;
        const size_t at = (size_t)i * frame * D;
        const size_t rows = (size_t)count * frame;
        status = rows_session(b->widen, normal + at, rows, D, wide, WIDE, cancel, err);
        if (!status)
            uncap_token_average(wide, count, WIDE_CHANNELS, map->h, map->w, planes, t->slices);
        if (!status)
            status = rows_session(b->narrow, wide, rows, WIDE, out + at, D, cancel, err);
    }
    uncap_free(wide);
    uncap_free(planes);
    return status;
}

static void add_rows(float *x, const float *add, size_t n)
{
    for (size_t i = 0; i < n; i++)
        x[i] += add[i];
}

static int show_block(const struct uncap_transformer *t, const struct uncap_token_map *map, int number,
                      float *add, struct uncap_error *err)
{
    static const char *const names[UNCAP_GENERATOR_BLOCKS] = {"block0", "block1", "block2", "block3",
                                                              "block4", "block5", "block6", "block7"};
    if (!uncap_probe_wants(t->probe, names[number]))
        return UNCAP_OK;
    const struct sizes s = sizes_of(map->n, map->h, map->w);
    add_rows(map->tokens, add, s.rows * D);
    memset(add, 0, s.rows * D * sizeof(*add));
    return uncap_probe_show(t->probe, names[number], UNCAP_SHAPE(map->n, s.fh, s.fw, D), map->tokens, 0, 1,
                            err);
}

/* Scratch of the functions below. */
struct scratch {
    float *normal, *result;
};

static int open_scratch(struct scratch *k, const struct sizes *s, struct uncap_error *err)
{
    k->normal = uncap_alloc(s->padded + s->pooled, D * sizeof(float));
    k->result = uncap_alloc(s->rows, D * sizeof(float));
    return k->normal && k->result ? UNCAP_OK : uncap_fail_nomem(err, "the generator's tokens");
}

static void close_scratch(struct scratch *k)
{
    uncap_free(k->normal);
    uncap_free(k->result);
}

int uncap_transformer_run(struct uncap_transformer *t, const struct uncap_token_map *map, int first, int end,
                          struct uncap_cancel *cancel, struct uncap_error *err)
{
    const struct sizes s = sizes_of(map->n, map->h, map->w);
    struct scratch k;
    int status = open_scratch(&k, &s, err);
    /* A layer's result is added to the tokens by the normalisation that follows it. */
    for (int i = first; !status && i < end; i++) {
        const int n = i == end - 1 ? map->n_wanted : map->n;
        status = attention(t, map, i, n, i > first ? k.result : NULL, k.normal, k.result, cancel, err);
        if (!status)
            status = feed_forward(t, map, i, n, k.result, k.normal, k.result, cancel, err);
        if (!status)
            status = show_block(t, map, i, k.result, err);
    }
    if (!status)
        add_rows(map->tokens, k.result, sizes_of(map->n_wanted, map->h, map->w).rows * D);
    close_scratch(&k);
    return status;
}

int uncap_transformer_attention(struct uncap_transformer *t, const struct uncap_token_map *map, int block,
                                float *out, struct uncap_cancel *cancel, struct uncap_error *err)
{
    const struct sizes s = sizes_of(map->n, map->h, map->w);
    struct scratch k;
    int status = open_scratch(&k, &s, err);
    if (!status)
        status = attention(t, map, block, map->n, NULL, k.normal, out, cancel, err);
    close_scratch(&k);
    return status;
}

int uncap_transformer_feed_forward(struct uncap_transformer *t, const struct uncap_token_map *map, int block,
                                   float *out, struct uncap_cancel *cancel, struct uncap_error *err)
{
    const struct sizes s = sizes_of(map->n, map->h, map->w);
    struct scratch k;
    int status = open_scratch(&k, &s, err);
    if (!status)
        status = feed_forward(t, map, block, map->n, NULL, k.normal, out, cancel, err);
    close_scratch(&k);
    return status;
}
