/* SPDX-License-Identifier: Apache-2.0 */
#include "detect/presence.h"

#include <math.h>
#include <stdlib.h>

/* Frames a caption may be hidden (a flash, a damaged frame) without ending. */
enum { MAX_DIP = 2, FLOOR_FRAMES = 6 };

/* Visible share of opacity; 20 of 255. */
static const float visible = 0.078f;
/* A frame this full beside the half-way point: the change took no longer than three frames. */
static const float nearly_full = 0.85f;

/* a seen from the border outwards: step -1 for the beginning, +1 for the end. */
struct walk {
    const float *a;
    int n, step;
};

static bool is_inside(const struct walk *w, int i)
{
    return i >= 0 && i < w->n;
}

/* Outermost frame that is connected to `at` by frames of half presence, dips allowed. */
static int half_border(const struct walk *w, int at)
{
    int border = at;
    for (int i = at; is_inside(w, i) && abs(i - border) <= MAX_DIP + 1; i += w->step)
        if (w->a[i] >= UNCAP_PRESENCE_HALF)
            border = i;
    return border;
}

static int by_value(const void *a, const void *b)
{
    const float x = *(const float *)a, y = *(const float *)b;
    return (x > y) - (x < y);
}

/* What the filter answers where the caption is gone: median over the frames outside `border`. */
static float floor_beyond(const struct walk *w, int border)
{
    float values[FLOOR_FRAMES];
    size_t n = 0;
    for (int i = border + w->step; is_inside(w, i) && n < FLOOR_FRAMES; i += w->step)
        values[n++] = w->a[i];
    qsort(values, n, sizeof(*values), by_value);
    return n ? fminf(fmaxf(values[n / 2], -0.2f), 0.4f) : 0;
}

/* Outermost frame of a ramp that falls from border; border itself if it falls at once. */
static int ramp_border(const struct walk *w, int border, float *floor_level)
{
    int i = border;
    /* Downhill; noise may hold it up by 0.02. */
    while (is_inside(w, i + w->step) && w->a[i + w->step] < w->a[i] - 0.02f)
        i += w->step;
    /* The foot of the slope belongs to what lies beyond. */
    *floor_level = floor_beyond(w, i - w->step);
    while (i != border && (w->a[i] - *floor_level) / (1 - *floor_level) < visible)
        i -= w->step;
    return i;
}

static int find(const struct walk *w, int at, uint8_t *opacity)
{
    const int half = half_border(w, at);
    float floor_level = 0;
    int border = half;
    const bool has_next = is_inside(w, half + w->step);
    const float next = has_next ? w->a[half + w->step] : 0;
    /* One frame between nothing and all is the mark of a blended frame or of clutter behind the text: only when it
     * stands well out of the noise is it the caption's. */
    if (w->a[half] < nearly_full || next > 0.25f)
        border = ramp_border(w, half, &floor_level);
    if (!opacity)
        return border;
    for (int i = border; i != at + -w->step; i -= w->step) {
        const float level = (w->a[i] - floor_level) / (1 - floor_level);
        const bool is_ramp = border != half && level < 0.97f && abs(i - half) <= abs(border - half) + 2;
        opacity[i] = is_ramp ? (uint8_t)lrintf(255 * fminf(fmaxf(level, visible), 1)) : 255;
        if (i == at)
            break;
    }
    return border;
}

int uncap_presence_first(const float *a, int n, int at, uint8_t *opacity)
{
    const struct walk w = {a, n, -1};
    return find(&w, at, opacity);
}

int uncap_presence_last(const float *a, int n, int at, uint8_t *opacity)
{
    const struct walk w = {a, n, 1};
    return find(&w, at, opacity);
}
