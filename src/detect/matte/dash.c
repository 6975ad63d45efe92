/* SPDX-License-Identifier: Apache-2.0 */
#include "detect/matte/dash.h"

/* In heights of the text. */
#define FARTHEST 0.9F   /* from the box to the far end of a dash, a space between them */
#define MARGIN 0.2F     /* of the box, in which there is no letter */
#define MOST_HIGH 0.55F /* with its outline */
#define LEAST_WIDE 0.2F

#define LEAST_SOLID 0.4F /* share of the rectangle around it: a dash may slope */
#define LEAST_GAIN 0.4F  /* of the strokes' contrast */

/* What came and went with the caption in a rectangle: how many pixels, and what is around them. */
static int find_gain(const struct uncap_matte_scene *scene, struct uncap_rect in, float contrast,
                     struct uncap_rect *around)
{
    int n = 0;
    *around = (struct uncap_rect){0};
    for (int y = in.y0; y < in.y1; y++)
        for (int x = in.x0; x < in.x1; x++) {
            const size_t i = (size_t)y * (size_t)scene->w + (size_t)x;
            if (!scene->gain->known[i] || (float)scene->gain->px[i] < LEAST_GAIN * contrast)
                continue;
            *around = uncap_rect_union(*around, (struct uncap_rect){x, y, x + 1, y + 1});
            n++;
        }
    return n;
}

/* Look for a dash in a strip beside a line, which may reach out of the picture. */
static bool find(const struct uncap_matte_scene *scene, struct uncap_rect strip, float contrast, float text_h,
                 struct uncap_rect *dash)
{
    const struct uncap_rect in = uncap_rect_intersect(strip, (struct uncap_rect){0, 0, scene->w, scene->h});
    const int n = find_gain(scene, in, contrast, dash);
    const int w = uncap_rect_w(*dash), h = uncap_rect_h(*dash), middle = (strip.y0 + strip.y1) / 2;
    return n && w >= h && (float)w >= LEAST_WIDE * text_h && (float)h <= MOST_HIGH * text_h &&
           (float)n >= LEAST_SOLID * (float)(w * h) && dash->x0 > strip.x0 && dash->x1 < strip.x1 &&
           dash->y0 <= middle + h && dash->y1 >= middle - h;
}

bool uncap_matte_dash_add(const struct uncap_matte_scene *scene, float contrast,
                          struct uncap_matte_lines *lines)
{
    bool is_found = false;
    for (int i = 0; i < lines->n; i++) {
        struct uncap_matte_line *line = &lines->items[i];
        const int away = (int)(FARTHEST * line->text_h), margin = (int)(MARGIN * line->text_h);
        struct uncap_rect before = line->box, behind = line->box, dash;
        before.x0 = line->box.x0 - away, before.x1 = line->box.x0 + margin;
        behind.x0 = line->box.x1 - margin, behind.x1 = line->box.x1 + away;
        if (find(scene, before, contrast, line->text_h, &dash) && dash.x0 < line->box.x0) {
            line->box.x0 = dash.x0;
            is_found = true;
        }
        if (find(scene, behind, contrast, line->text_h, &dash) && dash.x1 > line->box.x1) {
            line->box.x1 = dash.x1;
            is_found = true;
        }
    }
    return is_found;
}
