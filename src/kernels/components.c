/* SPDX-License-Identifier: Apache-2.0 */
#include "kernels/components.h"

#include <stddef.h>

#include "base/memory.h"

/* Union-find over provisional labels; a root is its own parent and the smallest label of its set. */
static int32_t root_of(int32_t *parent, int32_t i)
{
    while (parent[i] != i) {
        parent[i] = parent[parent[i]];
        i = parent[i];
    }
    return i;
}

static void unite(int32_t *parent, int32_t a, int32_t b)
{
    a = root_of(parent, a);
    b = root_of(parent, b);
    if (a < b)
        parent[b] = a;
    else
        parent[a] = b;
}

static bool provisional(const uint8_t *mark, int32_t *label, int w, int h, int32_t **parent, int32_t *n)
{
    size_t capacity = 0;
    for (int y = 0; y < h; y++)
        for (int x = 0; x < w; x++) {
            const ptrdiff_t i = (ptrdiff_t)y * w + x;
            label[i] = 0;
            if (!mark[i])
                continue;
            const int32_t near[4] = {x > 0 ? label[i - 1] : 0, y > 0 && x > 0 ? label[i - w - 1] : 0,
                                     y > 0 ? label[i - w] : 0, y > 0 && x + 1 < w ? label[i - w + 1] : 0};
            for (int k = 0; k < 4; k++) {
                if (near[k] && label[i])
                    unite(*parent, near[k], label[i]);
                else if (near[k])
                    label[i] = near[k];
            }
            if (label[i])
                continue;
            if (!uncap_grow((void **)parent, &capacity, (size_t)*n + 2, sizeof(**parent)))
                return false;
            label[i] = ++*n;
            (*parent)[*n] = *n;
        }
    return true;
}

static void measure(struct uncap_component *c, int x, int y)
{
    if (!c->n_pixels++)
        c->box = (struct uncap_rect){x, y, x + 1, y + 1};
    c->box.x0 = x < c->box.x0 ? x : c->box.x0;
    c->box.x1 = x >= c->box.x1 ? x + 1 : c->box.x1;
    c->box.y1 = y + 1; /* rows come in order */
}

bool uncap_components_label(const uint8_t *mark, int32_t *label, int w, int h, struct uncap_component **out,
                            int *n)
{
    int32_t *parent = NULL;
    int32_t n_provisional = 0;
    *out = NULL;
    *n = 0;
    if (!provisional(mark, label, w, h, &parent, &n_provisional))
        goto out;
    /* A parent is smaller than its members, so it is final (negative) by the time they are met. */
    for (int32_t i = 1; i <= n_provisional; i++)
        parent[i] = parent[i] == i ? -++*n : parent[parent[i]];
    *out = uncap_alloc((size_t)*n + 1, sizeof(**out));
    if (!*out)
        goto out;
    for (int y = 0; y < h; y++)
        for (int x = 0; x < w; x++) {
            const ptrdiff_t i = (ptrdiff_t)y * w + x;
            if (label[i]) {
                label[i] = -parent[label[i]];
                measure(&(*out)[label[i]], x, y);
            }
        }
out:
    uncap_free(parent);
    return *out != NULL;
}
