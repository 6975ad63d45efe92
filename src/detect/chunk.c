/* SPDX-License-Identifier: Apache-2.0 */
#include "detect/chunk.h"

#include <math.h>

#include "base/cancel.h"
#include "base/memory.h"

static void reduce(void *opaque, int i)
{
    const struct uncap_chunk *c = opaque;
    uncap_ring_reduce(&c->d->ring, c->first + i);
}

static void follow(void *opaque, int i)
{
    const struct uncap_chunk *c = opaque;
    c->status[i] = uncap_track_follow(c->d->tracks[i], &c->d->ring, &c->errors[i]);
}

/* Where a moving line is beside a frame, seen from where it is then. */
static struct uncap_shifts shifts_of(const struct uncap_track *t, const struct uncap_ring *ring,
                                     int64_t frame)
{
    const struct uncap_quad quad = uncap_track_quad_at(t, ring, frame);
    const float f = (float)ring->factor;
    struct uncap_shifts shifts;
    for (int i = 0; i < 2; i++) {
        const struct uncap_quad there =
            uncap_track_quad_at(t, ring, frame + (2 * i - 1) * UNCAP_MOTION_REACH);
        shifts.dx[i] = (int)lrintf((there.p[0].x - quad.p[0].x) / f);
        shifts.dy[i] = (int)lrintf((there.p[0].y - quad.p[0].y) / f);
    }
    return shifts;
}

/* Does the picture carry the line along in this frame? One frame can deceive: the camera may happen to move
 * like credits do. */
static int judge_motion(struct uncap_detector *d, struct uncap_track *t, int64_t frame,
                        struct uncap_rect *texts, struct uncap_error *err)
{
    bool is_shared;
    for (size_t k = 0; k < d->n_tracks; k++) {
        const struct uncap_quad q = uncap_track_quad_at(d->tracks[k], &d->ring, frame);
        texts[k] = uncap_track_luma_rect(&q, d->ring.factor);
    }
    const struct uncap_quad quad = uncap_track_quad_at(t, &d->ring, frame);
    const struct uncap_shifts shifts = shifts_of(t, &d->ring, frame);
    const int status =
        uncap_motion_is_shared(uncap_track_luma_rect(&quad, d->ring.factor), texts, (int)d->n_tracks,
                               &d->ring, frame, &shifts, &t->scratch, &is_shared, err);
    t->n_judged++;
    t->n_shared += is_shared;
    return status;
}

/* Tell lines that move over the picture from those that it carries along. */
static int judge_motions(struct uncap_chunk *c, struct uncap_error *err)
{
    enum { ENOUGH = 5, BACK = 9 };
    struct uncap_detector *d = c->d;
    const int64_t frame = d->ring.end - BACK;
    struct uncap_rect *texts = uncap_alloc(d->n_tracks, sizeof(*texts));
    int status = texts ? UNCAP_OK : uncap_fail_nomem(err, "moving captions");
    for (size_t i = 0; i < d->n_tracks && !status; i++) {
        struct uncap_track *t = d->tracks[i];
        if (t->motion.is_moving && t->n_judged < ENOUGH && frame >= t->first &&
            uncap_ring_luma(&d->ring, frame) && (t->gone < 0 || frame < t->gone))
            status = judge_motion(d, t, frame, texts, err);
    }
    uncap_free(texts);
    return status;
}

/* First failure in order. */
static int first_failure(const struct uncap_chunk *c, int n, struct uncap_error *err)
{
    for (int i = 0; i < n; i++)
        if (c->status[i]) {
            if (err)
                *err = c->errors[i];
            return c->status[i];
        }
    return UNCAP_OK;
}

static int add_shot(struct uncap_detector *d, int64_t frame, struct uncap_error *err)
{
    struct uncap_captions *c = d->captions;
    if (!uncap_grow((void **)&c->shots, &c->shots_capacity, c->n_shots + 1, sizeof(*c->shots)))
        return uncap_fail_nomem(err, "shots");
    c->shots[c->n_shots++] = frame;
    return UNCAP_OK;
}

static int find_shots(struct uncap_detector *d, int64_t i, struct uncap_error *err)
{
    int64_t frame;
    bool is_cut;
    const bool is_told = uncap_shots_push(&d->shots, uncap_ring_luma(&d->ring, i), &frame, &is_cut);
    return is_told && is_cut ? add_shot(d, frame, err) : UNCAP_OK;
}

static int find_last_shots(struct uncap_detector *d, struct uncap_error *err)
{
    int status = UNCAP_OK;
    int64_t frame;
    bool is_cut;
    while (!status && uncap_shots_drain(&d->shots, &frame, &is_cut))
        status = is_cut ? add_shot(d, frame, err) : UNCAP_OK;
    return status;
}

/* All that looks at every frame, while that is in the cache. */
static int look_at_frames(struct uncap_chunk *c, bool is_last, struct uncap_error *err)
{
    int status = UNCAP_OK;
    for (int64_t i = c->first; i < c->end && !status; i++) {
        status = find_shots(c->d, i, err);
        if (!status)
            status = uncap_chunk_choose(c, i, err);
    }
    return status || !is_last ? status : find_last_shots(c->d, err);
}

static int gather(struct uncap_chunk *c, struct uncap_error *err)
{
    int status = UNCAP_OK;
    for (size_t i = 0; i < c->d->n_tracks && !status; i++)
        if (c->d->tracks[i]->found < c->first)
            status = uncap_track_gather(c->d->tracks[i], &c->d->ring, c->first, c->end, err);
    return status;
}

static void search(void *opaque, int i)
{
    const struct uncap_chunk *c = opaque;
    c->status[i] = uncap_track_search(c->d->tracks[i], &c->d->ring, &c->errors[i]);
}

static int run_chunk(struct uncap_chunk *c, bool is_last, struct uncap_error *err)
{
    struct uncap_detector *d = c->d;
    uncap_slices_run(d->slices, (int)(c->end - c->first), reduce, c);
    uncap_slices_run(d->slices, (int)d->n_tracks, follow, c);
    int status = first_failure(c, (int)d->n_tracks, err);
    if (!status) {
        uncap_slices_run(d->slices, (int)d->n_tracks, search, c);
        status = first_failure(c, (int)d->n_tracks, err);
    }
    if (!status)
        status = judge_motions(c, err);
    if (!status)
        status = look_at_frames(c, is_last, err);
    if (!status)
        status = uncap_chunk_look(c, err);
    if (!status)
        status = gather(c, err);
    return status ? status : uncap_chunk_close(d, is_last, err);
}

int uncap_detector_work(struct uncap_detector *d, bool is_last, struct uncap_error *err)
{
    struct uncap_chunk c = {.d = d, .first = d->done, .end = d->ring.end};
    const size_t n_looks = 2 * (size_t)(c.end - c.first) * (size_t)d->n_regions;
    int status = uncap_cancel_check(d->control ? d->control->cancel : NULL, err);
    if (status)
        return status;
    c.looks = uncap_alloc(n_looks, sizeof(*c.looks));
    c.reasons = uncap_alloc(n_looks, sizeof(*c.reasons));
    c.status = uncap_alloc(d->n_tracks, sizeof(*c.status));
    c.errors = uncap_alloc(d->n_tracks, sizeof(*c.errors));
    status = c.looks && c.reasons && c.status && c.errors ? UNCAP_OK : uncap_fail_nomem(err, "detector work");
    if (!status)
        status = run_chunk(&c, is_last, err);
    d->done = c.end;
    for (int i = 0; i < c.n_looks; i++)
        uncap_boxes_clear(&c.looks[i].boxes);
    uncap_free(c.errors);
    uncap_free(c.status);
    uncap_free(c.hints);
    uncap_free(c.reasons);
    uncap_free(c.looks);
    return status;
}
