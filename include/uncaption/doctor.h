/* SPDX-License-Identifier: Apache-2.0 */
/* What works on this machine, and why the rest does not. */
#ifndef UNCAPTION_DOCTOR_H
#define UNCAPTION_DOCTOR_H

#include <stdbool.h>

#include "uncaption/error.h"

#ifdef __cplusplus
extern "C" {
#endif

enum uncap_finding_kind {
    UNCAP_FINDING_RUNTIME,
    UNCAP_FINDING_PROVIDER,
    UNCAP_FINDING_MODEL,
    UNCAP_FINDING_ENCODER
};

/* One thing that was tried. Strings live for the call alone. */
struct uncap_finding {
    enum uncap_finding_kind kind;
    const char *name;
    bool works;
    const char *detail; /* version, path, or the reason why not and what to do */
};

/* Try ONNX Runtime, its providers, the bundled models and every encoder; report each once.
 * models  folder of the neural engines' checkpoints, NULL: as uncap_erase. Errors: NOMEM. */
int uncap_doctor(const char *models, void (*on_finding)(void *opaque, const struct uncap_finding *finding),
                 void *opaque, struct uncap_error *err);

#ifdef __cplusplus
}
#endif
#endif
