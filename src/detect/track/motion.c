/* SPDX-License-Identifier: Apache-2.0 */
#include "detect/track/motion.h"

#include <math.h>
#include <stdlib.h>

#include "detect/track/probe.h"

enum {
    FASTEST = 16, /* luma pixels a frame */
    REACH = UNCAP_MOTION_REACH,
    SLOWEST = 3, /* luma pixels in REACH frames; what is slower is taken for standing still */
    BLOCKS = 6,  /* the rest of the picture is looked at in so many blocks each way */
    SURE_AFTER = 16,
};

/* Correlation from which the pattern is there; lead of one place over another that tells them apart. */
static const float is_there = 0.6f, is_sure = 0.75f, lead = 0.1f;
/* Contrast of a block from which its motion can be told; share of such blocks that make the picture's
 * motion. */
static const float textured = 6, enough = 0.25f;

void uncap_motion_at(const struct uncap_motion *m, int64_t n_frames, int *dx, int *dy)
{
    *dx = (int)lrintf(m->vx * (float)n_frames);
    *dy = (int)lrintf(m->vy * (float)n_frames);
}

/* A search for the best place of a pattern in one frame. */
struct search {
    const struct uncap_template *t;
    const struct uncap_luma *luma;
    struct uncap_template_scratch *scratch;
    int dx, dy;
    struct uncap_match best;
};

/* Try the places around (x, y). */
static int search_near(struct search *s, int x, int y, int reach_x, int reach_y, struct uncap_error *err)
{
    for (int dy = y - reach_y; dy <= y + reach_y; dy++)
        for (int dx = x - reach_x; dx <= x + reach_x; dx++) {
            struct uncap_match m = {0};
            const int status = uncap_template_match(s->t, s->luma, dx, dy, s->scratch, &m, err);
            if (status)
                return status;
            if (m.gain > 0.3f && m.likeness > s->best.likeness) {
                s->best = m;
                s->dx = dx;
                s->dy = dy;
            }
        }
    return UNCAP_OK;
}

/* Try the places around the best one along the screen's axes, by a few strokes. */
static int search_axes(struct search *s, const struct uncap_probe *probe, struct uncap_error *err)
{
    int level_x, level_y, upright_x, upright_y;
    const float level = uncap_probe_find(probe, s->luma, 0, 0, FASTEST, 1, &level_x, &level_y);
    const float upright = uncap_probe_find(probe, s->luma, 0, 0, 1, FASTEST, &upright_x, &upright_y);
    return level >= upright ? search_near(s, level_x, level_y, 1, 1, err)
                            : search_near(s, upright_x, upright_y, 1, 1, err);
}

/* Follow it from frame to frame on one side (step 1 or -1), twice as far each time. */
static int find_on_side(const struct uncap_template *t, const struct uncap_probe *probe,
                        const struct uncap_ring *ring, int64_t frame, int step,
                        struct uncap_template_scratch *scratch, struct uncap_motion *out,
                        struct uncap_error *err)
{
    int dx = 0, dy = 0;
    for (int k = 1; k <= REACH; k *= 2) {
        struct search s = {.t = t, .luma = uncap_ring_luma(ring, frame + step * k), .scratch = scratch};
        if (!s.luma)
            return UNCAP_OK;
        int status;
        if (k == 1) {
            status = search_axes(&s, probe, err);
        } else {
            status =
                search_near(&s, 2 * dx, 2 * dy, abs(dx) > abs(dy) ? 2 : 1, abs(dx) > abs(dy) ? 1 : 2, err);
        }
        if (status || s.best.likeness < is_there)
            return status;
        dx = s.dx;
        dy = s.dy;
    }
    const bool is_level = abs(dx) > abs(dy);
    if ((is_level ? abs(dy) : abs(dx)) > 1 || (is_level ? abs(dx) : abs(dy)) < SLOWEST)
        return UNCAP_OK;
    *out = (struct uncap_motion){.is_moving = true,
                                 .vx = is_level ? (float)(dx * step) / REACH : 0,
                                 .vy = is_level ? 0 : (float)(dy * step) / REACH,
                                 .reach = REACH};
    return UNCAP_OK;
}

int uncap_motion_find(const struct uncap_template *t, const struct uncap_ring *ring, int64_t frame,
                      struct uncap_template_scratch *scratch, struct uncap_motion *out,
                      struct uncap_error *err)
{
    *out = (struct uncap_motion){.is_moving = false};
    struct uncap_probe probe;
    uncap_probe_learn(t, &probe);
    const int status = find_on_side(t, &probe, ring, frame, -1, scratch, out, err);
    return status || out->is_moving ? status : find_on_side(t, &probe, ring, frame, 1, scratch, out, err);
}

int uncap_motion_match(const struct uncap_template *t, const struct uncap_ring *ring, int64_t from,
                       int64_t frame, struct uncap_motion *m, struct uncap_template_scratch *scratch,
                       struct uncap_match *out, float *share, struct uncap_error *err)
{
    const int64_t n = frame - from;
    struct search s = {.t = t, .luma = uncap_ring_luma(ring, frame), .scratch = scratch};
    int dx, dy;
    uncap_motion_at(m, n, &dx, &dy);
    *share = uncap_luma_share(s.luma, uncap_rect_move(t->rect, dx, dy));
    *out = (struct uncap_match){0};
    if (*share <= 0)
        return UNCAP_OK;
    const bool is_level = m->vy >= 0 && m->vy <= 0;
    const int status = search_near(&s, dx, dy, is_level, !is_level, err);
    *out = s.best;
    /* Strokes outside the picture count as missing. */
    if (status || *share < 0.5f || s.best.likeness < is_sure * sqrtf(*share) || llabs(n) < SURE_AFTER ||
        llabs(n) <= m->reach)
        return status;
    *(is_level ? &m->vx : &m->vy) = (float)(is_level ? s.dx : s.dy) / (float)n;
    m->reach = (int)llabs(n);
    return UNCAP_OK;
}

static bool is_text(struct uncap_rect r, const struct uncap_rect *texts, int n)
{
    for (int i = 0; i < n; i++)
        if (!uncap_rect_empty(uncap_rect_intersect(r, texts[i])))
            return true;
    return false;
}

enum follows { FOLLOWS_UNKNOWN, FOLLOWS_NOT, FOLLOWS };

/* Which way the line goes: along one axis of the screen, or neither. */
static bool is_level(const struct uncap_shifts *s)
{
    return abs(s->dy[0]) <= 1 && abs(s->dy[1]) <= 1;
}

static bool is_upright(const struct uncap_shifts *s)
{
    return abs(s->dx[0]) <= 1 && abs(s->dx[1]) <= 1;
}

/* Does what lies in the rectangle move like the line does? */
static int judge_block(struct uncap_rect r, const struct uncap_ring *ring, int64_t frame,
                       const struct uncap_shifts *shifts, struct uncap_template_scratch *scratch,
                       enum follows *out, struct uncap_error *err)
{
    const struct uncap_luma *here = uncap_ring_luma(ring, frame);
    const struct uncap_rect all = {0, 0, here->w, here->h};
    struct uncap_template t = {.pattern = NULL};
    *out = FOLLOWS_UNKNOWN;
    r = uncap_rect_intersect(r, all);
    if (uncap_rect_w(r) < 8 || uncap_rect_h(r) < 8)
        return UNCAP_OK;
    int status = uncap_template_learn(&t, &here, 1, r, err);
    for (int i = 0; i < 2 && !status && t.contrast >= textured && *out != FOLLOWS; i++) {
        const struct uncap_luma *there = uncap_ring_luma(ring, frame + (2 * i - 1) * REACH);
        const int dx = shifts->dx[i], dy = shifts->dy[i];
        if (!there || uncap_luma_share(there, uncap_rect_move(r, dx, dy)) < 0.75f)
            continue;
        struct search moved = {.t = &t, .luma = there, .scratch = scratch}, still = moved;
        status = search_near(&moved, dx, dy, 1, 1, err);
        if (!status)
            status = search_near(&still, 0, 0, 1, 1, err);
        *out = moved.best.likeness >= is_there && moved.best.likeness > still.best.likeness + lead
                   ? FOLLOWS
                   : FOLLOWS_NOT;
    }
    uncap_template_clear(&t);
    return status;
}

/* The places right beside its way; before and behind it there may be more of the same text. */
static int is_shared_beside(struct uncap_rect line, const struct uncap_rect *texts, int n_texts,
                            const struct uncap_ring *ring, int64_t frame, const struct uncap_shifts *shifts,
                            struct uncap_template_scratch *scratch, bool *out, struct uncap_error *err)
{
    const int h = uncap_rect_h(line);
    const struct uncap_rect sides[4] = {{line.x0, line.y0 - 5 * h / 2, line.x1, line.y0 - h / 2},
                                        {line.x0, line.y1 + h / 2, line.x1, line.y1 + 5 * h / 2},
                                        {line.x0 - 3 * h, line.y0, line.x0 - h / 2, line.y1},
                                        {line.x1 + h / 2, line.y0, line.x1 + 3 * h, line.y1}};
    const int first = is_upright(shifts) ? 2 : 0, end = is_level(shifts) ? 2 : 4;
    for (int i = first; i < end && !*out; i++) {
        enum follows follows;
        if (is_text(sides[i], texts, n_texts))
            continue;
        const int status = judge_block(sides[i], ring, frame, shifts, scratch, &follows, err);
        if (status)
            return status;
        *out = follows == FOLLOWS;
    }
    return UNCAP_OK;
}

int uncap_motion_is_shared(struct uncap_rect line, const struct uncap_rect *texts, int n_texts,
                           const struct uncap_ring *ring, int64_t frame, const struct uncap_shifts *shifts,
                           struct uncap_template_scratch *scratch, bool *out, struct uncap_error *err)
{
    const struct uncap_luma *luma = uncap_ring_luma(ring, frame);
    int n_known = 0, n_shared = 0;
    *out = false;
    int status = is_shared_beside(line, texts, n_texts, ring, frame, shifts, scratch, out, err);
    for (int i = 0; i < BLOCKS * BLOCKS && !status && !*out; i++) {
        const int x = i % BLOCKS, y = i / BLOCKS;
        const struct uncap_rect block = {luma->w * x / BLOCKS, luma->h * y / BLOCKS,
                                         luma->w * (x + 1) / BLOCKS, luma->h * (y + 1) / BLOCKS};
        enum follows follows = FOLLOWS_UNKNOWN;
        const bool is_on_way = (is_level(shifts) && block.y0 < line.y1 && line.y0 < block.y1) ||
                               (is_upright(shifts) && block.x0 < line.x1 && line.x0 < block.x1);
        if (!is_on_way && !is_text(block, texts, n_texts))
            status = judge_block(block, ring, frame, shifts, scratch, &follows, err);
        n_known += follows != FOLLOWS_UNKNOWN;
        n_shared += follows == FOLLOWS;
    }
    *out = *out || (n_shared >= 2 && (float)n_shared >= enough * (float)n_known);
    return status;
}
