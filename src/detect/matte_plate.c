/* SPDX-License-Identifier: Apache-2.0 */
#include "detect/matte_plate.h"

#include <math.h>
#include <string.h>

enum { MAX_IMAGES = 7 };

/* Images whose edges are looked at: what came with the caption where that is known well, else some life samples. */
struct images {
    const uint8_t *px[MAX_IMAGES];
    const uint8_t *strokes; /* their edges are not the plate's */
    int n, w, h;
};

/* One side of a rectangle: where, how large the step is from outside to inside, how consistent along the side. */
struct side {
    int at; /* first row or column inside */
    float step, score;
};

/* Steps across a line of pixels, as a histogram.
 *
 * base, along, across  first pixel of the line, stride along it, stride across it (outside to inside).
 */
struct steps {
    int counts[511];
    int n;
};

static void add_line(struct steps *s, const struct images *im, ptrdiff_t base, ptrdiff_t along, ptrdiff_t across,
                     int len)
{
    for (int i = 0; i < len; i++) {
        const ptrdiff_t inside = base + i * along + across;
        const ptrdiff_t outside = base + i * along - 2 * across;
        if (im->strokes[inside] || im->strokes[outside])
            continue;
        for (int k = 0; k < im->n; k++)
            s->counts[255 + im->px[k][inside] - im->px[k][outside]]++;
        s->n += im->n;
    }
}

/* Median step, and how many agree with its sign. A side seen over less than a third of its length is none. */
static void judge(const struct steps *s, const struct images *im, int len, struct side *side)
{
    if (3 * s->n < len * im->n)
        return;
    int left = s->n / 2;
    int v = 0;
    for (; left >= s->counts[v]; v++)
        left -= s->counts[v];
    const int step = v - 255;
    int agree = 0;
    for (int k = 0; k < 511; k++)
        if ((step > 0 && k > 255) || (step < 0 && k < 255))
            agree += s->counts[k];
    const float consistent = (float)agree / (float)s->n;
    side->step = (float)step;
    side->score = consistent > 0.5F ? fabsf((float)step) * 2.0F * (consistent - 0.5F) : 0.0F;
}

/* Best horizontal side for rows [from, to), seen over the columns [x0, x1); down: the inside is below. */
static struct side best_row(const struct images *im, int from, int to, int x0, int x1, bool down)
{
    struct side best = {.at = -1};
    for (int y = from > 2 ? from : 2; y < to && y + 2 < im->h && x1 > x0; y++) {
        struct steps s = {.n = 0};
        const ptrdiff_t across = down ? im->w : -im->w;
        const int line = down ? y : y - 1;
        add_line(&s, im, (ptrdiff_t)line * im->w + x0, 1, across, x1 - x0);
        struct side here = {.at = y};
        judge(&s, im, x1 - x0, &here);
        if (here.score > best.score)
            best = here;
    }
    return best;
}

/* The same for columns: right: the inside is to the right. */
static struct side best_column(const struct images *im, int from, int to, int y0, int y1, bool right)
{
    struct side best = {.at = -1};
    for (int x = from > 2 ? from : 2; x < to && x + 2 < im->w && y1 > y0; x++) {
        struct steps s = {.n = 0};
        const ptrdiff_t across = right ? 1 : -1;
        const int line = right ? x : x - 1;
        add_line(&s, im, (ptrdiff_t)y0 * im->w + line, im->w, across, y1 - y0);
        struct side here = {.at = x};
        judge(&s, im, y1 - y0, &here);
        if (here.score > best.score)
            best = here;
    }
    return best;
}

/* Four sides are a plate when they step the same way and none is weak. */
static bool are_plate(const struct side s[4])
{
    float lowest = 1e9F;
    float second = 1e9F;
    for (int k = 0; k < 4; k++) {
        if (s[k].at < 0 || s[k].step * s[0].step <= 0.0F)
            return false;
        if (s[k].score < lowest) {
            second = lowest;
            lowest = s[k].score;
        } else if (s[k].score < second) {
            second = s[k].score;
        }
    }
    return lowest >= 3.0F && second >= 6.0F;
}

static struct images choose(const struct uncap_matte_scene *s, const struct uncap_matte_stack *life, int first, int end,
                            const uint8_t *strokes)
{
    struct images im = {.strokes = strokes, .w = s->w, .h = s->h};
    if (uncap_matte_gain_is_calm(s->gain)) {
        im.px[im.n++] = s->gain->px;
        return im;
    }
    const int n = end - first < MAX_IMAGES ? end - first : MAX_IMAGES;
    for (; im.n < n; im.n++)
        im.px[im.n] = uncap_matte_stack_plane(life, first + im.n * (end - first) / n, 0);
    return im;
}

/* Quantile of map inside r off the strokes; -1 if nothing is left. */
static int quantile_off_strokes(const uint8_t *map, const uint8_t *strokes, int w, struct uncap_rect r, double q)
{
    size_t hist[256] = {0};
    size_t n = 0;
    for (int y = r.y0; y < r.y1; y++)
        for (int x = r.x0; x < r.x1; x++)
            if (!strokes[(ptrdiff_t)y * w + x]) {
                hist[map[(ptrdiff_t)y * w + x]]++;
                n++;
            }
    size_t left = (size_t)(q * (double)n);
    int v = 0;
    for (; v < 256 && left >= hist[v]; v++)
        left -= hist[v];
    return n ? v : -1;
}

/* The inside came with the caption, or keeps stiller than the scene. */
static bool is_confirmed(const struct uncap_matte_scene *s, const struct uncap_matte_look *look, const uint8_t *strokes,
                         struct uncap_rect r)
{
    if (uncap_matte_gain_is_calm(s->gain))
        return (float)quantile_off_strokes(s->gain->px, strokes, s->w, r, 0.3) > s->gain->scene + 4.0F;
    if (s->far_dev > 8.0F)
        return (float)quantile_off_strokes(look->dev, strokes, s->w, r, 0.5) < 0.85F * s->far_dev;
    return true;
}

bool uncap_matte_plate_find(const struct uncap_matte_scene *scene, const struct uncap_matte_stack *life, int first,
                            int end, const struct uncap_matte_look *look, const uint8_t *strokes, struct uncap_rect text,
                            struct uncap_rect *plate)
{
    const struct images im = choose(scene, life, first, end, strokes);
    const int in = (int)(0.35F * scene->text_h) + 1;
    const int out = (int)(0.8F * scene->text_h) + 2;
    const int inset = (int)(0.2F * scene->text_h) + 1;
    const struct side sides[4] = {
        best_row(&im, text.y0 - out, text.y0 + in, text.x0 + inset, text.x1 - inset, true),
        best_row(&im, text.y1 - in, text.y1 + out, text.x0 + inset, text.x1 - inset, false),
        best_column(&im, text.x0 - out, text.x0 + in, text.y0 + inset, text.y1 - inset, true),
        best_column(&im, text.x1 - in, text.x1 + out, text.y0 + inset, text.y1 - inset, false),
    };
    *plate = (struct uncap_rect){sides[2].at, sides[0].at, sides[3].at, sides[1].at};
    return are_plate(sides) && !uncap_rect_empty(*plate) && is_confirmed(scene, look, strokes, *plate);
}
