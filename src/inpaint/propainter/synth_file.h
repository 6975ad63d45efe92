/* SPDX-License-Identifier: Apache-2.0 */
/* Writing weights in PyTorch's containers, for tests that go from file to pixels. */
#ifndef UNCAP_PROPAINTER_SYNTH_FILE_H
#define UNCAP_PROPAINTER_SYNTH_FILE_H

#include <stdbool.h>

#include "nn/weights.h"

/* Write a state dict of contiguous float32 and int64 tensors. is_legacy: the container before torch 1.6, else
 * ZIP. Errors: IO, NOMEM. */
int uncap_torch_write(const char *path, const struct uncap_weights *weights, bool is_legacy,
                      struct uncap_error *err);

/* Write the three synthetic checkpoints into a folder that exists, each in its official container. */
int uncap_propainter_synth_files(const char *folder, const char *suffix, struct uncap_error *err);

#endif
