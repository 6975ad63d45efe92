/* SPDX-License-Identifier: Apache-2.0 */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include <jansson.h>

#include "base/memory.h"
#include "detect/captions/captions_json.h"
#include "detect/captions/captions_style.h"
#include "detect/captions/field.h"
#include "detect/captions/raster.h"

#define TRY(call)                                                                                            \
    do {                                                                                                     \
        const int try_s = (call);                                                                            \
        if (try_s)                                                                                           \
            return try_s;                                                                                    \
    } while (0)

/* Document under way. */
struct parse {
    struct uncap_captions *captions;
    size_t bytes_left; /* of what mattes, opacities and motions may still unfold to */
    struct uncap_error *err;
};

static int read_hash(const json_t *obj, const struct uncap_field_path *path, const char *key, uint64_t *out,
                     struct uncap_error *err)
{
    char *text = NULL;
    TRY(uncap_field_string(obj, path, key, &text, err));
    if (!text)
        return UNCAP_OK;
    char *end;
    const unsigned long long value = strtoull(text, &end, 16);
    const bool is_hash = strlen(text) == 16 && strspn(text, "0123456789abcdefABCDEF") == 16 && !*end;
    uncap_free(text);
    if (!is_hash)
        return uncap_field_fail(err, path, "\"%s\" is not 16 hexadecimal digits", key);
    *out = value;
    return UNCAP_OK;
}

static int parse_source(struct parse *p, json_t *doc, const struct uncap_field_path *top)
{
    const struct uncap_field_path path = {top, "source", -1};
    json_t *obj = json_object_get(doc, "source");
    struct uncap_source *s = &p->captions->source;
    int64_t w = 0, h = 0, orientation = 1; /* EXIF counts from 1 */
    if (!json_is_object(obj))
        return uncap_field_fail(p->err, top, "\"source\" is missing or not an object");
    TRY(uncap_field_string(obj, &path, "name", &s->name, p->err));
    TRY(uncap_field_integer(obj, &path, "size_bytes", true, 0, INT64_MAX, &s->size_bytes, p->err));
    TRY(uncap_field_integer(obj, &path, "n_frames", true, 0, UNCAP_CAPTIONS_MAX_FRAME, &s->n_frames, p->err));
    TRY(uncap_field_number(obj, &path, "duration_s", true, 0, 1e9, &s->duration_s, p->err));
    TRY(uncap_field_integer(obj, &path, "width", true, 1, UNCAP_CAPTIONS_MAX_SIDE, &w, p->err));
    TRY(uncap_field_integer(obj, &path, "height", true, 1, UNCAP_CAPTIONS_MAX_SIDE, &h, p->err));
    TRY(uncap_field_integer(obj, &path, "orientation", false, 1, 8, &orientation, p->err));
    TRY(read_hash(obj, &path, "first_packets", &s->first_packets_hash, p->err));
    TRY(read_hash(obj, &path, "last_packets", &s->last_packets_hash, p->err));
    s->w = (int)w;
    s->h = (int)h;
    s->orientation = (int)orientation - 1;
    return UNCAP_OK;
}

static int parse_shots(struct parse *p, json_t *doc, const struct uncap_field_path *top)
{
    struct uncap_captions *c = p->captions;
    const size_t max_n = (size_t)c->source.n_frames + 1;
    const json_t *array;
    TRY(uncap_field_array(doc, top, "shots", false, max_n, &array, p->err));
    const size_t n = json_array_size(array);
    if (!uncap_grow((void **)&c->shots, &c->shots_capacity, n ? n : 1, sizeof(*c->shots)))
        return uncap_fail_nomem(p->err, "captions file");
    for (size_t i = 0; i < n; i++) {
        const json_t *v = json_array_get(array, i);
        const struct uncap_field_path path = {top, "shots", (long)i};
        const int64_t frame = json_integer_value(v);
        if (!json_is_integer(v) || frame < 0 || (frame && frame >= c->source.n_frames))
            return uncap_field_fail(p->err, &path, "is not a frame of the video");
        if (i ? frame <= c->shots[i - 1] : frame != 0)
            return uncap_field_fail(p->err, &path, "shots must start with 0 and ascend");
        c->shots[i] = frame;
    }
    c->n_shots = n ? n : 1; /* none given: one shot, shots[0] is 0 already */
    return UNCAP_OK;
}

static int parse_quad(struct parse *p, const json_t *obj, const struct uncap_field_path *path,
                      struct uncap_quad *out)
{
    const json_t *quad;
    TRY(uncap_field_array(obj, path, "quad", true, 4, &quad, p->err));
    if (json_array_size(quad) != 4)
        return uncap_field_fail(p->err, path, "\"quad\" does not have 4 points");
    const int side[2] = {p->captions->source.w, p->captions->source.h};
    for (size_t i = 0; i < 4; i++) {
        const json_t *point = json_array_get(quad, i);
        double v[2];
        for (size_t k = 0; k < 2; k++) {
            const json_t *number = json_array_get(point, k);
            v[k] = json_number_value(number);
            if (json_array_size(point) != 2 || !json_is_number(number) || !isfinite(v[k]) ||
                v[k] < -side[k] || v[k] > 2 * side[k])
                return uncap_field_fail(p->err, path,
                                        "\"quad\" point %zu is not [x, y] in or near the picture", i + 1);
        }
        out->p[i] = (struct uncap_point){(float)v[0], (float)v[1]};
    }
    return UNCAP_OK;
}

static int parse_observation(struct parse *p, json_t *obj, const struct uncap_field_path *path,
                             const struct uncap_caption *c, struct uncap_observation *o)
{
    if (!json_is_object(obj))
        return uncap_field_fail(p->err, path, "is not an object");
    double score = 0;
    TRY(uncap_field_integer(obj, path, "frame", true, c->first, c->end - 1, &o->frame, p->err));
    TRY(parse_quad(p, obj, path, &o->quad));
    TRY(uncap_field_number(obj, path, "score", false, 0, 1, &score, p->err));
    o->score = (float)score;
    const json_t *kind = json_object_get(obj, "kind");
    const char *name = kind ? json_string_value(kind) : "detected";
    if (!name || (strcmp(name, "detected") && strcmp(name, "interpolated")))
        return uncap_field_fail(p->err, path, "\"kind\" is neither \"detected\" nor \"interpolated\"");
    o->kind = strcmp(name, "detected") ? UNCAP_OBSERVATION_INTERPOLATED : UNCAP_OBSERVATION_DETECTED;
    return UNCAP_OK;
}

static int parse_observations(struct parse *p, const json_t *obj, const struct uncap_field_path *path,
                              struct uncap_caption *c)
{
    const json_t *array;
    TRY(uncap_field_array(obj, path, "observations", false, (size_t)(c->end - c->first), &array, p->err));
    const size_t n = json_array_size(array);
    if (!n)
        return UNCAP_OK;
    c->observations = uncap_alloc(n, sizeof(*c->observations));
    if (!c->observations)
        return uncap_fail_nomem(p->err, "captions file");
    c->n_observations = n;
    for (size_t i = 0; i < n; i++) {
        const struct uncap_field_path at = {path, "observations", (long)i};
        struct uncap_observation *o = &c->observations[i];
        TRY(parse_observation(p, json_array_get(array, i), &at, c, o));
        if (i && o->frame <= o[-1].frame)
            return uncap_field_fail(p->err, &at, "\"frame\" must be larger than the one before");
    }
    return UNCAP_OK;
}

/* Take n bytes from the document's allowance. */
static int spend(struct parse *p, size_t n, const struct uncap_field_path *path)
{
    if (n > p->bytes_left)
        return uncap_field_fail(p->err, path, "the file unfolds to more than %zu bytes of mattes",
                                UNCAP_CAPTIONS_MAX_BYTES);
    p->bytes_left -= n;
    return UNCAP_OK;
}

static int parse_raster(struct parse *p, const json_t *obj, const struct uncap_field_path *path,
                        const char *key, uint8_t *bytes, size_t n)
{
    const json_t *text = json_object_get(obj, key);
    if (!json_is_string(text))
        return uncap_field_fail(p->err, path, "\"%s\" is missing or not a string", key);
    const enum uncap_raster_result result =
        uncap_raster_decode(json_string_value(text), json_string_length(text), bytes, n);
    return result
               ? uncap_field_fail(p->err, path, "\"%s\" cannot be read: %s", key, uncap_raster_reason(result))
               : UNCAP_OK;
}

static int parse_panels(struct parse *p, const json_t *obj, const struct uncap_field_path *path,
                        struct uncap_caption *c)
{
    const json_t *array;
    TRY(uncap_field_array(obj, path, "panels", false, UNCAP_CAPTIONS_MAX_COUNT, &array, p->err));
    const size_t n = json_array_size(array);
    if (!n)
        return UNCAP_OK;
    TRY(spend(p, n * sizeof(*c->panels), path));
    c->panels = uncap_alloc(n, sizeof(*c->panels));
    if (!c->panels)
        return uncap_fail_nomem(p->err, "captions file");
    c->n_panels = n;
    for (size_t i = 0; i < n; i++) {
        const struct uncap_field_path at = {path, "panels", (long)i};
        json_t *panel = json_array_get(array, i);
        struct uncap_panel *to = &c->panels[i];
        if (!json_is_object(panel))
            return uncap_field_fail(p->err, &at, "is not an object");
        TRY(uncap_field_integer(panel, &at, "first", true, c->first, c->end - 1, &to->first, p->err));
        TRY(uncap_field_integer(panel, &at, "end", true, to->first + 1, c->end, &to->end, p->err));
        TRY(uncap_field_rect(panel, &at, p->captions->source.w, p->captions->source.h, &to->rect, p->err));
    }
    return UNCAP_OK;
}

static int parse_matte(struct parse *p, const json_t *obj, const struct uncap_field_path *parent,
                       struct uncap_caption *c)
{
    const json_t *matte = json_object_get(obj, "matte");
    const struct uncap_field_path path = {parent, "matte", -1};
    if (!matte || json_is_null(matte))
        return UNCAP_OK;
    if (!json_is_object(matte))
        return uncap_field_fail(p->err, &path, "is not an object");
    struct uncap_rect area;
    TRY(uncap_field_rect(matte, &path, p->captions->source.w, p->captions->source.h, &area, p->err));
    const size_t n = (size_t)uncap_rect_w(area) * (size_t)uncap_rect_h(area);
    TRY(spend(p, n, &path));
    c->matte = uncap_matte_open(area);
    if (!c->matte)
        return uncap_fail_nomem(p->err, "captions file");
    return parse_raster(p, matte, &path, "rle", c->matte->coverage, n);
}

/* Elements of [size, x, y]. */
static int parse_pose(struct parse *p, const json_t *triple, const struct uncap_field_path *at,
                      struct uncap_pose *out)
{
    static const double least[] = {0.1, -1e6, -1e6}, most[] = {10, 1e6, 1e6};
    float *to[] = {&out->size, &out->x, &out->y};
    if (json_array_size(triple) != 3)
        return uncap_field_fail(p->err, at, "is not [size, x, y]");
    for (size_t i = 0; i < 3; i++) {
        const json_t *v = json_array_get(triple, i);
        const double number = json_number_value(v);
        if (!json_is_number(v) || !(number >= least[i] && number <= most[i]))
            return uncap_field_fail(p->err, at, "is not [size, x, y] with a size of 0.1 to 10");
        *to[i] = (float)number;
    }
    return UNCAP_OK;
}

static int parse_poses(struct parse *p, const json_t *obj, const struct uncap_field_path *parent,
                       struct uncap_caption *c)
{
    const json_t *array;
    if (json_is_null(json_object_get(obj, "poses")))
        return UNCAP_OK;
    TRY(uncap_field_array(obj, parent, "poses", false, (size_t)c->n_growing, &array, p->err));
    if (!array || !c->n_growing)
        return UNCAP_OK;
    if (json_array_size(array) != (size_t)c->n_growing)
        return uncap_field_fail(p->err, parent,
                                "\"poses\" does not have one [size, x, y] a frame of \"growing\"");
    c->poses = uncap_alloc((size_t)c->n_growing, sizeof(*c->poses));
    if (!c->poses)
        return uncap_fail_nomem(p->err, "captions file");
    for (size_t i = 0; i < (size_t)c->n_growing; i++) {
        const struct uncap_field_path at = {parent, "poses", (long)i};
        TRY(parse_pose(p, json_array_get(array, i), &at, &c->poses[i]));
    }
    return UNCAP_OK;
}

static int parse_style(struct parse *p, const json_t *obj, const struct uncap_field_path *parent,
                       struct uncap_caption *c)
{
    const json_t *style = json_object_get(obj, "style");
    const struct uncap_field_path path = {parent, "style", -1};
    if (!style || json_is_null(style))
        return UNCAP_OK;
    c->style = uncap_alloc(1, sizeof(*c->style));
    if (!c->style)
        return uncap_fail_nomem(p->err, "captions file");
    return uncap_style_parse(style, &path, p->captions->source.w, p->captions->source.h, c->style, p->err);
}

static int parse_opacity(struct parse *p, const json_t *obj, const struct uncap_field_path *path,
                         struct uncap_caption *c)
{
    const json_t *opacity = json_object_get(obj, "opacity");
    if (!opacity || json_is_null(opacity))
        return UNCAP_OK;
    const size_t n = (size_t)(c->end - c->first);
    TRY(spend(p, n, path));
    c->opacity = uncap_alloc(n, 1);
    if (!c->opacity)
        return uncap_fail_nomem(p->err, "captions file");
    return parse_raster(p, obj, path, "opacity", c->opacity, n);
}

static int parse_motion(struct parse *p, const json_t *obj, const struct uncap_field_path *path,
                        struct uncap_caption *c)
{
    const size_t n = (size_t)(c->end - c->first);
    const json_t *array;
    if (json_is_null(json_object_get(obj, "motion")))
        return UNCAP_OK;
    TRY(uncap_field_array(obj, path, "motion", false, n, &array, p->err));
    if (!array)
        return UNCAP_OK;
    if (json_array_size(array) != n)
        return uncap_field_fail(p->err, path, "\"motion\" does not have one [dx, dy] a frame");
    TRY(spend(p, n * 2 * sizeof(*c->motion), path));
    c->motion = uncap_alloc(n, 2 * sizeof(*c->motion));
    if (!c->motion)
        return uncap_fail_nomem(p->err, "captions file");
    for (size_t i = 0; i < 2 * n; i++) {
        const json_t *pair = json_array_get(array, i / 2);
        const json_t *v = json_array_get(pair, i % 2);
        const int64_t d = json_integer_value(v);
        if (json_array_size(pair) != 2 || !json_is_integer(v) || d < -INT16_MAX || d > INT16_MAX)
            return uncap_field_fail(p->err, path, "\"motion\" element %zu is not [dx, dy]", i / 2);
        c->motion[i] = (int16_t)d;
    }
    return UNCAP_OK;
}

static const char *const caption_fields[] = {
    "id",    "first",  "end",     "first_s", "end_s",        "quad",  "score", "keep",
    "text",  "script", "kind",    "reasons", "observations", "style", "matte", "growing",
    "poses", "panels", "opacity", "motion",  "unread",       NULL};

static int parse_caption(struct parse *p, json_t *obj, const struct uncap_field_path *path,
                         struct uncap_caption *c)
{
    if (!json_is_object(obj))
        return uncap_field_fail(p->err, path, "is not an object");
    const int64_t n_frames = p->captions->source.n_frames;
    int64_t id = 0, n_growing = 0;
    double score = 0;
    TRY(uncap_field_integer(obj, path, "id", true, 1, INT32_MAX, &id, p->err));
    TRY(uncap_field_integer(obj, path, "first", true, 0, n_frames - 1, &c->first, p->err));
    TRY(uncap_field_integer(obj, path, "end", true, c->first + 1, n_frames, &c->end, p->err));
    TRY(uncap_field_number(obj, path, "first_s", false, 0, 1e9, &c->first_s, p->err));
    TRY(uncap_field_number(obj, path, "end_s", false, c->first_s, 1e9, &c->end_s, p->err));
    TRY(parse_quad(p, obj, path, &c->quad));
    TRY(uncap_field_number(obj, path, "score", false, 0, 1, &score, p->err));
    TRY(uncap_field_bool(obj, path, "keep", &c->keep, p->err));
    TRY(uncap_field_string(obj, path, "text", &c->text, p->err));
    TRY(uncap_field_bool(obj, path, "unread", &c->is_unread, p->err));
    TRY(uncap_field_string(obj, path, "script", &c->script, p->err));
    TRY(uncap_field_string(obj, path, "kind", &c->kind, p->err));
    TRY(uncap_field_integer(obj, path, "growing", false, 0, c->end - c->first, &n_growing, p->err));
    c->n_growing = (int)n_growing;
    c->id = (int)id;
    c->score = (float)score;
    c->reasons = json_incref(json_object_get(obj, "reasons"));
    TRY(parse_observations(p, obj, path, c));
    TRY(parse_style(p, obj, path, c));
    TRY(parse_matte(p, obj, path, c));
    TRY(parse_poses(p, obj, path, c));
    TRY(parse_panels(p, obj, path, c));
    TRY(parse_opacity(p, obj, path, c));
    TRY(parse_motion(p, obj, path, c));
    return uncap_field_unknown(obj, caption_fields, &c->unknown, p->err);
}

static int by_id(const void *a, const void *b)
{
    const int x = *(const int *)a, y = *(const int *)b;
    return (x > y) - (x < y);
}

static int check_ids(struct parse *p, const struct uncap_field_path *top)
{
    const struct uncap_captions *c = p->captions;
    int *ids = uncap_alloc(c->n, sizeof(*ids));
    if (!ids)
        return uncap_fail_nomem(p->err, "captions file");
    for (size_t i = 0; i < c->n; i++)
        ids[i] = c->items[i].id;
    qsort(ids, c->n, sizeof(*ids), by_id);
    int status = UNCAP_OK;
    for (size_t i = 1; i < c->n && !status; i++)
        if (ids[i] == ids[i - 1])
            status = uncap_field_fail(p->err, top, "two captions have the id %d", ids[i]);
    uncap_free(ids);
    return status;
}

static int parse_items(struct parse *p, json_t *doc, const struct uncap_field_path *top)
{
    struct uncap_captions *c = p->captions;
    const json_t *array;
    TRY(uncap_field_array(doc, top, "captions", true, UNCAP_CAPTIONS_MAX_COUNT, &array, p->err));
    const size_t n = json_array_size(array);
    if (!uncap_grow((void **)&c->items, &c->capacity, n, sizeof(*c->items)))
        return uncap_fail_nomem(p->err, "captions file");
    for (; c->n < n; c->n++) {
        const struct uncap_field_path path = {top, "captions", (long)c->n};
        const int status = parse_caption(p, json_array_get(array, c->n), &path, &c->items[c->n]);
        if (status) {
            uncap_caption_clear(&c->items[c->n]);
            return status;
        }
    }
    return check_ids(p, top);
}

static const char *const document_fields[] = {"format", "version",  "source", "options",
                                              "shots",  "captions", NULL};

static int parse_document(struct parse *p, json_t *doc, const struct uncap_field_path *top)
{
    int64_t version = 0;
    const char *format = json_string_value(json_object_get(doc, "format"));
    if (!format || strcmp(format, "uncaption captions"))
        return uncap_field_fail(p->err, top, "not a captions file: \"format\" is not \"uncaption captions\"");
    TRY(uncap_field_integer(doc, top, "version", true, 1, INT32_MAX, &version, p->err));
    if (version > UNCAP_CAPTIONS_VERSION)
        return uncap_fail(p->err, UNCAP_ERR_UNSUPPORTED,
                          "%s: format version %d is newer than this program's (%d); update the program",
                          top->name, (int)version, UNCAP_CAPTIONS_VERSION);
    TRY(parse_source(p, doc, top));
    TRY(parse_shots(p, doc, top));
    TRY(parse_items(p, doc, top));
    p->captions->options = json_incref(json_object_get(doc, "options"));
    return uncap_field_unknown(doc, document_fields, &p->captions->unknown, p->err);
}

int uncap_captions_parse(const char *text, size_t length, const char *name, struct uncap_captions **out,
                         struct uncap_error *err)
{
    const struct uncap_field_path top = {NULL, name, -1};
    json_error_t where;
    *out = NULL;
    json_t *doc = json_loadb(text, length, JSON_REJECT_DUPLICATES, &where);
    if (!doc && json_error_code(&where) == json_error_out_of_memory)
        return uncap_fail_nomem(err, "captions file");
    if (!doc)
        return uncap_fail(err, UNCAP_ERR_ARG, "%s:%d:%d: damaged JSON: %s", name, where.line, where.column,
                          where.text);
    struct parse p = {
        .captions = uncap_alloc(1, sizeof(*p.captions)), .bytes_left = UNCAP_CAPTIONS_MAX_BYTES, .err = err};
    int status = p.captions ? parse_document(&p, doc, &top) : uncap_fail_nomem(err, "captions file");
    json_decref(doc);
    if (status)
        uncap_captions_close(&p.captions);
    *out = p.captions;
    return status;
}
