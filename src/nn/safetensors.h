/* SPDX-License-Identifier: Apache-2.0 */
/* Reader of .safetensors checkpoints: memory-mapped, and hostile until proven otherwise.
 *
 * The container is 8 bytes N (little endian), N bytes of JSON (name -> dtype, shape, data_offsets), then raw
 * little-endian row-major data; offsets count from byte 8 + N. Nothing is copied and nothing is allocated on
 * the word of the header: every size is checked against the file before a tensor is listed. */
#ifndef UNCAP_NN_SAFETENSORS_H
#define UNCAP_NN_SAFETENSORS_H

#include <stddef.h>
#include <stdint.h>

#include "nn/mapping.h"
#include "nn/tensor.h"
#include "nn/weights.h"

/* name   UTF-8, owned by the reader.
 * data   inside the mapping; aligned for its type only if the file is (old writers did not pad the header).
 * n      product of dims; 1 for rank 0. */
struct uncap_safetensors_entry {
    const char *name;
    enum uncap_dtype dtype;
    struct uncap_shape shape;
    size_t n, bytes;
    const void *data;
};

struct uncap_safetensors;

/* Map a file and check its header: sizes, types, offsets inside the file, no overlaps, no name twice.
 * Errors  IO (missing, unreadable); MODEL (not a safetensors file, damaged, truncated); NOMEM.
 */
int uncap_safetensors_open(struct uncap_safetensors **out, const char *path, struct uncap_error *err);

/* The same over bytes in memory, borrowed until close; label is used in messages. */
int uncap_safetensors_open_memory(struct uncap_safetensors **out, const void *bytes, size_t n,
                                  const char *label, struct uncap_error *err);
void uncap_safetensors_close(struct uncap_safetensors **reader);

/* Entries sorted by name. */
size_t uncap_safetensors_count(const struct uncap_safetensors *reader);
const struct uncap_safetensors_entry *uncap_safetensors_entry(const struct uncap_safetensors *reader,
                                                              size_t i);

/* By name; NULL if there is none. */
const struct uncap_safetensors_entry *uncap_safetensors_find(const struct uncap_safetensors *reader,
                                                             const char *name);

/* The file's tensors as weights, zero-copy; the mapping is kept by them. Tensors that the file does not align
 * are copied. map where the file lies in memory, kept by the weights; may be NULL. Errors: as of
 * uncap_safetensors_open. */
int uncap_safetensors_weights(struct uncap_weights **out, const char *path, struct uncap_mapping *map,
                              struct uncap_error *err);

#endif
