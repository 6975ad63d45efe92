/* SPDX-License-Identifier: Apache-2.0 */
#include <math.h>
#include <stdlib.h>

#include "base/build_up.h"
#include "base/memory.h"
#include "detect/chunk.h"
#include "detect/life/band.h"
#include "detect/look/sampling.h"

enum {
    NET_PIXELS = 640 * 384,          /* of the network's input for a whole picture ... */
    ROUTINE_PIXELS = NET_PIXELS / 2, /* ... and when nothing gave reason to look */
    CLOSER_PIXELS = 2 * NET_PIXELS,  /* ... and when some rows are looked at twice as large */
    LINE_PX = 22,  /* height of a line's box in the network's input when it looks at the band: text of 12 */
    THIN_PX = 16,  /* the same of lines that it sees in parts */
    AFTER_END = 2, /* frames after a caption's end that are looked at: the same text may stand there still */
};

/* Room around what has appeared, and the largest strip that is looked at instead of the whole picture; shares
 * of its height. */
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

/* The rectangle, and those of the lines that stand there: no line shall be seen in part. */
static struct uncap_rect with_lines(const struct uncap_detector *d, int64_t frame, struct uncap_rect rect)
{
    for (bool has_grown = true; has_grown;) {
        has_grown = false;
        for (size_t i = 0; i < d->n_tracks; i++) {
            const struct uncap_track *t = d->tracks[i];
            const struct uncap_quad quad = uncap_track_quad_at(t, &d->ring, frame);
            const struct uncap_rect line = uncap_quad_bounds(t->motion.is_moving ? &quad : &t->hull);
            const struct uncap_rect r = uncap_rect_grow(line, 0, uncap_rect_h(line) / 2);
            if (t->gone >= 0 || uncap_rect_empty(uncap_rect_intersect(r, rect)) || uncap_rect_holds(rect, r))
                continue;
            rect = uncap_rect_union(rect, r);
            has_grown = true;
        }
    }
    return rect;
}

/* Does the picture leave a quarter of the network's input empty, or more? Of a thumbnail, which leaves nearly
 * all of it empty, nobody could read but large letters. */
static bool is_small(const struct uncap_detector *d)
{
    const int64_t n = (int64_t)d->video.w * d->video.h;
    return 4 * n <= 3 * NET_PIXELS && 8 * n >= NET_PIXELS;
}

/* All of a region, shrunk to `most` pixels; of a small picture, grown to what the network sees of others: it
 * overlooks thin lines of few pixels, and what it finds of them are parts. */
static struct uncap_textnet_plan plan_all(const struct uncap_detector *d, struct uncap_rect region, int most)
{
    return is_small(d) ? uncap_textnet_scale(region, 1, 2, NET_PIXELS)
                       : uncap_textnet_scale(region, 0, 0, most);
}

static int room_of(const struct uncap_detector *d)
{
    return (int)(strip_room * d->video.h);
}

/* The rows around what has appeared, as large as they are when the whole picture is looked at: as many of the
 * network's steps as come nearest. */
static struct uncap_textnet_plan plan_strip(const struct uncap_detector *d, int64_t frame,
                                            struct uncap_rect where)
{
    const struct uncap_rect all = d->regions[0];
    const int room = room_of(d);
    const struct uncap_rect rows = {0, where.y0 - room, d->video.w, where.y1 + room};
    const struct uncap_rect strip = uncap_rect_intersect(with_lines(d, frame, rows), all);
    if (uncap_rect_h(strip) > max_strip * d->video.h)
        return plan_all(d, all, NET_PIXELS);
    const struct uncap_textnet_plan whole = uncap_textnet_scale(all, 0, 0, NET_PIXELS);
    const int spare = uncap_textnet_step(&whole) / 4;
    struct uncap_rect held = {0, strip.y0 + spare, d->video.w, strip.y1 - spare};
    held = uncap_rect_intersect(with_lines(d, frame, uncap_rect_union(held, where)), all);
    return uncap_textnet_rows(&whole, held.y0, held.y1);
}

/* Of some rows, these columns with room beside them, and the lines that stand there. */
static struct uncap_textnet_plan part_of(const struct uncap_detector *d, int64_t frame,
                                         const struct uncap_textnet_plan *rows, struct uncap_rect columns)
{
    const int room = room_of(d);
    const struct uncap_rect r = {columns.x0 - room, rows->region.y0, columns.x1 + room, rows->region.y1};
    const struct uncap_rect part = uncap_rect_intersect(with_lines(d, frame, r), rows->region);
    return uncap_textnet_columns(rows, part.x0, part.x1);
}

/* Has a shot begun a moment ago, as far as is known yet? */
static bool is_new_shot(const struct uncap_detector *d, int64_t frame)
{
    enum { MOMENT = 8 }; /* frames in which all that stands in it appears */
    const struct uncap_captions *c = d->captions;
    return uncap_shots_seem_cut(&d->shots) || (c->n_shots && frame - c->shots[c->n_shots - 1] <= MOMENT);
}

static void plan_band(const struct uncap_detector *d, const struct uncap_band *band,
                      struct uncap_rect columns, struct uncap_look *look)
{
    look->wide = uncap_textnet_scale(band->rows, (double)band->line_px, LINE_PX, NET_PIXELS / 3);
    look->plan = part_of(d, look->frame, &look->wide, columns);
}

/* May what has appeared be lines too thin to be seen, though the network finds nothing? In a picture without
 * room for larger lines, as long as most of its text is found closer alone; in one of up to twice that size
 * it must be as low as two of them. down: of the first look. */
static bool may_be_thin(const struct uncap_detector *d, struct uncap_rect appeared, double down)
{
    const int64_t pixels = (int64_t)d->video.w * d->video.h;
    const bool is_low = pixels <= 2 * NET_PIXELS && uncap_rect_h(appeared) * down <= 2 * LINE_PX;
    return (pixels <= NET_PIXELS || is_low) && d->n_found[1] >= d->n_found[0];
}

/* The network overlooks thin lines in small pictures, whose rows it sees at about their own size, and words
 * of a letter or two in any; of small lines in large ones it finds parts. Where less than half is found of
 * the strokes that have appeared in some rows, these are grown. Where it finds nothing there may be nothing:
 * but where text has been found before, where a line is in doubt, and where lines may be too thin. */
static void plan_closer(const struct uncap_detector *d, bool has_band, int reasons,
                        struct uncap_rect appeared, struct uncap_look *look)
{
    const bool is_home = reasons > 0 && reasons & UNCAP_ASKED_HOME;
    const struct uncap_textnet_plan *plan = &look->plan;
    const double across = (double)plan->w / uncap_rect_w(plan->region),
                 down = (double)plan->h / uncap_rect_h(plan->region);
    look->expects_text = is_home || (!has_band && reasons >= 0 && may_be_thin(d, appeared, down));
    if (reasons < 0 || uncap_rect_holds(plan->region, d->regions[0]))
        return;
    look->closer = uncap_textnet_scale(plan->region, 1, 2 * fmax(across, down), CLOSER_PIXELS);
    look->appeared = appeared;
    look->thin_px = is_small(d) && look->expects_text ? 0 : THIN_PX;
}

/* What a look sees when nobody asked for regions: when something happens in the band where the captions
 * stand, the columns of the band where they have stood or it happens; elsewhere, the rows around it, all
 * of their width: strokes that have appeared may be a few of a line that is faint still. But of what
 * flashed, and of what has stood for a while, the extent is known. When it happens all over the picture
 * because a shot begins, the band alone: the rest is owed.
 * where: picture coordinates, empty: the whole picture. */
static void plan_look(struct uncap_detector *d, struct uncap_rect where, int reasons, struct uncap_look *look)
{
    if (uncap_rect_empty(where)) {
        look->plan = plan_all(d, d->regions[0], ROUTINE_PIXELS);
        return;
    }
    const struct uncap_band band = uncap_band_find(d->features, d->captions->n, d->video.w, d->video.h);
    const bool has_band = !uncap_rect_empty(band.rows);
    if (has_band && where.y0 >= band.rows.y0 && where.y1 <= band.rows.y1) {
        plan_band(d, &band, uncap_rect_union(where, band.texts), look);
        plan_closer(d, has_band, reasons, where, look);
        return;
    }
    look->plan = plan_strip(d, look->frame, where);
    plan_closer(d, has_band, reasons, where, look);
    const bool is_flash = reasons == UNCAP_FLASHED, is_known = is_flash || reasons == UNCAP_ASKED_UNSEEN;
    if (!is_flash && has_band && uncap_rect_holds(look->plan.region, d->regions[0]) &&
        is_new_shot(d, look->frame)) {
        plan_band(d, &band, band.texts, look);
        d->owed = d->owed < 0 ? look->frame : d->owed;
    } else if (is_known) {
        look->wide = look->plan;
        look->plan = part_of(d, look->frame, &look->wide, where);
    }
}

static void add_look(struct uncap_chunk *c, int64_t frame, int reasons, struct uncap_rect where)
{
    struct uncap_detector *d = c->d;
    for (int i = 0; i < d->n_regions; i++) {
        struct uncap_look *look = &c->looks[c->n_looks];
        c->reasons[c->n_looks++] = reasons;
        *look = (struct uncap_look){.frame = frame, .picture = uncap_ring_picture(&d->ring, frame)};
        if (d->is_automatic && d->sample == UNCAP_SAMPLE_ADAPTIVE)
            plan_look(d, where, reasons, look);
        else
            look->plan = plan_all(d, d->regions[i], NET_PIXELS);
    }
}

/* What the last look of n regions sees, in luma pixels. */
static struct uncap_rect view_luma(const struct uncap_chunk *c, int n)
{
    const int f = c->d->ring.factor;
    struct uncap_rect all = nowhere;
    for (int i = c->n_looks - n; i < c->n_looks; i++)
        all = uncap_rect_union(all, c->looks[i].plan.region);
    return (struct uncap_rect){all.x0 / f, all.y0 / f, all.x1 / f, all.y1 / f};
}

static void note_whole(struct uncap_detector *d, int64_t frame, struct uncap_rect seen)
{
    const struct uncap_luma *luma = uncap_ring_luma(&d->ring, frame);
    if (uncap_rect_w(seen) < luma->w || uncap_rect_h(seen) < luma->h)
        return;
    d->has_seen_whole = true;
    d->owed = -1;
    d->seen_whole = frame;
}

/* Is nothing left of a line that stood until a moment ago, nor anything in its place? */
static bool has_vanished(const struct uncap_track *t, int64_t frame)
{
    static const float like = 0.35f, busy = 0.5f;
    const struct uncap_presence p = uncap_track_presence(t, frame);
    return p.likeness < like && p.busyness < busy;
}

/* Place of a line that has just ended; empty if none has, or its end is beyond doubt: then what has been
 * behind it is no news. */
static struct uncap_rect just_ended(struct uncap_detector *d, int64_t frame)
{
    struct uncap_rect where = nowhere;
    for (size_t i = 0; i < d->n_tracks; i++) {
        const struct uncap_track *t = d->tracks[i];
        if (!t->is_steady || t->gone != frame - AFTER_END)
            continue;
        if (has_vanished(t, frame))
            uncap_novelty_forget(&d->novelty, uncap_track_luma_rect(&t->hull, d->ring.factor));
        else
            where = uncap_rect_union(where, uncap_quad_bounds(&t->hull));
    }
    return where;
}

/* Was the line longer in its last look than in that before? */
static bool has_grown(const struct uncap_track *t)
{
    if (t->n_observations < 2)
        return false;
    const struct uncap_observation *last = &t->observations[t->n_observations - 1];
    const struct uncap_rect now = uncap_quad_bounds(&last->quad), then = uncap_quad_bounds(&last[-1].quad);
    const int room = uncap_build_up_room(uncap_rect_h(now));
    return then.x0 - now.x0 > room || now.x1 - then.x1 > room;
}

/* Did its last look leave something open? By chance letters are seen once, and letters that fade in one by
 * one are no news. */
static bool is_open(const struct uncap_track *t)
{
    return t->is_steady && t->gone < 0 && ((t->n_observations == 1 && !t->is_inferred) || has_grown(t));
}

/* Place of such a line, a quarter of a second after that look. */
static struct uncap_rect left_open(const struct uncap_detector *d, int64_t frame)
{
    struct uncap_rect where = nowhere;
    for (size_t i = 0; i < d->n_tracks; i++) {
        const struct uncap_track *t = d->tracks[i];
        if (is_open(t) &&
            frame - t->observations[t->n_observations - 1].frame == (d->adaptive.period + 3) / 4)
            where = uncap_rect_union(where, uncap_quad_bounds(&t->hull));
    }
    return where;
}

/* Is this the place of a word of a caption that comes word by word, which has just gone? */
static bool is_word_place(const struct uncap_detector *d, const struct uncap_track *t, int64_t frame)
{
    return t->is_steady && !t->is_inferred && t->gone >= 0 && t->gone < frame &&
           2 * (frame - t->gone) < d->adaptive.period && t->gone - t->first < uncap_word_frames(d);
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

/* Where a look that nothing asked for goes: to the whole picture if it was not seen for two seconds, else to
 * where captions have stood, if there is a band. */
static struct uncap_rect routine(const struct uncap_detector *d, int64_t frame)
{
    if (!d->has_seen_whole || d->owed >= 0 || frame - d->seen_whole >= 2 * d->adaptive.period - 2)
        return nowhere;
    return uncap_band_find(d->features, d->captions->n, d->video.w, d->video.h).texts;
}

/* How much news of a kind there is; where it passes the bar is noted. */
static float note_place(struct uncap_detector *d, enum uncap_news kind, float bar)
{
    const float news = uncap_novelty_strongest(&d->novelty, kind);
    if (news >= bar)
        d->appeared =
            uncap_rect_union(d->appeared, uncap_novelty_place(&d->novelty, fmaxf(0.5f * news, bar), kind));
    return news;
}

/* The same of strokes that have stood for a quarter of a second, asked for as often. */
static float note_unseen(struct uncap_detector *d, int64_t frame)
{
    enum { LEAST = 2 * UNCAP_NOVELTY_STEADY, MOST = UINT8_MAX };
    const int quarter = d->adaptive.period / 4;
    const int age = quarter < LEAST ? LEAST : quarter > MOST ? MOST : quarter;
    if (frame % age)
        return 0;
    uncap_novelty_settle(&d->novelty, age);
    return note_place(d, UNCAP_NEWS_UNSEEN, d->adaptive.bars.unseen);
}

static struct uncap_adaptive_bars note_news(struct uncap_detector *d, int64_t frame)
{
    const struct uncap_adaptive_bars *bars = &d->adaptive.bars;
    return (struct uncap_adaptive_bars){note_place(d, UNCAP_NEWS_ANYWHERE, bars->anywhere),
                                        note_place(d, UNCAP_NEWS_HOME, bars->home), note_unseen(d, frame)};
}

/* Look at what stood for a moment, too short to be news. */
static void add_flash(struct uncap_chunk *c, int64_t frame)
{
    struct uncap_detector *d = c->d;
    const int f = d->ring.factor;
    int64_t first, end;
    struct uncap_rect r;
    const struct uncap_luma *lumas[UNCAP_FLASH_HISTORY];
    for (int i = 0; i < UNCAP_FLASH_HISTORY; i++)
        lumas[i] = uncap_ring_luma(&d->ring, frame - i);
    if (uncap_flash_push(&d->flash, lumas, &first, &end, &r) && uncap_ring_picture(&d->ring, first))
        add_look(c, first, UNCAP_FLASHED, (struct uncap_rect){r.x0 * f, r.y0 * f, r.x1 * f, r.y1 * f});
}

/* Choose by what has appeared and what has ended. */
static int choose_adaptive(struct uncap_chunk *c, int64_t frame, struct uncap_error *err)
{
    struct uncap_detector *d = c->d;
    int status = know_tracks(d, frame, err);
    if (status)
        return status;
    uncap_novelty_push(&d->novelty, uncap_ring_luma(&d->ring, frame));
    add_flash(c, frame);
    const struct uncap_rect doubtful = uncap_rect_union(left_open(d, frame), d->unsure);
    const struct uncap_rect changed = uncap_rect_union(just_ended(d, frame), doubtful);
    const struct uncap_adaptive_bars novelty = note_news(d, frame);
    int reasons;
    struct uncap_rect seen = nowhere;
    const bool is_owed = d->owed >= 0 && frame - d->owed >= d->adaptive.period;
    if (uncap_adaptive_push(&d->adaptive, frame, novelty, is_owed || !uncap_rect_empty(changed), &reasons)) {
        const int f = d->ring.factor;
        const struct uncap_rect a = d->appeared, strokes = {a.x0 * f, a.y0 * f, a.x1 * f, a.y1 * f};
        const struct uncap_rect event = uncap_rect_union(changed, reasons ? strokes : nowhere);
        add_look(c, frame, reasons, uncap_rect_empty(event) ? routine(d, frame) : event);
        seen = view_luma(c, d->n_regions);
        note_whole(d, frame, seen);
        d->appeared = d->unsure = nowhere;
    }
    status = add_hints(c, frame, err);
    if (!uncap_rect_empty(seen))
        uncap_novelty_seen(&d->novelty, seen);
    return status;
}

int uncap_chunk_choose(struct uncap_chunk *c, int64_t frame, struct uncap_error *err)
{
    const enum uncap_sample sample = c->d->sample;
    if (sample == UNCAP_SAMPLE_ADAPTIVE)
        return choose_adaptive(c, frame, err);
    if (uncap_sampling_takes(sample, frame))
        add_look(c, frame, 0, nowhere);
    return UNCAP_OK;
}
