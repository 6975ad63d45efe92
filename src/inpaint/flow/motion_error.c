/* SPDX-License-Identifier: Apache-2.0 */
#include "inpaint/flow/motion_error.h"

#include <math.h>
#include <string.h>

enum {
    RADIUS = 4, /* of the window residuals are pooled over, half-resolution samples */
    PAD = UNCAP_FLOW_PAD,
};

#define MIN_KNOWN 2.0f       /* known samples a window needs for its residual to say anything */
#define UNKNOWN_PENALTY 1.0f /* error where it has fewer, pixels */

static float clip(float v, float top)
{
    return v < 0 ? 0 : v > top ? top : v;
}

/* A place in a padded level, kept far enough inside for bilinear reading. */
struct place {
    ptrdiff_t at;
    float fx, fy;
};

static struct place place_at(const struct flow_level *l, float x, float y)
{
    const float low = 2 - PAD;
    const float right = (float)(l->w + PAD - 4);
    const float bottom = (float)(l->h + PAD - 4);
    x = x < low ? low : x > right ? right : x;
    y = y < low ? low : y > bottom ? bottom : y;
    const int xi = (int)(x + PAD) - PAD;
    const int yi = (int)(y + PAD) - PAD;
    return (struct place){(ptrdiff_t)yi * l->pitch + xi, x - (float)xi, y - (float)yi};
}

static float read_at(const float *plane, int pitch, struct place p)
{
    const float *s = plane + p.at;
    const float top = s[0] + p.fx * (s[1] - s[0]);
    const float bottom = s[pitch] + p.fx * (s[pitch + 1] - s[pitch]);
    return top + p.fy * (bottom - top);
}

/* Horizontal running sums of `in`, then vertical ones: out = sum over the window. All [h][w] at pitch w. */
static void box_sum(float *out, const float *in, float *rows, int w, int h)
{
    for (int y = 0; y < h; y++) {
        const float *from = in + (ptrdiff_t)y * w;
        float *to = rows + (ptrdiff_t)y * w;
        for (int x = 0; x < w; x++) {
            float sum = 0;
            const int first = x < RADIUS ? 0 : x - RADIUS;
            const int last = x + RADIUS < w ? x + RADIUS : w - 1;
            for (int k = first; k <= last; k++)
                sum += from[k];
            to[x] = sum;
        }
    }
    for (int y = 0; y < h; y++) {
        float *to = out + (ptrdiff_t)y * w;
        memset(to, 0, (size_t)w * sizeof(*to));
        const int first = y < RADIUS ? 0 : y - RADIUS;
        const int last = y + RADIUS < h ? y + RADIUS : h - 1;
        for (int k = first; k <= last; k++)
            for (int x = 0; x < w; x++)
                to[x] += rows[(ptrdiff_t)k * w + x];
    }
}

/* Pooled residual rms of the displacements (u, v) into rms; negative where too little is known. */
static void pooled_rms(const struct flow_level *a, const struct flow_level *b, const float *u, const float *v,
                       float *rms, float *known, float *tmp, float *rows)
{
    for (int y = 0; y < a->h; y++)
        for (int x = 0; x < a->w; x++) {
            const ptrdiff_t o = (ptrdiff_t)y * a->pitch + x;
            const ptrdiff_t k = (ptrdiff_t)y * a->w + x;
            const struct place p = place_at(b, (float)x + u[o], (float)y + v[o]);
            const float w = a->mask[o] * read_at(b->mask, b->pitch, p);
            const float r = read_at(b->image, b->pitch, p) - a->image[o];
            known[k] = w;
            rms[k] = w * r * r;
        }
    box_sum(tmp, rms, rows, a->w, a->h);
    memcpy(rms, tmp, (size_t)a->w * (size_t)a->h * sizeof(*rms));
    box_sum(tmp, known, rows, a->w, a->h);
    const ptrdiff_t n = (ptrdiff_t)a->w * a->h;
    for (ptrdiff_t i = 0; i < n; i++)
        rms[i] = tmp[i] < MIN_KNOWN ? -1 : sqrtf(rms[i] / tmp[i]);
}

static uint8_t coded(float error)
{
    return (uint8_t)(clip(error, 255.0f / FLOW_ERROR_UNITS) * FLOW_ERROR_UNITS + 0.5f);
}

float flow_motion_errors(const struct flow_level *a, const struct flow_level *b, const float *fu,
                         const float *fv, const float *gu, const float *gv, float px, float *scratch,
                         uint8_t *error)
{
    const size_t plane = (size_t)a->w * (size_t)a->h;
    float *rms = scratch;
    float *known = scratch + plane;
    float *tmp = scratch + 2 * plane;
    float *rows = scratch + 3 * plane;
    pooled_rms(a, b, fu, fv, rms, known, tmp, rows);
    double sum = 0;
    double n = 0;
    for (int y = 0; y < a->h; y++)
        for (int x = 0; x < a->w; x++) {
            const ptrdiff_t o = (ptrdiff_t)y * a->pitch + x;
            const ptrdiff_t k = (ptrdiff_t)y * a->w + x;
            float tx = (float)x + fu[o];
            float ty = (float)y + fv[o];
            tx = tx < 0 ? 0 : tx > (float)(b->w - 1) ? (float)(b->w - 1) : tx;
            ty = ty < 0 ? 0 : ty > (float)(b->h - 1) ? (float)(b->h - 1) : ty;
            struct place p = place_at(b, tx, ty);
            /* flow planes are not padded: stay on samples that exist */
            if (tx >= (float)(b->w - 1))
                p.at--, p.fx = 1;
            if (ty >= (float)(b->h - 1))
                p.at -= b->pitch, p.fy = 1;
            const float bu = px * (fu[o] + read_at(gu, b->pitch, p));
            const float bv = px * (fv[o] + read_at(gv, b->pitch, p));
            const float back = sqrtf(bu * bu + bv * bv);
            const float l = rms[k];
            error[k] = coded(back + (l < 0 ? UNKNOWN_PENALTY : clip((l - 8) / 8, 3)));
            if (l >= 0) {
                sum += (double)l;
                n++;
            }
        }
    return n > 0 ? (float)(sum / n) : 0;
}
