/* SPDX-License-Identifier: Apache-2.0 */
#include "detect/track/track.h"

#include <math.h>
#include <string.h>

#include "base/build_up.h"
#include "base/memory.h"
#include "detect/matte/estimate.h"
#include "detect/ocr/hull.h"
#include "detect/track/bar_life.h"
#include "detect/track/extent.h"
#include "detect/track/link.h"
#include "detect/track/study.h"

enum {
    SETTLED = 5,      /* frames after it was found that tell whether it stands */
    REFINE_AFTER = 8, /* frames it must have stood before the template is learned anew */
};

struct uncap_rect uncap_track_luma_rect(const struct uncap_quad *quad, int factor)
{
    const struct uncap_rect r = uncap_quad_bounds(quad);
    return (struct uncap_rect){r.x0 / factor, r.y0 / factor, (r.x1 + factor - 1) / factor,
                               (r.y1 + factor - 1) / factor};
}

/* One more piece of what a look showed, if the line is too broken to be one box: as sure as the surest. */
static void add_piece(struct uncap_track *t, struct uncap_observation *to, const struct uncap_box *box)
{
    const float surer = fmaxf(box->score - to->score, 0);
    to->quad = uncap_link_hull(&to->quad, &box->quad);
    to->score += surer;
    t->score_sum += (double)surer;
}

int uncap_track_observe(struct uncap_track *t, const struct uncap_box *box, int64_t frame,
                        struct uncap_error *err)
{
    size_t at = t->n_observations;
    while (at && t->observations[at - 1].frame > frame)
        at--;
    if (at && t->observations[at - 1].frame == frame) {
        add_piece(t, &t->observations[at - 1], box);
    } else {
        if (!uncap_grow((void **)&t->observations, &t->capacity, t->n_observations + 1,
                        sizeof(*t->observations)))
            return uncap_fail_nomem(err, "caption observations");
        memmove(t->observations + at + 1, t->observations + at,
                (t->n_observations - at) * sizeof(*t->observations));
        t->observations[at] = (struct uncap_observation){
            .frame = frame, .quad = box->quad, .score = box->score, .kind = UNCAP_OBSERVATION_DETECTED};
        t->n_observations++;
        t->score_sum += (double)box->score;
    }
    t->quad = t->observations[t->n_observations - 1].quad;
    t->n_missed = 0;
    return UNCAP_OK;
}

static int gather_before(struct uncap_track *t, const struct uncap_ring *ring, struct uncap_error *err)
{
    for (int k = 1; k <= UNCAP_EVIDENCE_CLEAN; k++) {
        const struct uncap_picture *p = uncap_ring_picture(ring, t->first - k);
        const int status = p ? uncap_evidence_add_before(&t->evidence, t->first - k, p, err) : UNCAP_OK;
        if (status)
            return status;
    }
    return UNCAP_OK;
}

/* Did a bar come with it, or before it? */
static void find_bar(struct uncap_track *t, const struct uncap_ring *ring)
{
    t->bar = (struct uncap_bar){.end = 0};
    if (t->is_steady)
        uncap_bar_life_before(ring, t->found, t->first, uncap_quad_bounds(&t->hull), &t->bar);
}

/* Template, beginning and evidence of the hull as seen from frame. */
static int study(struct uncap_track *t, int64_t frame, const struct uncap_ring *ring, int w, int h,
                 struct uncap_error *err)
{
    const struct uncap_picture *picture = uncap_ring_picture(ring, frame);
    const struct uncap_rect bounds = uncap_quad_bounds(&t->hull);
    int status = uncap_study_first(t, frame, ring, err);
    if (status)
        return status;
    /* Room for another line of the text above and below, as far away as it is high, which may be longer. */
    const int line_px = uncap_rect_h(bounds);
    const struct uncap_rect longer = uncap_rect_grow(bounds, UNCAP_EVIDENCE_REACH * line_px, 0);
    struct uncap_rect lines[3] = {bounds, longer, longer};
    lines[1].y0 -= 2 * line_px, lines[1].y1 -= 2 * line_px;
    lines[2].y0 += 2 * line_px, lines[2].y1 += 2 * line_px;
    uncap_evidence_start(&t->evidence, uncap_matte_area(lines, 3, w, h, picture->format));
    if (t->is_steady || t->is_flash)
        status = gather_before(t, ring, err);
    find_bar(t, ring);
    return status ? status : uncap_track_gather(t, ring, uncap_ring_first_picture(ring), ring->end, err);
}

int uncap_track_start(struct uncap_track *t, const struct uncap_box *box, int64_t frame,
                      const struct uncap_ring *ring, int w, int h, struct uncap_error *err)
{
    *t = (struct uncap_track){
        .quad = box->quad, .hull = box->quad, .found = frame, .first = frame, .gone = -1, .anchor = -1};
    int status = uncap_track_observe(t, box, frame, err);
    if (!status)
        status = study(t, frame, ring, w, h, err);
    if (status)
        uncap_track_clear(t);
    return status;
}

void uncap_track_clear(struct uncap_track *t)
{
    uncap_free(t->observations);
    uncap_free(t->begin);
    uncap_free(t->series.items);
    uncap_path_clear(&t->path);
    uncap_template_clear(&t->pattern);
    uncap_template_scratch_clear(&t->scratch);
    uncap_evidence_clear(&t->evidence);
    for (size_t i = 0; i < t->n_pieces; i++)
        uncap_evidence_clear(&t->pieces[i].evidence);
    uncap_free(t->pieces);
    uncap_free(t->swaps);
    *t = (struct uncap_track){.id = 0};
}

/* Does b reach beyond a by more than two thirds of a line's height on some side? */
static bool has_grown(const struct uncap_quad *a, const struct uncap_quad *b)
{
    float w, h;
    uncap_quad_sides(a, &w, &h);
    const struct uncap_rect ra = uncap_quad_bounds(a), rb = uncap_quad_bounds(b);
    const int room = (int)(0.67f * h);
    return rb.x0 < ra.x0 - room || rb.x1 > ra.x1 + room || rb.y0 < ra.y0 - room || rb.y1 > ra.y1 + room;
}

/* Does b reach beyond a along the line, by as much as a letter is wide? */
static bool has_letters(const struct uncap_quad *a, const struct uncap_quad *b)
{
    const struct uncap_rect ra = uncap_quad_bounds(a), rb = uncap_quad_bounds(b);
    const int room = uncap_build_up_room(uncap_rect_h(ra));
    return rb.x0 < ra.x0 - room || rb.x1 > ra.x1 + room;
}

/* More of it has come into the picture, perhaps: go on from here with all that is known of it. */
static int see_moving(struct uncap_track *t, const struct uncap_box *box, int64_t frame,
                      const struct uncap_ring *ring, struct uncap_error *err)
{
    const struct uncap_quad expected = uncap_track_quad_at(t, ring, frame);
    float w, h, box_w, box_h;
    uncap_quad_sides(&expected, &w, &h);
    uncap_quad_sides(&box->quad, &box_w, &box_h);
    if (!has_grown(&expected, &box->quad) && box_h < 1.3f * h)
        return UNCAP_OK;
    t->hull = uncap_link_hull(&expected, &box->quad);
    t->anchor = -1;
    uncap_evidence_clear(&t->evidence);
    const int status = uncap_study_moving(t, frame, ring, err);
    return status ? status : uncap_track_gather(t, ring, uncap_ring_first_picture(ring), ring->end, err);
}

/* How it began, when the ring still had that, in a copy of the track: the part that was seen before began
 * before. Its series goes on where the present one starts. Errors: NOMEM. */
static int begin_as(struct uncap_track *t, const struct uncap_track *before, struct uncap_error *err)
{
    struct uncap_series *s = &t->series;
    const int64_t n = s->first - before->series.first;
    t->first = before->first;
    t->edge_in = before->edge_in;
    t->n_pop = before->n_pop;
    t->growth = before->growth;
    t->bar = uncap_rect_empty(t->bar.rect) ? before->bar : t->bar;
    uncap_free(t->begin);
    t->begin = NULL;
    t->n_begin = 0;
    if (n <= 0 || n > (int64_t)before->series.n)
        return UNCAP_OK;
    if (!uncap_grow((void **)&s->items, &s->capacity, s->n + (size_t)n, sizeof(*s->items)))
        return uncap_fail_nomem(err, "caption presence");
    memmove(s->items + n, s->items, s->n * sizeof(*s->items));
    memcpy(s->items, before->series.items, (size_t)n * sizeof(*s->items));
    s->first -= n;
    s->n += (size_t)n;
    return UNCAP_OK;
}

int uncap_track_extend(struct uncap_track *t, const struct uncap_quad *quad, int64_t frame,
                       const struct uncap_ring *ring, int w, int h, struct uncap_error *err)
{
    struct uncap_track before = *t;
    t->series = (struct uncap_series){.n = 0};
    t->hull = uncap_link_hull(&t->hull, quad);
    int status = study(t, frame, ring, w, h, err);
    /* Where the frames after this one are not known yet it may not be seen to stand. */
    if (!status && before.is_steady && !t->is_steady && uncap_ring_luma(ring, before.found))
        status = study(t, before.found, ring, w, h, err);
    if (!status && before.first < t->first)
        status = begin_as(t, &before, err);
    uncap_free(before.series.items);
    return status;
}

int uncap_track_see(struct uncap_track *t, const struct uncap_box *box, int64_t frame,
                    const struct uncap_ring *ring, int w, int h, struct uncap_error *err)
{
    const bool is_larger = has_grown(&t->hull, &box->quad), is_longer = has_letters(&t->hull, &box->quad);
    int status = uncap_track_observe(t, box, frame, err);
    if (status)
        return status;
    if (t->motion.is_moving)
        return see_moving(t, box, frame, ring, err);
    if (!t->is_steady) {
        /* Found while it was still growing or fading in, perhaps; or it moves. */
        const int64_t first_seen = t->first;
        t->hull = box->quad;
        t->found = frame;
        status = study(t, frame, ring, w, h, err);
        if (!t->is_steady && (!t->motion.is_moving || first_seen < t->first))
            t->first = first_seen;
        return status;
    }
    if (!is_larger) {
        /* Jitter of a few pixels widens the hull of a short life only: later boxes tell nothing new but
         * letters that are added one by one. */
        if (t->n_observations <= 8 || is_longer)
            t->hull = uncap_link_hull(&t->hull, &box->quad);
        return UNCAP_OK;
    }
    return uncap_track_extend(t, &box->quad, frame, ring, w, h, err);
}

/* What was found in the ring's last frames may stand still in those that have come since. It is studied anew
 * only if it does: what moves is followed on its own way. */
static int settle(struct uncap_track *t, const struct uncap_ring *ring, struct uncap_error *err)
{
    const int64_t known = t->series.first + (int64_t)t->series.n;
    const struct uncap_picture *picture = uncap_ring_picture(ring, t->found);
    if (t->is_settled || uncap_track_is_followed(t) || !picture || known > t->found + SETTLED ||
        ring->end <= t->found + SETTLED)
        return UNCAP_OK;
    t->is_settled = true;
    struct uncap_track trial;
    const struct uncap_box box = {.quad = t->hull};
    int status = uncap_track_start(&trial, &box, t->found, ring, picture->w, picture->h, err);
    if (status)
        return status;
    if (trial.is_steady)
        status = study(t, t->found, ring, picture->w, picture->h, err);
    uncap_track_clear(&trial);
    return status;
}

/* Frames that tell how far it reaches may have come since. */
static int widen_late(struct uncap_track *t, const struct uncap_ring *ring, struct uncap_error *err)
{
    const struct uncap_picture *picture = uncap_ring_picture(ring, t->found);
    if (picture)
        return uncap_track_widen(t, ring, picture->w, picture->h, err);
    t->is_partial = false;
    return UNCAP_OK;
}

int uncap_track_follow(struct uncap_track *t, const struct uncap_ring *ring, struct uncap_error *err)
{
    const bool was_free = t->motion.is_free;
    int status = settle(t, ring, err);
    if (!status)
        status = uncap_study_go_on(t, ring, err);
    if (!status && t->is_partial)
        status = widen_late(t, ring, err);
    if (!status && t->gone >= 0)
        status = uncap_study_turn(t, ring, err);
    if (!status && t->motion.is_free != was_free) {
        t->anchor = -1;
        uncap_evidence_clear(&t->evidence);
        status = uncap_track_gather(t, ring, uncap_ring_first_picture(ring), ring->end, err);
    }
    const bool is_ripe =
        t->is_steady && !t->is_refined && t->gone < 0 && ring->end - t->found >= REFINE_AFTER;
    return status || !is_ripe ? status : uncap_study_again(t, t->found, ring->end, ring, err);
}

int uncap_track_refine(struct uncap_track *t, const struct uncap_ring *ring, struct uncap_error *err)
{
    const int64_t end = t->gone >= 0 ? t->gone : ring->end;
    return uncap_study_again(
        t, t->first > uncap_ring_first_luma(ring) ? t->first : uncap_ring_first_luma(ring), end, ring, err);
}

int uncap_track_widen(struct uncap_track *t, const struct uncap_ring *ring, int w, int h,
                      struct uncap_error *err)
{
    enum { N = UNCAP_WIDEN_FRAMES, SOON = 2, LATE = 10 };
    const struct uncap_luma *before[N], *after[N];
    const int64_t sure = t->found < t->first + LATE ? t->found : t->first + LATE;
    const int64_t start = sure > t->first + SOON ? sure : t->first + SOON;
    t->is_partial = start + N > ring->end;
    for (int i = 0; i < N; i++) {
        before[i] = uncap_ring_luma(ring, t->first - 1 - i);
        after[i] = uncap_ring_luma(ring, start + i);
        if (!before[i] || !after[i] || !uncap_track_stands(t, start + i))
            return UNCAP_OK;
    }
    const struct uncap_rect line = t->pattern.rect;
    struct uncap_rect wide;
    const int status = uncap_extent_grow(before, N, after, N, line, &wide, err);
    const int room = uncap_rect_h(line) / 2;
    if (status || (line.x0 - wide.x0 < room && wide.x1 - line.x1 < room))
        return status;
    const float f = (float)ring->factor;
    const struct uncap_rect r = uncap_quad_bounds(&t->hull);
    const float x0 = fminf((float)r.x0, (float)wide.x0 * f),
                x1 = fmaxf((float)(r.x1 - 1), (float)wide.x1 * f - 1);
    const struct uncap_quad quad = {
        {{x0, (float)r.y0}, {x1, (float)r.y0}, {x1, (float)(r.y1 - 1)}, {x0, (float)(r.y1 - 1)}}};
    t->hull = uncap_link_hull(&t->hull, &quad);
    return study(t, t->found, ring, w, h, err);
}

void uncap_track_begin_at(struct uncap_track *t, int64_t first)
{
    t->n_pop += (int)(t->first - first);
    t->first = first;
    uncap_free(t->begin);
    t->begin = NULL;
    t->n_begin = 0;
}

struct uncap_presence uncap_track_presence(const struct uncap_track *t, int64_t frame)
{
    const int64_t i = frame - t->series.first;
    return i >= 0 && i < (int64_t)t->series.n ? t->series.items[i] : (struct uncap_presence){0};
}

bool uncap_track_is_followed(const struct uncap_track *t)
{
    return t->is_steady || t->is_flash || t->motion.is_moving;
}

struct uncap_quad uncap_track_quad_at(const struct uncap_track *t, const struct uncap_ring *ring,
                                      int64_t frame)
{
    if (!t->motion.is_moving)
        return t->is_steady ? t->hull : t->quad;
    const float n = (float)(frame - t->found);
    const struct uncap_place straight = {t->motion.vx * n, t->motion.vy * n};
    const struct uncap_place place = t->motion.is_free ? uncap_path_at(&t->path, frame) : straight;
    struct uncap_quad q = t->hull;
    for (int i = 0; i < 4; i++) {
        q.p[i].x += rintf(place.x * (float)ring->factor);
        q.p[i].y += rintf(place.y * (float)ring->factor);
    }
    return q;
}

bool uncap_track_stands(const struct uncap_track *t, int64_t frame)
{
    return frame >= t->first && (!uncap_track_is_followed(t) || t->gone < 0 || frame < t->gone);
}

/* Is it of a few letters? */
static bool is_word(const struct uncap_track *t)
{
    enum { WORD = 3 }; /* times as wide as high */
    const struct uncap_rect r = uncap_quad_bounds(&t->hull);
    return t->is_steady && uncap_rect_w(r) <= WORD * uncap_rect_h(r);
}

bool uncap_track_gives_way(const struct uncap_track *t, int64_t frame, int step)
{
    const struct uncap_series *s = &t->series;
    return is_word(t) && uncap_presence_gives_way(s->items, (int)s->n, (int)(frame - s->first), step);
}

int64_t uncap_track_own_border(const struct uncap_track *t, int step)
{
    const int64_t last = step < 0 ? t->series.first : t->series.first + (int64_t)t->series.n - 1;
    int64_t frame = t->found;
    while ((last - frame) * step > 0 && !uncap_track_gives_way(t, frame, step))
        frame += step;
    return frame;
}

bool uncap_track_is_replaced(const struct uncap_track *t, int64_t frame)
{
    bool is_replaced = t->gone >= 0 && t->gone <= frame && uncap_track_gives_way(t, t->gone - 1, 1);
    for (int64_t i = t->gone; t->is_steady && t->gone >= 0 && i < frame; i++)
        is_replaced = is_replaced || uncap_presence_is_other(uncap_track_presence(t, i));
    return is_replaced;
}
