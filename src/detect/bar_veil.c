/* SPDX-License-Identifier: Apache-2.0 */
#include "detect/bar_veil.h"

enum { LEAST_CHANGE = 6 }; /* levels, in the mean of squares, that a veil must make to be told from texture */

/* Strength from which it stands. */
#define LEAST_STRENGTH 0.5F

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
    return squares > (float)(n * LEAST_CHANGE * LEAST_CHANGE) ? both / squares : 0.0F;
}

/* Does a see-through bar end at a side: is the scene veiled inside of its middle half? */
static bool ends_at(const struct uncap_bar *bar, const struct uncap_picture *p, int side)
{
    const struct uncap_rect r = bar->rect;
    const int from = side < 2 ? (3 * r.x0 + r.x1) / 4 : (3 * r.y0 + r.y1) / 4;
    const int to = side < 2 ? (r.x0 + 3 * r.x1) / 4 : (r.y0 + 3 * r.y1) / 4;
    return strength_at(bar, p, side, from, to) >= LEAST_STRENGTH;
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
