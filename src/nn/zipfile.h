/* SPDX-License-Identifier: Apache-2.0 */
/* The members of a ZIP archive that lies in memory, where they are stored uncompressed: found, not copied. */
#ifndef UNCAP_NN_ZIPFILE_H
#define UNCAP_NN_ZIPFILE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/error.h"

struct uncap_zip_member {
    const char *name; /* not terminated */
    size_t name_length;
    const uint8_t *data;
    size_t size;
    uint32_t crc;
};

struct uncap_zip {
    struct uncap_zip_member *members;
    size_t n;
};

/* List the members. Everything is checked to lie inside the archive; nothing is allocated on its word.
 * Errors  MODEL (damaged, compressed or encrypted members, more than one disk, over 4 GB), NOMEM.
 */
int uncap_zip_open(struct uncap_zip *zip, const void *bytes, size_t n, const char *label,
                   struct uncap_error *err);
void uncap_zip_close(struct uncap_zip *zip);

/* First member whose name ends in suffix, or NULL. */
const struct uncap_zip_member *uncap_zip_find(const struct uncap_zip *zip, const char *suffix, size_t length);

/* True if the member's data have the checksum they should have; reads all of them. */
bool uncap_zip_is_intact(const struct uncap_zip_member *member);

#endif
