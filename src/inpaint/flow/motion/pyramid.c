/* SPDX-License-Identifier: Apache-2.0 */
#include "inpaint/flow/motion/pyramid.h"

#include <string.h>

#include "base/memory.h"
#include "inpaint/flow/motion/sample.h"

enum {
    PAD = UNCAP_FLOW_PAD,
    SMALLEST = 40, /* no level below one whose min(w, 2 h) is smaller than this */
};

static void layout(struct flow_pyramid *p, int w, int h, size_t *floats)
{
    *floats = 0;
    p->n_levels = 0;
    while (p->n_levels < FLOW_MAX_LEVELS) {
        struct flow_level *l = &p->level[p->n_levels++];
        l->w = w = (w + 1) / 2;
        l->h = h = (h + 1) / 2;
        l->pitch = (w + 2 * PAD + 15) / 16 * 16;
        *floats += (size_t)4 * (size_t)l->pitch * (size_t)(h + 2 * PAD);
        if (w < SMALLEST || 2 * h < SMALLEST)
            break;
    }
}

size_t flow_pyramid_bytes(int w, int h)
{
    struct flow_pyramid p;
    size_t floats;
    layout(&p, w, h, &floats);
    return floats * sizeof(float) + UNCAP_ALIGN;
}

bool flow_pyramid_open(struct flow_pyramid *p, int w, int h)
{
    size_t floats;
    layout(p, w, h, &floats);
    p->block = uncap_alloc(floats, sizeof(float));
    if (!p->block)
        return false;
    float *at = p->block;
    for (int i = 0; i < p->n_levels; i++) {
        struct flow_level *l = &p->level[i];
        const size_t plane = (size_t)l->pitch * (size_t)(l->h + 2 * PAD);
        float **planes[] = {&l->image, &l->mask, &l->gx, &l->gy};
        for (int k = 0; k < 4; k++, at += plane)
            *planes[k] = at + (ptrdiff_t)PAD * l->pitch + PAD;
    }
    return true;
}

void flow_pyramid_close(struct flow_pyramid *p)
{
    uncap_free(p->block);
    p->block = NULL;
}

static inline int sample_at(const uint8_t *row, int x, bool is_deep)
{
    return is_deep ? ((const uint16_t *)(const void *)row)[x] : row[x];
}

/* Means of n whole blocks of 2 x 2 samples. */
static inline void reduce_blocks(float *restrict image, float *restrict mask, const uint8_t *restrict above,
                                 const uint8_t *restrict below, int n, float scale, bool is_deep)
{
    for (int x = 0; x < n; x++) {
        const int sum = sample_at(above, 2 * x, is_deep) + sample_at(above, 2 * x + 1, is_deep) +
                        sample_at(below, 2 * x, is_deep) + sample_at(below, 2 * x + 1, is_deep);
        image[x] = scale * (float)sum / 4;
        mask[x] = 1;
    }
}

/* Mean of the known samples of a block that is covered in part, or reaches over the edge. */
static void reduce_block(const struct flow_level *l, int x, int y, const struct uncap_picture *luma,
                         const struct flow_mask *covered)
{
    const struct flow_samples samples = flow_samples_of(luma, 0);
    float sum = 0;
    int known = 0;
    int all = 0;
    for (int k = 0; k < 4; k++) {
        const int px = 2 * x + (k & 1);
        const int py = 2 * y + (k >> 1);
        if (px >= luma->w || py >= luma->h)
            continue;
        all++;
        if (covered && flow_mask_has(covered, px, py))
            continue;
        known++;
        sum += flow_sample_get(samples, px, py);
    }
    l->image[(ptrdiff_t)y * l->pitch + x] = known ? sum / (float)known : 0;
    l->mask[(ptrdiff_t)y * l->pitch + x] = (float)known / (float)all;
}

/* The blocks of row y that covered samples lie in. */
static void reduce_covered(const struct flow_level *l, int y, const struct uncap_picture *luma,
                           const struct flow_mask *covered)
{
    const uint64_t *above = covered->bits + (ptrdiff_t)2 * y * covered->words;
    const uint64_t *below = above + (2 * y + 1 < covered->h ? covered->words : 0);
    for (int i = 0; i < covered->words; i++) {
        const uint64_t both = above[i] | below[i];
        uint64_t blocks = (both | both >> 1) & UINT64_C(0x5555555555555555);
        for (; blocks; blocks &= blocks - 1)
            reduce_block(l, (64 * i + __builtin_ctzll(blocks)) / 2, y, luma, covered);
    }
}

/* Mean of the known samples of each 2 x 2 block of the picture. */
static void reduce_picture(const struct flow_level *l, const struct uncap_picture *luma,
                           const struct flow_mask *covered)
{
    const float scale = flow_sample_scale(luma->format);
    for (int y = 0; y < l->h; y++) {
        const int n = 2 * y + 1 < luma->h ? luma->w / 2 : 0;
        const uint8_t *above = luma->data[0] + (ptrdiff_t)2 * y * luma->stride[0];
        float *image = l->image + (ptrdiff_t)y * l->pitch;
        float *mask = l->mask + (ptrdiff_t)y * l->pitch;
        if (luma->format.depth > 8)
            reduce_blocks(image, mask, above, above + luma->stride[0], n, scale, true);
        else
            reduce_blocks(image, mask, above, above + luma->stride[0], n, scale, false);
        for (int x = n; x < l->w; x++)
            reduce_block(l, x, y, luma, covered);
        if (covered)
            reduce_covered(l, y, luma, covered);
    }
}

/* Mask-weighted mean of each 2 x 2 block of the finer level. */
static void reduce_level(const struct flow_level *l, const struct flow_level *fine)
{
    for (int y = 0; y < l->h; y++) {
        const int y1 = 2 * y + 1 < fine->h ? 2 * y + 1 : 2 * y;
        const ptrdiff_t r0 = (ptrdiff_t)2 * y * fine->pitch;
        const ptrdiff_t r1 = (ptrdiff_t)y1 * fine->pitch;
        for (int x = 0; x < l->w; x++) {
            const int x0 = 2 * x;
            const int x1 = x0 + 1 < fine->w ? x0 + 1 : x0;
            const float a = fine->mask[r0 + x0];
            const float b = fine->mask[r0 + x1];
            const float c = fine->mask[r1 + x0];
            const float d = fine->mask[r1 + x1];
            const float sum = a + b + c + d;
            const float value = a * fine->image[r0 + x0] + b * fine->image[r0 + x1] +
                                c * fine->image[r1 + x0] + d * fine->image[r1 + x1];
            l->image[(ptrdiff_t)y * l->pitch + x] = sum > 0 ? value / sum : 0;
            l->mask[(ptrdiff_t)y * l->pitch + x] = 0.25f * sum;
        }
    }
}

static void fill_top(const struct flow_level *l)
{
    float sum = 0;
    float weight = 0;
    for (int y = 0; y < l->h; y++)
        for (int x = 0; x < l->w; x++) {
            const ptrdiff_t o = (ptrdiff_t)y * l->pitch + x;
            sum += l->mask[o] * l->image[o];
            weight += l->mask[o];
        }
    const float mean = weight > 0 ? sum / weight : 128;
    for (int y = 0; y < l->h; y++)
        for (int x = 0; x < l->w; x++) {
            const ptrdiff_t o = (ptrdiff_t)y * l->pitch + x;
            if (l->mask[o] <= 0)
                l->image[o] = mean;
        }
}

/* Holes take the coarser level's value, bilinear. */
static void fill_holes(const struct flow_level *l, const struct flow_level *coarse)
{
    for (int y = 0; y < l->h; y++) {
        const int cy = y >> 1;
        int ny = cy + ((y & 1) ? 1 : -1);
        ny = ny < 0 ? 0 : ny >= coarse->h ? coarse->h - 1 : ny;
        const float *near = coarse->image + (ptrdiff_t)cy * coarse->pitch;
        const float *next = coarse->image + (ptrdiff_t)ny * coarse->pitch;
        for (int x = 0; x < l->w; x++) {
            const ptrdiff_t o = (ptrdiff_t)y * l->pitch + x;
            if (l->mask[o] > 0)
                continue;
            const int cx = x >> 1;
            int nx = cx + ((x & 1) ? 1 : -1);
            nx = nx < 0 ? 0 : nx >= coarse->w ? coarse->w - 1 : nx;
            l->image[o] =
                0.75f * (0.75f * near[cx] + 0.25f * near[nx]) + 0.25f * (0.75f * next[cx] + 0.25f * next[nx]);
        }
    }
}

/* Replicate the image into the pad; the mask's pad stays 0 from allocation. */
static void pad_image(const struct flow_level *l)
{
    for (int y = 0; y < l->h; y++) {
        float *row = l->image + (ptrdiff_t)y * l->pitch;
        for (int x = 1; x <= PAD; x++) {
            row[-x] = row[0];
            row[l->w - 1 + x] = row[l->w - 1];
        }
    }
    const size_t bytes = (size_t)(l->w + 2 * PAD) * sizeof(float);
    const float *first = l->image - PAD;
    const float *last = first + (ptrdiff_t)(l->h - 1) * l->pitch;
    for (int y = 1; y <= PAD; y++) {
        memcpy(l->image - PAD - (ptrdiff_t)y * l->pitch, first, bytes);
        memcpy(l->image - PAD + (ptrdiff_t)(l->h - 1 + y) * l->pitch, last, bytes);
    }
}

static void gradients(const struct flow_level *l)
{
    for (int y = 0; y < l->h; y++) {
        const ptrdiff_t row = (ptrdiff_t)y * l->pitch;
        for (int x = 0; x < l->w; x++) {
            l->gx[row + x] = 0.5f * (l->image[row + x + 1] - l->image[row + x - 1]);
            l->gy[row + x] = 0.5f * (l->image[row + x + l->pitch] - l->image[row + x - l->pitch]);
        }
    }
}

void flow_pyramid_build(struct flow_pyramid *p, const struct uncap_picture *luma,
                        const struct flow_mask *covered)
{
    reduce_picture(&p->level[0], luma, covered);
    for (int i = 1; i < p->n_levels; i++)
        reduce_level(&p->level[i], &p->level[i - 1]);
    fill_top(&p->level[p->n_levels - 1]);
    for (int i = p->n_levels - 2; i >= 0; i--)
        fill_holes(&p->level[i], &p->level[i + 1]);
    for (int i = 0; i < p->n_levels; i++) {
        pad_image(&p->level[i]);
        gradients(&p->level[i]);
    }
}
