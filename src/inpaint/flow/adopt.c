/* SPDX-License-Identifier: Apache-2.0 */
#include "inpaint/flow/adopt.h"

#include <string.h>

enum { N_OFFSETS = (2 * FLOW_RING + 1) * (2 * FLOW_RING + 1) - 1 };

/* Offsets within the ring's reach, nearest first. */
static const int8_t OFFSETS[N_OFFSETS][2] = {
    {0, -1},  {-1, 0}, {1, 0},   {0, 1},  {-1, -1}, {1, -1}, {-1, 1},  {1, 1},  {0, -2},  {-2, 0},
    {2, 0},   {0, 2},  {-1, -2}, {1, -2}, {-2, -1}, {2, -1}, {-2, 1},  {2, 1},  {-1, 2},  {1, 2},
    {-2, -2}, {2, -2}, {-2, 2},  {2, 2},  {0, -3},  {-3, 0}, {3, 0},   {0, 3},  {-1, -3}, {1, -3},
    {-3, -1}, {3, -1}, {-3, 1},  {3, 1},  {-1, 3},  {1, 3},  {-2, -3}, {2, -3}, {-3, -2}, {3, -2},
    {-3, 2},  {3, 2},  {-2, 3},  {2, 3},  {-3, -3}, {3, -3}, {-3, 3},  {3, 3},
};

/* Word i of a row, as seen dx samples to the right of each sample. */
static uint64_t shifted(const uint64_t *row, int words, int i, int dx)
{
    if (dx == 0)
        return row[i];
    if (dx > 0)
        return row[i] >> dx | (i + 1 < words ? row[i + 1] << (64 - dx) : 0);
    return row[i] << -dx | (i > 0 ? row[i - 1] >> (64 + dx) : 0);
}

/* Find the nearest offset for all samples of one word; writes near from sample 64 * i of row y on. */
static void near_word(const struct flow_mask *hole, uint64_t open, int i, int y, uint8_t *near)
{
    for (int k = 0; k < N_OFFSETS && open; k++) {
        const int hy = y + OFFSETS[k][1];
        if (hy < 0 || hy >= hole->h)
            continue;
        uint64_t found =
            open & shifted(hole->bits + (ptrdiff_t)hy * hole->words, hole->words, i, OFFSETS[k][0]);
        open &= ~found;
        for (; found; found &= found - 1)
            near[__builtin_ctzll(found)] = (uint8_t)k;
    }
}

void flow_adopt_near(const struct flow_mask *hole, const struct flow_mask *need, uint8_t *near)
{
    for (int y = 0; y < need->h; y++)
        for (int i = 0; i < need->words; i++) {
            const ptrdiff_t word = (ptrdiff_t)y * need->words + i;
            uint8_t *at = near + (ptrdiff_t)y * need->w + (ptrdiff_t)64 * i;
            for (uint64_t inside = hole->bits[word]; inside; inside &= inside - 1)
                at[__builtin_ctzll(inside)] = FLOW_ADOPT_SELF;
            near_word(hole, need->bits[word] & ~hole->bits[word], i, y, at);
        }
}

void flow_adopt(const struct flow_work *work, const struct flow_mask *need, const uint8_t *near,
                const struct flow_pointer *pointers, struct flow_pointer *out)
{
    int i = 0;
    for (int y = 0; y < need->h; y++)
        for (int x = flow_mask_next(need, 0, y); x < need->w; x = flow_mask_next(need, x + 1, y), i++) {
            const int k = near[(ptrdiff_t)y * need->w + x];
            if (k == FLOW_ADOPT_SELF) {
                out[i] = pointers[i];
                continue;
            }
            struct flow_pointer p = pointers[flow_mask_rank(need, x + OFFSETS[k][0], y + OFFSETS[k][1])];
            p.x -= (float)OFFSETS[k][0];
            p.y -= (float)OFFSETS[k][1];
            if (p.frame >= 0 &&
                (!flow_work_inside(work, p.x, p.y) || !flow_work_clear(&work->frames[p.frame], p.x, p.y)))
                p.frame = -1;
            out[i] = p;
        }
}
