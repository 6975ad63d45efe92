/* SPDX-License-Identifier: Apache-2.0 */
#include "inpaint/flow/motion/affine.h"

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

/* List the known samples of a level. Coordinates in units of half the width, centred, so that the system is
 * well conditioned. */
static struct uncap_flow_samples list_samples(const struct flow_level *l, const float *u, const float *v,
                                              float scale, float *scratch)
{
    const size_t room = (size_t)(l->w / EVERY + 1) * (size_t)(l->h / EVERY + 1) + UNCAP_AFFINE_SPARE;
    float *to[4];
    for (size_t k = 0; k < 4; k++)
        to[k] = scratch + k * room;
    int n = 0;
    for (int y = 0; y < l->h; y += EVERY)
        for (int x = 0; x < l->w; x += EVERY) {
            const ptrdiff_t o = (ptrdiff_t)y * l->pitch + x;
            if (l->mask[o] < 0.5f)
                continue;
            to[0][n] = (float)x;
            to[1][n] = (float)y;
            to[2][n] = u[o];
            to[3][n++] = v[o];
        }
    for (size_t k = 0; k < 4; k++)
        memset(to[k] + n, 0, UNCAP_AFFINE_SPARE * sizeof(float));
    return (struct uncap_flow_samples){.n = n,
                                       .x = to[0],
                                       .y = to[1],
                                       .u = to[2],
                                       .v = to[3],
                                       .x0 = 0.5 * l->w,
                                       .y0 = 0.5 * l->h,
                                       .unit = 2.0 / l->w,
                                       .px = (double)scale};
}

void flow_affine_fit(const struct uncap_kernels *kernels, const struct flow_level *l, const float *u,
                     const float *v, float scale, float *scratch, float affine[6])
{
    memset(affine, 0, 6 * sizeof(*affine));
    double map[6] = {0};
    const double *fu = map;
    const double *fv = map + 3;
    const struct uncap_flow_samples samples = list_samples(l, u, v, scale, scratch);
    if (samples.n < MIN_SAMPLES)
        return;
    for (int i = 0; i < N_STEPS; i++) {
        const double width = SCALE_FIRST * pow(SCALE_LAST / SCALE_FIRST, (i - 1) / (double)(N_STEPS - 2));
        double sums[UNCAP_AFFINE_SUMS];
        kernels->affine_sums(&samples, map, i ? 1 / (width * width) : 0, sums);
        if (!solve(sums, sums + 6, map) || !solve(sums, sums + 9, map + 3))
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
