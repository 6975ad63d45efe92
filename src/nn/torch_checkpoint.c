/* SPDX-License-Identifier: Apache-2.0 */
#include "nn/torch_checkpoint.h"

#include <stdio.h>
#include <string.h>

#include "base/memory.h"
#include "nn/mapping.h"
#include "nn/pickle.h"
#include "nn/zipfile.h"

enum { MAX_TENSORS = 16384, NAME_MAX_BYTES = 255 };

/* Raw numbers of one storage. */
struct storage {
    struct uncap_span key;
    const uint8_t *data;
    size_t bytes;
};

/* One file being read. */
struct reader {
    struct uncap_weights *weights;
    const uint8_t *bytes;
    size_t n;
    const char *label;
    struct storage *storages;
    size_t n_storages;
    size_t copied; /* bytes of tensors that had to be copied */
    struct uncap_error *err;
};

static bool span_equal(struct uncap_span a, struct uncap_span b)
{
    return a.n == b.n && !memcmp(a.p, b.p, a.n);
}

static const struct storage *find_storage(const struct reader *r, struct uncap_span key)
{
    for (size_t i = 0; i < r->n_storages; i++)
        if (span_equal(r->storages[i].key, key))
            return &r->storages[i];
    return NULL;
}

/* Elements of the storage from the view's first to its last, or 0 if it reaches outside or makes no sense. A
 * view with more elements than its storage (a broadcast) would let a small file claim any amount of memory.
 */
static bool view_fits(const struct uncap_pickle_tensor *t, size_t elements, size_t *count)
{
    if (!uncap_shape_count(&t->shape, count) || *count > elements || t->offset < 0 ||
        (size_t)t->offset > elements)
        return false;
    size_t last = (size_t)t->offset;
    for (int i = 0; *count && i < t->shape.rank; i++) {
        size_t step;
        if (t->strides[i] < 0 || !uncap_mul((size_t)(t->shape.dims[i] - 1), (size_t)t->strides[i], &step) ||
            !uncap_add(last, step, &last))
            return false;
    }
    return *count == 0 || last < elements;
}

static bool is_contiguous(const struct uncap_pickle_tensor *t)
{
    int64_t stride = 1;
    for (int i = t->shape.rank - 1; i >= 0; i--) {
        if (t->shape.dims[i] != 1 && t->strides[i] != stride)
            return false;
        stride *= t->shape.dims[i];
    }
    return true;
}

/* Row-major copy of a strided view. */
static void copy_view(uint8_t *out, const uint8_t *data, const struct uncap_pickle_tensor *t, size_t count,
                      size_t size)
{
    for (size_t i = 0; i < count; i++) {
        size_t rest = i;
        size_t at = (size_t)t->offset;
        for (int k = t->shape.rank - 1; k >= 0; k--) {
            at += rest % (size_t)t->shape.dims[k] * (size_t)t->strides[k];
            rest /= (size_t)t->shape.dims[k];
        }
        memcpy(out + i * size, data + at * size, size);
    }
}

static int damaged(const struct reader *r, const char *what, struct uncap_span name)
{
    return uncap_fail(r->err, UNCAP_ERR_MODEL, "%s is damaged: tensor %.*s %s", r->label,
                      (int)(name.n < NAME_MAX_BYTES ? name.n : NAME_MAX_BYTES), (const char *)name.p, what);
}

static int add_tensor(struct reader *r, const struct uncap_pickle_tensor *t)
{
    char name[NAME_MAX_BYTES + 1];
    const struct storage *s = find_storage(r, t->storage_key);
    const size_t size = uncap_dtype_bytes(t->dtype);
    size_t count = 0;
    if (!s || t->name.n > NAME_MAX_BYTES || memchr(t->name.p, 0, t->name.n))
        return damaged(r, "has no data", t->name);
    if (!view_fits(t, s->bytes / size, &count))
        return damaged(r, "reaches outside its data", t->name);
    const uint8_t *data = s->data + (size_t)t->offset * size;
    if (!is_contiguous(t) || (uintptr_t)data % size) {
        r->copied += count * size;
        if (r->copied > 2 * r->n)
            return damaged(r, "is one view too many of the same data", t->name);
        uint8_t *copy = uncap_alloc(count, size);
        if (!copy)
            return uncap_fail_nomem(r->err, "a checkpoint's tensors");
        copy_view(copy, s->data, t, count, size);
        const int status = uncap_weights_keep(r->weights, copy, uncap_free, r->err);
        if (status)
            return status;
        data = copy;
    }
    memcpy(name, t->name.p, t->name.n);
    name[t->name.n] = '\0';
    const struct uncap_weight weight = {name, t->dtype, t->shape, data};
    return uncap_weights_add(r->weights, &weight, r->err);
}

static int add_tensors(struct reader *r, const struct uncap_pickle *pickle)
{
    struct uncap_pickle_tensor t;
    int kind;
    for (size_t i = 0; (kind = uncap_pickle_tensor(pickle, i, &t)) >= 0; i++) {
        if (i == MAX_TENSORS)
            return uncap_fail(r->err, UNCAP_ERR_MODEL, "%s holds more than %d tensors", r->label,
                              MAX_TENSORS);
        const int status = kind ? add_tensor(r, &t) : UNCAP_OK;
        if (status)
            return status;
    }
    if (!r->weights->n)
        return uncap_fail(r->err, UNCAP_ERR_MODEL, "%s holds no tensors by name", r->label);
    return uncap_weights_sort(r->weights, r->err);
}

/* Storages of the ZIP container: members <prefix>data/<key>. */
static int list_members(struct reader *r, const struct uncap_zip *zip, const struct uncap_zip_member *pickle)
{
    const size_t prefix = pickle->name_length - strlen("data.pkl");
    static const char folder[] = "data/";
    const size_t n_folder = sizeof(folder) - 1;
    r->storages = uncap_alloc(zip->n, sizeof(*r->storages));
    if (!r->storages)
        return uncap_fail_nomem(r->err, "a checkpoint's directory");
    for (size_t i = 0; i < zip->n; i++) {
        const struct uncap_zip_member *m = &zip->members[i];
        if (!uncap_zip_is_intact(m))
            return uncap_fail(r->err, UNCAP_ERR_MODEL, "%s is damaged: member %.*s has another checksum",
                              r->label, (int)m->name_length, m->name);
        if (m->name_length > prefix + n_folder && !memcmp(m->name, pickle->name, prefix) &&
            !memcmp(m->name + prefix, folder, n_folder))
            r->storages[r->n_storages++] = (struct storage){
                {(const uint8_t *)m->name + prefix + n_folder, m->name_length - prefix - n_folder},
                m->data,
                m->size};
    }
    return UNCAP_OK;
}

static int read_zip(struct reader *r)
{
    struct uncap_zip zip;
    struct uncap_pickle *pickle = NULL;
    size_t used;
    int status = uncap_zip_open(&zip, r->bytes, r->n, r->label, r->err);
    if (status)
        return status;
    static const char name[] = "/data.pkl";
    const struct uncap_zip_member *m = uncap_zip_find(&zip, name, sizeof(name) - 1);
    if (!m || zip.n > MAX_TENSORS)
        status = uncap_fail(r->err, UNCAP_ERR_MODEL, "%s is a ZIP archive but no checkpoint", r->label);
    if (!status)
        status = list_members(r, &zip, m);
    if (!status)
        status = uncap_pickle_open(&pickle, m->data, m->size, &used, r->label, r->err);
    if (!status)
        status = add_tensors(r, pickle);
    uncap_pickle_close(&pickle);
    uncap_zip_close(&zip);
    return status;
}

/* Element type of a storage, as the tensors that use it say. */
static bool storage_dtype(const struct uncap_pickle *pickle, struct uncap_span key, enum uncap_dtype *dtype)
{
    struct uncap_pickle_tensor t;
    int kind;
    for (size_t i = 0; i < MAX_TENSORS && (kind = uncap_pickle_tensor(pickle, i, &t)) >= 0; i++)
        if (kind && span_equal(t.storage_key, key)) {
            *dtype = t.dtype;
            return true;
        }
    return false;
}

/* The old container's tail: for each key an int64 count, then the numbers. */
static int list_tail(struct reader *r, const struct uncap_pickle *tensors, const struct uncap_pickle *keys,
                     size_t at)
{
    struct uncap_span key;
    size_t n = 0;
    while (n <= MAX_TENSORS && uncap_pickle_text(keys, n, &key))
        n++;
    r->storages = n <= MAX_TENSORS ? uncap_alloc(n, sizeof(*r->storages)) : NULL;
    if (!r->storages)
        return uncap_fail_nomem(r->err, "a checkpoint's directory");
    for (; uncap_pickle_text(keys, r->n_storages, &key); r->n_storages++) {
        enum uncap_dtype dtype = UNCAP_F32;
        uint64_t count = 0;
        size_t bytes;
        if (r->n - at < 8 || !storage_dtype(tensors, key, &dtype))
            return damaged(r, "storage is cut short or belongs to nothing", key);
        for (int i = 0; i < 8; i++)
            count |= (uint64_t)r->bytes[at + (size_t)i] << (8 * i);
        at += 8;
        if (count > SIZE_MAX || !uncap_mul((size_t)count, uncap_dtype_bytes(dtype), &bytes) ||
            bytes > r->n - at)
            return damaged(r, "storage is cut short", key);
        r->storages[r->n_storages] = (struct storage){key, r->bytes + at, bytes};
        at += bytes;
    }
    return UNCAP_OK;
}

/* Magic number, protocol version, system info, the state dict, the storage keys, the tail. */
static int read_legacy(struct reader *r)
{
    static const uint8_t magic[] = {0x6c, 0xfc, 0x9c, 0x46, 0xf9, 0x20, 0x6a, 0xa8, 0x50, 0x19};
    enum { MAGIC, PROTOCOL, SYSTEM, TENSORS, KEYS, N_PICKLES };
    struct uncap_pickle *pickles[N_PICKLES] = {NULL};
    struct uncap_span number = {NULL, 0};
    size_t at = 0;
    int status = UNCAP_OK;
    for (int i = 0; !status && i < N_PICKLES; i++) {
        size_t used = 0;
        status = uncap_pickle_open(&pickles[i], r->bytes + at, r->n - at, &used, r->label, r->err);
        at += used;
        if (!status && i == MAGIC &&
            (!uncap_pickle_number(pickles[i], &number) || number.n != sizeof(magic) ||
             memcmp(number.p, magic, number.n)))
            status = uncap_fail(r->err, UNCAP_ERR_MODEL, "%s is no PyTorch checkpoint", r->label);
    }
    if (!status)
        status = list_tail(r, pickles[TENSORS], pickles[KEYS], at);
    if (!status)
        status = add_tensors(r, pickles[TENSORS]);
    for (int i = 0; i < N_PICKLES; i++)
        uncap_pickle_close(&pickles[i]);
    return status;
}

int uncap_torch_open_memory(struct uncap_weights **out, const void *bytes, size_t n, const char *label,
                            struct uncap_error *err)
{
    *out = NULL;
    struct reader r = {.bytes = bytes, .n = n, .label = label, .err = err};
    int status = uncap_weights_open(&r.weights, label, err);
    if (status)
        return status;
    if (n >= 4 && !memcmp(bytes, "PK\x03\x04", 4))
        status = read_zip(&r);
    else if (n >= 2 && r.bytes[0] == 0x80)
        status = read_legacy(&r);
    else
        status = uncap_fail(err, UNCAP_ERR_MODEL,
                            "%s is no PyTorch checkpoint: neither a ZIP archive nor a pickle", label);
    uncap_free(r.storages);
    if (status) {
        uncap_weights_close(&r.weights);
        return status;
    }
    *out = r.weights;
    return UNCAP_OK;
}

static void close_mapping(void *owner)
{
    struct uncap_mapping *mapping = owner;
    uncap_mapping_close(mapping);
    uncap_free(mapping);
}

int uncap_torch_open(struct uncap_weights **out, const char *path, struct uncap_error *err)
{
    *out = NULL;
    struct uncap_mapping *mapping = uncap_alloc(1, sizeof(*mapping));
    if (!mapping)
        return uncap_fail_nomem(err, "a checkpoint");
    int status = uncap_mapping_open(mapping, path, err);
    if (!status)
        status = uncap_torch_open_memory(out, mapping->data, mapping->size, path, err);
    if (status) {
        close_mapping(mapping);
        return status;
    }
    status = uncap_weights_keep(*out, mapping, close_mapping, err);
    if (status)
        uncap_weights_close(out);
    return status;
}
