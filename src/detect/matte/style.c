/* SPDX-License-Identifier: Apache-2.0 */
#include "detect/matte/style.h"

#include <math.h>

#include "base/memory.h"
#include "detect/matte/letters.h"
#include "detect/matte/rings.h"
#include "detect/matte/strokes.h"

/* Opacity from which something hides all of the scene; below which nothing is there. */
static const float full = 0.85F, least = 0.1F;
/* Of the letters' own soft edge, which is no outline, px. */
static const float soft_edge = 0.25F;
/* Least width of an outline and of a shadow, px. */
static const float least_outline = 0.5F, least_shadow = 0.8F;
/* Levels by which two colours differ. */
static const float other_colour = 40;

static const int both_tones = UNCAP_MATTE_BRIGHT | UNCAP_MATTE_DARK;

struct work {
    const struct uncap_matte_style_evidence *e;
    size_t area;
    uint8_t *stroke;
    struct uncap_matte_stack clean[2]; /* before and after */
    struct uncap_matte_pair pairs[2];
    int n_pairs;
    struct uncap_matte_rings rings;
};

/* A frame without the caption is compared if it is of the same shot and nothing else stands in it. */
static int add_pair(struct work *w, const struct uncap_matte_sample *clean, int n, int life,
                    struct uncap_error *err)
{
    const struct uncap_matte_evidence *e = w->e->evidence;
    struct uncap_matte_stack *stack = &w->clean[w->n_pairs];
    if (n < 1 || clean->n_others || clean->shot != e->life[life].shot)
        return UNCAP_OK;
    const int status = uncap_matte_stack_open(stack, e->area, clean, 1, err);
    if (!status)
        w->pairs[w->n_pairs++] =
            (struct uncap_matte_pair){uncap_matte_stack_plane(w->e->life, life, 0), stack->px};
    return status;
}

static struct uncap_matte_tint tint_of(const struct uncap_matte_rings *r, const struct uncap_matte_ring *ring)
{
    struct uncap_matte_tint t = {.opacity = uncap_matte_ring_opacity(r, ring)};
    t.opacity = t.opacity >= full ? 1 : t.opacity;
    uncap_matte_ring_colour(r, ring, t.opacity, t.value);
    return t;
}

static float difference(const float *a, const float *b, int n)
{
    float most = 0;
    for (int c = 0; c < n; c++)
        most = fmaxf(most, fabsf(a[c] - b[c]));
    return most;
}

/* By contrast: against the ring on that side that is most unlike the scene. */
static float relative_contrast(const struct uncap_matte_rings *r, int side, int distance)
{
    float most = 24;
    for (int d = 1; d < r->n; d++)
        most = fmaxf(most, uncap_matte_ring_contrast(r, uncap_matte_rings_at(r, side, d)));
    return uncap_matte_ring_contrast(r, uncap_matte_rings_at(r, side, distance)) / most;
}

/* What the outermost rings seem to hide they do not: the scene is another beside the letters than far off. */
static float base_of(const struct uncap_matte_rings *r, int side)
{
    enum { OUTERMOST = 3 };
    float sum = 0;
    for (int d = r->n - OUTERMOST; d < r->n; d++)
        sum += uncap_matte_ring_opacity(r, uncap_matte_rings_at(r, side, d)) / OUTERMOST;
    return fminf(sum, 0.5F);
}

static float opacity_at(const struct uncap_matte_rings *r, int side, int distance)
{
    if (r->through == UNCAP_MATTE_THROUGH_CONTRAST)
        return relative_contrast(r, side, distance);
    const float base = base_of(r, side);
    const float opacity =
        (uncap_matte_ring_opacity(r, uncap_matte_rings_at(r, side, distance)) - base) / (1 - base);
    return opacity >= full ? 1 : fmaxf(opacity, 0);
}

/* How far what is around the letters is hidden on one side: opacities summed up, which blur keeps. */
static float width_of(const struct uncap_matte_rings *r, int side)
{
    float sum = 0;
    for (int d = 1; d < r->n; d++) {
        const float opacity = opacity_at(r, side, d);
        if (opacity < least)
            break;
        sum += opacity;
    }
    return fmaxf(sum - soft_edge, 0);
}

/* The tint of the rings [from, to] that hides most. */
static struct uncap_matte_tint densest(const struct uncap_matte_rings *r, int side, int from, int to)
{
    struct uncap_matte_tint best = {.opacity = 0};
    for (int d = from; d <= to && d < r->n; d++) {
        const float opacity = opacity_at(r, side, d);
        if (opacity <= best.opacity)
            continue;
        best.opacity = opacity;
        uncap_matte_ring_colour(r, uncap_matte_rings_at(r, side, d), best.opacity, best.value);
    }
    return best;
}

/* A ring right beside the letters shows their soft edge too: that much of the fill is taken out. */
static void take_out_fill(struct uncap_matte_tint *t, const struct uncap_matte_tint *fill, int n_channels)
{
    static const float share = 0.25F;
    for (int c = 0; c < n_channels; c++)
        t->value[c] = fminf(fmaxf((t->value[c] - share * fill->value[c]) / (1 - share), 0), 255);
}

static void find_outline(const struct work *w, struct uncap_matte_style *s)
{
    const struct uncap_matte_rings *r = &w->rings;
    const float first = width_of(r, UNCAP_MATTE_SIDE_FIRST), last = width_of(r, UNCAP_MATTE_SIDE_LAST);
    const float width = fminf(first, last);
    if (width >= least_outline) {
        const int reach = (int)(width + 0.5F) > 2 ? (int)(width + 0.5F) : 2;
        const float least_second = r->through == UNCAP_MATTE_THROUGH_CONTRAST ? 0.75F : 0.4F;
        const bool is_thin = opacity_at(r, UNCAP_MATTE_SIDE_FIRST, 2) < least_second;
        s->outline = densest(r, UNCAP_MATTE_SIDE_FIRST, is_thin ? 1 : 2, is_thin ? 1 : reach);
        s->outline.opacity = fmaxf(s->outline.opacity, opacity_at(r, UNCAP_MATTE_SIDE_FIRST, 1));
        if (is_thin)
            take_out_fill(&s->outline, &s->fill, r->n_channels);
        s->outline_px = width;
        if (difference(s->outline.value, s->fill.value, r->n_channels) < other_colour)
            s->outline_px = s->outline.opacity = 0;
    }
    if (last - width < least_shadow)
        return;
    const int from = (int)(width + 1.5F) > 2 ? (int)(width + 1.5F) : 2;
    s->shadow =
        densest(r, UNCAP_MATTE_SIDE_LAST, from, (int)(last + 0.5F) > from ? (int)(last + 0.5F) : from);
    s->shadow_px = (last - width) / fmaxf(s->shadow.opacity, 0.5F);
}

/* Measure around the strokes of a tone. */
static int open_rings(struct work *w, int tone, struct uncap_error *err)
{
    const struct uncap_matte_style_evidence *e = w->e;
    const int n = (int)fmaxf(4, 0.4F * e->scene->text_h) + 5;
    for (size_t i = 0; i < w->area; i++)
        w->stroke[i] = (e->core[i] & tone) != 0;
    uncap_matte_rings_close(&w->rings);
    return uncap_matte_rings_open(&w->rings, e->scene, e->look, w->pairs, w->n_pairs, w->stroke, e->plate, n,
                                  err);
}

/* How much is hidden right beside the strokes, on the side where it is less. */
static float hidden_beside(const struct uncap_matte_rings *r)
{
    float least_hidden = 1;
    for (int side = UNCAP_MATTE_SIDE_FIRST; side <= UNCAP_MATTE_SIDE_LAST; side++)
        least_hidden = fminf(least_hidden, 0.5F * (opacity_at(r, side, 1) + opacity_at(r, side, 2)));
    return least_hidden;
}

/* How well a tone is the fill: before a box, by how unlike the box it is; else by how much is hidden beside
 * its strokes, all around a fill that has an outline, and on one side of the outline. */
static float fitness(const struct work *w)
{
    const struct uncap_matte_rings *r = &w->rings;
    float inside[UNCAP_MAX_PLANES] = {0}, plate[UNCAP_MAX_PLANES] = {0};
    if (uncap_rect_empty(w->e->plate))
        return r->through == UNCAP_MATTE_THROUGH_CONTRAST
                   ? 0
                   : hidden_beside(r) * uncap_matte_ring_opacity(r, &r->inside);
    uncap_matte_ring_colour(r, &r->inside, 1, inside);
    uncap_matte_ring_colour(r, &r->plate, 1, plate);
    return difference(inside, plate, r->n_channels);
}

/* Opacity of letters. */
static const float dense = 0.85F;

/* Which tone the fill is. Where that cannot be told the bright one: so are nearly all captions. */
static int find_tone(struct work *w, int *status, struct uncap_error *err)
{
    float fit[2];
    int found = 0;
    for (size_t i = 0; i < w->area; i++)
        found |= w->e->core[i];
    if ((found & both_tones) != both_tones)
        return found;
    for (int k = 0; k < 2; k++) {
        *status = open_rings(w, k ? UNCAP_MATTE_DARK : UNCAP_MATTE_BRIGHT, err);
        if (*status)
            return 0;
        fit[k] = fitness(w);
    }
    /* Dark gaps between bright letters without an outline have letters all around, too, but the scene
     * shines through. */
    const bool is_dense = uncap_matte_ring_opacity(&w->rings, &w->rings.inside) > dense;
    return is_dense && fit[1] > 0.6F && fit[1] > 1.4F * fit[0] ? UNCAP_MATTE_DARK : UNCAP_MATTE_BRIGHT;
}

static int find(struct work *w, struct uncap_matte_style *out, struct uncap_error *err)
{
    const struct uncap_matte_style_evidence *e = w->e;
    int status = add_pair(w, e->evidence->before, e->evidence->n_before, e->first, err);
    if (!status)
        status = add_pair(w, e->evidence->after, e->evidence->n_after, e->end - 1, err);
    const int tone = status ? 0 : find_tone(w, &status, err);
    if (!status)
        status = open_rings(w, tone, err);
    if (status)
        return status;
    struct uncap_rect ink;
    status = uncap_matte_letters_find(e, w->stroke, &ink, err);
    if (status || uncap_rect_empty(ink))
        return status;
    *out = (struct uncap_matte_style){.ink = ink,
                                      .plate = e->plate,
                                      .stroke_px =
                                          uncap_matte_letters_thickness(w->stroke, e->scene->w, e->scene->h),
                                      .stands = uncap_matte_rings_stand(&w->rings)};
    status = uncap_matte_letters_lean(w->stroke, e->scene->w, ink, &out->lean, err);
    out->fill = tint_of(&w->rings, &w->rings.inside);
    if (uncap_rect_empty(e->plate))
        find_outline(w, out);
    else
        out->box = tint_of(&w->rings, &w->rings.plate);
    return status;
}

int uncap_matte_style_find(const struct uncap_matte_style_evidence *e, struct uncap_matte_style *out,
                           struct uncap_error *err)
{
    struct work w = {.e = e, .area = (size_t)e->scene->w * (size_t)e->scene->h};
    *out = (struct uncap_matte_style){.stroke_px = 0};
    w.stroke = uncap_alloc(w.area, 1);
    if (!w.stroke)
        return uncap_fail_nomem(err, "the style of a caption");
    const int status = find(&w, out, err);
    uncap_matte_rings_close(&w.rings);
    for (int i = 0; i < 2; i++)
        uncap_matte_stack_close(&w.clean[i]);
    uncap_free(w.stroke);
    return status;
}
