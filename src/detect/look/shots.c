/* SPDX-License-Identifier: Apache-2.0 */
#include "detect/look/shots.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "kernels/kernels.h"

enum {
    W = UNCAP_SHOTS_W,
    H = UNCAP_SHOTS_H,
    REACH = 4,   /* samples a block is searched around its place */
    BLOCK_W = 8, /* blocks tile the thumbnail */
    BLOCK_H = 6,
    N_BLOCKS = W / BLOCK_W * (H / BLOCK_H),
    WINDOW = 2 * UNCAP_SHOTS_DELAY + 1,
};

_Static_assert((int)W == (int)UNCAP_DIFFERENCES_W && (int)BLOCK_W == 8,
               "a row of blocks is what the kernel compares");

/* In grey levels. Dev clips: cuts 26..96, fast motion up to 13, a caption that appears 3. */
static const float min_distance = 8;
/* How far a cut stands above its neighbours; cuts 2.6..80, all else below 1.8 at distances over 3. */
static const float min_ratio = 2.1f;

/* Add the sums of some columns of samples, [first, first + n), to those of the thumbnail's columns. */
static void add_columns(const uint16_t *columns, int first, int n, int w, unsigned sum[W])
{
    for (int x = 0; x < W; x++) {
        const int x0 = x * w / W, x1 = (x + 1) * w / W > x0 ? (x + 1) * w / W : x0 + 1;
        const int end = x1 < first + n ? x1 : first + n;
        for (int u = x0 > first ? x0 : first; u < end; u++)
            sum[x] += columns[u - first];
    }
}

/* Sums over rows [y0, y1) of the samples under each of the thumbnail's columns. */
static void sum_rows(const struct uncap_luma *luma, int y0, int y1, unsigned sum[W])
{
    enum { STRIPE = 2048 };
    const struct uncap_kernels *kernels = uncap_kernels_best();
    uint16_t columns[STRIPE];
    for (int first = 0; first < luma->w; first += STRIPE)
        for (int y = y0; y < y1; y += UNCAP_COLUMN_ROWS) {
            const int n = luma->w - first < STRIPE ? luma->w - first : STRIPE;
            const int n_rows = y1 - y < UNCAP_COLUMN_ROWS ? y1 - y : UNCAP_COLUMN_ROWS;
            kernels->columns(luma->data + y * luma->stride + first, luma->stride, n, n_rows, columns);
            add_columns(columns, first, n, luma->w, sum);
        }
}

/* Shrink by averaging; every thumbnail sample is the mean of the luma samples it covers, at least one. */
static void shrink(const struct uncap_luma *luma, uint8_t thumb[H * W])
{
    for (int y = 0; y < H; y++) {
        const int y0 = y * luma->h / H, y1 = (y + 1) * luma->h / H > y0 ? (y + 1) * luma->h / H : y0 + 1;
        unsigned sum[W] = {0};
        sum_rows(luma, y0, y1, sum);
        for (int x = 0; x < W; x++) {
            const int n = (x + 1) * luma->w / W - x * luma->w / W;
            thumb[y * W + x] = (uint8_t)(sum[x] / (unsigned)((y1 - y0) * (n > 1 ? n : 1)));
        }
    }
}

enum { PAD_W = W + 2 * REACH, PAD_H = H + 2 * REACH };

static void pad(const uint8_t thumb[H * W], uint8_t padded[PAD_H * PAD_W])
{
    for (int y = 0; y < PAD_H; y++) {
        const int from = y < REACH ? 0 : y - REACH < H ? y - REACH : H - 1;
        uint8_t *to = padded + y * PAD_W;
        memset(to, thumb[from * W], REACH);
        memcpy(to + REACH, thumb + from * W, W);
        memset(to + REACH + W, thumb[from * W + W - 1], REACH);
    }
}

static int compare(const void *a, const void *b)
{
    return *(const uint16_t *)a - *(const uint16_t *)b;
}

/* The mean over the n blocks that are least off. */
static float mean_of_least(uint16_t blocks[N_BLOCKS], int n)
{
    int total = 0;
    qsort(blocks, N_BLOCKS, sizeof(*blocks), compare);
    for (int i = 0; i < n; i++)
        total += blocks[i];
    return (float)total / (float)(n * BLOCK_W * BLOCK_H);
}

/* rest: out, that of the blocks that change least. */
static float distance(const uint8_t before[H * W], const uint8_t after[H * W], float *rest)
{
    const struct uncap_kernels *k = uncap_kernels_best();
    uint8_t padded[PAD_H * PAD_W];
    pad(before, padded);
    uint16_t blocks[N_BLOCKS];
    memset(blocks, 255, sizeof(blocks));
    for (int by = 0; by < H; by += BLOCK_H) {
        uint16_t *best = blocks + by / BLOCK_H * (W / BLOCK_W), sums[W / BLOCK_W];
        for (int dy = 0; dy <= 2 * REACH; dy++)
            for (int dx = 0; dx <= 2 * REACH; dx++) {
                k->differences(padded + (by + dy) * PAD_W + dx, PAD_W, after + by * W, W, BLOCK_H, sums);
                for (int i = 0; i < W / BLOCK_W; i++)
                    best[i] = sums[i] < best[i] ? sums[i] : best[i];
            }
    }
    *rest = mean_of_least(blocks, 2 * N_BLOCKS / 3);
    return mean_of_least(blocks, N_BLOCKS);
}

/* Does a frame's distance stand above those of the frames around it? */
static bool stands_out(const float distance[WINDOW], int64_t frame, int64_t end)
{
    float around = 0;
    for (int64_t i = frame - UNCAP_SHOTS_DELAY; i <= frame + UNCAP_SHOTS_DELAY; i++)
        if (i != frame && i > 0 && i < end)
            around = fmaxf(around, distance[i % WINDOW]);
    return distance[frame % WINDOW] > min_ratio * (around + 0.5f);
}

/* Frames before the first and after the last have distance 0; `end` is the number of frames known. */
static bool is_cut_at(const struct uncap_shots *s, int64_t frame, int64_t end)
{
    if (frame == 0)
        return true;
    return s->distance[frame % WINDOW] >= min_distance && stands_out(s->distance, frame, end) &&
           stands_out(s->rest, frame, end);
}

bool uncap_shots_seem_cut(const struct uncap_shots *s)
{
    for (int64_t frame = s->n_decided; frame < s->n; frame++)
        if (is_cut_at(s, frame, s->n))
            return true;
    return false;
}

bool uncap_shots_drain(struct uncap_shots *s, int64_t *frame, bool *is_cut)
{
    if (s->n_decided >= s->n)
        return false;
    *frame = s->n_decided++;
    *is_cut = is_cut_at(s, *frame, s->n);
    return true;
}

bool uncap_shots_push(struct uncap_shots *s, const struct uncap_luma *luma, int64_t *frame, bool *is_cut)
{
    uint8_t thumb[H * W];
    shrink(luma, thumb);
    s->rest[s->n % WINDOW] = 0;
    s->distance[s->n % WINDOW] = s->n ? distance(s->last, thumb, &s->rest[s->n % WINDOW]) : 0;
    memcpy(s->last, thumb, sizeof(thumb));
    s->n++;
    if (s->n <= UNCAP_SHOTS_DELAY)
        return false;
    return uncap_shots_drain(s, frame, is_cut);
}
