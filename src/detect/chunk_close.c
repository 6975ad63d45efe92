/* SPDX-License-Identifier: Apache-2.0 */
#include "base/memory.h"
#include "detect/chunk.h"
#include "detect/completion.h"
#include "detect/track/track_pieces.h"

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
    int n;
};

static int close_track(struct closing *c, struct uncap_track *t, struct uncap_error *err)
{
    struct uncap_captions *list = c->d->captions;
    struct uncap_features *features = &c->d->features[list->n];
    const int status = uncap_life_close(t, &c->d->ring, &c->around, &list->items[list->n], features, err);
    if (status)
        return status;
    struct uncap_caption *caption = &list->items[list->n++];
    struct uncap_life *life = &c->d->lives[t->id - 1];
    *life = (struct uncap_life){.id = t->id,
                                .first = caption->first,
                                .end = caption->end,
                                .rect = uncap_quad_bounds(&caption->quad),
                                .bar = t->bar,
                                .is_scene = !uncap_classify_is_open(features)};
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

/* Close the tracks in c->tracks; mattes and texts follow. */
static int close_tracks(struct closing *c, struct uncap_error *err)
{
    struct uncap_captions *list = c->d->captions;
    const size_t n = list->n + (size_t)c->n;
    if (!c->n)
        return UNCAP_OK;
    if (!uncap_grow((void **)&list->items, &list->capacity, n, sizeof(*list->items)) ||
        !uncap_grow((void **)&c->d->features, &c->d->features_capacity, n, sizeof(*c->d->features)))
        return uncap_fail_nomem(err, "captions");
    update_lives(c);
    for (int i = 0; i < c->n; i++) {
        const int status = close_track(c, c->tracks[i], err);
        if (status)
            return status;
    }
    update_lives(c);
    const int status = uncap_completion_start(c->d, c->tracks, c->n, &c->around, err);
    c->n = 0;
    return status;
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
        d->lives[t->id - 1] = (struct uncap_life){
            .id = t->id, .first = t->first, .end = INT64_MAX, .rect = uncap_quad_bounds(&t->hull)};
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
    int status = uncap_completion_go_on(d, err);
    if (!status)
        status = cut_long_lines(d, is_last, err);
    if (status)
        return status;
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
    status = c.tracks ? UNCAP_OK : uncap_fail_nomem(err, "captions");
    size_t kept = 0;
    for (size_t i = 0; i < d->n_tracks && !status; i++) {
        if (is_last || has_ended(d, d->tracks[i]))
            c.tracks[c.n++] = d->tracks[i];
        else
            d->tracks[kept++] = d->tracks[i];
    }
    if (!status) {
        d->n_tracks = kept;
        status = close_tracks(&c, err);
    }
    for (int i = 0; i < c.n; i++) {
        uncap_track_clear(c.tracks[i]);
        uncap_free(c.tracks[i]);
    }
    uncap_free(c.tracks);
    return status || !is_last ? status : uncap_completion_collect(d, err);
}
