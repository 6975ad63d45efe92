/* SPDX-License-Identifier: Apache-2.0 */
#include "detect/ocr/boxes.h"

#include <math.h>
#include <stdbool.h>
#include <string.h>

#include "base/memory.h"
#include "detect/ocr/hull.h"

struct uncap_boxes_options uncap_boxes_defaults(void)
{
    /* PaddleOCR 2.7, ppocr/postprocess/db_postprocess.py, DBPostProcess: thresh, box_thresh, unclip_ratio,
     * min_size. */
    return (struct uncap_boxes_options){
        .threshold = 0.3f, .min_score = 0.6f, .unclip = 1.5f, .min_side_px = 3};
}

/* Flood fill state over one map. */
struct fill {
    const float *map;
    int w, h;
    float threshold;
    uint8_t *seen;  /* [h][w], 1: not text or taken already */
    int32_t *stack; /* [w*h] pixels to visit, then the component's pixels in order of visit */
};

/* Collect the 8-connected component of start into f->stack; returns its size. */
static size_t component(struct fill *f, int32_t start)
{
    size_t n = 0;
    f->stack[n++] = start;
    f->seen[start] = 1;
    for (size_t i = 0; i < n; i++) {
        const int x = f->stack[i] % f->w, y = f->stack[i] / f->w;
        const int x1 = x + 1 < f->w ? x + 1 : x, y1 = y + 1 < f->h ? y + 1 : y;
        for (int v = y ? y - 1 : 0; v <= y1; v++)
            for (int u = x ? x - 1 : 0; u <= x1; u++) {
                const int32_t at = v * f->w + u;
                if (f->seen[at])
                    continue;
                f->seen[at] = 1;
                f->stack[n++] = at;
            }
    }
    return n;
}

/* Mean of the map inside a convex quad (pixel centres). */
static float mean_inside(const float *map, int w, int h, const struct uncap_quad *q)
{
    const struct uncap_rect all = {0, 0, w, h};
    const struct uncap_rect r = uncap_rect_intersect(uncap_quad_bounds(q), all);
    double sum = 0;
    long n = 0;
    for (int y = r.y0; y < r.y1; y++)
        for (int x = r.x0; x < r.x1; x++) {
            bool is_inside = true;
            for (int i = 0; i < 4 && is_inside; i++) {
                const struct uncap_point a = q->p[i], b = q->p[(i + 1) % 4];
                /* Half a pixel of slack: a one-pixel-high bar is inside its own rectangle. */
                const float side = (b.x - a.x) * ((float)y - a.y) - (b.y - a.y) * ((float)x - a.x);
                is_inside = side >= -0.5f * hypotf(b.x - a.x, b.y - a.y);
            }
            if (!is_inside)
                continue;
            const float p = map[(size_t)y * (size_t)w + (size_t)x];
            sum += p > 0 ? p : 0;
            n++;
        }
    return n ? (float)(sum / (double)n) : 0;
}

/* Only a row's outermost pixels can be on the hull: two points a row instead of all pixels. */
static size_t outline(const struct fill *f, size_t n, struct uncap_point *points, int32_t *left,
                      int32_t *right)
{
    int y0 = f->h, y1 = -1;
    for (size_t i = 0; i < n; i++) {
        const int32_t x = f->stack[i] % f->w, y = f->stack[i] / f->w;
        if (y < y0 || y > y1) {
            /* Components grow row by row in both directions, so a row is new exactly when it widens the
             * range. */
            left[y] = right[y] = x;
            y0 = y < y0 ? y : y0;
            y1 = y > y1 ? y : y1;
        }
        left[y] = x < left[y] ? x : left[y];
        right[y] = x > right[y] ? x : right[y];
    }
    size_t k = 0;
    for (int y = y0; y <= y1; y++) {
        points[k++] = (struct uncap_point){(float)left[y], (float)y};
        points[k++] = (struct uncap_point){(float)right[y], (float)y};
    }
    return k;
}

static struct uncap_quad placed(const struct uncap_quad *q, struct uncap_map_place place)
{
    struct uncap_quad out;
    for (int i = 0; i < 4; i++) {
        out.p[i].x = (float)(place.x0 + (q->p[i].x + 0.5) * place.scale_x - 0.5);
        out.p[i].y = (float)(place.y0 + (q->p[i].y + 0.5) * place.scale_y - 0.5);
    }
    return out;
}

/* Turn one component's hull into a box; false if it is too small or too weak. */
static bool box_of(const struct fill *f, const struct uncap_point *hull, size_t n,
                   struct uncap_map_place place, const struct uncap_boxes_options *o, struct uncap_box *box)
{
    const struct uncap_quad tight = uncap_hull_min_rect(hull, n);
    float w, h;
    uncap_quad_sides(&tight, &w, &h);
    if (fminf(w, h) + 1 < o->min_side_px) /* + 1: between pixel centres one pixel is missing */
        return false;
    box->score = mean_inside(f->map, f->w, f->h, &tight);
    if (box->score < o->min_score)
        return false;
    const float grow = (w + 1) * (h + 1) * o->unclip / (2 * (w + h + 2));
    const struct uncap_quad grown = uncap_quad_grow(&tight, grow);
    box->quad = placed(&grown, place);
    return true;
}

static int collect(struct fill *f, struct uncap_point *points, int32_t *rows, struct uncap_map_place place,
                   const struct uncap_boxes_options *o, struct uncap_boxes *out, struct uncap_error *err)
{
    const int32_t n_pixels = f->w * f->h;
    for (int32_t at = 0; at < n_pixels; at++) {
        if (f->seen[at])
            continue;
        const size_t n = component(f, at);
        size_t k = outline(f, n, points, rows, rows + f->h);
        k = uncap_hull(points, k, points + 2 * f->h);
        struct uncap_box box;
        if (!box_of(f, points, k, place, o, &box))
            continue;
        if (!uncap_grow((void **)&out->items, &out->capacity, out->n + 1, sizeof(*out->items)))
            return uncap_fail_nomem(err, "text boxes");
        out->items[out->n++] = box;
    }
    return UNCAP_OK;
}

int uncap_boxes_find(const float *map, int w, int h, struct uncap_map_place place,
                     const struct uncap_boxes_options *options, struct uncap_boxes *out,
                     struct uncap_error *err)
{
    out->n = 0;
    const size_t n = (size_t)w * (size_t)h;
    struct fill f = {.map = map, .w = w, .h = h, .threshold = options->threshold};
    f.seen = uncap_alloc(n, 1);
    f.stack = uncap_alloc(n, sizeof(*f.stack));
    struct uncap_point *points = uncap_alloc((size_t)(4 * h + 1), sizeof(*points));
    int32_t *rows = uncap_alloc((size_t)(2 * h), sizeof(*rows));
    int status = UNCAP_OK;
    if (!f.seen || !f.stack || !points || !rows) {
        status = uncap_fail_nomem(err, "text boxes");
    } else {
        for (size_t i = 0; i < n; i++)
            f.seen[i] = !(map[i] > options->threshold); /* NaN counts as seen */
        status = collect(&f, points, rows, place, options, out, err);
    }
    uncap_free(rows);
    uncap_free(points);
    uncap_free(f.stack);
    uncap_free(f.seen);
    return status;
}

void uncap_boxes_clear(struct uncap_boxes *boxes)
{
    uncap_free(boxes->items);
    *boxes = (struct uncap_boxes){.n = 0};
}
