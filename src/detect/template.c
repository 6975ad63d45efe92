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

/* Weights from the pattern: its strong pixels alone, blind to smooth pictures, scaled to respond 1 to the pattern. */
static void weigh(struct uncap_template *t, int w, int h, int radius, double *sums)
{
    const size_t n = (size_t)w * (size_t)h;
    const float level = 0.35f * strong_level(t->pattern, n, t->weight);
    double strength = 0;
    size_t n_strong = 0;
    for (size_t i = 0; i < n; i++) {
        const bool is_strong = fabsf(t->pattern[i]) >= level;
        t->weight[i] = is_strong ? t->pattern[i] : 0;
        strength += is_strong ? fabs((double)t->pattern[i]) : 0;
        n_strong += is_strong;
    }
    t->contrast = n_strong ? (float)(strength / (double)n_strong) : 0;
    remove_local_mean(t->weight, w, h, radius, sums);
    double response = 0;
    for (size_t i = 0; i < n; i++)
        response += (double)t->weight[i] * (double)t->pattern[i];
    const float gain = response > 1e-6 ? (float)(1 / response) : 0;
    for (size_t i = 0; i < n; i++)
        t->weight[i] *= gain;
}

int uncap_template_learn(struct uncap_template *out, const struct uncap_luma *const *frames, int n,
                         struct uncap_rect rect, struct uncap_error *err)
{
    const struct uncap_rect all = {0, 0, frames[0]->w, frames[0]->h};
    rect = uncap_rect_intersect(rect, all);
    const int w = uncap_rect_w(rect), h = uncap_rect_h(rect);
    uncap_template_clear(out);
    out->rect = rect;
    out->pattern = uncap_alloc((size_t)w * (size_t)h, sizeof(float));
    out->weight = uncap_alloc((size_t)w * (size_t)h, sizeof(float));
    double *sums = uncap_alloc((size_t)(w + 1) * (size_t)(h + 1), sizeof(*sums));
    if (!out->pattern || !out->weight || !sums) {
        uncap_free(sums);
        uncap_template_clear(out);
        return uncap_fail_nomem(err, "caption template");
    }
    for (int i = 0; i < n; i++)
        for (int y = 0; y < h; y++) {
            const uint8_t *from = frames[i]->data + (ptrdiff_t)(rect.y0 + y) * frames[i]->w + rect.x0;
            float *to = out->pattern + (ptrdiff_t)y * w;
            for (int x = 0; x < w; x++)
                to[x] += (float)from[x] / (float)n;
        }
    /* Strokes are thinner than a third of the line's height. */
    const int radius = h / 3 > 2 ? h / 3 : 2;
    remove_local_mean(out->pattern, w, h, radius, sums);
    weigh(out, w, h, radius, sums);
    uncap_free(sums);
    return UNCAP_OK;
}

void uncap_template_clear(struct uncap_template *t)
{
    uncap_free(t->pattern);
    uncap_free(t->weight);
    *t = (struct uncap_template){.pattern = NULL};
}

float uncap_template_match(const struct uncap_template *t, const struct uncap_luma *frame, int dx, int dy)
{
    const struct uncap_rect at = {t->rect.x0 + dx, t->rect.y0 + dy, t->rect.x1 + dx, t->rect.y1 + dy};
    const struct uncap_rect all = {0, 0, frame->w, frame->h};
    const struct uncap_rect r = uncap_rect_intersect(at, all);
    const int w = uncap_rect_w(at);
    double sum = 0;
    for (int y = r.y0; y < r.y1; y++) {
        const uint8_t *from = frame->data + (ptrdiff_t)y * frame->w;
        const float *weight = t->weight + (ptrdiff_t)(y - at.y0) * w - at.x0;
        float row = 0;
        for (int x = r.x0; x < r.x1; x++)
            row += weight[x] * (float)from[x];
        sum += (double)row;
    }
    return (float)sum;
}
