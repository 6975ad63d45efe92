/* SPDX-License-Identifier: Apache-2.0 */
#include "detect/life/life.h"

#include <math.h>

#include "base/build_up.h"
#include "detect/ocr/hull.h"
#include "detect/track/presence.h"

bool uncap_life_is_cut(const struct uncap_surroundings *around, int64_t frame)
{
    for (size_t i = 0; i < around->n_shots; i++)
        if (around->shots[i] == frame)
            return true;
    return false;
}

int uncap_life_shot(const struct uncap_surroundings *around, int64_t frame)
{
    size_t i = 0;
    while (i < around->n_shots && around->shots[i] <= frame)
        i++;
    return (int)i;
}

/* The same of where the video begins and ends. */
static bool is_cut_or_end(const struct uncap_surroundings *around, int64_t frame)
{
    return frame <= 0 || frame >= around->n_frames || uncap_life_is_cut(around, frame);
}

/* Did another text stand in the same place in this frame? */
static bool has_neighbour(const struct uncap_track *t, const struct uncap_surroundings *around, int64_t frame)
{
    const struct uncap_rect rect = uncap_quad_bounds(&t->hull);
    for (size_t i = 0; i < around->n_lives; i++) {
        const struct uncap_life *o = &around->lives[i];
        if (o->id != t->id && !o->is_scene && frame >= o->first && frame < o->end &&
            !uncap_rect_empty(uncap_rect_intersect(rect, o->rect)))
            return true;
    }
    return false;
}

/* A growing caption is itself only after some frames, one that is built up when its last letters have come.
 * The looks are still the track's. */
static int64_t whole_from(const struct uncap_track *t, const struct uncap_caption *c)
{
    struct uncap_caption looked = *c;
    looked.observations = t->observations;
    looked.n_observations = t->n_observations;
    const int64_t grown = c->first + t->n_pop, built = uncap_build_up_end(&looked);
    return grown > built ? grown : built;
}

/* A line that slides in is in its place when it has come to stand; what it was on its way tells nothing
 * of it. */
static int64_t stands_from(const struct uncap_track *t, const struct uncap_caption *c)
{
    const struct uncap_growth *g = &t->growth;
    return g->is_slide && g->first == c->first && g->first + g->n < c->end ? g->first + g->n : c->first;
}

/* Is the step over one end of a life clean? step: -1 at its beginning, 1 at its end */
static enum uncap_border judge_border(const struct uncap_track *t, const struct uncap_surroundings *around,
                                      const struct uncap_caption *c, int step, struct uncap_edge edge)
{
    static const float low = 0.4f, rise = 0.35f, is_moved = 0.6f, leap = 0.6f, trace = 0.1f, drifts = 0.8f,
                       is_covered = 0.8f;
    const int64_t inside = step < 0 ? c->first : c->end - 1;
    const bool has_fade = c->opacity && c->opacity[inside - c->first] < 255;
    if (is_cut_or_end(around, step < 0 ? inside : inside + step))
        return UNCAP_BORDER_CUT;
    if (edge.is_step)
        return UNCAP_BORDER_CLEAN;
    /* Other words in the same place may resemble it, displaced or not, and are no sign of movement. */
    const bool is_replaced = has_neighbour(t, around, inside + step);
    if (edge.moved >= is_moved && !is_replaced)
        return UNCAP_BORDER_SOFT;
    /* Letters that fade in its place are not as strong as it, displaced or not. */
    if (edge.drift >= drifts)
        return UNCAP_BORDER_SOFT;
    /* What is in front of a thing that is filmed covers it from one side; so may a renderer, though. */
    if (edge.covered >= is_covered)
        return UNCAP_BORDER_CUT;
    if (has_fade)
        return UNCAP_BORDER_CLEAN;
    const int64_t full = step < 0 ? whole_from(t, c) : inside;
    const struct uncap_presence out = uncap_track_presence(t, inside + step),
                                in = uncap_track_presence(t, full);
    /* What lies behind may resemble it; it is not as strong. */
    if (in.likeness > out.likeness + rise && (out.likeness < low || in.gain > out.gain + leap))
        return UNCAP_BORDER_CLEAN;
    if (uncap_track_gives_way(t, full, step))
        return UNCAP_BORDER_CLEAN;
    /* Coding may leave a trace of it, of its shape but of hardly any strength. */
    if (out.gain < trace && in.gain > out.gain + leap)
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

static bool stands_in_place(struct uncap_rect r, int w, int h)
{
    const int off =
        r.x0 + r.x1 > w ? r.x0 + r.x1 - w : w - r.x0 - r.x1; /* twice the distance from the middle */
    return 12 * off <= w && 10 * (r.y0 + r.y1) >= 14 * h;
}

/* Is one side of the text the picture's? A line as wide as the picture is cut on both or none. */
static bool is_cut_off(struct uncap_rect r, float line_px, int w)
{
    const float room = line_px / 4;
    return ((float)r.x0 < room) != ((float)(w - r.x1) < room);
}

/* Of its upper side. */
static float slope_of(const struct uncap_quad *q)
{
    const float run = fabsf(q->p[1].x - q->p[0].x);
    const float rise = fabsf(q->p[1].y - q->p[0].y);
    return run > 0 ? rise / run : 0;
}

/* From the box's highest corner to its lowest. */
static float reach_of(const struct uncap_quad *q)
{
    float top = q->p[0].y;
    float foot = top;
    for (int i = 1; i < 4; i++) {
        top = fminf(top, q->p[i].y);
        foot = fmaxf(foot, q->p[i].y);
    }
    return foot - top;
}

/* Looks that saw it while it stood: a look at something that came later, whose strokes are in part those of
 * what was there before, is none. Of what moves all are. */
static int looks_within(const struct uncap_track *t, const struct uncap_caption *c)
{
    int n = 0;
    for (size_t i = 0; i < t->n_observations; i++) {
        const int64_t frame = t->observations[i].frame;
        n += t->motion.is_moving || (frame >= c->first && frame < c->end);
    }
    return n;
}

struct uncap_features uncap_life_features(const struct uncap_track *t,
                                          const struct uncap_surroundings *around,
                                          const struct uncap_caption *c, struct uncap_edge edge_out)
{
    float w, h;
    uncap_quad_sides(&t->hull, &w, &h);
    const int64_t first = stands_from(t, c);
    struct uncap_features f = {.first = first,
                               .end = c->end,
                               .rect = uncap_quad_bounds(&t->hull),
                               .line_px = h,
                               .reach_px = reach_of(&t->hull),
                               .picture_px = (float)(around->w < around->h ? around->w : around->h),
                               .slope = slope_of(&t->hull),
                               .score = c->score,
                               .contrast = t->pattern.contrast,
                               .n_seen = looks_within(t, c),
                               .n_missed = t->n_all_missed,
                               .shot = uncap_life_shot(around, first),
                               .is_steady = t->is_steady,
                               .is_moving = t->motion.is_moving && 2 * t->n_shared < t->n_judged,
                               .is_free = t->motion.is_free,
                               .is_flash = t->is_flash,
                               .is_inferred = t->is_inferred};
    f.is_in_place = stands_in_place(f.rect, around->w, around->h);
    f.is_cut_off = is_cut_off(f.rect, h, around->w);
    double likeness = 0;
    /* What is known of a moving line's strokes starts anew when more of it comes into the picture. */
    const int64_t known = t->motion.is_moving && t->series.first > first ? t->series.first : first;
    for (int64_t i = first; i < c->end; i++) {
        likeness += (double)uncap_track_presence(t, i).likeness;
        f.n_cuts += i > first && is_cut_or_end(around, i) && stands_through(t, i);
    }
    f.likeness = (float)(likeness / (double)(c->end - known > 0 ? c->end - known : 1));
    if (t->whole.end) {
        f.likeness = t->whole.likeness;
        f.first = t->whole.first;
        f.end = t->whole.end;
        f.rect = t->whole.rect;
    }
    f.begin = judge_border(t, around, c, -1, t->edge_in);
    f.finish = judge_border(t, around, c, 1, edge_out);
    return f;
}
