/* SPDX-License-Identifier: Apache-2.0 */
#include "detect/life/life.h"

#include <math.h>
#include <string.h>

#include "base/coverage.h"
#include "base/memory.h"

static bool copy_bytes(void **out, const void *from, size_t size)
{
    if (!from)
        return true;
    *out = uncap_alloc(size, 1);
    if (*out)
        memcpy(*out, from, size);
    return *out;
}

static struct uncap_matte *copy_matte(const struct uncap_matte *m)
{
    struct uncap_matte *copy = uncap_matte_open(m->area);
    if (copy)
        memcpy(copy->coverage, m->coverage, (size_t)uncap_rect_w(m->area) * (size_t)uncap_rect_h(m->area));
    return copy;
}

/* All of what changes belongs to both texts' mattes: what stands for a part of the life alone tells little of
 * its strokes. false: short of memory. */
static bool cover_change(struct uncap_caption *c, const struct uncap_track *t, struct uncap_rect change)
{
    if (!c->matte)
        return true;
    const int room = (int)ceilf(UNCAP_QUAD_GROWTH * (float)uncap_rect_h(change)) + 2;
    const struct uncap_rect r = uncap_rect_intersect(uncap_rect_grow(change, room, 0), t->evidence.rect);
    return uncap_matte_add_rect(&c->matte, r);
}

/* The frames [first, end) of a caption that is not read yet. false: short of memory; the part is empty
 * then. */
static bool copy_part(const struct uncap_caption *c, int64_t first, int64_t end, struct uncap_caption *out)
{
    const struct uncap_observation *seen = c->observations;
    const int64_t n_growing = first == c->first ? c->n_growing : 0;
    size_t n_before = 0, n = 0;
    for (size_t i = 0; i < c->n_observations; i++) {
        n_before += seen[i].frame < first;
        n += seen[i].frame >= first && seen[i].frame < end;
    }
    *out = (struct uncap_caption){.id = c->id,
                                  .first = first,
                                  .end = end,
                                  .quad = c->quad,
                                  .score = c->score,
                                  .n_observations = n,
                                  .n_growing = (int)(n_growing < end - first ? n_growing : end - first),
                                  .matte = c->matte ? copy_matte(c->matte) : NULL};
    if ((out->matte || !c->matte) &&
        copy_bytes((void **)&out->observations, n ? seen + n_before : NULL, n * sizeof(*seen)) &&
        copy_bytes((void **)&out->style, c->style, sizeof(*c->style)) &&
        copy_bytes((void **)&out->poses, out->n_growing ? c->poses : NULL,
                   (size_t)out->n_growing * sizeof(*c->poses)) &&
        copy_bytes((void **)&out->opacity, c->opacity ? c->opacity + (first - c->first) : NULL,
                   (size_t)(end - first)))
        return true;
    uncap_caption_clear(out);
    return false;
}

/* The changes of text [*from, *to) that lie within the caption's life. */
static void find_swaps(const struct uncap_track *t, const struct uncap_caption *c, size_t *from, size_t *to)
{
    *from = 0;
    *to = t->n_swaps;
    while (*from < *to && t->swaps[*from].first <= c->first)
        ++*from;
    while (*to > *from && t->swaps[*to - 1].first >= c->end)
        --*to;
}

int uncap_life_n_texts(const struct uncap_track *t, const struct uncap_caption *c)
{
    size_t from, to;
    find_swaps(t, c, &from, &to);
    return 1 + (int)(to - from);
}

int uncap_life_cut(const struct uncap_track *t, struct uncap_caption *c, struct uncap_caption **rest,
                   int *n_rest, struct uncap_error *err)
{
    size_t from, to;
    *rest = NULL;
    *n_rest = 0;
    find_swaps(t, c, &from, &to);
    if (from == to)
        return UNCAP_OK;
    struct uncap_caption *parts = uncap_alloc(to - from, sizeof(*parts)), first = {.id = 0};
    bool is_done = parts && copy_part(c, c->first, t->swaps[from].first, &first) &&
                   cover_change(&first, t, t->swaps[from].rect);
    for (size_t i = from; i < to && is_done; i++) {
        const int64_t end = i + 1 < to ? t->swaps[i + 1].first : c->end;
        is_done = copy_part(c, t->swaps[i].first, end, &parts[i - from]);
        *n_rest += is_done;
        is_done = is_done && cover_change(&parts[i - from], t, t->swaps[i].rect) &&
                  (i + 1 == to || cover_change(&parts[i - from], t, t->swaps[i + 1].rect));
    }
    if (is_done) {
        uncap_caption_clear(c);
        *c = first;
        *rest = parts;
        return UNCAP_OK;
    }
    for (int i = 0; i < *n_rest; i++)
        uncap_caption_clear(&parts[i]);
    uncap_caption_clear(&first);
    uncap_free(parts);
    *n_rest = 0;
    return uncap_fail_nomem(err, "caption texts");
}
