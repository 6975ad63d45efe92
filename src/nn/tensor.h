/* SPDX-License-Identifier: Apache-2.0 */
/* A dense array in memory, row-major: what goes into a network and what comes out. */
#ifndef UNCAP_NN_TENSOR_H
#define UNCAP_NN_TENSOR_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/error.h"

/* Zero is float32, so that a zero-initialised tensor is the common kind. */
enum uncap_dtype {
    UNCAP_F32,
    UNCAP_F16,
    UNCAP_BF16,
    UNCAP_F64,
    UNCAP_I64,
    UNCAP_I32,
    UNCAP_U8,
    UNCAP_BOOL,
};

enum { UNCAP_MAX_RANK = 8 };

/* Rank 0 is a scalar of one element. */
struct uncap_shape {
    int rank;
    int64_t dims[UNCAP_MAX_RANK];
};

/* Build a shape in place: UNCAP_SHAPE(1, 3, h, w). */
#define UNCAP_SHAPE(...)                                                                                     \
    ((struct uncap_shape){(int)(sizeof((int64_t[]){__VA_ARGS__}) / sizeof(int64_t)), {__VA_ARGS__}})

/* data   borrowed (view) or owned (release != NULL).
 * Zero-initialised: an empty tensor that a run may fill. */
struct uncap_tensor {
    enum uncap_dtype dtype;
    struct uncap_shape shape;
    void *data;
    void (*release)(void *owner);
    void *owner;
};

/* Size of an element, and its name ("float32"). */
size_t uncap_dtype_bytes(enum uncap_dtype dtype);
const char *uncap_dtype_name(enum uncap_dtype dtype);

/* Number of elements. Returns false if a dimension is negative or the product overflows. */
bool uncap_shape_count(const struct uncap_shape *shape, size_t *count);
bool uncap_shape_equal(const struct uncap_shape *a, const struct uncap_shape *b);
/* "1x3x240x432", "scalar"; returns text. */
const char *uncap_shape_text(const struct uncap_shape *shape, char *text, size_t size);

/* View of memory that somebody else keeps. */
struct uncap_tensor uncap_tensor_view(enum uncap_dtype dtype, struct uncap_shape shape, const void *data);

/* Allocate a zeroed tensor. Errors: NOMEM, also for a shape that no memory can hold. */
int uncap_tensor_open(struct uncap_tensor *out, enum uncap_dtype dtype, struct uncap_shape shape,
                      struct uncap_error *err);
/* Free what the tensor owns and zero it. NULL-safe. */
void uncap_tensor_close(struct uncap_tensor *tensor);

/* Elements of a tensor whose shape is valid. */
size_t uncap_tensor_count(const struct uncap_tensor *tensor);

#endif
