/* SPDX-License-Identifier: Apache-2.0 */
/* The vote of a span of plate cells: where they lie in a frame, what it shows there, and whom they name for
 * it. Loops over neighbours without branches, which the compiler turns into the level's own vectors. Included
 * after kernels/lanes.h. */
#include <math.h>
#include <stdint.h>

KERNEL float snapped(float v)
{
    const float sample = (float)(int)(v + 0.5f);
    return fabsf(v - sample) < UNCAP_PLATE_SNAP ? sample : v;
}

/* n is a constant where the span is full. */
KERNEL void place_cells(struct uncap_plate_span *restrict s, const float *restrict a, int x0, int y0, int w,
                        int h, int n)
{
    const float right = (float)(w - 1), bottom = (float)(h - 1), fy0 = (float)y0;
    for (int k = 0; k < n; k++) {
        const float fx0 = (float)(x0 + k);
        s->x[k] = snapped(fx0 + (a[0] + a[1] * fx0 + a[2] * fy0));
        s->y[k] = snapped(fy0 + (a[3] + a[4] * fx0 + a[5] * fy0));
    }
    const int x = (int)s->x[0], y = (int)s->y[0];
    uint32_t inside[UNCAP_PLATE_SPAN];
    unsigned off = 0, beside = 0, below = 0;
    for (int k = 0; k < n; k++) {
        const float px = s->x[k], py = s->y[k];
        const int xi = (int)px, yi = (int)py;
        inside[k] =
            (unsigned)(px >= 0) & (unsigned)(py >= 0) & (unsigned)(px <= right) & (unsigned)(py <= bottom);
        off |= (unsigned)(xi != x + k) | (unsigned)(yi != y);
        beside |= (unsigned)(px > (float)xi);
        below |= (unsigned)(py > (float)yi);
    }
    uint32_t halves[2] = {0, 0};
    for (int k = 0; k < n; k++)
        halves[k / 32] |= inside[k] << (k % 32);
    s->known = (uint64_t)halves[1] << 32 | halves[0];
    s->is_beside = beside;
    s->is_below = below;
    s->is_row = !off;
}

/* See struct uncap_kernels, plate_place. */
UNCAP_TARGET static void plate_place(struct uncap_plate_span *s, const float *place, int x0, int y0, int w,
                                     int h)
{
    if (s->n == UNCAP_PLATE_SPAN)
        place_cells(s, place, x0, y0, w, h, UNCAP_PLATE_SPAN);
    else
        place_cells(s, place, x0, y0, w, h, s->n);
}

KERNEL float mixed(float a, float b, float c, float d, float fx, float fy)
{
    const float top = a + fx * (b - a), bottom = c + fx * (d - c);
    return top + fy * (bottom - top);
}

#define READ_CELLS(name, sample)                                                                             \
    KERNEL void name(struct uncap_plate_span *restrict s, const sample *restrict a,                          \
                     const sample *restrict b, int n)                                                        \
    {                                                                                                        \
        const int x = (int)s->x[0];                                                                          \
        const float y = (float)(int)s->y[0];                                                                 \
        if (!s->is_beside && !s->is_below)                                                                   \
            for (int k = 0; k < n; k++)                                                                      \
                s->value[k] = (float)a[k];                                                                   \
        else                                                                                                 \
            for (int k = 0; k < n; k++)                                                                      \
                s->value[k] = mixed((float)a[k], (float)a[k + 1], (float)b[k], (float)b[k + 1],              \
                                    s->x[k] - (float)(x + k), s->y[k] - y);                                  \
    }

READ_CELLS(read_bytes, uint8_t)
READ_CELLS(read_words, uint16_t)

/* See struct uncap_kernels, plate_read. */
UNCAP_TARGET static void plate_read(struct uncap_plate_span *s, const void *row, ptrdiff_t stride,
                                    bool is_deep)
{
    const void *low = (const uint8_t *)row + (s->is_below ? stride : 0);
    const bool is_full = s->n == UNCAP_PLATE_SPAN;
    if (is_deep && is_full)
        read_words(s, row, low, UNCAP_PLATE_SPAN);
    else if (is_deep)
        read_words(s, row, low, s->n);
    else if (is_full)
        read_bytes(s, row, low, UNCAP_PLATE_SPAN);
    else
        read_bytes(s, row, low, s->n);
}

KERNEL void vote_cells(const struct uncap_plate_span *restrict s, int32_t first, float limit,
                       float *restrict value, int32_t *restrict ballot, int n)
{
    const uint32_t halves[2] = {(uint32_t)s->known, (uint32_t)(s->known >> 32)};
    for (int i = 0; i < n; i += 32) {
        const uint32_t known = halves[i / 32];
        const int end = n - i < 32 ? n - i : 32;
        for (int k = 0; k < end; k++) {
            const float shown = s->value[i + k], kept = value[i + k];
            const int32_t old = ballot[i + k], votes = old & UNCAP_PLATE_VOTES;
            const int32_t votes_more = votes < UNCAP_PLATE_VOTES ? votes + 1 : UNCAP_PLATE_VOTES;
            const bool is_known = known >> k & 1;
            const bool agrees = (old >= 0) & (fabsf(kept - shown) <= limit);
            const bool takes = agrees | (old < 0) | (votes == 0);
            const int32_t taken = first + (agrees ? votes_more : 0), voted = takes ? taken : old - 1;
            value[i + k] = is_known && takes ? shown : kept;
            ballot[i + k] = is_known ? voted : old;
        }
    }
}

/* See struct uncap_kernels, plate_vote. */
UNCAP_TARGET static void plate_vote(const struct uncap_plate_span *s, int t, float limit, float *value,
                                    int32_t *ballot)
{
    const int32_t first = t * (UNCAP_PLATE_VOTES + 1);
    if (s->n == UNCAP_PLATE_SPAN)
        vote_cells(s, first, limit, value, ballot, UNCAP_PLATE_SPAN);
    else
        vote_cells(s, first, limit, value, ballot, s->n);
}
