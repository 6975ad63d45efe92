/* SPDX-License-Identifier: Apache-2.0 */
/* Masked variational refinement; the body of uncap_kernels.refine, included once a level. */

#define RELAXATION 1.6f
#define SMOOTHNESS 1.0f
#define EPS_DATA 0.1f
#define EPS_FLOW 0.1f

/* Planes of the linearised problem, all padded like the images, pointers at sample (0, 0).
 *
 * warped, known    frame b and both masks' product along the present flow
 * axx .. byy       normal equations of the data term
 * right, down      smoothness weight to the next sample on the right and below; 0 over the edge
 * inv_x, inv_y     1 / diagonal
 */
struct refine_planes {
    float *warped, *known, *axx, *axy, *ayy, *bx, *by, *right, *down, *inv_x, *inv_y, *du, *dv, *row;
};

KERNEL struct refine_planes refine_layout(const struct uncap_flow_level *l)
{
    const size_t plane = (size_t)l->pitch * (size_t)(l->h + 2 * UNCAP_FLOW_PAD);
    float *p = l->scratch + (ptrdiff_t)UNCAP_FLOW_PAD * l->pitch + UNCAP_FLOW_PAD;
    return (struct refine_planes){p, p + plane, p + 2 * plane, p + 3 * plane, p + 4 * plane, p + 5 * plane, p + 6 * plane,
                                  p + 7 * plane, p + 8 * plane, p + 9 * plane, p + 10 * plane, p + 11 * plane,
                                  p + 12 * plane, p + 13 * plane};
}

/* Frame b along the flow, bilinear; outside the picture the replicated edge, known 0. */
KERNEL void warp_row(const struct uncap_flow_level *l, const struct refine_planes *p, int y)
{
    const ptrdiff_t row = (ptrdiff_t)y * l->pitch;
    const float low = 2 - UNCAP_FLOW_PAD;
    const float right = (float)(l->w + UNCAP_FLOW_PAD - 4);
    const float bottom = (float)(l->h + UNCAP_FLOW_PAD - 4);
    for (int x = 0; x < l->w; x++) {
        float tx = (float)x + l->u[row + x];
        float ty = (float)y + l->v[row + x];
        tx = tx < low ? low : tx > right ? right : tx;
        ty = ty < low ? low : ty > bottom ? bottom : ty;
        const int xi = (int)(tx + UNCAP_FLOW_PAD) - UNCAP_FLOW_PAD;
        const int yi = (int)(ty + UNCAP_FLOW_PAD) - UNCAP_FLOW_PAD;
        const float fx = tx - (float)xi;
        const float fy = ty - (float)yi;
        const ptrdiff_t o = (ptrdiff_t)yi * l->pitch + xi;
        const float *i = l->b.image + o;
        const float *m = l->b.mask + o;
        const float i0 = i[0] + fx * (i[1] - i[0]);
        const float i1 = i[l->pitch] + fx * (i[l->pitch + 1] - i[l->pitch]);
        const float m0 = m[0] + fx * (m[1] - m[0]);
        const float m1 = m[l->pitch] + fx * (m[l->pitch + 1] - m[l->pitch]);
        p->warped[row + x] = i0 + fy * (i1 - i0);
        p->known[row + x] = l->a.mask[row + x] * (m0 + fy * (m1 - m0));
    }
    p->warped[row - 1] = p->warped[row];
    p->warped[row + l->w] = p->warped[row + l->w - 1];
}

/* Data term of one row, linearised at the present flow. */
KERNEL void data_row(const struct uncap_flow_level *l, const struct refine_planes *p, int y)
{
    const ptrdiff_t row = (ptrdiff_t)y * l->pitch;
    const ptrdiff_t up = y > 0 ? row - l->pitch : row;
    const ptrdiff_t dn = y + 1 < l->h ? row + l->pitch : row;
    for (int x = 0; x < l->w; x++) {
        const float ix = 0.5f * (l->a.gx[row + x] + 0.5f * (p->warped[row + x + 1] - p->warped[row + x - 1]));
        const float iy = 0.5f * (l->a.gy[row + x] + 0.5f * (p->warped[dn + x] - p->warped[up + x]));
        const float iz = p->warped[row + x] - l->a.image[row + x];
        const float weight = p->known[row + x] / __builtin_sqrtf(iz * iz + EPS_DATA * EPS_DATA);
        p->axx[row + x] = weight * ix * ix;
        p->axy[row + x] = weight * ix * iy;
        p->ayy[row + x] = weight * iy * iy;
        p->bx[row + x] = -weight * ix * iz;
        p->by[row + x] = -weight * iy * iz;
    }
}

/* Robust diffusivity of one row into `out`. */
KERNEL void diffusivity_row(const struct uncap_flow_level *l, float *out, int y)
{
    const ptrdiff_t row = (ptrdiff_t)y * l->pitch;
    const ptrdiff_t dn = y + 1 < l->h ? row + l->pitch : row;
    const float *u = l->u + row;
    const float *v = l->v + row;
    for (int x = 0; x < l->w; x++) {
        const int next = x + 1 < l->w ? x + 1 : x;
        const float ux = u[next] - u[x];
        const float vx = v[next] - v[x];
        const float uy = l->u[dn + x] - u[x];
        const float vy = l->v[dn + x] - v[x];
        out[x] = 0.5f * SMOOTHNESS / __builtin_sqrtf(ux * ux + vx * vx + uy * uy + vy * vy + EPS_FLOW * EPS_FLOW);
    }
}

/* Edge weights and diagonals, from diffusivities left in p->warped. */
KERNEL void edges_row(const struct uncap_flow_level *l, const struct refine_planes *p, int y)
{
    const ptrdiff_t row = (ptrdiff_t)y * l->pitch;
    const float *s = p->warped + row;
    const float *below = s + l->pitch;
    const bool last = y + 1 == l->h;
    for (int x = 0; x < l->w; x++) {
        p->right[row + x] = s[x] + s[x + 1];
        p->down[row + x] = last ? 0 : s[x] + below[x];
    }
    p->right[row - 1] = p->right[row + l->w - 1] = 0;
    for (int x = 0; x < l->w; x++) {
        const float up = y ? p->down[row - l->pitch + x] : 0;
        const float sum = p->right[row + x - 1] + p->right[row + x] + up + p->down[row + x];
        p->inv_x[row + x] = RELAXATION / (p->axx[row + x] + sum);
        p->inv_y[row + x] = RELAXATION / (p->ayy[row + x] + sum);
    }
}

/* One over-relaxation step of the samples of one colour in a row, for u or for v; `other` is the other increment. */
KERNEL void relax_row(const struct uncap_flow_level *l, const struct refine_planes *p, int y, int colour, float *d,
                      const float *other, const float *flow, const float *b, const float *inv)
{
    const ptrdiff_t row = (ptrdiff_t)y * l->pitch;
    const float *c = d + row;
    const float *f = flow + row;
    const float *right = p->right + row;
    const float *down = p->down + row;
    const float *up = down - l->pitch;
    const int pitch = l->pitch;
    float *restrict next = p->row;
    for (int x = 0; x < l->w; x++) {
        const float here = f[x];
        const float pull = right[x] * (f[x + 1] + c[x + 1] - here) + right[x - 1] * (f[x - 1] + c[x - 1] - here) +
                           down[x] * (f[x + pitch] + c[x + pitch] - here) + up[x] * (f[x - pitch] + c[x - pitch] - here);
        next[x] = (1 - RELAXATION) * c[x] + inv[row + x] * (b[row + x] - p->axy[row + x] * other[row + x] + pull);
    }
    for (int x = (y + colour) & 1; x < l->w; x += 2)
        d[row + x] = next[x];
}

KERNEL void linearise(const struct uncap_flow_level *l, const struct refine_planes *p)
{
    for (int y = 0; y < l->h; y++)
        warp_row(l, p, y);
    for (int y = 0; y < l->h; y++)
        data_row(l, p, y);
    for (int y = 0; y < l->h; y++)
        diffusivity_row(l, p->warped + (ptrdiff_t)y * l->pitch, y);
    for (int y = 0; y < l->h; y++)
        edges_row(l, p, y);
    for (int y = -1; y <= l->h; y++) {
        memset(p->du + (ptrdiff_t)y * l->pitch - 1, 0, (size_t)(l->w + 2) * sizeof(float));
        memset(p->dv + (ptrdiff_t)y * l->pitch - 1, 0, (size_t)(l->w + 2) * sizeof(float));
    }
    memset(p->down - l->pitch, 0, (size_t)l->w * sizeof(float));
}

UNCAP_TARGET static void refine(const struct uncap_flow_level *l, int outer, int inner)
{
    const struct refine_planes p = refine_layout(l);
    for (int o = 0; o < outer; o++) {
        linearise(l, &p);
        for (int i = 0; i < 2 * inner; i++)
            for (int y = 0; y < l->h; y++) {
                relax_row(l, &p, y, i & 1, p.du, p.dv, l->u, p.bx, p.inv_x);
                relax_row(l, &p, y, i & 1, p.dv, p.du, l->v, p.by, p.inv_y);
            }
        for (int y = 0; y < l->h; y++) {
            const ptrdiff_t row = (ptrdiff_t)y * l->pitch;
            for (int x = 0; x < l->w; x++) {
                l->u[row + x] += p.du[row + x];
                l->v[row + x] += p.dv[row + x];
            }
        }
    }
}
