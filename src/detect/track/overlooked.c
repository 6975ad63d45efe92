/* SPDX-License-Identifier: Apache-2.0 */
#include "detect/track/overlooked.h"

#include "base/build_up.h"
#include "base/memory.h"
#include "detect/track/presence.h"
#include "detect/track/template.h"

/* lumas  [n] of the crops of its life, ascending by frame.
 * line   strokes of all words, in the crops' coordinates. */
struct work {
    struct uncap_caption *caption;
    const struct uncap_evidence *evidence;
    struct uncap_luma lumas[UNCAP_EVIDENCE_LIFE];
    struct uncap_template line;
    struct uncap_template_scratch scratch;
};

static struct uncap_rect box_of(const struct uncap_observation *o)
{
    return uncap_quad_bounds(&o->quad);
}

/* Learn the strokes from the crops of frames from `end` on, in which all words stand. */
static int learn(struct work *w, int64_t end, struct uncap_error *err)
{
    const struct uncap_evidence *e = w->evidence;
    const struct uncap_luma *whole[UNCAP_EVIDENCE_LIFE];
    const struct uncap_rect line =
        uncap_rect_move(uncap_quad_bounds(&w->caption->quad), -e->rect.x0, -e->rect.y0);
    int n = 0;
    for (int i = 0; i < e->n_life; i++)
        if (e->life[i].frame >= end)
            whole[n++] = &w->lumas[i];
    return n ? uncap_template_learn(&w->line, whole, n, line, err) : UNCAP_OK;
}

/* The frame from which on the strokes in the picture's columns [x0, x1) stand in all crops of frames before
 * `seen`; seen if they do not. */
static int find_first(struct work *w, int x0, int x1, int64_t seen, int64_t *first, struct uncap_error *err)
{
    const struct uncap_evidence *e = w->evidence;
    struct uncap_template word = {.pattern = NULL};
    int status = uncap_template_part(&word, &w->line, x0 - e->rect.x0, x1 - e->rect.x0, err);
    int i = e->n_life;
    *first = seen;
    while (i > 0 && e->life[i - 1].frame >= seen)
        i--;
    bool stands = true;
    while (!status && i-- > 0 && stands) {
        struct uncap_match m;
        status = uncap_template_match(&word, &w->lumas[i], 0, 0, &w->scratch, &m, err);
        stands = !status && uncap_presence_stands((struct uncap_presence){m.gain, m.likeness, m.busyness});
        if (stands)
            *first = i ? e->life[i].frame : w->caption->first;
    }
    uncap_template_clear(&word);
    return status;
}

/* Move a side of the observations before n, from frame `first` on, to where it is in `seen`. side: 0 the left
 * one, 1 the right one. */
static void widen(struct uncap_observation *o, size_t n, int64_t first, const struct uncap_quad *seen,
                  int side)
{
    static const int corners[2][2] = {{0, 3}, {1, 2}};
    for (size_t i = 0; i < n; i++)
        for (int k = 0; k < 2 && o[i].frame >= first; k++)
            o[i].quad.p[corners[side][k]].x = seen->p[corners[side][k]].x;
}

/* What observation k shows beyond those before it, at one side. *first: frame from which on that stands. */
static int look_at(struct work *w, size_t k, struct uncap_rect known, int side, int64_t *first,
                   struct uncap_error *err)
{
    struct uncap_observation *o = w->caption->observations;
    const struct uncap_rect r = box_of(&o[k]);
    const int x0 = side ? known.x1 : r.x0, x1 = side ? r.x1 : known.x0;
    *first = w->caption->first;
    if (x1 - x0 <= uncap_build_up_room(uncap_rect_h(r)))
        return UNCAP_OK;
    const int status = find_first(w, x0, x1, o[k].frame, first, err);
    if (!status)
        widen(o, k, *first, &o[k].quad, side);
    return status;
}

/* What stood before the look that saw it is carried back to where it does. */
static int look_at_all(struct work *w, struct uncap_error *err)
{
    const struct uncap_caption *c = w->caption;
    struct uncap_rect known = box_of(&c->observations[0]);
    for (size_t k = 1; k < c->n_observations; k++) {
        struct uncap_observation *o = &c->observations[k];
        int64_t left, right;
        int status = look_at(w, k, known, 0, &left, err);
        if (!status)
            status = look_at(w, k, known, 1, &right, err);
        if (status)
            return status;
        const int64_t first = left > right ? left : right;
        if (first > c->observations[k - 1].frame && first < o->frame) {
            o->frame = first;
            o->kind = UNCAP_OBSERVATION_INTERPOLATED;
        }
        known = uncap_rect_union(known, box_of(o));
    }
    return UNCAP_OK;
}

int uncap_overlooked_add(struct uncap_caption *c, const struct uncap_evidence *e, struct uncap_error *err)
{
    const int64_t end = uncap_build_up_end(c);
    if (end == c->first || !e->n_life)
        return UNCAP_OK;
    struct work w = {.caption = c, .evidence = e};
    uint8_t *block;
    int status = uncap_evidence_lumas(e, w.lumas, &block, err);
    if (!status)
        status = learn(&w, end, err);
    if (!status && w.line.pattern)
        status = look_at_all(&w, err);
    uncap_template_clear(&w.line);
    uncap_template_scratch_clear(&w.scratch);
    uncap_free(block);
    return status;
}
