/* SPDX-License-Identifier: Apache-2.0 */
#include <stdlib.h>
#include <time.h>

#include "base/cancel.h"
#include "base/memory.h"
#include "detect/band.h"
#include "detect/detector_state.h"
#include "detect/link.h"
#include "detect/sampling.h"

enum {
    NET_PIXELS = 640 * 384, /* of the network's input for a whole picture */
    LINE_PX = 22,           /* height of a line's box in the network's input when it looks at the band: text of 12 */
    RAMP_FRAMES = 12,       /* that must follow a caption's end before it is closed: a fade may go on */
    AFTER_END = 2,          /* frames after a caption's end that are looked at: the same text may stand there still */
    MAX_MISSED = 2,         /* looks without it that end a track which its template does not end */
};

static const struct uncap_rect nowhere = {0, 0, 0, 0};

/* A line that has appeared in a frame; luma pixels. */
struct uncap_hint {
    int64_t frame;
    struct uncap_rect rect;
};

/* One stretch of frames [first, end) under work. */
struct chunk {
    struct uncap_detector *d;
    int64_t first, end;
    struct uncap_look *looks; /* [frames * regions] */
    bool *is_triggered;       /* [looks] by novelty, not by the clock */
    struct uncap_hint *hints; /* strokes that have appeared where words come and go */
    size_t n_hints, hints_capacity;
    int n_looks;
    int *status;              /* [tracks] of work side by side */
    struct uncap_error *errors;
};

static void reduce(void *opaque, int i)
{
    const struct chunk *c = opaque;
    uncap_ring_reduce(&c->d->ring, c->first + i);
}

static void follow(void *opaque, int i)
{
    const struct chunk *c = opaque;
    c->status[i] = uncap_track_follow(c->d->tracks[i], &c->d->ring, &c->errors[i]);
}

/* First failure in order. */
static int first_failure(const struct chunk *c, int n, struct uncap_error *err)
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

static int find_shots(struct chunk *c, bool is_last, struct uncap_error *err)
{
    int status = UNCAP_OK;
    int64_t frame;
    bool is_cut;
    for (int64_t i = c->first; i < c->end && !status; i++)
        if (uncap_shots_push(&c->d->shots, uncap_ring_luma(&c->d->ring, i), &frame, &is_cut) && is_cut)
            status = add_shot(c->d, frame, err);
    while (is_last && !status && uncap_shots_drain(&c->d->shots, &frame, &is_cut))
        if (is_cut)
            status = add_shot(c->d, frame, err);
    return status;
}

/* Leave out of the look at every frame what is followed already. */
static int know_tracks(struct uncap_detector *d, int64_t frame, struct uncap_error *err)
{
    struct uncap_rect *rects = uncap_alloc(d->n_tracks, sizeof(*rects));
    int n = 0;
    if (!rects)
        return uncap_fail_nomem(err, "the look at every frame");
    for (size_t i = 0; i < d->n_tracks; i++)
        if (uncap_track_stands(d->tracks[i], frame)) {
            const struct uncap_rect r = uncap_track_luma_rect(&d->tracks[i]->hull, d->ring.factor);
            rects[n++] = uncap_rect_grow(r, uncap_rect_h(r) / 4, uncap_rect_h(r) / 4);
        }
    uncap_novelty_know(&d->novelty, rects, n);
    uncap_free(rects);
    return UNCAP_OK;
}

/* What a look sees: the regions asked for, else the whole picture; when something happens in the band where the
 * captions stand, the band. where: picture rows, empty: anywhere. */
static struct uncap_textnet_plan plan_look(const struct uncap_detector *d, int region, struct uncap_rect where)
{
    const struct uncap_textnet_plan whole = uncap_textnet_scale(d->regions[region], 0, 0, NET_PIXELS);
    if (!d->is_automatic || uncap_rect_empty(where))
        return whole;
    const struct uncap_band band = uncap_band_find(d->features, d->captions->n, d->video.w, d->video.h);
    if (uncap_rect_empty(band.rows) || where.y0 < band.rows.y0 || where.y1 > band.rows.y1)
        return whole;
    return uncap_textnet_scale(band.rows, (double)band.line_px, LINE_PX, NET_PIXELS / 3);
}

static void add_look(struct chunk *c, int64_t frame, bool is_triggered, struct uncap_rect where)
{
    const struct uncap_detector *d = c->d;
    for (int i = 0; i < d->n_regions; i++) {
        c->is_triggered[c->n_looks] = is_triggered;
        c->looks[c->n_looks++] = (struct uncap_look){
            .frame = frame, .picture = uncap_ring_picture(&d->ring, frame), .plan = plan_look(d, i, where)};
    }
}

/* Place of a line that has just ended; empty if none has. */
static struct uncap_rect just_ended(const struct uncap_detector *d, int64_t frame)
{
    struct uncap_rect where = {0, 0, 0, 0};
    for (size_t i = 0; i < d->n_tracks; i++)
        if (d->tracks[i]->is_steady && d->tracks[i]->gone == frame - AFTER_END)
            where = uncap_rect_union(where, uncap_quad_bounds(&d->tracks[i]->hull));
    return where;
}

/* Is this the place of a word of a caption that comes word by word, which has just gone? */
static bool is_word_place(const struct uncap_detector *d, const struct uncap_track *t, int64_t frame)
{
    const int64_t word = 4 * d->adaptive.period / 5;
    return t->is_steady && !t->is_inferred && t->gone >= 0 && t->gone < frame && 2 * (frame - t->gone) < d->adaptive.period &&
           t->gone - t->first < word;
}

/* Note strokes that have appeared, in line with it, where a word has just gone. */
static int add_hints(struct chunk *c, int64_t frame, struct uncap_error *err)
{
    static const float births = 5;
    const struct uncap_detector *d = c->d;
    for (size_t i = 0; i < d->n_tracks; i++) {
        const struct uncap_rect r = uncap_track_luma_rect(&d->tracks[i]->hull, d->ring.factor);
        struct uncap_rect extent;
        if (!is_word_place(d, d->tracks[i], frame) || uncap_novelty_in(&d->novelty, r, &extent) < births)
            continue;
        const int middle = (extent.x0 + extent.x1) / 2 - (r.x0 + r.x1) / 2, room = uncap_rect_h(r) / 2;
        if (abs(middle) > room && abs(extent.x0 - r.x0) > room)
            continue;
        if (!uncap_grow((void **)&c->hints, &c->hints_capacity, c->n_hints + 1, sizeof(*c->hints)))
            return uncap_fail_nomem(err, "detector work");
        c->hints[c->n_hints++] = (struct uncap_hint){frame, extent};
    }
    return UNCAP_OK;
}

static int choose_looks(struct chunk *c, struct uncap_error *err)
{
    struct uncap_detector *d = c->d;
    for (int64_t frame = c->first; frame < c->end; frame++) {
        if (d->sample != UNCAP_SAMPLE_ADAPTIVE) {
            if (uncap_sampling_takes(d->sample, frame))
                add_look(c, frame, false, nowhere);
            continue;
        }
        struct uncap_rect where;
        int status = know_tracks(d, frame, err);
        if (status)
            return status;
        const float novelty = uncap_novelty_push(&d->novelty, uncap_ring_luma(&d->ring, frame), &where);
        const struct uncap_rect ended = just_ended(d, frame);
        bool is_triggered;
        if (uncap_adaptive_push(&d->adaptive, frame, novelty, !uncap_rect_empty(ended), &is_triggered)) {
            const int f = d->ring.factor;
            const struct uncap_rect strokes = {where.x0 * f, where.y0 * f, where.x1 * f, where.y1 * f};
            add_look(c, frame, is_triggered, uncap_rect_union(ended, is_triggered ? strokes : nowhere));
        }
        status = add_hints(c, frame, err);
        if (status)
            return status;
    }
    return UNCAP_OK;
}

static double seconds(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
}

/* Under `every` and `even` the presence of strokes ends nothing, but other strokes are another caption. */
static bool is_candidate(const struct uncap_track *t, int64_t frame)
{
    if (!t->is_steady || frame <= t->found)
        return true;
    return uncap_presence_stands(uncap_track_presence(t, frame));
}

/* The track that t goes on with, or NULL. */
static struct uncap_track *find_same(const struct uncap_detector *d, const struct uncap_track *t)
{
    for (size_t i = 0; i < d->n_tracks; i++)
        if (uncap_track_is_same(d->tracks[i], t))
            return d->tracks[i];
    return NULL;
}

/* Has anything happened in the line's rows when t began but t itself? */
static bool is_alone_at_begin(const struct uncap_detector *d, const struct uncap_track *t)
{
    const struct uncap_rect r = uncap_quad_bounds(&t->hull), rows = {0, r.y0, d->video.w, r.y1};
    const struct uncap_captions *c = d->captions;
    for (size_t i = 0; i < d->n_tracks; i++) {
        const struct uncap_track *o = d->tracks[i];
        const bool is_near = o->first <= t->first + 12 && (!o->is_steady || o->gone < 0 || o->gone >= t->first - 12);
        if (o != t && is_near && !uncap_rect_empty(uncap_rect_intersect(rows, uncap_quad_bounds(&o->hull))))
            return false;
    }
    for (size_t i = 0; i < c->n_shots; i++)
        if (c->shots[i] && c->shots[i] >= t->first - 4 && c->shots[i] <= t->first + 14)
            return false;
    return t->moved_in < 0.5f;
}

static int start_track(struct uncap_detector *d, const struct uncap_box *box, int64_t frame, struct uncap_error *err)
{
    if (!uncap_grow((void **)&d->tracks, &d->tracks_capacity, d->n_tracks + 1, sizeof(*d->tracks)) ||
        !uncap_grow((void **)&d->lives, &d->lives_capacity, d->n_lives + 1, sizeof(*d->lives)))
        return uncap_fail_nomem(err, "caption tracks");
    struct uncap_track *t = uncap_alloc(1, sizeof(*t));
    if (!t)
        return uncap_fail_nomem(err, "caption tracks");
    int status = uncap_track_start(t, box, frame, &d->ring, d->video.w, d->video.h, err);
    struct uncap_track *same = status ? NULL : find_same(d, t);
    if (same)
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
    t->id = (int)d->n_lives + 1;
    d->tracks[d->n_tracks++] = t;
    d->lives[d->n_lives++] = (struct uncap_life){t->id, t->first, INT64_MAX, uncap_quad_bounds(&t->hull)};
    return UNCAP_OK;
}

/* Can the look (of all regions) see the middle of the track's line? */
static bool is_in_view(const struct uncap_detector *d, const struct uncap_track *t, const struct uncap_look *first)
{
    const struct uncap_rect r = uncap_quad_bounds(&t->hull);
    const int x = (r.x0 + r.x1) / 2, y = (r.y0 + r.y1) / 2;
    for (int i = 0; i < d->n_regions; i++) {
        const struct uncap_rect v = first[i].plan.region;
        if (x >= v.x0 && x < v.x1 && y >= v.y0 && y < v.y1)
            return true;
    }
    return false;
}

/* Give the boxes of one look to the tracks that stand in its frame; the rest starts new ones. */
static int integrate(struct chunk *c, const struct uncap_look *first, bool *has_new, struct uncap_error *err)
{
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
        candidates[n_candidates] = (int)i;
        quads[n_candidates++] = d->tracks[i]->is_steady ? d->tracks[i]->hull : d->tracks[i]->quad;
        d->tracks[i]->n_missed++;
        d->tracks[i]->n_all_missed++;
    }
    if (!status)
        uncap_link_assign(quads, n_candidates, boxes, owner);
    for (size_t i = 0; i < boxes->n && !status; i++) {
        struct uncap_track *t = owner[i] >= 0 ? d->tracks[candidates[owner[i]]] : NULL;
        if (t) {
            t->n_all_missed -= t->n_missed > 0;
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

/* The detector overlooks single letters. Strokes that appeared in line with the last word are one, if they then stand
 * still and go as captions do, which the classifier judges. */
static int infer(struct uncap_detector *d, const struct uncap_hint *hint, struct uncap_error *err)
{
    const float f = (float)d->ring.factor;
    const float x0 = (float)hint->rect.x0 * f, y0 = (float)hint->rect.y0 * f;
    const float x1 = (float)hint->rect.x1 * f, y1 = (float)hint->rect.y1 * f;
    const struct uncap_box box = {.quad = {{{x0, y0}, {x1, y0}, {x1, y1}, {x0, y1}}}, .score = 0.5f};
    const struct uncap_rect rect = uncap_quad_bounds(&box.quad);
    for (size_t i = 0; i < d->n_tracks; i++)
        if (uncap_track_stands(d->tracks[i], hint->frame) &&
            !uncap_rect_empty(uncap_rect_intersect(rect, uncap_quad_bounds(&d->tracks[i]->hull))))
            return UNCAP_OK;
    const size_t n = d->n_tracks;
    const int status = start_track(d, &box, hint->frame, err);
    if (status || d->n_tracks == n)
        return status;
    struct uncap_track *t = d->tracks[n];
    t->is_inferred = true;
    if (t->is_steady)
        return UNCAP_OK;
    /* Nothing that stands: forget it. */
    uncap_track_clear(t);
    uncap_free(t);
    d->n_tracks--;
    d->n_lives--;
    return UNCAP_OK;
}

/* Boxes of all regions of one frame in one list. */
static int merge_regions(struct chunk *c, int at, struct uncap_error *err)
{
    struct uncap_boxes *to = &c->looks[at].boxes;
    for (int i = 1; i < c->d->n_regions; i++) {
        const struct uncap_boxes *from = &c->looks[at + i].boxes;
        if (!uncap_grow((void **)&to->items, &to->capacity, to->n + from->n, sizeof(*to->items)))
            return uncap_fail_nomem(err, "text boxes");
        for (size_t k = 0; k < from->n; k++)
            to->items[to->n++] = from->items[k];
    }
    uncap_link_join_words(to);
    return UNCAP_OK;
}

static int look(struct chunk *c, struct uncap_error *err)
{
    struct uncap_detector *d = c->d;
    const double start = seconds();
    int status = uncap_looks_run(&d->looks, c->looks, c->n_looks, err);
    d->network_s += seconds() - start;
    for (int i = 0; i < c->n_looks && !status; i += d->n_regions) {
        bool has_new = false;
        status = merge_regions(c, i, err);
        if (!status)
            status = integrate(c, &c->looks[i], &has_new, err);
        if (!status && c->is_triggered[i])
            uncap_adaptive_result(&d->adaptive, has_new);
    }
    for (size_t i = 0; i < c->n_hints && !status; i++)
        status = infer(d, &c->hints[i], err);
    return status;
}

static bool has_ended(const struct uncap_detector *d, const struct uncap_track *t)
{
    /* About a second, within which the same line may be seen again; the clean frames beside must still be there. */
    const int room = d->ring.n_frames - d->chunk - 4;
    const int wait = d->adaptive.period < room ? d->adaptive.period : room;
    const bool is_gone = t->is_steady && t->gone >= 0 && d->ring.end >= t->gone + (wait > RAMP_FRAMES ? wait : RAMP_FRAMES);
    return is_gone || (t->n_missed >= MAX_MISSED && (!t->is_steady || d->sample != UNCAP_SAMPLE_ADAPTIVE));
}

/* Tracks that end here, on their way to captions. */
struct closing {
    struct uncap_detector *d;
    struct uncap_surroundings around;
    struct uncap_track **tracks;
    struct uncap_caption *captions; /* in the detector's list */
    int *status, *n_reads;
    struct uncap_error *errors;
};

static void complete(void *opaque, int i)
{
    const struct closing *c = opaque;
    const struct uncap_detector *d = c->d;
    c->status[i] = uncap_life_matte(c->tracks[i], &c->around, &c->captions[i], &c->errors[i]);
    /* What does not stand still is no caption and blurs in the mean. */
    if (!c->status[i] && d->reader && c->tracks[i]->is_steady)
        c->status[i] = uncap_life_read(c->tracks[i], d->reader, d->video.colour, d->looks.cancel, &c->captions[i],
                                       &c->n_reads[i], &c->errors[i]);
}

static int close_track(struct closing *c, struct uncap_track *t, struct uncap_error *err)
{
    struct uncap_captions *list = c->d->captions;
    const int status = uncap_life_close(t, &c->d->ring, &c->around, &list->items[list->n], &c->d->features[list->n], err);
    if (status)
        return status;
    struct uncap_caption *caption = &list->items[list->n++];
    struct uncap_life *life = &c->d->lives[t->id - 1];
    *life = (struct uncap_life){t->id, caption->first, caption->end, uncap_quad_bounds(&caption->quad)};
    return UNCAP_OK;
}

/* Close the tracks in c->tracks and estimate their mattes side by side. */
static int close_tracks(struct closing *c, int n, struct uncap_error *err)
{
    if (n == 0)
        return UNCAP_OK; /* a list that is still empty has no items to point into */
    struct uncap_captions *list = c->d->captions;
    const size_t first = list->n;
    if (!uncap_grow((void **)&list->items, &list->capacity, list->n + (size_t)n, sizeof(*list->items)) ||
        !uncap_grow((void **)&c->d->features, &c->d->features_capacity, list->n + (size_t)n, sizeof(*c->d->features)))
        return uncap_fail_nomem(err, "captions");
    for (int i = 0; i < n; i++) {
        const int status = close_track(c, c->tracks[i], err);
        if (status)
            return status;
    }
    c->captions = list->items + first;
    uncap_slices_run(c->d->slices, n, complete, c);
    for (int i = 0; i < n; i++)
        c->d->n_reads += c->n_reads[i];
    for (int i = 0; i < n; i++)
        if (c->status[i]) {
            if (err)
                *err = c->errors[i];
            return c->status[i];
        }
    return UNCAP_OK;
}

static int close_ended(struct uncap_detector *d, bool is_last, struct uncap_error *err)
{
    struct closing c = {.d = d};
    c.around = (struct uncap_surroundings){
        .w = d->video.w, .h = d->video.h, .format = d->video.format, .sample = d->sample, .n_frames = d->ring.end,
        .shots = d->captions->shots, .n_shots = d->captions->n_shots, .lives = d->lives, .n_lives = d->n_lives};
    c.tracks = uncap_alloc(d->n_tracks, sizeof(*c.tracks));
    c.status = uncap_alloc(d->n_tracks, sizeof(*c.status));
    c.errors = uncap_alloc(d->n_tracks, sizeof(*c.errors));
    c.n_reads = uncap_alloc(d->n_tracks, sizeof(*c.n_reads));
    int status = c.tracks && c.status && c.errors && c.n_reads ? UNCAP_OK : uncap_fail_nomem(err, "captions");
    int n = 0;
    size_t kept = 0;
    for (size_t i = 0; i < d->n_tracks && !status; i++) {
        if (is_last || has_ended(d, d->tracks[i]))
            c.tracks[n++] = d->tracks[i];
        else
            d->tracks[kept++] = d->tracks[i];
    }
    if (!status) {
        d->n_tracks = kept;
        status = close_tracks(&c, n, err);
    }
    for (int i = 0; i < n; i++) {
        uncap_track_clear(c.tracks[i]);
        uncap_free(c.tracks[i]);
    }
    uncap_free(c.n_reads);
    uncap_free(c.errors);
    uncap_free(c.status);
    uncap_free(c.tracks);
    return status;
}

static int gather(struct chunk *c, struct uncap_error *err)
{
    int status = UNCAP_OK;
    for (size_t i = 0; i < c->d->n_tracks && !status; i++)
        if (c->d->tracks[i]->found < c->first)
            status = uncap_track_gather(c->d->tracks[i], &c->d->ring, c->first, c->end, err);
    return status;
}

static int run_chunk(struct chunk *c, bool is_last, struct uncap_error *err)
{
    struct uncap_detector *d = c->d;
    uncap_slices_run(d->slices, (int)(c->end - c->first), reduce, c);
    uncap_slices_run(d->slices, (int)d->n_tracks, follow, c);
    int status = first_failure(c, (int)d->n_tracks, err);
    if (!status)
        status = find_shots(c, is_last, err);
    if (!status)
        status = choose_looks(c, err);
    if (!status)
        status = look(c, err);
    if (!status)
        status = gather(c, err);
    return status ? status : close_ended(d, is_last, err);
}

int uncap_detector_work(struct uncap_detector *d, bool is_last, struct uncap_error *err)
{
    struct chunk c = {.d = d, .first = d->done, .end = d->ring.end};
    const size_t n_looks = (size_t)(c.end - c.first) * (size_t)d->n_regions;
    int status = uncap_cancel_check(d->control ? d->control->cancel : NULL, err);
    if (status)
        return status;
    c.looks = uncap_alloc(n_looks, sizeof(*c.looks));
    c.is_triggered = uncap_alloc(n_looks, sizeof(*c.is_triggered));
    c.status = uncap_alloc(d->n_tracks, sizeof(*c.status));
    c.errors = uncap_alloc(d->n_tracks, sizeof(*c.errors));
    status = c.looks && c.is_triggered && c.status && c.errors ? UNCAP_OK : uncap_fail_nomem(err, "detector work");
    if (!status)
        status = run_chunk(&c, is_last, err);
    d->done = c.end;
    for (int i = 0; i < c.n_looks; i++)
        uncap_boxes_clear(&c.looks[i].boxes);
    uncap_free(c.errors);
    uncap_free(c.status);
    uncap_free(c.hints);
    uncap_free(c.is_triggered);
    uncap_free(c.looks);
    return status;
}
