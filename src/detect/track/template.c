/* SPDX-License-Identifier: Apache-2.0 */
#include "detect/track/template.h"

#include <math.h>
#include <stdbool.h>
#include <string.h>

#include "base/memory.h"
#include "kernels/kernels.h"

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

/* The k-th smallest of n values, which are put in another order (Hoare's selection). */
static float nth_smallest(float *values, size_t n, size_t k)
{
    size_t lo = 0, hi = n - 1;
    while (lo < hi) {
        const float pivot = values[lo + (hi - lo) / 2];
        size_t i = lo, j = hi;
        for (;;) {
            while (values[i] < pivot)
                i++;
            while (values[j] > pivot)
                j--;
            if (i >= j)
                break;
            const float v = values[i];
            values[i++] = values[j];
            values[j--] = v;
        }
        /* [lo..j] <= pivot <= [j + 1..hi] */
        if (k <= j)
            hi = j;
        else
            lo = j + 1;
    }
    return values[k];
}

/* Level that a twentieth of the |values| exceed. */
static float strong_level(const float *values, size_t n, float *scratch)
{
    for (size_t i = 0; i < n; i++)
        scratch[i] = fabsf(values[i]);
    return nth_smallest(scratch, n, n - 1 - n / 20);
}

/* Energy and contrast of the strokes. */
static void sum_up(struct uncap_template *t, size_t n)
{
    double strength = 0;
    size_t n_strong = 0;
    t->energy = 0;
    for (size_t i = 0; i < n; i++) {
        const double v = (double)t->pattern[i];
        t->energy += v * v;
        strength += fabs(v);
        n_strong += v < 0 || v > 0;
    }
    t->contrast = n_strong ? (float)(strength / (double)n_strong) : 0;
}

/* Keep the strong pixels alone: the strokes. */
static void keep_strokes(struct uncap_template *t, size_t n, float *scratch)
{
    const float level = 0.35f * strong_level(t->pattern, n, scratch);
    t->box_energy = 0;
    for (size_t i = 0; i < n; i++) {
        const float v = t->pattern[i];
        t->box_energy += (double)v * (double)v;
        if (fabsf(v) < level)
            t->pattern[i] = 0;
    }
    sum_up(t, n);
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
            const uint8_t *from = frames[i]->data + (rect.y0 + y) * frames[i]->stride + rect.x0;
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

/* Of two values the weaker one, if they are of one sign, else 0. */
static float lasting(float a, float b)
{
    return a * b <= 0 ? 0 : fabsf(a) < fabsf(b) ? a : b;
}

int uncap_template_learn_lasting(struct uncap_template *out, const struct uncap_luma *const *frames, int n,
                                 struct uncap_rect rect, struct uncap_error *err)
{
    struct uncap_template next = {.pattern = NULL};
    int status = uncap_template_learn(out, frames, 1, rect, err);
    const size_t area = (size_t)uncap_rect_w(out->rect) * (size_t)uncap_rect_h(out->rect);
    for (int i = 1; i < n && !status; i++) {
        status = uncap_template_learn(&next, &frames[i], 1, rect, err);
        for (size_t k = 0; k < area && !status; k++)
            out->pattern[k] = lasting(out->pattern[k], next.pattern[k]);
    }
    uncap_template_clear(&next);
    if (!status)
        sum_up(out, area);
    return status;
}

struct uncap_rect uncap_template_resized_rect(struct uncap_rect rect, float size)
{
    const int w = (int)fmaxf(3, size * (float)uncap_rect_w(rect) + 0.5f);
    const int h = (int)fmaxf(3, size * (float)uncap_rect_h(rect) + 0.5f);
    const int x0 = (rect.x0 + rect.x1 - w) / 2, y0 = (rect.y0 + rect.y1 - h) / 2;
    return (struct uncap_rect){x0, y0, x0 + w, y0 + h};
}

/* The pattern between its samples; beyond its sides as at the side. */
static float sample_at(const struct uncap_template *t, float x, float y)
{
    const int w = uncap_rect_w(t->rect), h = uncap_rect_h(t->rect);
    x = fminf(fmaxf(x, 0), (float)(w - 1));
    y = fminf(fmaxf(y, 0), (float)(h - 1));
    const int x0 = (int)x, y0 = (int)y, x1 = x0 + 1 < w ? x0 + 1 : x0, y1 = y0 + 1 < h ? y0 + 1 : y0;
    const float *top = t->pattern + (ptrdiff_t)y0 * w, *low = t->pattern + (ptrdiff_t)y1 * w;
    const float u = x - (float)x0, v = y - (float)y0;
    return (1 - v) * ((1 - u) * top[x0] + u * top[x1]) + v * ((1 - u) * low[x0] + u * low[x1]);
}

int uncap_template_resize(struct uncap_template *out, const struct uncap_template *t, float size,
                          struct uncap_error *err)
{
    const struct uncap_rect r = uncap_template_resized_rect(t->rect, size);
    const int w = uncap_rect_w(r), h = uncap_rect_h(r);
    const float middle_x = 0.5f * (float)(uncap_rect_w(t->rect) - 1),
                middle_y = 0.5f * (float)(uncap_rect_h(t->rect) - 1);
    const int radius = (int)(size * (float)t->radius + 0.5f);
    uncap_template_clear(out);
    *out = (struct uncap_template){.rect = r, .radius = radius > 2 ? radius : 2, .contrast = t->contrast};
    out->pattern = uncap_alloc((size_t)w * (size_t)h, sizeof(float));
    if (!out->pattern)
        return uncap_fail_nomem(err, "caption template");
    for (int y = 0; y < h; y++)
        for (int x = 0; x < w; x++) {
            const float v = sample_at(t, middle_x + ((float)x - 0.5f * (float)(w - 1)) / size,
                                      middle_y + ((float)y - 0.5f * (float)(h - 1)) / size);
            out->pattern[(ptrdiff_t)y * w + x] = v;
            out->energy += (double)v * (double)v;
        }
    out->box_energy = out->energy;
    return UNCAP_OK;
}

static bool has_stroke(const struct uncap_template *t, int x)
{
    const int w = uncap_rect_w(t->rect), h = uncap_rect_h(t->rect);
    for (int y = 0; y < h; y++)
        if (t->pattern[(ptrdiff_t)y * w + x] < 0 || t->pattern[(ptrdiff_t)y * w + x] > 0)
            return true;
    return false;
}

int uncap_template_part(struct uncap_template *out, const struct uncap_template *t, int first, int end,
                        struct uncap_error *err)
{
    const int w = uncap_rect_w(t->rect), h = uncap_rect_h(t->rect);
    first = first > t->rect.x0 ? first - t->rect.x0 : 0;
    end = end < t->rect.x1 ? end - t->rect.x0 : w;
    /* Beside the strokes room for their local mean. */
    const int x0 = first > t->radius ? first - t->radius : 0, x1 = end + t->radius < w ? end + t->radius : w;
    uncap_template_clear(out);
    *out = (struct uncap_template){.rect = {t->rect.x0 + x0, t->rect.y0, t->rect.x0 + x1, t->rect.y1},
                                   .radius = t->radius,
                                   .contrast = t->contrast};
    out->pattern = uncap_alloc((size_t)(x1 - x0) * (size_t)h, sizeof(float));
    if (!out->pattern)
        return uncap_fail_nomem(err, "caption template");
    for (int y = 0; y < h; y++)
        for (int x = first; x < end; x++) {
            const float v = t->pattern[(ptrdiff_t)y * w + x];
            out->pattern[(ptrdiff_t)y * (x1 - x0) + x - x0] = v;
            out->energy += (double)v * (double)v;
        }
    out->box_energy = out->energy;
    return UNCAP_OK;
}

int uncap_template_head(struct uncap_template *out, const struct uncap_template *t, int columns,
                        struct uncap_error *err)
{
    int first = 0;
    while (first < uncap_rect_w(t->rect) - 1 && !has_stroke(t, first))
        first++;
    first += t->rect.x0;
    return uncap_template_part(out, t, first, first + columns, err);
}

void uncap_template_clear(struct uncap_template *t)
{
    uncap_free(t->pattern);
    *t = (struct uncap_template){.pattern = NULL};
}

void uncap_template_scratch_clear(struct uncap_template_scratch *scratch)
{
    uncap_free(scratch->samples);
    uncap_free(scratch->row);
    uncap_free(scratch->sums);
    *scratch = (struct uncap_template_scratch){.row = NULL};
}

/* Samples of a rectangle: rows pitch apart. */
struct samples {
    const uint8_t *data;
    ptrdiff_t pitch;
    int w, h;
};

/* The frame's part under the displaced rectangle; the mean of what there is where it leaves the picture.
 *
 * image  [h][w] scratch, used if it leaves the picture. */
static struct samples cut(const struct uncap_luma *frame, struct uncap_rect at, uint8_t *image)
{
    const struct uncap_rect all = {0, 0, frame->w, frame->h};
    const struct uncap_rect r = uncap_rect_intersect(at, all);
    const int w = uncap_rect_w(at), h = uncap_rect_h(at);
    if (uncap_rect_w(r) == w && uncap_rect_h(r) == h)
        return (struct samples){frame->data + at.y0 * frame->stride + at.x0, frame->stride, w, h};
    long sum = 0, n = 0;
    for (int y = r.y0; y < r.y1; y++)
        for (int x = r.x0; x < r.x1; x++, n++)
            sum += frame->data[y * frame->stride + x];
    memset(image, n ? (int)(sum / n) : 0, (size_t)w * (size_t)h);
    for (int y = r.y0; y < r.y1; y++)
        memcpy(image + (ptrdiff_t)(y - at.y0) * w + r.x0 - at.x0, frame->data + y * frame->stride + r.x0,
               (size_t)uncap_rect_w(r));
    return (struct samples){image, w, w, h};
}

/* sums[y][x] = sum of the samples above and left of (x, y), of at most 2^32 / 255. sums: [(h+1)*(w+1)]. */
static void integrate(const struct samples *s, uint32_t *sums)
{
    const ptrdiff_t stride = s->w + 1;
    memset(sums, 0, (size_t)stride * sizeof(*sums));
    for (int y = 0; y < s->h; y++, sums += stride) {
        sums[stride] = 0;
        uncap_kernels_best()->add_up(s->data + y * s->pitch, sums + 1, s->w, sums + stride + 1);
    }
}

/* One row as remove_local_mean makes it, of samples that are whole numbers, which is faster. sums: as
 * integrate makes them, of these samples or of an area around them; rows pitch apart. */
static void level_row(const struct samples *s, int y, int r, const uint32_t *sums, ptrdiff_t pitch,
                      float *out)
{
    const int w = s->w, y0 = y > r ? y - r : 0, y1 = y + r + 1 < s->h ? y + r + 1 : s->h;
    const uint32_t *top = sums + y0 * pitch, *bottom = sums + y1 * pitch;
    const uint8_t *in = s->data + y * s->pitch;
    const float share = 1 / (float)((y1 - y0) * (2 * r + 1));
    const int inner0 = r < w ? r : w, inner1 = w - r - 1 > inner0 ? w - r - 1 : inner0;
    if (inner1 > inner0)
        uncap_kernels_best()->stand_out(in + inner0, top + inner0 - r, bottom + inner0 - r, 2 * r + 1,
                                        inner1 - inner0, share, out + inner0);
    for (int x = 0; x < w; x = x + 1 == inner0 && inner1 > inner0 ? inner1 : x + 1) {
        const int x0 = x > r ? x - r : 0, x1 = x + r + 1 < w ? x + r + 1 : w;
        const uint32_t sum = bottom[x1] - top[x1] - bottom[x0] + top[x0];
        out[x] = (float)in[x] - (float)(int32_t)sum / (float)((y1 - y0) * (x1 - x0));
    }
}

/* Compare with samples of the pattern's size. sums, pitch: as in level_row; row: [w] scratch. */
static struct uncap_match compare(const struct uncap_template *t, const struct samples *samples,
                                  const uint32_t *sums, ptrdiff_t pitch, float *row)
{
    double product = 0, energy = 0, box_energy = 0;
    for (int y = 0; y < samples->h; y++) {
        float parts[3]; /* pattern * image, image^2 on the pattern's strokes, image^2 */
        level_row(samples, y, t->radius, sums, pitch, row);
        uncap_kernels_best()->agree(t->pattern + (ptrdiff_t)y * samples->w, row, samples->w, parts);
        product += (double)parts[0];
        energy += (double)parts[1];
        box_energy += (double)parts[2];
    }
    struct uncap_match match = {.gain = t->energy > 0 ? (float)(product / t->energy) : 0};
    if (t->energy > 0 && energy > 0)
        match.likeness = (float)(product / sqrt(t->energy * energy));
    if (t->box_energy > 0)
        match.busyness = (float)sqrt(box_energy / t->box_energy);
    return match;
}

/* Room for a pattern of w columns and samples of an area. */
static int prepare(struct uncap_template_scratch *s, int w, struct uncap_rect area, struct uncap_error *err)
{
    const size_t area_w = (size_t)uncap_rect_w(area), area_h = (size_t)uncap_rect_h(area);
    const bool has_all =
        uncap_grow((void **)&s->samples, &s->samples_capacity, area_w * area_h, sizeof(*s->samples)) &&
        uncap_grow((void **)&s->row, &s->row_capacity, (size_t)w, sizeof(*s->row)) &&
        uncap_grow((void **)&s->sums, &s->sums_capacity, (area_w + 1) * (area_h + 1), sizeof(*s->sums));
    return has_all ? UNCAP_OK : uncap_fail_nomem(err, "caption template");
}

int uncap_template_match(const struct uncap_template *t, const struct uncap_luma *frame, int dx, int dy,
                         struct uncap_template_scratch *s, struct uncap_match *out, struct uncap_error *err)
{
    const struct uncap_rect at = {t->rect.x0 + dx, t->rect.y0 + dy, t->rect.x1 + dx, t->rect.y1 + dy};
    const int status = prepare(s, uncap_rect_w(at), at, err);
    if (status)
        return status;
    const struct samples samples = cut(frame, at, s->samples);
    integrate(&samples, s->sums);
    *out = compare(t, &samples, s->sums, samples.w + 1, s->row);
    return UNCAP_OK;
}

int uncap_template_match_around(const struct uncap_template *t, const struct uncap_luma *frame, int reach,
                                int step, struct uncap_template_scratch *s, struct uncap_match *out,
                                struct uncap_error *err)
{
    const struct uncap_rect all = {0, 0, frame->w, frame->h}, area = uncap_rect_grow(t->rect, reach, reach);
    const int w = uncap_rect_w(t->rect), h = uncap_rect_h(t->rect), pitch = uncap_rect_w(area) + 1;
    const struct uncap_rect inside = uncap_rect_intersect(area, all);
    const bool is_inside =
        uncap_rect_w(inside) == uncap_rect_w(area) && uncap_rect_h(inside) == uncap_rect_h(area);
    int status = is_inside ? prepare(s, w, area, err) : UNCAP_OK;
    struct samples samples = {.w = uncap_rect_w(area), .h = uncap_rect_h(area), .pitch = frame->stride};
    if (is_inside && !status) {
        samples.data = frame->data + area.y0 * frame->stride + area.x0;
        integrate(&samples, s->sums);
    }
    for (int y = 0; y <= 2 * reach && !status; y += step)
        for (int x = 0; x <= 2 * reach && !status; x += step, out++) {
            if (!is_inside) {
                status = uncap_template_match(t, frame, x - reach, y - reach, s, out, err);
                continue;
            }
            const struct samples here = {samples.data + y * samples.pitch + x, samples.pitch, w, h};
            *out = compare(t, &here, s->sums + (ptrdiff_t)y * pitch + x, pitch, s->row);
        }
    return status;
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
