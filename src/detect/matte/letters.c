/* SPDX-License-Identifier: Apache-2.0 */
#include "detect/matte/letters.h"

#include <math.h>
#include <string.h>

#include "base/memory.h"
#include "kernels/components.h"

/* The own line's box and a little more, but no rows that are nearer to another line. */
static struct uncap_rect own_rows(const struct uncap_matte_style_evidence *e)
{
    const struct uncap_matte_sample *life = &e->evidence->life[0];
    const struct uncap_rect own = e->own, all = {0, 0, e->scene->w, e->scene->h};
    const int room = uncap_rect_h(own) / 8;
    struct uncap_rect rows = uncap_rect_intersect(uncap_rect_grow(own, 2 * room, room), all);
    for (int i = 0; i < life->n_lines; i++) {
        const int other = (life->lines[i].y0 + life->lines[i].y1) / 2 - e->evidence->area.y0;
        const int middle = (own.y0 + own.y1) / 2, between = (other + middle) / 2;
        if (other > own.y1 && rows.y1 > between)
            rows.y1 = between;
        if (other < own.y0 && rows.y0 < between)
            rows.y0 = between;
    }
    return rows;
}

/* Rows of `own` that its letters touch: connected strokes, dots, commas and specks aside. */
static int find_rows(const uint8_t *stroke, const struct uncap_matte_scene *s, struct uncap_rect own,
                     struct uncap_rect *rows, struct uncap_error *err)
{
    static const float least_height = 0.3F; /* of the text's */
    const int width = s->w, h = uncap_rect_h(own);
    struct uncap_component *parts = NULL;
    int32_t *label = uncap_alloc((size_t)width * (size_t)h, sizeof(*label));
    int n = 0;
    *rows = (struct uncap_rect){0, 0, 0, 0};
    if (!label || !uncap_components_label(stroke + (ptrdiff_t)own.y0 * width, label, width, h, &parts, &n)) {
        uncap_free(label);
        return uncap_fail_nomem(err, "the style of a caption");
    }
    const float height = fminf(s->text_h, (float)h);
    for (int i = 1; i <= n; i++) {
        const struct uncap_rect r = parts[i].box;
        if (r.x1 > own.x0 && r.x0 < own.x1 && (float)uncap_rect_h(r) >= least_height * height)
            *rows =
                uncap_rect_union(*rows, (struct uncap_rect){own.x0, r.y0 + own.y0, own.x1, r.y1 + own.y0});
    }
    uncap_free(parts);
    uncap_free(label);
    return UNCAP_OK;
}

static bool is_blank(const uint8_t *stroke, int w, int x, int y0, int y1)
{
    for (int y = y0; y < y1; y++)
        if (stroke[(ptrdiff_t)y * w + x])
            return false;
    return true;
}

int uncap_matte_letters_find(const struct uncap_matte_style_evidence *e, const uint8_t *stroke,
                             struct uncap_rect *ink, struct uncap_error *err)
{
    const struct uncap_rect own = own_rows(e);
    const int w = e->scene->w;
    *ink = (struct uncap_rect){0, 0, 0, 0};
    const int status = uncap_rect_empty(own) ? UNCAP_OK : find_rows(stroke, e->scene, own, ink, err);
    while (!uncap_rect_empty(*ink) && is_blank(stroke, w, ink->x0, ink->y0, ink->y1))
        ink->x0++;
    while (!uncap_rect_empty(*ink) && is_blank(stroke, w, ink->x1 - 1, ink->y0, ink->y1))
        ink->x1--;
    return status;
}

/* Area over half the border; a border along pixel sides is longer than the curve by 4 / pi on average. */
float uncap_matte_letters_thickness(const uint8_t *stroke, int w, int h)
{
    static const float quarter_pi = 0.785F;
    const size_t width = (size_t)w;
    size_t n = 0, border = 0;
    for (size_t i = 0; i < width * (size_t)h; i++) {
        n += stroke[i] != 0;
        border += i % width && stroke[i] != stroke[i - 1];
        border += i >= width && stroke[i] != stroke[i - width];
    }
    return border ? 2.0F * (float)n / (quarter_pi * (float)border) : 0;
}

/* How unlike neighbouring columns are once letters that lean by `lean` to the right are upright. sums: [n]
 * scratch; n is as much as the letters are wide and high. */
static double contrast_of_columns(const uint8_t *stroke, int w, struct uncap_rect ink, float lean, int *sums,
                                  int n)
{
    double contrast = 0;
    memset(sums, 0, (size_t)n * sizeof(*sums));
    for (int y = ink.y0; y < ink.y1; y++) {
        const int below = lean < 0 ? y - ink.y1 + 1 : y - ink.y0;
        int *row = sums + (int)lrintf(lean * (float)below);
        for (int x = ink.x0; x < ink.x1; x++)
            row[x - ink.x0] += stroke[(ptrdiff_t)y * w + x] != 0;
    }
    for (int i = 1; i < n; i++)
        contrast += (double)(sums[i] - sums[i - 1]) * (sums[i] - sums[i - 1]);
    return contrast;
}

int uncap_matte_letters_lean(const uint8_t *stroke, int w, struct uncap_rect ink, float *lean,
                             struct uncap_error *err)
{
    enum { STEPS = 20, UNIT = 50 };
    /* Upright letters seem to lean by .04 at most, and those of slopes alone, as in WAVE, as much to the
     * left. */
    static const float least = 0.08F;
    static const double clear = 1.25;
    const int n = uncap_rect_w(ink) + uncap_rect_h(ink); /* a lean is below 1 */
    int *sums = uncap_alloc((size_t)n, sizeof(*sums));
    double best = -1, mirrored = 0;
    *lean = 0;
    if (!sums)
        return uncap_fail_nomem(err, "the style of a caption");
    for (int i = 0; i <= STEPS; i++) {
        const double contrast = contrast_of_columns(stroke, w, ink, (float)i / UNIT, sums, n);
        if (contrast > best) {
            best = contrast;
            *lean = (float)i / UNIT;
        }
    }
    for (int i = -1; i <= 1; i++)
        mirrored = fmax(mirrored, contrast_of_columns(stroke, w, ink, (float)i / UNIT - *lean, sums, n));
    if (*lean < least || best < clear * mirrored)
        *lean = 0;
    uncap_free(sums);
    return UNCAP_OK;
}
