/* SPDX-License-Identifier: Apache-2.0 */
#include "detect/template.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"

/* Take off the mean over a (2r+1) x (2r+1) square, replicated beyond the edges by shrinking it there.
 *
 * image  [h][w], in place; sums: [(h+1)*(w+1)] scratch. */
static void remove_local_mean(float *image, int w, int h, int r, double *sums)
{
    const ptrdiff_t stride = w + 1;
    memset(sums, 0, (size_t)stride * sizeof(*sums));
    for (int y = 0; y < h; y++) {
        double row = 0;
        sums[(y + 1) * stride] = 0;
        for (int x = 0; x < w; x++) {
            row += (double)image[(ptrdiff_t)y * w + x];
            sums[(y + 1) * stride + x + 1] = sums[y * stride + x + 1] + row;
        }
    }
    for (int y = 0; y < h; y++) {
        const int y0 = y > r ? y - r : 0, y1 = y + r + 1 < h ? y + r + 1 : h;
        for (int x = 0; x < w; x++) {
            const int x0 = x > r ? x - r : 0, x1 = x + r + 1 < w ? x + r + 1 : w;
            const double sum = sums[y1 * stride + x1] - sums[y0 * stride + x1] - sums[y1 * stride + x0] +
                               sums[y0 * stride + x0];
            image[(ptrdiff_t)y * w + x] -= (float)(sum / ((y1 - y0) * (x1 - x0)));
        }
    }
}

static int by_size(const void *a, const void *b)
{
    const float x = *(const float *)a, y = *(const float *)b;
    return (x > y) - (x < y);
}

/* Level that a twentieth of the |values| exceed. */
static float strong_level(const float *values, size_t n, float *scratch)
{
    for (size_t i = 0; i < n; i++)
        scratch[i] = fabsf(values[i]);
    qsort(scratch, n, sizeof(*scratch), by_size);
    return scratch[n - 1 - n / 20];
}

/* Keep the strong pixels alone: the strokes. */
static void keep_strokes(struct uncap_template *t, size_t n, float *scratch)
{
    const float level = 0.35f * strong_level(t->pattern, n, scratch);
    double strength = 0;
    size_t n_strong = 0;
    t->energy = t->box_energy = 0;
    for (size_t i = 0; i < n; i++) {
        const float v = t->pattern[i];
        t->box_energy += (double)v * (double)v;
        if (fabsf(v) < level) {
            t->pattern[i] = 0;
            continue;
        }
        t->energy += (double)v * (double)v;
        strength += fabs((double)v);
        n_strong++;
    }
    t->contrast = n_strong ? (float)(strength / (double)n_strong) : 0;
}

int uncap_template_learn(struct uncap_template *out, const struct uncap_luma *const *frames, int n,
                         struct uncap_rect rect, struct uncap_error *err)
{
    const struct uncap_rect all = {0, 0, frames[0]->w, frames[0]->h};
    rect = uncap_rect_intersect(rect, all);
    const int w = uncap_rect_w(rect), h = uncap_rect_h(rect);
    uncap_template_clear(out);
    out->rect = rect;
    /* Strokes are thinner than a third of the line's height. */
    out->radius = h / 3 > 2 ? h / 3 : 2;
    out->pattern = uncap_alloc((size_t)w * (size_t)h, sizeof(float));
    float *scratch = uncap_alloc((size_t)w * (size_t)h, sizeof(*scratch));
    double *sums = uncap_alloc((size_t)(w + 1) * (size_t)(h + 1), sizeof(*sums));
    const bool has_all = out->pattern && scratch && sums;
    for (int i = 0; i < n && has_all; i++)
        for (int y = 0; y < h; y++) {
            const uint8_t *from = frames[i]->data + (ptrdiff_t)(rect.y0 + y) * frames[i]->w + rect.x0;
            float *to = out->pattern + (ptrdiff_t)y * w;
            for (int x = 0; x < w; x++)
                to[x] += (float)from[x] / (float)n;
        }
    if (has_all) {
        remove_local_mean(out->pattern, w, h, out->radius, sums);
        keep_strokes(out, (size_t)w * (size_t)h, scratch);
    }
    uncap_free(sums);
    uncap_free(scratch);
    if (has_all)
        return UNCAP_OK;
    uncap_template_clear(out);
    return uncap_fail_nomem(err, "caption template");
}

void uncap_template_clear(struct uncap_template *t)
{
    uncap_free(t->pattern);
    *t = (struct uncap_template){.pattern = NULL};
}

void uncap_template_scratch_clear(struct uncap_template_scratch *scratch)
{
    uncap_free(scratch->image);
    uncap_free(scratch->sums);
    *scratch = (struct uncap_template_scratch){.image = NULL};
}

/* The frame's part under the displaced rectangle; the mean of what there is where it leaves the picture. */
static void cut(const struct uncap_luma *frame, struct uncap_rect at, float *image)
{
    const struct uncap_rect all = {0, 0, frame->w, frame->h};
    const struct uncap_rect r = uncap_rect_intersect(at, all);
    const int w = uncap_rect_w(at), h = uncap_rect_h(at);
    long sum = 0, n = 0;
    const bool is_whole = uncap_rect_w(r) == w && uncap_rect_h(r) == h;
    for (int y = r.y0; y < r.y1 && !is_whole; y++)
        for (int x = r.x0; x < r.x1; x++, n++)
            sum += frame->data[(ptrdiff_t)y * frame->w + x];
    for (int i = 0; i < w * h && !is_whole; i++)
        image[i] = n ? (float)(sum / n) : 0;
    for (int y = r.y0; y < r.y1; y++) {
        const uint8_t *from = frame->data + (ptrdiff_t)y * frame->w;
        float *to = image + (ptrdiff_t)(y - at.y0) * w - at.x0;
        for (int x = r.x0; x < r.x1; x++)
            to[x] = (float)from[x];
    }
}

int uncap_template_match(const struct uncap_template *t, const struct uncap_luma *frame, int dx, int dy,
                         struct uncap_template_scratch *s, struct uncap_match *out, struct uncap_error *err)
{
    const struct uncap_rect at = {t->rect.x0 + dx, t->rect.y0 + dy, t->rect.x1 + dx, t->rect.y1 + dy};
    const int w = uncap_rect_w(at), h = uncap_rect_h(at);
    const size_t n = (size_t)w * (size_t)h;
    if (!uncap_grow((void **)&s->image, &s->image_capacity, n, sizeof(*s->image)) ||
        !uncap_grow((void **)&s->sums, &s->sums_capacity, (size_t)(w + 1) * (size_t)(h + 1),
                    sizeof(*s->sums)))
        return uncap_fail_nomem(err, "caption template");
    cut(frame, at, s->image);
    remove_local_mean(s->image, w, h, t->radius, s->sums);
    double product = 0, energy = 0, box_energy = 0;
    for (int y = 0; y < h; y++) {
        const float *pattern = t->pattern + (ptrdiff_t)y * w, *image = s->image + (ptrdiff_t)y * w;
        float row_product = 0, row_energy = 0, row_all = 0;
        for (int x = 0; x < w; x++) {
            const float v = pattern[x] < 0 || pattern[x] > 0 ? image[x] : 0;
            row_product += pattern[x] * v;
            row_energy += v * v;
            row_all += image[x] * image[x];
        }
        product += (double)row_product;
        energy += (double)row_energy;
        box_energy += (double)row_all;
    }
    *out = (struct uncap_match){.gain = t->energy > 0 ? (float)(product / t->energy) : 0};
    if (t->energy > 0 && energy > 0)
        out->likeness = (float)(product / sqrt(t->energy * energy));
    if (t->box_energy > 0)
        out->busyness = (float)sqrt(box_energy / t->box_energy);
    return UNCAP_OK;
}

float uncap_template_likeness(const struct uncap_template *a, const struct uncap_template *b)
{
    const struct uncap_rect r = uncap_rect_intersect(a->rect, b->rect);
    const int aw = uncap_rect_w(a->rect), bw = uncap_rect_w(b->rect);
    double ab = 0, aa = 0, bb = 0;
    if (2 * uncap_rect_w(r) < (aw > bw ? aw : bw))
        return 0;
    for (int y = r.y0; y < r.y1; y++)
        for (int x = r.x0; x < r.x1; x++) {
            const double u = (double)a->pattern[(ptrdiff_t)(y - a->rect.y0) * aw + x - a->rect.x0];
            const double v = (double)b->pattern[(ptrdiff_t)(y - b->rect.y0) * bw + x - b->rect.x0];
            ab += u * v;
            aa += u * u;
            bb += v * v;
        }
    return aa > 0 && bb > 0 ? (float)(ab / sqrt(aa * bb)) : 0;
}
