/* SPDX-License-Identifier: Apache-2.0 */
/* A file seen as memory, read only. */
#ifndef UNCAP_NN_MAPPING_H
#define UNCAP_NN_MAPPING_H

#include <stddef.h>

#include "base/error.h"

struct uncap_mapping {
    void *data;
    size_t size;
};

/* Map a whole regular file. An empty file is an error. Errors: IO. */
int uncap_mapping_open(struct uncap_mapping *mapping, const char *path, struct uncap_error *err);
/* Give the pages back until they are read again: the file's bytes stay where they are, resident memory
 * shrinks. */
void uncap_mapping_forget(const struct uncap_mapping *mapping);
/* NULL-safe; zeroes it. */
void uncap_mapping_close(struct uncap_mapping *mapping);

#endif
