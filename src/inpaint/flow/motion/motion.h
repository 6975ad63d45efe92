/* SPDX-License-Identifier: Apache-2.0 */
/* Motion between two neighbouring frames, dense with the error behind it, and as one affine map. */
#ifndef UNCAP_INPAINT_FLOW_MOTION_H
#define UNCAP_INPAINT_FLOW_MOTION_H

#include <stdbool.h>
#include <stdint.h>

#include "inpaint/flow/motion/pyramid.h"
#include "kernels/kernels.h"

enum {
    FLOW_UNITS = 64,       /* stored flow: this many units a pixel */
    FLOW_ERROR_UNITS = 16, /* stored error: this many units a pixel */
};

/* From one frame to its neighbour, at half the picture's resolution.
 *
 * uv      [h][w][2] i16 (dx, dy), pixels of the picture times FLOW_UNITS
 * error   [h][w] u8 error of uv, pixels times FLOW_ERROR_UNITS
 * affine  of picture coordinates: dx = a[0] + a[1] x + a[2] y, dy = a[3] + a[4] x + a[5] y
 * is_known  affine and broken were measured
 * broken  the frames do not show the same scene: no motion
 */
struct flow_motion {
    int w, h;
    int16_t *uv;
    uint8_t *error;
    float affine[6];
    bool is_known, broken;
};

/* For pictures of w x h samples. False if short of memory. */
bool flow_motion_open(struct flow_motion *m, int w, int h);
void flow_motion_close(struct flow_motion *m);
size_t flow_motion_bytes(int w, int h);

/* Effort of one flow. */
struct flow_effort {
    int iterations;   /* of dis */
    int last_passes;  /* of dis at the finest level, which starts from what the coarser ones found */
    int outer, inner; /* of refine */
    float apart;      /* of dis: candidates nearer to each other, samples, count as one */
};

/* Scratch of one pair. */
struct flow_pair {
    float *block;
    float *u[2], *v[2];         /* finest level, [0] a to b, [1] b to a; pointers at sample (0, 0) */
    float *coarse_u, *coarse_v; /* start of their planes */
    float *kernel;
};

bool flow_pair_open(struct flow_pair *p, int w, int h);
void flow_pair_close(struct flow_pair *p);
size_t flow_pair_bytes(int w, int h);

/* Rows of the finest level that flow is wanted in: [first, end). */
struct flow_rows {
    int first, end;
};

/* Those that the samples of two holes, NULL: of one, lie in, and what flow there is measured from. */
struct flow_rows flow_rows_around(const struct flow_mask *a, const struct flow_mask *b);

/* Motion a to b and b to a from their pyramids. Pure; any number of pairs may run at once, each with its own
 * scratch.
 *
 * rows  elsewhere uv is as the coarser level found it, and error says nothing
 */
void flow_motion_estimate(const struct uncap_kernels *kernels, const struct flow_pyramid *a,
                          const struct flow_pyramid *b, const struct flow_effort *effort,
                          struct flow_rows rows, struct flow_pair *scratch, struct flow_motion *ab,
                          struct flow_motion *ba);

/* The affine maps alone, from the coarser levels: for frames that need no flow. */
void flow_motion_estimate_affine(const struct uncap_kernels *kernels, const struct flow_pyramid *a,
                                 const struct flow_pyramid *b, const struct flow_effort *effort,
                                 struct flow_pair *scratch, struct flow_motion *ab, struct flow_motion *ba);

/* Flow at a picture sample, bilinear, in pixels. */
static inline void flow_motion_at(const struct flow_motion *m, int x, int y, float *dx, float *dy)
{
    const int cx = x >> 1;
    const int cy = y >> 1;
    int nx = cx + ((x & 1) ? 1 : -1);
    int ny = cy + ((y & 1) ? 1 : -1);
    nx = nx < 0 ? 0 : nx >= m->w ? m->w - 1 : nx;
    ny = ny < 0 ? 0 : ny >= m->h ? m->h - 1 : ny;
    const int16_t *a = m->uv + 2 * ((ptrdiff_t)cy * m->w + cx);
    const int16_t *b = m->uv + 2 * ((ptrdiff_t)cy * m->w + nx);
    const int16_t *c = m->uv + 2 * ((ptrdiff_t)ny * m->w + cx);
    const int16_t *d = m->uv + 2 * ((ptrdiff_t)ny * m->w + nx);
    const float unit = 1.0f / (16 * FLOW_UNITS);
    *dx = (float)(9 * a[0] + 3 * b[0] + 3 * c[0] + d[0]) * unit;
    *dy = (float)(9 * a[1] + 3 * b[1] + 3 * c[1] + d[1]) * unit;
}

#endif
