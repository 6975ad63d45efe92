/* SPDX-License-Identifier: Apache-2.0 */
#include "detect/track/path.h"

#include <math.h>
#include <string.h>

#include "base/memory.h"
#include "detect/track/probe.h"

enum {
    FASTEST = 16, /* luma pixels a frame */
    NEAR = 2,     /* of where the last step leads */
    CLIMB = 3,    /* steps from where the probe fits best to where the whole pattern does */
    REACH = 8,    /* frames in each of which a new path must be found */
    SLOWEST = 3,  /* luma pixels in REACH frames; what is slower is taken for standing still */
};

/* Correlation from which the pattern is there; from which nothing better is looked for. */
static const float is_there = 0.6f, is_sure = 0.8f;
/* Opacity below which what correlates is chance. */
static const float least_gain = 0.3f;
/* Luma pixels by which a step of a new path may differ from the one before: places are whole chroma
 * samples at times. */
static const float smooth = 2.5f;
/* Of its rectangle in the picture, below which the pattern tells nothing of its place. */
static const float least_share = 0.75f;

void uncap_path_clear(struct uncap_path *path)
{
    uncap_free(path->items);
    *path = (struct uncap_path){.n = 0};
}

struct uncap_place uncap_path_at(const struct uncap_path *path, int64_t frame)
{
    const int64_t i = frame - path->first, n = (int64_t)path->n;
    return !n ? (struct uncap_place){0, 0} : path->items[i < 0 ? 0 : i < n ? i : n - 1];
}

int uncap_path_set(struct uncap_path *path, int64_t frame, struct uncap_place place, struct uncap_error *err)
{
    if (!path->n)
        path->first = frame;
    const int64_t i = frame - path->first;
    if (i >= 0 && i < (int64_t)path->n) {
        path->items[i] = place;
        return UNCAP_OK;
    }
    if (!uncap_grow((void **)&path->items, &path->capacity, path->n + 1, sizeof(*path->items)))
        return uncap_fail_nomem(err, "a caption's path");
    if (i < 0) {
        memmove(path->items + 1, path->items, path->n * sizeof(*path->items));
        path->first = frame;
    }
    path->items[i < 0 ? 0 : i] = place;
    path->n++;
    return UNCAP_OK;
}

/* The pattern against one frame. */
struct search {
    const struct uncap_template *t;
    const struct uncap_luma *luma;
    struct uncap_template_scratch *scratch;
    struct uncap_probe probe;
};

/* A place at which the whole pattern was matched, and its likeness there and at the places right beside. */
struct peak {
    int x, y;
    struct uncap_match match;
    float left, right, above, below;
};

static int look_at(struct search *s, int x, int y, struct uncap_match *out, struct uncap_error *err)
{
    return uncap_template_match(s->t, s->luma, x, y, s->scratch, out, err);
}

/* Match around a place, and go on to a better one beside it. */
static int climb(struct search *s, int x, int y, struct peak *out, struct uncap_error *err)
{
    static const int dx[4] = {-1, 1, 0, 0}, dy[4] = {0, 0, -1, 1};
    struct uncap_match around[4];
    *out = (struct peak){.x = x, .y = y};
    int status = look_at(s, x, y, &out->match, err);
    for (int k = 0; k < CLIMB && !status; k++) {
        int best = -1;
        for (int i = 0; i < 4 && !status; i++) {
            status = look_at(s, out->x + dx[i], out->y + dy[i], &around[i], err);
            if (around[i].likeness > (best < 0 ? out->match : around[best]).likeness)
                best = i;
        }
        out->left = around[0].likeness, out->right = around[1].likeness;
        out->above = around[2].likeness, out->below = around[3].likeness;
        if (status || best < 0 || k == CLIMB - 1)
            break;
        out->x += dx[best];
        out->y += dy[best];
        out->match = around[best];
    }
    return status;
}

/* Where the parabola through three values is highest, of the middle one: half a pixel away at most. */
static float vertex(float before, float at, float after)
{
    const float bend = before - 2 * at + after;
    return bend < -1e-6f ? fminf(fmaxf((before - after) / (2 * bend), -0.5f), 0.5f) : 0;
}

static bool is_better(const struct peak *a, const struct peak *b)
{
    return a->match.gain > least_gain &&
           (b->match.gain <= least_gain || a->match.likeness > b->match.likeness);
}

/* The best place near `expected`; unless it is sure, near `last` too, and farther. */
static int find_place(struct search *s, struct uncap_place expected, struct uncap_place last, bool has_step,
                      struct peak *out, struct uncap_error *err)
{
    int x, y, status = UNCAP_OK;
    *out = (struct peak){.x = (int)lrintf(expected.x), .y = (int)lrintf(expected.y)};
    uncap_probe_learn(s->t, &s->probe);
    if (has_step) {
        uncap_probe_find(&s->probe, s->luma, out->x, out->y, NEAR, NEAR, &x, &y);
        status = climb(s, x, y, out, err);
        if (status || (out->match.likeness >= is_sure && out->match.gain > least_gain))
            return status;
    }
    struct peak far;
    uncap_probe_find(&s->probe, s->luma, (int)lrintf(last.x), (int)lrintf(last.y), FASTEST, FASTEST, &x, &y);
    status = climb(s, x, y, &far, err);
    if (!status && is_better(&far, out))
        *out = far;
    return status;
}

static float visible_share(const struct uncap_luma *luma, struct uncap_rect r, struct uncap_place place)
{
    return uncap_luma_share(luma, uncap_rect_move(r, (int)lrintf(place.x), (int)lrintf(place.y)));
}

/* Where one more step leads that is like the last n steps before the end beside `frame`. */
static struct uncap_place straight_on(const struct uncap_path *path, int64_t frame, int64_t n)
{
    const int64_t step = frame < path->first ? -1 : 1, last = frame - step;
    n = n < (int64_t)path->n - 1 ? n : (int64_t)path->n - 1;
    const struct uncap_place a = uncap_path_at(path, last), b = uncap_path_at(path, last - step * n);
    return n < 1 ? a : (struct uncap_place){a.x + (a.x - b.x) / (float)n, a.y + (a.y - b.y) / (float)n};
}

int uncap_path_step(struct uncap_path *path, const struct uncap_template *t, const struct uncap_ring *ring,
                    int64_t frame, struct uncap_template_scratch *scratch, struct uncap_match *out,
                    float *share, struct uncap_error *err)
{
    struct search s = {.t = t, .luma = uncap_ring_luma(ring, frame), .scratch = scratch};
    const struct uncap_place last = uncap_path_at(path, frame < path->first ? frame + 1 : frame - 1);
    struct uncap_place place = straight_on(path, frame, 1);
    struct peak peak = {.x = 0};
    *out = (struct uncap_match){0};
    *share = visible_share(s.luma, t->rect, place);
    /* What is about to leave the picture may be thrown back by its edge; what has left it is out of sight. */
    const bool is_leaving = *share < least_share;
    int status = UNCAP_OK;
    if (!is_leaving || visible_share(s.luma, t->rect, last) >= least_share)
        status = find_place(&s, place, last, path->n > 1 && !is_leaving, &peak, err);
    if (status)
        return status;
    const bool is_found =
        peak.match.gain > least_gain && peak.match.likeness >= is_there * (is_leaving ? 1 : sqrtf(*share));
    if (is_found)
        place = (struct uncap_place){(float)peak.x + vertex(peak.left, peak.match.likeness, peak.right),
                                     (float)peak.y + vertex(peak.above, peak.match.likeness, peak.below)};
    else if (is_leaving)
        place = straight_on(path, frame, REACH);
    *share = visible_share(s.luma, t->rect, place);
    *out = peak.match;
    return uncap_path_set(path, frame, place, err);
}

/* Follow it over REACH frames on one side (step 1 or -1). */
static int find_on_side(const struct uncap_template *t, const struct uncap_ring *ring, int64_t frame,
                        int step, struct uncap_template_scratch *scratch, struct uncap_path *out,
                        bool *is_found, struct uncap_error *err)
{
    struct uncap_place before = {0, 0};
    float most = 0;
    *is_found = false;
    out->n = 0;
    int status = uncap_path_set(out, frame, before, err);
    for (int k = 1; k <= REACH && !status; k++) {
        struct uncap_match m;
        float share;
        if (!uncap_ring_luma(ring, frame + step * k))
            return UNCAP_OK;
        status = uncap_path_step(out, t, ring, frame + step * k, scratch, &m, &share, err);
        const struct uncap_place at = uncap_path_at(out, frame + step * k),
                                 last = uncap_path_at(out, frame + step * (k - 1));
        const struct uncap_place now = {at.x - last.x, at.y - last.y};
        if (status || m.likeness < is_there ||
            (k > 1 && fmaxf(fabsf(now.x - before.x), fabsf(now.y - before.y)) > smooth))
            return status;
        before = now;
        most = fmaxf(most, fmaxf(fabsf(at.x), fabsf(at.y)));
    }
    *is_found = most >= SLOWEST;
    return status;
}

int uncap_path_find(const struct uncap_template *t, const struct uncap_ring *ring, int64_t frame,
                    struct uncap_template_scratch *scratch, struct uncap_path *out, struct uncap_error *err)
{
    bool is_found = false;
    int status = find_on_side(t, ring, frame, -1, scratch, out, &is_found, err);
    if (!status && !is_found)
        status = find_on_side(t, ring, frame, 1, scratch, out, &is_found, err);
    if (status || !is_found)
        uncap_path_clear(out);
    return status;
}
