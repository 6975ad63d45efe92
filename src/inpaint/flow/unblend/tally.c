/* SPDX-License-Identifier: Apache-2.0 */
#include "inpaint/flow/unblend/tally.h"

#include "base/memory.h"

bool flow_tally_open(struct flow_tally *t, int id, struct uncap_rect area, size_t n_luma, size_t n_chroma)
{
    *t = (struct flow_tally){.id = id, .area = area, .n_luma = n_luma, .n_chroma = n_chroma};
    t->luma = uncap_alloc(n_luma, sizeof(*t->luma));
    t->chroma = uncap_alloc(n_chroma, sizeof(*t->chroma));
    if (t->luma && t->chroma)
        return true;
    flow_tally_close(t);
    return false;
}

void flow_tally_close(struct flow_tally *t)
{
    uncap_free(t->luma);
    uncap_free(t->chroma);
    *t = (struct flow_tally){.id = 0};
}

static bool same_area(struct uncap_rect a, struct uncap_rect b)
{
    return a.x0 == b.x0 && a.y0 == b.y0 && a.x1 == b.x1 && a.y1 == b.y1;
}

/* Take item i out of the list. */
static struct flow_tally take(struct flow_tallies *all, size_t i)
{
    const struct flow_tally t = all->items[i];
    all->items[i] = all->items[--all->n];
    return t;
}

bool flow_tallies_take(struct flow_tallies *all, int id, struct uncap_rect area, int64_t first,
                       struct flow_tally *out)
{
    *out = (struct flow_tally){.id = 0};
    for (size_t i = 0; i < all->n; i++)
        if (all->items[i].id == id && same_area(all->items[i].area, area) && all->items[i].end >= first) {
            *out = take(all, i);
            return true;
        }
    return false;
}

bool flow_tallies_give(struct flow_tallies *all, struct flow_tally *t)
{
    if (!uncap_grow((void **)&all->items, &all->capacity, all->n + 1, sizeof(*all->items))) {
        flow_tally_close(t);
        return false;
    }
    all->items[all->n++] = *t;
    *t = (struct flow_tally){.id = 0};
    return true;
}

void flow_tallies_forget(struct flow_tallies *all, int64_t first)
{
    for (size_t i = all->n; i-- > 0;)
        if (all->items[i].end < first) {
            struct flow_tally t = take(all, i);
            flow_tally_close(&t);
        }
}

void flow_tallies_clear(struct flow_tallies *all)
{
    flow_tallies_forget(all, INT64_MAX);
    uncap_free(all->items);
    *all = (struct flow_tallies){.n = 0};
}
