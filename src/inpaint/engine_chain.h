/* SPDX-License-Identifier: Apache-2.0 */
/* The engine of a job and the engines whose results it starts from. */
#ifndef UNCAP_INPAINT_ENGINE_CHAIN_H
#define UNCAP_INPAINT_ENGINE_CHAIN_H

#include "inpaint/engine.h"

enum { UNCAP_ENGINE_CHAIN = 4 };

/* engines  the chosen one, then its prior, then that one's: NULL-ended. Zero-initialised it is empty. */
struct uncap_engine_chain {
    struct uncap_engine *engines[UNCAP_ENGINE_CHAIN + 1];
    int n;
};

/* Open the engine that the options name, or the first of all, and those behind it: checkpoints and networks
 * are there and what they should be. Close it also when this fails.
 *
 * slices, control  borrowed; may be NULL, of a chain that fills nothing.
 * Errors: ARG, and as the engines': MODEL, BACKEND, UNSUPPORTED, IO, NOMEM.
 */
int uncap_engine_chain_open(struct uncap_engine_chain *chain, const struct uncap_erase_options *o,
                            struct uncap_slices *slices, const struct uncap_control *control,
                            struct uncap_error *err);
void uncap_engine_chain_close(struct uncap_engine_chain *chain);

#endif
