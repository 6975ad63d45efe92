/* SPDX-License-Identifier: Apache-2.0 */
#include "base/memory.h"
#include "detect/chunk.h"
#include "detect/track_pieces.h"

enum {
    RAMP_FRAMES = 12, /* that must follow a caption's end before it is closed: a fade may go on */
    MAX_MISSED = 2,   /* looks without it that end a track which its template does not end */
};

static bool has_ended(const struct uncap_detector *d, const struct uncap_track *t)
{
    /* About a second, within which the same line may be seen again; the clean frames beside must still be
     * there. */
    const int room = d->ring.n_frames - d->chunk - 4;
    const int wait = d->adaptive.period < room ? d->adaptive.period : room;
    const bool is_gone = uncap_track_is_followed(t) && t->gone >= 0 &&
                         d->ring.end >= t->gone + (wait > RAMP_FRAMES ? wait : RAMP_FRAMES);
    return is_gone ||
           (t->n_missed >= MAX_MISSED && (!uncap_track_is_followed(t) || d->sample != UNCAP_SAMPLE_ADAPTIVE));
}

/* Tracks that end here, on their way to captions. */
struct closing {
    struct uncap_detector *d;
    struct uncap_surroundings around;
    struct uncap_track **tracks;
    struct uncap_caption *captions; /* in the detector's list */
    struct uncap_features *features;
    int *status, *n_reads;
    struct uncap_error *errors;
};

static void complete(void *opaque, int i)
{
    const struct closing *c = opaque;
    const struct uncap_detector *d = c->d;
    c->status[i] =
        uncap_life_matte(c->tracks[i], &c->around, &c->captions[i], &c->features[i], &c->errors[i]);
    /* What does not stand still in its evidence is no caption and blurs in the mean. */
    if (!c->status[i] && d->reader && uncap_track_is_followed(c->tracks[i]))
        c->status[i] = uncap_life_read(c->tracks[i], d->reader, d->video.colour, d->looks.cancel,
                                       &c->captions[i], &c->n_reads[i], &c->errors[i]);
}

static int close_track(struct closing *c, struct uncap_track *t, struct uncap_error *err)
{
    struct uncap_captions *list = c->d->captions;
    const int status =
        uncap_life_close(t, &c->d->ring, &c->around, &list->items[list->n], &c->d->features[list->n], err);
    if (status)
        return status;
    struct uncap_caption *caption = &list->items[list->n++];
    struct uncap_life *life = &c->d->lives[t->id - 1];
    *life = (struct uncap_life){t->id, caption->first, caption->end, uncap_quad_bounds(&caption->quad)};
    return UNCAP_OK;
}

/* Tracks that are followed still may have turned out to begin earlier, or to be longer, than when they were
 * met: a frame right after a caption may show the next one. */
static void update_lives(const struct closing *c)
{
    for (size_t i = 0; i < c->d->n_tracks; i++) {
        const struct uncap_track *t = c->d->tracks[i];
        struct uncap_life *life = &c->d->lives[t->id - 1];
        life->first = t->is_steady ? uncap_life_begin(t, &c->around) : t->first;
        life->rect = uncap_quad_bounds(&t->hull);
    }
}

/* Close the tracks in c->tracks and estimate their mattes side by side. */
static int close_tracks(struct closing *c, int n, struct uncap_error *err)
{
    struct uncap_captions *list = c->d->captions;
    const size_t first = list->n;
    if (!n)
        return UNCAP_OK;
    if (!uncap_grow((void **)&list->items, &list->capacity, list->n + (size_t)n, sizeof(*list->items)) ||
        !uncap_grow((void **)&c->d->features, &c->d->features_capacity, list->n + (size_t)n,
                    sizeof(*c->d->features)))
        return uncap_fail_nomem(err, "captions");
    for (int i = 0; i < n; i++) {
        const int status = close_track(c, c->tracks[i], err);
        if (status)
            return status;
    }
    update_lives(c);
    c->captions = list->items + first;
    c->features = c->d->features + first;
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

/* Put the pieces of the long line d->tracks[at] in its place and at the end of the list. */
static int cut_track(struct uncap_detector *d, size_t at, struct uncap_error *err)
{
    struct uncap_track **pieces, *line = d->tracks[at];
    int n;
    const int status = uncap_pieces_cut(line, &d->ring, d->video.w, &pieces, &n, err);
    if (status)
        return status;
    if (!uncap_grow((void **)&d->tracks, &d->tracks_capacity, d->n_tracks + (size_t)n, sizeof(*d->tracks)) ||
        !uncap_grow((void **)&d->lives, &d->lives_capacity, d->n_lives + (size_t)n, sizeof(*d->lives))) {
        for (int i = 0; i < n; i++) {
            uncap_track_clear(pieces[i]);
            uncap_free(pieces[i]);
        }
        uncap_free((void *)pieces);
        return uncap_fail_nomem(err, "caption tracks");
    }
    for (int i = 0; i < n; i++) {
        struct uncap_track *t = pieces[i];
        t->id = i ? (int)d->n_lives + 1 : line->id;
        if (i)
            d->n_lives++;
        d->lives[t->id - 1] = (struct uncap_life){t->id, t->first, INT64_MAX, uncap_quad_bounds(&t->hull)};
        d->tracks[i ? d->n_tracks++ : at] = t;
    }
    if (n) {
        uncap_track_clear(line);
        uncap_free(line);
    }
    uncap_free((void *)pieces);
    return UNCAP_OK;
}

/* Ended lines that are longer than the picture is wide go on as their pieces, which have ended too. */
static int cut_long_lines(struct uncap_detector *d, bool is_last, struct uncap_error *err)
{
    const size_t n = d->n_tracks;
    for (size_t i = 0; i < n; i++) {
        if (!uncap_pieces_are_needed(d->tracks[i]) || (!is_last && !has_ended(d, d->tracks[i])))
            continue;
        const int status = cut_track(d, i, err);
        if (status)
            return status;
    }
    return UNCAP_OK;
}

int uncap_chunk_close(struct uncap_detector *d, bool is_last, struct uncap_error *err)
{
    const int failed = cut_long_lines(d, is_last, err);
    if (failed)
        return failed;
    struct closing c = {.d = d};
    c.around = (struct uncap_surroundings){.w = d->video.w,
                                           .h = d->video.h,
                                           .format = d->video.format,
                                           .colour = d->video.colour,
                                           .sample = d->sample,
                                           .n_frames = d->ring.end,
                                           .shots = d->captions->shots,
                                           .n_shots = d->captions->n_shots,
                                           .lives = d->lives,
                                           .n_lives = d->n_lives};
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
