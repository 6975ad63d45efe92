/* SPDX-License-Identifier: Apache-2.0 */
#include "kernels/components.h"

#include <stddef.h>
#include <string.h>

#include "base/memory.h"

/* Marked pixels [x0, x1) of a row. parent: index of another run of its part, smaller than its own, or its
 * own: then it is the root, the first run of its part. */
struct run {
    int y, x0, x1;
    int32_t parent;
};

struct runs {
    struct run *items;
    size_t n, capacity;
};

static int32_t root_of(struct run *runs, int32_t i)
{
    while (runs[i].parent != i) {
        runs[i].parent = runs[runs[i].parent].parent;
        i = runs[i].parent;
    }
    return i;
}

static void unite(struct run *runs, int32_t a, int32_t b)
{
    a = root_of(runs, a);
    b = root_of(runs, b);
    if (a < b)
        runs[b].parent = a;
    else
        runs[a].parent = b;
}

/* First marked pixel of the row from x on, or w. Most of a map is empty. */
static int next_marked(const uint8_t *row, int x, int w)
{
    uint64_t eight;
    for (; x + 8 <= w; x += 8) {
        memcpy(&eight, row + x, sizeof(eight));
        if (eight)
            break;
    }
    while (x < w && !row[x])
        x++;
    return x;
}

static int next_unmarked(const uint8_t *row, int x, int w)
{
    const uint8_t *at = memchr(row + x, 0, (size_t)(w - x));
    return at ? (int)(at - row) : w;
}

/* Unite the last run with those of the row above, [*above, first), that touch it, corners too. *above: moves
 * past those that end before it. */
static void unite_above(struct runs *r, size_t *above, size_t first)
{
    const struct run *last = &r->items[r->n - 1];
    while (*above < first && r->items[*above].x1 < last->x0)
        ++*above;
    for (size_t i = *above; i < first && r->items[i].x0 <= last->x1; i++)
        unite(r->items, (int32_t)i, (int32_t)(r->n - 1));
}

static bool find_runs(const uint8_t *mark, int w, int h, struct runs *r)
{
    size_t above = 0;
    for (int y = 0; y < h; y++) {
        const uint8_t *row = mark + (ptrdiff_t)y * w;
        const size_t first = r->n;
        for (int x = next_marked(row, 0, w); x < w;) {
            if (!uncap_grow((void **)&r->items, &r->capacity, r->n + 1, sizeof(*r->items)))
                return false;
            const int end = next_unmarked(row, x, w);
            r->items[r->n] = (struct run){y, x, end, (int32_t)r->n};
            r->n++;
            unite_above(r, &above, first);
            x = end < w ? next_marked(row, end + 1, w) : w;
        }
        above = first;
    }
    return true;
}

static void add_run(struct uncap_component *c, const struct run *run)
{
    if (!c->n_pixels)
        c->box = (struct uncap_rect){run->x0, run->y, run->x1, run->y + 1};
    c->n_pixels += run->x1 - run->x0;
    c->box.x0 = run->x0 < c->box.x0 ? run->x0 : c->box.x0;
    c->box.x1 = run->x1 > c->box.x1 ? run->x1 : c->box.x1;
    c->box.y1 = run->y + 1; /* rows come in order */
}

static void paint(const struct run *run, int32_t value, int32_t *label, int w)
{
    int32_t *row = label + (ptrdiff_t)run->y * w;
    for (int x = run->x0; x < run->x1; x++)
        row[x] = value;
}

bool uncap_components_label(const uint8_t *mark, int32_t *label, int w, int h, struct uncap_component **out,
                            int *n)
{
    struct runs r = {.n = 0};
    *out = NULL;
    *n = 0;
    if (!find_runs(mark, w, h, &r))
        goto out;
    /* A parent is smaller than its members, so its number (negative) is known by the time they are met. */
    for (size_t i = 0; i < r.n; i++)
        r.items[i].parent = r.items[i].parent == (int32_t)i ? -++*n : r.items[r.items[i].parent].parent;
    *out = uncap_alloc((size_t)*n + 1, sizeof(**out));
    if (!*out)
        goto out;
    if (label)
        memset(label, 0, (size_t)w * (size_t)h * sizeof(*label));
    for (size_t i = 0; i < r.n; i++) {
        add_run(&(*out)[-r.items[i].parent], &r.items[i]);
        if (label)
            paint(&r.items[i], -r.items[i].parent, label, w);
    }
out:
    uncap_free(r.items);
    return *out != NULL;
}
