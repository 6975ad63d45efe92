/* SPDX-License-Identifier: Apache-2.0 */
#include "detect/track/track.h"

#include <stdlib.h>

#include "base/memory.h"
#include "detect/ocr/hull.h"
#include "detect/track/link.h"

enum { TOGETHER = 1 }; /* frames that a border may be off */

/* Do the boxes end within three quarters of a line's height of each other on all sides? */
static bool is_same_extent(const struct uncap_quad *a, const struct uncap_quad *b)
{
    float w, h;
    uncap_quad_sides(a, &w, &h);
    const struct uncap_rect ra = uncap_quad_bounds(a), rb = uncap_quad_bounds(b);
    const int room = (int)(0.75f * h) + 2;
    return abs(ra.x0 - rb.x0) <= room && abs(ra.x1 - rb.x1) <= room && abs(ra.y0 - rb.y0) <= room &&
           abs(ra.y1 - rb.y1) <= room;
}

/* Did it only grow in once more? */
static bool grows_again(const struct uncap_track *t, const struct uncap_track *next)
{
    enum { MAX_GROWTH = 4 }; /* frames */
    return next->first - t->gone <= MAX_GROWTH && uncap_track_is_replaced(t, next->first + 1);
}

/* Have they letters in common, in the same places, and others besides? Each one's strokes are lost where the
 * other one stands. */
static bool is_alike(const struct uncap_track *t, const struct uncap_track *next)
{
    const int64_t before = t->gone - 1, after = next->found;
    return uncap_presence_is_lost(uncap_track_presence(t, before), uncap_track_presence(t, after)) &&
           uncap_presence_is_lost(uncap_track_presence(next, after), uncap_track_presence(next, before));
}

/* Did the part go while t grew, or before t was met, of whose begin the first sight alone tells? The strokes
 * of a line that was met as it faded in are those of the scene for the most part, which stood before it,
 * too. */
static bool is_over_in_time(const struct uncap_track *part, const struct uncap_track *t)
{
    return part->gone >= 0 &&
           (part->gone - t->first <= UNCAP_GROWTH_FRAMES || (!t->is_refined && part->gone < t->found));
}

/* Is the part another word, which gives way to t in the same place? Each one's strokes are weak where the
 * other one stands, which is as busy, but for the one with fewer of them. */
static bool is_word_before(const struct uncap_track *part, const struct uncap_track *t)
{
    const struct uncap_presence own = uncap_track_presence(part, part->found),
                                then = uncap_track_presence(part, t->found),
                                its = uncap_track_presence(t, t->found),
                                until_then = uncap_track_presence(t, part->found);
    return is_over_in_time(part, t) && uncap_presence_is_weaker(own, then) &&
           uncap_presence_is_weaker(its, until_then) &&
           (uncap_presence_is_lost(own, then) || uncap_presence_is_lost(its, until_then));
}

bool uncap_track_is_same(const struct uncap_track *t, const struct uncap_track *next)
{
    static const float same_strokes = 0.35f; /* other words of the same length and font: 0.1 to 0.2 */
    return t->is_steady && next->is_steady && t->gone >= 0 && next->found > t->found &&
           next->first >= t->gone - 2 && is_same_extent(&t->hull, &next->hull) && !grows_again(t, next) &&
           uncap_template_likeness(&t->pattern, &next->pattern) >= same_strokes && !is_alike(t, next);
}

int uncap_track_absorb(struct uncap_track *t, struct uncap_track *next, const struct uncap_ring *ring,
                       struct uncap_error *err)
{
    struct uncap_series *s = &t->series;
    const int64_t from = next->first;
    for (size_t i = 0; i < next->n_observations; i++) {
        const struct uncap_observation *o = &next->observations[i];
        const struct uncap_box box = {.quad = o->quad, .score = o->score};
        const int status = uncap_track_observe(t, &box, o->frame, err);
        if (status)
            return status;
    }
    for (int64_t i = t->gone; i < s->first + (int64_t)s->n; i++)
        s->items[i - s->first] = i < from ? (struct uncap_presence){1, 1, 1} : uncap_track_presence(next, i);
    uncap_template_clear(&t->pattern);
    t->pattern = next->pattern;
    next->pattern = (struct uncap_template){.pattern = NULL};
    t->found = next->found;
    t->gone = next->gone;
    t->is_refined = true; /* studied once more, it would begin where `next` does */
    t->n_missed = 0;
    uncap_track_clear(next);
    return uncap_track_gather(t, ring, from, ring->end, err);
}

/* Is it something small within t that came with it: a letter's inside, say, which the detector saw
 * besides? */
static bool is_scrap(const struct uncap_track *part, const struct uncap_track *t)
{
    const struct uncap_rect small = uncap_quad_bounds(&part->hull), large = uncap_quad_bounds(&t->hull);
    return llabs(t->first - part->first) <= TOGETHER && uncap_rect_holds(large, small) &&
           2 * uncap_rect_h(small) <= uncap_rect_h(large) && uncap_rect_w(small) <= uncap_rect_h(large);
}

bool uncap_track_holds(const struct uncap_track *t, const struct uncap_track *part, int64_t now)
{
    enum { AT_ONCE = 4 }; /* frames: by chance a template stands for one or two */
    static const float within = 0.9f;
    float length, part_length, h;
    uncap_quad_sides(&t->hull, &length, &h);
    uncap_quad_sides(&part->hull, &part_length, &h);
    const int64_t first = t->first > part->first ? t->first : part->first;
    const int64_t end = t->gone >= 0 ? t->gone : now, part_end = part->gone >= 0 ? part->gone : now;
    return t != part && t->is_steady && part->is_steady && length >= part_length &&
           (end < part_end ? end : part_end) - first >= AT_ONCE &&
           (uncap_link_affinity(&t->hull, &part->hull) >= within || is_scrap(part, t)) &&
           !is_word_before(part, t);
}

bool uncap_track_continues(const struct uncap_track *t, const struct uncap_track *part, int64_t now)
{
    enum {
        STOOD = 4, /* frames that tell that both stand */
        TWICE = 2, /* looks that saw what may be of the scene, as it is there from the first frame on */
    };
    return t != part && t->is_steady && part->is_steady && t->gone < 0 && part->gone < 0 &&
           llabs(t->first - part->first) <= TOGETHER && now - t->first >= STOOD &&
           (t->first > 0 || (t->n_observations >= TWICE && part->n_observations >= TWICE)) &&
           uncap_link_is_one_line(&t->hull, &part->hull);
}

int uncap_track_judge_beside(const struct uncap_track *t, bool is_complete, const struct uncap_box *rest,
                             int64_t frame, const struct uncap_ring *ring, int w, int h,
                             enum uncap_beside *out, struct uncap_error *err)
{
    struct uncap_track trial;
    const int status = uncap_track_start(&trial, rest, frame, ring, w, h, err);
    if (status)
        return status;
    const int64_t known = uncap_ring_first_luma(ring);
    const bool has_come = trial.first > known;
    *out = has_come || known > 0 || !is_complete ? UNCAP_BESIDE_OWN : UNCAP_BESIDE_UNSURE;
    if (!trial.is_steady || (is_complete && has_come && trial.first > t->first + TOGETHER))
        *out = UNCAP_BESIDE_OTHER;
    uncap_track_clear(&trial);
    return UNCAP_OK;
}

/* Is a text that has gone, or what is left of it while it fades, still seen in the frames that tell how far a
 * line reaches that began in frame `first`? */
static bool lingers(const struct uncap_track *o, int64_t first)
{
    static const float trace = 0.15f; /* of its strength */
    bool is_seen = false;
    for (int64_t i = first - UNCAP_WIDEN_FRAMES; i < first; i++)
        is_seen = is_seen || uncap_track_stands(o, i) || uncap_track_presence(o, i).gain > trace;
    return is_seen;
}

bool uncap_track_misleads(const struct uncap_track *other, const struct uncap_track *t)
{
    const struct uncap_rect text = uncap_quad_bounds(&other->hull), line = uncap_quad_bounds(&t->hull);
    const int room = uncap_rect_h(line) / 2;
    const bool is_symbol = uncap_rect_w(text) < 4 * room && other->first == t->first;
    const bool is_near =
        other->first <= t->first + 12 && (!other->is_steady || other->gone < 0 || lingers(other, t->first));
    return other != t && is_near && !is_symbol && text.y0 < line.y1 && text.y1 > line.y0 &&
           (text.x0 < line.x0 - room || text.x1 > line.x1 + room);
}

static int by_frame(const void *a, const void *b)
{
    const struct uncap_observation *p = a;
    const struct uncap_observation *q = b;
    return (p->frame > q->frame) - (p->frame < q->frame);
}

int uncap_track_join(struct uncap_track *t, struct uncap_track *part, struct uncap_error *err)
{
    enum { WORD = 4 }; /* frames: a word that stood so long before the rest is its beginning */
    const size_t n = t->n_observations;
    if (is_scrap(part, t)) {
        uncap_track_clear(part);
        return UNCAP_OK;
    }
    if (!uncap_grow((void **)&t->observations, &t->capacity, n + part->n_observations,
                    sizeof(*t->observations)))
        return uncap_fail_nomem(err, "caption observations");
    for (size_t i = 0; i < part->n_observations; i++) {
        bool is_new = true;
        for (size_t k = 0; k < n; k++)
            is_new = is_new && t->observations[k].frame != part->observations[i].frame;
        if (!is_new)
            continue;
        t->observations[t->n_observations++] = part->observations[i];
        t->score_sum += (double)part->observations[i].score;
    }
    qsort(t->observations, t->n_observations, sizeof(*t->observations), by_frame);
    if (part->first <= t->first - WORD) {
        t->first = part->first;
        uncap_free(t->begin);
        t->begin = NULL;
        t->n_begin = 0;
    }
    uncap_track_clear(part);
    return UNCAP_OK;
}
