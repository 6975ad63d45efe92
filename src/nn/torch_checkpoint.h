/* SPDX-License-Identifier: Apache-2.0 */
/* Reader of PyTorch state dicts (.pth): the ZIP container of torch >= 1.6 and the older one, sniffed.
 *
 * An untrusted file: nothing in it is executed, every offset is checked, and memory stays within a small
 * multiple of the file's size. Tensors stay in the mapped file where they lie there contiguous and aligned.
 */
#ifndef UNCAP_NN_TORCH_CHECKPOINT_H
#define UNCAP_NN_TORCH_CHECKPOINT_H

#include "nn/weights.h"

/* Errors  IO (missing, unreadable); MODEL (not a state dict, damaged, cut short); NOMEM. */
int uncap_torch_open(struct uncap_weights **out, const char *path, struct uncap_error *err);

/* The same over bytes in memory, borrowed until the weights are closed; label is used in messages. */
int uncap_torch_open_memory(struct uncap_weights **out, const void *bytes, size_t n, const char *label,
                            struct uncap_error *err);

#endif
