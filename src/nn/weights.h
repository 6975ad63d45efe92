/* SPDX-License-Identifier: Apache-2.0 */
/* The tensors of one checkpoint by name, wherever they came from: a .pth, a .safetensors, or a formula. */
#ifndef UNCAP_NN_WEIGHTS_H
#define UNCAP_NN_WEIGHTS_H

#include <stddef.h>

#include "base/error.h"
#include "nn/tensor.h"

/* data  row-major, contiguous, aligned to its element; borrowed from what uncap_weights_keep holds. */
struct uncap_weight {
    const char *name;
    enum uncap_dtype dtype;
    struct uncap_shape shape;
    const void *data;
};

/* Something the weights stand on (a mapping, a block of memory), released with them. */
struct uncap_weights_owner {
    void *owner;
    void (*release)(void *owner);
};

/* A source fills it with uncap_weights_add and closes the list with uncap_weights_sort; then it is read only
 * and may be shared between threads. Items are sorted by name. */
struct uncap_weights {
    char *label; /* file name for messages */
    struct uncap_weight *items;
    size_t n, capacity;
    struct uncap_weights_owner *owners;
    size_t n_owners, owners_capacity;
};

int uncap_weights_open(struct uncap_weights **out, const char *label, struct uncap_error *err);
/* Releases owners, last kept first. NULL-safe, sets NULL. */
void uncap_weights_close(struct uncap_weights **weights);

/* Add one tensor; the name is copied. Errors: NOMEM. */
int uncap_weights_add(struct uncap_weights *weights, const struct uncap_weight *weight,
                      struct uncap_error *err);

/* Keep an owner until close. On failure the owner is released at once. Errors: NOMEM. */
int uncap_weights_keep(struct uncap_weights *weights, void *owner, void (*release)(void *owner),
                       struct uncap_error *err);

/* Close the list. Errors: MODEL if a name occurs twice. */
int uncap_weights_sort(struct uncap_weights *weights, struct uncap_error *err);

/* By name; NULL if there is none. */
const struct uncap_weight *uncap_weights_find(const struct uncap_weights *weights, const char *name);

#endif
