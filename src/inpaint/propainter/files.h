/* SPDX-License-Identifier: Apache-2.0 */
/* ProPainter's published checkpoint files: what they are, where they come from, opening them. */
#ifndef UNCAP_PROPAINTER_FILES_H
#define UNCAP_PROPAINTER_FILES_H

#include <stddef.h>

#include "base/error.h"
#include "inpaint/propainter/propainter.h"
#include "nn/weights.h"

enum uncap_propainter_model {
    UNCAP_PROPAINTER_RAFT,
    UNCAP_PROPAINTER_FLOW_COMPLETION,
    UNCAP_PROPAINTER_GENERATOR,
    UNCAP_PROPAINTER_MODELS
};

/* bytes and sha256 as several independent projects pin them (the official repository states neither). */
struct uncap_propainter_file {
    const char *name, *url, *licence;
    size_t bytes;
    const char *sha256;
    const char *const *manifest;
};
const struct uncap_propainter_file *uncap_propainter_file(enum uncap_propainter_model model);

/* All three, opened and checked against their manifests. */
struct uncap_propainter_files {
    struct uncap_weights *weights[UNCAP_PROPAINTER_MODELS];
};

/* models: the caller's folder or NULL, see uncap_locate_folder. Errors: MODEL (missing, damaged, another
 * model), IO, NOMEM. */
int uncap_propainter_files_open(struct uncap_propainter_files *files, const char *models,
                                struct uncap_error *err);
void uncap_propainter_files_close(struct uncap_propainter_files *files);
struct uncap_propainter_weights uncap_propainter_files_weights(const struct uncap_propainter_files *files);

#endif
