/* SPDX-License-Identifier: Apache-2.0 */
#include "inpaint/flow/motion/steady.h"

#include <math.h>

#include "inpaint/flow/motion/pool.h"

#define LITTLE 0.25f     /* samples: motion that noise may feign */
#define LITTLE_SHARE 0.5 /* of the flow that is as little at least, or the camera moves */
#define STILL_SHARE 0.75 /* of the measured samples that stillness must explain */
#define WORSE 1.3f       /* spread that stillness may have more than the flow: so much times .. */
#define WORSE_BY 0.5f    /* .. plus so much, squared grey levels: coding noise */
#define MIN_KNOWN 8.0f   /* known samples a window needs for its spread to say anything */
#define UNMEASURED 1.0f  /* samples: flow where nothing is measured is still below it */
enum { STRIDE = 4 };     /* of the samples that tell whether flow is little */

/* Planes [rows][w] of the level's scratch, packed. */
struct steady_planes {
    int w, h;
    float *flow, *still; /* spread along the flow, and in place; negative: not known */
    float *known, *square, *rows, *sums;
};

static struct steady_planes planes_in(const struct uncap_flow_level *l, struct flow_rows rows)
{
    const size_t n = (size_t)l->w * (size_t)(rows.end - rows.first);
    float *at = l->scratch + l->pitch; /* its first row is the kernels' */
    return (struct steady_planes){
        l->w, rows.end - rows.first, at, at + n, at + 2 * n, at + 3 * n, at + 4 * n, at + 5 * n};
}

static bool is_little(const struct uncap_flow_level *l, struct flow_rows rows)
{
    int n = 0;
    int little = 0;
    for (int y = rows.first; y < rows.end; y += STRIDE)
        for (int x = 0; x < l->w; x += STRIDE, n++) {
            const ptrdiff_t o = (ptrdiff_t)y * l->pitch + x;
            little += fabsf(l->u[o]) < LITTLE && fabsf(l->v[o]) < LITTLE;
        }
    return little > LITTLE_SHARE * n;
}

/* Turn differences, with p->known of them, into their variance around the window's mean: a change of light is
 * no motion. */
static void spread(const struct steady_planes *p, float *difference)
{
    const ptrdiff_t n = (ptrdiff_t)p->w * p->h;
    for (ptrdiff_t i = 0; i < n; i++) {
        const float d = p->known[i] * difference[i];
        p->square[i] = d * difference[i];
        difference[i] = d;
    }
    flow_pool(p->square, p->rows, p->sums, p->w, p->h);
    flow_pool(difference, p->rows, p->sums, p->w, p->h);
    flow_pool(p->known, p->rows, p->sums, p->w, p->h);
    for (ptrdiff_t i = 0; i < n; i++) {
        const float mean = difference[i] / p->known[i];
        difference[i] = p->known[i] < MIN_KNOWN ? -1 : fmaxf(p->square[i] / p->known[i] - mean * mean, 0);
    }
}

static void measure_flow(const struct uncap_kernels *kernels, const struct uncap_flow_level *l, int first,
                         const struct steady_planes *p)
{
    for (int y = 0; y < p->h; y++)
        kernels->residual(l, first + y, p->flow + (ptrdiff_t)y * p->w, p->known + (ptrdiff_t)y * p->w);
    spread(p, p->flow);
}

static void measure_stillness(const struct uncap_flow_level *l, int first, const struct steady_planes *p)
{
    for (int y = 0; y < p->h; y++) {
        const ptrdiff_t from = (ptrdiff_t)(first + y) * l->pitch;
        const ptrdiff_t to = (ptrdiff_t)y * p->w;
        for (int x = 0; x < p->w; x++) {
            p->still[to + x] = l->b.image[from + x] - l->a.image[from + x];
            p->known[to + x] = l->a.mask[from + x] * l->b.mask[from + x];
        }
    }
    spread(p, p->still);
}

static bool is_measured(const struct steady_planes *p, ptrdiff_t i)
{
    return p->flow[i] >= 0 && p->still[i] >= 0;
}

static bool stands(const struct steady_planes *p, ptrdiff_t i)
{
    return p->still[i] <= WORSE * p->flow[i] + WORSE_BY;
}

static bool camera_stands(const struct steady_planes *p)
{
    const ptrdiff_t n = (ptrdiff_t)p->w * p->h;
    ptrdiff_t measured = 0;
    ptrdiff_t still = 0;
    for (ptrdiff_t i = 0; i < n; i++)
        if (is_measured(p, i)) {
            measured++;
            still += stands(p, i);
        }
    return measured && (double)still > STILL_SHARE * (double)measured;
}

void flow_steady(const struct uncap_kernels *kernels, const struct uncap_flow_level *l, struct flow_rows rows)
{
    if (!is_little(l, rows))
        return;
    const struct steady_planes p = planes_in(l, rows);
    measure_flow(kernels, l, rows.first, &p);
    measure_stillness(l, rows.first, &p);
    if (!camera_stands(&p))
        return;
    for (int y = 0; y < p.h; y++) {
        float *u = l->u + (ptrdiff_t)(rows.first + y) * l->pitch;
        float *v = l->v + (ptrdiff_t)(rows.first + y) * l->pitch;
        for (int x = 0; x < p.w; x++) {
            const ptrdiff_t i = (ptrdiff_t)y * p.w + x;
            if (is_measured(&p, i) ? stands(&p, i) : fabsf(u[x]) < UNMEASURED && fabsf(v[x]) < UNMEASURED)
                u[x] = v[x] = 0;
        }
    }
}
