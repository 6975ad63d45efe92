/* SPDX-License-Identifier: Apache-2.0 */
#include <limits.h>

#include "base/memory.h"
#include "detect/chunk.h"
#include "detect/track/link.h"
#include "detect/track/step.h"

/* Under `every` and `even` the presence of strokes ends nothing, but other strokes are another caption. */
static bool is_candidate(const struct uncap_track *t, int64_t frame)
{
    if (t->motion.is_moving && !uncap_track_stands(t, frame))
        return false;
    if (!uncap_track_is_followed(t) || frame <= t->found)
        return true;
    if (t->gone >= 0 && frame >= t->gone)
        return false; /* like it, perhaps, but other text, or the same once more */
    return uncap_presence_stands(uncap_track_presence(t, frame));
}

/* Text that did not stand still and was not seen for half a second: what is seen in its place is other
 * text. */
static bool is_stale(const struct uncap_detector *d, const struct uncap_track *t, int64_t frame)
{
    return !uncap_track_is_followed(t) && t->n_observations &&
           2 * (frame - t->observations[t->n_observations - 1].frame) > d->adaptive.period;
}

/* Did other text stand in t's place from where t was missed until `next` began? Then next says the same word
 * once more. */
static bool is_replaced(const struct uncap_detector *d, const struct uncap_track *t,
                        const struct uncap_track *next)
{
    for (size_t i = 0; i < d->n_tracks; i++) {
        const struct uncap_track *o = d->tracks[i];
        if (o != t && o->is_steady && o->first >= t->gone - 1 && o->gone >= 0 && o->gone <= next->first + 1 &&
            uncap_link_affinity(&t->hull, &o->hull) > 0)
            return true;
    }
    return false;
}

/* Does a line that is followed stand where t was found? Then t is that one. */
static bool is_followed(const struct uncap_detector *d, const struct uncap_track *t)
{
    static const float same = 0.5f;
    for (size_t i = 0; i < d->n_tracks; i++)
        if (d->tracks[i]->is_steady && uncap_track_stands(d->tracks[i], t->found) &&
            uncap_link_affinity(&d->tracks[i]->hull, &t->hull) >= same)
            return true;
    return false;
}

/* *same: the track that t goes on with, or NULL. What went at once, and came at once, is the same text once
 * more. */
static int find_same(const struct uncap_detector *d, const struct uncap_track *t, struct uncap_track **same,
                     struct uncap_error *err)
{
    int status = UNCAP_OK;
    *same = NULL;
    if (is_followed(d, t))
        return UNCAP_OK;
    for (size_t i = 0; i < d->n_tracks && !*same && !status; i++) {
        struct uncap_track *o = d->tracks[i];
        bool has_gone = false;
        if (!uncap_track_is_same(o, t) || is_replaced(d, o, t))
            continue;
        if (t->edge_in.is_step)
            status = uncap_step_measure(o, &d->ring, o->gone - 1, 1, &has_gone, err);
        *same = has_gone ? NULL : o;
    }
    return status;
}

/* Has nothing happened beside the line when t began? */
static bool is_alone_at_begin(const struct uncap_detector *d, const struct uncap_track *t)
{
    const struct uncap_captions *c = d->captions;
    for (size_t i = 0; i < d->n_tracks; i++)
        if (uncap_track_misleads(d->tracks[i], t))
            return false;
    for (size_t i = 0; i < c->n_shots; i++)
        if (c->shots[i] && c->shots[i] >= t->first - 4 && c->shots[i] <= t->first + 14)
            return false;
    return t->edge_in.moved < 0.5f;
}

static int start_track(struct uncap_detector *d, const struct uncap_box *box, int64_t frame,
                       struct uncap_error *err)
{
    if (!uncap_grow((void **)&d->tracks, &d->tracks_capacity, d->n_tracks + 1, sizeof(*d->tracks)) ||
        !uncap_grow((void **)&d->lives, &d->lives_capacity, d->n_lives + 1, sizeof(*d->lives)))
        return uncap_fail_nomem(err, "caption tracks");
    struct uncap_track *t = uncap_alloc(1, sizeof(*t));
    if (!t)
        return uncap_fail_nomem(err, "caption tracks");
    struct uncap_track *same = NULL;
    int status = uncap_track_start(t, box, frame, &d->ring, d->video.w, d->video.h, err);
    if (!status)
        status = find_same(d, t, &same, err);
    if (same && !status)
        status = uncap_track_absorb(same, t, &d->ring, err);
    if (status || same) {
        uncap_track_clear(t);
        uncap_free(t);
        return status;
    }
    if (t->is_steady && is_alone_at_begin(d, t))
        status = uncap_track_widen(t, &d->ring, d->video.w, d->video.h, err);
    if (status) {
        uncap_track_clear(t);
        uncap_free(t);
        return status;
    }
    const struct uncap_rect place = uncap_quad_bounds(&t->hull);
    if (!uncap_track_is_followed(t) && uncap_rect_w(place) >= 2 * uncap_rect_h(place))
        d->unsure = uncap_rect_union(d->unsure, place);
    t->id = (int)d->n_lives + 1;
    uncap_novelty_trust(&d->novelty, uncap_track_luma_rect(&t->hull, d->ring.factor));
    d->tracks[d->n_tracks++] = t;
    d->lives[d->n_lives++] = (struct uncap_life){
        .id = t->id, .first = t->first, .end = INT64_MAX, .rect = uncap_quad_bounds(&t->hull)};
    return UNCAP_OK;
}

/* Can the look (of all regions) see the track's line: all of it, or, of regions that were asked for, its
 * middle? */
static bool is_in_view(const struct uncap_detector *d, const struct uncap_track *t,
                       const struct uncap_look *first)
{
    const struct uncap_quad quad = uncap_track_quad_at(t, &d->ring, first->frame);
    const struct uncap_rect all = {0, 0, d->video.w, d->video.h}; /* a moving line may have left it in part */
    const struct uncap_rect r =
        uncap_rect_intersect(uncap_quad_bounds(t->motion.is_moving ? &quad : &t->hull), all);
    const int x = (r.x0 + r.x1) / 2, y = (r.y0 + r.y1) / 2;
    for (int i = 0; i < d->n_regions; i++) {
        const struct uncap_rect v = first[i].plan.region;
        if (d->is_automatic ? uncap_rect_holds(v, r) : uncap_rect_has(v, x, y))
            return true;
    }
    return false;
}

/* Was it given its part of this look already? */
static bool is_seen(const struct uncap_track *t, int64_t frame)
{
    return t->n_observations && t->observations[t->n_observations - 1].frame == frame;
}

/* Give the boxes of one look to the tracks that stand in its frame; the rest starts new ones. */
static int integrate(struct uncap_chunk *c, const struct uncap_look *first, bool *has_new,
                     struct uncap_error *err)
{
    enum { YOUNG = 8 }; /* frames in which strokes that have appeared may be news still */
    struct uncap_detector *d = c->d;
    const int64_t frame = first->frame;
    const struct uncap_boxes *boxes = &first->boxes;
    const size_t n = d->n_tracks;
    struct uncap_quad *quads = uncap_alloc(n, sizeof(*quads));
    int *candidates = uncap_alloc(n, sizeof(*candidates)), *owner = uncap_alloc(boxes->n, sizeof(*owner));
    int status = quads && candidates && owner ? UNCAP_OK : uncap_fail_nomem(err, "caption tracks");
    int n_candidates = 0;
    for (size_t i = 0; i < n && !status; i++) {
        if (!is_candidate(d->tracks[i], frame) || !is_in_view(d, d->tracks[i], first))
            continue;
        d->tracks[i]->n_missed += !is_seen(d->tracks[i], frame);
        d->tracks[i]->n_all_missed += !is_seen(d->tracks[i], frame);
        if (is_stale(d, d->tracks[i], frame))
            continue;
        candidates[n_candidates] = (int)i;
        quads[n_candidates++] = uncap_track_quad_at(d->tracks[i], &d->ring, frame);
    }
    if (!status)
        uncap_link_assign(quads, n_candidates, boxes, owner);
    for (size_t i = 0; i < boxes->n && !status; i++) {
        struct uncap_track *t = owner[i] >= 0 ? d->tracks[candidates[owner[i]]] : NULL;
        if (t) {
            t->n_all_missed -= t->n_missed > 0;
            *has_new = *has_new || frame - t->first < YOUNG; /* its own strokes asked for the look */
            t->is_inferred = false;
            status = uncap_track_see(t, &boxes->items[i], frame, &d->ring, d->video.w, d->video.h, err);
        } else {
            *has_new = true;
            status = start_track(d, &boxes->items[i], frame, err);
        }
    }
    uncap_free(owner);
    uncap_free(candidates);
    uncap_free(quads);
    return status;
}

/* Take back the track that was started last. */
static void forget_last(struct uncap_detector *d)
{
    struct uncap_track *t = d->tracks[--d->n_tracks];
    uncap_track_clear(t);
    uncap_free(t);
    d->n_lives--;
}

/* Of the boxes of a look at what flashed, start those that do; what stood there before or stands there still
 * is known or will be. */
static int integrate_flash(struct uncap_detector *d, const struct uncap_look *look, struct uncap_error *err)
{
    for (size_t i = 0; i < look->boxes.n; i++) {
        const struct uncap_rect r = uncap_quad_bounds(&look->boxes.items[i].quad);
        const size_t n = d->n_tracks;
        bool is_known = false;
        for (size_t k = 0; k < n; k++)
            is_known = is_known ||
                       (uncap_track_stands(d->tracks[k], look->frame) &&
                        !uncap_rect_empty(uncap_rect_intersect(r, uncap_quad_bounds(&d->tracks[k]->hull))));
        const int status = is_known ? UNCAP_OK : start_track(d, &look->boxes.items[i], look->frame, err);
        if (status)
            return status;
        if (d->n_tracks > n && !d->tracks[n]->is_flash)
            forget_last(d);
    }
    return UNCAP_OK;
}

/* Make one of t and d->tracks[at], which follow the same line. */
static int join(struct uncap_detector *d, struct uncap_track *t, size_t at, struct uncap_error *err)
{
    struct uncap_track *part = d->tracks[at];
    const struct uncap_quad quad = part->hull;
    const bool is_beside = !uncap_track_holds(t, part, d->ring.end);
    d->lives[part->id - 1] = (struct uncap_life){.id = part->id}; /* never stood anywhere */
    int status = uncap_track_join(t, part, err);
    if (status)
        return status;
    uncap_free(part);
    d->n_tracks--;
    for (size_t m = at; m < d->n_tracks; m++)
        d->tracks[m] = d->tracks[m + 1];
    if (is_beside)
        status = uncap_track_extend(t, &quad, d->ring.end - 1, &d->ring, d->video.w, d->video.h, err);
    return status;
}

/* Of any two tracks that follow the same line, make one. */
static int join_tracks(struct uncap_detector *d, struct uncap_error *err)
{
    for (size_t i = 0; i < d->n_tracks; i++)
        for (size_t k = 0; k < d->n_tracks;) {
            struct uncap_track *t = d->tracks[i];
            if (!uncap_track_holds(t, d->tracks[k], d->ring.end) &&
                !uncap_track_continues(t, d->tracks[k], d->ring.end)) {
                k++;
                continue;
            }
            const int status = join(d, t, k, err);
            if (status)
                return status;
            i -= k < i;
        }
    return UNCAP_OK;
}

/* Start a line that the detector has not seen, if it stands still and no other stands there. *out: the line,
 * the last one of all, or NULL. */
static int infer_line(struct uncap_detector *d, const struct uncap_quad *quad, int64_t frame,
                      struct uncap_track **out, struct uncap_error *err)
{
    const struct uncap_box box = {.quad = *quad, .score = 0.5f};
    const struct uncap_rect rect = uncap_quad_bounds(quad);
    *out = NULL;
    for (size_t i = 0; i < d->n_tracks; i++)
        if (uncap_track_stands(d->tracks[i], frame) &&
            !uncap_rect_empty(uncap_rect_intersect(rect, uncap_quad_bounds(&d->tracks[i]->hull))))
            return UNCAP_OK;
    const size_t n = d->n_tracks;
    const int status = start_track(d, &box, frame, err);
    if (status || d->n_tracks == n)
        return status;
    struct uncap_track *t = d->tracks[n];
    t->is_inferred = true;
    if (t->is_steady)
        *out = t;
    else
        forget_last(d); /* nothing that stands */
    return UNCAP_OK;
}

/* The detector overlooks single letters. Strokes that appeared in line with the last word are one, if they
 * then stand still and go as captions do, which the classifier judges. */
static int infer(struct uncap_detector *d, const struct uncap_hint *hint, struct uncap_error *err)
{
    const float f = (float)d->ring.factor;
    const float x0 = (float)hint->rect.x0 * f, y0 = (float)hint->rect.y0 * f;
    const float x1 = (float)hint->rect.x1 * f, y1 = (float)hint->rect.y1 * f;
    const struct uncap_quad quad = {{{x0, y0}, {x1, y0}, {x1, y1}, {x0, y1}}};
    struct uncap_track *t;
    return infer_line(d, &quad, hint->frame, &t, err);
}

/* Is a line that stood in the place of `next` right before it a word of the same text? It came while frames
 * were known, stood for a moment, went as the next one came, and is about as strong. */
static bool is_word_before(const struct uncap_detector *d, const struct uncap_track *t,
                           const struct uncap_track *next)
{
    enum { LEAST = 4 }; /* frames that it stood */
    const int64_t end = t->gone;
    return end >= next->first - UNCAP_WORD_GAP && end <= next->first + 1 &&
           t->first > uncap_ring_first_luma(&d->ring) && end - t->first >= LEAST &&
           end - t->first < uncap_word_frames(d) && 2 * t->pattern.contrast >= next->pattern.contrast;
}

/* Of a word that has gone, the word that stood in its place right before and was not seen. */
static int infer_before(struct uncap_detector *d, const struct uncap_track *next, struct uncap_error *err)
{
    const int64_t frame = next->first - UNCAP_WORD_GAP - 1;
    struct uncap_track *t;
    if (!uncap_ring_picture(&d->ring, frame))
        return UNCAP_OK;
    for (size_t i = 0; i < d->captions->n; i++) {
        const struct uncap_features *f = &d->features[i];
        if (f->first <= frame && frame < f->end &&
            !uncap_rect_empty(uncap_rect_intersect(f->rect, uncap_quad_bounds(&next->hull))))
            return UNCAP_OK;
    }
    const int status = infer_line(d, &next->hull, frame, &t, err);
    if (!status && t && !is_word_before(d, t, next))
        forget_last(d);
    return status;
}

static int infer_all_before(struct uncap_detector *d, struct uncap_error *err)
{
    const size_t n = d->n_tracks;
    int status = UNCAP_OK;
    for (size_t i = 0; i < n && !status; i++) {
        struct uncap_track *t = d->tracks[i];
        if (t->is_traced || !t->is_steady || t->gone < 0)
            continue;
        t->is_traced = true;
        if (t->gone - t->first < uncap_word_frames(d))
            status = infer_before(d, t, err);
    }
    return status;
}

/* Drop what the edge of a look at some rows cut: the rest of that text is not seen. */
static void drop_cut(const struct uncap_detector *d, struct uncap_look *look)
{
    const struct uncap_rect v = look->plan.region;
    const int row_px = (uncap_rect_h(v) + look->plan.h - 1) / look->plan.h;
    const int top = v.y0 > 0 ? v.y0 + 2 * row_px : INT_MIN;
    const int bottom = v.y1 < d->video.h ? v.y1 - 2 * row_px : INT_MAX;
    size_t kept = 0;
    for (size_t i = 0; i < look->boxes.n; i++) {
        const struct uncap_rect r = uncap_quad_bounds(&look->boxes.items[i].quad);
        if (r.y0 >= top && r.y1 <= bottom)
            look->boxes.items[kept++] = look->boxes.items[i];
    }
    look->boxes.n = kept;
}

/* Boxes of all regions of one frame in one list. */
static int merge_regions(struct uncap_chunk *c, int at, struct uncap_error *err)
{
    struct uncap_boxes *to = &c->looks[at].boxes;
    if (c->d->is_automatic)
        drop_cut(c->d, &c->looks[at]);
    for (int i = 1; i < c->d->n_regions; i++) {
        const struct uncap_boxes *from = &c->looks[at + i].boxes;
        if (!uncap_grow((void **)&to->items, &to->capacity, to->n + from->n, sizeof(*to->items)))
            return uncap_fail_nomem(err, "text boxes");
        for (size_t k = 0; k < from->n; k++)
            to->items[to->n++] = from->items[k];
    }
    const int status = uncap_chunk_part(c->d, &c->looks[at], err);
    uncap_link_join_words(to);
    return status;
}

int uncap_chunk_look(struct uncap_chunk *c, struct uncap_error *err)
{
    struct uncap_detector *d = c->d;
    int status = uncap_looks_run(&d->looks, c->looks, c->n_looks, err);
    for (int i = 0; i < c->n_looks && !status; i += d->n_regions) {
        bool has_new = false;
        const bool is_flash = c->reasons[i] == UNCAP_FLASHED;
        status = merge_regions(c, i, err);
        d->n_found[uncap_look_is_closer(&c->looks[i])] += c->looks[i].boxes.n > 0;
        if (!status)
            status =
                is_flash ? integrate_flash(d, &c->looks[i], err) : integrate(c, &c->looks[i], &has_new, err);
        if (!status)
            status = join_tracks(d, err);
        if (!status && c->reasons[i] && !is_flash)
            uncap_adaptive_result(&d->adaptive, c->reasons[i], has_new);
    }
    for (size_t i = 0; i < c->n_hints && !status; i++)
        status = infer(d, &c->hints[i], err);
    return status ? status : infer_all_before(d, err);
}
