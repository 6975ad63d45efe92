/* SPDX-License-Identifier: Apache-2.0 */
#include <inttypes.h>
#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <jansson.h>

#include "base/memory.h"
#include "detect/captions_json.h"
#include "detect/raster.h"

/* Growing text; once memory is short, everything after is dropped and has_failed stays set. */
struct text {
    char *bytes;
    size_t n, capacity;
    bool has_failed;
};

static void put(struct text *t, const char *s, size_t n)
{
    if (!t->has_failed && !uncap_grow((void **)&t->bytes, &t->capacity, t->n + n + 1, 1))
        t->has_failed = true;
    if (t->has_failed)
        return;
    memcpy(t->bytes + t->n, s, n);
    t->n += n;
    t->bytes[t->n] = 0;
}

static void print(struct text *t, const char *fmt, ...) UNCAP_PRINTF(2, 3);
static void print(struct text *t, const char *fmt, ...)
{
    char line[512];
    va_list args;
    va_start(args, fmt);
    const int n = vsnprintf(line, sizeof(line), fmt, args);
    va_end(args);
    put(t, line, n < (int)sizeof(line) ? (size_t)n : sizeof(line) - 1);
}

/* Reals in C notation whatever the locale's decimal comma, as the shortest text that reads back as the same float. */
static void put_real(struct text *t, double value, int digits)
{
    json_t *v = json_real(isfinite(value) ? value : 0);
    char line[64];
    const size_t n =
        v ? json_dumpb(v, line, sizeof(line), JSON_ENCODE_ANY | JSON_REAL_PRECISION((size_t)digits)) : 0;
    json_decref(v);
    if (!n || n > sizeof(line))
        t->has_failed = true;
    else
        put(t, line, n);
}

static void put_float(struct text *t, float value)
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
static void put_json(struct text *t, json_t *value)
{
    char *line = json_dumps(value, JSON_ENCODE_ANY | JSON_REAL_PRECISION(17));
    if (line)
        put(t, line, strlen(line));
    else
        t->has_failed = true;
    free(line);
}

static void put_string(struct text *t, const char *s)
{
    json_t *v = json_string(s);
    if (v)
        put_json(t, v);
    else
        t->has_failed = true; /* not UTF-8 can only come from our own side */
    json_decref(v);
}

static void put_quad(struct text *t, const struct uncap_quad *q)
{
    for (int i = 0; i < 4; i++) {
        print(t, i ? ", [" : "[[");
        put_float(t, q->p[i].x);
        print(t, ", ");
        put_float(t, q->p[i].y);
        print(t, "]");
    }
    print(t, "]");
}

static void put_raster(struct text *t, const uint8_t *bytes, size_t n)
{
    char *encoded = uncap_raster_encode(bytes, n);
    if (encoded) {
        put(t, "\"", 1);
        put(t, encoded, strlen(encoded));
        put(t, "\"", 1);
    } else {
        t->has_failed = true;
    }
    uncap_free(encoded);
}

static void put_unknown(struct text *t, void *unknown, const char *indent)
{
    const char *key;
    json_t *value;
    json_object_foreach((json_t *)unknown, key, value) {
        print(t, ",\n%s", indent);
        put_string(t, key);
        print(t, ": ");
        put_json(t, value);
    }
}

static void put_observations(struct text *t, const struct uncap_caption *c)
{
    for (size_t i = 0; i < c->n_observations; i++) {
        const struct uncap_observation *o = &c->observations[i];
        print(t, "%s\n      {\"frame\": %" PRId64 ", \"kind\": \"%s\", \"score\": ", i ? "," : "", o->frame,
              o->kind == UNCAP_OBSERVATION_DETECTED ? "detected" : "interpolated");
        put_float(t, o->score);
        print(t, ", \"quad\": ");
        put_quad(t, &o->quad);
        print(t, "}");
    }
}

static void put_caption_name(struct text *t, const char *key, const char *value)
{
    if (!value)
        return;
    print(t, ",\n    \"%s\": ", key);
    put_string(t, value);
}

static void put_pixels(struct text *t, const struct uncap_caption *c)
{
    const size_t n = (size_t)(c->end - c->first);
    if (c->matte) {
        const struct uncap_rect a = c->matte->area;
        print(t, ",\n    \"matte\": {\"x\": %d, \"y\": %d, \"w\": %d, \"h\": %d, \"rle\": ", a.x0, a.y0, uncap_rect_w(a),
              uncap_rect_h(a));
        put_raster(t, c->matte->coverage, (size_t)uncap_rect_w(a) * (size_t)uncap_rect_h(a));
        print(t, "}");
    }
    if (c->opacity) {
        print(t, ",\n    \"opacity\": ");
        put_raster(t, c->opacity, n);
    }
    for (size_t i = 0; c->motion && i < n; i++)
        print(t, "%s[%d, %d]%s", i ? ", " : ",\n    \"motion\": [", c->motion[2 * i], c->motion[2 * i + 1],
              i + 1 < n ? "" : "]");
}

static void put_caption(struct text *t, const struct uncap_caption *c)
{
    print(t, "  {\n    \"id\": %d,\n    \"first\": %" PRId64 ",\n    \"end\": %" PRId64 ",\n    \"keep\": %s", c->id,
          c->first, c->end, c->keep ? "true" : "false");
    put_caption_name(t, "text", c->text);
    put_caption_name(t, "script", c->script);
    put_caption_name(t, "kind", c->kind);
    print(t, ",\n    \"score\": ");
    put_float(t, c->score);
    print(t, ",\n    \"quad\": ");
    put_quad(t, &c->quad);
    if (c->reasons) {
        print(t, ",\n    \"reasons\": ");
        put_json(t, c->reasons);
    }
    if (c->n_observations) {
        print(t, ",\n    \"observations\": [");
        put_observations(t, c);
        print(t, "\n    ]");
    }
    put_pixels(t, c);
    put_unknown(t, c->unknown, "    ");
    print(t, "\n  }");
}

static void put_source(struct text *t, const struct uncap_source *s)
{
    print(t, "\"source\": {\n  \"name\": ");
    put_string(t, s->name ? s->name : "");
    print(t, ",\n  \"size_bytes\": %" PRId64 ",\n  \"n_frames\": %" PRId64 ",\n  \"duration_s\": ", s->size_bytes,
          s->n_frames);
    put_real(t, s->duration_s, 17);
    print(t, ",\n  \"width\": %d,\n  \"height\": %d,\n  \"first_packets\": \"%016" PRIx64 "\",\n", s->w, s->h,
          s->first_packets_hash);
    print(t, "  \"last_packets\": \"%016" PRIx64 "\"\n}", s->last_packets_hash);
}

int uncap_captions_print(const struct uncap_captions *captions, char **out, size_t *length, struct uncap_error *err)
{
    struct text t = {.n = 0};
    print(&t, "{\n\"format\": \"uncaption captions\",\n\"version\": %d,\n", UNCAP_CAPTIONS_VERSION);
    put_source(&t, &captions->source);
    if (captions->options) {
        print(&t, ",\n\"options\": ");
        put_json(&t, captions->options);
    }
    put_unknown(&t, captions->unknown, "");
    print(&t, ",\n\"shots\": [");
    for (size_t i = 0; i < captions->n_shots; i++)
        print(&t, "%s%" PRId64, i ? ", " : "", captions->shots[i]);
    print(&t, "],\n\"captions\": [");
    for (size_t i = 0; i < captions->n; i++) {
        print(&t, i ? ",\n" : "\n");
        put_caption(&t, &captions->items[i]);
    }
    print(&t, "\n]\n}\n");
    if (t.has_failed) {
        uncap_free(t.bytes);
        *out = NULL;
        return uncap_fail_nomem(err, "captions file");
    }
    *out = t.bytes;
    *length = t.n;
    return UNCAP_OK;
}
