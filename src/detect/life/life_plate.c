/* SPDX-License-Identifier: Apache-2.0 */
#include <math.h>

#include "base/memory.h"
#include "detect/life/life.h"
#include "detect/track/bar.h"

/* OUT, IN  pixels off a side that are looked at
 * LEAST    of the change that the plate makes to what is seen across some side, levels
 * FAINT    opacity below which a text is not its plate's */
enum { OUT = 3, IN = 4, LEAST = 10, FAINT = 192, LEVELS = 511, STEPS = 4 * UNCAP_MAX_PLANES };

/* Steps from outside to inside at each side of the plate, in each plane of a picture. */
struct steps {
    float at[STEPS];
};

/* The plate of a caption in its crops.
 *
 * rect, in_crops  where it lies in the picture and in the crops
 * full, none      the mean steps while the text is opaque, and in the farthest crops beside its life */
struct plate {
    struct uncap_rect rect, in_crops;
    struct steps full, none;
};

/* Median of a sample inside less that outside, along the middle half of a side. */
static float step_at(const struct uncap_picture *p, int plane, struct uncap_rect r, int side)
{
    const struct uncap_rect middle = uncap_bar_middle(r);
    const bool is_row = side < 2;
    const int edges[4] = {r.y0, r.y1 - 1, r.x0, r.x1 - 1}, inward = side % 2 ? -1 : 1;
    const int in = edges[side] + inward * IN, out = edges[side] - inward * OUT;
    const int first = is_row ? middle.x0 : middle.y0, end = is_row ? middle.x1 : middle.y1;
    const int room = is_row ? p->h : p->w;
    int counts[LEVELS] = {0}, n = 0, v = 0;
    if (in < 0 || out < 0 || in >= room || out >= room)
        return 0.0F;
    for (int k = first; k < end; k++, n++) {
        const int inside = uncap_bar_sample(p, plane, is_row ? k : in, is_row ? in : k);
        const int outside = uncap_bar_sample(p, plane, is_row ? k : out, is_row ? out : k);
        counts[255 + inside - outside]++;
    }
    for (int left = n / 2; n && left >= counts[v]; v++)
        left -= counts[v];
    return n ? (float)(v - 255) : 0.0F;
}

/* to += the steps in a picture, n times less. */
static void add_steps(const struct uncap_picture *p, struct uncap_rect plate, int n, struct steps *to)
{
    for (int k = 0; k < 4 * p->format.n_planes; k++)
        to->at[k] += step_at(p, k / 4, plate, k % 4) / (float)n;
}

/* How strong the plate is in a picture: 0 is none, 1 is in full. */
static float strength(const struct uncap_picture *picture, const struct plate *p)
{
    struct steps s = {{0}};
    float some = 0.0F, all = 0.0F;
    add_steps(picture, p->in_crops, 1, &s);
    for (int k = 0; k < STEPS; k++) {
        const float whole = p->full.at[k] - p->none.at[k];
        some += (s.at[k] - p->none.at[k]) * whole;
        all += whole * whole;
    }
    return some / all;
}

static int opacity_at(const struct uncap_caption *c, int64_t frame)
{
    return frame >= c->first && frame < c->end ? c->opacity[frame - c->first] : 255;
}

/* False if it is not known what it looks like, or no side is seen. */
static bool find_steps(const struct uncap_evidence *e, const struct uncap_caption *c, struct plate *p)
{
    const int n_clean = (e->n_before > 0) + (e->n_after > 0);
    int n_full = 0;
    for (int i = 0; i < e->n_life; i++)
        n_full += opacity_at(c, e->life[i].frame) == 255;
    for (int i = 0; i < e->n_life; i++)
        if (opacity_at(c, e->life[i].frame) == 255)
            add_steps(&e->life[i].picture, p->in_crops, n_full, &p->full);
    if (e->n_before)
        add_steps(&e->before[e->n_before - 1].picture, p->in_crops, n_clean, &p->none);
    if (e->n_after)
        add_steps(&e->after[e->n_after - 1].picture, p->in_crops, n_clean, &p->none);
    bool is_seen = false;
    for (int k = 0; k < STEPS; k++)
        is_seen = is_seen || fabsf(p->full.at[k] - p->none.at[k]) >= LEAST;
    return n_full && n_clean && is_seen;
}

/* Is the plate rather there in full in a crop than as faint as a text of that opacity? */
static bool stands_in(const struct uncap_crop *crop, int opacity, const struct plate *p)
{
    return 510.0F * strength(&crop->picture, p) > 255.0F + (float)opacity;
}

/* Does a text before or after the caption stand in the plate's place? */
static bool is_taken(const struct uncap_surroundings *around, const struct uncap_caption *c, int64_t frame,
                     struct uncap_rect plate)
{
    for (size_t i = 0; i < around->n_lives; i++) {
        const struct uncap_life *o = &around->lives[i];
        const bool is_other = o->id != c->id && !o->is_scene && (o->end <= c->first || o->first >= c->end);
        if (is_other && frame >= o->first && frame < o->end &&
            !uncap_rect_empty(uncap_rect_intersect(o->rect, plate)))
            return true;
    }
    return false;
}

/* Does it stand alone in a frame beside the caption's life? Of a frame that is not among the n crops the fade
 * tells. */
static bool stands_alone(const struct uncap_surroundings *around, const struct uncap_caption *c,
                         const struct uncap_crop *crops, int n, int64_t frame, bool is_fade,
                         const struct plate *p)
{
    if (is_taken(around, c, frame, p->rect))
        return false;
    for (int i = 0; i < n; i++)
        if (crops[i].frame == frame)
            return stands_in(&crops[i], 0, p);
    return is_fade;
}

/* Where the fade, a straight line, begins: in the first frames it is too faint to be seen. */
static int64_t begin_of_fade(const struct uncap_caption *c)
{
    const int64_t n = c->end - c->first;
    const int rise = n > 1 ? c->opacity[1] - c->opacity[0] : 0;
    const int64_t begin = rise > 0 ? c->first - (2 * c->opacity[0] + rise) / (2 * rise) : c->first;
    return begin > 0 ? begin : 0;
}

void uncap_life_steady_plate(const struct uncap_track *t, const struct uncap_surroundings *around,
                             struct uncap_rect plate, struct uncap_caption *c)
{
    const struct uncap_evidence *e = &t->evidence;
    struct plate p = {.rect = plate, .in_crops = uncap_rect_move(plate, -e->rect.x0, -e->rect.y0)};
    int n_stands = 0, n_fades = 0;
    if (!c->opacity || c->n_growing || uncap_rect_empty(plate) || !find_steps(e, c, &p))
        return;
    for (int i = 0; i < e->n_life; i++) {
        const int opacity = opacity_at(c, e->life[i].frame);
        if (opacity >= FAINT)
            continue;
        const bool stands = stands_in(&e->life[i], opacity, &p);
        n_stands += stands;
        n_fades += !stands;
    }
    if (n_stands <= 3 * n_fades)
        return;
    const int64_t begin = begin_of_fade(c);
    uncap_free(c->opacity);
    c->opacity = NULL;
    while (!uncap_life_is_cut(around, c->first) &&
           stands_alone(around, c, e->before, e->n_before, c->first - 1, c->first > begin, &p))
        c->first--;
    while (stands_alone(around, c, e->after, e->n_after, c->end, false, &p))
        c->end++;
}
