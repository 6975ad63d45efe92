/* SPDX-License-Identifier: Apache-2.0 */
#include "inpaint/propainter/tokens.h"

#include <math.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

enum {
    D = UNCAP_TOKEN_WIDTH,
    PATCH = UNCAP_TOKEN_PATCH,
    STRIDE = UNCAP_TOKEN_STRIDE,
    PAD = 3,
    TAPS = PATCH * PATCH
};

/* Sixteen partial sums: a fixed order that vectorises. */
static float sum_of(const float *x, float mean, int is_square)
{
    float part[16] = {0};
    for (int i = 0; i < D; i += 16)
        for (int k = 0; k < 16; k++) {
            const float v = x[i + k] - mean;
            part[k] += is_square ? v * v : v;
        }
    float sum = 0;
    for (int k = 0; k < 16; k++)
        sum += part[k];
    return sum;
}

static void normalise_token(const float *x, const float *scale, const float *bias, float *out)
{
    const float mean = sum_of(x, 0, 0) / (float)D;
    const float inverse = 1.0f / sqrtf(sum_of(x, mean, 1) / (float)D + 1e-5f);
    for (int i = 0; i < D; i++)
        out[i] = (x[i] - mean) * inverse * scale[i] + bias[i];
}

static void normalise_row(void *opaque, int row)
{
    const struct uncap_token_norm *k = opaque;
    const int frame = row / k->pad_h;
    const int y = row % k->pad_h;
    float *out = k->out + (size_t)row * (size_t)k->pad_w * D;
    if (y >= k->h) {
        memset(out, 0, (size_t)k->pad_w * D * sizeof(*out));
        return;
    }
    for (int x = 0; x < k->w; x++) {
        const size_t at = (((size_t)frame * (size_t)k->h + (size_t)y) * (size_t)k->w + (size_t)x) * D;
        for (int i = 0; k->add && i < D; i++)
            k->x[at + (size_t)i] += k->add[at + (size_t)i];
        normalise_token(k->x + at, k->scale, k->bias, out + (size_t)x * D);
    }
    memset(out + (size_t)k->w * D, 0, (size_t)(k->pad_w - k->w) * D * sizeof(*out));
}

void uncap_token_normalise(const struct uncap_token_norm *norm, struct uncap_slices *slices)
{
    struct uncap_token_norm k = *norm;
    uncap_slices_run(slices, k.n * k.pad_h, normalise_row, &k);
}

struct fold {
    float *patches;
    float *planes;
    int channels, h, w;
};

/* Part of a patch side that lies inside [0, size): taps [first, end) of the token at index t. */
static int first_tap(int t)
{
    return t * STRIDE < PAD ? PAD - t * STRIDE : 0;
}

static int end_tap(int t, int size)
{
    const int end = size + PAD - t * STRIDE;
    return end < PATCH ? end : PATCH;
}

static void fold_channel(const float *patches, int channels, int c, int h, int w, float *plane)
{
    const int fh = uncap_token_side(h);
    const int fw = uncap_token_side(w);
    memset(plane, 0, (size_t)h * (size_t)w * sizeof(*plane));
    for (int ty = 0; ty < fh; ty++)
        for (int tx = 0; tx < fw; tx++) {
            const float *patch = patches + ((size_t)(ty * fw + tx) * (size_t)channels + (size_t)c) * TAPS;
            for (int ky = first_tap(ty); ky < end_tap(ty, h); ky++) {
                float *row = plane + (ptrdiff_t)(ty * STRIDE + ky - PAD) * w + tx * STRIDE - PAD;
                for (int kx = first_tap(tx); kx < end_tap(tx, w); kx++)
                    row[kx] += patch[ky * PATCH + kx];
            }
        }
}

static void fold_slice(void *opaque, int c)
{
    const struct fold *k = opaque;
    fold_channel(k->patches, k->channels, c, k->h, k->w, k->planes + (size_t)c * (size_t)k->h * (size_t)k->w);
}

void uncap_token_fold(const float *patches, int channels, int h, int w, float *out,
                      struct uncap_slices *slices)
{
    struct fold k = {(float *)(uintptr_t)patches, out, channels, h, w};
    uncap_slices_run(slices, channels, fold_slice, &k);
}

/* How many patches cover index i of a side: those t with 0 <= i + PAD - t * STRIDE < PATCH. */
static int covering(int i, int size)
{
    const int lowest = i > PAD ? (i - PAD + STRIDE - 1) / STRIDE : 0;
    const int highest = (i + PAD) / STRIDE;
    const int last = uncap_token_side(size) - 1;
    return (highest < last ? highest : last) - lowest + 1;
}

static void divide_by_cover(float *plane, int h, int w)
{
    for (int x = 0; x < w; x++) {
        const int across = covering(x, w);
        for (int y = 0; y < h; y++)
            plane[(ptrdiff_t)y * w + x] /= (float)across;
    }
    for (int y = 0; y < h; y++) {
        const float down = (float)covering(y, h);
        for (int x = 0; x < w; x++)
            plane[(ptrdiff_t)y * w + x] /= down;
    }
}

static void unfold_channel(const float *plane, int channels, int c, int h, int w, float *patches)
{
    const int fh = uncap_token_side(h);
    const int fw = uncap_token_side(w);
    for (int ty = 0; ty < fh; ty++)
        for (int tx = 0; tx < fw; tx++) {
            float *patch = patches + ((size_t)(ty * fw + tx) * (size_t)channels + (size_t)c) * TAPS;
            memset(patch, 0, TAPS * sizeof(*patch));
            for (int ky = first_tap(ty); ky < end_tap(ty, h); ky++) {
                const float *row = plane + (ptrdiff_t)(ty * STRIDE + ky - PAD) * w + tx * STRIDE - PAD;
                for (int kx = first_tap(tx); kx < end_tap(tx, w); kx++)
                    patch[ky * PATCH + kx] = row[kx];
            }
        }
}

static void average_slice(void *opaque, int i)
{
    const struct fold *k = opaque;
    const int frame = i / k->channels;
    const int c = i % k->channels;
    const size_t tokens = (size_t)uncap_token_side(k->h) * (size_t)uncap_token_side(k->w);
    float *patches = k->patches + (size_t)frame * tokens * (size_t)k->channels * TAPS;
    float *plane = k->planes + (size_t)i * (size_t)k->h * (size_t)k->w;
    fold_channel(patches, k->channels, c, k->h, k->w, plane);
    divide_by_cover(plane, k->h, k->w);
    unfold_channel(plane, k->channels, c, k->h, k->w, patches);
}

void uncap_token_average(float *patches, int n, int channels, int h, int w, float *scratch,
                         struct uncap_slices *slices)
{
    struct fold k = {patches, scratch, channels, h, w};
    uncap_slices_run(slices, n * channels, average_slice, &k);
}

struct pool {
    const float *x, *weight, *bias;
    float *out;
    int h, w;
};

static void pool_row(void *opaque, int row)
{
    const struct pool *k = opaque;
    const int oh = k->h / 4;
    const int ow = k->w / 4;
    const size_t frame = (size_t)(row / oh) * (size_t)k->h;
    for (int ox = 0; ox < ow; ox++) {
        float *out = k->out + ((size_t)row * (size_t)ow + (size_t)ox) * D;
        memcpy(out, k->bias, D * sizeof(*out));
        for (int tap = 0; tap < 16; tap++) {
            const size_t y = frame + (size_t)(row % oh * 4 + tap / 4);
            const float *x = k->x + (y * (size_t)k->w + (size_t)(ox * 4 + tap % 4)) * D;
            for (int i = 0; i < D; i++)
                out[i] += x[i] * k->weight[i * 16 + tap];
        }
    }
}

void uncap_token_pool(const float *x, int n, int h, int w, const float *weight, const float *bias, float *out,
                      struct uncap_slices *slices)
{
    struct pool k = {x, weight, bias, out, h, w};
    uncap_slices_run(slices, n * (h / 4), pool_row, &k);
}
