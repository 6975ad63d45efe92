/* SPDX-License-Identifier: Apache-2.0 */
#include "inpaint/propainter/synth_file.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <zlib.h>

#include "base/memory.h"
#include "inpaint/propainter/files.h"
#include "inpaint/propainter/synth.h"
#include "nn/locate.h"

enum { MEMBER_ALIGN = 64 };

/* Bytes that grow; is_short once memory ran out. */
struct bytes {
    uint8_t *data;
    size_t n, capacity;
    bool is_short;
};

static void put(struct bytes *b, const void *p, size_t n)
{
    void *data = b->data;
    if (b->is_short || !uncap_grow(&data, &b->capacity, b->n + n, 1)) {
        b->is_short = true;
        return;
    }
    b->data = data;
    memcpy(b->data + b->n, p, n);
    b->n += n;
}

static void put_little(struct bytes *b, uint64_t v, int n)
{
    uint8_t le[8];
    for (int i = 0; i < n; i++)
        le[i] = (uint8_t)(v >> (8 * i));
    put(b, le, (size_t)n);
}

static void put_op(struct bytes *b, char op)
{
    put(b, &op, 1);
}

static void put_string(struct bytes *b, const char *text)
{
    put(b, text, strlen(text));
}

static void put_text(struct bytes *b, const char *text)
{
    put_op(b, 'X');
    put_little(b, strlen(text), 4);
    put_string(b, text);
}

static void put_number(struct bytes *b, int64_t v)
{
    put_op(b, 'J');
    put_little(b, (uint64_t)v, 4);
}

static void put_tuple(struct bytes *b, const int64_t *v, int n)
{
    put_op(b, '(');
    for (int i = 0; i < n; i++)
        put_number(b, v[i]);
    put_op(b, 't');
}

static const char *storage_class(enum uncap_dtype dtype)
{
    return dtype == UNCAP_I64 ? "ctorch\nLongStorage\n" : "ctorch\nFloatStorage\n";
}

/* torch._utils._rebuild_tensor_v2(storage, 0, size, stride, False, OrderedDict()) */
static void put_tensor(struct bytes *b, const struct uncap_weight *w, size_t number, bool is_legacy)
{
    char key[24];
    int64_t strides[UNCAP_MAX_RANK];
    int64_t count = 1;
    for (int i = w->shape.rank - 1; i >= 0; i--) {
        strides[i] = count;
        count *= w->shape.dims[i];
    }
    snprintf(key, sizeof(key), "%zu", number);
    put_text(b, w->name);
    put_string(b, "ctorch._utils\n_rebuild_tensor_v2\n((");
    put_text(b, "storage");
    put_string(b, storage_class(w->dtype));
    put_text(b, key);
    put_text(b, "cpu");
    put_number(b, count);
    put_string(b, is_legacy ? "NtQ" : "tQ");
    put_number(b, 0);
    put_tuple(b, w->shape.dims, w->shape.rank);
    put_tuple(b, strides, w->shape.rank);
    put_string(b, "\x89"
                  "ccollections\nOrderedDict\n)RtR");
}

static void put_dict(struct bytes *b, const struct uncap_weights *w, bool is_legacy)
{
    put_string(b, "\x80\x02"
                  "ccollections\nOrderedDict\n)R(");
    for (size_t i = 0; i < w->n; i++)
        put_tensor(b, &w->items[i], i, is_legacy);
    put_string(b, "u.");
}

static size_t weight_bytes(const struct uncap_weight *w)
{
    size_t n = 0;
    uncap_shape_count(&w->shape, &n);
    return n * uncap_dtype_bytes(w->dtype);
}

static void put_legacy_head(struct bytes *b, const struct uncap_weights *w)
{
    static const char magic[] = "\x80\x02\x8a\x0a\x6c\xfc\x9c\x46\xf9\x20\x6a\xa8\x50\x19.";
    put(b, magic, sizeof(magic) - 1);
    put_string(b, "\x80\x02M\xe9\x03.");
    put_string(b, "\x80\x02}(");
    put_text(b, "little_endian");
    put_string(b, "\x88u.");
    put_dict(b, w, true);
    put_string(b, "\x80\x02](");
    for (size_t i = 0; i < w->n; i++) {
        char key[24];
        snprintf(key, sizeof(key), "%zu", i);
        put_text(b, key);
    }
    put_string(b, "e.");
}

static bool write_legacy(FILE *f, const struct uncap_weights *w, struct bytes *b)
{
    put_legacy_head(b, w);
    bool is_written = !b->is_short && fwrite(b->data, 1, b->n, f) == b->n;
    for (size_t i = 0; is_written && i < w->n; i++) {
        struct bytes count = {.n = 0};
        const size_t bytes = weight_bytes(&w->items[i]);
        put_little(&count, bytes / uncap_dtype_bytes(w->items[i].dtype), 8);
        is_written = !count.is_short && fwrite(count.data, 1, 8, f) == 8 &&
                     fwrite(w->items[i].data, 1, bytes, f) == bytes;
        uncap_free(count.data);
    }
    return is_written;
}

/* Fields that a local header and a directory entry share. */
static void put_member_fields(struct bytes *b, uint32_t crc, size_t size, size_t name, size_t extra)
{
    put_little(b, 0, 8); /* version, flags, stored, time: */
    put_little(b, 0, 2); /* date */
    put_little(b, crc, 4);
    put_little(b, size, 4);
    put_little(b, size, 4);
    put_little(b, name, 2);
    put_little(b, extra, 2);
}

/* Write one stored member, its data on a multiple of 64, and its entry in the directory. */
static bool write_member(FILE *f, size_t *at, const char *name, const void *data, size_t size,
                         struct bytes *directory)
{
    static const uint8_t zeros[MEMBER_ALIGN] = {0};
    struct bytes head = {.n = 0};
    const size_t length = strlen(name);
    const size_t start = *at + 30 + length;
    const size_t padding = (MEMBER_ALIGN - start % MEMBER_ALIGN) % MEMBER_ALIGN;
    const uint32_t crc = (uint32_t)crc32_z(0, data, size);
    put_string(&head, "PK\x03\x04");
    put_member_fields(&head, crc, size, length, padding);
    put(&head, name, length);
    put(&head, zeros, padding);
    put_string(directory, "PK\x01\x02");
    put_little(directory, 0, 2);
    put_member_fields(directory, crc, size, length, 0);
    put_little(directory, 0, 8); /* comment length, disk, attributes */
    put_little(directory, 0, 2);
    put_little(directory, *at, 4);
    put(directory, name, length);
    const bool is_written =
        !head.is_short && fwrite(head.data, 1, head.n, f) == head.n && fwrite(data, 1, size, f) == size;
    *at += head.n + size;
    uncap_free(head.data);
    return is_written;
}

static bool write_zip(FILE *f, const struct uncap_weights *w, struct bytes *b)
{
    struct bytes directory = {.n = 0};
    size_t at = 0;
    put_dict(b, w, false);
    bool is_written = !b->is_short && write_member(f, &at, "archive/data.pkl", b->data, b->n, &directory);
    for (size_t i = 0; is_written && i < w->n; i++) {
        char name[40];
        snprintf(name, sizeof(name), "archive/data/%zu", i);
        is_written = write_member(f, &at, name, w->items[i].data, weight_bytes(&w->items[i]), &directory);
    }
    is_written = is_written && write_member(f, &at, "archive/version", "3\n", 2, &directory);
    const size_t size = directory.n;
    put_string(&directory, "PK\x05\x06");
    put_little(&directory, 0, 4);
    put_little(&directory, w->n + 2, 2);
    put_little(&directory, w->n + 2, 2);
    put_little(&directory, size, 4);
    put_little(&directory, at, 4);
    put_little(&directory, 0, 2);
    is_written =
        is_written && !directory.is_short && fwrite(directory.data, 1, directory.n, f) == directory.n;
    uncap_free(directory.data);
    return is_written;
}

int uncap_torch_write(const char *path, const struct uncap_weights *w, bool is_legacy,
                      struct uncap_error *err)
{
    struct bytes b = {.n = 0};
    FILE *f = fopen(path, "wb");
    if (!f)
        return uncap_fail_cause(err, UNCAP_ERR_IO, errno, "cannot create %s: %s", path, strerror(errno));
    bool is_written = is_legacy ? write_legacy(f, w, &b) : write_zip(f, w, &b);
    const int cause = errno;
    uncap_free(b.data);
    is_written = !fclose(f) && is_written;
    return is_written
               ? UNCAP_OK
               : uncap_fail_cause(err, UNCAP_ERR_IO, cause, "cannot write %s: %s", path, strerror(cause));
}

int uncap_propainter_synth_files(const char *folder, const char *suffix, struct uncap_error *err)
{
    int status = UNCAP_OK;
    for (int i = 0; !status && i < UNCAP_PROPAINTER_MODELS; i++) {
        const struct uncap_propainter_file *file = uncap_propainter_file((enum uncap_propainter_model)i);
        struct uncap_weights *w;
        char path[UNCAP_PATH_MAX];
        if (snprintf(path, sizeof(path), "%s/%s", folder, file->name) >= (int)sizeof(path))
            return uncap_fail(err, UNCAP_ERR_ARG, "folder name too long: %s", folder);
        status = uncap_propainter_synth(&w, file->manifest, file->name, suffix, err);
        if (!status)
            status = uncap_torch_write(path, w, i == UNCAP_PROPAINTER_GENERATOR, err);
        uncap_weights_close(&w);
    }
    return status;
}
