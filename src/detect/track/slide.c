/* SPDX-License-Identifier: Apache-2.0 */
#include "detect/track/slide.h"

#include <math.h>
#include <stdlib.h>

#include "detect/track/probe.h"

enum {
    LEAST = 2,    /* frames in which it must be seen on its way */
    SLOWEST = 4,  /* luma pixels from its place in the farthest of them */
    QUICKEST = 3, /* frames that it takes at least from the picture's edge to its place */
    NEAR = 2,     /* luma pixels from where its speed leads */
};

static const float at_rest = 0.9f; /* of its likeness where it was found: it stands in its place */
static const float alike = 0.7f;   /* likeness of its strokes on their way, when all of them are seen */
static const float least_gain = 0.3f;
/* Of its strokes in the picture: from which the probe finds them; below which they tell nothing. */
static const float probe_share = 0.6f, least_share = 0.05f;

/* Where it is in one frame: displacement from its place, luma pixels. */
struct step {
    int dx, dy;
};

struct slide {
    struct uncap_track *track;
    const struct uncap_ring *ring;
    struct uncap_probe probe;
    struct step steps[UNCAP_SLIDE_FRAMES]; /* from the last frame before it stands backwards */
    int n;
};

/* How many of its strokes the picture shows at a place, 0..1. */
static float share_at(const struct uncap_probe *p, const struct uncap_luma *luma, struct step at)
{
    int n = 0;
    for (int i = 0; i < p->n; i++) {
        const int x = p->x[i] + at.dx, y = p->y[i] + at.dy;
        n += x >= 0 && y >= 0 && x < luma->w && y < luma->h;
    }
    return p->n ? (float)n / (float)p->n : 0;
}

/* Does it stand there? */
static int is_there(struct slide *s, const struct uncap_luma *luma, struct step at, bool *out,
                    struct uncap_error *err)
{
    struct uncap_match m = {0};
    const int status =
        uncap_template_match(&s->track->pattern, luma, at.dx, at.dy, &s->track->scratch, &m, err);
    const float share = share_at(&s->probe, luma, at);
    *out = share >= least_share && m.gain >= least_gain * share && m.likeness >= alike * sqrtf(share);
    return status;
}

/* How far it may go in a frame. */
static struct step farthest_step(const struct slide *s, const struct uncap_luma *luma)
{
    const struct uncap_rect r = s->track->pattern.rect;
    return (struct step){(r.x1 > luma->w - r.x0 ? r.x1 : luma->w - r.x0) / QUICKEST,
                         (r.y1 > luma->h - r.y0 ? r.y1 : luma->h - r.y0) / QUICKEST};
}

/* The best place of the frame before it stands: on its row or in its columns. */
static struct step find_first(const struct slide *s, const struct uncap_luma *luma)
{
    const struct step most = farthest_step(s, luma);
    struct step level, upright;
    const float on_row = uncap_probe_find(&s->probe, luma, 0, 0, most.dx, 0, &level.dx, &level.dy);
    const float in_columns = uncap_probe_find(&s->probe, luma, 0, 0, 0, most.dy, &upright.dx, &upright.dy);
    return on_row >= in_columns ? level : upright;
}

static bool is_level(const struct slide *s)
{
    return s->steps[0].dx != 0;
}

/* The best place around one, along its way. */
static struct step find_near(const struct slide *s, const struct uncap_luma *luma, struct step at, int reach)
{
    struct step best;
    uncap_probe_find(&s->probe, luma, at.dx, at.dy, is_level(s) ? reach : 0, is_level(s) ? 0 : reach,
                     &best.dx, &best.dy);
    return best;
}

/* The next one: of its last step but a part may lie before the frame in which it stands. */
static struct step find_second(const struct slide *s, const struct uncap_luma *luma)
{
    const struct step a = s->steps[0], most = farthest_step(s, luma);
    const int reach = (is_level(s) ? most.dx : most.dy) / 2;
    const struct step middle = {a.dx + (a.dx > 0) * reach - (a.dx < 0) * reach,
                                a.dy + (a.dy > 0) * reach - (a.dy < 0) * reach};
    return find_near(s, luma, middle, reach);
}

/* Where it goes at the speed it has. */
static struct step straight_on(const struct slide *s)
{
    const struct step a = s->steps[s->n - 1], b = s->steps[s->n - 2];
    return (struct step){2 * a.dx - b.dx, 2 * a.dy - b.dy};
}

/* Near there, for its speed may change: by all of its strokes, if the probe's are hardly in the picture. */
static int find_next(struct slide *s, const struct uncap_luma *luma, struct step *out,
                     struct uncap_error *err)
{
    const struct step a = s->steps[s->n - 1], ahead = straight_on(s);
    const int reach = NEAR + (abs(ahead.dx - a.dx) + abs(ahead.dy - a.dy)) / 2;
    *out = find_near(s, luma, ahead, reach);
    if (share_at(&s->probe, luma, ahead) >= probe_share)
        return UNCAP_OK;
    float best = -1;
    for (int k = -reach; k <= reach; k++) {
        const struct step at = {ahead.dx + (is_level(s) ? k : 0), ahead.dy + (is_level(s) ? 0 : k)};
        struct uncap_match m = {0};
        const int status =
            uncap_template_match(&s->track->pattern, luma, at.dx, at.dy, &s->track->scratch, &m, err);
        if (status)
            return status;
        if (m.likeness > best) {
            *out = at;
            best = m.likeness;
        }
    }
    return UNCAP_OK;
}

static bool goes_on(const struct slide *s, struct step next)
{
    const struct step a = s->steps[s->n - 1];
    return abs(next.dx) + abs(next.dy) > abs(a.dx) + abs(a.dy) && next.dx * a.dx >= 0 && next.dy * a.dy >= 0;
}

/* Where it is in the frame before those known. */
static int find_step(struct slide *s, const struct uncap_luma *luma, struct step *out, bool *is_found,
                     struct uncap_error *err)
{
    int status = UNCAP_OK;
    if (s->n > 1)
        status = find_next(s, luma, out, err);
    else
        *out = s->n ? find_second(s, luma) : find_first(s, luma);
    return status ? status : is_there(s, luma, *out, is_found, err);
}

/* Frames before `rest`, backwards. */
static int follow(struct slide *s, int64_t rest, struct uncap_error *err)
{
    bool is_found = true;
    while (is_found && s->n < UNCAP_SLIDE_FRAMES) {
        const struct uncap_luma *luma = uncap_ring_luma(s->ring, rest - 1 - s->n);
        struct step next;
        const int status = luma ? find_step(s, luma, &next, &is_found, err) : UNCAP_OK;
        if (status || !luma)
            return status;
        is_found = is_found && (!s->n || goes_on(s, next));
        if (is_found)
            s->steps[s->n++] = next;
    }
    return UNCAP_OK;
}

/* First frame from `first` on in which it stands in its place. */
static int64_t find_rest(const struct uncap_track *t)
{
    const float least = at_rest * uncap_track_presence(t, t->found).likeness;
    int64_t frame = t->first;
    while (frame < t->found && uncap_track_presence(t, frame).likeness < least)
        frame++;
    return frame;
}

/* Is it still faint when it stands? Then it fades in, and its way tells less than its opacity. */
static bool is_faint(const struct uncap_track *t, int64_t frame)
{
    return t->begin && frame - t->first < t->n_begin && t->begin[frame - t->first] < UINT8_MAX;
}

int uncap_slide_find(struct uncap_track *t, const struct uncap_ring *ring, struct uncap_error *err)
{
    const int64_t rest = find_rest(t);
    if (!t->is_steady || t->growth.n || is_faint(t, rest))
        return UNCAP_OK;
    struct slide s = {.track = t, .ring = ring};
    uncap_probe_learn(&t->pattern, &s.probe);
    const int status = follow(&s, rest, err);
    const struct step farthest = s.n ? s.steps[s.n - 1] : (struct step){0, 0};
    if (status || s.n < LEAST || s.n < rest - t->first || abs(farthest.dx) + abs(farthest.dy) < SLOWEST)
        return status;
    const int64_t first = rest - s.n;
    if (!uncap_ring_luma(ring, first - 1)) /* it has not been seen to come */
        return UNCAP_OK;
    uncap_track_begin_at(t, first);
    t->n_pop = s.n;
    t->growth = (struct uncap_growth){.first = first, .n = s.n, .is_slide = true};
    for (int i = 0; i < s.n; i++) {
        const struct step *p = &s.steps[s.n - 1 - i];
        t->growth.poses[i] =
            (struct uncap_pose){1, (float)(p->dx * ring->factor), (float)(p->dy * ring->factor)};
    }
    return UNCAP_OK;
}
