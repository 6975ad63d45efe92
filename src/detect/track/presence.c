/* SPDX-License-Identifier: Apache-2.0 */
#include "detect/track/presence.h"

#include <math.h>
#include <stdlib.h>

#include "kernels/order.h"

enum {
    FLOOR_FRAMES = 6, /* frames outside that say what the filter answers where nothing is */
    MAX_RAMP = 40,    /* frames of the longest fade */
    STALL_FRAMES = 3, /* frames without a rise that end one: more than a change of frame rate doubles */
    MAX_POP = 4,      /* frames of the longest growing in */
};

/* Visible share of opacity: about 10 of 255. */
static const float visible = 0.035f;
static const float full = 0.85f;
/* Of opacity from frame to frame in a fade. */
static const float largest_step = 0.6f;

bool uncap_presence_stands(struct uncap_presence p)
{
    /* A gain far above 1 is another picture that happens to agree, unless the correlation is sure: then the
     * template was learned while the caption faded in. */
    const bool is_strong = p.gain >= 0.5f && p.likeness >= 0.5f && (p.gain < 1.7f || p.likeness >= 0.75f);
    return is_strong || (p.likeness >= 0.6f && p.gain >= 0.1f);
}

bool uncap_presence_is_other(struct uncap_presence p)
{
    static const float unlike = 0.45f, busy = 0.6f;
    return !uncap_presence_stands(p) && p.likeness < unlike && p.busyness >= busy;
}

/* Frames seen from the border outwards: step -1 for the beginning, +1 for the end. */
struct walk {
    const struct uncap_presence *p;
    int n, step;
};

static bool is_inside(const struct walk *w, int i)
{
    return i >= 0 && i < w->n;
}

bool uncap_presence_is_weaker(struct uncap_presence own, struct uncap_presence other)
{
    static const float loss = 0.2f, unlike = 0.85f;
    return own.gain - other.gain >= loss && other.likeness < unlike * own.likeness;
}

bool uncap_presence_is_lost(struct uncap_presence own, struct uncap_presence other)
{
    static const float as_busy = 0.85f;
    return uncap_presence_is_weaker(own, other) && other.busyness >= as_busy * own.busyness;
}

/* Is the step of strength from w->p[at] outwards clear, as the frames on either side of it are alike?
 * n_in, n_out  frames that are asked, w->p[at] and the one beyond it included. */
static bool is_clear(const struct walk *w, int at, int n_in, int n_out)
{
    static const float clear = 4;
    const struct uncap_presence *p = w->p;
    const int step = w->step, outer = at + step;
    float spread = 0;
    if (!is_inside(w, at - (n_in - 1) * step) || !is_inside(w, outer + (n_out - 1) * step))
        return false;
    for (int k = 1; k < n_in; k++)
        spread = fmaxf(spread, fabsf(p[at - k * step].gain - p[at].gain));
    for (int k = 1; k < n_out; k++)
        spread = fmaxf(spread, fabsf(p[outer + k * step].gain - p[outer].gain));
    return p[at].gain - p[outer].gain >= clear * spread;
}

bool uncap_presence_gives_way(const struct uncap_presence *p, int n, int at, int step)
{
    const struct walk w = {p, n, step};
    bool is_way = is_clear(&w, at, UNCAP_PRESENCE_ALIKE, UNCAP_PRESENCE_ALIKE);
    for (int k = 1; k <= UNCAP_PRESENCE_ALIKE && is_way; k++)
        is_way = uncap_presence_is_lost(p[at], p[at + k * step]);
    return is_way;
}

/* Frames from w->p[at] inwards in which it stands, as many as are known; UNCAP_PRESENCE_ALIKE at most. */
static int stood(const struct walk *w, int at)
{
    int n = 1;
    while (n < UNCAP_PRESENCE_ALIKE && is_inside(w, at - n * w->step) &&
           uncap_presence_stands(w->p[at - n * w->step]))
        n++;
    return n;
}

/* Frames from w->p[outer] outwards until the same text stands there again; UNCAP_PRESENCE_ALIKE at most. */
static int away(const struct walk *w, int outer)
{
    int n = 1;
    while (n < UNCAP_PRESENCE_ALIKE &&
           (uncap_presence_stands(w->p[outer]) || !is_inside(w, outer + n * w->step) ||
            !uncap_presence_stands(w->p[outer + n * w->step])))
        n++;
    return n;
}

bool uncap_presence_steps(const struct uncap_presence *p, int n, int at, int step)
{
    static const float loss = 0.35f, unlike = 0.75f, as_busy = 0.85f;
    const struct walk w = {p, n, step};
    const int outer = at + step;
    if (!is_inside(&w, at) || !is_inside(&w, outer) || stood(&w, at) < 2)
        return false;
    return is_clear(&w, at, stood(&w, at), away(&w, outer)) && p[at].gain - p[outer].gain >= loss &&
           p[outer].likeness < unlike * p[at].likeness && p[outer].busyness < as_busy * p[at].busyness;
}

/* Outermost frame connected to `at` by frames in which the caption stands, dips allowed. */
static int standing_border(const struct walk *w, int at)
{
    int border = at;
    for (int i = at; is_inside(w, i) && abs(i - border) <= UNCAP_PRESENCE_DIP + 1; i += w->step) {
        if (i != at && uncap_presence_is_other(w->p[i]))
            break;
        if (uncap_presence_stands(w->p[i]))
            border = i;
    }
    return border;
}

/* First frame inwards from border with full gain, if all gains from border to there rise; else border. */
static int ramp_top(const struct walk *w, int border)
{
    int i = border;
    while (is_inside(w, i) && w->p[i].gain < full) {
        const int inner = i - w->step;
        if (!is_inside(w, inner) || abs(inner - border) > MAX_RAMP || w->p[inner].gain < w->p[i].gain - 0.02f)
            return border;
        i = inner;
    }
    return is_inside(w, i) ? i : border;
}

/* Largest rise from frame to frame, inwards, of the n frames from `from` on. */
static float largest_rise(const struct walk *w, int from, int n)
{
    float most = 0;
    for (int k = 0; k < n; k++)
        most = fmaxf(most, w->p[from - (k + 1) * w->step].gain - w->p[from - k * w->step].gain);
    return most;
}

/* Where a ramp stalls before it rises again, or its top: a fade does not stand still on its way, not even
 * where frames are doubled. The words that are there are opaque by then, and more of them come. */
static int stall_of(const struct walk *w, int border, int top)
{
    const int n = abs(top - border);
    for (int k = 1; k + STALL_FRAMES < n; k++) {
        const int from = border - k * w->step, to = from - STALL_FRAMES * w->step;
        const float rise = w->p[to].gain - w->p[from].gain;
        if (2 * rise < fminf(largest_rise(w, border, k), largest_rise(w, to, n - k - STALL_FRAMES)))
            return from;
    }
    return top;
}

/* What the filter answers where the caption is gone: median over the frames from `from` outwards, the foot of
 * its slope. Another text in its place may look more like it than that, but is not what lies behind it. */
static float floor_from(const struct walk *w, int from)
{
    static const float apart = 0.1f; /* more than the scene varies */
    float values[FLOOR_FRAMES];
    size_t n = 0;
    for (int i = from; is_inside(w, i) && n < FLOOR_FRAMES; i += w->step)
        values[n++] = w->p[i].gain;
    uncap_order_floats(values, n);
    const float usual = n ? values[n / 2] : 0;
    const float gone = n && usual - w->p[from].gain > apart ? w->p[from].gain : usual;
    return fminf(fmaxf(gone, -0.2f), 0.4f);
}

static float level_at(const struct walk *w, int i, float floor_gain)
{
    return (w->p[i].gain - floor_gain) / (1 - floor_gain);
}

/* Outermost visible frame of the ramp that falls from border. */
static int ramp_foot(const struct walk *w, int border, float *floor_gain)
{
    int i = border;
    while (is_inside(w, i + w->step) && w->p[i + w->step].gain < w->p[i].gain - 0.01f)
        i += w->step;
    /* The foot of the slope belongs to what lies beyond, unless the video ends on it. */
    *floor_gain = is_inside(w, i + w->step) ? floor_from(w, i) : 0;
    while (i != border && level_at(w, i, *floor_gain) < visible)
        i -= w->step;
    return i;
}

/* Levels of a fade lie on a straight line near its foot. */
struct line {
    int border;
    float level, slope;
};

/* Words that come one by one rise in steps: level at the foot, they lie on no line. */
static struct line line_of(const struct walk *w, int top, int border, float floor_gain)
{
    const float level = level_at(w, border, floor_gain);
    const float whole = (level_at(w, top, floor_gain) - level) / (float)abs(top - border);
    const float slope = (level_at(w, border - 2 * w->step, floor_gain) - level) / 2;
    return (struct line){border, level, 2 * slope < whole ? 0 : slope};
}

/* A fade rises from nothing by steps that are much alike. What stands with several of them in its first frame
 * came at once, and its contrast grows as what is behind it changes. */
static bool begins_at_nothing(const struct walk *w, int top, int foot, float floor_gain)
{
    static const float most_steps = 4;
    const float level = level_at(w, foot, floor_gain);
    const float step = (level_at(w, top, floor_gain) - level) / (float)abs(top - foot);
    return top == foot || level <= most_steps * step;
}

static float line_at(const struct line *l, int i)
{
    return l->level - l->slope * (float)abs(i - l->border);
}

/* Where the line ends: frames too faint to be told from what lies behind, or with a scene that hides the
 * slope, still show the caption. */
static int line_foot(const struct walk *w, const struct line *l)
{
    int i = l->border;
    while (l->slope > 0 && is_inside(w, i + w->step) && abs(i - l->border) < MAX_RAMP &&
           line_at(l, i + w->step) > 0)
        i += w->step;
    return i;
}

static int find(const struct walk *w, int at, bool has_foot, uint8_t *opacity)
{
    int border = standing_border(w, at);
    const int whole = ramp_top(w, border), top = stall_of(w, border, whole);
    float floor_gain = 0;
    /* Most of it at once is no fade, though what lies behind may change how strong it looks after that. */
    const int outer = border + w->step;
    const bool is_cut = is_inside(w, outer) && w->p[border].gain - w->p[outer].gain > largest_step;
    /* One frame between nothing and all may be clutter behind the text: a fade has at least two. */
    const bool is_ramp_like =
        !is_cut && (abs(top - border) >= 2 || (top != border && w->p[border].gain < 0.7f));
    const int foot = is_ramp_like ? ramp_foot(w, border, &floor_gain) : border;
    const bool is_fade = is_ramp_like && begins_at_nothing(w, top, foot, floor_gain);
    struct line line = {border, 0, 0};
    if (is_fade) {
        border = foot;
        line.border = border;
        if (abs(top - border) >= 2)
            line = line_of(w, top, border, floor_gain);
        border = has_foot ? line_foot(w, &line) : border;
    }
    const float most = top == whole ? 1 : level_at(w, top, floor_gain);
    for (int i = border; opacity && is_inside(w, i) && (at - i) * w->step <= 0; i -= w->step) {
        const bool is_ramp = is_fade && (top - i) * w->step < 0;
        const bool is_beyond = (i - line.border) * w->step > 0;
        const float level = (is_beyond ? line_at(&line, i) : level_at(w, i, floor_gain)) / most;
        opacity[i] = is_ramp ? (uint8_t)lrintf(255 * fminf(fmaxf(level, visible), 1)) : 255;
    }
    return border;
}

int uncap_presence_first(const struct uncap_presence *p, int n, int at, uint8_t *opacity)
{
    const struct walk w = {p, n, -1};
    return find(&w, at, false, opacity);
}

int uncap_presence_foot(const struct uncap_presence *p, int n, int at, uint8_t *opacity)
{
    const struct walk w = {p, n, -1};
    return find(&w, at, true, opacity);
}

int uncap_presence_last(const struct uncap_presence *p, int n, int at, uint8_t *opacity)
{
    const struct walk w = {p, n, 1};
    return find(&w, at, true, opacity);
}

int uncap_presence_last_of_shot(const struct uncap_presence *p, int n, int cut)
{
    for (int i = cut; i + 1 < n && uncap_presence_stands(p[i]); i++)
        if (p[i].gain - p[i + 1].gain > largest_step * p[cut].gain)
            return i;
    return -1;
}

/* How busy a caption in another shape is, of its own. A small shape is less busy, if it then grows frame by
 * frame: after a large step up from what was there before. */
static const float busy = 0.7f, large_step = 2.5f;

/* Does the caption begin in another shape in p[first]? A fade is as busy as it is opaque, or as what was
 * there before; a shape that moves is busier than it resembles. */
static bool is_other_shape(const struct uncap_presence *p, int first)
{
    const bool is_busier =
        first < 1 || p[first].busyness >= busy || p[first].busyness > large_step * p[first - 1].busyness;
    return is_busier && p[first].gain < 0.7f && p[first].busyness > p[first].gain + 0.3f;
}

int uncap_presence_pop(const struct uncap_presence *p, int n, int first, uint8_t *opacity)
{
    static const float step = 1.4f, least_busy = 0.4f;
    /* Before another background it may begin with more contrast than it was learned with. */
    const float own = first < n ? fmaxf(p[first].busyness, 1) : 1;
    int begin = first;
    bool is_growing = true, has_small = false;
    for (int i = first - 1; i > 0 && first - i <= MAX_POP; i--) {
        const bool is_small = p[i].busyness < busy * own;
        is_growing = is_growing && p[i].busyness < p[i + 1].busyness;
        has_small = has_small || is_small;
        if ((has_small && !is_growing) || p[i].busyness < least_busy * own || p[i].gain >= 0.6f)
            break;
        if (p[i].busyness > (is_small ? large_step : step) * p[i - 1].busyness)
            begin = i;
    }
    if (first - begin == 1 && p[begin].busyness < busy * own)
        begin = first; /* one such frame may be the scene: growing takes two at least */
    const bool is_pop = begin < first || is_other_shape(p, first);
    for (int i = begin; opacity && is_pop && i < n; i++) {
        if (i >= first && (p[i].gain >= full || p[i].busyness < p[i].gain + 0.2f))
            break;
        opacity[i] = 255;
    }
    return begin;
}
