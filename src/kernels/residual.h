/* SPDX-License-Identifier: Apache-2.0 */
/* What a flow leaves unexplained, a row at a time. Included after kernels/refine.h, whose warp it shares. */

KERNEL void unexplained(const float *restrict warped, const float *restrict image, float *restrict difference,
                        int n)
{
    for (int x = 0; x < n; x++)
        difference[x] = warped[x] - image[x];
}

/* See struct uncap_kernels, residual. */
UNCAP_TARGET static void residual_row(const struct uncap_flow_level *l, int y, float *difference,
                                      float *known)
{
    const ptrdiff_t row = (ptrdiff_t)y * l->pitch;
    warp_samples(l, y, l->u + row, l->v + row, l->a.mask + row, l->scratch, known);
    unexplained(l->scratch, l->a.image + row, difference, l->w);
}

/* gu, gv: of frame b. Flow planes are not padded: where the way ends at the last sample, that is the second
 * of its pair. */
KERNEL void return_samples(const struct uncap_flow_level *l, int y, const float *restrict u,
                           const float *restrict v, const float *restrict gu, const float *restrict gv,
                           float px, float *restrict off)
{
    const int w = l->w;
    const int pitch = l->pitch;
    const float right = (float)(w - 1);
    const float bottom = (float)(l->h - 1);
    for (int x = 0; x < w; x++) {
        float tx = (float)x + u[x];
        float ty = (float)y + v[x];
        tx = tx < 0 ? 0 : tx;
        ty = ty < 0 ? 0 : ty;
        tx = tx > right ? right : tx;
        ty = ty > bottom ? bottom : ty;
        const int xi = (int)tx - (tx >= right ? 1 : 0);
        const int yi = (int)ty - (ty >= bottom ? 1 : 0);
        const float fx = tx - (float)xi;
        const float fy = ty - (float)yi;
        const int o = yi * pitch + xi;
        const float u0 = gu[o] + fx * (gu[o + 1] - gu[o]);
        const float u1 = gu[o + pitch] + fx * (gu[o + pitch + 1] - gu[o + pitch]);
        const float v0 = gv[o] + fx * (gv[o + 1] - gv[o]);
        const float v1 = gv[o + pitch] + fx * (gv[o + pitch + 1] - gv[o + pitch]);
        const float bu = px * (u[x] + (u0 + fy * (u1 - u0)));
        const float bv = px * (v[x] + (v0 + fy * (v1 - v0)));
        off[x] = __builtin_sqrtf(bu * bu + bv * bv);
    }
}

/* See struct uncap_kernels, round_trip. */
UNCAP_TARGET static void round_trip_row(const struct uncap_flow_level *l, const float *gu, const float *gv,
                                        int y, float px, float *off)
{
    const ptrdiff_t row = (ptrdiff_t)y * l->pitch;
    return_samples(l, y, l->u + row, l->v + row, gu, gv, px, off);
}
