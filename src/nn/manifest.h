/* SPDX-License-Identifier: Apache-2.0 */
/* What a checkpoint must hold, checked before anything runs: a NULL-ended list of lines "key,dtype,AxBxC",
 * one a tensor, the shape empty for a scalar. */
#ifndef UNCAP_NN_MANIFEST_H
#define UNCAP_NN_MANIFEST_H

#include <stdbool.h>

#include "nn/weights.h"

enum { UNCAP_MANIFEST_KEY_MAX = 256 };

/* Take one line apart. key: [UNCAP_MANIFEST_KEY_MAX] out. Returns false if the line makes no sense. */
bool uncap_manifest_parse(const char *line, char *key, enum uncap_dtype *dtype, struct uncap_shape *shape);

/* Compare weights with a manifest.
 *
 * any_float  where the manifest says float32, float16 and bfloat16 will do as well.
 * Errors     MODEL, listing what is missing, what is too much, and what has another type or shape.
 */
int uncap_manifest_check(const char *const *manifest, const struct uncap_weights *weights, bool any_float,
                         struct uncap_error *err);

#endif
