/* SPDX-License-Identifier: Apache-2.0 */
#include "detect/track/study.h"

#include <math.h>
#include <string.h>

#include "base/memory.h"
#include "detect/track/growth.h"
#include "detect/track/occlusion.h"
#include "detect/track/presence.h"
#include "detect/track/slide.h"
#include "detect/track/step.h"
#include "detect/track/typing.h"

enum {
    LEARN_REACH = 6,  /* frames on each side that the template is the mean of, if it stands in them */
    STEADY_REACH = 2, /* frames on each side that say whether it stands still */
    MAX_FRAMES = 2 * LEARN_REACH + 1,
};

static const float steady_gain = 0.6f;
/* Of a moving line's rectangle in the picture, below which its strokes tell nothing. */
static const float least_share = 0.5f;
/* Share of the fullest gain that counts as full. */
static const float full_share = 0.85f;

static int measure(struct uncap_track *t, const struct uncap_luma *luma, struct uncap_presence *out,
                   struct uncap_error *err)
{
    struct uncap_match m = {0};
    const int status = uncap_template_match(&t->pattern, luma, 0, 0, &t->scratch, &m, err);
    *out = (struct uncap_presence){m.gain, m.likeness, m.busyness};
    return status;
}

/* Frames beside `frame` in which the template stands, that frame included; out [MAX_FRAMES]. Where it gives
 * way to other text that is like it, which a few frames more tell, it does not. */
static int steady_neighbours(struct uncap_track *t, const struct uncap_ring *ring, int64_t frame,
                             const struct uncap_luma **out, int *n, struct uncap_error *err)
{
    enum { MIDDLE = LEARN_REACH + UNCAP_PRESENCE_ALIKE - 1, SEEN = 2 * MIDDLE + 1 };
    struct uncap_presence p[SEEN] = {{0}};
    for (int i = 0; i < SEEN; i++) {
        const struct uncap_luma *luma = uncap_ring_luma(ring, frame + i - MIDDLE);
        const int status = luma ? measure(t, luma, &p[i], err) : UNCAP_OK;
        if (status)
            return status;
    }
    out[(*n)++] = uncap_ring_luma(ring, frame);
    for (int side = -1; side <= 1; side += 2)
        for (int k = 1; k <= LEARN_REACH; k++) {
            const int i = MIDDLE + side * k;
            if (p[i].gain < steady_gain || !uncap_presence_stands(p[i]) ||
                uncap_presence_gives_way(p, SEEN, i - side, side))
                break;
            out[(*n)++] = uncap_ring_luma(ring, frame + side * k);
        }
    return UNCAP_OK;
}

/* The better side's mean gain in the frames next to `frame`. */
static int measure_steadiness(struct uncap_track *t, const struct uncap_ring *ring, int64_t frame,
                              struct uncap_error *err)
{
    t->steadiness = 0;
    for (int side = -1; side <= 1; side += 2) {
        float sum = 0;
        int n = 0;
        for (int k = 1; k <= STEADY_REACH; k++) {
            const struct uncap_luma *luma = uncap_ring_luma(ring, frame + side * k);
            struct uncap_presence p = {0};
            const int status = luma ? measure(t, luma, &p, err) : UNCAP_OK;
            if (status)
                return status;
            sum += uncap_presence_stands(p) ? fminf(p.gain, 1) : 0;
            n += luma != NULL;
        }
        if (n)
            t->steadiness = fmaxf(t->steadiness, sum / (float)n);
    }
    t->is_steady = t->steadiness >= steady_gain;
    return UNCAP_OK;
}

/* Learn anew from all neighbours in which the pattern stands: what moves behind it averages out. */
static int learn_from_neighbours(struct uncap_track *t, const struct uncap_ring *ring, int64_t frame,
                                 struct uncap_error *err)
{
    const struct uncap_luma *frames[MAX_FRAMES];
    int n = 0;
    const int status = steady_neighbours(t, ring, frame, frames, &n, err);
    return status || n < 2 ? status
                           : uncap_template_learn(&t->pattern, frames, n,
                                                  uncap_track_luma_rect(&t->hull, ring->factor), err);
}

/* Learn from one frame, then from its neighbours. */
static int learn(struct uncap_track *t, const struct uncap_ring *ring, int64_t frame, struct uncap_error *err)
{
    const struct uncap_luma *luma = uncap_ring_luma(ring, frame);
    int status =
        uncap_template_learn(&t->pattern, &luma, 1, uncap_track_luma_rect(&t->hull, ring->factor), err);
    if (!status)
        status = measure_steadiness(t, ring, frame, err);
    return status ? status : learn_from_neighbours(t, ring, frame, err);
}

/* Learn from what lasts over some frames beside `frame`, towards `side` (1 or -1), if that stands in the
 * frames beyond, too. */
static int learn_side(struct uncap_track *t, const struct uncap_ring *ring, int64_t frame, int side,
                      struct uncap_error *err)
{
    enum { LASTS = 5, BEYOND = 4 };
    const struct uncap_luma *frames[LASTS];
    for (int k = 0; k < LASTS; k++)
        frames[k] = uncap_ring_luma(ring, frame + side * k);
    if (!frames[LASTS - 1] || !uncap_ring_luma(ring, frame + side * (LASTS + BEYOND - 1)))
        return UNCAP_OK;
    float sum = 0;
    int status = uncap_template_learn_lasting(&t->pattern, frames, LASTS,
                                              uncap_track_luma_rect(&t->hull, ring->factor), err);
    for (int k = LASTS; k < LASTS + BEYOND && !status; k++) {
        struct uncap_presence p = {0};
        status = measure(t, uncap_ring_luma(ring, frame + side * k), &p, err);
        sum += uncap_presence_stands(p) ? fminf(p.gain, 1) : 0;
    }
    t->is_steady = sum >= steady_gain * BEYOND;
    return status;
}

/* Thin strokes before strong edges that move are the lesser part of what one frame shows. */
static int learn_lasting(struct uncap_track *t, const struct uncap_ring *ring, int64_t frame,
                         struct uncap_error *err)
{
    int status = learn_side(t, ring, frame, 1, err);
    if (!status && !t->is_steady)
        status = learn_side(t, ring, frame, -1, err);
    if (status)
        return status;
    return t->is_steady ? learn_from_neighbours(t, ring, frame, err) : learn(t, ring, frame, err);
}

/* The same of a moving line on its way. What is hardly in the picture is taken to stand. */
static int measure_moving(struct uncap_track *t, const struct uncap_ring *ring, int64_t frame,
                          struct uncap_presence *out, struct uncap_error *err)
{
    struct uncap_match m = {0};
    float share;
    const int status =
        uncap_motion_match(&t->pattern, ring, t->found, frame, &t->motion, &t->scratch, &m, &share, err);
    *out = share > 0 && share < least_share ? (struct uncap_presence){1, 1, 1}
                                            : (struct uncap_presence){m.gain, m.likeness, m.busyness};
    return status;
}

/* Is it back, after a frame or two in which it was hidden, and neither gone at once nor another text? */
static int is_back(struct uncap_track *t, const struct uncap_ring *ring, int64_t frame, bool *out,
                   struct uncap_error *err)
{
    bool has_gone = false;
    *out = t->gone >= 0 && frame - t->gone <= UNCAP_PRESENCE_DIP && !uncap_track_is_replaced(t, frame);
    const int status =
        *out && t->is_steady ? uncap_step_measure(t, ring, t->gone - 1, 1, &has_gone, err) : UNCAP_OK;
    *out = *out && !has_gone;
    return status;
}

/* Note where it goes missing, or gives way to other text, now that the series reaches one frame further. */
static int note_end(struct uncap_track *t, const struct uncap_ring *ring, struct uncap_error *err)
{
    bool has_returned = false;
    int status = UNCAP_OK;
    const struct uncap_series *s = &t->series;
    const int newest = (int)s->n - 1, last = newest - UNCAP_PRESENCE_ALIKE;
    const int64_t frame = s->first + newest;
    if (frame <= t->found)
        return UNCAP_OK;
    if (!uncap_presence_stands(s->items[newest]))
        t->gone = t->gone < 0 ? frame : t->gone;
    else
        status = is_back(t, ring, frame, &has_returned, err);
    if (has_returned)
        t->gone = -1;
    if (t->gone < 0 && s->first + last >= t->found && uncap_track_gives_way(t, s->first + last, 1))
        t->gone = s->first + last + 1;
    return status;
}

/* First frame of a moving line, from its series. */
static void find_moving_begin(struct uncap_track *t)
{
    const struct uncap_series *s = &t->series;
    t->first = t->found;
    for (int64_t frame = t->found; frame >= s->first && t->first - frame <= UNCAP_PRESENCE_DIP; frame--)
        if (uncap_presence_stands(s->items[frame - s->first]))
            t->first = frame;
}

int uncap_study_moving(struct uncap_track *t, int64_t frame, const struct uncap_ring *ring,
                       struct uncap_error *err)
{
    const struct uncap_luma *luma = uncap_ring_luma(ring, frame);
    const int64_t known = t->first;
    int status =
        uncap_template_learn(&t->pattern, &luma, 1, uncap_track_luma_rect(&t->hull, ring->factor), err);
    t->found = frame;
    t->series.n = 0;
    t->series.first = uncap_ring_first_luma(ring);
    t->gone = -1;
    if (!status && t->motion.is_free)
        status = uncap_study_path(t, ring, err);
    if (!status)
        status = uncap_study_go_on(t, ring, err);
    if (status)
        return status;
    find_moving_begin(t);
    t->first = known < t->first ? known : t->first;
    return UNCAP_OK;
}

int uncap_study_go_on(struct uncap_track *t, const struct uncap_ring *ring, struct uncap_error *err)
{
    struct uncap_series *s = &t->series;
    for (int64_t frame = s->first + (int64_t)s->n; frame < ring->end; frame++) {
        struct uncap_presence p;
        if (!uncap_grow((void **)&s->items, &s->capacity, s->n + 1, sizeof(*s->items)))
            return uncap_fail_nomem(err, "caption presence");
        int status = t->motion.is_free     ? uncap_study_path_next(t, ring, frame, &p, err)
                     : t->motion.is_moving ? measure_moving(t, ring, frame, &p, err)
                                           : measure(t, uncap_ring_luma(ring, frame), &p, err);
        if (status)
            return status;
        s->items[s->n++] = p;
        status = note_end(t, ring, err);
        if (status)
            return status;
    }
    return UNCAP_OK;
}

/* The same, if it is typed: by its first letters. first, in and out: index into the series. */
static int find_typing(struct uncap_track *t, const struct uncap_ring *ring, int *first,
                       struct uncap_error *err)
{
    struct uncap_presence *head = uncap_alloc((size_t)*first + 1, sizeof(*head));
    struct uncap_template letters = {.pattern = NULL};
    int status = head ? uncap_template_head(&letters, &t->pattern, uncap_rect_h(t->pattern.rect) / 2, err)
                      : uncap_fail_nomem(err, "caption presence");
    for (int i = 0; !status && i < *first; i++) {
        const struct uncap_luma *luma = uncap_ring_luma(ring, t->series.first + i);
        struct uncap_match m = {0};
        if (luma)
            status = uncap_template_match(&letters, luma, 0, 0, &t->scratch, &m, err);
        head[i] = (struct uncap_presence){m.gain, m.likeness, m.busyness};
    }
    if (!status)
        *first = uncap_typing_first(t->series.items, head, *first);
    uncap_template_clear(&letters);
    uncap_free(head);
    return status;
}

/* Where it begins, by the template. */
static int find_begin(struct uncap_track *t, const struct uncap_ring *ring, struct uncap_error *err)
{
    const struct uncap_series *s = &t->series;
    const int n = (int)s->n, at = (int)(t->found - s->first);
    uint8_t *opacity = uncap_alloc((size_t)n, 1);
    if (!opacity)
        return uncap_fail_nomem(err, "caption opacity");
    int64_t own_first;
    int status = uncap_step_border(t, ring, -1, uncap_track_own_border(t, -1), &own_first, err);
    if (status) {
        uncap_free(opacity);
        return status;
    }
    const int from = (int)(own_first - s->first);
    const struct uncap_presence *own = s->items + from;
    const int full = uncap_presence_first(own, n - from, at - from, opacity + from);
    int pop = uncap_presence_pop(own, n - from, full, opacity + from);
    if (pop == full && opacity[from + full] < 255)
        pop = uncap_presence_foot(own, n - from, at - from, opacity + from);
    pop += from;
    int first = pop;
    status = find_typing(t, ring, &first, err);
    if (status) {
        uncap_free(opacity);
        return status;
    }
    memset(opacity + first, 255, (size_t)(pop - first));
    uncap_free(t->begin);
    memmove(opacity, opacity + first, (size_t)(at - first + 1));
    t->begin = opacity;
    t->n_begin = at - first + 1;
    t->first = s->first + first;
    t->n_pop = 0;
    /* Frames of full opacity that do not look like it. */
    while (t->n_pop < at - first && opacity[t->n_pop] == 255 &&
           s->items[first + t->n_pop].gain < steady_gain &&
           s->items[first + t->n_pop].busyness > s->items[first + t->n_pop].gain + 0.3f)
        t->n_pop++;
    t->growth.is_slide = false;
    int failed = uncap_growth_find(t, t->first, ring, err);
    if (!failed) /* where it came to stand: what slides about before and after is filmed */
        failed = uncap_study_edge(t, ring, t->first, t->first - 1, &t->edge_in, err);
    return failed ? failed : uncap_slide_find(t, ring, err);
}

/* Does it move on a way of its own? */
static int find_path(struct uncap_track *t, int64_t frame, const struct uncap_ring *ring,
                     struct uncap_error *err)
{
    const int status = uncap_path_find(&t->pattern, ring, frame, &t->scratch, &t->path, err);
    t->motion.is_moving = t->motion.is_free = !status && t->path.n;
    return status;
}

/* Learn from the frame; text that does not stand still there may grow, and stand a few frames later. *frame:
 * the one it was learned from. */
static int learn_standing(struct uncap_track *t, const struct uncap_ring *ring, int64_t *frame,
                          struct uncap_error *err)
{
    enum { SETTLED = 4 }; /* frames after which what grows has grown */
    const int64_t later = *frame + SETTLED;
    int status = learn(t, ring, *frame, err);
    if (status || t->is_steady || !uncap_ring_luma(ring, later))
        return status;
    status = learn(t, ring, later, err);
    if (status || !t->is_steady)
        return status ? status : learn_lasting(t, ring, *frame, err);
    *frame = later;
    return UNCAP_OK;
}

int uncap_study_first(struct uncap_track *t, int64_t frame, const struct uncap_ring *ring,
                      struct uncap_error *err)
{
    int status = learn_standing(t, ring, &frame, err);
    t->motion = (struct uncap_motion){.is_moving = false};
    t->is_flash = false;
    if (!status && !t->is_steady)
        status = uncap_study_flash(t, frame, ring, &t->is_flash, err);
    if (!status && !t->is_steady && !t->is_flash)
        status = uncap_motion_find(&t->pattern, ring, frame, &t->scratch, &t->motion, err);
    if (!status && !t->is_steady && !t->is_flash && !t->motion.is_moving)
        status = find_path(t, frame, ring, err);
    if (status)
        return status;
    if (t->motion.is_moving) {
        t->first = frame;
        status = uncap_study_moving(t, frame, ring, err);
        return status ? status : uncap_study_turn(t, ring, err);
    }
    t->found = frame;
    t->series.n = 0;
    t->series.first = uncap_ring_first_luma(ring);
    t->gone = -1;
    status = uncap_study_go_on(t, ring, err);
    return status || !t->is_steady ? status : find_begin(t, ring, err);
}

/* Frames of [from, to) at their fullest, the newest of them first; returns the middle one's index. */
static int64_t fullest(const struct uncap_track *t, int64_t from, int64_t to, const struct uncap_ring *ring,
                       const struct uncap_luma **out, int *n)
{
    float most = 0;
    int64_t chosen[MAX_FRAMES];
    for (int64_t i = from; i < to; i++)
        most = fmaxf(most, uncap_track_presence(t, i).gain);
    *n = 0;
    for (int64_t i = to - 1; i >= from && *n < MAX_FRAMES; i--)
        if (uncap_track_presence(t, i).gain >= full_share * most && uncap_ring_luma(ring, i)) {
            chosen[*n] = i;
            out[(*n)++] = uncap_ring_luma(ring, i);
        }
    return *n ? chosen[*n / 2] : -1;
}

int uncap_study_again(struct uncap_track *t, int64_t from, int64_t to, const struct uncap_ring *ring,
                      struct uncap_error *err)
{
    const struct uncap_luma *frames[MAX_FRAMES];
    int n;
    const int64_t middle = fullest(t, from, to, ring, frames, &n), known = t->first;
    t->is_refined = true;
    if (n < 2)
        return UNCAP_OK;
    int status = uncap_template_learn(&t->pattern, frames, n, t->pattern.rect, err);
    if (status)
        return status;
    /* What lies before the ring keeps its old values. */
    struct uncap_series *s = &t->series;
    const int64_t start = uncap_ring_first_luma(ring);
    s->n = start > s->first ? (size_t)(start - s->first) : 0;
    s->first = s->n ? s->first : start;
    t->found = middle;
    t->gone = -1;
    status = uncap_study_go_on(t, ring, err);
    if (status || known < start)
        return status;
    return find_begin(t, ring, err);
}

enum { FAR = 6, NEAR = 4 }; /* luma pixels around its own place; even */

/* Likeness of the best place within `reach` of its own, FAR at most, in which the pattern stands in a frame,
 * and with more than `least_gain`. */
static int measure_moved(struct uncap_track *t, const struct uncap_luma *luma, int reach, float least_gain,
                         float *likeness, struct uncap_error *err)
{
    enum { LARGE = 12000 };
    /* Large patterns are searched more coarsely: their strokes are wider, and there are many of them. */
    const int area = uncap_rect_w(t->pattern.rect) * uncap_rect_h(t->pattern.rect);
    const int step = area > LARGE ? 2 : 1;
    struct uncap_match around[(2 * FAR + 1) * (2 * FAR + 1)];
    const int status = uncap_template_match_around(&t->pattern, luma, reach, step, &t->scratch, around, err);
    const int side = 2 * reach / step + 1, own = side * side / 2;
    for (int i = 0; i < side * side && !status; i++)
        if (around[i].gain > least_gain && i != own)
            *likeness = fmaxf(*likeness, around[i].likeness);
    return status;
}

int uncap_study_drift(struct uncap_track *t, const struct uncap_ring *ring, int64_t frame, float *drift,
                      struct uncap_error *err)
{
    static const float stronger = 0.35f;
    const struct uncap_luma *luma = uncap_ring_luma(ring, frame);
    const float own = uncap_track_presence(t, frame).gain;
    *drift = 0;
    return luma ? measure_moved(t, luma, FAR, own + stronger, drift, err) : UNCAP_OK;
}

int uncap_study_wander(struct uncap_track *t, const struct uncap_ring *ring, int64_t first, int64_t end,
                       bool *wanders, struct uncap_error *err)
{
    enum { LOOKS = 6, LEAST = 3 };
    static const float least_gain = 0.3f, more = 0.03f;
    const int64_t known = uncap_ring_first_luma(ring), from = first > known ? first : known;
    const int64_t n = end - from < LOOKS ? end - from : LOOKS;
    int n_on = 0, n_off = 0, status = UNCAP_OK;
    for (int64_t k = 0; k < n && !status; k++) {
        const int64_t frame = from + (2 * k + 1) * (end - from) / (2 * n);
        const struct uncap_luma *luma = uncap_ring_luma(ring, frame);
        const struct uncap_presence own = uncap_track_presence(t, frame);
        float moved = 0;
        if (!luma || !uncap_presence_stands(own))
            continue;
        status = measure_moved(t, luma, NEAR, least_gain, &moved, err);
        n_off += moved > own.likeness + more;
        n_on += moved <= own.likeness + more;
    }
    *wanders = n_off >= LEAST && n_off >= n_on;
    return status;
}

int uncap_study_edge(struct uncap_track *t, const struct uncap_ring *ring, int64_t inside, int64_t outside,
                     struct uncap_edge *out, struct uncap_error *err)
{
    enum { BESIDE = 3 }; /* frames on each side in which something may be on its way over the line */
    const int64_t first = inside < outside ? inside : outside;
    const struct uncap_luma *luma = uncap_ring_luma(ring, outside);
    *out = (struct uncap_edge){.moved = 0};
    int status = luma ? measure_moved(t, luma, FAR, 0.3f, &out->moved, err) : UNCAP_OK; /* or has it gone? */
    if (!status)
        status = uncap_step_measure(t, ring, inside, outside < inside ? -1 : 1, &out->is_step, err);
    return status ? status
                  : uncap_occlusion_measure(&t->pattern, ring, first - BESIDE + 1, first + BESIDE + 1,
                                            &t->scratch, &out->covered, err);
}
