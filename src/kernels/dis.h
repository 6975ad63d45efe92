/* SPDX-License-Identifier: Apache-2.0 */
/* Masked dense inverse search; the body of uncap_kernels.dis, included once a level. */

enum { PATCH = 8, STEP = 4 }; /* a row of a patch is one vector */

#define MIN_VALID 3.0f   /* known samples a patch needs to move */
#define REGULARISER 4.0f /* added to the normal matrix: grey levels squared */
#define MAX_MOVE 8.0f    /* from the best candidate */
#define SMALL_STEP 0.02f
#define NO_COST 1e9f

/* A patch of frame a. */
struct template_patch {
    lanes image[PATCH], mask[PATCH], gx[PATCH], gy[PATCH];
};

/* Weighted sums over a patch: d is the difference of the pictures. */
struct patch_sums {
    float w, x, y, xx, xy, yy, d, dx, dy, dd;
};

/* One patch of frame b at a fractional place. */
struct bilinear {
    ptrdiff_t offset;
    float w00, w01, w10, w11;
};

KERNEL struct bilinear bilinear_at(const struct uncap_flow_level *l, float x, float y)
{
    const float low = 2 - UNCAP_FLOW_PAD;
    const float right = (float)(l->w + UNCAP_FLOW_PAD - PATCH - 4);
    const float bottom = (float)(l->h + UNCAP_FLOW_PAD - PATCH - 4);
    x = x < low ? low : x > right ? right : x;
    y = y < low ? low : y > bottom ? bottom : y;
    const int xi = (int)(x + UNCAP_FLOW_PAD) - UNCAP_FLOW_PAD;
    const int yi = (int)(y + UNCAP_FLOW_PAD) - UNCAP_FLOW_PAD;
    const float fx = x - (float)xi;
    const float fy = y - (float)yi;
    return (struct bilinear){(ptrdiff_t)yi * l->pitch + xi, (1 - fx) * (1 - fy), fx * (1 - fy), (1 - fx) * fy,
                             fx * fy};
}

KERNEL void sample_rows(lanes *out, const float *plane, int pitch, const struct bilinear *b, int row)
{
    const float *p = plane + b->offset + (ptrdiff_t)row * pitch;
    lanes p00;
    lanes p01;
    lanes p10;
    lanes p11;
    lanes_load(&p00, p);
    lanes_load(&p01, p + 1);
    lanes_load(&p10, p + pitch);
    lanes_load(&p11, p + pitch + 1);
    *out = p00 * b->w00 + p01 * b->w01 + p10 * b->w10 + p11 * b->w11;
}

KERNEL void load_template(struct template_patch *t, const struct uncap_flow_level *l, int x, int y)
{
    for (int r = 0; r < PATCH; r++) {
        const ptrdiff_t at = (ptrdiff_t)(y + r) * l->pitch + x;
        lanes_load(&t->image[r], l->a.image + at);
        lanes_load(&t->mask[r], l->a.mask + at);
        lanes_load(&t->gx[r], l->a.gx + at);
        lanes_load(&t->gy[r], l->a.gy + at);
    }
}

KERNEL float cost_of(float w, float d, float dd)
{
    return w < MIN_VALID ? NO_COST : (dd - d * d / w) / w;
}

/* Mean-free squared difference per known sample with the patch moved to (x, y) of frame b. */
KERNEL float patch_cost(const struct uncap_flow_level *l, const struct template_patch *t, float x, float y)
{
    const struct bilinear at = bilinear_at(l, x, y);
    lanes sw = {0};
    lanes sd = {0};
    lanes sdd = {0};
    for (int r = 0; r < PATCH; r++) {
        lanes image;
        lanes w;
        sample_rows(&image, l->b.image, l->pitch, &at, r);
        sample_rows(&w, l->b.mask, l->pitch, &at, r);
        w *= t->mask[r];
        const lanes d = image - t->image[r];
        sw += w;
        sd += w * d;
        sdd += w * d * d;
    }
    return cost_of(lanes_sum(&sw), lanes_sum(&sd), lanes_sum(&sdd));
}

KERNEL struct patch_sums patch_sum(const struct uncap_flow_level *l, const struct template_patch *t, float x,
                                   float y)
{
    const struct bilinear at = bilinear_at(l, x, y);
    lanes s[10] = {{0}};
    for (int r = 0; r < PATCH; r++) {
        lanes image;
        lanes w;
        sample_rows(&image, l->b.image, l->pitch, &at, r);
        sample_rows(&w, l->b.mask, l->pitch, &at, r);
        w *= t->mask[r];
        const lanes d = image - t->image[r];
        const lanes wx = w * t->gx[r];
        const lanes wy = w * t->gy[r];
        const lanes wd = w * d;
        s[0] += w;
        s[1] += wx;
        s[2] += wy;
        s[3] += wx * t->gx[r];
        s[4] += wx * t->gy[r];
        s[5] += wy * t->gy[r];
        s[6] += wd;
        s[7] += wd * t->gx[r];
        s[8] += wd * t->gy[r];
        s[9] += wd * d;
    }
    return (struct patch_sums){lanes_sum(&s[0]), lanes_sum(&s[1]), lanes_sum(&s[2]), lanes_sum(&s[3]),
                               lanes_sum(&s[4]), lanes_sum(&s[5]), lanes_sum(&s[6]), lanes_sum(&s[7]),
                               lanes_sum(&s[8]), lanes_sum(&s[9])};
}

/* Gauss-Newton step of the mean-free difference. */
KERNEL void patch_step(const struct patch_sums *s, float *du, float *dv)
{
    const float xx = s->xx - s->x * s->x / s->w + REGULARISER;
    const float yy = s->yy - s->y * s->y / s->w + REGULARISER;
    const float xy = s->xy - s->x * s->y / s->w;
    const float bx = s->dx - s->d * s->x / s->w;
    const float by = s->dy - s->d * s->y / s->w;
    const float det = xx * yy - xy * xy;
    *du = -(yy * bx - xy * by) / det;
    *dv = -(xx * by - xy * bx) / det;
}

/* Grid of patches: patch (i, j) covers samples from 4i - 4, 4j - 4 on, so that each sample lies in four. */
struct patch_grid {
    int nx, ny;
    float *u, *v;
};

/* Move the patch downhill from (u, v); never ends above the cost it started from. */
KERNEL void descend(const struct uncap_flow_level *l, const struct template_patch *t, float x, float y,
                    float *u, float *v, int iterations)
{
    const float u0 = *u;
    const float v0 = *v;
    float best = NO_COST;
    float pu = u0;
    float pv = v0;
    for (int i = 0; i <= iterations; i++) {
        const struct patch_sums s = patch_sum(l, t, x + pu, y + pv);
        const float cost = cost_of(s.w, s.d, s.dd);
        if (cost >= best)
            return;
        best = cost;
        *u = pu;
        *v = pv;
        float du;
        float dv;
        patch_step(&s, &du, &dv);
        pu += du;
        pv += dv;
        const float mu = pu - u0;
        const float mv = pv - v0;
        if (mu * mu + mv * mv > MAX_MOVE * MAX_MOVE || du * du + dv * dv < SMALL_STEP * SMALL_STEP)
            return;
    }
}

/* No farther than `apart` off one of the first n candidates. Stillness is repeated by itself alone: what is
 * almost still shall be so. */
KERNEL bool is_repeated(const float *cu, const float *cv, int n, float apart)
{
    const float far = cu[n] == 0 && cv[n] == 0 ? 0 : apart * apart;
    for (int i = 0; i < n; i++) {
        const float du = cu[n] - cu[i];
        const float dv = cv[n] - cv[i];
        if (du * du + dv * dv <= far)
            return true;
    }
    return false;
}

/* Search one patch: best of the candidates, then downhill. dir: +1 raster pass, -1 reverse pass. */
KERNEL void search(const struct uncap_flow_level *l, const struct patch_grid *g, int i, int j, int dir,
                   int iterations, float apart)
{
    struct template_patch t;
    const int x = STEP * i - STEP;
    const int y = STEP * j - STEP;
    load_template(&t, l, x, y);
    const int k = j * g->nx + i;
    float cu[4] = {g->u[k]};
    float cv[4] = {g->v[k]};
    int n = 1;
    if (dir > 0) {
        cu[n] = cv[n] = 0;
        n++;
    }
    if (i - dir >= 0 && i - dir < g->nx) {
        cu[n] = g->u[k - dir];
        cv[n++] = g->v[k - dir];
    }
    if (j - dir >= 0 && j - dir < g->ny) {
        cu[n] = g->u[k - dir * g->nx];
        cv[n++] = g->v[k - dir * g->nx];
    }
    int best = 0;
    float best_cost = patch_cost(l, &t, (float)x + cu[0], (float)y + cv[0]);
    if (best_cost >= NO_COST)
        return;
    for (int c = 1; c < n; c++) {
        if (is_repeated(cu, cv, c, apart))
            continue;
        const float cost = patch_cost(l, &t, (float)x + cu[c], (float)y + cv[c]);
        if (cost < best_cost) {
            best_cost = cost;
            best = c;
        }
    }
    g->u[k] = cu[best];
    g->v[k] = cv[best];
    descend(l, &t, (float)x, (float)y, &g->u[k], &g->v[k], iterations);
}

/* acc += weight * value over one row of a patch. */
KERNEL void add_row(float *acc, const lanes *weight, float value)
{
    lanes a;
    lanes_load(&a, acc);
    a += *weight * value;
    lanes_store(acc, &a);
}

/* Add one patch's flow to the samples it covers: more where more of it is known and the pictures agree. */
KERNEL void splat(const struct uncap_flow_level *l, int x, int y, float pu, float pv, float *acc_u,
                  float *acc_v, float *acc_w)
{
    struct template_patch t;
    load_template(&t, l, x, y);
    const struct bilinear at = bilinear_at(l, (float)x + pu, (float)y + pv);
    lanes d[PATCH];
    lanes w[PATCH];
    lanes sw = {0};
    lanes sd = {0};
    lanes sdd = {0};
    for (int r = 0; r < PATCH; r++) {
        sample_rows(&d[r], l->b.image, l->pitch, &at, r);
        sample_rows(&w[r], l->b.mask, l->pitch, &at, r);
        d[r] -= t.image[r];
        w[r] *= t.mask[r];
        sw += w[r];
        sd += w[r] * d[r];
        sdd += w[r] * d[r] * d[r];
    }
    const float known = lanes_sum(&sw);
    const float mean = lanes_sum(&sd) / (known + 1e-6f);
    const float var = lanes_sum(&sdd) / (known + 1e-6f) - mean * mean;
    const float share = (known + 0.05f) / (PATCH * PATCH) / (1 + __builtin_sqrtf(var > 0 ? var : 0));
    for (int r = 0; r < PATCH; r++) {
        lanes weight = (d[r] - mean) * w[r];
        lanes_size(&weight, 1);
        weight = share / weight;
        const ptrdiff_t o = (ptrdiff_t)(y + r) * l->pitch + x;
        add_row(acc_u + o, &weight, pu);
        add_row(acc_v + o, &weight, pv);
        add_row(acc_w + o, &weight, 1);
    }
}

KERNEL void densify(const struct uncap_flow_level *l, const struct patch_grid *g)
{
    const size_t plane = (size_t)l->pitch * (size_t)(l->h + 2 * UNCAP_FLOW_PAD);
    const ptrdiff_t origin = (ptrdiff_t)UNCAP_FLOW_PAD * l->pitch + UNCAP_FLOW_PAD;
    float *acc_u = l->scratch + plane;
    float *acc_v = acc_u + plane;
    float *acc_w = acc_v + plane;
    memset(acc_u, 0, 3 * plane * sizeof(float));
    for (int j = 0; j < g->ny; j++)
        for (int i = 0; i < g->nx; i++) {
            const int k = j * g->nx + i;
            splat(l, STEP * i - STEP, STEP * j - STEP, g->u[k], g->v[k], acc_u + origin, acc_v + origin,
                  acc_w + origin);
        }
    for (int y = 0; y < l->h; y++) {
        const ptrdiff_t row = (ptrdiff_t)y * l->pitch;
        for (int x = 0; x < l->w; x++) {
            const float w = acc_w[origin + row + x];
            l->u[row + x] = acc_u[origin + row + x] / w;
            l->v[row + x] = acc_v[origin + row + x] / w;
        }
    }
}

UNCAP_TARGET static void dis(const struct uncap_flow_level *l, int iterations, int passes, float apart)
{
    struct patch_grid g = {(l->w + STEP - 1) / STEP + 1, (l->h + STEP - 1) / STEP + 1, NULL, NULL};
    g.u = l->scratch;
    g.v = g.u + (size_t)g.nx * (size_t)g.ny;
    for (int j = 0; j < g.ny; j++) {
        const int y = STEP * j < l->h ? STEP * j : l->h - 1;
        for (int i = 0; i < g.nx; i++) {
            const int x = STEP * i < l->w ? STEP * i : l->w - 1;
            g.u[j * g.nx + i] = l->u[(ptrdiff_t)y * l->pitch + x];
            g.v[j * g.nx + i] = l->v[(ptrdiff_t)y * l->pitch + x];
        }
    }
    for (int j = 0; j < g.ny; j++)
        for (int i = 0; i < g.nx; i++)
            search(l, &g, i, j, 1, iterations, apart);
    for (int j = g.ny - 1; j >= 0 && passes > 1; j--)
        for (int i = g.nx - 1; i >= 0; i--)
            search(l, &g, i, j, -1, iterations, apart);
    densify(l, &g);
}
