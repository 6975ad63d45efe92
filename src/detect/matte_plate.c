/* SPDX-License-Identifier: Apache-2.0 */
#include "detect/matte_plate.h"

#include <math.h>

enum { MAX_IMAGES = 7 };

/* Images whose edges are looked at: what came with the caption where that is known well, else some life
 * samples. */
struct images {
    const uint8_t *px[MAX_IMAGES];
    int n, w, h;
    float weak; /* a side that scores less than this share of the best one is none */
};

/* One side of a rectangle: its first row or column inside, the step from outside to inside, how even it
 * is. */
struct side {
    int at; /* -1: none */
    float step, score;
};

/* Where to look for a side: rows or columns [from, to) along [begin, end) of the other axis. */
struct search {
    int from, to, begin, end;
    bool is_row, is_first; /* is_first: the top or the left side, the inside lies after it */
    float sign;            /* of the step from outside to inside; 0: any */
};

/* Whether what came with the caption is known well, all around the text. */
static bool is_gain_known(const struct uncap_matte_scene *s)
{
    size_t n = 0;
    size_t unknown = 0;
    for (size_t i = 0; i < (size_t)s->w * (size_t)s->h; i++)
        if (s->zone[i] == UNCAP_MATTE_ZONE_TEXT || s->zone[i] == UNCAP_MATTE_ZONE_NEAR) {
            n++;
            unknown += s->gain->known[i] == 0;
        }
    return uncap_matte_gain_is_calm(s->gain) && unknown * 20 < n;
}

static struct images choose(const struct uncap_matte_scene *s, const struct uncap_matte_stack *life,
                            int first, int end, bool by_gain)
{
    struct images im = {.w = s->w, .h = s->h, .weak = 0.25F};
    if (by_gain) {
        im.weak = 0.05F;
        im.px[im.n++] = s->gain->px;
        return im;
    }
    const int n = end - first < MAX_IMAGES ? end - first : MAX_IMAGES;
    for (; im.n < n; im.n++)
        im.px[im.n] = uncap_matte_stack_plane(life, first + im.n * (end - first) / n, 0);
    return im;
}

/* Median step across a line of pixels, weighted by how many agree with its sign. */
static struct side side_at(const struct images *im, const struct search *s, int at)
{
    const ptrdiff_t along = s->is_row ? 1 : im->w;
    const ptrdiff_t across = (s->is_row ? im->w : 1) * (s->is_first ? 1 : -1);
    const ptrdiff_t line = s->is_first ? at : at - 1;
    const ptrdiff_t start = s->is_row ? line * im->w + s->begin : (ptrdiff_t)s->begin * im->w + line;
    const int len = s->end - s->begin;
    int counts[511] = {0};
    for (int k = 0; k < im->n; k++)
        for (int i = 0; i < len; i++) {
            const uint8_t *p = im->px[k] + start + i * along;
            counts[255 + p[across] - p[-2 * across]]++;
        }
    int v = 0;
    for (int left = len * im->n / 2; left >= counts[v]; v++)
        left -= counts[v];
    const int step = v - 255;
    int agree = 0;
    for (int k = 0; k < 511; k++)
        agree += (step > 0 && k > 255) || (step < 0 && k < 255) ? counts[k] : 0;
    if ((float)step * s->sign < 0.0F)
        return (struct side){.at = at};
    const float even = (float)agree / (float)(len * im->n);
    return (struct side){at, (float)step, even > 0.5F ? fabsf((float)step) * 2.0F * (even - 0.5F) : 0.0F};
}

/* Step outward while the side is still half as clear: codecs blur it over some pixels, and all of them are
 * touched. */
static struct side widen(const struct images *im, const struct search *s, struct side side)
{
    const int outward = s->is_first ? -1 : 1;
    const float least = 0.5F * side.score;
    for (int at = side.at + outward; at >= s->from && at < s->to; at += outward) {
        if (side_at(im, s, at).score < least)
            break;
        side.at = at;
    }
    return side;
}

/* The outermost side that is not weak against the best one: strokes have edges too, but further in. */
static struct side find_side(const struct images *im, struct search s)
{
    const int room = s.is_row ? im->h : im->w;
    const int other = s.is_row ? im->w : im->h;
    s.from = s.from > 3 ? s.from : 3;
    s.to = s.to < room - 3 ? s.to : room - 3;
    s.begin = s.begin > 0 ? s.begin : 0;
    s.end = s.end < other ? s.end : other;
    struct side best = {.at = -1};
    for (int at = s.from; at < s.to && s.begin < s.end; at++) {
        const struct side here = side_at(im, &s, at);
        if (here.score > best.score)
            best = here;
    }
    if (best.at < 0)
        return best;
    const int inward = s.is_first ? 1 : -1;
    for (int at = s.is_first ? s.from : s.to - 1; at != best.at; at += inward) {
        const struct side here = side_at(im, &s, at);
        if (here.score < 4.0F || here.score < im->weak * best.score)
            continue;
        const struct side next = side_at(im, &s, at + inward);
        if (next.score <= here.score)
            return widen(im, &s, here);
    }
    return widen(im, &s, best);
}

/* Whether sides are of one plate: all step the same way, and no more than one is weak. */
static bool are_plate(const struct side *first, const struct side *s, int n)
{
    int n_weak = 0;
    for (int k = 0; k < n; k++) {
        if (s[k].at < 0 || s[k].step * first->step <= 0.0F || s[k].score < 3.0F)
            return false;
        n_weak += s[k].score < 6.0F;
    }
    return n_weak <= 1;
}

struct union_of {
    const struct uncap_rect *plates;
    int n;
};

static bool holds(const struct union_of *u, int x, int y)
{
    for (int i = 0; i < u->n; i++)
        if (x >= u->plates[i].x0 && x < u->plates[i].x1 && y >= u->plates[i].y0 && y < u->plates[i].y1)
            return true;
    return false;
}

/* How many of the four points d away lie in the union. */
static int n_near(const struct union_of *u, int x, int y, int d)
{
    return holds(u, x - d, y) + holds(u, x + d, y) + holds(u, x, y - d) + holds(u, x, y + d);
}

struct histogram {
    int counts[256];
    int n;
};

static float quantile(const struct histogram *h, double q)
{
    int left = (int)(q * (h->n - 1));
    int v = 0;
    for (; h->n && left >= h->counts[v]; v++)
        left -= h->counts[v];
    return (float)v;
}

static bool is_rim(const struct union_of *u, int x, int y)
{
    return holds(u, x, y) && n_near(u, x, y, 2) == 4 && n_near(u, x, y, 5) < 4;
}

/* Values of map just inside and just outside the union's border. */
static void look_at_border(const uint8_t *map, int w, int h, const struct union_of *u, struct histogram *rim,
                           struct histogram *beside)
{
    *rim = *beside = (struct histogram){.n = 0};
    for (int y = 0; y < h; y++)
        for (int x = 0; x < w; x++) {
            struct histogram *to = NULL;
            if (is_rim(u, x, y))
                to = rim;
            else if (!holds(u, x, y) && n_near(u, x, y, 3) == 0 && n_near(u, x, y, 6) > 0)
                to = beside;
            if (to) {
                to->counts[map[(ptrdiff_t)y * w + x]]++;
                to->n++;
            }
        }
}

/* Share of the rim where luma changes much from one place to the next along the border: letters, not a
 * plate. */
static float lettered_share(const uint8_t *luma, int w, int h, const struct union_of *u)
{
    int n = 0;
    int changed = 0;
    for (int y = 0; y + 4 < h; y++)
        for (int x = 0; x + 4 < w; x++) {
            if (!is_rim(u, x, y))
                continue;
            const bool level = !holds(u, x, y - 5) || !holds(u, x, y + 5);
            const uint8_t *p = luma + (ptrdiff_t)y * w + x;
            const int d = p[0] - p[level ? 4 : 4 * w];
            n++;
            changed += d > 40 || d < -40;
        }
    return n ? (float)changed / (float)n : 1.0F;
}

/* The rim of the inside came with the caption, or keeps stiller than the scene, nearly all along, while the
 * hull of letters has strokes and gaps there; and the outside right beside it did not: a glow or a wide
 * outline fades out, a plate ends. */
static bool is_confirmed(const struct uncap_matte_scene *s, const struct uncap_matte_look *look,
                         const struct union_of *u, bool by_gain)
{
    struct histogram rim;
    struct histogram beside;
    const float lettered = lettered_share(look->med[0], s->w, s->h, u);
    if (lettered > 0.2F)
        return false;
    if (by_gain) {
        look_at_border(s->gain->px, s->w, s->h, u, &rim, &beside);
        const float inside = quantile(&rim, 0.25) - s->gain->scene;
        return inside > 4.0F && quantile(&beside, 0.7) - s->gain->scene < fmaxf(4.0F, 0.3F * inside);
    }
    if (s->far_dev <= 8.0F) /* nothing else to confirm it by */
        return lettered < 0.06F;
    look_at_border(look->dev, s->w, s->h, u, &rim, &beside);
    const float inside = quantile(&rim, 0.6);
    return inside < 0.85F * s->far_dev && 2.0F * quantile(&beside, 0.4) > inside + 0.6F * s->far_dev;
}

/* Does one of the plate's ends go on beyond a side, to the end of the line's box? Then the side is a
 * letter's stem. */
static bool goes_on(const struct images *im, struct search s, struct side end)
{
    enum { SOFT = 3 }; /* rows that a codec blurs an edge over */
    s.sign = end.step;
    for (int i = 0; i < SOFT && s.begin < s.end; i++)
        if (side_at(im, &s, end.at + (s.is_first ? i : -i)).score > 0.25F * end.score)
            return true;
    return false;
}

/* A side that stands inside its line's box: neither end of the plate that is this line's goes on there. */
static bool is_stem(const struct images *im, const struct uncap_matte_lines *lines, int line,
                    const struct side ends[2], int side, bool is_left)
{
    const struct uncap_rect box = lines->items[line].box;
    struct search s = {
        .begin = is_left ? box.x0 : side + 2, .end = is_left ? side - 2 : box.x1, .is_row = true};
    s.is_first = true;
    if (line == 0 && goes_on(im, s, ends[0]))
        return true;
    s.is_first = false;
    return line + 1 == lines->n && goes_on(im, s, ends[1]);
}

/* A side of one line's plate, looked for from `out` pixels beside the line's box to `in` inside it. */
static struct side find_flank(const struct images *im, struct uncap_rect line, struct uncap_rect hull, int in,
                              float text_h, float sign, bool is_left)
{
    const int out = (int)(0.8F * text_h) + 2;
    const int inset = (int)(0.2F * text_h) + 1;
    const int from = is_left ? hull.x0 - out : line.x1 - in;
    const int to = is_left ? line.x0 + in : hull.x1 + out;
    return find_side(im, (struct search){from, to, line.y0 + inset, line.y1 - inset, false, is_left, sign});
}

/* Sides of one line's plate. Its left and right may stand as far out as those of the longest line; and a
 * text's height inside the line's box, which is widened by what came with the text: so did the plate. Where
 * the stem of a letter is clearer than all else so far inside, less far. */
static void find_flanks(const struct images *im, const struct uncap_matte_lines *lines, int i,
                        struct uncap_rect hull, float text_h, const struct side ends[2],
                        struct side flanks[2])
{
    const struct uncap_rect line = lines->items[i].box;
    const int far_in = (int)fminf(text_h, (float)uncap_rect_w(line) / 3) + 1;
    const int near_in = (int)(0.35F * text_h) + 1;
    for (int k = 0; k < 2; k++) {
        flanks[k] = find_flank(im, line, hull, far_in, text_h, ends[0].step, k == 0);
        if (flanks[k].at >= 0 && is_stem(im, lines, i, ends, flanks[k].at, k == 0))
            flanks[k] = find_flank(im, line, hull, near_in, text_h, ends[0].step, k == 0);
    }
}

static struct side find_end(const struct images *im, struct uncap_rect line, float text_h, bool is_top)
{
    const int in = (int)(0.35F * text_h) + 1;
    const int out = (int)(0.8F * text_h) + 2;
    const int inset = (int)(0.2F * text_h) + 1;
    const struct search s = {is_top ? line.y0 - out : line.y1 - in,
                             is_top ? line.y0 + in : line.y1 + out,
                             line.x0 + inset,
                             line.x1 - inset,
                             true,
                             is_top,
                             0.0F};
    return find_side(im, s);
}

static bool find_in(const struct images *im, const struct uncap_matte_scene *scene,
                    const struct uncap_matte_lines *lines, struct uncap_rect *plates)
{
    const struct uncap_rect top_line = lines->items[0].box;
    const struct uncap_rect low_line = lines->items[lines->n - 1].box;
    struct uncap_rect hull = {0, 0, 0, 0};
    for (int i = 0; i < lines->n; i++)
        hull = uncap_rect_union(hull, lines->items[i].box);
    const struct side ends[2] = {find_end(im, top_line, scene->text_h, true),
                                 find_end(im, low_line, scene->text_h, false)};
    if (!are_plate(&ends[0], ends, 2))
        return false;
    for (int i = 0; i < lines->n; i++) {
        const struct uncap_rect line = lines->items[i].box;
        struct side flanks[2];
        find_flanks(im, lines, i, hull, scene->text_h, ends, flanks);
        /* Between lines a plate reaches as far as at the ends, and a little more where that cannot be
         * seen. */
        const int y0 = i ? line.y0 - (top_line.y0 - ends[0].at) - 2 : ends[0].at;
        const int y1 = i + 1 < lines->n ? line.y1 + (ends[1].at - low_line.y1) + 2 : ends[1].at;
        plates[i] = (struct uncap_rect){flanks[0].at, y0, flanks[1].at, y1};
        if (!are_plate(&ends[0], flanks, 2) || uncap_rect_empty(plates[i]))
            return false;
    }
    return true;
}

bool uncap_matte_plates_find(const struct uncap_matte_scene *scene, const struct uncap_matte_stack *life,
                             int first, int end, const struct uncap_matte_look *look,
                             const struct uncap_matte_lines *lines, struct uncap_rect *plates)
{
    const struct union_of u = {plates, lines->n};
    const struct images gain = choose(scene, life, first, end, true);
    if (is_gain_known(scene) && find_in(&gain, scene, lines, plates) && is_confirmed(scene, look, &u, true))
        return true;
    /* A dark box that comes over a dark scene brings no change with it; while it stands the scene shows
     * it. */
    const struct images seen = choose(scene, life, first, end, false);
    return find_in(&seen, scene, lines, plates) && is_confirmed(scene, look, &u, false);
}
