/* SPDX-License-Identifier: Apache-2.0 */
/* Where one step of motion leads; the body of uncap_kernels.follow. Included after kernels/lanes.h. */

enum { STEP_CELLS = UNCAP_STEPS / 2, AROUND_CELLS = STEP_CELLS + 2 };

/* Both components of the cells first .. first + AROUND_CELLS - 1, mixed from both rows; those outside the
 * rows are their ends. */
KERNEL void mix_rows(const struct uncap_motion_rows *rows, int first, int32_t *restrict u,
                     int32_t *restrict v)
{
    const int16_t *restrict near = rows->near;
    const int16_t *restrict next = rows->next;
    if (first >= 0 && first + AROUND_CELLS <= rows->n) {
        near += 2 * first;
        next += 2 * first;
        for (int i = 0; i < AROUND_CELLS; i++) {
            u[i] = 3 * near[2 * i] + next[2 * i];
            v[i] = 3 * near[2 * i + 1] + next[2 * i + 1];
        }
        return;
    }
    for (int i = 0; i < AROUND_CELLS; i++) {
        int c = first + i < 0 ? 0 : first + i;
        c = c < rows->n ? c : rows->n - 1;
        u[i] = 3 * near[2 * c] + next[2 * c];
        v[i] = 3 * near[2 * c + 1] + next[2 * c + 1];
    }
}

/* Bilinear between cells: samples lie a quarter of a cell off their own. */
KERNEL void mix_cells(const int32_t *restrict cells, float unit, float *restrict out)
{
    for (int j = 0; j < STEP_CELLS; j++) {
        out[2 * j] = (float)(3 * cells[j + 1] + cells[j]) * unit;
        out[2 * j + 1] = (float)(3 * cells[j + 1] + cells[j + 2]) * unit;
    }
}

KERNEL void read_errors(const struct uncap_motion_rows *rows, int first, float *restrict out)
{
    for (int j = 0; j < STEP_CELLS; j++) {
        const int c = first + j < rows->n ? first + j : rows->n - 1;
        out[2 * j] = out[2 * j + 1] = (float)rows->error[c] * rows->error_unit;
    }
}

KERNEL uint64_t pack_bits(const uint32_t *restrict is)
{
    uint32_t halves[2] = {0, 0};
    for (int i = 0; i < 2; i++)
        for (int k = 0; k < 32; k++)
            halves[i] |= is[32 * i + k] << k;
    return (uint64_t)halves[1] << 32 | halves[0];
}

/* See struct uncap_kernels, follow. */
UNCAP_TARGET static void follow(struct uncap_steps *restrict s, const struct uncap_motion_rows *rows, int x0,
                                int y, int w, int h)
{
    int32_t u[AROUND_CELLS];
    int32_t v[AROUND_CELLS];
    uint32_t is_reached[UNCAP_STEPS];
    const float right = (float)(w - 1);
    const float bottom = (float)(h - 1);
    const float allowed = rows->allowed;
    const float share = rows->share_allowed;
    mix_rows(rows, x0 / 2 - 1, u, v);
    mix_cells(u, rows->unit, s->x);
    mix_cells(v, rows->unit, s->y);
    read_errors(rows, x0 / 2, s->error);
    for (int k = 0; k < UNCAP_STEPS; k++) {
        const float dx = s->x[k];
        const float dy = s->y[k];
        const float tx = (float)(x0 + k) + dx;
        const float ty = (float)y + dy;
        is_reached[k] = (unsigned)(s->error[k] <= allowed + share * __builtin_sqrtf(dx * dx + dy * dy)) &
                        (unsigned)(tx >= 0) & (unsigned)(ty >= 0) & (unsigned)(tx <= right) &
                        (unsigned)(ty <= bottom);
        s->x[k] = tx;
        s->y[k] = ty;
    }
    s->reached = pack_bits(is_reached);
}
