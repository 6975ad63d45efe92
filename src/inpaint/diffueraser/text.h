/* SPDX-License-Identifier: Apache-2.0 */
/* The CLIP text tower, run once for the empty prompt: the only text the engine ever needs.
 *
 * Source  DiffuEraser specification, section 7; parity: golden case text/. Differs from it: none. */
#ifndef UNCAP_INPAINT_DIFFUERASER_TEXT_H
#define UNCAP_INPAINT_DIFFUERASER_TEXT_H

#include "inpaint/diffueraser/chain.h"
#include "inpaint/diffueraser/inventory.h"

enum { UNCAP_TEXT_WIDTH = 768, UNCAP_TEXT_LAYERS = 12, UNCAP_TEXT_HEADS = 12 };

/* Token ids of the empty prompt: one start token, then the end token as padding. */
void uncap_text_empty(int ids[UNCAP_DIFFUSER_TOKENS]);

/* Sum of token and position embeddings, [77][768]. Errors: MODEL (an id outside the vocabulary). */
int uncap_text_embed(const struct uncap_weights *weights, const int ids[UNCAP_DIFFUSER_TOKENS], float *out,
                     struct uncap_error *err);

/* Build the tower in an open chain (n 1): "tokens" [1,77,768], the embeddings -> "emb" [1,77,768]. */
void uncap_text_build(struct uncap_chain *chain);

/* Encode the empty prompt. out [77][768]. Errors: MODEL, BACKEND, NOMEM, CANCELLED. */
int uncap_text_encode_empty(struct uncap_runtime *runtime, const struct uncap_weights *weights, float *out,
                            struct uncap_cancel *cancel, struct uncap_error *err);

#endif
