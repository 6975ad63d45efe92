/* SPDX-License-Identifier: Apache-2.0 */
#include "detect/track/track_pieces.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "detect/ocr/hull.h"
#include "detect/track/motion.h"

enum {
    SHARE = 3,       /* of the picture's width is a piece */
    SURE_REACH = 16, /* frames over which the motion must be known */
};

static int displacement(const struct uncap_track *t, const struct uncap_ring *ring, int64_t n_frames)
{
    return (int)lrintf(t->motion.vx * (float)n_frames * (float)ring->factor);
}

static bool is_level(const struct uncap_track *t)
{
    return !t->motion.is_free && t->motion.vy >= 0 && t->motion.vy <= 0;
}

static struct uncap_rect line_at(const struct uncap_track *t, const struct uncap_ring *ring, int64_t frame)
{
    const struct uncap_quad quad = uncap_track_quad_at(t, ring, frame);
    return uncap_quad_bounds(&quad);
}

/* How much one column of luma changes from row to row: hardly between words. */
static int unrest(const struct uncap_luma *luma, int x, int y0, int y1)
{
    int sum = 0;
    for (int y = y0; y + 1 < y1; y++)
        sum += abs(luma->data[y * luma->stride + x] - luma->data[(y + 1) * luma->stride + x]);
    return sum;
}

/* Where between two columns the line is cut: where the most quiet stretch as wide as a space is. */
static int find_cut(const struct uncap_luma *luma, struct uncap_rect line, int from, int to, int factor)
{
    const int y0 = line.y0 / factor > 0 ? line.y0 / factor : 0,
              y1 = line.y1 / factor < luma->h ? line.y1 / factor : luma->h;
    const int space = uncap_rect_h(line) / factor / 6 + 1;
    int best = to, least = INT32_MAX;
    for (int x = from / factor; x + space <= to / factor && x + space <= luma->w; x++) {
        int sum = 0;
        for (int i = 0; i < space; i++)
            sum += unrest(luma, x + i, y0, y1);
        if (sum < least) {
            least = sum;
            best = (x + space / 2) * factor;
        }
    }
    return best;
}

/* Did the picture's edge cut the line's tail when it was last seen? Then more of it has come in since. */
static bool goes_on(const struct uncap_track *t, int w)
{
    const int near = uncap_rect_h(uncap_quad_bounds(&t->hull)) / 2;
    const struct uncap_observation *last = &t->observations[t->n_observations - 1];
    for (const struct uncap_observation *o = last; o >= t->observations && o->frame == last->frame; o--) {
        const struct uncap_rect r = uncap_quad_bounds(&o->quad);
        if (t->motion.vx < 0 ? r.x1 + near >= w : r.x0 - near <= 0)
            return true;
    }
    return false;
}

/* Cut [from, to) of the line, in reading order or against it, to a piece of about `length`: to all of it if
 * it ends there and nothing more comes. Empty if it is not all in the picture, or hardly more than a
 * letter. */
static struct uncap_rect cut_piece(struct uncap_rect line, int length, bool is_left, bool is_open, int w,
                                   const struct uncap_luma *luma, int factor)
{
    const int h = uncap_rect_h(line), room = h / 2 + 4;
    const bool is_last = !is_open && uncap_rect_w(line) < length + h;
    struct uncap_rect r = line;
    if (is_left && !is_last)
        r.x1 = r.x0 + length;
    else if (!is_last)
        r.x0 = r.x1 - length;
    if (r.x0 < room || r.x1 > w - room || r.x0 < line.x0 || r.x1 > line.x1 || uncap_rect_w(r) < h)
        return (struct uncap_rect){0, 0, 0, 0};
    /* Its end is known to two thirds of its height. */
    if (is_left && is_last)
        r.x1 += h / 2;
    else if (is_last)
        r.x0 -= h / 2;
    else if (is_left)
        r.x1 = find_cut(luma, line, r.x0 + length * 2 / 3, r.x1, factor);
    else
        r.x0 = find_cut(luma, line, r.x0, r.x1 - length * 2 / 3, factor);
    return r;
}

/* The next piece, if all of it is in the picture: behind the last one, else at the head of the line. */
static struct uncap_rect next_piece(const struct uncap_track *t, const struct uncap_ring *ring, int64_t frame,
                                    int w)
{
    const struct uncap_piece *last = t->n_pieces ? &t->pieces[t->n_pieces - 1] : NULL;
    const bool is_left = t->motion.vx < 0;
    const int dx = last ? displacement(t, ring, frame - last->anchor) : 0;
    struct uncap_rect line = line_at(t, ring, frame);
    const int room = uncap_rect_h(line) / 2 + 4;
    if (is_left)
        line.x0 = last ? last->line.x1 + dx : line.x0 > room ? line.x0 : room;
    else
        line.x1 = last ? last->line.x0 + dx : line.x1 < w - room ? line.x1 : w - room;
    return cut_piece(line, w / SHARE, is_left, goes_on(t, w), w, uncap_ring_luma(ring, frame), ring->factor);
}

static int start_piece(struct uncap_track *t, struct uncap_rect line, int64_t frame,
                       const struct uncap_picture *p, struct uncap_error *err)
{
    const int room = uncap_rect_h(line) / 2 + 4;
    const struct uncap_rect all = {0, 0, p->w, p->h};
    const struct uncap_rect grown = uncap_rect_intersect(uncap_rect_grow(line, room, room), all);
    if (!uncap_grow((void **)&t->pieces, &t->pieces_capacity, t->n_pieces + 1, sizeof(*t->pieces)))
        return uncap_fail_nomem(err, "the pieces of a long line");
    struct uncap_piece *piece = &t->pieces[t->n_pieces++];
    *piece = (struct uncap_piece){.anchor = frame, .next = frame, .line = line};
    uncap_evidence_start(
        &piece->evidence,
        uncap_rect_intersect(uncap_rect_align(grown, 1 << p->format.shift_x, 1 << p->format.shift_y), all));
    return UNCAP_OK;
}

int uncap_pieces_gather(struct uncap_track *t, const struct uncap_ring *ring, int64_t frame,
                        const struct uncap_picture *p, struct uncap_error *err)
{
    const struct uncap_rect line = line_at(t, ring, frame);
    int status = UNCAP_OK;
    if (!is_level(t) || t->motion.reach < SURE_REACH || 2 * uncap_rect_w(line) < p->w)
        return UNCAP_OK;
    for (struct uncap_rect r = next_piece(t, ring, frame, p->w); !status && !uncap_rect_empty(r);
         r = next_piece(t, ring, frame, p->w))
        status = start_piece(t, r, frame, p, err);
    for (size_t i = 0; i < t->n_pieces && !status; i++) {
        struct uncap_piece *piece = &t->pieces[i];
        const int dx = displacement(t, ring, frame - piece->anchor);
        const struct uncap_rect at = uncap_rect_move(piece->evidence.rect, dx, 0);
        if (frame < piece->next || at.x0 < 0 || at.x1 > p->w || dx & ((1 << p->format.shift_x) - 1))
            continue;
        piece->next = frame + 1;
        status = uncap_evidence_add_moved(&piece->evidence, frame, p, at, err);
    }
    return status;
}

bool uncap_pieces_are_needed(const struct uncap_track *t)
{
    return t->motion.is_moving && !t->motion.is_free && t->anchor < 0 && t->n_pieces;
}

/* The frames of [first, end) in which a part that is at `line` in frame `anchor` is in the picture at all. */
static void life_of(const struct uncap_track *t, const struct uncap_ring *ring,
                    const struct uncap_piece *piece, int w, int64_t *first, int64_t *end)
{
    const int margin =
        uncap_rect_h(piece->line) / 2; /* its outline and shadow come before it and go after it */
    int64_t from = *end, to = *first;
    for (int64_t f = *first; f < *end; f++) {
        const struct uncap_rect at =
            uncap_rect_move(piece->line, displacement(t, ring, f - piece->anchor), 0);
        if (at.x1 + margin <= 0 || at.x0 - margin >= w)
            continue;
        from = f < from ? f : from;
        to = f + 1;
    }
    *first = from;
    *end = to;
}

/* Over the frames of which it is known. */
static float mean_likeness(const struct uncap_track *t)
{
    double sum = 0;
    for (size_t i = 0; i < t->series.n; i++)
        sum += (double)t->series.items[i].likeness;
    return t->series.n ? (float)(sum / (double)t->series.n) : 0;
}

static int copy_series(const struct uncap_track *t, int64_t first, int64_t end, struct uncap_series *out)
{
    if (!uncap_grow((void **)&out->items, &out->capacity, (size_t)(end - first), sizeof(*out->items)))
        return 0;
    out->first = first;
    for (int64_t f = first; f < end; f++)
        out->items[out->n++] = uncap_track_presence(t, f);
    return 1;
}

/* A track of the piece, which gives its crops away. *out NULL: it never was in the picture. */
static int piece_track(const struct uncap_track *t, const struct uncap_ring *ring, struct uncap_piece *piece,
                       int w, struct uncap_track **out, struct uncap_error *err)
{
    const int64_t line_end = t->gone >= 0 ? t->gone : t->series.first + (int64_t)t->series.n;
    int64_t first = t->first, end = line_end;
    *out = NULL;
    life_of(t, ring, piece, w, &first, &end);
    if (first >= end)
        return UNCAP_OK;
    struct uncap_track *p = uncap_alloc(1, sizeof(*p));
    const size_t n = t->n_observations;
    if (!p)
        return uncap_fail_nomem(err, "the pieces of a long line");
    *p = (struct uncap_track){.found = piece->anchor,
                              .first = first,
                              .gone = end < line_end ? end : t->gone,
                              .n_missed = t->n_missed,
                              .n_all_missed = t->n_all_missed,
                              .motion = t->motion,
                              .n_judged = t->n_judged,
                              .n_shared = t->n_shared,
                              .anchor = piece->anchor,
                              .anchor_line = piece->line,
                              .steadiness = t->steadiness,
                              .score_sum = t->score_sum,
                              .whole = {t->first, line_end, uncap_quad_bounds(&t->hull), mean_likeness(t)}};
    p->quad = p->hull = uncap_quad_of_rect(piece->line);
    p->pattern.contrast = t->pattern.contrast;
    p->pattern.rect = uncap_track_luma_rect(&p->hull, ring->factor);
    if (!uncap_grow((void **)&p->observations, &p->capacity, n, sizeof(*p->observations)) ||
        !copy_series(t, first, end, &p->series)) {
        uncap_track_clear(p);
        uncap_free(p);
        return uncap_fail_nomem(err, "the pieces of a long line");
    }
    memcpy(p->observations, t->observations, n * sizeof(*p->observations));
    p->n_observations = n;
    p->evidence = piece->evidence;
    piece->evidence = (struct uncap_evidence){.n_life = 0};
    *out = p;
    return UNCAP_OK;
}

/* What of the line a frame shows beside a piece. */
static struct uncap_rect seen_beside(const struct uncap_track *t, const struct uncap_ring *ring,
                                     int64_t frame, int w, const struct uncap_piece *beside, bool is_right)
{
    const bool is_open = is_right == (t->motion.vx < 0) && goes_on(t, w);
    const struct uncap_rect at =
        uncap_rect_move(beside->line, displacement(t, ring, frame - beside->anchor), 0);
    struct uncap_rect r = line_at(t, ring, frame);
    r.x0 = is_right ? at.x1 : r.x0 < 0 || is_open ? 0 : r.x0;
    r.x1 = !is_right ? at.x0 : r.x1 > w || is_open ? w : r.x1;
    return uncap_rect_intersect(r, (struct uncap_rect){0, r.y0, w, r.y1});
}

/* What is left of the line beside its first or last piece, as in the frame that shows most of it; without
 * crops. */
static struct uncap_piece rest(const struct uncap_track *t, const struct uncap_ring *ring, int64_t end, int w,
                               const struct uncap_piece *beside, bool is_right)
{
    struct uncap_piece piece = {.anchor = t->first};
    for (int64_t frame = t->first; frame < end; frame++) {
        const struct uncap_rect r = seen_beside(t, ring, frame, w, beside, is_right);
        if (uncap_rect_w(r) > uncap_rect_w(piece.line)) {
            piece.line = r;
            piece.anchor = frame;
        }
    }
    uncap_evidence_start(&piece.evidence, piece.line);
    return piece;
}

int uncap_pieces_cut(struct uncap_track *t, const struct uncap_ring *ring, int w, struct uncap_track ***out,
                     int *n, struct uncap_error *err)
{
    const int64_t end = t->gone >= 0 ? t->gone : t->series.first + (int64_t)t->series.n;
    const bool is_left = t->motion.vx < 0;
    struct uncap_piece ends[2] = {rest(t, ring, end, w, &t->pieces[0], !is_left),
                                  rest(t, ring, end, w, &t->pieces[t->n_pieces - 1], is_left)};
    struct uncap_track **tracks = uncap_alloc(t->n_pieces + 2, sizeof(struct uncap_track *));
    int status = tracks ? UNCAP_OK : uncap_fail_nomem(err, "the pieces of a long line");
    *n = 0;
    for (size_t i = 0; i < t->n_pieces + 2 && !status; i++) {
        struct uncap_piece *piece = i < 2 ? &ends[i] : &t->pieces[i - 2];
        if (3 * uncap_rect_w(piece->line) <= uncap_rect_h(piece->line))
            continue;
        status = piece_track(t, ring, piece, w, &tracks[*n], err);
        *n += tracks[*n] != NULL;
    }
    for (int i = 0; i < *n && status; i++) {
        uncap_track_clear(tracks[i]);
        uncap_free(tracks[i]);
    }
    if (status)
        uncap_free((void *)tracks);
    *out = status ? NULL : tracks;
    *n = status ? 0 : *n;
    return status;
}
