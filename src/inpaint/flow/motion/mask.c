/* SPDX-License-Identifier: Apache-2.0 */
#include "inpaint/flow/motion/mask.h"

#include <string.h>

#include "base/memory.h"

bool flow_mask_open(struct flow_mask *m, int w, int h)
{
    *m = (struct flow_mask){.w = w, .h = h, .words = (w + 63) / 64};
    const size_t n = (size_t)m->words * (size_t)h;
    m->bits = uncap_alloc(n, sizeof(*m->bits));
    m->rank = uncap_alloc(n, sizeof(*m->rank));
    if (m->bits && m->rank)
        return true;
    flow_mask_close(m);
    return false;
}

void flow_mask_close(struct flow_mask *m)
{
    uncap_free(m->bits);
    uncap_free(m->rank);
    *m = (struct flow_mask){0};
}

size_t flow_mask_bytes(int w, int h)
{
    return (size_t)((w + 63) / 64) * (size_t)h * (sizeof(uint64_t) + sizeof(uint32_t)) +
           (size_t)2 * UNCAP_ALIGN;
}

void flow_mask_count(struct flow_mask *m)
{
    uint32_t n = 0;
    const size_t words = (size_t)m->words * (size_t)m->h;
    for (size_t i = 0; i < words; i++) {
        m->rank[i] = n;
        n += (uint32_t)flow_mask_bits_set(m->bits[i]);
    }
    m->n = (int)n;
}

/* Bit i: bytes[i] is not 0. */
static uint64_t nonzero(const uint8_t bytes[8])
{
    uint64_t v = 0;
    for (int i = 0; i < 8; i++)
        v |= (uint64_t)bytes[i] << 8 * i; /* one load where the order of bytes allows it */
    const uint64_t low = UINT64_C(0x7f7f7f7f7f7f7f7f);
    const uint64_t tops = (((v & low) + low) | v) & ~low;
    return (tops >> 7) * UINT64_C(0x0102040810204080) >> 56;
}

uint64_t flow_mask_word(const uint8_t *coverage, int n)
{
    uint64_t word = 0;
    for (int i = 0; i < n; i += 8) {
        uint8_t last[8] = {0};
        if (n - i < 8)
            memcpy(last, coverage + i, (size_t)(n - i));
        word |= nonzero(n - i < 8 ? last : coverage + i) << i;
    }
    return word;
}

void flow_mask_from_coverage(struct flow_mask *m, const uint8_t *coverage, int stride)
{
    for (int y = 0; y < m->h; y++) {
        const uint8_t *row = coverage + (ptrdiff_t)y * stride;
        uint64_t *bits = m->bits + (ptrdiff_t)y * m->words;
        for (int i = 0; i < m->words; i++)
            bits[i] = flow_mask_word(row + 64 * i, m->w - 64 * i < 64 ? m->w - 64 * i : 64);
    }
    flow_mask_count(m);
}

void flow_mask_grow(struct flow_mask *dst, const struct flow_mask *src, int r)
{
    const size_t row_bytes = (size_t)src->words * sizeof(*src->bits);
    memset(dst->bits, 0, row_bytes * (size_t)src->h);
    const uint64_t tail = src->w & 63 ? (UINT64_C(1) << (src->w & 63)) - 1 : ~UINT64_C(0);
    for (int y = 0; y < src->h; y++) {
        uint64_t *here = dst->bits + (ptrdiff_t)y * dst->words;
        for (int k = y - r < 0 ? 0 : y - r; k <= y + r && k < src->h; k++) {
            const uint64_t *row = src->bits + (ptrdiff_t)k * src->words;
            for (int i = 0; i < src->words; i++)
                here[i] |= row[i];
        }
    }
    for (int y = 0; y < src->h; y++) {
        uint64_t *row = dst->bits + (ptrdiff_t)y * dst->words;
        uint64_t left = 0;
        for (int i = 0; i < dst->words; i++) {
            const uint64_t here = row[i];
            const uint64_t right = i + 1 < dst->words ? row[i + 1] : 0;
            uint64_t v = here;
            for (int s = 1; s <= r; s++)
                v |= here << s | here >> s | left >> (64 - s) | right << (64 - s);
            row[i] = v;
            left = here;
        }
        row[dst->words - 1] &= tail;
    }
    flow_mask_count(dst);
}

uint64_t flow_mask_halved(uint64_t v)
{
    v = (v | v >> 1) & UINT64_C(0x5555555555555555);
    v = (v | v >> 1) & UINT64_C(0x3333333333333333);
    v = (v | v >> 2) & UINT64_C(0x0f0f0f0f0f0f0f0f);
    v = (v | v >> 4) & UINT64_C(0x00ff00ff00ff00ff);
    v = (v | v >> 8) & UINT64_C(0x0000ffff0000ffff);
    return (v | v >> 16) & UINT64_C(0x00000000ffffffff);
}

void flow_mask_reduce(struct flow_mask *dst, const struct flow_mask *src, int shift_x, int shift_y)
{
    memset(dst->bits, 0, (size_t)dst->words * (size_t)dst->h * sizeof(*dst->bits));
    for (int y = 0; y < src->h; y++) {
        const uint64_t *from = src->bits + (ptrdiff_t)y * src->words;
        uint64_t *to = dst->bits + (ptrdiff_t)(y >> shift_y) * dst->words;
        for (int i = 0; i < src->words; i++) {
            uint64_t v = from[i];
            for (int k = 0; k < shift_x; k++)
                v = flow_mask_halved(v);
            if (v)
                to[i >> shift_x] |= v << ((i & ((1 << shift_x) - 1)) * (64 >> shift_x));
        }
    }
    flow_mask_count(dst);
}

void flow_mask_rows(const struct flow_mask *m, int *first, int *end)
{
    *first = *end = 0;
    for (int y = 0; y < m->h; y++) {
        if (flow_mask_next(m, 0, y) == m->w)
            continue;
        *first = *end ? *first : y;
        *end = y + 1;
    }
}

void flow_mask_subtract(struct flow_mask *dst, const struct flow_mask *src)
{
    const size_t n = (size_t)src->words * (size_t)src->h;
    for (size_t i = 0; i < n; i++)
        dst->bits[i] &= ~src->bits[i];
    flow_mask_count(dst);
}

bool flow_mask_equals(const struct flow_mask *a, const struct flow_mask *b)
{
    return !memcmp(a->bits, b->bits, (size_t)a->words * (size_t)a->h * sizeof(*a->bits));
}

void flow_mask_copy(struct flow_mask *dst, const struct flow_mask *src)
{
    const size_t n = (size_t)src->words * (size_t)src->h;
    memcpy(dst->bits, src->bits, n * sizeof(*src->bits));
    memcpy(dst->rank, src->rank, n * sizeof(*src->rank));
    dst->n = src->n;
}
