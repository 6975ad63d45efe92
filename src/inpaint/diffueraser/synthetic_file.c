/* SPDX-License-Identifier: Apache-2.0 */
#include "inpaint/diffueraser/synthetic_file.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#include "base/memory.h"
#include "inpaint/diffueraser/files.h"
#include "inpaint/diffueraser/synthetic.h"
#include "nn/half.h"
#include "nn/locate.h"

struct writer {
    enum uncap_diffuser_model model;
    const char *suffix;
    enum uncap_dtype dtype;
    FILE *file;
    uint64_t offset; /* of the next tensor's data */
    bool is_later;   /* a tensor has been listed already */
    struct uncap_error *err;
};

static size_t count(const struct uncap_shape *shape)
{
    size_t n = 0;
    return uncap_shape_count(shape, &n) ? n : 0;
}

/* One tensor's line of the header. */
static int list_tensor(void *opaque, const char *key, const struct uncap_shape *shape)
{
    struct writer *w = opaque;
    const uint64_t end = w->offset + count(shape) * uncap_dtype_bytes(w->dtype);
    fprintf(w->file, "%s\"%s\":{\"dtype\":\"%s\",\"shape\":[", w->is_later ? "," : "{", key,
            w->dtype == UNCAP_F16 ? "F16" : "F32");
    for (int k = 0; k < shape->rank; k++)
        fprintf(w->file, "%s%" PRId64, k ? "," : "", shape->dims[k]);
    fprintf(w->file, "],\"data_offsets\":[%" PRIu64 ",%" PRIu64 "]}", w->offset, end);
    w->offset = end;
    w->is_later = true;
    return 0;
}

static int write_tensor(void *opaque, const char *key, const struct uncap_shape *shape)
{
    struct writer *w = opaque;
    const size_t n = count(shape);
    float *values = uncap_alloc(n, sizeof(*values));
    if (!values)
        return uncap_fail_nomem(w->err, "a synthetic tensor");
    uncap_synthetic_fill(w->model, key, w->suffix, shape, values);
    if (w->dtype == UNCAP_F16)
        uncap_half_narrow(values, n,
                          (uint16_t *)(void *)values); /* in place: a half is written behind its float */
    const bool is_written = fwrite(values, uncap_dtype_bytes(w->dtype), n, w->file) == n;
    uncap_free(values);
    return is_written ? UNCAP_OK : UNCAP_ERR_IO;
}

static void write_header(struct writer *w, const struct uncap_diffuser_widths *widths)
{
    uint8_t length[8] = {0};
    fwrite(length, 1, sizeof(length), w->file);
    uncap_inventory_walk(w->model, widths, list_tensor, w);
    fputc('}', w->file);
    while ((ftell(w->file) - 8) % 8)
        fputc(' ', w->file); /* so that the data are aligned */
    const uint64_t n = (uint64_t)(ftell(w->file) - 8);
    for (int k = 0; k < 8; k++)
        length[k] = (uint8_t)(n >> 8 * k);
    rewind(w->file);
    fwrite(length, 1, sizeof(length), w->file);
    fseek(w->file, 0, SEEK_END);
}

int uncap_synthetic_write(enum uncap_diffuser_model model, const struct uncap_diffuser_widths *widths,
                          const char *suffix, enum uncap_dtype dtype, const char *path,
                          struct uncap_error *err)
{
    struct writer w = {.model = model, .suffix = suffix, .dtype = dtype, .err = err};
    w.file = fopen(path, "wb");
    if (!w.file)
        return uncap_fail_cause(err, UNCAP_ERR_IO, errno, "cannot write '%s': %s", path, strerror(errno));
    write_header(&w, widths);
    int rc = uncap_inventory_walk(model, widths, write_tensor, &w);
    const bool has_failed = ferror(w.file) != 0;
    if (fclose(w.file) || has_failed || rc == UNCAP_ERR_IO) {
        const int cause = errno;
        rc = uncap_fail_cause(err, UNCAP_ERR_IO, cause, "cannot write '%s': %s", path, strerror(cause));
    }
    return rc;
}

/* Make the folders above a file; that they cannot be made shows when it is opened. */
static void make_folders(const char *folder, const char *path)
{
    char made[UNCAP_PATH_MAX];
    for (const char *slash = strchr(path, '/'); slash; slash = strchr(slash + 1, '/')) {
        snprintf(made, sizeof(made), "%s/%.*s", folder, (int)(slash - path), path);
        mkdir(made, 0777);
    }
}

int uncap_synthetic_write_all(const char *folder, const struct uncap_diffuser_widths *widths,
                              const char *suffix, enum uncap_dtype dtype, struct uncap_error *err)
{
    struct uncap_diffuser_file file;
    int rc = UNCAP_OK;
    for (int i = 0; !rc && uncap_diffuser_file_at(i, 2, &file); i++) {
        char path[UNCAP_PATH_MAX];
        make_folders(folder, file.path);
        snprintf(path, sizeof(path), "%s/%s", folder, file.path);
        rc = uncap_synthetic_write(file.model, widths, suffix,
                                   file.model == UNCAP_DIFFUSER_LORA ? UNCAP_F16 : dtype, path, err);
    }
    return rc;
}
