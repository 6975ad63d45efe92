/* SPDX-License-Identifier: Apache-2.0 */
#include "detect/captions/field.h"

#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "base/memory.h"

/* Append the path, outermost first; returns the new length. */
static size_t print_path(const struct uncap_field_path *path, char *text, size_t n, size_t at)
{
    if (path->parent)
        at = print_path(path->parent, text, n, at);
    const char *between = !path->parent ? "" : path->parent->parent ? "." : ": ";
    if (at < n)
        at += (size_t)snprintf(text + at, n - at, "%s%.200s", between, path->name);
    if (path->i >= 0 && at < n)
        at += (size_t)snprintf(text + at, n - at, "[%ld]", path->i);
    return at < n ? at : n - 1;
}

int uncap_field_fail(struct uncap_error *err, const struct uncap_field_path *path, const char *fmt, ...)
{
    char where[512], what[384];
    print_path(path, where, sizeof(where), 0);
    va_list args;
    va_start(args, fmt);
    vsnprintf(what, sizeof(what), fmt, args);
    va_end(args);
    return uncap_fail(err, UNCAP_ERR_ARG, "%s: %s", where, what);
}

static int missing(struct uncap_error *err, const struct uncap_field_path *path, const char *key,
                   bool is_required)
{
    return is_required ? uncap_field_fail(err, path, "\"%s\" is missing", key) : UNCAP_OK;
}

int uncap_field_integer(const json_t *obj, const struct uncap_field_path *path, const char *key,
                        bool is_required, int64_t lo, int64_t hi, int64_t *out, struct uncap_error *err)
{
    const json_t *v = json_object_get(obj, key);
    if (!v)
        return missing(err, path, key, is_required);
    if (!json_is_integer(v))
        return uncap_field_fail(err, path, "\"%s\" is not a whole number", key);
    const int64_t i = json_integer_value(v);
    if (i < lo || i > hi)
        return uncap_field_fail(err, path, "\"%s\" is %lld, outside %lld..%lld", key, (long long)i,
                                (long long)lo, (long long)hi);
    *out = i;
    return UNCAP_OK;
}

int uncap_field_rect(const json_t *obj, const struct uncap_field_path *path, int w, int h,
                     struct uncap_rect *out, struct uncap_error *err)
{
    int64_t x = 0, y = 0, rect_w = 0, rect_h = 0;
    int status = uncap_field_integer(obj, path, "x", true, 0, w - 1, &x, err);
    if (!status)
        status = uncap_field_integer(obj, path, "y", true, 0, h - 1, &y, err);
    if (!status)
        status = uncap_field_integer(obj, path, "w", true, 1, w - x, &rect_w, err);
    if (!status)
        status = uncap_field_integer(obj, path, "h", true, 1, h - y, &rect_h, err);
    if (!status)
        *out = (struct uncap_rect){(int)x, (int)y, (int)(x + rect_w), (int)(y + rect_h)};
    return status;
}

int uncap_field_number(const json_t *obj, const struct uncap_field_path *path, const char *key,
                       bool is_required, double lo, double hi, double *out, struct uncap_error *err)
{
    const json_t *v = json_object_get(obj, key);
    if (!v)
        return missing(err, path, key, is_required);
    if (!json_is_number(v))
        return uncap_field_fail(err, path, "\"%s\" is not a number", key);
    const double d = json_number_value(v);
    if (!isfinite(d) || d < lo || d > hi)
        return uncap_field_fail(err, path, "\"%s\" is %g, outside %g..%g", key, d, lo, hi);
    *out = d;
    return UNCAP_OK;
}

int uncap_field_bool(const json_t *obj, const struct uncap_field_path *path, const char *key, bool *out,
                     struct uncap_error *err)
{
    const json_t *v = json_object_get(obj, key);
    if (!v)
        return UNCAP_OK;
    if (!json_is_boolean(v))
        return uncap_field_fail(err, path, "\"%s\" is neither true nor false", key);
    *out = json_is_true(v);
    return UNCAP_OK;
}

int uncap_field_string(const json_t *obj, const struct uncap_field_path *path, const char *key, char **out,
                       struct uncap_error *err)
{
    enum { MAX_BYTES = 65536 };
    const json_t *v = json_object_get(obj, key);
    if (!v || json_is_null(v))
        return UNCAP_OK;
    if (!json_is_string(v))
        return uncap_field_fail(err, path, "\"%s\" is not a string", key);
    const size_t n = json_string_length(v);
    if (n > MAX_BYTES || strlen(json_string_value(v)) != n)
        return uncap_field_fail(err, path, "\"%s\" is longer than %d bytes or holds a NUL", key, MAX_BYTES);
    char *copy = uncap_strdup(json_string_value(v));
    if (!copy)
        return uncap_fail_nomem(err, "captions file");
    *out = copy;
    return UNCAP_OK;
}

int uncap_field_array(const json_t *obj, const struct uncap_field_path *path, const char *key,
                      bool is_required, size_t max_n, const json_t **out, struct uncap_error *err)
{
    const json_t *v = json_object_get(obj, key);
    *out = NULL;
    if (!v)
        return missing(err, path, key, is_required);
    if (!json_is_array(v))
        return uncap_field_fail(err, path, "\"%s\" is not an array", key);
    if (json_array_size(v) > max_n)
        return uncap_field_fail(err, path, "\"%s\" has %zu elements, more than %zu", key, json_array_size(v),
                                max_n);
    *out = v;
    return UNCAP_OK;
}

int uncap_field_unknown(json_t *obj, const char *const *known, void **out, struct uncap_error *err)
{
    json_t *rest = NULL;
    const char *key;
    json_t *value;
    json_object_foreach(obj, key, value)
    {
        bool is_known = false;
        for (int i = 0; known[i] && !is_known; i++)
            is_known = !strcmp(known[i], key);
        if (is_known)
            continue;
        if (!rest)
            rest = json_object();
        if (!rest || json_object_set(rest, key, value)) {
            json_decref(rest);
            return uncap_fail_nomem(err, "captions file");
        }
    }
    *out = rest;
    return UNCAP_OK;
}
