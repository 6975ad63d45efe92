/* SPDX-License-Identifier: Apache-2.0 */
/* Over-relaxation of Laplace's equation; the body of uncap_kernels.laplace, included once a level. */

/* One colour of one row. What lies past the row's end has rate 0. */
KERNEL void laplace_row(const struct uncap_laplace *l, int y, int c)
{
    const int side = (y + c) & 1; /* the first sample's x */
    const ptrdiff_t row = (ptrdiff_t)y * l->half;
    float *here = l->value[c] + row;
    const float *rate = l->rate[c] + row;
    const float *beside = l->value[1 - c] + row + side - 1;
    const float *above = l->value[1 - c] + row - l->half;
    const float *below = l->value[1 - c] + row + l->half;
    const int end = l->span[y][1];
    for (int i = l->span[y][0]; i < end; i += LANES) {
        lanes at;
        lanes left;
        lanes right;
        lanes up;
        lanes down;
        lanes r;
        lanes_load(&at, here + i);
        lanes_load(&left, beside + i);
        lanes_load(&right, beside + i + 1);
        lanes_load(&up, above + i);
        lanes_load(&down, below + i);
        lanes_load(&r, rate + i);
        at += r * (0.25f * (left + right + up + down) - at);
        lanes_store(here + i, &at);
    }
}

/* Samples beyond the edge that row y of one colour sees are what stands on it: they have the other colour. */
KERNEL void replicate_edges(const struct uncap_laplace *l, int y, int c)
{
    const ptrdiff_t row = (ptrdiff_t)y * l->half;
    const float *from = l->value[c] + row;
    float *to = l->value[1 - c] + row;
    const size_t bytes = (size_t)((l->w + 1) / 2) * sizeof(float);
    if (y == 0)
        memcpy(to - l->half, from, bytes);
    if (y + 1 == l->h)
        memcpy(to + l->half, from, bytes);
    if (!((y + c) & 1))
        to[-1] = from[0];
    if (!((l->w - 1 + y + c) & 1))
        to[l->w / 2] = from[(l->w - 1) / 2];
}

/* See struct uncap_kernels. Half steps of one colour each run in a wave, as in refine. */
UNCAP_TARGET static void laplace(const struct uncap_laplace *l, int steps)
{
    for (int front = 0; front < l->h + 2 * steps - 1; front++)
        for (int i = 0; i < 2 * steps; i++) {
            const int y = front - i;
            if (y < 0 || y >= l->h)
                continue;
            replicate_edges(l, y, i & 1);
            laplace_row(l, y, i & 1);
        }
}
