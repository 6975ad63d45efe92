/* SPDX-License-Identifier: Apache-2.0 */
#include "inpaint/diffueraser/unet.h"

#include <stdio.h>
#include <string.h>

#include "inpaint/diffueraser/blocks.h"
#include "inpaint/diffueraser/ladder.h"

enum { N_DOWN = 12, MID = 12, FIRST_UP = 13 };

/* Level of each residual: which channels, and how often halved. */
static const struct {
    int8_t channels, halvings;
} RESIDUALS[UNCAP_DIFFUSER_RESIDUALS] = {{0, 0}, {0, 0}, {0, 0}, {0, 1}, {1, 1}, {1, 1}, {1, 2},
                                         {2, 2}, {2, 2}, {2, 3}, {3, 3}, {3, 3}, {3, 3}, {3, 3},
                                         {3, 3}, {3, 3}, {3, 2}, {2, 2}, {2, 2}, {2, 2}, {2, 1},
                                         {1, 1}, {1, 1}, {1, 1}, {1, 0}, {0, 0}, {0, 0}, {0, 0}};

void uncap_residual_name(int k, char name[16])
{
    if (k < N_DOWN)
        snprintf(name, 16, "down%02d", k);
    else if (k == MID)
        snprintf(name, 16, "mid");
    else
        snprintf(name, 16, "up%02d", k - FIRST_UP);
}

struct uncap_shape uncap_residual_shape(int k, const struct uncap_diffuser_widths *widths, int h, int w)
{
    for (int i = 0; i < RESIDUALS[k].halvings; i++) {
        h = (h + 1) / 2;
        w = (w + 1) / 2;
    }
    return UNCAP_SHAPE(widths->unet[RESIDUALS[k].channels], h, w);
}

static int residual_of(enum uncap_rung rung, int k)
{
    return rung == UNCAP_RUNG_DOWN ? k : rung == UNCAP_RUNG_MID ? MID : FIRST_UP + k;
}

/* Slots of the residuals in the UNet's chain; -1: there are none. */
struct residuals {
    int slots[UNCAP_DIFFUSER_RESIDUALS];
};

/* UNet: add BrushNet's residual, then let the frames see each other. */
static struct uncap_value add_and_move(struct uncap_ladder *l, struct uncap_value x, enum uncap_rung rung,
                                       int k, const char *motion)
{
    const struct residuals *r = l->opaque;
    const int slot = r->slots[residual_of(rung, k)];
    if (slot >= 0) {
        const struct uncap_value residual = uncap_chain_load(l->chain, slot);
        if (uncap_chain_graph(l->chain))
            x = uncap_add_values(uncap_chain_graph(l->chain), x, residual);
    }
    if (motion) {
        x = uncap_chain_motion(l->chain, x, motion);
        uncap_chain_tap(l->chain, x, "%s", motion);
    }
    if (rung == UNCAP_RUNG_MID) /* a second time, as the reference does */
        x = uncap_ladder_resnet(l, x, "mid_block.resnets.1");
    return x;
}

static void declare_residuals(struct uncap_chain *chain, const struct uncap_diffuser_widths *widths, int h,
                              int w, bool has_residuals, struct residuals *r)
{
    for (int k = 0; k < UNCAP_DIFFUSER_RESIDUALS; k++) {
        char name[16];
        uncap_residual_name(k, name);
        r->slots[k] =
            has_residuals ? uncap_chain_input(chain, name, uncap_residual_shape(k, widths, h, w), false) : -1;
    }
}

void uncap_unet_build(struct uncap_chain *chain, const struct uncap_diffuser_widths *widths, int h, int w,
                      bool has_residuals)
{
    const struct uncap_conv same = {.stride = 1};
    struct residuals residuals;
    struct uncap_ladder l = {
        .chain = chain, .widths = widths, .hook = add_and_move, .tap_prefix = "", .opaque = &residuals};
    const int latents = uncap_chain_input(chain, "latents", UNCAP_SHAPE(UNCAP_DIFFUSER_LATENT, h, w), false);
    declare_residuals(chain, widths, h, w, has_residuals, &residuals);
    uncap_ladder_begin(&l);
    struct uncap_value x = uncap_chain_load(chain, latents);
    if (!uncap_chain_graph(chain))
        return;
    x = uncap_conv(uncap_chain_graph(chain), x, "conv_in", same);
    uncap_chain_tap(chain, x, "conv_in");
    x = uncap_ladder_climb(&l, x);
    if (!uncap_chain_graph(chain))
        return;
    x = uncap_block_norm_conv(uncap_chain_graph(chain), x, "conv_norm_out", "conv_out", UNCAP_BLOCK_EPS);
    uncap_chain_output(chain, "eps", x);
}

/* BrushNet: a 1x1 convolution of the state is an output; the state itself goes on. */
static struct uncap_value put_out(struct uncap_ladder *l, struct uncap_value x, enum uncap_rung rung, int k,
                                  const char *motion)
{
    static const char *const roots[] = {"brushnet_down_blocks", "brushnet_mid_block", "brushnet_up_blocks"};
    const struct uncap_conv same = {.stride = 1};
    char key[UNCAP_DIFFUSER_KEY_MAX];
    char name[16];
    (void)motion;
    if (rung == UNCAP_RUNG_MID)
        snprintf(key, sizeof(key), "%s", roots[rung]);
    else
        snprintf(key, sizeof(key), "%s.%d", roots[rung], k);
    uncap_residual_name(residual_of(rung, k), name);
    if (uncap_chain_graph(l->chain))
        uncap_chain_output(l->chain, name, uncap_conv(uncap_chain_graph(l->chain), x, key, same));
    return x;
}

void uncap_brushnet_build(struct uncap_chain *chain, const struct uncap_diffuser_widths *widths, int h, int w)
{
    const struct uncap_conv same = {.stride = 1};
    struct uncap_ladder l = {.chain = chain, .widths = widths, .hook = put_out, .tap_prefix = "tap_"};
    const int latents = uncap_chain_input(chain, "latents", UNCAP_SHAPE(UNCAP_DIFFUSER_LATENT, h, w), false);
    const int cond = uncap_chain_input(chain, "cond", UNCAP_SHAPE(UNCAP_DIFFUSER_LATENT + 1, h, w), false);
    uncap_ladder_begin(&l);
    const struct uncap_value both[] = {uncap_chain_load(chain, latents), uncap_chain_load(chain, cond)};
    struct uncap_graph *g = uncap_chain_graph(chain);
    if (!g)
        return;
    const struct uncap_value x = uncap_conv(g, uncap_concat(g, both, 2, 1), "conv_in_condition", same);
    uncap_chain_tap(chain, x, "tap_conv_in");
    uncap_ladder_climb(&l, x);
}

/* The whole mid block with its residual and motion module. */
static struct uncap_value build_mid(struct uncap_ladder *l, struct uncap_value x)
{
    x = uncap_ladder_resnet(l, x, "mid_block.resnets.0");
    x = uncap_ladder_spatial(l, x, "mid_block.attentions.0");
    x = uncap_ladder_resnet(l, x, "mid_block.resnets.1");
    return add_and_move(l, x, UNCAP_RUNG_MID, 0, "mid_block.motion_modules.0");
}

static struct uncap_value build_sampler(struct uncap_graph *g, struct uncap_value x, const char *path,
                                        const int64_t *size)
{
    const int64_t *d = x.shape.dims;
    uncap_graph_enter(g, "%s", path);
    if (strstr(path, "downsamplers"))
        x = uncap_block_down(g, x);
    else
        x = uncap_block_up(g, x, size ? size[0] : 2 * d[2], size ? size[1] : 2 * d[3]);
    uncap_graph_leave(g);
    return x;
}

void uncap_unet_build_module(struct uncap_chain *chain, const struct uncap_diffuser_widths *widths,
                             const char *path, struct uncap_shape shape, const int64_t *size)
{
    struct residuals residuals;
    struct uncap_ladder l = {
        .chain = chain, .widths = widths, .hook = add_and_move, .tap_prefix = "", .opaque = &residuals};
    const int input = uncap_chain_input(chain, "x", shape, false);
    declare_residuals(chain, widths, 8, 8, false, &residuals);
    residuals.slots[MID] = uncap_chain_input(chain, "add", shape, false);
    l.emb = uncap_chain_input(chain, "temb", UNCAP_SHAPE(4 * widths->unet[0]), false);
    l.text = uncap_chain_input(chain, "text", UNCAP_SHAPE(1, UNCAP_DIFFUSER_TOKENS, widths->text), true);
    uncap_chain_begin(chain, false);
    struct uncap_value x = uncap_chain_load(chain, input);
    if (!strcmp(path, "mid_block"))
        x = build_mid(&l, x);
    else if (strstr(path, ".resnets."))
        x = uncap_ladder_resnet(&l, x, path);
    else if (strstr(path, ".attentions."))
        x = uncap_ladder_spatial(&l, x, path);
    else if (strstr(path, ".motion_modules."))
        x = uncap_chain_motion(chain, x, path);
    else if (uncap_chain_graph(chain))
        x = build_sampler(uncap_chain_graph(chain), x, path, size);
    uncap_chain_output(chain, "y", x);
}
