/* SPDX-License-Identifier: Apache-2.0 */
#include "detect/track.h"

#include <math.h>
#include <string.h>

#include "base/memory.h"
#include "detect/hull.h"
#include "detect/link.h"
#include "detect/matte_estimate.h"
#include "detect/presence.h"

enum {
    LEARN_REACH = 6,  /* frames on each side that the template is the mean of, if it stands in them */
    STEADY_REACH = 2, /* frames on each side that say whether it stands still */
};

static const float steady_presence = 0.6f;
/* Correlation on the strokes' pixels below which, and gain above which, it is another picture that happens to agree. */
static const float least_likeness = 0.5f, most_gain = 1.7f;

struct uncap_rect uncap_track_luma_rect(const struct uncap_quad *quad, int factor)
{
    const struct uncap_rect r = uncap_quad_bounds(quad);
    return (struct uncap_rect){r.x0 / factor, r.y0 / factor, (r.x1 + factor - 1) / factor, (r.y1 + factor - 1) / factor};
}

static int observe(struct uncap_track *t, const struct uncap_box *box, int64_t frame, struct uncap_error *err)
{
    if (!uncap_grow((void **)&t->observations, &t->capacity, t->n_observations + 1, sizeof(*t->observations)))
        return uncap_fail_nomem(err, "caption observations");
    t->observations[t->n_observations++] = (struct uncap_observation){
        .frame = frame, .quad = box->quad, .score = box->score, .kind = UNCAP_OBSERVATION_DETECTED};
    t->quad = box->quad;
    t->score_sum += (double)box->score;
    t->n_missed = 0;
    return UNCAP_OK;
}

/* Presence of the pattern in a frame: its opacity, but less than half where the picture looks like something else. */
static int presence(struct uncap_track *t, const struct uncap_luma *luma, float *out, struct uncap_error *err)
{
    struct uncap_match m;
    const int status = uncap_template_match(&t->pattern, luma, 0, 0, &t->scratch, &m, err);
    const bool is_alike = !status && m.likeness >= least_likeness && m.gain < most_gain;
    *out = status ? 0 : is_alike ? m.gain : fminf(m.gain, 0.49f);
    return status;
}

/* Frames beside `frame` in which the template stands, nearest first, that frame included; [2 * LEARN_REACH + 1]. */
static int steady_neighbours(struct uncap_track *t, const struct uncap_ring *ring, int64_t frame,
                             const struct uncap_luma **out, int *n, struct uncap_error *err)
{
    out[(*n)++] = uncap_ring_luma(ring, frame);
    for (int side = -1; side <= 1; side += 2)
        for (int k = 1; k <= LEARN_REACH; k++) {
            const struct uncap_luma *luma = uncap_ring_luma(ring, frame + side * k);
            float value = 0;
            const int status = luma ? presence(t, luma, &value, err) : UNCAP_OK;
            if (status)
                return status;
            if (value < steady_presence)
                break;
            out[(*n)++] = luma;
        }
    return UNCAP_OK;
}

/* The better side's mean presence in the frames next to `frame`. */
static int measure_steadiness(struct uncap_track *t, const struct uncap_ring *ring, int64_t frame,
                              struct uncap_error *err)
{
    t->steadiness = 0;
    for (int side = -1; side <= 1; side += 2) {
        float sum = 0;
        int n = 0;
        for (int k = 1; k <= STEADY_REACH; k++) {
            const struct uncap_luma *luma = uncap_ring_luma(ring, frame + side * k);
            float value = 0;
            const int status = luma ? presence(t, luma, &value, err) : UNCAP_OK;
            if (status)
                return status;
            sum += value;
            n += luma != NULL;
        }
        if (n)
            t->steadiness = fmaxf(t->steadiness, sum / (float)n);
    }
    t->is_steady = t->steadiness >= steady_presence;
    return UNCAP_OK;
}

/* Learn from one frame, then from all neighbours in which that stands: what moves behind it averages out. */
static int learn(struct uncap_track *t, const struct uncap_ring *ring, int64_t frame, struct uncap_error *err)
{
    const struct uncap_luma *frames[2 * LEARN_REACH + 1] = {uncap_ring_luma(ring, frame)};
    const struct uncap_rect rect = uncap_track_luma_rect(&t->hull, ring->factor);
    int status = uncap_template_learn(&t->pattern, frames, 1, rect, err);
    if (status)
        return status;
    int n = 0;
    status = measure_steadiness(t, ring, frame, err);
    if (!status)
        status = steady_neighbours(t, ring, frame, frames, &n, err);
    if (status)
        return status;
    return n > 1 ? uncap_template_learn(&t->pattern, frames, n, rect, err) : UNCAP_OK;
}

static int append(struct uncap_presence *p, float value, struct uncap_error *err)
{
    if (!uncap_grow((void **)&p->values, &p->capacity, p->n + 1, sizeof(*p->values)))
        return uncap_fail_nomem(err, "caption presence");
    p->values[p->n++] = value;
    return UNCAP_OK;
}

/* Match over the whole ring, backwards in time included. */
static int match_ring(struct uncap_track *t, const struct uncap_ring *ring, struct uncap_error *err)
{
    t->presence.n = 0;
    t->presence.first = uncap_ring_first_luma(ring);
    t->gone = -1;
    return uncap_track_follow(t, ring, err);
}

/* Where it begins, by the template. */
static int find_begin(struct uncap_track *t, int64_t frame, struct uncap_error *err)
{
    const int n = (int)t->presence.n, at = (int)(frame - t->presence.first);
    uint8_t *opacity = uncap_alloc((size_t)n, 1);
    if (!opacity)
        return uncap_fail_nomem(err, "caption opacity");
    const int first = uncap_presence_first(t->presence.values, n, at, opacity);
    uncap_free(t->begin);
    memmove(opacity, opacity + first, (size_t)(at - first + 1));
    t->begin = opacity;
    t->n_begin = at - first + 1;
    t->first = t->presence.first + first;
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

/* Template, beginning and evidence of the hull as seen from frame. */
static int study(struct uncap_track *t, int64_t frame, const struct uncap_ring *ring, int w, int h,
                 struct uncap_error *err)
{
    const struct uncap_picture *picture = uncap_ring_picture(ring, frame);
    int status = learn(t, ring, frame, err);
    if (!status)
        status = match_ring(t, ring, err);
    if (!status && t->is_steady)
        status = find_begin(t, frame, err);
    if (status)
        return status;
    const struct uncap_rect bounds = uncap_quad_bounds(&t->hull);
    uncap_evidence_start(&t->evidence, uncap_matte_area(&bounds, 1, w, h, picture->format));
    if (t->is_steady)
        status = gather_before(t, ring, err);
    return status ? status : uncap_track_gather(t, ring, uncap_ring_first_picture(ring), ring->end, err);
}

int uncap_track_start(struct uncap_track *t, const struct uncap_box *box, int64_t frame, const struct uncap_ring *ring,
                      int w, int h, struct uncap_error *err)
{
    *t = (struct uncap_track){.quad = box->quad, .hull = box->quad, .found = frame, .first = frame, .gone = -1};
    int status = observe(t, box, frame, err);
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
    uncap_free(t->presence.values);
    uncap_template_clear(&t->pattern);
    uncap_template_scratch_clear(&t->scratch);
    uncap_evidence_clear(&t->evidence);
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

int uncap_track_see(struct uncap_track *t, const struct uncap_box *box, int64_t frame, const struct uncap_ring *ring,
                    int w, int h, struct uncap_error *err)
{
    const bool is_larger = has_grown(&t->hull, &box->quad);
    int status = observe(t, box, frame, err);
    if (status)
        return status;
    if (!t->is_steady) {
        /* Found while it was still growing or fading in, perhaps; or it moves. */
        const int64_t first_seen = t->first;
        t->hull = box->quad;
        t->found = frame;
        status = study(t, frame, ring, w, h, err);
        if (!t->is_steady)
            t->first = first_seen;
        return status;
    }
    if (!is_larger) {
        /* Jitter of a few pixels widens the hull of a short life only: later boxes tell nothing new. */
        if (t->n_observations <= 8)
            t->hull = uncap_link_hull(&t->hull, &box->quad);
        return UNCAP_OK;
    }
    const int64_t first = t->first;
    t->hull = uncap_link_hull(&t->hull, &box->quad);
    status = study(t, frame, ring, w, h, err);
    /* The part that was seen before began before. */
    if (!status && first < t->first) {
        t->first = first;
        uncap_free(t->begin);
        t->begin = NULL;
        t->n_begin = 0;
    }
    return status;
}

int uncap_track_follow(struct uncap_track *t, const struct uncap_ring *ring, struct uncap_error *err)
{
    for (int64_t frame = t->presence.first + (int64_t)t->presence.n; frame < ring->end; frame++) {
        float value;
        int status = presence(t, uncap_ring_luma(ring, frame), &value, err);
        if (!status)
            status = append(&t->presence, value, err);
        if (status)
            return status;
        if (frame <= t->found)
            continue;
        if (value >= UNCAP_PRESENCE_HALF)
            t->gone = t->gone >= 0 && frame - t->gone <= 2 ? -1 : t->gone;
        else if (t->gone < 0)
            t->gone = frame;
    }
    return UNCAP_OK;
}

float uncap_track_presence(const struct uncap_track *t, int64_t frame)
{
    const int64_t i = frame - t->presence.first;
    return i >= 0 && i < (int64_t)t->presence.n ? t->presence.values[i] : 0;
}

bool uncap_track_stands(const struct uncap_track *t, int64_t frame)
{
    return frame >= t->first && (!t->is_steady || t->gone < 0 || frame < t->gone);
}

int uncap_track_gather(struct uncap_track *t, const struct uncap_ring *ring, int64_t from, int64_t to,
                       struct uncap_error *err)
{
    for (int64_t frame = from; frame < to; frame++) {
        const struct uncap_picture *p = uncap_ring_picture(ring, frame);
        if (!p || !uncap_track_stands(t, frame))
            continue;
        const int status = uncap_evidence_add_life(&t->evidence, frame, p, err);
        if (status)
            return status;
    }
    return UNCAP_OK;
}
