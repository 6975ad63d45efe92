/* SPDX-License-Identifier: Apache-2.0 */
#include "nn/safetensors.h"

#include <jansson.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "nn/mapping.h"

/* The format's own reference reader refuses longer headers; the largest real ones are below 1 MB. */
#define MAX_HEADER_BYTES ((uint64_t)100 << 20)

struct uncap_safetensors {
    struct uncap_mapping map; /* of the file; empty when the bytes are borrowed */
    const uint8_t *bytes;
    size_t n_bytes;
    char *label;
    json_t *header; /* owns the names */
    struct uncap_safetensors_entry *entries;
    size_t n;
};

static const struct {
    const char *name;
    enum uncap_dtype dtype;
} DTYPES[] = {
    {"F32", UNCAP_F32}, {"F16", UNCAP_F16}, {"BF16", UNCAP_BF16}, {"F64", UNCAP_F64},
    {"I64", UNCAP_I64}, {"I32", UNCAP_I32}, {"U8", UNCAP_U8},     {"BOOL", UNCAP_BOOL},
};

static int damaged(const struct uncap_safetensors *s, const char *name, const char *why,
                   struct uncap_error *err)
{
    return uncap_fail(err, UNCAP_ERR_MODEL,
                      "cannot read '%s': tensor '%.200s' %s; the file is damaged, fetch it again", s->label,
                      name, why);
}

static bool read_shape(const json_t *shape, struct uncap_safetensors_entry *e)
{
    if (!json_is_array(shape) || json_array_size(shape) > UNCAP_MAX_RANK)
        return false;
    e->shape.rank = (int)json_array_size(shape);
    e->n = 1;
    for (int k = 0; k < e->shape.rank; k++) {
        const json_t *dim = json_array_get(shape, (size_t)k);
        const json_int_t v = json_is_integer(dim) ? json_integer_value(dim) : -1;
        if (v < 0 || !uncap_mul(e->n, (size_t)v, &e->n))
            return false;
        e->shape.dims[k] = v;
    }
    return true;
}

static int read_entry(const struct uncap_safetensors *s, const char *name, const json_t *v, size_t data_at,
                      struct uncap_safetensors_entry *e, struct uncap_error *err)
{
    e->name = name;
    const char *dtype = json_string_value(json_object_get(v, "dtype"));
    size_t size = 0;
    for (size_t k = 0; dtype && k < sizeof(DTYPES) / sizeof(*DTYPES); k++)
        if (!strcmp(dtype, DTYPES[k].name)) {
            e->dtype = DTYPES[k].dtype;
            size = uncap_dtype_bytes(e->dtype);
        }
    if (!size)
        return damaged(s, name, "has no known dtype", err);
    if (!read_shape(json_object_get(v, "shape"), e) || !uncap_mul(e->n, size, &e->bytes))
        return damaged(s, name, "has no sensible shape", err);
    const json_t *offsets = json_object_get(v, "data_offsets");
    const json_t *first = json_array_get(offsets, 0);
    const json_t *end = json_array_get(offsets, 1);
    if (json_array_size(offsets) != 2 || !json_is_integer(first) || !json_is_integer(end))
        return damaged(s, name, "has no data_offsets", err);
    const json_int_t a = json_integer_value(first);
    const json_int_t b = json_integer_value(end);
    if (a < 0 || b < a || (uint64_t)b > s->n_bytes - data_at)
        return damaged(s, name, "lies outside the file (truncated?)", err);
    if ((uint64_t)(b - a) != e->bytes)
        return damaged(s, name, "has data of another size than its shape", err);
    e->data = s->bytes + data_at + (size_t)a;
    return UNCAP_OK;
}

static int by_place(const void *a, const void *b)
{
    const struct uncap_safetensors_entry *x = a;
    const struct uncap_safetensors_entry *y = b;
    const uintptr_t p = (uintptr_t)x->data;
    const uintptr_t q = (uintptr_t)y->data;
    if (p != q)
        return p < q ? -1 : 1;
    return (x->bytes > y->bytes) - (x->bytes < y->bytes);
}

static int by_name(const void *a, const void *b)
{
    const struct uncap_safetensors_entry *x = a;
    const struct uncap_safetensors_entry *y = b;
    return strcmp(x->name, y->name);
}

static int check_overlaps(struct uncap_safetensors *s, struct uncap_error *err)
{
    qsort(s->entries, s->n, sizeof(*s->entries), by_place);
    for (size_t i = 1; i < s->n; i++) {
        const struct uncap_safetensors_entry *before = &s->entries[i - 1];
        if ((const uint8_t *)before->data + before->bytes > (const uint8_t *)s->entries[i].data)
            return damaged(s, s->entries[i].name, "overlaps another one", err);
    }
    qsort(s->entries, s->n, sizeof(*s->entries), by_name);
    return UNCAP_OK;
}

static int read_header(struct uncap_safetensors *s, struct uncap_error *err)
{
    uint64_t header_bytes = 0;
    for (int k = 7; k >= 0 && s->n_bytes >= 8; k--)
        header_bytes = header_bytes << 8 | s->bytes[k];
    if (s->n_bytes < 8 || header_bytes < 2 || header_bytes > s->n_bytes - 8 ||
        header_bytes > MAX_HEADER_BYTES)
        return uncap_fail(err, UNCAP_ERR_MODEL, "cannot read '%s': not a .safetensors file, or truncated",
                          s->label);
    json_error_t json_error;
    s->header =
        json_loadb((const char *)s->bytes + 8, (size_t)header_bytes, JSON_REJECT_DUPLICATES, &json_error);
    if (!json_is_object(s->header))
        return uncap_fail(err, UNCAP_ERR_MODEL, "cannot read '%s': its header is no JSON object (%.200s)",
                          s->label, s->header ? "another type" : json_error.text);
    s->entries = uncap_alloc(json_object_size(s->header), sizeof(*s->entries));
    if (!s->entries)
        return uncap_fail_nomem(err, "the list of a checkpoint's tensors");
    const char *name;
    json_t *value;
    json_object_foreach(s->header, name, value)
    {
        if (!strcmp(name, "__metadata__"))
            continue;
        const int rc = read_entry(s, name, value, 8 + (size_t)header_bytes, &s->entries[s->n], err);
        if (rc)
            return rc;
        s->n++;
    }
    return check_overlaps(s, err);
}

static int open_reader(struct uncap_safetensors **out, const void *bytes, size_t n, const char *label,
                       struct uncap_error *err)
{
    *out = NULL;
    struct uncap_safetensors *s = uncap_alloc(1, sizeof(*s));
    if (!s)
        return uncap_fail_nomem(err, "a checkpoint reader");
    s->label = uncap_strdup(label);
    s->bytes = bytes;
    s->n_bytes = n;
    int rc = s->label ? UNCAP_OK : uncap_fail_nomem(err, "a checkpoint reader");
    if (!rc && !bytes)
        rc = uncap_mapping_open(&s->map, label, err);
    if (!rc && !bytes) {
        s->bytes = s->map.data;
        s->n_bytes = s->map.size;
    }
    if (!rc)
        rc = read_header(s, err);
    if (rc)
        uncap_safetensors_close(&s);
    *out = s;
    return rc;
}

int uncap_safetensors_open(struct uncap_safetensors **out, const char *path, struct uncap_error *err)
{
    return open_reader(out, NULL, 0, path, err);
}

int uncap_safetensors_open_memory(struct uncap_safetensors **out, const void *bytes, size_t n,
                                  const char *label, struct uncap_error *err)
{
    return open_reader(out, n ? bytes : "", n, label, err);
}

void uncap_safetensors_close(struct uncap_safetensors **reader)
{
    struct uncap_safetensors *s = *reader;
    if (!s)
        return;
    json_decref(s->header);
    uncap_free(s->entries);
    uncap_free(s->label);
    uncap_mapping_close(&s->map);
    uncap_free(s);
    *reader = NULL;
}

size_t uncap_safetensors_count(const struct uncap_safetensors *reader)
{
    return reader->n;
}

const struct uncap_safetensors_entry *uncap_safetensors_entry(const struct uncap_safetensors *reader,
                                                              size_t i)
{
    return &reader->entries[i];
}

const struct uncap_safetensors_entry *uncap_safetensors_find(const struct uncap_safetensors *reader,
                                                             const char *name)
{
    const struct uncap_safetensors_entry key = {.name = name};
    return bsearch(&key, reader->entries, reader->n, sizeof(*reader->entries), by_name);
}

static void release_reader(void *owner)
{
    struct uncap_safetensors *s = owner;
    uncap_safetensors_close(&s);
}

static int add_weight(struct uncap_weights *weights, const struct uncap_safetensors_entry *e,
                      struct uncap_error *err)
{
    struct uncap_weight w = {.name = e->name, .dtype = e->dtype, .shape = e->shape, .data = e->data};
    if ((uintptr_t)e->data % uncap_dtype_bytes(e->dtype)) {
        void *copy = uncap_alloc(e->bytes, 1);
        if (!copy)
            return uncap_fail_nomem(err, "a checkpoint's tensor");
        memcpy(copy, e->data, e->bytes);
        w.data = copy;
        const int rc = uncap_weights_keep(weights, copy, uncap_free, err);
        if (rc)
            return rc;
    }
    return uncap_weights_add(weights, &w, err);
}

int uncap_safetensors_weights(struct uncap_weights **out, const char *path, struct uncap_mapping *map,
                              struct uncap_error *err)
{
    struct uncap_safetensors *s = NULL;
    *out = NULL;
    int rc = uncap_safetensors_open(&s, path, err);
    if (rc)
        return rc;
    struct uncap_weights *weights = NULL;
    rc = uncap_weights_open(&weights, path, err);
    if (rc) {
        uncap_safetensors_close(&s);
        return rc;
    }
    rc = uncap_weights_keep(weights, s, release_reader, err);
    for (size_t i = 0; !rc && i < s->n; i++)
        rc = add_weight(weights, &s->entries[i], err);
    if (!rc)
        rc = uncap_weights_sort(weights, err);
    if (rc)
        uncap_weights_close(&weights);
    else if (map)
        *map = s->map;
    *out = weights;
    return rc;
}
