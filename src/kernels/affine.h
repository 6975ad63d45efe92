/* SPDX-License-Identifier: Apache-2.0 */
/* Robust normal equations of an affine map; the body of uncap_kernels.affine_sums, included once a level. */

enum { WIDE = 4, N_AFFINE_SUMS = UNCAP_AFFINE_SUMS };

typedef double wide __attribute__((vector_size(32)));

KERNEL void wide_load(wide *out, const float *p)
{
    typedef float narrow __attribute__((vector_size(16)));
    narrow v;
    memcpy(&v, p, sizeof(v));
    *out = __builtin_convertvector(v, wide);
}

/* Add WIDE samples, each of weight `live`, 0 or 1. */
KERNEL void add_samples(const struct uncap_flow_samples *s, int i, const double map[6], double narrowing,
                        const wide *live, wide *sums)
{
    wide x;
    wide y;
    wide u;
    wide v;
    wide_load(&x, s->x + i);
    wide_load(&y, s->y + i);
    wide_load(&u, s->u + i);
    wide_load(&v, s->v + i);
    x = (x - s->x0) * s->unit;
    y = (y - s->y0) * s->unit;
    u = u * s->px;
    v = v * s->px;
    const wide ru = u - map[0] - map[1] * x - map[2] * y;
    const wide rv = v - map[3] - map[4] * x - map[5] * y;
    const wide c = 1 / (1 + (ru * ru + rv * rv) * narrowing);
    const wide w = c * c * *live;
    const wide wx = w * x;
    const wide wy = w * y;
    sums[0] += w;
    sums[1] += wx;
    sums[2] += wy;
    sums[3] += wx * x;
    sums[4] += wx * y;
    sums[5] += wy * y;
    sums[6] += w * u;
    sums[7] += wx * u;
    sums[8] += wy * u;
    sums[9] += w * v;
    sums[10] += wx * v;
    sums[11] += wy * v;
}

/* See struct uncap_kernels, affine_sums. */
UNCAP_TARGET static void affine_sums(const struct uncap_flow_samples *s, const double map[6],
                                     double narrowing, double sums[UNCAP_AFFINE_SUMS])
{
    wide all[N_AFFINE_SUMS] = {{0}};
    const wide every = {1, 1, 1, 1};
    int i = 0;
    for (; i + WIDE <= s->n; i += WIDE)
        add_samples(s, i, map, narrowing, &every, all);
    const int left = s->n - i;
    const wide some = {left > 0, left > 1, left > 2, 0};
    if (left)
        add_samples(s, i, map, narrowing, &some, all);
    for (int k = 0; k < N_AFFINE_SUMS; k++)
        sums[k] = (all[k][0] + all[k][2]) + (all[k][1] + all[k][3]);
}
