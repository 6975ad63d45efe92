/* SPDX-License-Identifier: Apache-2.0 */
#include "inpaint/diffueraser/ladder.h"

#include <stdio.h>

#include "inpaint/diffueraser/blocks.h"

enum { PATH = 64 };

void uncap_ladder_begin(struct uncap_ladder *l)
{
    const int c = l->widths->unet[0];
    const int sinusoid = uncap_chain_input(l->chain, "sin", UNCAP_SHAPE(1, c), true);
    l->text =
        uncap_chain_input(l->chain, "text", UNCAP_SHAPE(1, UNCAP_DIFFUSER_TOKENS, l->widths->text), true);
    uncap_chain_begin(l->chain, true);
    const struct uncap_value x = uncap_chain_load(l->chain, sinusoid);
    struct uncap_graph *g = uncap_chain_graph(l->chain);
    if (g) {
        uncap_graph_enter(g, "time_embedding");
        const struct uncap_value emb = uncap_block_time(g, x);
        uncap_graph_leave(g);
        l->emb = uncap_chain_store(l->chain, emb);
        uncap_chain_tap(l->chain, emb, "temb");
    }
    uncap_chain_begin(l->chain, false);
}

struct uncap_value uncap_ladder_resnet(struct uncap_ladder *l, struct uncap_value x, const char *path)
{
    const struct uncap_value emb = uncap_chain_load(l->chain, l->emb);
    struct uncap_graph *g = uncap_chain_graph(l->chain);
    if (!g)
        return x;
    uncap_graph_enter(g, "%s", path);
    x = uncap_block_resnet(g, x, emb, UNCAP_BLOCK_EPS);
    uncap_graph_leave(g);
    uncap_chain_tap(l->chain, x, "%s", path);
    return x;
}

struct uncap_value uncap_ladder_spatial(struct uncap_ladder *l, struct uncap_value x, const char *path)
{
    const struct uncap_value text = uncap_chain_load(l->chain, l->text);
    struct uncap_graph *g = uncap_chain_graph(l->chain);
    if (!g)
        return x;
    uncap_graph_enter(g, "%s", path);
    x = uncap_block_spatial(g, x, text);
    uncap_graph_leave(g);
    uncap_chain_tap(l->chain, x, "%s", path);
    return x;
}

static void push(struct uncap_ladder *l, struct uncap_value x)
{
    l->skips[l->n_skips].slot = uncap_chain_store(l->chain, x);
    l->skips[l->n_skips].h = x.shape.dims[2];
    l->skips[l->n_skips++].w = x.shape.dims[3];
}

/* ResBlock, transformer where the level has them, then what the network does here. */
static struct uncap_value layer(struct uncap_ladder *l, struct uncap_value x, const char *kind, int i, int j,
                                int k)
{
    const enum uncap_rung rung = kind[0] == 'd' ? UNCAP_RUNG_DOWN : UNCAP_RUNG_UP;
    const bool has_attention = rung == UNCAP_RUNG_DOWN ? i < 3 : i > 0;
    char path[PATH];
    snprintf(path, sizeof(path), "%s_blocks.%d.resnets.%d", kind, i, j);
    x = uncap_ladder_resnet(l, x, path);
    snprintf(path, sizeof(path), "%s_blocks.%d.attentions.%d", kind, i, j);
    if (has_attention)
        x = uncap_ladder_spatial(l, x, path);
    snprintf(path, sizeof(path), "%s_blocks.%d.motion_modules.%d", kind, i, j);
    return l->hook(l, x, rung, k, path);
}

static struct uncap_value down_block(struct uncap_ladder *l, struct uncap_value x, int i)
{
    const int k = 1 + 3 * i; /* places behind the stem and three a block */
    for (int j = 0; j < 2; j++) {
        x = layer(l, x, "down", i, j, k + j);
        uncap_chain_tap(l->chain, x, "skip%d_%d", i, j);
        push(l, x);
    }
    struct uncap_graph *g = uncap_chain_graph(l->chain);
    if (i < 3 && g) {
        uncap_graph_enter(g, "down_blocks.%d.downsamplers.0", i);
        x = uncap_block_down(g, x);
        uncap_graph_leave(g);
        x = l->hook(l, x, UNCAP_RUNG_DOWN, k + 2, NULL);
        uncap_chain_tap(l->chain, x, "skip%d_2", i);
        push(l, x);
    }
    uncap_chain_tap(l->chain, x, "%sdown%d", l->tap_prefix, i);
    return x;
}

static struct uncap_value up_block(struct uncap_ladder *l, struct uncap_value x, int i)
{
    const int k = 4 * i;
    for (int j = 0; j < 3; j++) {
        const struct uncap_value both[] = {x, uncap_chain_load(l->chain, l->skips[--l->n_skips].slot)};
        struct uncap_graph *g = uncap_chain_graph(l->chain);
        if (g)
            x = layer(l, uncap_concat(g, both, 2, 1), "up", i, j, k + j);
    }
    struct uncap_graph *g = uncap_chain_graph(l->chain);
    if (i < 3 && g) {
        uncap_graph_enter(g, "up_blocks.%d.upsamplers.0", i);
        /* To the size of the skip that comes next: odd sizes are the normal case. */
        x = uncap_block_up(g, x, l->skips[l->n_skips - 1].h, l->skips[l->n_skips - 1].w);
        uncap_graph_leave(g);
        x = l->hook(l, x, UNCAP_RUNG_UP, k + 3, NULL);
    }
    uncap_chain_tap(l->chain, x, "%sup%d", l->tap_prefix, i);
    return x;
}

struct uncap_value uncap_ladder_climb(struct uncap_ladder *l, struct uncap_value x)
{
    l->n_skips = 0;
    push(l, x); /* before the hook: the stem's skip does not contain its residual */
    x = l->hook(l, x, UNCAP_RUNG_DOWN, 0, NULL);
    for (int i = 0; i < 4; i++)
        x = down_block(l, x, i);
    x = uncap_ladder_resnet(l, x, "mid_block.resnets.0");
    x = uncap_ladder_spatial(l, x, "mid_block.attentions.0");
    x = uncap_ladder_resnet(l, x, "mid_block.resnets.1");
    x = l->hook(l, x, UNCAP_RUNG_MID, 0, "mid_block.motion_modules.0");
    uncap_chain_tap(l->chain, x, "%smid", l->tap_prefix);
    for (int i = 0; i < 4; i++)
        x = up_block(l, x, i);
    return x;
}
