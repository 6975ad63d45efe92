/* SPDX-License-Identifier: Apache-2.0 */
#include "base/memory.h"
#include "detect/chunk.h"
#include "detect/track/link.h"

static bool stands(const struct uncap_track *t, int64_t frame)
{
    return t->is_steady && uncap_track_stands(t, frame) &&
           uncap_presence_stands(uncap_track_presence(t, frame));
}

/* Is a line that stands in the frame complete? It was there when the video began, or stands through a cut:
 * nobody goes on writing it. */
static bool is_complete(const struct uncap_detector *d, const struct uncap_track *t, int64_t frame)
{
    const struct uncap_captions *c = d->captions;
    bool is_complete = t->first <= 0;
    for (size_t i = 0; i < c->n_shots; i++)
        is_complete = is_complete || (c->shots[i] > t->first && c->shots[i] <= frame);
    return is_complete;
}

/* Does another line stand there, which came later? */
static bool is_known(const struct uncap_detector *d, const struct uncap_track *t,
                     const struct uncap_quad *quad, int64_t frame)
{
    static const float same = 0.5f;
    for (size_t i = 0; i < d->n_tracks; i++) {
        const struct uncap_track *o = d->tracks[i];
        if (o->first > t->first + 1 && o->is_steady && uncap_track_stands(o, frame) &&
            uncap_link_affinity(&o->hull, quad) >= same)
            return true;
    }
    return false;
}

/* A line that stands in a look's frame. */
struct line {
    struct uncap_track *track;
    int64_t frame;
    bool is_complete;
};

/* What a look's box has of a line, and of other text beside it. */
struct parting {
    bool is_own, has_rest;
    struct uncap_box own, rest;
};

static int judge(const struct uncap_detector *d, const struct line *l, const struct uncap_box *rest,
                 enum uncap_beside *out, struct uncap_error *err)
{
    *out = UNCAP_BESIDE_KNOWN;
    return l->is_complete && is_known(d, l->track, &rest->quad, l->frame)
               ? UNCAP_OK
               : uncap_track_judge_beside(l->track, l->is_complete, rest, l->frame, &d->ring, d->video.w,
                                          d->video.h, out, err);
}

/* A box that goes on as other text at both ends of the line is of another row, and none of it the line's.
 * What is one box with a line that may be written on is its. */
static int part_box(const struct uncap_detector *d, const struct line *l, const struct uncap_box *box,
                    struct parting *p, struct uncap_error *err)
{
    const struct uncap_track *t = l->track;
    struct uncap_box beyond[2] = {*box, *box};
    enum uncap_beside what[2] = {UNCAP_BESIDE_OWN, UNCAP_BESIDE_OWN};
    bool is_there[2] = {false, false};
    const bool is_one = uncap_link_affinity(&t->hull, &box->quad) > 0;
    *p = (struct parting){.is_own = is_one, .own = *box, .rest = *box};
    if (!uncap_link_is_one_line(&t->hull, &box->quad) || (is_one && !l->is_complete))
        return UNCAP_OK;
    for (int i = 0; i < 2; i++) {
        is_there[i] = uncap_link_beyond(&t->hull, &box->quad, 2 * i - 1, &beyond[i].quad);
        const int status = is_there[i] ? judge(d, l, &beyond[i], &what[i], err) : UNCAP_OK;
        if (status)
            return status;
    }
    if (what[0] == what[1] && what[0] >= UNCAP_BESIDE_OTHER) {
        p->is_own = false;
        return UNCAP_OK;
    }
    const int at = what[1] > what[0];
    p->has_rest = what[at] >= UNCAP_BESIDE_OTHER || (what[at] == UNCAP_BESIDE_UNSURE && !is_there[!at]);
    p->is_own = !p->has_rest || is_one;
    if (p->has_rest) {
        p->rest.quad = beyond[at].quad;
        p->own.quad = is_there[!at] ? uncap_link_hull(&t->hull, &beyond[!at].quad) : t->hull;
    }
    return UNCAP_OK;
}

/* Give the line its part of each box; what is left goes back to the look. */
static int give(struct uncap_detector *d, struct uncap_track *t, struct uncap_look *look,
                const struct parting *parts, struct uncap_error *err)
{
    struct uncap_boxes *boxes = &look->boxes;
    size_t kept = 0;
    for (size_t i = 0; i < boxes->n; i++) {
        const int status = parts[i].is_own ? uncap_track_see(t, &parts[i].own, look->frame, &d->ring,
                                                             d->video.w, d->video.h, err)
                                           : UNCAP_OK;
        if (status)
            return status;
        if (parts[i].has_rest)
            boxes->items[kept++] = parts[i].rest;
        else if (!parts[i].is_own)
            boxes->items[kept++] = boxes->items[i];
    }
    boxes->n = kept;
    return UNCAP_OK;
}

static int part_from(struct uncap_detector *d, struct uncap_track *t, struct uncap_look *look,
                     struct uncap_error *err)
{
    const size_t n = look->boxes.n;
    const struct line l = {t, look->frame, is_complete(d, t, look->frame)};
    struct parting *parts = uncap_alloc(n, sizeof(*parts));
    int status = parts ? UNCAP_OK : uncap_fail_nomem(err, "text boxes");
    bool has_rest = false;
    for (size_t i = 0; i < n && !status; i++) {
        status = part_box(d, &l, &look->boxes.items[i], &parts[i], err);
        has_rest = has_rest || parts[i].has_rest;
    }
    if (!status && has_rest)
        status = give(d, t, look, parts, err);
    uncap_free(parts);
    return status;
}

int uncap_chunk_part(struct uncap_detector *d, struct uncap_look *look, struct uncap_error *err)
{
    int status = UNCAP_OK;
    for (size_t i = 0; i < d->n_tracks && !status; i++)
        if (stands(d->tracks[i], look->frame))
            status = part_from(d, d->tracks[i], look, err);
    return status;
}
