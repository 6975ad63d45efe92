/* SPDX-License-Identifier: Apache-2.0 */
#include "nn/weights.h"

#include <stdlib.h>
#include <string.h>

#include "base/memory.h"

int uncap_weights_open(struct uncap_weights **out, const char *label, struct uncap_error *err)
{
    *out = NULL;
    struct uncap_weights *w = uncap_alloc(1, sizeof(*w));
    if (w)
        w->label = uncap_strdup(label);
    if (!w || !w->label) {
        uncap_weights_close(&w);
        return uncap_fail_nomem(err, "a list of weights");
    }
    *out = w;
    return UNCAP_OK;
}

void uncap_weights_close(struct uncap_weights **weights)
{
    struct uncap_weights *w = *weights;
    if (!w)
        return;
    for (size_t i = w->n_owners; i-- > 0;)
        w->owners[i].release(w->owners[i].owner);
    for (size_t i = 0; i < w->n; i++)
        uncap_free((void *)(uintptr_t)w->items[i].name);
    uncap_free(w->owners);
    uncap_free(w->items);
    uncap_free(w->label);
    uncap_free(w);
    *weights = NULL;
}

int uncap_weights_add(struct uncap_weights *w, const struct uncap_weight *weight, struct uncap_error *err)
{
    void *items = w->items;
    const bool has_room = uncap_grow(&items, &w->capacity, w->n + 1, sizeof(*w->items));
    w->items = items;
    char *name = has_room ? uncap_strdup(weight->name) : NULL;
    if (!name)
        return uncap_fail_nomem(err, "a list of weights");
    w->items[w->n] = *weight;
    w->items[w->n++].name = name;
    return UNCAP_OK;
}

int uncap_weights_keep(struct uncap_weights *w, void *owner, void (*release)(void *owner),
                       struct uncap_error *err)
{
    void *owners = w->owners;
    const bool has_room = uncap_grow(&owners, &w->owners_capacity, w->n_owners + 1, sizeof(*w->owners));
    w->owners = owners;
    if (!has_room) {
        release(owner);
        return uncap_fail_nomem(err, "a list of weights");
    }
    w->owners[w->n_owners++] = (struct uncap_weights_owner){owner, release};
    return UNCAP_OK;
}

static int by_name(const void *a, const void *b)
{
    return strcmp(((const struct uncap_weight *)a)->name, ((const struct uncap_weight *)b)->name);
}

int uncap_weights_sort(struct uncap_weights *w, struct uncap_error *err)
{
    if (w->n)
        qsort(w->items, w->n, sizeof(*w->items), by_name);
    for (size_t i = 1; i < w->n; i++)
        if (!by_name(&w->items[i - 1], &w->items[i]))
            return uncap_fail(err, UNCAP_ERR_MODEL, "%s: tensor %s occurs twice", w->label, w->items[i].name);
    return UNCAP_OK;
}

const struct uncap_weight *uncap_weights_find(const struct uncap_weights *w, const char *name)
{
    const struct uncap_weight key = {.name = name};
    return w->n ? bsearch(&key, w->items, w->n, sizeof(*w->items), by_name) : NULL;
}
