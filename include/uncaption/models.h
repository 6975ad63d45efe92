/* SPDX-License-Identifier: Apache-2.0 */
/* The model files of the neural engines: which they are, where they are published, whether they are here. */
#ifndef UNCAPTION_MODELS_H
#define UNCAPTION_MODELS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "uncaption/error.h"

#ifdef __cplusplus
extern "C" {
#endif

/* name     path below the models folder.
 * bytes, sha256  0 and NULL where none is known. */
struct uncap_model_file {
    const char *engine, *name, *url, *licence;
    uint64_t bytes;
    const char *sha256;
};

/* The i-th file of all engines; false past the last. */
bool uncap_model_file_at(size_t i, struct uncap_model_file *file);

enum uncap_model_state {
    UNCAP_MODEL_MISSING,
    UNCAP_MODEL_PRESENT, /* of the right size, or of a size that is not known */
    UNCAP_MODEL_VALID,   /* and of the right checksum */
    UNCAP_MODEL_OTHER,   /* of another size or checksum */
};

/* Look for a file in models (may be NULL), $UNCAPTION_MODELS and the data folders.
 *
 * checks_sum  also read all of it and compare its SHA-256.
 * path        [size] out: where it lies, or empty.
 * Errors      none: what cannot be read counts as missing.
 */
enum uncap_model_state uncap_model_find(const struct uncap_model_file *file, const char *models,
                                        bool checks_sum, char *path, size_t size);

/* Write synthetic checkpoints of an engine into a folder, which is made where it is missing: right in form,
 * noise in content. For tests. Errors: ARG (no such engine), IO, NOMEM. */
int uncap_models_synth(const char *engine, const char *folder, const char *suffix, struct uncap_error *err);

#ifdef __cplusplus
}
#endif
#endif
