/* SPDX-License-Identifier: Apache-2.0 */
#include "detect/matte/hidden.h"

/* Between words of a line are less than that many heights of its text. */
#define SPACE 0.6f

static bool has_stroke(const struct uncap_matte_scene *s, const uint8_t *core, struct uncap_rect box, int x)
{
    for (int y = box.y0; y < box.y1; y++)
        if (core[(size_t)y * (size_t)s->w + (size_t)x])
            return true;
    return false;
}

/* Do most of the pixels look like the ink: letters of half its contrast or less? What moves shows them. */
static bool hides_letters(const struct uncap_matte_scene *s, const struct uncap_matte_look *look,
                          const struct uncap_matte_ink *ink, struct uncap_rect r)
{
    int n = 0;
    for (int y = r.y0; y < r.y1; y++)
        for (int x = r.x0; x < r.x1; x++) {
            const size_t i = (size_t)y * (size_t)s->w + (size_t)x;
            n += s->motion[i] != UNCAP_MATTE_MOVES &&
                 2 * (float)uncap_matte_colour_distance(look, s->n_channels, i, &ink->colour) < ink->contrast;
        }
    return 2 * n > uncap_rect_w(r) * uncap_rect_h(r);
}

struct uncap_rect uncap_matte_hidden_next(const struct uncap_matte_scene *s,
                                          const struct uncap_matte_look *look, const uint8_t *core,
                                          const struct uncap_matte_ink *ink,
                                          const struct uncap_matte_line *line, int from)
{
    const struct uncap_rect box = uncap_rect_intersect(line->box, (struct uncap_rect){from, 0, s->w, s->h});
    int last = -1; /* column with strokes */
    for (int x = box.x0; x < box.x1 && !s->outline_px; x++) {
        if (!has_stroke(s, core, box, x))
            continue;
        const struct uncap_rect gap = {last + 1, box.y0, x, box.y1};
        if (last >= 0 && (float)uncap_rect_w(gap) > SPACE * line->text_h && hides_letters(s, look, ink, gap))
            return gap;
        last = x;
    }
    return (struct uncap_rect){0, 0, 0, 0};
}
