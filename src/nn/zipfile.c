/* SPDX-License-Identifier: Apache-2.0 */
#include "nn/zipfile.h"

#include <string.h>
#include <zlib.h>

#include "base/memory.h"

/* Sizes and signatures of APPNOTE.TXT 4.3. */
enum { END_SIZE = 22, CENTRAL_SIZE = 46, LOCAL_SIZE = 30, COMMENT_MAX = 65535 };

#define END_SIGNATURE 0x06054b50u
#define CENTRAL_SIGNATURE 0x02014b50u
#define LOCAL_SIGNATURE 0x04034b50u

static uint32_t get16(const uint8_t *p)
{
    return p[0] | (uint32_t)p[1] << 8;
}

static uint32_t get32(const uint8_t *p)
{
    return get16(p) | get16(p + 2) << 16;
}

/* The record at the archive's end; NULL if there is none. */
static const uint8_t *find_end(const uint8_t *bytes, size_t n)
{
    const size_t lowest = n > END_SIZE + COMMENT_MAX ? n - END_SIZE - COMMENT_MAX : 0;
    for (size_t at = n < END_SIZE ? 0 : n - END_SIZE + 1; at-- > lowest;)
        if (get32(bytes + at) == END_SIGNATURE)
            return bytes + at;
    return NULL;
}

/* Read one entry of the directory at p (room bytes); returns its length, 0 if it makes no sense. */
static size_t read_entry(const uint8_t *bytes, size_t n, const uint8_t *p, size_t room,
                         struct uncap_zip_member *m)
{
    if (room < CENTRAL_SIZE || get32(p) != CENTRAL_SIGNATURE)
        return 0;
    const size_t name = get16(p + 28);
    const size_t length = CENTRAL_SIZE + name + get16(p + 30) + get16(p + 32);
    const size_t local = get32(p + 42);
    const bool is_plain = !(get16(p + 8) & 1) && get16(p + 10) == 0 && get32(p + 20) == get32(p + 24);
    if (length > room || !is_plain || local > n || n - local < LOCAL_SIZE ||
        get32(bytes + local) != LOCAL_SIGNATURE)
        return 0;
    const size_t start = LOCAL_SIZE + get16(bytes + local + 26) + get16(bytes + local + 28);
    *m = (struct uncap_zip_member){.name = (const char *)p + CENTRAL_SIZE,
                                   .name_length = name,
                                   .size = get32(p + 24),
                                   .crc = get32(p + 16)};
    if (start > n - local || m->size > n - local - start)
        return 0;
    m->data = bytes + local + start;
    return length;
}

int uncap_zip_open(struct uncap_zip *zip, const void *archive, size_t n, const char *label,
                   struct uncap_error *err)
{
    const uint8_t *bytes = archive;
    *zip = (struct uncap_zip){.n = 0};
    const uint8_t *end = find_end(bytes, n);
    if (!end)
        return uncap_fail(err, UNCAP_ERR_MODEL, "%s is damaged or cut short: its ZIP directory is missing",
                          label);
    const size_t count = get16(end + 10);
    const size_t directory = get32(end + 16);
    if (directory > (size_t)(end - bytes) || count > ((size_t)(end - bytes) - directory) / CENTRAL_SIZE)
        return uncap_fail(err, UNCAP_ERR_MODEL, "%s is damaged: its ZIP directory lies outside it", label);
    zip->members = uncap_alloc(count, sizeof(*zip->members));
    if (!zip->members)
        return uncap_fail_nomem(err, "a checkpoint's directory");
    const uint8_t *p = bytes + directory;
    for (; zip->n < count; zip->n++) {
        const size_t length = read_entry(bytes, n, p, (size_t)(end - p), &zip->members[zip->n]);
        if (!length) {
            const size_t number = zip->n + 1;
            uncap_zip_close(zip);
            return uncap_fail(err, UNCAP_ERR_MODEL,
                              "%s is damaged: ZIP member %zu is outside it or not stored plainly", label,
                              number);
        }
        p += length;
    }
    return UNCAP_OK;
}

void uncap_zip_close(struct uncap_zip *zip)
{
    uncap_free(zip->members);
    *zip = (struct uncap_zip){.n = 0};
}

const struct uncap_zip_member *uncap_zip_find(const struct uncap_zip *zip, const char *suffix, size_t length)
{
    for (size_t i = 0; i < zip->n; i++) {
        const struct uncap_zip_member *m = &zip->members[i];
        if (m->name_length >= length && !memcmp(m->name + m->name_length - length, suffix, length))
            return m;
    }
    return NULL;
}

bool uncap_zip_is_intact(const struct uncap_zip_member *m)
{
    return crc32_z(0, m->data, m->size) == m->crc;
}
