/* SPDX-License-Identifier: Apache-2.0 */
#include "detect/matte/text_rows.h"

#include <string.h>

static bool has_text(const struct uncap_matte_scene *s, int y)
{
    return memchr(s->zone + (size_t)y * (size_t)s->w, UNCAP_MATTE_ZONE_TEXT, (size_t)s->w) != NULL;
}

static uint8_t *from_row(uint8_t *map, size_t at)
{
    return map ? map + at : NULL;
}

static struct uncap_matte_gain cut_gain(const struct uncap_matte_gain *whole, size_t at)
{
    struct uncap_matte_gain gain = {.px = from_row(whole->px, at),
                                    .most = from_row(whole->most, at),
                                    .known = from_row(whole->known, at),
                                    .sure = from_row(whole->sure, at),
                                    .fair = from_row(whole->fair, at),
                                    .scene = whole->scene};
    for (int c = 0; c < UNCAP_MAX_PLANES; c++)
        gain.light[c] = from_row(whole->light[c], at);
    return gain;
}

void uncap_matte_text_rows_cut(struct uncap_matte_text_rows *rows, const struct uncap_matte_scene *scene,
                               const struct uncap_matte_look *look, const uint8_t *motion, int room)
{
    int first = 0, end = scene->h;
    while (first < end && !has_text(scene, first))
        first++;
    while (end > first && !has_text(scene, end - 1))
        end--;
    const bool is_none = first == end;
    first = is_none || first < room ? 0 : first - room;
    end = is_none || end > scene->h - room ? scene->h : end + room;
    const size_t at = (size_t)first * (size_t)scene->w;
    *rows = (struct uncap_matte_text_rows){.first = first,
                                           .below = scene->h - end,
                                           .scene = *scene,
                                           .gain = cut_gain(scene->gain, at),
                                           .look = {.dev = look->dev + at},
                                           .motion = motion + at};
    rows->scene.h = end - first;
    rows->scene.zone += at;
    rows->scene.motion += at;
    rows->scene.sung = scene->sung ? scene->sung + at : NULL;
    rows->scene.gain = &rows->gain;
    for (int c = 0; c < scene->n_channels; c++)
        rows->look.med[c] = look->med[c] + at;
}
