/* SPDX-License-Identifier: Apache-2.0 */
#include "inpaint/diffueraser/stretch.h"

#include <string.h>

#include "base/memory.h"

static size_t pixels(const struct uncap_stretch *s)
{
    return (size_t)s->canvas.size.w * (size_t)s->canvas.size.h;
}

size_t uncap_stretch_frame_bytes(struct uncap_size size)
{
    return (size_t)size.w * (size_t)size.h * 10;
}

void uncap_stretch_close(struct uncap_stretch *s)
{
    uncap_free(s->frames);
    uncap_free(s->prior);
    uncap_free(s->generated);
    uncap_free(s->holes);
}

/* Prior of a frame outside the core. */
static void hold_prior(struct uncap_stretch *s, int i)
{
    const struct uncap_window *w = s->window;
    const int core = s->first + i < w->core_first ? w->core_first : w->core_end - 1;
    const uint8_t *from = s->prior + (size_t)(core - s->first) * pixels(s) * 3;
    uint8_t *to = s->prior + (size_t)i * pixels(s) * 3;
    const uint8_t *hole = s->holes + (size_t)i * pixels(s);
    memcpy(to, s->frames + (size_t)i * pixels(s) * 3, pixels(s) * 3);
    for (size_t k = 0; k < pixels(s); k++)
        if (hole[k])
            memcpy(to + 3 * k, from + 3 * k, 3);
}

static int draw_frame(struct uncap_stretch *s, int i, struct uncap_error *err)
{
    const struct uncap_window *w = s->window;
    const int frame = s->first + i;
    if (w->coverage[frame])
        uncap_canvas_hole(&s->canvas, w->coverage[frame], s->holes + (size_t)i * pixels(s));
    const int rc =
        uncap_canvas_draw(&s->canvas, &w->frames[frame], s->frames + (size_t)i * pixels(s) * 3, err);
    const bool has_prior = w->prior && frame >= w->core_first && frame < w->core_end;
    if (rc || !has_prior)
        return rc;
    return uncap_canvas_draw(&s->canvas, &w->prior[frame - w->core_first],
                             s->prior + (size_t)i * pixels(s) * 3, err);
}

int uncap_stretch_open(struct uncap_stretch *s, const struct uncap_window *w, int context, int limit,
                       struct uncap_cancel *cancel, struct uncap_error *err)
{
    const int end = w->core_end + context < w->n ? w->core_end + context : w->n;
    *s = (struct uncap_stretch){
        .window = w,
        .canvas = uncap_canvas_of(uncap_rect_w(w->crop), uncap_rect_h(w->crop), limit, w->colour),
        .first = w->core_first > context ? w->core_first - context : 0};
    s->n = end - s->first;
    const size_t n = (size_t)s->n;
    s->frames = uncap_alloc(n * pixels(s), 3);
    s->prior = uncap_alloc(n * pixels(s), 3);
    s->generated = uncap_alloc(n * pixels(s), 3);
    s->holes = uncap_alloc(n, pixels(s));
    int rc = s->frames && s->prior && s->generated && s->holes
                 ? UNCAP_OK
                 : uncap_fail_nomem(err, "a window of the diffusion engine");
    for (int i = 0; !rc && i < s->n; i++) {
        rc = uncap_cancel_check(cancel, err);
        if (!rc)
            rc = draw_frame(s, i, err);
    }
    for (int i = 0; !rc && i < s->n; i++) {
        const bool is_core = s->first + i >= w->core_first && s->first + i < w->core_end;
        if (!is_core || !w->prior)
            hold_prior(s, i);
    }
    return rc;
}

/* What the prior said of its pixels does not hold any more. */
static void put_origins(const struct uncap_window *w, int frame)
{
    struct uncap_origin *origins = w->origins ? w->origins[frame - w->core_first] : NULL;
    const size_t n = (size_t)uncap_rect_w(w->crop) * (size_t)uncap_rect_h(w->crop);
    for (size_t k = 0; origins && k < n; k++)
        if (w->coverage[frame][k])
            origins[k] = (struct uncap_origin){.kind = UNCAP_ORIGIN_INVENTED, .error = 255};
}

int uncap_stretch_put(const struct uncap_stretch *s, struct uncap_error *err)
{
    const struct uncap_window *w = s->window;
    int rc = UNCAP_OK;
    for (int frame = w->core_first; !rc && frame < w->core_end; frame++) {
        if (!w->coverage[frame])
            continue;
        rc = uncap_canvas_put(&s->canvas, s->generated + (size_t)(frame - s->first) * pixels(s) * 3,
                              w->coverage[frame], &w->filled[frame - w->core_first], err);
        put_origins(w, frame);
    }
    return rc;
}
