/* SPDX-License-Identifier: Apache-2.0 */
#include <stdlib.h>

#include "base/memory.h"
#include "detect/band.h"
#include "detect/chunk.h"
#include "detect/sampling.h"

enum {
    NET_PIXELS = 640 * 384, /* of the network's input for a whole picture */
    LINE_PX = 22,  /* height of a line's box in the network's input when it looks at the band: text of 12 */
    AFTER_END = 2, /* frames after a caption's end that are looked at: the same text may stand there still */
};

/* Room above and below what has appeared, and the largest strip that is looked at instead of the whole picture;
 * shares of its height. */
static const double strip_room = 0.125, max_strip = 0.45;

static const struct uncap_rect nowhere = {0, 0, 0, 0};

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

/* The rows, and those of the lines that stand there: no line shall be seen in part. */
static struct uncap_rect with_lines(const struct uncap_detector *d, struct uncap_rect rows)
{
    for (bool has_grown = true; has_grown;) {
        has_grown = false;
        for (size_t i = 0; i < d->n_tracks; i++) {
            const struct uncap_rect r = uncap_quad_bounds(&d->tracks[i]->hull);
            const int room = uncap_rect_h(r) / 2;
            if (d->tracks[i]->gone >= 0 || r.y1 + room <= rows.y0 || r.y0 - room >= rows.y1 ||
                (r.y0 - room >= rows.y0 && r.y1 + room <= rows.y1))
                continue;
            rows.y0 = r.y0 - room < rows.y0 ? r.y0 - room : rows.y0;
            rows.y1 = r.y1 + room > rows.y1 ? r.y1 + room : rows.y1;
            has_grown = true;
        }
    }
    return rows;
}

/* The rows around what has appeared, as large as they are when the whole picture is looked at. */
static struct uncap_textnet_plan plan_strip(const struct uncap_detector *d, struct uncap_rect where)
{
    const int room = (int)(strip_room * d->video.h);
    const struct uncap_rect rows = {0, where.y0 - room, d->video.w, where.y1 + room};
    const struct uncap_rect strip = uncap_rect_intersect(with_lines(d, rows), d->regions[0]);
    const double share = (double)uncap_rect_h(strip) / d->video.h;
    if (share > max_strip)
        return uncap_textnet_scale(d->regions[0], 0, 0, NET_PIXELS);
    return uncap_textnet_scale(strip, 0, 0, (int)(share * NET_PIXELS));
}

/* What a look sees: the regions asked for, else the whole picture; when something happens in the band where
 * the captions stand, the band; elsewhere, the rows around it. where: picture rows, empty: anywhere. */
static struct uncap_textnet_plan plan_look(const struct uncap_detector *d, int region,
                                           struct uncap_rect where)
{
    const struct uncap_textnet_plan whole = uncap_textnet_scale(d->regions[region], 0, 0, NET_PIXELS);
    if (!d->is_automatic || uncap_rect_empty(where))
        return whole;
    const struct uncap_band band = uncap_band_find(d->features, d->captions->n, d->video.w, d->video.h);
    if (uncap_rect_empty(band.rows) || where.y0 < band.rows.y0 || where.y1 > band.rows.y1)
        return plan_strip(d, where);
    return uncap_textnet_scale(band.rows, (double)band.line_px, LINE_PX, NET_PIXELS / 3);
}

static void add_look(struct uncap_chunk *c, int64_t frame, bool is_triggered, struct uncap_rect where)
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
    return t->is_steady && !t->is_inferred && t->gone >= 0 && t->gone < frame &&
           2 * (frame - t->gone) < d->adaptive.period && t->gone - t->first < word;
}

/* Note strokes that have appeared, in line with it, where a word has just gone. */
static int add_hints(struct uncap_chunk *c, int64_t frame, struct uncap_error *err)
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

/* Where a look that nothing asked for goes: by turns to the whole picture and to the band, if there is one. */
static struct uncap_rect routine(struct uncap_detector *d)
{
    if (d->n_routine++ % 2 == 0)
        return nowhere;
    return uncap_band_find(d->features, d->captions->n, d->video.w, d->video.h).rows;
}

int uncap_chunk_choose(struct uncap_chunk *c, struct uncap_error *err)
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
        if (novelty >= d->adaptive.bar)
            d->appeared = uncap_rect_union(d->appeared, where);
        bool is_triggered;
        if (uncap_adaptive_push(&d->adaptive, frame, novelty, !uncap_rect_empty(ended), &is_triggered)) {
            const int f = d->ring.factor;
            const struct uncap_rect a = d->appeared, strokes = {a.x0 * f, a.y0 * f, a.x1 * f, a.y1 * f};
            const struct uncap_rect event = uncap_rect_union(ended, is_triggered ? strokes : nowhere);
            add_look(c, frame, is_triggered, uncap_rect_empty(event) ? routine(d) : event);
            d->appeared = nowhere;
        }
        status = add_hints(c, frame, err);
        if (status)
            return status;
    }
    return UNCAP_OK;
}
