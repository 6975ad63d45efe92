/* SPDX-License-Identifier: Apache-2.0 */
#include "inpaint/diffueraser/text.h"

#include "base/memory.h"
#include "inpaint/diffueraser/blocks.h"
#include "nn/half.h"

enum { START = 49406, END = 49407 };

static const char TOKEN_KEY[] = "text_model.embeddings.token_embedding.weight";
static const char POSITION_KEY[] = "text_model.embeddings.position_embedding.weight";

void uncap_text_empty(int ids[UNCAP_DIFFUSER_TOKENS])
{
    for (int k = 0; k < UNCAP_DIFFUSER_TOKENS; k++)
        ids[k] = k ? END : START;
}

static void read_row(const struct uncap_weight *w, int row, float *out)
{
    const size_t at = (size_t)row * UNCAP_TEXT_WIDTH * uncap_dtype_bytes(w->dtype);
    uncap_half_widen(w->dtype, (const char *)w->data + at, UNCAP_TEXT_WIDTH, out);
}

int uncap_text_embed(const struct uncap_weights *weights, const int ids[UNCAP_DIFFUSER_TOKENS], float *out,
                     struct uncap_error *err)
{
    const struct uncap_weight *tokens = uncap_weights_find(weights, TOKEN_KEY);
    const struct uncap_weight *positions = uncap_weights_find(weights, POSITION_KEY);
    if (!tokens || !positions)
        return uncap_fail(err, UNCAP_ERR_MODEL, "%s has no embeddings of a text encoder", weights->label);
    for (int k = 0; k < UNCAP_DIFFUSER_TOKENS; k++) {
        float position[UNCAP_TEXT_WIDTH];
        if (ids[k] < 0 || ids[k] >= tokens->shape.dims[0])
            return uncap_fail(err, UNCAP_ERR_MODEL, "%s has no token %d", weights->label, ids[k]);
        float *row = out + k * UNCAP_TEXT_WIDTH;
        read_row(tokens, ids[k], row);
        read_row(positions, k, position);
        for (int i = 0; i < UNCAP_TEXT_WIDTH; i++)
            row[i] += position[i];
    }
    return UNCAP_OK;
}

/* Added to the scores: a token sees itself and what comes before it. */
static struct uncap_value causal_mask(struct uncap_graph *g)
{
    static const int n = UNCAP_DIFFUSER_TOKENS;
    float mask[UNCAP_DIFFUSER_TOKENS * UNCAP_DIFFUSER_TOKENS];
    for (int q = 0; q < n; q++)
        for (int k = 0; k < n; k++)
            mask[q * n + k] = k > q ? -1e30f : 0.0f;
    return uncap_graph_constant(g, UNCAP_F32, UNCAP_SHAPE(1, 1, n, n), mask);
}

static struct uncap_value layer(struct uncap_graph *g, struct uncap_value x, struct uncap_value mask)
{
    struct uncap_value y = uncap_layer_norm(g, x, "layer_norm1", UNCAP_BLOCK_EPS);
    uncap_graph_enter(g, "self_attn");
    y = uncap_attention(g, uncap_linear(g, y, "q_proj"), uncap_linear(g, y, "k_proj"),
                        uncap_linear(g, y, "v_proj"), UNCAP_TEXT_HEADS, 0.0f, mask);
    y = uncap_linear(g, y, "out_proj");
    uncap_graph_leave(g);
    x = uncap_add_values(g, x, y);
    y = uncap_linear(g, uncap_layer_norm(g, x, "layer_norm2", UNCAP_BLOCK_EPS), "mlp.fc1");
    return uncap_add_values(g, x, uncap_linear(g, uncap_quick_gelu(g, y), "mlp.fc2"));
}

void uncap_text_build(struct uncap_chain *chain)
{
    const int tokens =
        uncap_chain_input(chain, "tokens", UNCAP_SHAPE(UNCAP_DIFFUSER_TOKENS, UNCAP_TEXT_WIDTH), false);
    uncap_chain_begin(chain, false);
    struct uncap_value x = uncap_chain_load(chain, tokens);
    struct uncap_graph *g = uncap_chain_graph(chain);
    if (!g)
        return;
    const struct uncap_value mask = causal_mask(g);
    uncap_graph_enter(g, "text_model");
    for (int i = 0; i < UNCAP_TEXT_LAYERS; i++) {
        uncap_graph_enter(g, "encoder.layers.%d", i);
        x = layer(g, x, mask);
        uncap_graph_leave(g);
        uncap_chain_tap(chain, x, "layer%d", i);
    }
    x = uncap_layer_norm(g, x, "final_layer_norm", UNCAP_BLOCK_EPS);
    uncap_graph_leave(g);
    uncap_chain_output(chain, "emb", x);
}

int uncap_text_encode_empty(struct uncap_runtime *runtime, const struct uncap_weights *weights, float *out,
                            struct uncap_cancel *cancel, struct uncap_error *err)
{
    const struct uncap_chain_options options = {
        .runtime = runtime,
        .weights = weights,
        .n = 1,
        .frames = 1,
        .batch = 1,
        .is_lean = true,
        .is_one_thread =
            true}; /* the same last bits for any number of threads, since the result may be kept */
    struct uncap_chain *chain = NULL;
    int ids[UNCAP_DIFFUSER_TOKENS];
    uncap_text_empty(ids);
    float *tokens = uncap_alloc((size_t)UNCAP_DIFFUSER_TOKENS * UNCAP_TEXT_WIDTH, sizeof(*tokens));
    int rc = tokens ? UNCAP_OK : uncap_fail_nomem(err, "the empty prompt");
    if (!rc)
        rc = uncap_text_embed(weights, ids, tokens, err);
    if (!rc)
        rc = uncap_chain_open(&chain, &options, err);
    if (!rc) {
        uncap_text_build(chain);
        rc = uncap_chain_finish(chain, err);
    }
    if (!rc) {
        uncap_chain_bind(chain, "tokens", tokens);
        uncap_chain_bind(chain, "emb", out);
        rc = uncap_chain_run(chain, cancel, NULL, err);
    }
    uncap_chain_close(&chain);
    uncap_free(tokens);
    return rc;
}
