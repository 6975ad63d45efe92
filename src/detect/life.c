/* SPDX-License-Identifier: Apache-2.0 */
#include "detect/life.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/build_up.h"
#include "base/coverage.h"
#include "base/memory.h"
#include "detect/hull.h"
#include "detect/matte_estimate.h"
#include "detect/presence.h"
#include "detect/sampling.h"
#include "detect/study.h"

/* Frames between two captions that a growing second one may fill. */
enum { JOIN_REACH = 4 };

/* End of a steady track by its template; tail: opacity of the frames from `found` on. */
static int64_t steady_end(const struct uncap_track *t, uint8_t *tail)
{
    const int at = (int)(t->found - t->series.first);
    return t->series.first + uncap_presence_last(t->series.items, (int)t->series.n, at, tail) + 1;
}

/* Join the opacities of beginning and end; NULL when all are full. */
static int set_opacity(const struct uncap_track *t, const uint8_t *tail, struct uncap_caption *c,
                       struct uncap_error *err)
{
    const int64_t n = c->end - c->first, from = t->found - c->first;
    bool has_fade = false;
    c->opacity = uncap_alloc((size_t)n, 1);
    if (!c->opacity)
        return uncap_fail_nomem(err, "caption opacity");
    memset(c->opacity, 255, (size_t)n);
    for (int64_t i = 0; i < t->n_begin && i < n; i++)
        c->opacity[i] = t->begin[i];
    for (int64_t i = from > 0 ? from : 0; tail && i < n; i++) {
        const uint8_t o = tail[c->first + i - t->series.first];
        c->opacity[i] = o < c->opacity[i] ? o : c->opacity[i];
    }
    for (int64_t i = 0; i < n; i++)
        has_fade = has_fade || c->opacity[i] < 255;
    if (!has_fade) {
        uncap_free(c->opacity);
        c->opacity = NULL;
    }
    return UNCAP_OK;
}

/* The life that the looks alone tell. */
static void set_sampled_times(const struct uncap_track *t, const struct uncap_surroundings *around,
                              struct uncap_caption *c)
{
    const int64_t last_seen = t->observations[t->n_observations - 1].frame;
    uncap_sampling_life(around->sample, t->observations[0].frame, last_seen, around->n_frames, &c->first,
                        &c->end);
    uncap_free(c->opacity);
    c->opacity = NULL;
}

static int set_times(const struct uncap_track *t, const struct uncap_surroundings *around,
                     struct uncap_caption *c, struct uncap_error *err)
{
    if (t->motion.is_moving) {
        c->first = t->first;
        c->end = t->gone >= 0 ? t->gone : t->series.first + (int64_t)t->series.n;
        return UNCAP_OK;
    }
    if (!t->is_steady) {
        set_sampled_times(t, around, c);
        return UNCAP_OK;
    }
    uint8_t *tail = uncap_alloc(t->series.n, 1);
    if (!tail)
        return uncap_fail_nomem(err, "caption opacity");
    c->first = t->first;
    c->end = steady_end(t, tail);
    const int status = set_opacity(t, tail, c, err);
    uncap_free(tail);
    return status;
}

int64_t uncap_life_begin(const struct uncap_track *t, const struct uncap_surroundings *around)
{
    static const float busy = 0.6f;
    const struct uncap_rect rect = uncap_quad_bounds(&t->hull);
    int64_t begin = t->first;
    for (size_t i = 0; i < around->n_lives; i++) {
        const struct uncap_life *o = &around->lives[i];
        const struct uncap_rect both = uncap_rect_intersect(rect, o->rect);
        if (o->id == t->id || o->end >= begin || begin - o->end > JOIN_REACH || uncap_rect_empty(both) ||
            4 * uncap_rect_h(both) < 3 * uncap_rect_h(rect))
            continue;
        bool is_busy = true;
        for (int64_t f = o->end; f < begin; f++)
            is_busy = is_busy && uncap_track_presence(t, f).busyness >= busy;
        if (is_busy)
            begin = o->end;
    }
    return begin;
}

static int gather_after(struct uncap_track *t, const struct uncap_ring *ring, int64_t end,
                        struct uncap_error *err)
{
    for (int k = 0; k < UNCAP_EVIDENCE_CLEAN; k++) {
        const struct uncap_picture *p = uncap_ring_picture(ring, end + k);
        const int status = p ? uncap_evidence_add_after(&t->evidence, end + k, p, err) : UNCAP_OK;
        if (status)
            return status;
    }
    return UNCAP_OK;
}

static bool is_cut(const struct uncap_surroundings *around, int64_t frame)
{
    for (size_t i = 0; i < around->n_shots; i++)
        if (around->shots[i] == frame)
            return true;
    return frame <= 0 || frame >= around->n_frames;
}

/* Did another text stand in the same place in this frame? */
static bool has_neighbour(const struct uncap_track *t, const struct uncap_surroundings *around, int64_t frame)
{
    const struct uncap_rect rect = uncap_quad_bounds(&t->hull);
    for (size_t i = 0; i < around->n_lives; i++) {
        const struct uncap_life *o = &around->lives[i];
        if (o->id != t->id && frame >= o->first && frame < o->end &&
            !uncap_rect_empty(uncap_rect_intersect(rect, o->rect)))
            return true;
    }
    return false;
}

/* Is the step from outside to inside of a life clean?
 *
 * moved  likeness of the pattern displaced, in the frame just outside.
 */
static enum uncap_border judge_border(const struct uncap_track *t, const struct uncap_surroundings *around,
                                      int64_t inside, int step, bool has_fade, float moved)
{
    static const float low = 0.4f, rise = 0.35f, is_moved = 0.6f, leap = 0.6f;
    if (is_cut(around, step < 0 ? inside : inside + step))
        return UNCAP_BORDER_CUT;
    /* Other words in the same place may resemble it, displaced or not, and are no sign of movement. */
    const bool is_replaced = has_neighbour(t, around, inside + step);
    if (moved >= is_moved && !is_replaced)
        return UNCAP_BORDER_SOFT;
    if (has_fade)
        return UNCAP_BORDER_CLEAN;
    /* A growing caption is itself only after some frames. */
    const int64_t full = step < 0 ? inside + t->n_pop : inside;
    const struct uncap_presence out = uncap_track_presence(t, inside + step),
                                in = uncap_track_presence(t, full);
    /* What lies behind may resemble it; it is not as strong. */
    if (in.likeness > out.likeness + rise && (out.likeness < low || in.gain > out.gain + leap))
        return UNCAP_BORDER_CLEAN;
    return is_replaced ? UNCAP_BORDER_CUT : UNCAP_BORDER_SOFT;
}

/* Does it stand on both sides of a shot cut? By chance something may, weakly, for a frame. */
static bool stands_through(const struct uncap_track *t, int64_t cut)
{
    enum { SIDE = 4 };
    float least = 1;
    for (int64_t i = cut - SIDE; i < cut + SIDE; i++)
        least = fminf(least, uncap_track_presence(t, i).likeness);
    return least >= 0.6f;
}

static struct uncap_features features_of(const struct uncap_track *t, const struct uncap_surroundings *around,
                                         const struct uncap_caption *c, float moved_out)
{
    float w, h;
    uncap_quad_sides(&t->hull, &w, &h);
    struct uncap_features f = {.first = c->first,
                               .end = c->end,
                               .rect = uncap_quad_bounds(&t->hull),
                               .line_px = h,
                               .picture_px = (float)(around->w < around->h ? around->w : around->h),
                               .score = c->score,
                               .contrast = t->pattern.contrast,
                               .n_seen = (int)t->n_observations,
                               .n_missed = t->n_all_missed,
                               .is_steady = t->is_steady,
                               .is_moving = t->motion.is_moving && 2 * t->n_shared < t->n_judged,
                               .is_inferred = t->is_inferred};
    double likeness = 0;
    /* What is known of a moving line's strokes starts anew when more of it comes into the picture. */
    const int64_t known = t->motion.is_moving && t->series.first > c->first ? t->series.first : c->first;
    for (int64_t i = c->first; i < c->end; i++) {
        likeness += (double)uncap_track_presence(t, i).likeness;
        f.n_cuts += i > c->first && is_cut(around, i) && stands_through(t, i);
    }
    f.likeness = (float)(likeness / (double)(c->end - known > 0 ? c->end - known : 1));
    f.begin = judge_border(t, around, c->first, -1, c->opacity && c->opacity[0] < 255, t->moved_in);
    f.finish = judge_border(t, around, c->end - 1, 1, c->opacity && c->opacity[c->end - c->first - 1] < 255,
                            moved_out);
    return f;
}

/* Frames from the beginning on in which its shape is so unlike that the strokes lie beside those of the matte.
 * A single one is in the matte, which is told from the first frame too. */
static int growing_frames(const struct uncap_track *t, const struct uncap_caption *c)
{
    static const float unlike = 0.1f;
    int64_t grown = t->first;
    while (grown < t->first + t->n_pop && uncap_track_presence(t, grown).likeness < unlike)
        grown++;
    grown = grown < c->end ? grown : c->end;
    return grown > c->first + 1 ? (int)(grown - c->first) : 0;
}

/* Displacements from where it is in the anchor frame, to which the matte belongs. */
static int set_motion(const struct uncap_track *t, const struct uncap_ring *ring, struct uncap_caption *c,
                      struct uncap_error *err)
{
    const size_t n = (size_t)(c->end - c->first);
    c->motion = uncap_alloc(n, 2 * sizeof(*c->motion));
    if (!c->motion)
        return uncap_fail_nomem(err, "caption motion");
    for (size_t i = 0; i < n; i++) {
        const struct uncap_quad quad = uncap_track_quad_at(t, ring, c->first + (int64_t)i);
        const struct uncap_rect line = uncap_quad_bounds(&quad);
        c->motion[2 * i] = (int16_t)(line.x0 - t->anchor_line.x0);
        c->motion[2 * i + 1] = (int16_t)(line.y0 - t->anchor_line.y0);
    }
    return UNCAP_OK;
}

/* A moving line has a quad in every frame, its part in the picture; detected ones keep their score. */
static int set_path(struct uncap_track *t, const struct uncap_ring *ring,
                    const struct uncap_surroundings *around, struct uncap_caption *c, struct uncap_error *err)
{
    const struct uncap_rect all = {0, 0, around->w, around->h};
    const size_t n = (size_t)(c->end - c->first);
    struct uncap_observation *path = uncap_alloc(n, sizeof(*path));
    struct uncap_rect hull = {0, 0, 0, 0};
    if (!path)
        return uncap_fail_nomem(err, "caption observations");
    for (size_t i = 0, k = 0; i < n; i++) {
        const int64_t frame = c->first + (int64_t)i;
        const struct uncap_quad quad = uncap_track_quad_at(t, ring, frame);
        const struct uncap_rect r = uncap_rect_intersect(uncap_quad_bounds(&quad), all);
        while (k < t->n_observations && t->observations[k].frame < frame)
            k++;
        const bool is_seen = k < t->n_observations && t->observations[k].frame == frame;
        if (uncap_rect_empty(r))
            continue;
        path[c->n_observations++] = (struct uncap_observation){
            .frame = frame,
            .quad = uncap_quad_of_rect(r),
            .score = is_seen ? t->observations[k].score : c->score,
            .kind = is_seen ? UNCAP_OBSERVATION_DETECTED : UNCAP_OBSERVATION_INTERPOLATED};
        hull = uncap_rect_union(hull, r);
    }
    c->observations = path;
    c->quad = uncap_quad_of_rect(hull);
    return t->anchor >= 0 ? set_motion(t, ring, c, err) : UNCAP_OK;
}

int uncap_life_close(struct uncap_track *t, const struct uncap_ring *ring,
                     const struct uncap_surroundings *around, struct uncap_caption *out,
                     struct uncap_features *features, struct uncap_error *err)
{
    *out = (struct uncap_caption){.id = t->id, .quad = t->hull};
    out->score = (float)(t->score_sum / (double)t->n_observations);
    int status = t->is_steady && !t->is_refined ? uncap_track_refine(t, ring, err) : UNCAP_OK;
    const int64_t begin = t->is_steady ? uncap_life_begin(t, around) : t->first;
    if (begin < t->first)
        uncap_track_begin_at(t, begin);
    if (!status)
        status = set_times(t, around, out, err);
    float moved_out = 0;
    if (!status && t->motion.is_moving) {
        *features = features_of(t, around, out, 0);
        uncap_evidence_trim(&t->evidence, out->first, out->end);
        status = set_path(t, ring, around, out, err);
        if (status)
            uncap_caption_clear(out);
        return status;
    }
    if (!status)
        status = uncap_study_moved(t, ring, out->end, &moved_out, err);
    if (!status)
        status = gather_after(t, ring, out->end, err);
    if (status) {
        uncap_caption_clear(out);
        return status;
    }
    *features = features_of(t, around, out, moved_out);
    uncap_evidence_trim(&t->evidence, out->first, out->end);
    /* `every` and `even` judge by the strokes too, but say when by their looks, as the original pipeline
     * does. */
    if (around->sample != UNCAP_SAMPLE_ADAPTIVE)
        set_sampled_times(t, around, out);
    out->n_growing = growing_frames(t, out);
    /* A look may have taken the line's first faint or moving frames for it that the template does not. */
    for (size_t i = 0; i < t->n_observations; i++)
        if (t->observations[i].frame >= out->first && t->observations[i].frame < out->end)
            t->observations[out->n_observations++] = t->observations[i];
    out->observations = t->observations;
    t->observations = NULL;
    t->n_observations = t->capacity = 0;
    return UNCAP_OK;
}

static int shot_of(const struct uncap_surroundings *around, int64_t frame)
{
    size_t i = 0;
    while (i < around->n_shots && around->shots[i] <= frame)
        i++;
    return (int)i;
}

enum {
    MAX_LINES = 4,
    LEAST_WHOLE = 2,  /* samples that tell the strokes of a line that was built up */
    LEAST_OPAQUE = 4, /* the same of a line that fades */
    OPAQUE = 240,
};

/* Evidence in the estimator's form. lines[0] is the caption's own; the others came and went with it right
 * above or below: a box drawn behind them all shows its borders only around all of them. */
struct case_file {
    struct uncap_rect lines[MAX_LINES];
    int n_lines;
    struct uncap_rect *others; /* [samples][n_lives] at most, packed */
    size_t n_others;
};

/* Does the life belong to another line of the same text as `line`, which lives [first, end)? */
static bool is_companion(const struct uncap_life *life, struct uncap_rect line, int64_t first, int64_t end)
{
    const int h = uncap_rect_h(line);
    const int gap = life->rect.y0 > line.y0 ? life->rect.y0 - line.y1 : line.y0 - life->rect.y1;
    const int other_h = uncap_rect_h(life->rect);
    return llabs(life->first - first) <= 1 && llabs(life->end - end) <= 1 && 2 * gap > -h && gap < h &&
           2 * other_h > h && other_h < 2 * h && life->rect.x0 < line.x1 && life->rect.x1 > line.x0;
}

static void find_lines(struct case_file *file, const struct uncap_surroundings *around,
                       const struct uncap_caption *c)
{
    file->lines[0] = uncap_quad_bounds(&c->quad);
    file->n_lines = 1;
    for (size_t i = 0; i < around->n_lives && file->n_lines < MAX_LINES; i++)
        if (around->lives[i].id != c->id && is_companion(&around->lives[i], file->lines[0], c->first, c->end))
            file->lines[file->n_lines++] = around->lives[i].rect;
}

static bool is_line(const struct case_file *file, struct uncap_rect r)
{
    for (int i = 0; i < file->n_lines; i++)
        if (!memcmp(&file->lines[i], &r, sizeof(r)))
            return true;
    return false;
}

/* Leave the rows that are nearer to another line to that one. */
static void keep_own_rows(const struct case_file *file, struct uncap_matte *matte)
{
    const int w = uncap_rect_w(matte->area);
    const int own = file->lines[0].y0 + file->lines[0].y1;
    for (int y = matte->area.y0; y < matte->area.y1; y++)
        for (int i = 1; i < file->n_lines; i++) {
            const int other = file->lines[i].y0 + file->lines[i].y1;
            if (abs(2 * y - other) < abs(2 * y - own))
                memset(matte->coverage + (ptrdiff_t)(y - matte->area.y0) * w, 0, (size_t)w);
        }
}

static void describe(struct case_file *file, const struct uncap_surroundings *around,
                     const struct uncap_caption *c, const struct uncap_crop *crop, struct uncap_rect rect,
                     struct uncap_matte_sample *out)
{
    const bool is_life = crop->frame >= c->first && crop->frame < c->end;
    *out = (struct uncap_matte_sample){.frame = crop->frame,
                                       .shot = shot_of(around, crop->frame),
                                       .picture = crop->picture,
                                       .rect = rect,
                                       .lines = file->lines,
                                       .n_lines = is_life ? file->n_lines : 0,
                                       .others = file->others + file->n_others};
    for (size_t i = 0; i < around->n_lives; i++) {
        const struct uncap_life *life = &around->lives[i];
        if (life->id == c->id || crop->frame < life->first || crop->frame >= life->end ||
            is_line(file, life->rect) || uncap_rect_empty(uncap_rect_intersect(life->rect, rect)))
            continue;
        file->others[file->n_others++] = life->rect;
        out->n_others++;
    }
}

/* The first sample of the life that shows all of a line that is built up word by word, if enough do. */
static int first_whole(const struct uncap_evidence *e, const struct uncap_caption *c)
{
    const int64_t built = uncap_build_up_end(c);
    int first = 0;
    while (first < e->n_life && e->life[first].frame < built)
        first++;
    return e->n_life - first >= LEAST_WHOLE ? first : 0;
}

static uint8_t opacity_at(const struct uncap_caption *c, int64_t frame)
{
    return c->opacity && frame >= c->first && frame < c->end ? c->opacity[frame - c->first] : 255;
}

/* Does it fade for a quarter of its life at least? A frame or two at its ends tell nothing of its strokes. */
static bool is_slow_fade(const struct uncap_caption *c)
{
    int64_t n_faint = 0;
    for (int64_t i = c->first; c->opacity && i < c->end; i++)
        n_faint += opacity_at(c, i) < OPAQUE;
    return 4 * n_faint >= c->end - c->first && n_faint;
}

/* The samples that tell the strokes, in order: all of a line that is built up, and of one that fades slowly those in
 * which it is not faint. Letters that fade over most of their life change as the scene does that moves.
 *
 * chosen  [e->n_life] out: indices. Returns how many. */
static int choose_life(const struct uncap_evidence *e, const struct uncap_caption *c, int *chosen)
{
    static const uint8_t least_opacities[] = {OPAQUE, 192, 128, 0};
    const int first = first_whole(e, c);
    const bool is_slow = is_slow_fade(c);
    int n = 0;
    for (size_t k = 0; k < sizeof(least_opacities) && n < LEAST_OPAQUE; k++) {
        n = 0;
        for (int i = first; i < e->n_life; i++)
            if (!is_slow || opacity_at(c, e->life[i].frame) >= least_opacities[k])
                chosen[n++] = i;
    }
    return n;
}

static int estimate(const struct uncap_track *t, const struct uncap_surroundings *around,
                    struct case_file *file, struct uncap_caption *c, struct uncap_error *err)
{
    const struct uncap_evidence *e = &t->evidence;
    struct uncap_matte_sample life[UNCAP_EVIDENCE_LIFE], before[UNCAP_EVIDENCE_CLEAN],
        after[UNCAP_EVIDENCE_CLEAN];
    int chosen[UNCAP_EVIDENCE_LIFE];
    const int n_life = choose_life(e, c, chosen);
    const bool is_slow = is_slow_fade(c);
    for (int i = 0; i < n_life; i++) {
        const struct uncap_crop *crop = &e->life[chosen[i]];
        describe(file, around, c, crop, e->rect, &life[i]);
        life[i].faded = is_slow ? 1 - uncap_track_presence(t, crop->frame).gain : 0;
    }
    for (int i = 0; i < e->n_before; i++)
        describe(file, around, c, &e->before[i], e->rect, &before[i]);
    for (int i = 0; i < e->n_after; i++)
        describe(file, around, c, &e->after[i], e->rect, &after[i]);
    const struct uncap_matte_evidence evidence = {
        .area = uncap_rect_intersect(
            uncap_matte_area(file->lines, file->n_lines, around->w, around->h, around->format), e->rect),
        .life = life,
        .before = before,
        .after = after,
        .n_life = n_life,
        .is_whole = is_slow || chosen[0] > 0,
        .n_before = e->n_before,
        .n_after = e->n_after};
    struct uncap_matte_result result = {.matte = NULL};
    const int status = uncap_matte_estimate(&evidence, &result, err);
    c->matte = result.matte;
    if (c->matte)
        keep_own_rows(file, c->matte);
    return status;
}

/* All of the line, grown as a quad without a matte is. */
static int box_matte(const struct uncap_track *t, struct uncap_caption *c, struct uncap_error *err)
{
    const int room = (int)ceilf(UNCAP_QUAD_GROWTH * (float)uncap_rect_h(t->anchor_line)) + 2;
    const struct uncap_rect area =
        uncap_rect_intersect(uncap_rect_grow(t->anchor_line, room, room), t->evidence.rect);
    c->matte = uncap_matte_open(area);
    if (!c->matte)
        return uncap_fail_nomem(err, "caption matte");
    memset(c->matte->coverage, 255, (size_t)uncap_rect_w(area) * (size_t)uncap_rect_h(area));
    return UNCAP_OK;
}

/* Of a moving line: while it stands still in its evidence, the picture moves. */
static int moving_matte(const struct uncap_track *t, const struct uncap_surroundings *around,
                        struct uncap_caption *c, struct uncap_error *err)
{
    const struct uncap_evidence *e = &t->evidence;
    struct uncap_matte_sample life[UNCAP_EVIDENCE_LIFE];
    struct uncap_matte_result result = {.matte = NULL};
    if (t->anchor < 0)
        return UNCAP_OK;
    for (int i = 0; i < e->n_life; i++)
        life[i] = (struct uncap_matte_sample){.frame = e->life[i].frame,
                                              .shot = shot_of(around, e->life[i].frame),
                                              .picture = e->life[i].picture,
                                              .rect = e->rect,
                                              .lines = &t->anchor_line,
                                              .n_lines = 1};
    const struct uncap_matte_evidence evidence = {.area = e->rect, .life = life, .n_life = e->n_life};
    const int status = e->n_life ? uncap_matte_estimate(&evidence, &result, err) : UNCAP_OK;
    c->matte = result.matte;
    return status || c->matte ? status : box_matte(t, c, err);
}

int uncap_life_matte(struct uncap_track *t, const struct uncap_surroundings *around, struct uncap_caption *c,
                     struct uncap_error *err)
{
    const struct uncap_evidence *e = &t->evidence;
    const size_t n = (size_t)(e->n_life + e->n_before + e->n_after) * around->n_lives;
    struct case_file file = {.n_lines = 0};
    if (t->motion.is_moving)
        return moving_matte(t, around, c, err);
    find_lines(&file, around, c);
    if (!e->n_life)
        return UNCAP_OK;
    file.others = uncap_alloc(n, sizeof(*file.others));
    if (!file.others)
        return uncap_fail_nomem(err, "caption matte");
    const int status = estimate(t, around, &file, c, err);
    uncap_free(file.others);
    return status;
}
