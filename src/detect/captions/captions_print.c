/* SPDX-License-Identifier: Apache-2.0 */
#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <jansson.h>

#include "base/memory.h"
#include "detect/captions/captions_json.h"
#include "detect/captions/raster.h"
#include "detect/captions/text_buffer.h"

/* Reals in C notation whatever the locale's decimal comma, as the shortest text that reads back as the same
 * float. */
static void put_real(struct uncap_text *t, double value, int digits)
{
    json_t *v = json_real(isfinite(value) ? value : 0);
    char line[64];
    const size_t n =
        v ? json_dumpb(v, line, sizeof(line), JSON_ENCODE_ANY | JSON_REAL_PRECISION((size_t)digits)) : 0;
    json_decref(v);
    if (!n || n > sizeof(line))
        t->has_failed = true;
    else
        uncap_text_put(t, line, n);
}

static void put_float(struct uncap_text *t, float value)
{
    /* Nine digits always suffice for a float; fewer read better. */
    for (int digits = 5; digits <= 9; digits++) {
        char line[32];
        snprintf(line, sizeof(line), "%.*g", digits, (double)value);
        float back = 0;
        if (digits == 9 || (sscanf(line, "%f", &back) == 1 && memcmp(&back, &value, sizeof(back)) == 0)) {
            put_real(t, (double)value, digits);
            return;
        }
    }
}

/* A json_t of any kind on one line. */
static void put_json(struct uncap_text *t, json_t *value)
{
    char *line = json_dumps(value, JSON_ENCODE_ANY | JSON_REAL_PRECISION(17));
    if (line)
        uncap_text_put(t, line, strlen(line));
    else
        t->has_failed = true;
    free(line);
}

static void put_string(struct uncap_text *t, const char *s)
{
    json_t *v = json_string(s);
    if (v)
        put_json(t, v);
    else
        t->has_failed = true; /* not UTF-8 can only come from our own side */
    json_decref(v);
}

static void put_quad(struct uncap_text *t, const struct uncap_quad *q)
{
    for (int i = 0; i < 4; i++) {
        uncap_text_print(t, i ? ", [" : "[[");
        put_float(t, q->p[i].x);
        uncap_text_print(t, ", ");
        put_float(t, q->p[i].y);
        uncap_text_print(t, "]");
    }
    uncap_text_print(t, "]");
}

static void put_raster(struct uncap_text *t, const uint8_t *bytes, size_t n)
{
    char *encoded = uncap_raster_encode(bytes, n);
    if (encoded) {
        uncap_text_put(t, "\"", 1);
        uncap_text_put(t, encoded, strlen(encoded));
        uncap_text_put(t, "\"", 1);
    } else {
        t->has_failed = true;
    }
    uncap_free(encoded);
}

static void put_unknown(struct uncap_text *t, void *unknown, const char *indent)
{
    const char *key;
    json_t *value;
    json_object_foreach((json_t *)unknown, key, value)
    {
        uncap_text_print(t, ",\n%s", indent);
        put_string(t, key);
        uncap_text_print(t, ": ");
        put_json(t, value);
    }
}

static void put_observations(struct uncap_text *t, const struct uncap_caption *c)
{
    for (size_t i = 0; i < c->n_observations; i++) {
        const struct uncap_observation *o = &c->observations[i];
        uncap_text_print(t, "%s\n      {\"frame\": %" PRId64 ", \"kind\": \"%s\", \"score\": ", i ? "," : "",
                         o->frame, o->kind == UNCAP_OBSERVATION_DETECTED ? "detected" : "interpolated");
        put_float(t, o->score);
        uncap_text_print(t, ", \"quad\": ");
        put_quad(t, &o->quad);
        uncap_text_print(t, "}");
    }
}

static void put_caption_name(struct uncap_text *t, const char *key, const char *value)
{
    if (!value)
        return;
    uncap_text_print(t, ",\n    \"%s\": ", key);
    put_string(t, value);
}

static void put_rect(struct uncap_text *t, struct uncap_rect r)
{
    uncap_text_print(t, "\"x\": %d, \"y\": %d, \"w\": %d, \"h\": %d", r.x0, r.y0, uncap_rect_w(r),
                     uncap_rect_h(r));
}

static void put_poses(struct uncap_text *t, const struct uncap_caption *c)
{
    for (int i = 0; c->poses && i < c->n_growing; i++) {
        uncap_text_print(t, i ? ", [" : ",\n    \"poses\": [[");
        put_float(t, c->poses[i].size);
        uncap_text_print(t, ", ");
        put_float(t, c->poses[i].x);
        uncap_text_print(t, ", ");
        put_float(t, c->poses[i].y);
        uncap_text_print(t, i + 1 < c->n_growing ? "]" : "]]");
    }
}

static void put_pixels(struct uncap_text *t, const struct uncap_caption *c)
{
    const size_t n = (size_t)(c->end - c->first);
    if (c->matte) {
        const struct uncap_rect a = c->matte->area;
        uncap_text_print(t, ",\n    \"matte\": {");
        put_rect(t, a);
        uncap_text_print(t, ", \"rle\": ");
        put_raster(t, c->matte->coverage, (size_t)uncap_rect_w(a) * (size_t)uncap_rect_h(a));
        uncap_text_print(t, "}");
    }
    if (c->n_growing)
        uncap_text_print(t, ",\n    \"growing\": %d", c->n_growing);
    put_poses(t, c);
    for (size_t i = 0; i < c->n_panels; i++) {
        const struct uncap_panel *p = &c->panels[i];
        uncap_text_print(t, "%s{\"first\": %" PRId64 ", \"end\": %" PRId64 ", ",
                         i ? ",\n      " : ",\n    \"panels\": [\n      ", p->first, p->end);
        put_rect(t, p->rect);
        uncap_text_print(t, i + 1 < c->n_panels ? "}" : "}\n    ]");
    }
    if (c->opacity) {
        uncap_text_print(t, ",\n    \"opacity\": ");
        put_raster(t, c->opacity, n);
    }
    for (size_t i = 0; c->motion && i < n; i++)
        uncap_text_print(t, "%s[%d, %d]%s", i ? ", " : ",\n    \"motion\": [", c->motion[2 * i],
                         c->motion[2 * i + 1], i + 1 < n ? "" : "]");
}

/* "name": {"colour": "#rrggbb", "opacity": 0..255, and of an outline or shadow its size. */
static void put_tint(struct uncap_text *t, const char *name, const struct uncap_tint *tint)
{
    uncap_text_print(t, ",\n      \"%s\": {\"colour\": \"#%02x%02x%02x\", \"opacity\": %d", name,
                     tint->rgb[0], tint->rgb[1], tint->rgb[2], tint->opacity);
}

static void put_sized_tint(struct uncap_text *t, const char *name, const struct uncap_tint *tint, float size)
{
    if (!tint->opacity)
        return;
    put_tint(t, name, tint);
    uncap_text_print(t, ", \"size\": ");
    put_float(t, size);
    uncap_text_print(t, "}");
}

static void put_style(struct uncap_text *t, const struct uncap_style *s)
{
    uncap_text_print(t, ",\n    \"style\": {\n      \"ink\": {");
    put_rect(t, s->ink);
    uncap_text_print(t, "}");
    if (s->lean > 0) {
        uncap_text_print(t, ",\n      \"lean\": ");
        put_float(t, s->lean);
    }
    put_sized_tint(t, "fill", &s->fill, s->stroke_px);
    put_sized_tint(t, "outline", &s->outline, s->outline_px);
    put_sized_tint(t, "shadow", &s->shadow, s->shadow_px);
    if (s->box.opacity && !uncap_rect_empty(s->plate)) {
        put_tint(t, "box", &s->box);
        uncap_text_print(t, ", ");
        put_rect(t, s->plate);
        uncap_text_print(t, "}");
    }
    uncap_text_print(t, "\n    }");
}

static void put_caption(struct uncap_text *t, const struct uncap_caption *c)
{
    uncap_text_print(
        t, "  {\n    \"id\": %d,\n    \"first\": %" PRId64 ",\n    \"end\": %" PRId64 ",\n    \"keep\": %s",
        c->id, c->first, c->end, c->keep ? "true" : "false");
    if (c->end_s > 0) {
        uncap_text_print(t, ",\n    \"first_s\": ");
        put_real(t, c->first_s, 9);
        uncap_text_print(t, ",\n    \"end_s\": ");
        put_real(t, c->end_s, 9);
    }
    put_caption_name(t, "text", c->text);
    if (c->is_unread)
        uncap_text_print(t, ",\n    \"unread\": true");
    put_caption_name(t, "script", c->script);
    put_caption_name(t, "kind", c->kind);
    uncap_text_print(t, ",\n    \"score\": ");
    put_float(t, c->score);
    uncap_text_print(t, ",\n    \"quad\": ");
    put_quad(t, &c->quad);
    if (c->reasons) {
        uncap_text_print(t, ",\n    \"reasons\": ");
        put_json(t, c->reasons);
    }
    if (c->n_observations) {
        uncap_text_print(t, ",\n    \"observations\": [");
        put_observations(t, c);
        uncap_text_print(t, "\n    ]");
    }
    if (c->style)
        put_style(t, c->style);
    put_pixels(t, c);
    put_unknown(t, c->unknown, "    ");
    uncap_text_print(t, "\n  }");
}

static void put_source(struct uncap_text *t, const struct uncap_source *s)
{
    uncap_text_print(t, "\"source\": {\n  \"name\": ");
    put_string(t, s->name ? s->name : "");
    uncap_text_print(t, ",\n  \"size_bytes\": %" PRId64 ",\n  \"n_frames\": %" PRId64 ",\n  \"duration_s\": ",
                     s->size_bytes, s->n_frames);
    put_real(t, s->duration_s, 17);
    uncap_text_print(t, ",\n  \"width\": %d,\n  \"height\": %d,\n", s->w, s->h);
    if (s->orientation)
        uncap_text_print(t, "  \"orientation\": %d,\n", s->orientation + 1);
    uncap_text_print(t, "  \"first_packets\": \"%016" PRIx64 "\",\n", s->first_packets_hash);
    uncap_text_print(t, "  \"last_packets\": \"%016" PRIx64 "\"\n}", s->last_packets_hash);
}

int uncap_captions_print(const struct uncap_captions *captions, char **out, size_t *length,
                         struct uncap_error *err)
{
    struct uncap_text t = {.n = 0};
    uncap_text_print(&t, "{\n\"format\": \"uncaption captions\",\n\"version\": %d,\n",
                     captions->source.orientation ? UNCAP_CAPTIONS_VERSION : UNCAP_CAPTIONS_VERSION_UPRIGHT);
    put_source(&t, &captions->source);
    if (captions->options) {
        uncap_text_print(&t, ",\n\"options\": ");
        put_json(&t, captions->options);
    }
    put_unknown(&t, captions->unknown, "");
    uncap_text_print(&t, ",\n\"shots\": [");
    for (size_t i = 0; i < captions->n_shots; i++)
        uncap_text_print(&t, "%s%" PRId64, i ? ", " : "", captions->shots[i]);
    uncap_text_print(&t, "],\n\"captions\": [");
    for (size_t i = 0; i < captions->n; i++) {
        uncap_text_print(&t, i ? ",\n" : "\n");
        put_caption(&t, &captions->items[i]);
    }
    uncap_text_print(&t, "\n]\n}\n");
    if (t.has_failed) {
        uncap_free(t.bytes);
        *out = NULL;
        return uncap_fail_nomem(err, "captions file");
    }
    *out = t.bytes;
    *length = t.n;
    return UNCAP_OK;
}
