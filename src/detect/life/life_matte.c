/* SPDX-License-Identifier: Apache-2.0 */
#include "detect/life/life.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/build_up.h"
#include "base/coverage.h"
#include "base/memory.h"
#include "detect/matte/estimate.h"

/* How many texts had given way to another in the line by that frame. */
static int text_of(const struct uncap_track *t, int64_t frame)
{
    size_t i = 0;
    while (i < t->n_swaps && t->swaps[i].first <= frame)
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

/* Is it the line itself, seen in part: mostly inside the line's box, and no longer there than the line? */
static bool is_part(const struct uncap_life *life, struct uncap_rect line, int64_t first, int64_t end)
{
    const struct uncap_rect in = uncap_rect_intersect(life->rect, line);
    const int64_t area = (int64_t)uncap_rect_w(life->rect) * uncap_rect_h(life->rect);
    return life->first >= first - 1 && life->end <= end + 1 &&
           4 * (int64_t)uncap_rect_w(in) * uncap_rect_h(in) > 3 * area;
}

static void find_lines(struct case_file *file, const struct uncap_surroundings *around,
                       const struct uncap_caption *c)
{
    file->lines[0] = uncap_quad_bounds(&c->quad);
    file->n_lines = 1;
    for (size_t i = 0; i < around->n_lives && file->n_lines < MAX_LINES; i++)
        if (around->lives[i].id != c->id &&
            is_companion(&around->lives[i], file->lines[0], c->first, c->end) &&
            !is_part(&around->lives[i], file->lines[0], c->first, c->end))
            file->lines[file->n_lines++] = around->lives[i].rect;
}

static bool is_line(const struct case_file *file, struct uncap_rect r)
{
    for (int i = 0; i < file->n_lines; i++)
        if (!memcmp(&file->lines[i], &r, sizeof(r)))
            return true;
    return false;
}

/* Leave what lies in rows that are nearer to another line to that one, as far to its sides as its evidence
 * reaches: the box behind a long line goes on beside a short one. */
static void leave_rows(struct uncap_matte *matte, struct uncap_rect line, struct uncap_rect other)
{
    const int w = uncap_rect_w(matte->area), reach = UNCAP_EVIDENCE_REACH * uncap_rect_h(other);
    const struct uncap_rect seen =
        uncap_rect_move(uncap_rect_intersect(uncap_rect_grow(other, reach, matte->area.y1), matte->area),
                        -matte->area.x0, -matte->area.y0);
    for (int y = seen.y0; y < seen.y1; y++) {
        const int at = 2 * (matte->area.y0 + y);
        if (abs(at - other.y0 - other.y1) < abs(at - line.y0 - line.y1))
            memset(matte->coverage + (ptrdiff_t)y * w + seen.x0, 0, (size_t)uncap_rect_w(seen));
    }
}

/* No matte if nothing is left: what was found is the other line's alone. */
static int keep_own_rows(const struct case_file *file, struct uncap_caption *c, struct uncap_error *err)
{
    if (file->n_lines < 2)
        return UNCAP_OK;
    for (int i = 1; i < file->n_lines; i++)
        leave_rows(c->matte, file->lines[0], file->lines[i]);
    if (!uncap_matte_trim(&c->matte))
        return uncap_fail_nomem(err, "caption matte");
    if (uncap_rect_empty(c->matte->area))
        uncap_matte_close(&c->matte);
    return UNCAP_OK;
}

/* What a change of the text changes is looked at by itself, as after a cut.
 *
 * stands  its strokes do in this crop, though its looks alone may say when it lives, which saw less of it. */
static void describe(struct case_file *file, const struct uncap_track *t,
                     const struct uncap_surroundings *around, const struct uncap_caption *c,
                     const struct uncap_crop *crop, bool stands, struct uncap_matte_sample *out)
{
    const bool is_life = stands || (crop->frame >= c->first && crop->frame < c->end);
    const struct uncap_rect rect = t->evidence.rect;
    *out = (struct uncap_matte_sample){.frame = crop->frame,
                                       .shot = uncap_life_shot(around, crop->frame) + text_of(t, crop->frame),
                                       .picture = crop->picture,
                                       .rect = rect,
                                       .lines = file->lines,
                                       .n_lines = is_life ? file->n_lines : 0,
                                       .others = file->others + file->n_others};
    for (size_t i = 0; i < around->n_lives; i++) {
        const struct uncap_life *life = &around->lives[i];
        if (life->id == c->id || life->is_scene || crop->frame < life->first || crop->frame >= life->end ||
            is_line(file, life->rect) || is_part(life, file->lines[0], c->first, c->end) ||
            uncap_rect_empty(uncap_rect_intersect(life->rect, rect)))
            continue;
        file->others[file->n_others++] = life->rect;
        out->n_others++;
    }
}

/* The first sample of the life that shows all of a line that is built up word by word, or in its own size one
 * that grows, if enough do. */
static int first_whole(const struct uncap_evidence *e, const struct uncap_caption *c)
{
    const int64_t grown = c->poses ? c->first + c->n_growing : c->first;
    const int64_t built = uncap_build_up_end(c) > grown ? uncap_build_up_end(c) : grown;
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

/* The samples that tell the strokes, in order: all of a line that is built up, and of one that fades slowly
 * those in which it is not faint. Letters that fade over most of their life change as the scene does that
 * moves; of many every second one is taken, or those that are opaque lie so close that the scene stands in
 * them.
 *
 * chosen  [e->n_life] out: indices. Returns how many. */
static int choose_life(const struct uncap_evidence *e, const struct uncap_caption *c, int *chosen)
{
    static const uint8_t least_opacities[] = {OPAQUE, 192, 128, 0};
    const int first = first_whole(e, c);
    const bool is_slow = is_slow_fade(c);
    const int step = is_slow && e->n_life - first > UNCAP_EVIDENCE_LIFE / 2 ? 2 : 1;
    int n = 0;
    for (size_t k = 0; k < sizeof(least_opacities) && n < LEAST_OPAQUE; k++) {
        n = 0;
        for (int i = first; i < e->n_life; i += step)
            if (!is_slow || opacity_at(c, e->life[i].frame) >= least_opacities[k])
                chosen[n++] = i;
    }
    return n;
}

static int estimate(const struct uncap_track *t, const struct uncap_surroundings *around,
                    struct case_file *file, struct uncap_caption *c, struct uncap_features *features,
                    struct uncap_error *err)
{
    const struct uncap_evidence *e = &t->evidence;
    struct uncap_matte_sample life[UNCAP_EVIDENCE_LIFE], before[UNCAP_EVIDENCE_CLEAN],
        after[UNCAP_EVIDENCE_CLEAN];
    int chosen[UNCAP_EVIDENCE_LIFE];
    const int n_life = choose_life(e, c, chosen);
    const bool is_slow = is_slow_fade(c);
    for (int i = 0; i < n_life; i++)
        describe(file, t, around, c, &e->life[chosen[i]], true, &life[i]);
    for (int i = 0; i < e->n_before; i++)
        describe(file, t, around, c, &e->before[i], false, &before[i]);
    for (int i = 0; i < e->n_after; i++)
        describe(file, t, around, c, &e->after[i], false, &after[i]);
    const struct uncap_matte_evidence evidence = {
        .area = uncap_rect_intersect(
            uncap_matte_area(file->lines, file->n_lines, around->w, around->h, around->format), e->rect),
        .life = life,
        .before = before,
        .after = after,
        .n_life = n_life,
        .is_whole = is_slow || chosen[0] > 0,
        .is_growing = t->n_pop > 0 && !c->poses,
        .has_bar = !uncap_rect_empty(t->bar.rect),
        .n_before = e->n_before,
        .n_after = e->n_after};
    struct uncap_matte_result result = {.matte = NULL};
    int status = uncap_matte_estimate(&evidence, &result, err);
    c->matte = result.matte;
    if (c->matte)
        status = uncap_life_cover_bar(t, c, err);
    if (c->matte && !status)
        status = keep_own_rows(file, c, err);
    const struct uncap_matte_style *style = &result.style;
    features->breadth = result.breadth;
    features->plate = result.plate;
    if (!status)
        uncap_life_steady_plate(t, around, result.plate, c);
    features->is_overlay =
        style->stands && (style->outline.opacity > 0 || style->shadow.opacity > 0 || style->box.opacity > 0);
    return status ? status : uncap_life_style(&result.style, around, c, err);
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
                        struct uncap_caption *c, struct uncap_features *features, struct uncap_error *err)
{
    const struct uncap_evidence *e = &t->evidence;
    struct uncap_matte_sample life[UNCAP_EVIDENCE_LIFE];
    struct uncap_matte_result result = {.matte = NULL};
    if (t->anchor < 0)
        return UNCAP_OK;
    for (int i = 0; i < e->n_life; i++)
        life[i] = (struct uncap_matte_sample){.frame = e->life[i].frame,
                                              .shot = uncap_life_shot(around, e->life[i].frame),
                                              .picture = e->life[i].picture,
                                              .rect = e->rect,
                                              .lines = &t->anchor_line,
                                              .n_lines = 1};
    const struct uncap_matte_evidence evidence = {.area = e->rect, .life = life, .n_life = e->n_life};
    int status = e->n_life ? uncap_matte_estimate(&evidence, &result, err) : UNCAP_OK;
    c->matte = result.matte;
    features->is_overlay = result.style.stands;
    if (!status)
        status = uncap_life_style(&result.style, around, c, err);
    return status || c->matte ? status : box_matte(t, c, err);
}

int uncap_life_matte(struct uncap_track *t, const struct uncap_surroundings *around, struct uncap_caption *c,
                     struct uncap_features *features, struct uncap_error *err)
{
    const struct uncap_evidence *e = &t->evidence;
    const size_t n = (size_t)(e->n_life + e->n_before + e->n_after) * around->n_lives;
    struct case_file file = {.n_lines = 0};
    if (t->motion.is_moving)
        return moving_matte(t, around, c, features, err);
    find_lines(&file, around, c);
    if (!e->n_life)
        return UNCAP_OK;
    file.others = uncap_alloc(n, sizeof(*file.others));
    if (!file.others)
        return uncap_fail_nomem(err, "caption matte");
    const int status = estimate(t, around, &file, c, features, err);
    uncap_free(file.others);
    return status;
}
