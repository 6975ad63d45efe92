/* SPDX-License-Identifier: Apache-2.0 */
/* Rows of a push-pull interpolation. Loops over neighbours without branches, which the compiler turns into
 * the level's own vectors. Included after kernels/lanes.h. */

enum { PUSHPULL_CHUNK = 256 }; /* cells of a row that pass through the stack at once; even */

/* Sums to means, weights to at most 1, and what both are worth to the level above. */
KERNEL void push_cells(float *restrict value, float *restrict weight, int n, float *restrict moment,
                       float *restrict mass)
{
    for (int k = 0; k < n; k++) {
        const float w = weight[k];
        const float mean = value[k] / (w > 0 ? w : 1);
        const float kept = w < 1 ? w : 1;
        value[k] = mean;
        weight[k] = kept;
        moment[k] = kept * mean;
        mass[k] = kept;
    }
}

KERNEL void add_fours(const float *restrict top, const float *restrict low, int n, float *restrict out)
{
    for (int c = 0; c < n; c++)
        out[c] = top[2 * c] + top[2 * c + 1] + low[2 * c] + low[2 * c + 1];
}

/* See struct uncap_kernels, push. */
UNCAP_TARGET static void push_rows(float *value, float *weight, ptrdiff_t pitch, int rows, int n,
                                   float *up_value, float *up_weight)
{
    float moment[2][PUSHPULL_CHUNK + 1] = {{0}};
    float mass[2][PUSHPULL_CHUNK + 1] = {{0}};
    for (int k = 0; k < n; k += PUSHPULL_CHUNK) {
        const int cells = n - k < PUSHPULL_CHUNK ? n - k : PUSHPULL_CHUNK;
        for (int r = 0; r < rows; r++) {
            push_cells(value + r * pitch + k, weight + r * pitch + k, cells, moment[r], mass[r]);
            moment[r][cells] = mass[r][cells] = 0;
        }
        if (!up_value)
            continue;
        add_fours(moment[0], moment[1], (cells + 1) / 2, up_value + k / 2);
        add_fours(mass[0], mass[1], (cells + 1) / 2, up_weight + k / 2);
    }
}

/* A sample of the cell c, off towards the cell n. */
KERNEL float between_cells(const float *near, const float *next, int c, int n)
{
    return 0.75f * (0.75f * near[c] + 0.25f * near[n]) + 0.25f * (0.75f * next[c] + 0.25f * next[n]);
}

KERNEL float at_border(const float *near, const float *next, int w, int x)
{
    const int c = x >> 1;
    const int n = c + (x & 1 ? 1 : -1);
    return between_cells(near, next, c, n < 0 || n >= w ? c : n);
}

KERNEL void interpolate_pairs(float *restrict out, const float *restrict near, const float *restrict next,
                              int n)
{
    for (int c = 0; c < n; c++) {
        out[2 * c] = between_cells(near, next, c, c - 1);
        out[2 * c + 1] = between_cells(near, next, c, c + 1);
    }
}

/* See struct uncap_kernels, interpolate. */
UNCAP_TARGET static void interpolate_row(float *out, const float *near, const float *next, int w, int first,
                                         int end)
{
    int x = first;
    for (; x < end && (x < 2 || x % 2); x++)
        out[x - first] = at_border(near, next, w, x);
    const int c = x / 2;
    const int stop = end / 2 < w - 1 ? end / 2 : w - 1;
    if (c < stop) {
        interpolate_pairs(out + (x - first), near + c, next + c, stop - c);
        x = 2 * stop;
    }
    for (; x < end; x++)
        out[x - first] = at_border(near, next, w, x);
}

KERNEL void pull_cells(float *restrict value, const float *restrict weight, const float *restrict from, int n)
{
    for (int k = 0; k < n; k++) {
        const float w = weight[k];
        const float mixed_in = w * value[k] + (1 - w) * from[k];
        value[k] = w < 1 ? mixed_in : value[k];
    }
}

/* See struct uncap_kernels, pull. */
UNCAP_TARGET static void pull_row(float *value, const float *weight, const float *near, const float *next,
                                  int w, int first, int end)
{
    float from[PUSHPULL_CHUNK];
    for (int x = first; x < end; x += PUSHPULL_CHUNK) {
        const int n = end - x < PUSHPULL_CHUNK ? end - x : PUSHPULL_CHUNK;
        interpolate_row(from, near, next, w, x, x + n);
        pull_cells(value + x, weight + x, from, n);
    }
}
