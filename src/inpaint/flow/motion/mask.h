/* SPDX-License-Identifier: Apache-2.0 */
/* A set of samples of one plane: a bit each, with the rank of every member, so that data of the members alone
 * can lie in plain arrays in raster order. */
#ifndef UNCAP_INPAINT_FLOW_MASK_H
#define UNCAP_INPAINT_FLOW_MASK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* bits  [h][words] u64, bit x & 63 of word x >> 6; unused bits are 0.
 * rank  [h][words] u32: members before the word. Valid after flow_mask_count.
 * n     members */
struct flow_mask {
    int w, h, words, n;
    uint64_t *bits;
    uint32_t *rank;
};

/* Empty set over w x h samples. False if short of memory. */
bool flow_mask_open(struct flow_mask *m, int w, int h);
void flow_mask_close(struct flow_mask *m);
size_t flow_mask_bytes(int w, int h);

/* Bit i: coverage[i] is not 0, i < n; n: 0..64. */
uint64_t flow_mask_word(const uint8_t *coverage, int n);
/* Or of each pair of neighbouring bits, packed into the low half. */
uint64_t flow_mask_halved(uint64_t v);
/* Members: where coverage [h][stride] u8 is not 0. */
void flow_mask_from_coverage(struct flow_mask *m, const uint8_t *coverage, int stride);
/* dst: every sample at most r (0..31) columns and rows away from a member of src. Same size. */
void flow_mask_grow(struct flow_mask *dst, const struct flow_mask *src, int r);
/* dst: every sample of a subsampled plane that covers a member of src. */
void flow_mask_reduce(struct flow_mask *dst, const struct flow_mask *src, int shift_x, int shift_y);
/* First row of m that has a member, and the one after the last; both 0 where there is none. */
void flow_mask_rows(const struct flow_mask *m, int *first, int *end);
/* Take the members of src out of dst. Same size. */
void flow_mask_subtract(struct flow_mask *dst, const struct flow_mask *src);
/* Same size. */
bool flow_mask_equals(const struct flow_mask *a, const struct flow_mask *b);
void flow_mask_copy(struct flow_mask *dst, const struct flow_mask *src);
/* Bring rank and n up to date after bits were changed. */
void flow_mask_count(struct flow_mask *m);

static inline bool flow_mask_has(const struct flow_mask *m, int x, int y)
{
    return m->bits[(ptrdiff_t)y * m->words + (x >> 6)] >> (x & 63) & 1;
}

/* No sample of the bilinear footprint of (x, y), which lies inside, is a member. */
static inline bool flow_mask_clear(const struct flow_mask *m, float x, float y)
{
    const int xi = (int)x;
    const int yi = (int)y;
    const int right = xi + (x > (float)xi);
    const int below = yi + (y > (float)yi);
    if (flow_mask_has(m, xi, yi)) /* often, where motion leads on inside a hole */
        return false;
    int others = flow_mask_has(m, right, yi); /* added up without branches: hardly ever members */
    others |= flow_mask_has(m, xi, below);
    others |= flow_mask_has(m, right, below);
    return !others;
}

static inline void flow_mask_add(struct flow_mask *m, int x, int y)
{
    m->bits[(ptrdiff_t)y * m->words + (x >> 6)] |= UINT64_C(1) << (x & 63);
}

static inline void flow_mask_remove(struct flow_mask *m, int x, int y)
{
    m->bits[(ptrdiff_t)y * m->words + (x >> 6)] &= ~(UINT64_C(1) << (x & 63));
}

/* Set bits. Without the instruction, which not every processor has, the builtin would be a call. */
static inline int flow_mask_bits_set(uint64_t v)
{
    v -= v >> 1 & UINT64_C(0x5555555555555555);
    v = (v & UINT64_C(0x3333333333333333)) + (v >> 2 & UINT64_C(0x3333333333333333));
    v = (v + (v >> 4)) & UINT64_C(0x0f0f0f0f0f0f0f0f);
    return (int)(v * UINT64_C(0x0101010101010101) >> 56);
}

/* Members before (x, y) in raster order: the array index of a member. */
static inline int flow_mask_rank(const struct flow_mask *m, int x, int y)
{
    const ptrdiff_t word = (ptrdiff_t)y * m->words + (x >> 6);
    const uint64_t below = m->bits[word] & ((UINT64_C(1) << (x & 63)) - 1);
    return (int)m->rank[word] + flow_mask_bits_set(below);
}

/* First member of row y at or right of x, or m->w. */
static inline int flow_mask_next(const struct flow_mask *m, int x, int y)
{
    if (x >= m->w)
        return m->w;
    const uint64_t *row = m->bits + (ptrdiff_t)y * m->words;
    int word = x >> 6;
    uint64_t bits = row[word] >> (x & 63) << (x & 63);
    while (!bits) {
        if (++word == m->words)
            return m->w;
        bits = row[word];
    }
    return word * 64 + __builtin_ctzll(bits);
}

#endif
