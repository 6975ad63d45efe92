/* SPDX-License-Identifier: Apache-2.0 */
#include "detect/track/probe.h"

#include <math.h>
#include <stdbool.h>
#include <stddef.h>

static bool is_stroke(float v)
{
    return v < 0 || v > 0;
}

void uncap_probe_learn(const struct uncap_template *t, struct uncap_probe *out)
{
    const int w = uncap_rect_w(t->rect), n = w * uncap_rect_h(t->rect);
    int n_strokes = 0, seen = 0;
    for (int i = 0; i < n; i++)
        n_strokes += is_stroke(t->pattern[i]);
    const int wanted = n_strokes < UNCAP_PROBE_POINTS ? n_strokes : UNCAP_PROBE_POINTS;
    out->n = 0;
    for (int i = 0; i < n && out->n < wanted; i++) {
        if (!is_stroke(t->pattern[i]))
            continue;
        if ((int64_t)seen++ * wanted < (int64_t)out->n * n_strokes)
            continue;
        out->x[out->n] = t->rect.x0 + i % w;
        out->y[out->n] = t->rect.y0 + i / w;
        out->weight[out->n++] = t->pattern[i];
    }
}

/* Correlation with the frame at a displacement, over the points inside it; -1 if those are fewer than
 * half. */
static float correlate(const struct uncap_probe *p, const struct uncap_luma *luma, int dx, int dy)
{
    float v_sum = 0, vv = 0, w_sum = 0, ww = 0, vw = 0;
    int n = 0;
    for (int i = 0; i < p->n; i++) {
        const int x = p->x[i] + dx, y = p->y[i] + dy;
        if (x < 0 || y < 0 || x >= luma->w || y >= luma->h)
            continue;
        const float v = luma->data[y * luma->stride + x], w = p->weight[i];
        n++;
        v_sum += v;
        vv += v * v;
        w_sum += w;
        ww += w * w;
        vw += v * w;
    }
    if (2 * n <= p->n)
        return -1;
    const float size = (float)n, v_var = vv - v_sum * v_sum / size, w_var = ww - w_sum * w_sum / size;
    return v_var > 0 && w_var > 0 ? (vw - v_sum * w_sum / size) / sqrtf(v_var * w_var) : 0;
}

float uncap_probe_find(const struct uncap_probe *p, const struct uncap_luma *luma, int x, int y, int reach_x,
                       int reach_y, int *best_x, int *best_y)
{
    float best = -1;
    *best_x = x;
    *best_y = y;
    for (int dy = y - reach_y; dy <= y + reach_y; dy++)
        for (int dx = x - reach_x; dx <= x + reach_x; dx++) {
            const float r = correlate(p, luma, dx, dy);
            if (r <= best)
                continue;
            best = r;
            *best_x = dx;
            *best_y = dy;
        }
    return best;
}
