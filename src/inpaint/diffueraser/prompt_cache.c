/* SPDX-License-Identifier: Apache-2.0 */
#include "inpaint/diffueraser/prompt_cache.h"

#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#include "base/memory.h"
#include "base/part_file.h"
#include "base/sha256.h"

enum { SAMPLE_BYTES = 4096, HEX = 64 };

/* A line that names the format; the digest of the weights, that of the data, and the data follow. */
static const char MAGIC[] = "uncaption empty prompt 1\n";

struct head {
    char magic[sizeof(MAGIC) - 1];
    char weights[HEX], data[HEX];
};

static void add_weight(struct uncap_sha256 *sum, const struct uncap_weight *w)
{
    size_t bytes = 0;
    uncap_sha256_add(sum, w->name, strlen(w->name) + 1);
    uncap_sha256_add(sum, &w->dtype, sizeof(w->dtype));
    uncap_sha256_add(sum, w->shape.dims, (size_t)w->shape.rank * sizeof(*w->shape.dims));
    if (!uncap_shape_count(&w->shape, &bytes))
        return;
    bytes *= uncap_dtype_bytes(w->dtype);
    const size_t part = bytes < SAMPLE_BYTES ? bytes : SAMPLE_BYTES;
    uncap_sha256_add(sum, w->data, part);
    uncap_sha256_add(sum, (const char *)w->data + bytes - part, part);
}

void uncap_prompt_cache_digest(const struct uncap_weights *weights, const char *path, const char *maker,
                               char hex[HEX + 1])
{
    struct uncap_sha256 sum;
    struct stat st;
    uncap_sha256_start(&sum);
    uncap_sha256_add(&sum, maker, strlen(maker) + 1);
    if (path && !stat(path, &st)) {
        const int64_t facts[] = {st.st_size, st.st_mtim.tv_sec, st.st_mtim.tv_nsec};
        uncap_sha256_add(&sum, facts, sizeof(facts));
    }
    for (size_t i = 0; i < weights->n; i++)
        add_weight(&sum, &weights->items[i]);
    uncap_sha256_finish(&sum, hex);
}

static void digest_of(const float *values, size_t n, char hex[HEX + 1])
{
    struct uncap_sha256 sum;
    uncap_sha256_start(&sum);
    uncap_sha256_add(&sum, values, n * sizeof(*values));
    uncap_sha256_finish(&sum, hex);
}

bool uncap_prompt_cache_read(const char *path, const char digest[HEX + 1], float *out, size_t n)
{
    struct head head;
    char data[HEX + 1];
    FILE *f = fopen(path, "rb");
    if (!f)
        return false;
    const bool is_read =
        fread(&head, sizeof(head), 1, f) == 1 && fread(out, sizeof(*out), n, f) == n && fgetc(f) == EOF;
    fclose(f);
    if (!is_read || memcmp(head.magic, MAGIC, sizeof(head.magic)) || memcmp(head.weights, digest, HEX))
        return false;
    digest_of(out, n, data);
    return !memcmp(head.data, data, HEX);
}

bool uncap_prompt_cache_write(const char *path, const char digest[HEX + 1], const float *values, size_t n)
{
    char data[HEX + 1];
    struct head head;
    const size_t bytes = n * sizeof(*values);
    char *file = uncap_alloc(sizeof(head) + bytes, 1);
    if (!file)
        return false;
    digest_of(values, n, data);
    memcpy(head.magic, MAGIC, sizeof(head.magic));
    memcpy(head.weights, digest, HEX);
    memcpy(head.data, data, HEX);
    memcpy(file, &head, sizeof(head));
    memcpy(file + sizeof(head), values, bytes);
    const bool is_there = !uncap_part_file_save(path, file, sizeof(head) + bytes, NULL);
    uncap_free(file);
    return is_there;
}
