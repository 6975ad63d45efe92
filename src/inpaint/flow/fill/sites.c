/* SPDX-License-Identifier: Apache-2.0 */
#include "inpaint/flow/fill/sites.h"

#include "base/memory.h"

enum { N_OFFSETS = (2 * FLOW_RING + 1) * (2 * FLOW_RING + 1) - 1 };

/* Offsets within the ring's reach, nearest first. */
static const int8_t OFFSETS[N_OFFSETS][2] = {
    {0, -1},  {-1, 0}, {1, 0},   {0, 1},  {-1, -1}, {1, -1}, {-1, 1},  {1, 1},  {0, -2},  {-2, 0},
    {2, 0},   {0, 2},  {-1, -2}, {1, -2}, {-2, -1}, {2, -1}, {-2, 1},  {2, 1},  {-1, 2},  {1, 2},
    {-2, -2}, {2, -2}, {-2, 2},  {2, 2},  {0, -3},  {-3, 0}, {3, 0},   {0, 3},  {-1, -3}, {1, -3},
    {-3, -1}, {3, -1}, {-3, 1},  {3, 1},  {-1, 3},  {1, 3},  {-2, -3}, {2, -3}, {-3, -2}, {3, -2},
    {-3, 2},  {3, 2},  {-2, 3},  {2, 3},  {-3, -3}, {3, -3}, {-3, 3},  {3, 3},
};

size_t flow_sites_bytes(int w, int h, int cw, int ch)
{
    const size_t n = (size_t)w * (size_t)h;
    const size_t n_c = (size_t)cw * (size_t)ch;
    return (2 * n + 2 * n_c) * sizeof(uint32_t) + (size_t)4 * UNCAP_ALIGN;
}

static bool list_open(struct flow_site_list *l, size_t n)
{
    l->place = uncap_alloc(n, sizeof(*l->place));
    return l->place != NULL;
}

static void list_close(struct flow_site_list *l)
{
    uncap_free(l->place);
}

bool flow_sites_open(struct flow_sites *s, int w, int h, int cw, int ch)
{
    *s = (struct flow_sites){.bounds = {0}};
    const size_t n = (size_t)w * (size_t)h;
    const size_t n_c = (size_t)cw * (size_t)ch;
    const bool ok = list_open(&s->luma, n) && list_open(&s->chroma, n_c);
    s->from = uncap_alloc(n, sizeof(*s->from));
    s->first = uncap_alloc(n_c, sizeof(*s->first));
    if (ok && s->from && s->first)
        return true;
    flow_sites_close(s);
    return false;
}

void flow_sites_close(struct flow_sites *s)
{
    list_close(&s->luma);
    list_close(&s->chroma);
    uncap_free(s->from);
    uncap_free(s->first);
    *s = (struct flow_sites){.bounds = {0}};
}

/* Append the members of one word, whose first bit is `place`. */
static uint32_t *list_word(uint32_t *out, uint64_t bits, uint32_t place)
{
    if (!~bits) {
        for (uint32_t k = 0; k < 64; k++)
            out[k] = place + k;
        return out + 64;
    }
    for (; bits; bits &= bits - 1)
        *out++ = place + (uint32_t)__builtin_ctzll(bits);
    return out;
}

void flow_site_list_fill(struct flow_site_list *l, const struct flow_mask *hole, const struct flow_mask *need)
{
    l->n = need->n;
    l->n_inner = hole->n;
    uint32_t *inner = l->place;
    uint32_t *ring = l->place + hole->n;
    for (int y = 0; y < need->h; y++)
        for (int i = 0; i < need->words; i++) {
            const ptrdiff_t word = (ptrdiff_t)y * need->words + i;
            const uint32_t place = (uint32_t)(64 * i) | (uint32_t)y << 16;
            inner = list_word(inner, hole->bits[word], place);
            ring = list_word(ring, need->bits[word] & ~hole->bits[word], place);
        }
}

/* Word i of a row, as seen dx samples to the right of each sample. */
static uint64_t shifted(const uint64_t *row, int words, int i, int dx)
{
    if (dx == 0)
        return row[i];
    if (dx > 0)
        return row[i] >> dx | (i + 1 < words ? row[i + 1] << (64 - dx) : 0);
    return row[i] << -dx | (i > 0 ? row[i - 1] >> (64 + dx) : 0);
}

/* Nearest sample of the hole for the ring samples `open` of one word, each at its bit of near. */
static void near_word(const struct flow_mask *hole, uint64_t open, int i, int y, uint32_t near[64])
{
    for (int k = 0; k < N_OFFSETS && open; k++) {
        const int hy = y + OFFSETS[k][1];
        if (hy < 0 || hy >= hole->h)
            continue;
        uint64_t found =
            open & shifted(hole->bits + (ptrdiff_t)hy * hole->words, hole->words, i, OFFSETS[k][0]);
        open &= ~found;
        for (; found; found &= found - 1) {
            const int bit = __builtin_ctzll(found);
            near[bit] = (uint32_t)flow_mask_rank(hole, 64 * i + bit + OFFSETS[k][0], hy);
        }
    }
}

static void list_nearest(uint32_t *from, const struct flow_mask *hole, const struct flow_mask *need)
{
    uint32_t near[64];
    for (int y = 0; y < need->h; y++)
        for (int i = 0; i < need->words; i++) {
            const ptrdiff_t word = (ptrdiff_t)y * need->words + i;
            const uint64_t ring = need->bits[word] & ~hole->bits[word];
            near_word(hole, ring, i, y, near);
            for (uint64_t left = ring; left; left &= left - 1)
                *from++ = near[__builtin_ctzll(left)];
        }
}

/* Index in the luma list of the first sample that a chroma sample covers. */
static uint32_t first_luma(const struct flow_mask *hole, const struct flow_mask *need, struct uncap_format f,
                           int x, int y)
{
    const int y1 = (y + 1) << f.shift_y < need->h ? (y + 1) << f.shift_y : need->h;
    int ly = y << f.shift_y;
    int lx = flow_mask_next(need, x << f.shift_x, ly);
    while (lx >= (x + 1) << f.shift_x && ++ly < y1)
        lx = flow_mask_next(need, x << f.shift_x, ly);
    const int inner = flow_mask_rank(hole, lx, ly);
    return (uint32_t)(flow_mask_has(hole, lx, ly) ? inner : hole->n + flow_mask_rank(need, lx, ly) - inner);
}

struct uncap_rect flow_site_list_bounds(const struct flow_site_list *l)
{
    if (!l->n)
        return (struct uncap_rect){0};
    int x0 = INT32_MAX;
    int x1 = 0;
    for (int i = 0; i < l->n; i++) {
        const int x = flow_place_x(l->place[i]);
        x0 = x < x0 ? x : x0;
        x1 = x > x1 ? x : x1;
    }
    struct uncap_rect r = {x0, INT32_MAX, x1 + 1, 0};
    for (int k = 0; k < 2; k++) { /* both parts come in raster order */
        const int first = k ? l->n_inner : 0;
        const int end = k ? l->n : l->n_inner;
        if (first == end)
            continue;
        const int y0 = flow_place_y(l->place[first]);
        const int y1 = flow_place_y(l->place[end - 1]) + 1;
        r.y0 = y0 < r.y0 ? y0 : r.y0;
        r.y1 = y1 > r.y1 ? y1 : r.y1;
    }
    return r;
}

void flow_sites_list(struct flow_sites *s, struct uncap_format format, const struct flow_mask *hole,
                     const struct flow_mask *need, const struct flow_mask *hole_c,
                     const struct flow_mask *need_c)
{
    flow_site_list_fill(&s->luma, hole, need);
    list_nearest(s->from, hole, need);
    flow_site_list_fill(&s->chroma, hole_c, need_c);
    for (int i = 0; i < s->chroma.n; i++)
        s->first[i] = first_luma(hole, need, format, flow_place_x(s->chroma.place[i]),
                                 flow_place_y(s->chroma.place[i]));
    s->bounds = flow_site_list_bounds(&s->luma);
}
