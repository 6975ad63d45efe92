/* SPDX-License-Identifier: Apache-2.0 */
/* A restricted unpickler for torch's state dicts: it builds plain data and nothing else.
 *
 * It knows the opcodes that torch writes (protocol 2) and five callables; any other opcode, global or
 * argument is a MODEL error. Nothing is ever executed or imported, and memory is bounded by a small multiple
 * of the bytes read: an opcode makes at most one object. */
#ifndef UNCAP_NN_PICKLE_H
#define UNCAP_NN_PICKLE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "nn/tensor.h"

/* A part of the pickle's own bytes, or of a tensor's key. Not terminated. */
struct uncap_span {
    const uint8_t *p;
    size_t n;
};

/* One named tensor of the dict at the top. Strides and offset count elements. Unchecked: what the file
 * claims. */
struct uncap_pickle_tensor {
    struct uncap_span name, storage_key;
    enum uncap_dtype dtype;
    int64_t storage_count, offset;
    struct uncap_shape shape;
    int64_t strides[UNCAP_MAX_RANK];
};

struct uncap_pickle;

/* Read one pickle from the front of bytes, which must stay until close.
 *
 * used    how many bytes it took.
 * label   file name for messages.
 * Errors  MODEL, NOMEM.
 */
int uncap_pickle_open(struct uncap_pickle **out, const void *bytes, size_t n, size_t *used, const char *label,
                      struct uncap_error *err);
void uncap_pickle_close(struct uncap_pickle **pickle);

/* What it holds: a whole number (of any length), */
bool uncap_pickle_number(const struct uncap_pickle *pickle, struct uncap_span *little_endian);
/* or a list of texts: the i-th; false past the end or if it is something else, */
bool uncap_pickle_text(const struct uncap_pickle *pickle, size_t i, struct uncap_span *text);
/* or a dict: the i-th entry's tensor. 1 a tensor, 0 an entry that is none (skip it), -1 past the end or no
 * dict. */
int uncap_pickle_tensor(const struct uncap_pickle *pickle, size_t i, struct uncap_pickle_tensor *tensor);

#endif
