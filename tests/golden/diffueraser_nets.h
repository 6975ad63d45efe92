/* SPDX-License-Identifier: Apache-2.0 */
/* What the operations of suite diffueraser share: a runtime, and synthetic networks made on demand. */
#ifndef UNCAP_GOLDEN_DIFFUERASER_NETS_H
#define UNCAP_GOLDEN_DIFFUERASER_NETS_H

#include "base/slices.h"
#include "golden.h"
#include "inpaint/diffueraser/chain.h"
#include "inpaint/diffueraser/checkpoint.h"

enum { NETS_HELD = 4 };

/* One network at full width is gigabytes: what was used longest ago is dropped above the budget. */
struct nets {
    struct uncap_runtime *runtime;
    struct uncap_slices *slices;
    char *suffix;
    struct held {
        enum uncap_diffuser_model model;
        bool is_reduced, has_lora;
        struct uncap_checkpoint checkpoint;
        size_t bytes;
        int used; /* clock of the last use */
    } held[NETS_HELD];
    int clock;
    float *empty; /* embedding of the empty prompt, [77][768], once made */
};

int nets_open(void **state, const char *suffix, const char *precision, struct uncap_error *err);
void nets_close(void *state);

/* Synthetic weights of a model; borrowed until the next call. */
int nets_get(struct nets *nets, enum uncap_diffuser_model model, bool is_reduced, bool has_lora,
             const struct uncap_weights **out, struct uncap_error *err);

/* Widths by the case's "config". */
bool nets_is_reduced(const struct golden_case *c);
struct uncap_diffuser_widths nets_widths(bool is_reduced);

/* The case's input `text`, or the empty prompt's embedding. */
int nets_text(struct nets *nets, const struct golden_case *c, const float **out, struct uncap_error *err);

/* Input by role, or the normal stream named by <role>_normal, <role>_shape, <role>_factor. *out is to be
 * closed. is_needed false: *out stays empty when there is neither. */
int nets_input(const struct golden_case *c, const char *role, bool is_needed, struct uncap_tensor *out,
               struct uncap_error *err);

/* Shape of one tensor of a model; false if there is none of that name. */
bool nets_shape(enum uncap_diffuser_model model, const struct uncap_diffuser_widths *widths, const char *key,
                struct uncap_shape *shape);

/* An 8-bit input whose file holds floats; *out is to be closed. */
int nets_bytes(const struct golden_case *c, const char *role, struct uncap_tensor *out,
               struct uncap_error *err);

/* Give the taps of a chain that the case compares. */
int nets_give_taps(struct golden_case *c, const struct uncap_chain *chain, const char *const *names,
                   struct uncap_error *err);

/* Operations, by the file they are in. */
extern const struct golden_op diffueraser_parts[];
extern const struct golden_op diffueraser_networks[];
int diffueraser_video_run(void *state, struct golden_case *c, struct uncap_error *err);

#endif
