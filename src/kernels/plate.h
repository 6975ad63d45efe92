/* SPDX-License-Identifier: Apache-2.0 */
/* The vote of a span of plate cells: where they lie in a frame, what it shows there, and whom they name for
 * it. Loops over neighbours without branches, which the compiler turns into the level's own vectors. Included
 * after kernels/lanes.h. */
#include <math.h>
#include <stdint.h>

enum { VOTERS = 32 }; /* cells that vote at once */

KERNEL float snapped(float v)
{
    const float sample = (float)(int)(v + 0.5f);
    return fabsf(v - sample) < UNCAP_PLATE_SNAP ? sample : v;
}

KERNEL bool is_inside(const struct uncap_plate_span *s, int k, float right, float bottom)
{
    return s->x[k] >= 0 && s->y[k] >= 0 && s->x[k] <= right && s->y[k] <= bottom;
}

/* Cells lie on a line, in order: all of them lie between the first and the last. */
KERNEL uint64_t cells_inside(const struct uncap_plate_span *s, float right, float bottom, int n)
{
    if (is_inside(s, 0, right, bottom) && is_inside(s, n - 1, right, bottom))
        return ~UINT64_C(0) >> (UNCAP_PLATE_SPAN - n);
    uint64_t known = 0;
    for (int k = 0; k < n; k++)
        known |= (uint64_t)is_inside(s, k, right, bottom) << k;
    return known;
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
    unsigned off = 0, beside = 0, below = 0;
    for (int k = 0; k < n; k++) {
        const float px = s->x[k], py = s->y[k];
        const int xi = (int)px, yi = (int)py;
        off |= (unsigned)(xi != x + k) | (unsigned)(yi != y);
        beside |= (unsigned)(px > (float)xi);
        below |= (unsigned)(py > (float)yi);
    }
    s->known = cells_inside(s, right, bottom, n);
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

/* known: of the span, from its cell 0 on */
KERNEL void vote_cells(const float *restrict shown, uint32_t known, int32_t first, float limit,
                       float *restrict value, int32_t *restrict ballot, int n)
{
    for (int k = 0; k < n; k++) {
        const float kept = value[k];
        const int32_t old = ballot[k];
        const int32_t votes = old & UNCAP_PLATE_VOTES;
        const int32_t more = votes < UNCAP_PLATE_VOTES ? votes + 1 : UNCAP_PLATE_VOTES;
        const int32_t is_known = -(int32_t)(known >> k & 1);
        const int32_t agrees = -(int32_t)((old >= 0) & (fabsf(kept - shown[k]) <= limit));
        const int32_t takes = agrees | -(int32_t)((old < 0) | (votes == 0));
        const int32_t voted = (takes & (first + (agrees & more))) | (~takes & (old - 1));
        value[k] = is_known & takes ? shown[k] : kept;
        ballot[k] = (is_known & voted) | (~is_known & old);
    }
}

/* See struct uncap_kernels, plate_vote. */
UNCAP_TARGET static void plate_vote(const struct uncap_plate_span *s, int t, float limit, float *value,
                                    int32_t *ballot)
{
    const int32_t first = t * (UNCAP_PLATE_VOTES + 1);
    for (int i = 0; i < s->n; i += VOTERS) {
        const uint32_t known = (uint32_t)(s->known >> i);
        if (s->n - i >= VOTERS)
            vote_cells(s->value + i, known, first, limit, value + i, ballot + i, VOTERS);
        else
            vote_cells(s->value + i, known, first, limit, value + i, ballot + i, s->n - i);
    }
}

/* See struct uncap_kernels, plate_find. */
UNCAP_TARGET static void plate_find(struct uncap_plate_sources *restrict s,
                                    const struct uncap_plate_view *view, int x0, int y)
{
    const float right = (float)(view->w - 1), bottom = (float)(view->h - 1);
    const float fy = (float)y;
    const int w = view->w, pitch = view->pitch, t = view->t;
    const float *restrict a = view->cell;
    const float *restrict places = view->places;
    const int32_t *restrict ballots = view->ballot;
    const float drift = view->drift, unsure = view->unsure;
    for (int k = 0; k < UNCAP_PLATE_SPAN; k++) {
        const float fx = (float)(x0 + k);
        const float cx = fx + (a[0] + a[1] * fx + a[2] * fy);
        const float cy = fy + (a[3] + a[4] * fx + a[5] * fy);
        const int32_t is_cell = -(int32_t)((cx >= 0) & (cy >= 0) & (cx <= right) & (cy <= bottom));
        const int32_t at = is_cell & ((int)(cy + 0.5f) * w + (int)(cx + 0.5f));
        const int32_t ballot = ballots[at];
        const int32_t is_seen = is_cell & -(int32_t)(ballot >= 0);
        const int32_t frame = is_seen & (ballot / (UNCAP_PLATE_VOTES + 1));
        const int32_t o = frame * pitch;
        const float px = snapped(cx + (places[o] + places[o + 1] * cx + places[o + 2] * cy));
        const float py = snapped(cy + (places[o + 3] + places[o + 4] * cx + places[o + 5] * cy));
        const int32_t is_inside = -(int32_t)((px >= 0) & (py >= 0) & (px <= right) & (py <= bottom));
        const int32_t away = t > frame ? t - frame : frame - t;
        s->x[k] = px;
        s->y[k] = py;
        s->cost[k] = drift * (float)away + unsure / (1 + (float)(ballot & UNCAP_PLATE_VOTES));
        s->frame[k] = frame | ~(is_seen & is_inside);
    }
}

/* See struct uncap_kernels, plate_lay. */
UNCAP_TARGET static void plate_lay(const struct uncap_plate_layout *old, int y, float *restrict value,
                                   int32_t *restrict ballot)
{
    const float right = (float)(old->w - 1), bottom = (float)(old->h - 1);
    const float fy = (float)y;
    const int w = old->w;
    const float *restrict a = old->cell;
    const float *restrict values = old->value;
    const int32_t *restrict ballots = old->ballot;
    for (int x = 0; x < w; x++) {
        const float fx = (float)x;
        const float cx = fx + (a[0] + a[1] * fx + a[2] * fy);
        const float cy = fy + (a[3] + a[4] * fx + a[5] * fy);
        const int32_t is_cell = -(int32_t)((cx >= 0) & (cy >= 0) & (cx <= right) & (cy <= bottom));
        const int32_t at = is_cell & ((int)(cy + 0.5f) * w + (int)(cx + 0.5f));
        value[x] = values[at];
        ballot[x] = ballots[at] | ~is_cell;
    }
}
