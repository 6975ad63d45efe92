/* SPDX-License-Identifier: Apache-2.0 */
#include "detect/captions/captions_style.h"

#include <stdlib.h>
#include <string.h>

#include "base/memory.h"

static int parse_colour(const json_t *obj, const struct uncap_field_path *path, uint8_t rgb[3],
                        struct uncap_error *err)
{
    char *text = NULL;
    const int status = uncap_field_string(obj, path, "colour", &text, err);
    if (status)
        return status;
    const bool is_colour =
        text && strlen(text) == 7 && text[0] == '#' && strspn(text + 1, "0123456789abcdefABCDEF") == 6;
    const unsigned long value = is_colour ? strtoul(text + 1, NULL, 16) : 0;
    uncap_free(text);
    if (!is_colour)
        return uncap_field_fail(err, path, "\"colour\" is not \"#rrggbb\"");
    for (int i = 0; i < 3; i++)
        rgb[i] = (uint8_t)(value >> (16 - 8 * i));
    return UNCAP_OK;
}

/* size: of strokes, outline or shadow; NULL: it has none. *tint: the object, NULL if absent. */
static int parse_tint(const json_t *obj, const struct uncap_field_path *parent, const char *name,
                      double max_size, struct uncap_tint *out, float *size, const json_t **tint,
                      struct uncap_error *err)
{
    const struct uncap_field_path path = {parent, name, -1};
    int64_t opacity = 255;
    double pixels = 0;
    *tint = json_object_get(obj, name);
    if (!*tint)
        return UNCAP_OK;
    if (!json_is_object(*tint))
        return uncap_field_fail(err, &path, "is not an object");
    int status = parse_colour(*tint, &path, out->rgb, err);
    if (!status)
        status = uncap_field_integer(*tint, &path, "opacity", false, 0, 255, &opacity, err);
    if (!status && size)
        status = uncap_field_number(*tint, &path, "size", false, 0, max_size, &pixels, err);
    if (status)
        return status;
    out->opacity = (uint8_t)opacity;
    if (size)
        *size = (float)pixels;
    return UNCAP_OK;
}

int uncap_style_parse(const json_t *obj, const struct uncap_field_path *path, int w, int h,
                      struct uncap_style *out, struct uncap_error *err)
{
    const json_t *ink = json_object_get(obj, "ink"), *tint;
    const struct uncap_field_path ink_path = {path, "ink", -1}, box_path = {path, "box", -1};
    double lean = 0;
    *out = (struct uncap_style){.stroke_px = 0};
    if (!json_is_object(obj))
        return uncap_field_fail(err, path, "is not an object");
    if (!json_is_object(ink))
        return uncap_field_fail(err, path, "\"ink\" is missing or not an object");
    int status = uncap_field_rect(ink, &ink_path, w, h, &out->ink, err);
    if (!status)
        status = uncap_field_number(obj, path, "lean", false, 0, 1, &lean, err);
    out->lean = (float)lean;
    if (!status)
        status = parse_tint(obj, path, "fill", h, &out->fill, &out->stroke_px, &tint, err);
    if (!status)
        status = parse_tint(obj, path, "outline", h, &out->outline, &out->outline_px, &tint, err);
    if (!status)
        status = parse_tint(obj, path, "shadow", h, &out->shadow, &out->shadow_px, &tint, err);
    if (!status)
        status = parse_tint(obj, path, "box", 0, &out->box, NULL, &tint, err);
    return status || !tint ? status : uncap_field_rect(tint, &box_path, w, h, &out->plate, err);
}
