/* SPDX-License-Identifier: Apache-2.0 */
#include "inpaint/flow/fill/backdrop.h"

#include <string.h>

#include "base/memory.h"
#include "inpaint/flow/fill/candidate.h"
#include "inpaint/flow/motion/sample.h"

static void fill_rows(struct flow_mask *m, int first, int end)
{
    for (int y = first; y < end; y++)
        for (int x = 0; x < m->w; x += 64)
            m->bits[(ptrdiff_t)y * m->words + x / 64] =
                m->w - x < 64 ? (UINT64_C(1) << (m->w - x)) - 1 : ~UINT64_C(0);
}

bool flow_backdrop_open(struct flow_backdrop *b, const struct flow_work *work)
{
    *b = (struct flow_backdrop){.crop = work->window->crop};
    b->votes = uncap_alloc((size_t)work->w * (size_t)work->h, sizeof(*b->votes));
    const bool ok = b->votes && uncap_picture_alloc(&b->picture, work->window->format, work->w, work->h) &&
                    flow_mask_open(&b->hole, work->w, work->h) &&
                    flow_mask_open(&b->hole_c, work->cw, work->ch);
    if (!ok) {
        flow_backdrop_close(b);
        return false;
    }
    fill_rows(&b->hole, 0, work->h);
    fill_rows(&b->hole_c, 0, work->ch);
    return true;
}

void flow_backdrop_close(struct flow_backdrop *b)
{
    if (b->picture.data[0])
        uncap_picture_free(&b->picture);
    flow_mask_close(&b->hole);
    flow_mask_close(&b->hole_c);
    uncap_free(b->votes);
    *b = (struct flow_backdrop){.frame = 0};
}

size_t flow_backdrop_bytes(struct uncap_format format, int w, int h)
{
    return uncap_picture_bytes(format, w, h) + 2 * flow_mask_bytes(w, h) + (size_t)w * (size_t)h;
}

/* Write the values of a plane's list; samples that have none are not known. */
static void put_plane(struct flow_backdrop *b, int plane, const struct flow_site_list *l, const float *value)
{
    struct flow_mask *hole = plane ? &b->hole_c : &b->hole;
    const struct flow_samples samples = flow_samples_of(&b->picture, plane);
    for (int i = 0; i < l->n; i++) {
        const int x = flow_place_x(l->place[i]);
        const int y = flow_place_y(l->place[i]);
        if (value[i] <= FLOW_NO_COLOUR)
            continue;
        flow_sample_put(samples, x, y, value[i]);
        flow_mask_remove(hole, x, y);
    }
}

void flow_backdrop_render(struct flow_backdrop *b, const struct flow_plate *plate,
                          const struct flow_work *work, int t, struct flow_scratch *s)
{
    const struct uncap_format format = work->window->format;
    b->frame = work->window->first + t;
    fill_rows(&b->hole, 0, work->h);
    fill_rows(&b->hole_c, 0, work->ch);
    s->listed_for = FLOW_NOTHING;
    memset(s->need.bits, 0, (size_t)s->need.words * (size_t)s->need.h * sizeof(*s->need.bits));
    fill_rows(&s->need, 0, work->h);
    flow_mask_count(&s->need);
    flow_plate_look(plate, work, t, s->adopted, b->votes);
    if (work->cw)
        flow_mask_reduce(&s->need_c, &s->need, format.shift_x, format.shift_y);
    flow_sites_list(&s->sites, format, &s->need, &s->need, &s->need_c, &s->need_c);
    const struct flow_sources sources = {.inner = s->adopted};
    flow_candidate_luma(work, &s->sites, &sources, s->value[0]);
    put_plane(b, 0, &s->sites.luma, s->value[0]);
    if (work->cw) {
        for (int i = 0; i < s->sites.chroma.n; i++)
            s->chosen[i] = s->adopted[s->sites.first[i]];
        flow_candidate_chroma(work, &s->sites, s->chosen, (float *const[2]){s->value[1], s->value[2]});
        put_plane(b, 1, &s->sites.chroma, s->value[1]);
        put_plane(b, 2, &s->sites.chroma, s->value[2]);
    }
    flow_mask_count(&b->hole);
    flow_mask_count(&b->hole_c);
}

static bool same_crop(struct uncap_rect a, struct uncap_rect b)
{
    return a.x0 == b.x0 && a.y0 == b.y0 && a.x1 == b.x1 && a.y1 == b.y1;
}

static void drop(struct flow_backdrops *all, size_t i)
{
    flow_backdrop_close(&all->items[i]);
    all->items[i] = all->items[--all->n];
}

bool flow_backdrops_take(struct flow_backdrops *all, const struct uncap_window *win,
                         struct flow_backdrop *out)
{
    for (size_t i = 0; i < all->n; i++) {
        struct flow_backdrop *b = &all->items[i];
        if (!same_crop(b->crop, win->crop))
            continue;
        /* A window that has no frame of the one before may belong to the next shot. */
        if (b->frame >= win->first && b->frame < win->first + win->n) {
            *out = *b;
            all->items[i] = all->items[--all->n];
            return true;
        }
        drop(all, i);
        break;
    }
    return false;
}

bool flow_backdrops_give(struct flow_backdrops *all, struct flow_backdrop *b, int64_t window_first, int reach)
{
    for (size_t i = all->n; i-- > 0;)
        if (all->items[i].frame < window_first - reach || same_crop(all->items[i].crop, b->crop))
            drop(all, i);
    if (!uncap_grow((void **)&all->items, &all->capacity, all->n + 1, sizeof(*all->items))) {
        flow_backdrop_close(b);
        return false;
    }
    all->items[all->n++] = *b;
    *b = (struct flow_backdrop){.frame = 0};
    return true;
}

void flow_backdrops_clear(struct flow_backdrops *all)
{
    while (all->n)
        drop(all, all->n - 1);
    uncap_free(all->items);
    *all = (struct flow_backdrops){.n = 0};
}
