/* SPDX-License-Identifier: Apache-2.0 */
#include "detect/ocr/looks.h"

#include <math.h>
#include <stdatomic.h>
#include <string.h>

#include "base/memory.h"
#include "detect/ocr/hull.h"

/* Network buffers, one a thread, taken by whoever runs a call. */
struct uncap_scratch_pool {
    int n;
    struct scratch {
        atomic_flag is_taken;
        struct uncap_textnet_scratch net;
        struct uncap_picture *pictures; /* [batch] */
    } * items;
};

int uncap_looks_open(struct uncap_looks *looks, struct uncap_error *err)
{
    struct uncap_scratch_pool *pool = uncap_alloc(1, sizeof(*pool));
    looks->pool = pool;
    if (!pool)
        return uncap_fail_nomem(err, "text detector buffers");
    const int n = uncap_slices_threads(looks->slices);
    pool->items = uncap_alloc((size_t)n, sizeof(*pool->items));
    pool->n = pool->items ? n : 0;
    bool has_all = pool->items;
    for (int i = 0; i < pool->n; i++) {
        atomic_flag_clear(&pool->items[i].is_taken);
        pool->items[i].pictures = uncap_alloc((size_t)looks->batch, sizeof(struct uncap_picture));
        has_all = has_all && pool->items[i].pictures;
    }
    return has_all ? UNCAP_OK : uncap_fail_nomem(err, "text detector buffers");
}

void uncap_looks_close(struct uncap_looks *looks)
{
    struct uncap_scratch_pool *pool = looks->pool;
    for (int i = 0; pool && i < pool->n; i++) {
        uncap_textnet_scratch_clear(&pool->items[i].net);
        uncap_free(pool->items[i].pictures);
    }
    if (pool)
        uncap_free(pool->items);
    uncap_free(pool);
    looks->pool = NULL;
}

/* One network call over looks [first, first + n). */
struct call {
    int first, n, status;
    struct uncap_error err;
};

/* items: [n] pointers. */
struct run {
    struct uncap_looks *looks;
    struct uncap_look **items;
    struct call *calls;
};

/* As many buffers as threads: one is always free. */
static struct scratch *take_scratch(struct uncap_scratch_pool *pool)
{
    for (int i = 0;; i = (i + 1) % pool->n)
        if (!atomic_flag_test_and_set(&pool->items[i].is_taken))
            return &pool->items[i];
}

static void run_call(void *opaque, int i)
{
    const struct run *run = opaque;
    struct call *call = &run->calls[i];
    struct uncap_look **items = run->items + call->first;
    const struct uncap_textnet_plan *plan = &items[0]->plan;
    struct scratch *scratch = take_scratch(run->looks->pool);
    for (int k = 0; k < call->n; k++)
        scratch->pictures[k] = *items[k]->picture;
    call->status = uncap_textnet_run(run->looks->net, scratch->pictures, call->n, run->looks->colour, plan,
                                     &scratch->net, run->looks->cancel, &call->err);
    for (int k = 0; k < call->n && !call->status; k++)
        call->status = uncap_boxes_find(scratch->net.map + (size_t)k * (size_t)plan->w * (size_t)plan->h,
                                        plan->w, plan->h, uncap_textnet_place(plan), &run->looks->options,
                                        &items[k]->boxes, &call->err);
    atomic_flag_clear(&scratch->is_taken);
}

static bool is_same_plan(const struct uncap_textnet_plan *a, const struct uncap_textnet_plan *b)
{
    return !memcmp(a, b, sizeof(*a)); /* ints alone, no padding */
}

/* Run the n looks that items point to. */
static int run_all(struct uncap_looks *looks, struct uncap_look **items, int n, struct uncap_error *err)
{
    struct run run = {looks, items, uncap_alloc((size_t)n, sizeof(*run.calls))};
    if (!run.calls)
        return uncap_fail_nomem(err, "text detector calls");
    int n_calls = 0;
    for (int i = 0; i < n; n_calls++) {
        struct call *call = &run.calls[n_calls];
        call->first = i++;
        call->n = 1;
        for (; i < n && call->n < looks->batch && is_same_plan(&items[i]->plan, &items[call->first]->plan);
             i++)
            call->n++;
    }
    uncap_slices_run(looks->slices, n_calls, run_call, &run);
    int status = UNCAP_OK;
    for (int i = 0; i < n_calls && !status; i++) {
        status = run.calls[i].status;
        if (status && err)
            *err = run.calls[i].err;
    }
    looks->n_pictures += n;
    uncap_free(run.calls);
    return status;
}

/* May a line go on beyond a side of what was looked at? Words are less than a line's height apart. */
static bool is_cut(const struct uncap_look *look)
{
    const struct uncap_rect part = look->plan.region, all = look->wide.region;
    for (size_t i = 0; i < look->boxes.n && look->wide.w; i++) {
        const struct uncap_rect r = uncap_quad_bounds(&look->boxes.items[i].quad);
        const int room = uncap_rect_h(r);
        if ((part.x0 > all.x0 && r.x0 - room < part.x0) || (part.x1 < all.x1 && r.x1 + room > part.x1))
            return true;
    }
    return false;
}

bool uncap_look_is_closer(const struct uncap_look *look)
{
    return is_same_plan(&look->plan, &look->closer);
}

bool uncap_look_has_missed(const struct uncap_look *look)
{
    const float scale = (float)look->plan.h / (float)uncap_rect_h(look->plan.region);
    int found = 0;
    for (size_t i = 0; i < look->boxes.n; i++) {
        const struct uncap_quad *quad = &look->boxes.items[i].quad;
        float w, h;
        uncap_quad_sides(quad, &w, &h);
        if (look->thin_px && scale * fminf(w, h) > (float)look->thin_px)
            return false;
        found += uncap_rect_w(uncap_rect_intersect(uncap_quad_bounds(quad), look->appeared));
    }
    return look->boxes.n ? 2 * found < uncap_rect_w(look->appeared) : look->expects_text;
}

/* What a look must be repeated with, or NULL. */
static const struct uncap_textnet_plan *second_plan(const struct uncap_look *look)
{
    if (is_cut(look))
        return &look->wide;
    return look->closer.w && uncap_look_has_missed(look) ? &look->closer : NULL;
}

static int width_of(const struct uncap_boxes *boxes)
{
    int sum = 0;
    for (size_t i = 0; i < boxes->n; i++)
        sum += uncap_rect_w(uncap_quad_bounds(&boxes->items[i].quad));
    return sum;
}

/* Look again where that was not enough. What shows less than the first look is forgotten. */
static int run_again(struct uncap_looks *looks, struct uncap_look *items, int n, struct uncap_look **todo,
                     struct uncap_error *err)
{
    struct uncap_look *first = uncap_alloc((size_t)n, sizeof(*first));
    int n_again = 0;
    if (!first)
        return uncap_fail_nomem(err, "text detector calls");
    for (int i = 0; i < n; i++) {
        const struct uncap_textnet_plan *plan = second_plan(&items[i]);
        if (!plan)
            continue;
        first[n_again] = items[i];
        items[i].boxes = (struct uncap_boxes){.items = NULL};
        items[i].plan = *plan;
        todo[n_again++] = &items[i];
    }
    const int status = n_again ? run_all(looks, todo, n_again, err) : UNCAP_OK;
    for (int i = 0; i < n_again; i++) {
        const struct uncap_look again = *todo[i];
        if (width_of(&again.boxes) < width_of(&first[i].boxes)) {
            *todo[i] = first[i];
            first[i] = again;
        }
        uncap_boxes_clear(&first[i].boxes);
    }
    uncap_free(first);
    return status;
}

int uncap_looks_run(struct uncap_looks *looks, struct uncap_look *items, int n, struct uncap_error *err)
{
    if (!n)
        return UNCAP_OK;
    struct uncap_look **todo = uncap_alloc((size_t)n, sizeof(struct uncap_look *));
    if (!todo)
        return uncap_fail_nomem(err, "text detector calls");
    for (int i = 0; i < n; i++)
        todo[i] = &items[i];
    int status = run_all(looks, todo, n, err);
    if (!status)
        status = run_again(looks, items, n, todo, err);
    uncap_free((void *)todo);
    return status;
}
