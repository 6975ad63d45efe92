/* SPDX-License-Identifier: Apache-2.0 */
#include "inpaint/flow/affine.h"

#include <math.h>
#include <stdbool.h>
#include <string.h>

enum {
    EVERY = 2,   /* samples in each direction that are used */
    N_STEPS = 9, /* reweighted fits */
    MIN_SAMPLES = 32,
};

static const double SCALE_FIRST = 4.0; /* pixels: width of the Cauchy weight, narrowed step by step */
static const double SCALE_LAST = 0.3;
static const double STILL_PX = 0.15;

/* Weighted normal equations of both components in centred coordinates. */
struct normal {
    double m[6]; /* 1, x, y, xx, xy, yy */
    double u[3], v[3];
    int n;
};

/* Solve the symmetric 3 x 3 system; false if it is singular. */
static bool solve(const double m[6], const double b[3], double out[3])
{
    const double c00 = m[3] * m[5] - m[4] * m[4];
    const double c01 = m[2] * m[4] - m[1] * m[5];
    const double c02 = m[1] * m[4] - m[2] * m[3];
    const double det = m[0] * c00 + m[1] * c01 + m[2] * c02;
    if (fabs(det) < 1e-9)
        return false;
    const double c11 = m[0] * m[5] - m[2] * m[2];
    const double c12 = m[1] * m[2] - m[0] * m[4];
    const double c22 = m[0] * m[3] - m[1] * m[1];
    out[0] = (c00 * b[0] + c01 * b[1] + c02 * b[2]) / det;
    out[1] = (c01 * b[0] + c11 * b[1] + c12 * b[2]) / det;
    out[2] = (c02 * b[0] + c12 * b[1] + c22 * b[2]) / det;
    return true;
}

/* Accumulate over the known samples; weights from the fit so far, all 1 when scale is 0. px: pixels a sample.
 * Coordinates in units of half the width, centred, so that the system is well conditioned. */
static void accumulate(const struct flow_level *l, const float *u, const float *v, const double fu[3],
                       const double fv[3], double px, double scale, struct normal *n)
{
    memset(n, 0, sizeof(*n));
    const double unit = 2.0 / l->w;
    for (int y = 0; y < l->h; y += EVERY)
        for (int x = 0; x < l->w; x += EVERY) {
            const ptrdiff_t o = (ptrdiff_t)y * l->pitch + x;
            if (l->mask[o] < 0.5f)
                continue;
            const double cx = (x - 0.5 * l->w) * unit;
            const double cy = (y - 0.5 * l->h) * unit;
            const double du = px * (double)u[o];
            const double dv = px * (double)v[o];
            const double ru = du - fu[0] - fu[1] * cx - fu[2] * cy;
            const double rv = dv - fv[0] - fv[1] * cx - fv[2] * cy;
            const double c = scale > 0 ? 1 / (1 + (ru * ru + rv * rv) / (scale * scale)) : 1;
            const double w = c * c;
            const double m[6] = {w, w * cx, w * cy, w * cx * cx, w * cx * cy, w * cy * cy};
            for (int k = 0; k < 6; k++)
                n->m[k] += m[k];
            for (int k = 0; k < 3; k++) {
                n->u[k] += m[k] * du;
                n->v[k] += m[k] * dv;
            }
            n->n++;
        }
}

void flow_affine_fit(const struct flow_level *l, const float *u, const float *v, float scale, float affine[6])
{
    memset(affine, 0, 6 * sizeof(*affine));
    double fu[3] = {0};
    double fv[3] = {0};
    struct normal n;
    for (int i = 0; i < N_STEPS; i++) {
        const double width =
            i ? SCALE_FIRST * pow(SCALE_LAST / SCALE_FIRST, (i - 1) / (double)(N_STEPS - 2)) : 0;
        accumulate(l, u, v, fu, fv, (double)scale, width, &n);
        if (n.n < MIN_SAMPLES || !solve(n.m, n.u, fu) || !solve(n.m, n.v, fv))
            return;
    }
    const double aspect = (double)l->h / l->w;
    const double mean_u = fabs(fu[0]) + 0.5 * fabs(fu[1]) + 0.5 * aspect * fabs(fu[2]);
    const double mean_v = fabs(fv[0]) + 0.5 * fabs(fv[1]) + 0.5 * aspect * fabs(fv[2]);
    if (mean_u < STILL_PX && mean_v < STILL_PX)
        return;
    /* centred level coordinate c = (x_level - w/2) * 2/w, x_level = (x + 0.5) / scale - 0.5 */
    const double unit = 2.0 / l->w;
    const double sx = unit / (double)scale;
    const double offset = 0.5 / (double)scale - 0.5;
    const double ox = (offset - 0.5 * l->w) * unit;
    const double oy = (offset - 0.5 * l->h) * unit;
    const double out[6] = {fu[0] + fu[1] * ox + fu[2] * oy, fu[1] * sx, fu[2] * sx,
                           fv[0] + fv[1] * ox + fv[2] * oy, fv[1] * sx, fv[2] * sx};
    for (int k = 0; k < 6; k++)
        affine[k] = (float)out[k];
}

void flow_affine_compose(const double a[6], const double b[6], double out[6])
{
    const double m[6] = {a[0] + b[0] + b[1] * a[0] + b[2] * a[3], a[1] + b[1] + b[1] * a[1] + b[2] * a[4],
                         a[2] + b[2] + b[1] * a[2] + b[2] * a[5], a[3] + b[3] + b[4] * a[0] + b[5] * a[3],
                         a[4] + b[4] + b[4] * a[1] + b[5] * a[4], a[5] + b[5] + b[4] * a[2] + b[5] * a[5]};
    memcpy(out, m, sizeof(m));
}

bool flow_affine_invert(const double a[6], double out[6])
{
    const double xx = 1 + a[1];
    const double yy = 1 + a[5];
    const double det = xx * yy - a[2] * a[4];
    if (det < 0.25 || det > 4)
        return false;
    out[1] = yy / det - 1;
    out[2] = -a[2] / det;
    out[4] = -a[4] / det;
    out[5] = xx / det - 1;
    out[0] = -a[0] - out[1] * a[0] - out[2] * a[3];
    out[3] = -a[3] - out[4] * a[0] - out[5] * a[3];
    return true;
}

double flow_affine_farthest(const double a[6], int w, int h)
{
    double most = 0;
    for (int k = 0; k < 4; k++) {
        const double x = k & 1 ? w : 0;
        const double y = k & 2 ? h : 0;
        most = fmax(most, fabs(a[0] + a[1] * x + a[2] * y));
        most = fmax(most, fabs(a[3] + a[4] * x + a[5] * y));
    }
    return most;
}
