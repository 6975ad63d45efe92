/* SPDX-License-Identifier: Apache-2.0 */
#include "nn/tensor.h"

#include <inttypes.h>
#include <stdio.h>

#include "base/memory.h"

static const struct {
    const char *name;
    size_t bytes;
} dtypes[] = {
    [UNCAP_F32] = {"float32", 4}, [UNCAP_F16] = {"float16", 2}, [UNCAP_BF16] = {"bfloat16", 2},
    [UNCAP_F64] = {"float64", 8}, [UNCAP_I64] = {"int64", 8},   [UNCAP_I32] = {"int32", 4},
    [UNCAP_U8] = {"uint8", 1},    [UNCAP_BOOL] = {"bool", 1},
};

size_t uncap_dtype_bytes(enum uncap_dtype dtype)
{
    return dtypes[dtype].bytes;
}

const char *uncap_dtype_name(enum uncap_dtype dtype)
{
    return dtypes[dtype].name;
}

bool uncap_shape_count(const struct uncap_shape *shape, size_t *count)
{
    *count = 1;
    for (int i = 0; i < shape->rank; i++)
        if (shape->dims[i] < 0 || !uncap_mul(*count, (size_t)shape->dims[i], count))
            return false;
    return true;
}

bool uncap_shape_equal(const struct uncap_shape *a, const struct uncap_shape *b)
{
    if (a->rank != b->rank)
        return false;
    for (int i = 0; i < a->rank; i++)
        if (a->dims[i] != b->dims[i])
            return false;
    return true;
}

const char *uncap_shape_text(const struct uncap_shape *shape, char *text, size_t size)
{
    size_t n = 0;
    snprintf(text, size, "scalar");
    for (int i = 0; i < shape->rank && n < size; i++)
        n += (size_t)snprintf(text + n, size - n, "%s%" PRId64, i ? "x" : "", shape->dims[i]);
    return text;
}

struct uncap_tensor uncap_tensor_view(enum uncap_dtype dtype, struct uncap_shape shape, const void *data)
{
    /* A view that a run only reads; the one cast keeps the struct usable for both directions. */
    return (struct uncap_tensor){.dtype = dtype, .shape = shape, .data = (void *)(uintptr_t)data};
}

int uncap_tensor_open(struct uncap_tensor *out, enum uncap_dtype dtype, struct uncap_shape shape,
                      struct uncap_error *err)
{
    *out = (struct uncap_tensor){.dtype = dtype, .shape = shape};
    size_t count;
    char text[128];
    void *data = uncap_shape_count(&shape, &count) ? uncap_alloc(count, uncap_dtype_bytes(dtype)) : NULL;
    if (!data)
        return uncap_fail(err, UNCAP_ERR_NOMEM, "out of memory for a %s tensor of %s",
                          uncap_dtype_name(dtype), uncap_shape_text(&shape, text, sizeof(text)));
    out->data = out->owner = data;
    out->release = uncap_free;
    return UNCAP_OK;
}

void uncap_tensor_close(struct uncap_tensor *tensor)
{
    if (!tensor)
        return;
    if (tensor->release)
        tensor->release(tensor->owner);
    *tensor = (struct uncap_tensor){.dtype = UNCAP_F32};
}

size_t uncap_tensor_count(const struct uncap_tensor *tensor)
{
    size_t count = 0;
    uncap_shape_count(&tensor->shape, &count);
    return count;
}
