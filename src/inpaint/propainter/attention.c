/* SPDX-License-Identifier: Apache-2.0 */
#include "inpaint/propainter/attention.h"

#include <string.h>

#include "base/memory.h"
#include "inpaint/propainter/synth.h"
#include "inpaint/propainter/tokens.h"

enum {
    D = UNCAP_TOKEN_WIDTH,
    ROWS = UNCAP_ATTENTION_ROWS,
    COLUMNS = UNCAP_ATTENTION_COLUMNS,
    WINDOW = UNCAP_ATTENTION_WINDOW,
    AROUND = UNCAP_PROPAINTER_AROUND,
    BATCH_ROWS = 64 * WINDOW /* tokens of unmasked windows handed over at once */
};

/* Scratch of one run. batch: which unmasked (frame, window) pairs are gathered. */
struct work {
    const struct uncap_attention *a;
    float *q, *k, *v, *out;
    int64_t around[AROUND];
    int window;       /* the masked window being gathered */
    int n_keys;       /* key frames */
    int keys_a_frame; /* tokens of a key frame */
    const int *pairs; /* frame * windows + window */
};

static int windows_across(const struct uncap_attention *a)
{
    return a->pad_w / COLUMNS;
}

/* Token i of a window in a frame's map. */
static size_t own_token(const struct uncap_attention *a, int frame, int window, int i)
{
    const int y = window / windows_across(a) * ROWS + i / COLUMNS;
    const int x = window % windows_across(a) * COLUMNS + i % COLUMNS;
    return ((size_t)frame * (size_t)a->pad_h + (size_t)y) * (size_t)a->pad_w + (size_t)x;
}

/* Token number `index` (shift, row, column) around a window, wrapping at the map's edges. */
static size_t around_token(const struct uncap_attention *a, int frame, int window, int64_t index)
{
    static const int shifts[4][2] = {{3, 5}, {3, -5}, {-3, 5}, {-3, -5}};
    const int shift = (int)(index / WINDOW);
    const int i = (int)(index % WINDOW);
    const int y = window / windows_across(a) * ROWS + i / COLUMNS + shifts[shift][0] + a->pad_h;
    const int x = window % windows_across(a) * COLUMNS + i % COLUMNS + shifts[shift][1] + a->pad_w;
    return ((size_t)frame * (size_t)a->pad_h + (size_t)(y % a->pad_h)) * (size_t)a->pad_w +
           (size_t)(x % a->pad_w);
}

static void copy_token(float *to, const float *from, size_t token)
{
    memcpy(to, from + token * D, D * sizeof(*to));
}

static void gather_queries(void *opaque, int frame)
{
    const struct work *k = opaque;
    for (int i = 0; i < WINDOW; i++)
        copy_token(k->q + ((size_t)frame * WINDOW + (size_t)i) * D, k->a->q,
                   own_token(k->a, frame, k->window, i));
}

static void gather_keys(void *opaque, int number)
{
    const struct work *k = opaque;
    const struct uncap_attention *a = k->a;
    const int frame = a->first + 2 * number;
    const size_t pooled = (size_t)(a->pad_h / 4) * (size_t)(a->pad_w / 4);
    float *to_k = k->k + (size_t)number * (size_t)k->keys_a_frame * D;
    float *to_v = k->v + (size_t)number * (size_t)k->keys_a_frame * D;
    for (int i = 0; i < WINDOW + AROUND; i++) {
        const size_t token = i < WINDOW ? own_token(a, frame, k->window, i)
                                        : around_token(a, frame, k->window, k->around[i - WINDOW]);
        copy_token(to_k + (size_t)i * D, a->k, token);
        copy_token(to_v + (size_t)i * D, a->v, token);
    }
    const size_t at = ((size_t)a->n * (size_t)a->pad_h * (size_t)a->pad_w + (size_t)frame * pooled) * D;
    memcpy(to_k + (WINDOW + AROUND) * D, a->k + at, pooled * D * sizeof(float));
    memcpy(to_v + (WINDOW + AROUND) * D, a->v + at, pooled * D * sizeof(float));
}

/* Put one window of one frame where it belongs, without the padding. */
static void scatter(const struct uncap_attention *a, int frame, int window, const float *from)
{
    for (int i = 0; i < WINDOW; i++) {
        const int y = window / windows_across(a) * ROWS + i / COLUMNS;
        const int x = window % windows_across(a) * COLUMNS + i % COLUMNS;
        if (y < a->h && x < a->w)
            memcpy(a->out + (((size_t)frame * (size_t)a->h + (size_t)y) * (size_t)a->w + (size_t)x) * D,
                   from + (size_t)i * D, D * sizeof(*from));
    }
}

static int attend(const struct work *k, int64_t batch, int64_t queries, int64_t keys,
                  struct uncap_cancel *cancel, struct uncap_error *err)
{
    struct uncap_tensor q = uncap_tensor_view(UNCAP_F32, UNCAP_SHAPE(batch, queries, D), k->q);
    struct uncap_tensor key = uncap_tensor_view(UNCAP_F32, UNCAP_SHAPE(batch, keys, D), k->k);
    struct uncap_tensor value = uncap_tensor_view(UNCAP_F32, UNCAP_SHAPE(batch, keys, D), k->v);
    struct uncap_tensor out = uncap_tensor_view(UNCAP_F32, UNCAP_SHAPE(batch, queries, D), k->out);
    const struct uncap_port in[] = {{"q", &q}, {"k", &key}, {"v", &value}};
    return uncap_session_run(k->a->attend, in, 3, &(struct uncap_port){"out", &out}, 1, cancel, err);
}

static int masked_windows(struct work *k, int windows, struct uncap_slices *slices,
                          struct uncap_cancel *cancel, struct uncap_error *err)
{
    const struct uncap_attention *a = k->a;
    int status = UNCAP_OK;
    for (k->window = 0; !status && k->window < windows; k->window++) {
        if (!a->masked[k->window])
            continue;
        uncap_slices_run(slices, a->n_wanted, gather_queries, k);
        uncap_slices_run(slices, k->n_keys, gather_keys, k);
        status =
            attend(k, 1, (int64_t)a->n_wanted * WINDOW, (int64_t)k->n_keys * k->keys_a_frame, cancel, err);
        for (int frame = 0; !status && frame < a->n_wanted; frame++)
            scatter(a, frame, k->window, k->out + (size_t)frame * WINDOW * D);
    }
    return status;
}

static void gather_pair(void *opaque, int i)
{
    const struct work *k = opaque;
    const int windows = k->a->pad_h / ROWS * windows_across(k->a);
    const int frame = k->pairs[i] / windows;
    const int window = k->pairs[i] % windows;
    for (int t = 0; t < WINDOW; t++) {
        const size_t token = own_token(k->a, frame, window, t);
        const size_t to = ((size_t)i * WINDOW + (size_t)t) * D;
        copy_token(k->q + to, k->a->q, token);
        copy_token(k->k + to, k->a->k, token);
        copy_token(k->v + to, k->a->v, token);
    }
}

static int unmasked_windows(struct work *k, int windows, struct uncap_slices *slices,
                            struct uncap_cancel *cancel, struct uncap_error *err)
{
    int pairs[BATCH_ROWS / WINDOW];
    int n = 0;
    int status = UNCAP_OK;
    const int all = k->a->n_wanted * windows;
    k->pairs = pairs;
    for (int i = 0; !status && i <= all; i++) {
        if (n && (i == all || n == BATCH_ROWS / WINDOW)) {
            uncap_slices_run(slices, n, gather_pair, k);
            status = attend(k, n, WINDOW, WINDOW, cancel, err);
            for (int p = 0; !status && p < n; p++)
                scatter(k->a, pairs[p] / windows, pairs[p] % windows, k->out + (size_t)p * WINDOW * D);
            n = 0;
        }
        if (i < all && !k->a->masked[i % windows])
            pairs[n++] = i;
    }
    return status;
}

int uncap_attention_run(const struct uncap_attention *a, struct uncap_slices *slices,
                        struct uncap_cancel *cancel, struct uncap_error *err)
{
    struct work k = {.a = a};
    const int windows = a->pad_h / ROWS * windows_across(a);
    uncap_propainter_around(k.around);
    k.n_keys = (a->n - a->first + 1) / 2;
    k.keys_a_frame = WINDOW + AROUND + a->pad_h / 4 * (a->pad_w / 4);
    const size_t q_rows = a->n * WINDOW > BATCH_ROWS ? (size_t)(a->n * WINDOW) : BATCH_ROWS;
    const size_t k_rows = (size_t)k.n_keys * (size_t)k.keys_a_frame;
    k.q = uncap_alloc(q_rows, D * sizeof(float));
    k.out = uncap_alloc(q_rows, D * sizeof(float));
    k.k = uncap_alloc(k_rows > q_rows ? k_rows : q_rows, D * sizeof(float));
    k.v = uncap_alloc(k_rows > q_rows ? k_rows : q_rows, D * sizeof(float));
    int status = k.q && k.out && k.k && k.v ? UNCAP_OK : uncap_fail_nomem(err, "the generator's attention");
    if (!status)
        status = masked_windows(&k, windows, slices, cancel, err);
    if (!status)
        status = unmasked_windows(&k, windows, slices, cancel, err);
    uncap_free(k.q);
    uncap_free(k.out);
    uncap_free(k.k);
    uncap_free(k.v);
    return status;
}
