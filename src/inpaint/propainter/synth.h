/* SPDX-License-Identifier: Apache-2.0 */
/* Synthetic weights: numbers made from tensor names, so that whole runs can be tested without the real files.
 *
 * Source  specification of the recorded vectors, section 2. */
#ifndef UNCAP_PROPAINTER_SYNTH_H
#define UNCAP_PROPAINTER_SYNTH_H

#include "nn/weights.h"

/* Make every tensor of a manifest; suffix is appended to each key before hashing. Errors: NOMEM. */
int uncap_propainter_synth(struct uncap_weights **out, const char *const *manifest, const char *label,
                           const char *suffix, struct uncap_error *err);

/* The 148 positions around a 5 x 9 attention window: shift * 45 + row * 9 + column (section 7.5). */
enum { UNCAP_PROPAINTER_AROUND = 148 };
void uncap_propainter_around(int64_t *indices);

#endif
