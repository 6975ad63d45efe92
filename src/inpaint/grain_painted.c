/* SPDX-License-Identifier: Apache-2.0 */
#include "inpaint/grain_painted.h"

#include <math.h>

#include "base/memory.h"
#include "inpaint/grain_field.h"
#include "inpaint/grain_filter.h"

enum {
    MAX_FRAMES = 8, /* of the window that are looked at */
    MIN_KNOWN = 16, /* answers from which a line says anything */
};

#define LITTLE 0.125 /* of the energy that grain has */
#define ROUNDING 0.5 /* energy of the answers to rounding to whole native levels: 6 / 12 */

/* Squared answers of the filter [1 -2 1] along a row or column, where it reads no covered sample. A filter in
 * both directions would bring the picture's grain across a bar's edge. */
struct line {
    double sum;
    int n;
};

struct plane_at {
    const struct uncap_window *window;
    int t, plane;
};

static bool is_known(struct plane_at p, int x, int y)
{
    return !p.window->coverage[p.t] || !grain_is_covered(p.window, p.t, p.plane, x, y);
}

static void add_answer(struct line *line, struct plane_at p, int x, int y, int dx, int dy)
{
    if (!is_known(p, x - dx, y - dy) || !is_known(p, x, y) || !is_known(p, x + dx, y + dy))
        return;
    const struct uncap_picture *from = &p.window->frames[p.t];
    const double f = (double)grain_get(from, p.plane, x - dx, y - dy) -
                     2 * (double)grain_get(from, p.plane, x, y) +
                     (double)grain_get(from, p.plane, x + dx, y + dy);
    line->sum += f * f;
    line->n++;
}

static void add_frame(struct line *rows, struct line *columns, struct plane_at p, int step)
{
    const struct uncap_window *win = p.window;
    const int w = uncap_plane_w(win->format, p.plane, uncap_rect_w(win->crop));
    const int h = uncap_plane_h(win->format, p.plane, uncap_rect_h(win->crop));
    for (int y = 0; y < h; y++)
        for (int x = 0; x < w; x++) {
            if (x >= step && x + step < w)
                add_answer(&rows[y], p, x, y, step, 0);
            if (y >= step && y + step < h)
                add_answer(&columns[x], p, x, y, 0, step);
        }
}

static void tell(const struct line *lines, int n, double wanted, uint8_t *painted)
{
    for (int i = 0; i < n; i++)
        painted[i] = lines[i].n >= MIN_KNOWN && lines[i].sum < LITTLE * wanted * lines[i].n;
}

int uncap_grain_find_painted(const struct uncap_window *window, int plane, struct uncap_grain grain,
                             uint8_t *rows, uint8_t *columns, struct uncap_error *err)
{
    const int w = uncap_plane_w(window->format, plane, uncap_rect_w(window->crop));
    const int h = uncap_plane_h(window->format, plane, uncap_rect_h(window->crop));
    const int step = grain_step(grain.size);
    const double native = (double)grain.level * (1 << (window->format.depth - 8));
    const double wanted = native * native * sqrt((double)uncap_grain_response(grain.size, step)) + ROUNDING;
    struct line *lines = uncap_alloc((size_t)w + (size_t)h, sizeof(*lines));
    if (!lines)
        return uncap_fail_nomem(err, "adding grain to a window");
    const int apart = (window->n + MAX_FRAMES - 1) / MAX_FRAMES;
    for (int t = 0; t < window->n; t += apart)
        add_frame(lines, lines + h, (struct plane_at){window, t, plane}, step);
    tell(lines, h, wanted, rows);
    tell(lines + h, w, wanted, columns);
    uncap_free(lines);
    return UNCAP_OK;
}
