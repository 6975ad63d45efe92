/* SPDX-License-Identifier: Apache-2.0 */
/* Masked variational refinement; the body of uncap_kernels.refine, included once a level.
 *
 * Over-relaxation is red-black. The planes that it reads and writes hold each row's samples of one colour
 * side by side (samples with x + y even in one plane, odd in the other), so that its loops run over
 * neighbours in memory: sample i of colour c in row y is x = 2 i + ((y + c) & 1), and its neighbours, all of
 * the other colour, are i above and below and i - 1, i or i, i + 1 beside it. */

#define RELAXATION 1.6f
#define SMOOTHNESS 5.0f
#define EPS_DATA 0.1f
#define EPS_FLOW 0.1f
#define LONELY 1e-9f /* keeps the diagonal off 0 in a picture of one sample */

enum { COLOURS = 2 };

/* Planes of the linearised problem.
 *
 * Padded like the images, pointers at sample (0, 0):
 * warped, known    frame b and both masks' product along the present flow; later the diffusivity
 * Split by colour, half the pitch:
 * u, v             the flow before; du, dv: the increment sought; moved_u, moved_v: both
 * axy, bx, by      normal equations of the data term
 * inv_x, inv_y     RELAXATION / diagonal
 * left, right, up, down  smoothness weight to the neighbour; 0 over the edge
 */
struct refine_planes {
    float *warped, *known;
    int half; /* pitch of the split planes */
    float *u[COLOURS], *v[COLOURS], *du[COLOURS], *dv[COLOURS], *moved_u[COLOURS], *moved_v[COLOURS];
    float *axy[COLOURS], *bx[COLOURS], *by[COLOURS];
    float *inv_x[COLOURS], *inv_y[COLOURS], *left[COLOURS], *right[COLOURS], *up[COLOURS], *down[COLOURS];
};

KERNEL struct refine_planes refine_layout(const struct uncap_flow_level *l)
{
    const size_t plane = (size_t)l->pitch * (size_t)(l->h + 2 * UNCAP_FLOW_PAD);
    const size_t origin = (size_t)UNCAP_FLOW_PAD * (size_t)l->pitch + UNCAP_FLOW_PAD;
    struct refine_planes p = {
        .warped = l->scratch + origin, .known = l->scratch + plane + origin, .half = l->pitch / 2};
    float **split[] = {p.u,  p.v,     p.du,    p.dv,   p.moved_u, p.moved_v, p.axy, p.bx,
                       p.by, p.inv_x, p.inv_y, p.left, p.right,   p.up,      p.down};
    float *at = l->scratch + 2 * plane + (size_t)UNCAP_FLOW_PAD * (size_t)p.half + UNCAP_FLOW_PAD / 2;
    for (size_t i = 0; i < sizeof(split) / sizeof(*split); i++)
        for (int c = 0; c < COLOURS; c++, at += plane / 2)
            split[i][c] = at;
    return p;
}

/* Samples of one colour in row y. */
KERNEL int split_count(const struct uncap_flow_level *l, int y, int c)
{
    return (l->w + 1 - ((y + c) & 1)) / 2;
}

/* The samples of row y of frame b along the flow, bilinear; outside the picture the replicated edge, known
 * 0. */
KERNEL void warp_samples(const struct uncap_flow_level *l, int y, const float *restrict u,
                         const float *restrict v, const float *restrict own, float *restrict warped,
                         float *restrict known)
{
    const int pitch = l->pitch;
    const float *restrict image = l->b.image;
    const float *restrict mask = l->b.mask;
    const float low = 2 - UNCAP_FLOW_PAD;
    const float right = (float)(l->w + UNCAP_FLOW_PAD - 4);
    const float bottom = (float)(l->h + UNCAP_FLOW_PAD - 4);
    const int w = l->w;
    for (int x = 0; x < w; x++) {
        float tx = (float)x + u[x];
        float ty = (float)y + v[x];
        tx = tx < low ? low : tx;
        ty = ty < low ? low : ty;
        tx = tx > right ? right : tx;
        ty = ty > bottom ? bottom : ty;
        const int xi = (int)(tx + UNCAP_FLOW_PAD) - UNCAP_FLOW_PAD;
        const int yi = (int)(ty + UNCAP_FLOW_PAD) - UNCAP_FLOW_PAD;
        const float fx = tx - (float)xi;
        const float fy = ty - (float)yi;
        const int o = yi * pitch + xi;
        const float i0 = image[o] + fx * (image[o + 1] - image[o]);
        const float i1 = image[o + pitch] + fx * (image[o + pitch + 1] - image[o + pitch]);
        const float m0 = mask[o] + fx * (mask[o + 1] - mask[o]);
        const float m1 = mask[o + pitch] + fx * (mask[o + pitch + 1] - mask[o + pitch]);
        warped[x] = i0 + fy * (i1 - i0);
        known[x] = own[x] * (m0 + fy * (m1 - m0));
    }
}

KERNEL void warp_row(const struct uncap_flow_level *l, const struct refine_planes *p, int y)
{
    const ptrdiff_t row = (ptrdiff_t)y * l->pitch;
    warp_samples(l, y, l->u + row, l->v + row, l->a.mask + row, p->warped + row, p->known + row);
    p->warped[row - 1] = p->warped[row];
    p->warped[row + l->w] = p->warped[row + l->w - 1];
}

/* What the data term of n samples of one colour is linearised from. At the first of them; every second sample
 * is of the colour. */
struct data_source {
    const float *gx, *gy, *image, *warped, *above, *below, *known;
};

/* The colour's samples go side by side. */
KERNEL void data_samples(const struct data_source *from, float *restrict axy, float *restrict bx,
                         float *restrict by, float *restrict inv_x, float *restrict inv_y, int n)
{
    const float *gx = from->gx;
    const float *gy = from->gy;
    const float *image = from->image;
    const float *warped = from->warped;
    const float *above = from->above;
    const float *below = from->below;
    const float *known = from->known;
    for (int i = 0; i < n; i++) {
        const int x = 2 * i;
        const float ix = 0.5f * (gx[x] + 0.5f * (warped[x + 1] - warped[x - 1]));
        const float iy = 0.5f * (gy[x] + 0.5f * (below[x] - above[x]));
        const float iz = warped[x] - image[x];
        const float weight = known[x] / __builtin_sqrtf(iz * iz + EPS_DATA * EPS_DATA);
        axy[i] = weight * ix * iy;
        bx[i] = -weight * ix * iz;
        by[i] = -weight * iy * iz;
        inv_x[i] = weight * ix * ix;
        inv_y[i] = weight * iy * iy;
    }
}

/* Every second sample. */
KERNEL void split_samples(const float *restrict from, float *restrict to, int n)
{
    for (int i = 0; i < n; i++)
        to[i] = from[2 * i];
}

/* Data term of one row, linearised at the present flow. inv_x and inv_y take its part of the diagonal. */
KERNEL void data_row(const struct uncap_flow_level *l, const struct refine_planes *p, int y, int c)
{
    const int side = (y + c) & 1;
    const ptrdiff_t row = (ptrdiff_t)y * l->pitch + side;
    const ptrdiff_t up = y > 0 ? row - l->pitch : row;
    const ptrdiff_t dn = y + 1 < l->h ? row + l->pitch : row;
    const ptrdiff_t to = (ptrdiff_t)y * p->half;
    const int n = split_count(l, y, c);
    const struct data_source from = {.gx = l->a.gx + row,
                                     .gy = l->a.gy + row,
                                     .image = l->a.image + row,
                                     .warped = p->warped + row,
                                     .above = p->warped + up,
                                     .below = p->warped + dn,
                                     .known = p->known + row};
    data_samples(&from, p->axy[c] + to, p->bx[c] + to, p->by[c] + to, p->inv_x[c] + to, p->inv_y[c] + to, n);
    split_samples(l->u + row, p->u[c] + to, n);
    split_samples(l->v + row, p->v[c] + to, n);
    split_samples(l->u + row, p->moved_u[c] + to, n);
    split_samples(l->v + row, p->moved_v[c] + to, n);
}

KERNEL void diffusivity_samples(const float *restrict u, const float *restrict v,
                                const float *restrict u_below, const float *restrict v_below,
                                float *restrict out, int n)
{
    for (int x = 0; x < n; x++) {
        const float ux = u[x + 1] - u[x];
        const float vx = v[x + 1] - v[x];
        const float uy = u_below[x] - u[x];
        const float vy = v_below[x] - v[x];
        const float square = ux * ux + vx * vx + uy * uy + vy * vy;
        out[x] = 0.5f * SMOOTHNESS / __builtin_sqrtf(square + EPS_FLOW * EPS_FLOW);
    }
}

/* Robust diffusivity of one row into p->warped, whose picture is done with. Behind the row's end the flow is
 * that of its last sample. */
KERNEL void diffusivity_row(const struct uncap_flow_level *l, const struct refine_planes *p, int y)
{
    const ptrdiff_t row = (ptrdiff_t)y * l->pitch;
    const ptrdiff_t dn = y + 1 < l->h ? row + l->pitch : row;
    l->u[row + l->w] = l->u[row + l->w - 1];
    l->v[row + l->w] = l->v[row + l->w - 1];
    diffusivity_samples(l->u + row, l->v + row, l->u + dn, l->v + dn, p->warped + row, l->w);
}

/* s: diffusivity at the row's first sample of the colour; above and below likewise. left and right are
 * there. */
KERNEL void weights_samples(const float *restrict s, const float *restrict above, const float *restrict below,
                            float has_up, float has_down, const float *restrict left,
                            const float *restrict right, float *restrict up, float *restrict down,
                            float *restrict inv_x, float *restrict inv_y, int n)
{
    for (int i = 0; i < n; i++) {
        const int x = 2 * i;
        up[i] = has_up * (s[x] + above[x]);
        down[i] = has_down * (s[x] + below[x]);
        const float sum = left[i] + right[i] + up[i] + down[i];
        inv_x[i] = RELAXATION / (inv_x[i] + sum + LONELY);
        inv_y[i] = RELAXATION / (inv_y[i] + sum + LONELY);
    }
}

KERNEL void beside_samples(const float *restrict s, float *restrict left, float *restrict right, int n)
{
    for (int i = 0; i < n; i++) {
        left[i] = s[2 * i] + s[2 * i - 1];
        right[i] = s[2 * i] + s[2 * i + 1];
    }
}

/* Weights to the four neighbours, and the diagonal. */
KERNEL void weights_row(const struct uncap_flow_level *l, const struct refine_planes *p, int y, int c)
{
    const int side = (y + c) & 1;
    const float *s = p->warped + (ptrdiff_t)y * l->pitch + side;
    const ptrdiff_t to = (ptrdiff_t)y * p->half;
    const int n = split_count(l, y, c);
    float *left = p->left[c] + to;
    float *right = p->right[c] + to;
    if (!n)
        return;
    beside_samples(s, left, right, n);
    if (!side)
        left[0] = 0;
    if (side + 2 * (n - 1) + 1 == l->w)
        right[n - 1] = 0;
    weights_samples(s, s - l->pitch, s + l->pitch, y > 0 ? 1.0f : 0.0f, y + 1 < l->h ? 1.0f : 0.0f, left,
                    right, p->up[c] + to, p->down[c] + to, p->inv_x[c] + to, p->inv_y[c] + to, n);
}

/* Whole vectors that cover the n samples of a row; what lies past them is zero and stays so. */
KERNEL int split_span(int n)
{
    return (n + LANES - 1) / LANES * LANES;
}

/* Pull of the four neighbours on one component. at: of the sample in its own colour's planes; beside: of its
 * left neighbour in the other colour's; moved is the other colour's. */
KERNEL void neighbours(lanes *pull, const float *moved, ptrdiff_t at, ptrdiff_t beside, int half,
                       const lanes *here, const lanes *weight)
{
    const ptrdiff_t place[4] = {beside, beside + 1, at - half, at + half};
    *pull = (lanes){0};
    for (int k = 0; k < 4; k++) {
        lanes there;
        lanes_load(&there, moved + place[k]);
        *pull += weight[k] * (there - *here);
    }
}

/* One over-relaxation step of the samples of colour c in row y. */
KERNEL void relax_row(const struct uncap_flow_level *l, const struct refine_planes *p, int y, int c)
{
    const int o = 1 - c;
    const int side = ((y + c) & 1) - 1;
    const ptrdiff_t first = (ptrdiff_t)y * p->half;
    const ptrdiff_t end = first + split_span(split_count(l, y, c));
    for (ptrdiff_t i = first; i < end; i += LANES) {
        lanes weight[4];
        lanes u;
        lanes v;
        lanes du;
        lanes dv;
        lanes axy;
        lanes b;
        lanes inv;
        lanes pull;
        lanes_load(&weight[0], p->left[c] + i);
        lanes_load(&weight[1], p->right[c] + i);
        lanes_load(&weight[2], p->up[c] + i);
        lanes_load(&weight[3], p->down[c] + i);
        lanes_load(&u, p->u[c] + i);
        lanes_load(&v, p->v[c] + i);
        lanes_load(&du, p->du[c] + i);
        lanes_load(&dv, p->dv[c] + i);
        lanes_load(&axy, p->axy[c] + i);
        neighbours(&pull, p->moved_u[o], i, i + side, p->half, &u, weight);
        lanes_load(&b, p->bx[c] + i);
        lanes_load(&inv, p->inv_x[c] + i);
        du = du * (1 - RELAXATION) + inv * (b - axy * dv + pull);
        neighbours(&pull, p->moved_v[o], i, i + side, p->half, &v, weight);
        lanes_load(&b, p->by[c] + i);
        lanes_load(&inv, p->inv_y[c] + i);
        dv = dv * (1 - RELAXATION) + inv * (b - axy * du + pull);
        lanes_store(p->du[c] + i, &du);
        lanes_store(p->dv[c] + i, &dv);
        u += du;
        v += dv;
        lanes_store(p->moved_u[c] + i, &u);
        lanes_store(p->moved_v[c] + i, &v);
    }
}

/* Zero what the vectors of row y reach past its samples, and the increments of the whole row. */
KERNEL void clear_row(const struct uncap_flow_level *l, const struct refine_planes *p, int y, int c)
{
    float *const tail[] = {p->u[c],     p->v[c],  p->moved_u[c], p->moved_v[c], p->axy[c],
                           p->bx[c],    p->by[c], p->inv_x[c],   p->inv_y[c],   p->left[c],
                           p->right[c], p->up[c], p->down[c]};
    const ptrdiff_t row = (ptrdiff_t)y * p->half;
    const int n = y < 0 || y >= l->h ? 0 : split_count(l, y, c);
    for (size_t k = 0; k < sizeof(tail) / sizeof(*tail); k++)
        memset(tail[k] + row + n, 0, (size_t)(p->half - UNCAP_FLOW_PAD / 2 - n) * sizeof(float));
    memset(p->du[c] + row - 1, 0, (size_t)(p->half - UNCAP_FLOW_PAD / 2) * sizeof(float));
    memset(p->dv[c] + row - 1, 0, (size_t)(p->half - UNCAP_FLOW_PAD / 2) * sizeof(float));
}

/* Row by row, each stage as far behind the one before as it must be to find its neighbours done: so the
 * planes pass through the caches once. */
KERNEL void linearise(const struct uncap_flow_level *l, const struct refine_planes *p)
{
    for (int y = 0; y < l->h + 3; y++) {
        if (y < l->h)
            warp_row(l, p, y);
        for (int c = 0; c < COLOURS && y >= 1 && y - 1 < l->h; c++)
            data_row(l, p, y - 1, c);
        if (y >= 2 && y - 2 < l->h)
            diffusivity_row(l, p, y - 2);
        for (int c = 0; c < COLOURS && y >= 3; c++) {
            weights_row(l, p, y - 3, c);
            clear_row(l, p, y - 3, c);
        }
    }
    for (int c = 0; c < COLOURS; c++) {
        clear_row(l, p, -1, c);
        clear_row(l, p, l->h, c);
    }
}

/* `steps` half steps, one colour each, in a wave: each works on the row above the one that the step before it
 * has just done, so that what it reads is as if whole planes had been gone through one by one, and rows
 * stay in the caches. */
KERNEL void relax(const struct uncap_flow_level *l, const struct refine_planes *p, int steps)
{
    for (int front = 0; front < l->h + steps - 1; front++)
        for (int i = 0; i < steps; i++)
            if (front - i >= 0 && front - i < l->h)
                relax_row(l, p, front - i, i % COLOURS);
}

UNCAP_TARGET static void refine(const struct uncap_flow_level *l, int outer, int inner)
{
    const struct refine_planes p = refine_layout(l);
    for (int o = 0; o < outer; o++) {
        linearise(l, &p);
        relax(l, &p, COLOURS * inner);
        for (int y = 0; y < l->h; y++)
            for (int c = 0; c < COLOURS; c++) {
                const ptrdiff_t row = (ptrdiff_t)y * l->pitch + ((y + c) & 1);
                const ptrdiff_t from = (ptrdiff_t)y * p.half;
                const int n = split_count(l, y, c);
                for (int i = 0; i < n; i++) {
                    l->u[row + 2 * i] += p.du[c][from + i];
                    l->v[row + 2 * i] += p.dv[c][from + i];
                }
            }
    }
}
