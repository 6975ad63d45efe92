/* SPDX-License-Identifier: Apache-2.0 */
#include "detect/track/bar.h"

#include <stdlib.h>

#include "detect/track/bar_veil.h"

/* Shares of the middle half of a side. */
#define LEAST_OF_SIDE 0.8F /* that has the colour; corners may be round */
#define MOST_BESIDE 0.25F  /* right beside it */

/* Has pixel (x, y) the bar's colour, but for what is seen through it of the scene at (bx, by)? */
static bool has_bar_colour(const struct uncap_bar *bar, const struct uncap_picture *p, int x, int y, int bx,
                           int by)
{
    for (int c = 0; c < p->format.n_planes; c++)
        if (abs(uncap_bar_sample(p, c, x, y) - bar->colour[c]) >
            UNCAP_BAR_TOLERANCE + abs(uncap_bar_sample(p, c, bx, by) - bar->colour[c]) / UNCAP_BAR_SEEN)
            return false;
    return true;
}

static int clamp(int v, int end)
{
    return v < 0 ? 0 : v < end ? v : end - 1;
}

/* Share of the middle half of a side that has the colour `out` pixels outside of it, or inside if negative.
 */
static float share_of_side(const struct uncap_bar *bar, const struct uncap_picture *p, int side, int out)
{
    const struct uncap_rect r = bar->rect, middle = uncap_bar_middle(r);
    const int rows[4] = {r.y0, r.y1 - 1, r.x0, r.x1 - 1}, away = side % 2 ? 1 : -1;
    const int row = rows[side] + away * out, beyond = rows[side] + away;
    const int from = side < 2 ? middle.x0 : middle.y0, to = side < 2 ? middle.x1 : middle.y1;
    int n = 0;
    for (int k = from; k < to; k++)
        n += side < 2 ? has_bar_colour(bar, p, k, clamp(row, p->h), k, clamp(beyond, p->h))
                      : has_bar_colour(bar, p, clamp(row, p->w), k, clamp(beyond, p->w), k);
    return to > from ? (float)n / (float)(to - from) : 0.0F;
}

bool uncap_bar_stands(const struct uncap_bar *bar, const struct uncap_picture *picture)
{
    bool has_end = false;
    if (bar->through > 0)
        return uncap_bar_veil_stands(bar, picture);
    for (int side = 0; side < 4; side++) {
        float most = 0.0F;
        for (int in = UNCAP_BAR_BLUR; in <= 2 * UNCAP_BAR_BLUR; in++) {
            const float here = share_of_side(bar, picture, side, -in);
            most = here > most ? here : most;
        }
        if (most < LEAST_OF_SIDE)
            return false;
        has_end = has_end || share_of_side(bar, picture, side, 1) <= MOST_BESIDE;
    }
    return has_end;
}

float uncap_bar_share(const struct uncap_bar *bar, const struct uncap_picture *picture)
{
    const struct uncap_rect r = bar->rect;
    int n = 0;
    if (bar->through > 0)
        return 0.0F;
    for (int y = r.y0; y < r.y1; y++)
        for (int x = r.x0; x < r.x1; x++)
            n += has_bar_colour(bar, picture, x, y, x, y);
    return (float)n / (float)(uncap_rect_w(r) * uncap_rect_h(r));
}
