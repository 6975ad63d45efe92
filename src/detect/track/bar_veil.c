/* SPDX-License-Identifier: Apache-2.0 */
#include "detect/track/bar_veil.h"

#include <math.h>
#include <stdlib.h>

enum {
    LEVELS = 256,
    NEAR = 4,           /* levels around the mixture that most pixels have */
    CHANGE = 6,         /* levels that tell a mixture from what has not changed, a veil from texture */
    LEAST_SEEN = 4,     /* parts of the scene at least, ... */
    TOO_MUCH_SEEN = 12, /* ... but fewer than so many: letters and shadows are like that */
    ACROSS = 256,       /* columns and rows of the picture that are asked */
    DOWN = 16,
};

#define LEAST_OF_LINE 0.3F  /* of the line's box that has the mixture: letters cover the rest */
#define LEAST_STRENGTH 0.5F /* from which a side stands */

void uncap_bar_mean(const struct uncap_picture *p, struct uncap_rect r, float mean[])
{
    for (int c = 0; c < p->format.n_planes; c++) {
        int sum = 0;
        for (int y = r.y0; y < r.y1; y++)
            for (int x = r.x0; x < r.x1; x++)
                sum += uncap_bar_sample(p, c, x, y);
        mean[c] = (float)sum / (float)(uncap_rect_w(r) * uncap_rect_h(r));
    }
}

/* Lumas of places that have changed from one picture to the other. */
struct changes {
    uint8_t with[(ACROSS + 1) * (DOWN + 1)], without[(ACROSS + 1) * (DOWN + 1)];
    int n;
    int n_of_line; /* places that the line's box has, changed or not */
};

/* Among some thousand places that lie evenly in the line's rows, all over the picture. */
static void find_changes(const struct uncap_picture *with, const struct uncap_picture *without,
                         struct uncap_rect line, struct changes *c)
{
    const int step_x = with->w / ACROSS + 1, step_y = uncap_rect_h(line) / DOWN + 1;
    c->n = 0;
    c->n_of_line = uncap_rect_w(line) / step_x * (uncap_rect_h(line) / step_y);
    for (int y = line.y0; y < line.y1; y += step_y)
        for (int x = 0; x < with->w; x += step_x) {
            c->with[c->n] = (uint8_t)uncap_bar_sample(with, 0, x, y);
            c->without[c->n] = (uint8_t)uncap_bar_sample(without, 0, x, y);
            c->n += abs(c->with[c->n] - c->without[c->n]) > CHANGE;
        }
}

/* How many of them have become so many parts of what they were and the same value, at most: *value. */
static int count_mixture(const struct changes *c, int parts, int *value)
{
    int counts[2 * LEVELS] = {0};
    int most = 0, n = 0;
    for (int i = 0; i < c->n; i++)
        counts[LEVELS + c->with[i] - parts * c->without[i] / UNCAP_BAR_SHARES]++;
    for (int i = 0; i < 2 * LEVELS; i++) {
        n += counts[i] - (i > 2 * NEAR ? counts[i - 2 * NEAR - 1] : 0);
        if (n <= most)
            continue;
        most = n;
        *value = i - NEAR - LEVELS;
    }
    return most;
}

/* The mixture that most of them have. *value: what is not the scene's in it, luma. False if it would not be
 * enough of the line's box. */
static bool find_mixture(const struct changes *c, float *through, int *value)
{
    const float least = LEAST_OF_LINE * (float)c->n_of_line;
    int most = 0;
    for (int parts = 0; parts <= TOO_MUCH_SEEN && (float)c->n >= least; parts++) {
        int at;
        const int n = count_mixture(c, parts, &at);
        if (n <= most)
            continue;
        most = n;
        *value = at;
        *through = (float)parts / UNCAP_BAR_SHARES;
    }
    return most && (float)most >= least;
}

bool uncap_bar_veil_colour(const struct uncap_picture *with, const struct uncap_picture *without,
                           struct uncap_rect line, struct uncap_bar *bar)
{
    const struct uncap_rect box = uncap_rect_intersect(line, (struct uncap_rect){0, 0, with->w, with->h});
    struct changes changes;
    double sums[UNCAP_MAX_PLANES] = {0};
    float through = 0.0F;
    int value = 0, n = 0;
    if (uncap_rect_empty(box) || uncap_rect_h(box) > uncap_rect_w(box)) /* a letter is no line */
        return false;
    find_changes(with, without, box, &changes);
    if (!find_mixture(&changes, &through, &value) || through < (float)LEAST_SEEN / UNCAP_BAR_SHARES ||
        through >= (float)TOO_MUCH_SEEN / UNCAP_BAR_SHARES)
        return false;
    for (int y = box.y0; y < box.y1; y++)
        for (int x = box.x0; x < box.x1; x++) {
            float own[UNCAP_MAX_PLANES] = {0};
            for (int c = 0; c < with->format.n_planes; c++)
                own[c] = (float)uncap_bar_sample(with, c, x, y) -
                         through * (float)uncap_bar_sample(without, c, x, y);
            const bool is_mixed = fabsf(own[0] - (float)value) <= NEAR;
            n += is_mixed;
            for (int c = 0; c < with->format.n_planes && is_mixed; c++)
                sums[c] += (double)own[c];
        }
    for (int c = 0; c < with->format.n_planes && n; c++) {
        const double colour = sums[c] / n / (double)(1 - through);
        if (colour < -UNCAP_BAR_TOLERANCE || colour >= LEVELS + UNCAP_BAR_TOLERANCE)
            return false;
        bar->colour[c] = (int)lround(colour);
    }
    bar->through = through;
    return n > 0;
}

/* Of a side, `out` pixels outside of it, the pixels from k on of one run that lie before `to`. */
static struct uncap_rect run_along(const struct uncap_bar *bar, int side, int out, int k, int to)
{
    const struct uncap_rect r = bar->rect;
    const int rows[4] = {r.y0, r.y1 - 1, r.x0, r.x1 - 1};
    const int row = rows[side] + (side % 2 ? out : -out);
    const int end = k + UNCAP_BAR_RUN < to ? k + UNCAP_BAR_RUN : to;
    return side < 2 ? (struct uncap_rect){k, row, end, row + 1} : (struct uncap_rect){row, k, row + 1, end};
}

/* How much of a see-through bar stands inside of a side, 0..1, by what is right beside it: least squares over
 * the runs from `from` to `to`. 0 where the scene has the bar's colour. */
static float strength_at(const struct uncap_bar *bar, const struct uncap_picture *p, int side, int from,
                         int to)
{
    float both = 0.0F, squares = 0.0F;
    int n = 0;
    for (int k = from; k < to; k += UNCAP_BAR_RUN, n++) {
        float scene[UNCAP_MAX_PLANES], seen[UNCAP_MAX_PLANES];
        uncap_bar_mean(p, run_along(bar, side, 1, k, to), scene);
        uncap_bar_mean(p, run_along(bar, side, -2 * UNCAP_BAR_BLUR, k, to), seen);
        for (int c = 0; c < p->format.n_planes; c++) {
            const float change = (1 - bar->through) * ((float)bar->colour[c] - scene[c]);
            both += change * (seen[c] - scene[c]);
            squares += change * change;
        }
    }
    return squares > (float)(n * CHANGE * CHANGE) ? both / squares : 0.0F;
}

/* Does a see-through bar end at a side: is the scene veiled inside of its middle half? */
static bool ends_at(const struct uncap_bar *bar, const struct uncap_picture *p, int side)
{
    const struct uncap_rect middle = uncap_bar_middle(bar->rect);
    return strength_at(bar, p, side, side < 2 ? middle.x0 : middle.y0, side < 2 ? middle.x1 : middle.y1) >=
           LEAST_STRENGTH;
}

/* Does it go on from one column to another: do its top and its bottom? */
static bool runs_on(const struct uncap_bar *bar, const struct uncap_picture *p, int from, int to)
{
    return to - from >= UNCAP_BAR_RUN &&
           (bar->rect.y0 <= 0 || strength_at(bar, p, 0, from, to) >= LEAST_STRENGTH) &&
           (bar->rect.y1 >= p->h || strength_at(bar, p, 1, from, to) >= LEAST_STRENGTH);
}

void uncap_bar_veil_widen(struct uncap_bar *bar, const struct uncap_picture *p)
{
    const struct uncap_rect r = bar->rect;
    if (runs_on(bar, p, 0, r.x0))
        bar->rect.x0 = 0;
    if (runs_on(bar, p, r.x1, p->w))
        bar->rect.x1 = p->w;
}

bool uncap_bar_veil_stands(const struct uncap_bar *bar, const struct uncap_picture *p)
{
    const struct uncap_rect r = bar->rect;
    const bool is_edge[4] = {r.y0 <= 0, r.y1 >= p->h, r.x0 <= 0, r.x1 >= p->w};
    for (int side = 0; side < 4; side++)
        if (!is_edge[side] && !ends_at(bar, p, side))
            return false;
    return true;
}

/* Does it stand so far away? What lies at the picture's edge stays there. */
static bool stands_at(const struct uncap_bar *bar, const struct uncap_picture *p, int dx, int dy)
{
    const struct uncap_rect r = bar->rect;
    struct uncap_bar moved = *bar;
    moved.rect = (struct uncap_rect){r.x0 > 0 ? r.x0 + dx : 0, r.y0 > 0 ? r.y0 + dy : 0,
                                     r.x1 < p->w ? r.x1 + dx : p->w, r.y1 < p->h ? r.y1 + dy : p->h};
    const struct uncap_rect m = moved.rect;
    const bool is_out = (r.x0 > 0 && m.x0 <= 0) || (r.y0 > 0 && m.y0 <= 0) || (r.x1 < p->w && m.x1 >= p->w) ||
                        (r.y1 < p->h && m.y1 >= p->h);
    return !is_out && uncap_bar_veil_stands(&moved, p);
}

bool uncap_bar_veil_stands_near(const struct uncap_bar *bar, const struct uncap_picture *p, int reach)
{
    for (int by = -reach; by <= reach; by++)
        if (stands_at(bar, p, by, 0) || stands_at(bar, p, 0, by))
            return true;
    return false;
}
