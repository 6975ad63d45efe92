/* SPDX-License-Identifier: Apache-2.0 */
#include "detect/matte/plate.h"

#include <limits.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "detect/matte/across.h"
#include "detect/matte/around.h"
#include "detect/matte/side.h"

/* At which end of some lines another one stands that is not of them. */
enum facing { FACING_NONE, FACING_UP, FACING_DOWN };

static const float weak_side = 3.0F;     /* score below which a side is none */
static const float still = 8.0F;         /* spread of a scene that is too still to tell what keeps stiller */
static const float most_lettered = 0.2F; /* share of a rim with letters across it */
static const float few_letters = 0.06F;  /* the same where hardly anything else tells that it is a rim */

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

/* Images whose edges are looked at: what came with the caption where that is known well, else some life
 * samples. */
static struct uncap_matte_images choose(const struct uncap_matte_scene *s,
                                        const struct uncap_matte_stack *life, int first, int end,
                                        bool by_gain)
{
    struct uncap_matte_images im = {.w = s->w, .h = s->h, .weak = 0.25F};
    if (by_gain) {
        im.weak = 0.05F;
        im.px[im.n++] = s->gain->px;
        return im;
    }
    const int n = end - first < UNCAP_MATTE_SIDE_IMAGES ? end - first : UNCAP_MATTE_SIDE_IMAGES;
    for (; im.n < n; im.n++)
        im.px[im.n] = uncap_matte_stack_plane(life, first + im.n * (end - first) / n, 0);
    return im;
}

/* Whether sides are of one plate: all step the same way, and no more than one is weak. */
static bool are_plate(const struct uncap_matte_side *first, const struct uncap_matte_side *s, int n)
{
    int n_weak = 0;
    for (int k = 0; k < n; k++) {
        if (s[k].at < 0 || s[k].step * first->step <= 0.0F || s[k].score < weak_side)
            return false;
        n_weak += s[k].score < 6.0F;
    }
    return n_weak <= 1;
}

/* other  a line that is not of theirs, whose own light or veil says nothing of what lies beside them */
struct union_of {
    const struct uncap_rect *plates;
    int n;
    struct uncap_rect other;
};

static bool holds(const struct union_of *u, int x, int y)
{
    for (int i = 0; i < u->n; i++)
        if (uncap_rect_has(u->plates[i], x, y))
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
            if (uncap_rect_has(u->other, x, y))
                continue;
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
    if (lettered > most_lettered)
        return false;
    if (by_gain) {
        look_at_border(s->gain->px, s->w, s->h, u, &rim, &beside);
        const float inside = quantile(&rim, 0.25) - s->gain->scene;
        return inside > 4.0F && quantile(&beside, 0.7) - s->gain->scene < fmaxf(4.0F, 0.3F * inside);
    }
    if (s->far_dev <= still) /* nothing else to confirm it by */
        return lettered < few_letters;
    look_at_border(look->dev, s->w, s->h, u, &rim, &beside);
    const float inside = quantile(&rim, 0.6);
    return inside < 0.85F * s->far_dev && 2.0F * quantile(&beside, 0.4) > inside + 0.6F * s->far_dev;
}

/* Does one of the plate's ends go on beyond a side, to the end of the line's box? Then the side is a
 * letter's stem. */
static bool goes_on(const struct uncap_matte_images *im, struct uncap_matte_search s,
                    struct uncap_matte_side end)
{
    s.sign = end.step;
    for (int i = 0; i < UNCAP_MATTE_SIDE_BLUR && s.begin < s.end; i++)
        if (uncap_matte_side_at(im, &s, end.at + (s.is_first ? i : -i)).score > 0.25F * end.score)
            return true;
    return false;
}

/* A side that stands inside its line's box: neither end of the plate that is this line's goes on there. */
static bool is_stem(const struct uncap_matte_images *im, const struct uncap_matte_lines *lines, int line,
                    const struct uncap_matte_side ends[2], int side, bool is_left)
{
    const struct uncap_rect box = lines->items[line].box;
    struct uncap_matte_search s = {
        .begin = is_left ? box.x0 : side + 2, .end = is_left ? side - 2 : box.x1, .is_row = true};
    s.is_first = true;
    if (line == 0 && goes_on(im, s, ends[0]))
        return true;
    s.is_first = false;
    return line + 1 == lines->n && goes_on(im, s, ends[1]);
}

/* A side of one line's plate, looked for from `out` pixels beside the line's box to `in` inside it. */
static struct uncap_matte_side find_flank(const struct uncap_matte_images *im, struct uncap_rect line,
                                          struct uncap_rect hull, int in, float text_h, float sign,
                                          bool is_left)
{
    const int out = uncap_matte_side_outside(text_h);
    const int inset = (int)(0.2F * text_h) + 1;
    const int from = is_left ? hull.x0 - out : line.x1 - in;
    const int to = is_left ? line.x0 + in : hull.x1 + out;
    return uncap_matte_side_find(im, (struct uncap_matte_search){.from = from,
                                                                 .to = to,
                                                                 .begin = line.y0 + inset,
                                                                 .end = line.y1 - inset,
                                                                 .is_first = is_left,
                                                                 .sign = sign});
}

/* Sides of one line's plate. Its left and right may stand as far out as those of the longest line; and a
 * text's height inside the line's box, which is widened by what came with the text: so did the plate. Where
 * the stem of a letter is clearer than all else so far inside, less far. */
static void find_flanks(const struct uncap_matte_images *im, const struct uncap_matte_lines *lines, int i,
                        struct uncap_rect hull, float text_h, const struct uncap_matte_side ends[2],
                        struct uncap_matte_side flanks[2])
{
    const struct uncap_rect line = lines->items[i].box;
    const int far_in = (int)fminf(text_h, (float)uncap_rect_w(line) / 3) + 1;
    const int near_in = uncap_matte_side_inside(text_h);
    for (int k = 0; k < 2; k++) {
        if (k == 0 ? line.x0 <= 0 : line.x1 >= im->w) { /* its line goes on beyond the area, and so does it */
            flanks[k] = (struct uncap_matte_side){k == 0 ? 0 : im->w, ends[0].step, ends[0].score};
            continue;
        }
        flanks[k] = find_flank(im, line, hull, far_in, text_h, ends[0].step, k == 0);
        if (flanks[k].at >= 0 && is_stem(im, lines, i, ends, flanks[k].at, k == 0))
            flanks[k] = find_flank(im, line, hull, near_in, text_h, ends[0].step, k == 0);
    }
}

static struct uncap_matte_side find_end(const struct uncap_matte_images *im, struct uncap_rect line,
                                        float text_h, bool is_top, float sign)
{
    const int inset = (int)(0.2F * text_h) + 1;
    return uncap_matte_side_behind(im, text_h, line.y0, line.y1,
                                   (struct uncap_matte_search){.begin = line.x0 + inset,
                                                               .end = line.x1 - inset,
                                                               .is_row = true,
                                                               .is_first = is_top,
                                                               .sign = sign});
}

/* How far a plate reaches out of its line's box, on the left or the right. */
static int reach_of(struct uncap_rect line, struct uncap_rect plate, bool is_left)
{
    return is_left ? line.x0 - plate.x0 : plate.x1 - line.x1;
}

/* Does another line's plate, which reaches no farther than `most`, end right there, too? */
static bool is_shared(const struct uncap_matte_lines *lines, const struct uncap_rect *plates, int i, int most,
                      bool is_left)
{
    for (int k = 0; k < lines->n; k++) {
        const int off = is_left ? plates[k].x0 - plates[i].x0 : plates[k].x1 - plates[i].x1;
        if (k != i && abs(off) <= UNCAP_MATTE_SIDE_BLUR &&
            reach_of(lines->items[k].box, plates[k], is_left) <= most)
            return true;
    }
    return false;
}

/* Each line's plate is as wide as its line, or all are as wide as the widest one. What was found farther out
 * is the scene's: look again, nearer. Returns false if nothing is there. */
static bool settle_flanks(const struct uncap_matte_images *im, const struct uncap_matte_lines *lines,
                          float text_h, float sign, struct uncap_rect *plates)
{
    int least = INT_MAX;
    for (int i = 0; i < 2 * lines->n; i++) {
        const int reach = reach_of(lines->items[i / 2].box, plates[i / 2], i % 2 == 0);
        least = reach < least ? reach : least;
    }
    const int most = least + (int)text_h;
    for (int i = 0; i < 2 * lines->n; i++) {
        const bool is_left = i % 2 == 0;
        const struct uncap_rect line = lines->items[i / 2].box;
        struct uncap_rect *plate = &plates[i / 2];
        if (reach_of(line, *plate, is_left) <= most || is_shared(lines, plates, i / 2, most, is_left))
            continue;
        const struct uncap_rect near = uncap_rect_grow(line, least > 0 ? least : 0, 0);
        const struct uncap_matte_side side =
            find_flank(im, line, near, uncap_matte_side_inside(text_h), text_h, sign, is_left);
        if (side.at < 0 || side.score < weak_side)
            return false;
        *(is_left ? &plate->x0 : &plate->x1) = side.at;
    }
    return true;
}

/* The end of line i's plate that lies towards line i + step, where that plate sticks out beside the other
 * one, farther than edges are blurred; else as it is. */
static int inner_end(const struct uncap_matte_images *im, const struct uncap_matte_lines *lines, int i,
                     int step, const struct uncap_rect *plates, float sign)
{
    const struct uncap_rect own = plates[i];
    const struct uncap_rect other = plates[i + step];
    const struct uncap_rect line = lines->items[i].box;
    const struct uncap_rect next = lines->items[i + step].box;
    const bool is_left = other.x0 - own.x0 > own.x1 - other.x1;
    const int in = uncap_rect_h(line) / 4; /* the line's box stands off its letters */
    const struct uncap_matte_search s = {
        .from = step < 0 ? next.y0 : line.y1 - in,
        .to = step < 0 ? line.y0 + in : next.y1,
        .begin = is_left ? own.x0 + UNCAP_MATTE_SIDE_BLUR : other.x1 + UNCAP_MATTE_SIDE_BLUR,
        .end = is_left ? other.x0 - UNCAP_MATTE_SIDE_BLUR : own.x1 - UNCAP_MATTE_SIDE_BLUR,
        .is_row = true,
        .is_first = step < 0,
        .sign = sign};
    const struct uncap_matte_side end = s.end - s.begin > UNCAP_MATTE_SIDE_BLUR
                                            ? uncap_matte_side_find(im, s)
                                            : (struct uncap_matte_side){.at = -1};
    if (end.at >= 0 && end.score >= weak_side)
        return end.at;
    return step < 0 ? own.y0 : own.y1;
}

/* Higher than wide: the outline of an "I" has four straight sides, too, but its corners are round. Columns of
 * text are higher still. */
static bool is_letter(struct uncap_rect plate)
{
    return uncap_rect_h(plate) > uncap_rect_w(plate) && uncap_rect_h(plate) <= 4 * uncap_rect_w(plate);
}

/* The top and the bottom. Where an end faces another line, whose letters have edges, too, it steps as the
 * other end does. */
static void find_ends(const struct uncap_matte_images *im, const struct uncap_matte_lines *lines,
                      float text_h, enum facing facing, struct uncap_matte_side ends[2])
{
    const struct uncap_rect boxes[2] = {lines->items[0].box, lines->items[lines->n - 1].box};
    const int far = facing == FACING_UP; /* the end that faces none */
    ends[far] = find_end(im, boxes[far], text_h, !far, 0.0F);
    ends[!far] = find_end(im, boxes[!far], text_h, far, facing == FACING_NONE ? 0.0F : ends[far].step);
}

static bool find_in(const struct uncap_matte_images *im, const struct uncap_matte_scene *scene,
                    const struct uncap_matte_lines *lines, enum facing facing, struct uncap_rect *plates)
{
    const struct uncap_rect top_line = lines->items[0].box;
    struct uncap_rect hull = {0, 0, 0, 0};
    for (int i = 0; i < lines->n; i++)
        hull = uncap_rect_union(hull, lines->items[i].box);
    struct uncap_matte_side ends[2];
    find_ends(im, lines, scene->text_h, facing, ends);
    if (!are_plate(&ends[0], ends, 2))
        return false;
    for (int i = 0; i < lines->n; i++) {
        const struct uncap_rect line = lines->items[i].box;
        struct uncap_matte_side flanks[2];
        find_flanks(im, lines, i, hull, scene->text_h, ends, flanks);
        /* Between lines a plate reaches as far as at the ends, and a little more where that cannot be
         * seen. */
        const int y0 = i ? line.y0 - (top_line.y0 - ends[0].at) - 2 : ends[0].at;
        const int y1 =
            i + 1 < lines->n ? line.y1 + (ends[1].at - lines->items[lines->n - 1].box.y1) + 2 : ends[1].at;
        plates[i] = (struct uncap_rect){flanks[0].at, y0, flanks[1].at, y1};
        if (!are_plate(&ends[0], flanks, 2) || uncap_rect_empty(plates[i]) || is_letter(plates[i]))
            return false;
    }
    if (!settle_flanks(im, lines, scene->text_h, ends[0].step, plates))
        return false;
    for (int i = 0; i < lines->n; i++) {
        if (i > 0)
            plates[i].y0 = inner_end(im, lines, i, -1, plates, ends[0].step);
        if (i + 1 < lines->n)
            plates[i].y1 = inner_end(im, lines, i, 1, plates, ends[0].step);
    }
    return true;
}

/* Where and by what plates are looked for. */
struct search {
    const struct uncap_matte_scene *scene;
    const struct uncap_matte_look *look;
    struct uncap_matte_images images;
    bool by_gain;
};

/* Behind n of the lines, from `from` on; the others have none. */
static bool find_behind(const struct search *s, const struct uncap_matte_lines *lines, int from, int n,
                        struct uncap_rect *plates)
{
    const struct uncap_matte_lines some = {lines->items + from, n};
    const enum facing facing = from ? FACING_UP : n < lines->n ? FACING_DOWN : FACING_NONE;
    struct union_of u = {.plates = plates + from, .n = n};
    if (facing != FACING_NONE)
        u.other = lines->items[from ? from - 1 : n].box;
    memset(plates, 0, (size_t)lines->n * sizeof(*plates));
    return find_in(&s->images, s->scene, &some, facing, plates + from) &&
           is_confirmed(s->scene, s->look, &u, s->by_gain);
}

/* Behind one of two lines, in two languages say, and none behind the other one. */
static bool find_behind_one(const struct search *s, const struct uncap_matte_lines *lines,
                            struct uncap_rect plates[2])
{
    struct uncap_rect lower[2];
    const bool has_upper = find_behind(s, lines, 0, 1, plates),
               has_lower = find_behind(s, lines, 1, 1, lower);
    if (has_lower)
        memcpy(plates, lower, sizeof(lower));
    return has_upper != has_lower;
}

/* Each line's part of plates[0]: they meet halfway between lines. */
static void part_among(const struct uncap_matte_lines *lines, struct uncap_rect *plates)
{
    for (int i = 1; i < lines->n; i++) {
        plates[i] = plates[i - 1];
        plates[i].y0 = plates[i - 1].y1 = (lines->items[i - 1].box.y1 + lines->items[i].box.y0) / 2;
    }
}

/* The darkest (sign -1) or brightest (1) tenth of what stands within the lines. */
static struct uncap_matte_tone tone_of(const struct uncap_matte_images *im,
                                       const struct uncap_matte_lines *lines, int sign)
{
    struct histogram inside = {.n = 0};
    for (int k = 0; k < im->n; k++)
        for (int i = 0; i < lines->n; i++) {
            const struct uncap_rect r =
                uncap_rect_intersect(lines->items[i].box, (struct uncap_rect){0, 0, im->w, im->h});
            for (int y = r.y0; y < r.y1; y++)
                for (int x = r.x0; x < r.x1; x++, inside.n++)
                    inside.counts[im->px[k][(ptrdiff_t)y * im->w + x]]++;
        }
    return (struct uncap_matte_tone){sign, (int)quantile(&inside, sign < 0 ? 0.1 : 0.9)};
}

/* Behind all of the lines, as one, of which that many sides are seen at least. Before a scene that stands
 * still its straight sides are all that tells, unless a tone leaves places out. */
static bool find_one(const struct search *s, const struct uncap_matte_lines *lines, int least_sides,
                     struct uncap_rect *plates)
{
    const struct uncap_matte_tone *tone = &s->images.tone;
    const struct union_of u = {.plates = plates, .n = 1};
    const int n_sides = uncap_matte_around_find(&s->images, lines, s->scene->text_h, plates);
    if (n_sides < least_sides || uncap_rect_empty(plates[0]))
        return false;
    const float lettered = lettered_share(s->look->med[0], s->scene->w, s->scene->h, &u);
    if (lettered > (n_sides < 4 ? few_letters : most_lettered))
        return false;
    if ((tone->sign || s->scene->far_dev > still) &&
        !uncap_matte_across_tells(s->scene, s->look, tone, plates[0]))
        return false;
    part_among(lines, plates);
    return true;
}

/* A dark box before a dark scene, or a bright one before a bright one. */
static bool find_toned(struct search s, const struct uncap_matte_lines *lines, struct uncap_rect *plates)
{
    for (int sign = -1; sign <= 1; sign += 2) {
        s.images.tone = tone_of(&s.images, lines, sign);
        if (find_one(&s, lines, 2, plates))
            return true;
    }
    return false;
}

bool uncap_matte_plates_find(const struct uncap_matte_scene *scene, const struct uncap_matte_stack *life,
                             int first, int end, const struct uncap_matte_look *look,
                             const struct uncap_matte_lines *lines, struct uncap_rect *plates)
{
    const struct search gain = {scene, look, choose(scene, life, first, end, true), true},
                        seen = {scene, look, choose(scene, life, first, end, false), false};
    const bool has_gain = is_gain_known(scene);
    const bool has_several = lines->n > 1;
    if ((has_several && find_one(&seen, lines, 4, plates)) ||
        (has_gain && find_behind(&gain, lines, 0, lines->n, plates)))
        return true;
    /* A dark box that comes over a dark scene brings no change with it; while it stands the scene shows
     * it. */
    if (find_behind(&seen, lines, 0, lines->n, plates) ||
        (has_several && find_one(&seen, lines, 3, plates)) || find_toned(seen, lines, plates))
        return true;
    return lines->n == 2 &&
           ((has_gain && find_behind_one(&gain, lines, plates)) || find_behind_one(&seen, lines, plates));
}
